import texts from "texts:files";
import type { ComponentChild } from "preact";
import { type Call, type Reply, refusal } from "../api.ts";
import type { Host } from "../host.ts";
import { focusIn } from "../ui/focus.ts";
import type { Sender } from "../ui/sender.ts";
import { fill } from "../ui/text.ts";
import { newKey } from "./draft.ts";

/** The files of a message, and what its sender says to a card number in it. */
export interface Files {
  draw(): ComponentChild;
  /** Sends what is not sent yet; gives what to say when not all could be. */
  finish(): Promise<Refused | undefined>;
  /** A refusal of the worker's in terms of the form's fields. */
  explain(refused: Refused): Refused;
}

type Refused = Exclude<Reply<unknown>, { ok: true }>;

interface FilesSpec {
  host: Host;
  root: ShadowRoot;
  redraw: () => void;
  sender: Sender;
  /** Where the words for codes of the worker's go. */
  words: Record<string, string>;
  /** The files that went up, a line each: id, space, name. */
  kept(): string;
  keep(lines: string): void;
  /** Tells what to do with a card number; the form is sent then. */
  choose(wish: "mask" | "keep"): void;
}

interface Entry {
  /** Tells it from the others. */
  number: number;
  name: string;
  /** Once it went up. */
  id: string;
  file?: File;
  /** A retry uses it again. */
  key: string;
  /** A code of why it did not go up. */
  fault?: string;
  /** Ends its going up. */
  stop: AbortController;
}

const MOST = 10;
const BYTES = 10_485_760;
/** No progress and no reply for as long as this, in milliseconds, is none. */
const LIMIT = 60_000;
const WORDS: Readonly<Record<string, string>> = texts;

/** Sends as fetch would, until it is stopped, and tells how far it is. */
const sending =
  ({ signal }: AbortController, onProgress: (percent: number) => void): NonNullable<Call["by"]> =>
  (url, { headers, body }) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const request = new XMLHttpRequest();
      const stop = () => request.abort();
      // Not its own, which counts from the start: a slow line takes long for a large file.
      let timer = setTimeout(stop, LIMIT);
      request.open("POST", url);
      for (const name in headers) request.setRequestHeader(name, headers[name] ?? "");
      request.upload.onprogress = ({ loaded, total }) => {
        clearTimeout(timer);
        timer = setTimeout(stop, LIMIT);
        onProgress(Math.floor((loaded / total) * 100));
      };
      request.onload = () => resolve({ ok: request.status === 201, text: async () => request.responseText });
      request.onerror = request.onabort = reject;
      request.onloadend = () => clearTimeout(timer);
      signal.onabort = stop;
      request.send(body as Blob);
    });

