/** How long typing rests before the draft is saved, in milliseconds. */
const PAUSE = 1_500;
/** How often a page says that it is looked at, and for how long after a key somebody is writing. */
const TURN = 15_000;

/** What the page of a conversation does by itself: it keeps the draft, puts ready answers in, and says who else is here. */
export function addConversation(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-draft]");
  const area = form?.querySelector("textarea");
  const draft = form && area ? keepDraft(form, area) : undefined;
  if (form && area) addReady(form, area);
  const region = document.querySelector<HTMLElement>("[data-presence]");
  if (region) watch(region, area ?? undefined, draft);
}

/** Saves what is typed. */
interface DraftKeeper {
  /** Saves now what was not saved yet. */
  flush(): Promise<void>;
}

function keepDraft(form: HTMLFormElement, area: HTMLTextAreaElement): DraftKeeper {
  const status = form.querySelector<HTMLElement>("[role=status]");
  const address = form.dataset["draft"] ?? "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isDirty = false;
  const flush = async () => {
    clearTimeout(timer);
    if (!isDirty) return;
    isDirty = false;
    const reply = await fetch(address, { method: "POST", body: fieldsOf(form) }).catch(() => undefined);
    if (!reply?.ok) isDirty = true;
    if (status) status.textContent = status.dataset[reply?.ok ? "saved" : "failed"] ?? "";
  };
  area.addEventListener("input", () => {
    isDirty = true;
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), PAUSE);
  });
  // What takes the page away may be an answer that is then refused. Of one that is sent the server keeps no draft.
  window.addEventListener("pagehide", () => {
    if (isDirty) navigator.sendBeacon(address, fieldsOf(form));
  });
  return { flush };
}

/** What a draft is made of; the files stay. */
function fieldsOf(form: HTMLFormElement): FormData {
  const [all, fields] = [new FormData(form), new FormData()];
  for (const name of ["form-token", "key", "version", "body"]) {
    const value = all.get(name);
    if (typeof value === "string") fields.set(name, value);
  }
  fields.set("quietly", "yes");
  return fields;
}

/** Puts a ready answer where the cursor is, so that it can be undone as typing can. */
function addReady(form: HTMLFormElement, area: HTMLTextAreaElement): void {
  const select = form.querySelector<HTMLSelectElement>("#ready");
  form.querySelector("[data-insert]")?.addEventListener("click", (event) => {
    event.preventDefault();
    const text = select?.selectedOptions[0]?.dataset["text"];
    if (text === undefined) return;
    area.focus();
    // The old way is the only one that leaves the browser's own undo as it is.
    if (document.execCommand("insertText", false, text)) return;
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
}

/** What a page is told of who else is here. */
interface Here {
  version: number;
  said: string;
}

function watch(region: HTMLElement, area: HTMLTextAreaElement | undefined, draft: DraftKeeper | undefined): void {
  let [typedAt, toldAt] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = async () => {
    clearTimeout(timer);
    timer = setTimeout(() => void tell(), TURN);
    // Who cannot see the page does not look at it.
    if (document.hidden) return;
    const isWriting = performance.now() - typedAt < TURN;
    if (isWriting) toldAt = performance.now();
    const here = await ask(region, isWriting);
    if (here) show(region, here);
  };
  area?.addEventListener("input", () => {
    typedAt = performance.now();
    // Who begins to write is seen at once.
    if (typedAt - toldAt > TURN) {
      toldAt = typedAt;
      void tell();
    }
  });
  document.addEventListener("visibilitychange", () => void tell());
  region.querySelector("a")?.addEventListener("click", async (event) => {
    event.preventDefault();
    const { href } = event.currentTarget as HTMLAnchorElement;
    await draft?.flush();
    location.assign(href);
  });
  void tell();
}

async function ask(region: HTMLElement, isWriting: boolean): Promise<Here | undefined> {
  const fields = { "form-token": region.dataset["token"] ?? "", ...(isWriting ? { writing: "yes" } : {}) };
  const reply = await fetch(region.dataset["presence"] ?? "", {
    method: "POST",
    body: new URLSearchParams(fields),
  }).catch(() => undefined);
  return reply?.ok ? ((await reply.json()) as Here) : undefined;
}

/** Says only what is other than before: the region is read out. */
function show(region: HTMLElement, { version, said }: Here): void {
  const here = region.querySelector<HTMLElement>("[data-here]");
  if (here && here.textContent !== said) {
    here.textContent = said;
    here.hidden = said === "";
  }
  const more = region.querySelector<HTMLElement>("[data-new]");
  if (more && version !== Number(region.dataset["version"])) more.hidden = false;
}
