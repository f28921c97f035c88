/** How long typing rests before the draft is saved, in milliseconds. */
const PAUSE = 1_500;
/** How often a page says that it is looked at, and for how long after a key somebody is writing. */
const TURN = 15_000;

/** What the page of a conversation does by itself: it keeps what is typed, puts ready answers in, and says who else is here. */
export function addConversation(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-draft]");
  const area = form?.querySelector("textarea");
  const draft = form && area ? keepDraft(form, area) : undefined;
  if (form && area) addReady(form, area);
  const noting = document.querySelector<HTMLElement>("[data-note]");
  if (noting) keepNote(noting);
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
  /** Which change of the text was the last, and which is saved. */
  let [typed, saved] = [0, 0];
  let saving = Promise.resolve();
  const say = (what: "saved" | "failed" | "held") => {
    if (status) status.textContent = status.dataset[what] ?? "";
  };
  const save = async () => {
    const now = typed;
    if (now === saved) return;
    const reply = await fetch(address, { method: "POST", body: fieldsOf(form) }).catch(() => undefined);
    if (reply?.ok) saved = now;
    say(reply?.ok ? "saved" : "failed");
  };
  const flush = () => {
    clearTimeout(timer);
    saving = saving.then(save);
    return saving;
  };
  area.addEventListener("input", () => {
    typed++;
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), PAUSE);
  });
  // Another form makes its page before this one is gone: what is typed is saved first. On the way down, before `sendOnce`.
  let isWarned = false;
  document.addEventListener(
    "submit",
    async (event) => {
      if (event.target === form || typed === saved || isWarned) return;
      event.preventDefault();
      await flush();
      if (typed === saved) return (event.target as HTMLFormElement).requestSubmit(event.submitter);
      isWarned = true;
      say("held");
      area.focus();
    },
    true,
  );
  // What takes the page away may be an answer that is then refused. Of one that is sent the server keeps no draft.
  const takeAlong = () => {
    // A long text is more than a page that goes can take along.
    if (typed !== saved && navigator.sendBeacon(address, fieldsOf(form))) saved = typed;
  };
  window.addEventListener("pagehide", takeAlong);
  let isSent = false;
  form.addEventListener("submit", () => {
    isSent = true;
  });
  window.addEventListener("beforeunload", (event) => {
    takeAlong();
    if (typed !== saved && !isSent && !isWarned) event.preventDefault();
  });
  return { flush };
}

/** Keeps a note that is being typed in this tab, for who is signed in there, until it is saved. */
function keepNote(noting: HTMLElement): void {
  const [form, area] = [noting.querySelector("form"), noting.querySelector("textarea")];
  if (!form || !area) return;
  const key = `note:${new FormData(form).get("form-token")}:${form.getAttribute("action")}`;
  if (noting.dataset["note"] === "saved") sessionStorage.removeItem(key);
  else if (area.value === "") area.value = sessionStorage.getItem(key) ?? "";
  area.addEventListener("input", () => sessionStorage.setItem(key, area.value));
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
