/** How long typing rests before the preview is asked for, in milliseconds. */
const PAUSE = 700;

/** Keeps a form's preview and its counters up to date with what is typed; the page has a button for who has no script. */
export function addPreview(): void {
  for (const area of document.querySelectorAll<HTMLTextAreaElement>("[data-counter]")) {
    const counter = document.getElementById(area.dataset["counter"] ?? "");
    area.addEventListener("input", () => {
      if (counter) counter.textContent = String([...area.value].length);
    });
  }
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-preview]")) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asked = 0;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const turn = ++asked;
        const page = await ask(form);
        // An answer that comes after a later question is old.
        if (page && turn === asked) show(page);
      }, PAUSE);
    });
  }
}

/** The page as it would be with what is typed now; undefined when it could not be had: the one shown then stays. */
async function ask(form: HTMLFormElement): Promise<Document | undefined> {
  try {
    const reply = await fetch(form.dataset["preview"] ?? "", { method: "POST", body: new FormData(form) });
    return new DOMParser().parseFromString(await reply.text(), "text/html");
  } catch {
    return undefined;
  }
}

/** Takes the live parts of another page into this one; what was unfolded stays so. */
function show(page: Document): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-live]")) {
    const next = page.getElementById(part.id);
    if (!next) continue;
    const open = [...part.querySelectorAll("details")].map((details) => details.open);
    for (const [index, details] of next.querySelectorAll("details").entries()) details.open = open[index] ?? false;
    part.replaceChildren(...next.childNodes);
  }
}