/** Files that go up one after another as soon as they are chosen, each under a key of its own, so that a retry is safe. */
export function createFiles({ host, root, redraw, sender, words, kept, keep, choose }: FilesSpec): Files {
  Object.assign(words, texts);
  let count = 0;
  const entryOf = (name: string, more: Pick<Entry, "file"> & { id?: string }): Entry => {
    count++;
    return { id: "", ...more, number: count, name, key: newKey(), stop: new AbortController() };
  };
  let entries: Entry[] = (kept().match(/^\S+ .+/gm) ?? []).map((line) => {
    const [id = ""] = line.split(" ");
    return entryOf(line.slice(id.length + 1), { id });
  });
  let running: Promise<void> | undefined;
  let progress = "";
  let asksCards = false;

  const store = () =>
    keep(
      entries
        .filter(({ id }) => id)
        .map(({ id, name }) => `${id} ${name}`)
        .join("\n"),
    );
  const say = (text: string) => {
    progress = text;
    redraw();
  };
  const faultOf = (entry: Entry) => entry.fault ?? (entries.indexOf(entry) < MOST ? undefined : "too_many");
  const wordsOf = (fault: string) => WORDS[fault] ?? texts.failed;
  const sendOne = async (entry: Entry, file: File) => {
    const { name, key, stop } = entry;
    const onProgress = (percent: number) => {
      const [at, count] = [entries.indexOf(entry) + 1, entries.length];
      if (at > 0) say(fill(texts.progress, { at, count, percent }));
    };
    onProgress(0);
    const reply = await sender.send<{ id: string }>(`/v1/contact/files?name=${encodeURIComponent(name)}`, file, {
      headers: { "Idempotency-Key": key },
      signed: true,
      by: sending(stop, onProgress),
    });
    // It may have been taken away meanwhile.
    if (!entries.includes(entry)) return;
    if (reply.ok) entry.id = reply.body.id;
    else {
      entry.fault = reply.errors[0]?.code ?? "failed";
      host.emit("error", { code: reply.code });
    }
    store();
  };
  const isWaiting = (entry: Entry) => entry.file && !entry.id && !faultOf(entry);
  const sendAll = async () => {
    for (let next = entries.find(isWaiting); next; next = entries.find(isWaiting)) {
      if (next.file) await sendOne(next, next.file);
    }
  };
  const conclude = () => {
    running = undefined;
    const names = entries
      .map((entry) => [entry.name, faultOf(entry)] as const)
      .flatMap(([name, fault]) => (fault ? `${name} (${wordsOf(fault)})` : []))
      .join(", ");
    say(names ? fill(texts.out, { names }) : entries.length > 0 ? texts.done : "");
  };
  const start = () => {
    running ??= sendAll().then(conclude);
    return running;
  };
  const again = () => {
    for (const entry of entries) if (entry.fault === "failed") delete entry.fault;
    return start();
  };
  const add = ({ currentTarget: input }: { currentTarget: HTMLInputElement }) => {
    for (const file of input.files ?? []) {
      entries.push({ ...entryOf(file.name, { file }), ...(file.size > BYTES ? { fault: "too_large" } : {}) });
    }
    input.value = "";
    void start();
  };
  const remove = (entry: Entry) => {
    entries = entries.filter((other) => other !== entry);
    entry.stop.abort();
    store();
    // There may be room for another now.
    void start();
    redraw();
    focusIn(root, "#files");
  };

  const drawFault = (fault: string | undefined) => fault && <span class="error">{wordsOf(fault)}</span>;

  return {
    async finish() {
      // What was chosen while others went up went with them.
      await running;
      await again();
      return entries.every(({ id }) => id) ? undefined : refusal("offline", [{ path: "message", code: "unsent" }]);
    },
    explain(refused) {
      asksCards = refused.errors.some(({ code }) => code === "card_number");
      if (!refused.errors.some(({ path }) => path === "files")) return refused;
      const isAll = entries.every(({ file }) => file);
      entries = entries.flatMap(({ name, file }) => (file ? entryOf(name, { file }) : []));
      store();
      void start();
      return refusal(refused.code, [{ path: "message", code: isAll ? "renewed" : "gone" }]);
    },
    draw: () => (
      <>
        {asksCards && (
          <div class="row field">
            {(["mask", "keep"] as const).map((wish) => (
              <button
                type="button"
                part="button"
                onClick={({ currentTarget: { form } }) => {
                  asksCards = false;
                  choose(wish);
                  form?.requestSubmit();
                }}
              >
                {texts[wish]}
              </button>
            ))}
          </div>
        )}
        <div class="field">
          <label for="files">{texts.label}</label>
          <input id="files" type="file" multiple part="input" aria-describedby="files-hint" onChange={add} />
          <p class="muted" id="files-hint">
            {texts.hint}
          </p>
          {entries.map((entry) => (
            <div class="row" key={entry.number}>
              <span>
                {entry.name} {drawFault(faultOf(entry))}
              </span>
              <button
                class="quiet"
                type="button"
                aria-label={`${texts.remove}: ${entry.name}`}
                onClick={() => remove(entry)}
              >
                {texts.remove}
              </button>
            </div>
          ))}
          <p role="status">{progress}</p>
          {!running && entries.some(({ fault }) => fault === "failed") && (
            <button class="quiet" type="button" onClick={again}>
              {texts.again}
            </button>
          )}
        </div>
      </>
    ),
  };
}
