import texts from "texts:contact";
import form from "texts:form";
import type { ComponentChild } from "preact";
import { refusal } from "../api.ts";
import type { Host, View } from "../host.ts";
import { drawDone } from "../ui/done.tsx";
import { focusIn } from "../ui/focus.ts";
import { createForm, type FieldSpec } from "../ui/form.tsx";
import { present } from "../ui/present.ts";
import { createSender } from "../ui/sender.ts";
import { fill } from "../ui/text.ts";
import { draftName, newKey, readDraft, writeDraft } from "./draft.ts";
import type { Files } from "./files.tsx";

/** What is said of a message by codes of the worker's; files.js brings the words. */
const words: Record<string, string> = {};

/** The field for a message, alone on its form. */
export const messageField = (label: string): FieldSpec[] => [
  { name: "message", label, autocomplete: "off", area: true, required: true, max: 20_000, words },
];

const FIELDS: readonly FieldSpec[] = [
  { name: "email", label: form.email, type: "email", autocomplete: "email", required: true },
  { name: "name", label: texts.name, autocomplete: "name", max: 100 },
  { name: "subject", label: texts.subject, autocomplete: "off", max: 150 },
  ...messageField(texts.message),
];

/** Where a message goes, and what becomes of it. */
interface Composing<T> {
  fields: readonly FieldSpec[];
  path: string;
  /** The name of its draft. */
  stored: string;
  /** What is in its fields when there is no draft. */
  typed(name: string): string | undefined;
  onSent(body: T): void;
}

/**
 * A form for a message with files. "Sent" is told after the worker's commit only; what was typed, and the files that went up,
 * survive a failure and a reload.
 */
export function compose<T>(
  host: Host,
  root: ShadowRoot,
  redraw: () => void,
  { fields, path, stored, typed, onSent }: Composing<T>,
): () => ComponentChild {
  let found = readDraft(stored);
  let draft = {
    values: found?.values ?? Object.fromEntries(fields.map(({ name }) => [name, typed(name) ?? ""])),
    key: found?.key ?? newKey(),
  };
  let files: Files | undefined;
  /** When they began to type. */
  let began = 0;
  let cards: string | undefined;
  /** Whether files.js could not be had when the button was pressed. */
  let isLost = false;
  const sender = createSender(host);
  const set = (name: string, value: string) => {
    draft = { values: { ...draft.values, [name]: value }, key: newKey() };
    writeDraft(stored, draft);
  };
  const withFiles = async () => {
    const loaded = await import("./files.tsx").catch(() => undefined);
    files ??= loaded?.createFiles({
      ...{ host, root, redraw, sender, words },
      kept: () => draft.values["files"] ?? "",
      keep: (lines) => set("files", lines),
      choose(wish) {
        cards = wish;
      },
    });
    redraw();
    return files;
  };
  const addFile = async () => {
    isLost = !(await withFiles());
    redraw();
    focusIn(root, "#files");
  };
  if (draft.values["files"]) void withFiles();

  return createForm(host, root, redraw, {
    fields,
    values: () => draft.values,
    onInput(name, value) {
      began ||= Date.now();
      sender.prepare();
      set(name, value);
    },
    async send(trap) {
      isLost = false;
      const fault = await files?.finish();
      if (fault) return fault;
      const { files: lines = "", ...values } = draft.values;
      const more = { files: lines.match(/^\S+/gm) ?? [], cards, took: began ? Date.now() - began : undefined };
      const reply = await sender.send<T>(
        path,
        { ...values, ...more, ...trap, lang: host.lang },
        { headers: { "Idempotency-Key": draft.key }, signed: true },
      );
      cards = undefined;
      if (!reply.ok) {
        const isOfFiles = reply.errors.some(({ path, code }) => path === "files" || code === "card_number");
        return isOfFiles ? ((await withFiles())?.explain(reply) ?? refusal("offline")) : reply;
      }
      draft = { values: {}, key: newKey() };
      found = files = undefined;
      began = 0;
      writeDraft(stored, undefined);
      onSent(reply.body);
      return reply;
    },
    label: texts.send,
    busyLabel: texts.sending,
    note: () => (
      <>
        {files ? (
          files.draw()
        ) : (
          <button class="quiet" type="button" onClick={addFile}>
            {texts.addFile}
          </button>
        )}
        <p class="error" role="alert">
          {isLost && form.offline}
        </p>
        <p class="muted">
          {found && `${texts.draft} `}
          {texts.purpose}
        </p>
      </>
    ),
  });
}

/** The contact form. */
export const view: View = (host, root, redraw) => {
  let reference = "";
  const current = compose<{ reference: string }>(host, root, redraw, {
    fields: FIELDS,
    path: "/v1/contact/messages",
    stored: draftName(host),
    // What was typed into the plain form that the host put inside the element, before this one took its place.
    typed: (name) => host.element.querySelector<HTMLInputElement>(`[name=${name}]`)?.value,
    onSent(body) {
      reference = body.reference;
      redraw();
      focusIn(root, "h2");
      host.emit("sent", { reference });
    },
  });

  return () => {
    if (!reference) return current();
    return drawDone(texts.sentTitle, fill(texts.sent, { reference }), texts.another, () => {
      reference = "";
      redraw();
    });
  };
};

export const mount = present(view);
