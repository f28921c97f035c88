/** The comfort of a conversation's private page, which works the same without it: a draft, files that go first, and a safe retry. */

/** The name of a box for a file that waits begins so (worker/contact/person-pages.tsx). */
const KEPT = "file.";
const MOST_BYTES = 10_485_760;
/** No progress and no reply for as long as this, in milliseconds, is a lost connection. */
const LIMIT = 60_000;

/** What is kept in this tab until it is sent: the text, the form's key, and the files that went up by their ids. */
interface Draft {
  text: string;
  key: string;
  files: Record<string, string>;
}

function addComfort(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-upload]");
  const area = form?.querySelector("textarea");
  const key = form?.querySelector<HTMLInputElement>("[name=key]");
  const input = form?.querySelector<HTMLInputElement>("[type=file]");
  const status = form?.querySelector<HTMLElement>("[role=status]");
  const boxes = form?.querySelector("fieldset");
  if (!form || !area || !key || !input || !status || !boxes) return;
  const { upload = "", draft: name = "" } = form.dataset;
  /** Says one of the words that stand in the page. */
  const say = (what: string, values: Record<string, string | number> = {}) => {
    status.textContent = (status.dataset[what] ?? "").replace(/\{(\w+)\}/g, (_, word: string) => `${values[word]}`);
  };

  const addBox = (id: string, label: string) => {
    if (boxes.querySelector(`[name="${KEPT}${id}"]`)) return;
    const box = Object.assign(document.createElement("input"), { type: "checkbox", name: KEPT + id, checked: true });
    const line = document.createElement("label");
    line.append(box, label);
    boxes.append(line);
    boxes.hidden = false;
  };
  const keep = () => {
    const checked = [...boxes.querySelectorAll<HTMLInputElement>("input:checked")];
    const files = Object.fromEntries(
      checked.map((box) => [box.name.slice(KEPT.length), box.parentElement?.textContent ?? ""]),
    );
    writeDraft(name, { text: area.value, key: key.value, files });
  };
  // What the worker sent back is as new as the draft, or newer.
  const draft = area.value === "" ? readDraft(name) : undefined;
  if (draft) {
    area.value = draft.text;
    key.value = draft.key;
    for (const [id, label] of Object.entries(draft.files)) addBox(id, label);
  }
  // A key belongs to what is sent under it: what was changed is another message.
  form.addEventListener("input", () => {
    key.value = crypto.randomUUID();
    keep();
  });

  /** A retry of a file uses its key again. */
  const keys = new WeakMap<File, string>();
  const up = new WeakSet<File>();
  /** Sends the chosen files that did not go up yet. Gives whether none was refused; throws when the connection is lost. */
  const sendFiles = async (): Promise<boolean> => {
    const files = [...(input.files ?? [])];
    const refused: string[] = [];
    for (const [at, file] of files.entries()) {
      if (up.has(file)) continue;
      const fileKey = keys.get(file) ?? crypto.randomUUID();
      keys.set(file, fileKey);
      const onProgress = (percent: number) => say("sending", { at: at + 1, count: files.length, percent });
      onProgress(0);
      const answer = file.size > MOST_BYTES ? { code: "too_large" } : await send(upload, file, fileKey, onProgress);
      if ("code" in answer) refused.push(`${file.name}: ${status.dataset[answer.code] ?? status.dataset["refused"]}`);
      else {
        up.add(file);
        addBox(answer.id, answer.name);
        keep();
      }
    }
    // From here on the boxes stand for them.
    input.value = "";
    if (refused.length > 0) say("unsent", { files: refused.join(" ") });
    return refused.length === 0;
  };
  const sendForm = async (button: HTMLElement | null) => {
    const fields = new FormData(form, button);
    fields.delete(input.name);
    const reply = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "text/html" } });
    if (reply.status >= 500 || reply.status === 429) throw new Error("Not taken");
    if (reply.redirected) {
      writeDraft(name, undefined);
      return location.assign(reply.url);
    }
    const main = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("main");
    if (!main) throw new Error("Not a page of ours");
    document.querySelector("main")?.replaceWith(main);
    addComfort();
    const said = main.querySelector<HTMLElement>("[role=alert], h1");
    said?.setAttribute("tabindex", "-1");
    said?.focus();
  };

  let isSending = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    try {
      if (await sendFiles()) await sendForm(event.submitter);
    } catch {
      say("lost");
    }
    isSending = false;
  });
}

/** Sends a file, and tells how far it is. Gives its id and name, or the code of why it is refused; rejects when nobody answers. */
const send = (url: string, file: File, key: string, onProgress: (percent: number) => void) =>
  new Promise<{ id: string; name: string } | { code: string }>((resolve, reject) => {
    const request = new XMLHttpRequest();
    let timer = setTimeout(() => request.abort(), LIMIT);
    request.open("POST", `${url}&name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Idempotency-Key", key);
    request.upload.onprogress = ({ loaded, total }) => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), LIMIT);
      // By tens, because each is read out.
      onProgress(Math.floor((loaded / total) * 10) * 10);
    };
    request.onload = () => {
      if (request.status >= 500 || request.status === 429) return reject();
      const reply = JSON.parse(request.responseText);
      resolve(request.status === 201 ? reply : { code: reply.errors?.[0]?.code ?? "refused" });
    };
    request.onerror = request.onabort = reject;
    request.onloadend = () => clearTimeout(timer);
    request.send(file);
  });

function readDraft(name: string): Draft | undefined {
  try {
    const { text, key, files } = JSON.parse(sessionStorage.getItem(name) ?? "");
    return typeof text === "string" && typeof key === "string" ? { text, key, files: Object(files) } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a draft, or forgets it. */
function writeDraft(name: string, draft: Draft | undefined): void {
  try {
    if (draft) sessionStorage.setItem(name, JSON.stringify(draft));
    else sessionStorage.removeItem(name);
  } catch {
    // The page works without a draft.
  }
}

// On an insecure page a browser gives no keys: it stays as it is without a script.
if (isSecureContext) addComfort();
