import texts from "texts:files";
import type { ComponentChild } from "preact";
import { type Call, type Reply, refusal } from "../api.ts";
import type { Host } from "../host.ts";
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
  name: string;
  /** Once it went up. */
  id: string;
  file?: File;
  /** A retry uses it again. */
  key: string;
  /** A code of why it did not go up. */
  fault?: string;
}

const MOST = 10;
const BYTES = 10_485_760;
/** No reply for as long as this, in milliseconds, is none. */
const LIMIT = 300_000;
const WORDS: Readonly<Record<string, string>> = texts;

/** Sends as fetch would, and tells how far it is. */
const sending =
  (onProgress: (percent: number) => void): NonNullable<Call["by"]> =>
  (url, { headers, body }) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", url);
      request.timeout = LIMIT;
      for (const name in headers) request.setRequestHeader(name, headers[name] ?? "");
      request.upload.onprogress = ({ loaded, total }) => onProgress(Math.floor((loaded / total) * 100));
      request.onload = () => resolve({ ok: request.status === 201, text: async () => request.responseText });
      request.onerror = request.ontimeout = reject;
      request.send(body as Blob);
    });

/** Files that go up one after another as soon as they are chosen, each under a key of its own, so that a retry is safe. */
export function createFiles({ host, redraw, sender, words, kept, keep, choose }: FilesSpec): Files {
  Object.assign(words, texts);
  let entries: Entry[] = (kept().match(/^\S+ .+/gm) ?? []).map((line) => {
    const [id = ""] = line.split(" ");
    return { id, name: line.slice(id.length + 1), key: "" };
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
  const sendOne = async (entry: Entry) => {
    const { file, name, key } = entry;
    if (!file || entry.id || (entry.fault && entry.fault !== "failed")) return;
    delete entry.fault;
    const onProgress = (percent: number) => {
      const [at, count] = [entries.indexOf(entry) + 1, entries.length];
      say(fill(texts.progress, { at, count, percent }));
    };
    onProgress(0);
    const reply = await sender.send<{ id: string }>(`/v1/contact/files?name=${encodeURIComponent(name)}`, file, {
      headers: { "Idempotency-Key": key },
      signed: true,
      by: sending(onProgress),
    });
    if (reply.ok) entry.id = reply.body.id;
    else {
      entry.fault = reply.errors[0]?.code ?? "failed";
      host.emit("error", { code: reply.code });
    }
    // It may have been taken away meanwhile.
    if (entries.includes(entry)) store();
  };
  const sendAll = async () => {
    for (const entry of entries) await sendOne(entry);
    running = undefined;
    say(entries.every(({ id }) => id) && entries.length > 0 ? texts.done : "");
  };
  const start = () => {
    running ??= sendAll();
    return running;
  };
  const add = ({ currentTarget: input }: { currentTarget: HTMLInputElement }) => {
    for (const file of input.files ?? []) {
      const fault = entries.length >= MOST ? "too_many" : file.size > BYTES ? "too_large" : "";
      entries.push({ id: "", name: file.name, file, key: newKey(), ...(fault ? { fault } : {}) });
    }
    input.value = "";
    void start();
  };
  const remove = (entry: Entry) => {
    entries = entries.filter((other) => other !== entry);
    store();
    redraw();
  };

  return {
    async finish() {
      // What was chosen while others went up waits for them.
      await running;
      await start();
      return entries.every(({ id }) => id) ? undefined : refusal("offline", [{ path: "message", code: "unsent" }]);
    },
    explain(refused) {
      asksCards = refused.errors.some(({ code }) => code === "card_number");
      if (!refused.errors.some(({ path }) => path === "files")) return refused;
      entries = [];
      store();
      return refusal(refused.code, [{ path: "message", code: "gone" }]);
    },
    draw: () => (
      <>
        {asksCards && (
          <div class="row field">
            {(["mask", "keep"] as const).map((wish) => (
              <button
                type="submit"
                part="button"
                onClick={() => {
                  asksCards = false;
                  choose(wish);
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
            <div class="row" key={entry.key}>
              <span>
                {entry.name} {entry.fault && <span class="error">{WORDS[entry.fault] ?? texts.failed}</span>}
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
            <button class="quiet" type="button" onClick={start}>
              {texts.again}
            </button>
          )}
        </div>
      </>
    ),
  };
}
