/** Sends a file in parts, so that a lost connection costs one part and not the file; the form says where and how. */
export function addUploads(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-upload]")) {
    form.addEventListener("submit", (event) => {
      const file = form.querySelector<HTMLInputElement>("input[type=file]")?.files?.[0];
      if (!file) return;
      event.preventDefault();
      const button = event.submitter;
      if (button?.ariaDisabled === "true") return;
      button?.setAttribute("aria-disabled", "true");
      void send(form, file).finally(() => button?.removeAttribute("aria-disabled"));
    });
  }
}

/** What the line below the bar says; its words stand in the page. */
type Saying = "sending" | "again" | "other" | "stopped";

async function send(form: HTMLFormElement, file: File): Promise<void> {
  const { name, size, received, part = "" } = form.dataset;
  const say = (what: Saying) => {
    const line = form.querySelector<HTMLElement>("[role=status]");
    if (line) line.textContent = line.dataset[what] ?? "";
  };
  if (name !== undefined && (name !== file.name || size !== String(file.size))) return say("other");
  say("sending");
  const token = form.querySelector<HTMLInputElement>("[name=form-token]")?.value ?? "";
  try {
    const place = form.dataset["upload"] || (await begin(form, token, file, say));
    // Another press goes on with the same import.
    Object.assign(form.dataset, { upload: place, name: file.name, size: String(file.size) });
    const bar = form.querySelector("progress");
    if (bar) bar.hidden = false;
    for (let next = Number(received ?? 0); next * Number(part) < file.size; next++) {
      const body = new FormData();
      body.set("form-token", token);
      body.set("file", file.slice(next * Number(part), (next + 1) * Number(part)));
      await post(`${place}/parts/${next}`, body, say);
      form.dataset["received"] = String(next + 1);
      if (bar) bar.value = Math.min(100, ((next + 1) * Number(part) * 100) / file.size);
    }
    location.assign(place);
  } catch {
    say("stopped");
  }
}

/** Says what file will come; gives the address of its import, to which the reply leads. */
async function begin(form: HTMLFormElement, token: string, file: File, say: (what: Saying) => void): Promise<string> {
  const fields = { "form-token": token, fileName: file.name, size: String(file.size) };
  const reply = await post(form.dataset["imports"] ?? "", new URLSearchParams(fields), say);
  return new URL(reply.url).pathname;
}

/** How long after a failure it is tried again, in milliseconds: some ten minutes in all. */
const PAUSES = [1, 2, 5, 10, 20, 40, 80, 160, 300].map((seconds) => seconds * 1000);

/** Posts until it is taken. Throws when it is refused, or when the connection stays away. */
async function post(url: string, body: BodyInit, say: (what: Saying) => void): Promise<Response> {
  for (const pause of [...PAUSES, undefined]) {
    const reply = await fetch(url, { method: "POST", body }).catch(() => undefined);
    if (reply?.ok) {
      say("sending");
      return reply;
    }
    if (pause === undefined || (reply && reply.status < 500 && reply.status !== 429)) break;
    say("again");
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  throw new Error(`${url} was not taken`);
}
