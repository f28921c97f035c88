import { fillFields } from "../contact/answer-fields.ts";
import type { Draft } from "../contact/draft-store.ts";
import type { ContactFile } from "../contact/files-store.ts";
import type { ReadyAnswer } from "../contact/ready-answer-store.ts";
import { AFTER_ANSWER } from "../contact/shapes.ts";
import type { Conversation } from "../contact/store.ts";
import { base64url } from "../platform/bytes.ts";
import { chooseLanguage } from "../platform/languages.ts";
import { FIELD_WORDS } from "../platform/words.ts";
import { CONVERSATION, sizeInWords } from "./contact-conversation-words.ts";
import type { StaffDesk, Form as Values } from "./desk.ts";
import { Area, BasedOn, Select, type Typed } from "./form.tsx";
import { When } from "./table.tsx";

/** The names of fields that bring files which were sent with the form before; an id follows. */
const KEPT = "kept-";

/** Ids of files that were sent with a form before. */
export const keptIn = (form: Values): string[] =>
  Object.keys(form)
    .filter((name) => name.startsWith(KEPT))
    .map((name) => name.slice(KEPT.length));

/** The field that brings such a file again. */
export const keptField = (id: string): Values => ({ [`${KEPT}${id}`]: "yes" });

/** The version that a form is based on; of one that names none, one that there never is. */
const versionIn = (form: Values): number => Number(form["version"] ?? Number.MAX_SAFE_INTEGER);

/** What the form of an answer says, in the shape that answers have. */
export const answerIn = (form: Values, files: readonly string[]) => ({
  body: bodyIn(form),
  quotes: form["quotes"] !== undefined,
  after: form["after"],
  version: versionIn(form),
  files,
  key: form["key"],
});

/** The text of an answer. A browser sends line breaks as two characters (HTML 4.10.21.8). */
export const bodyIn = (form: Values): string => (form["body"] ?? "").replace(/\r\n?/g, "\n");

/** A ready answer as it reads in a conversation, with its fields filled in. */
export interface Filled {
  id: string;
  name: string;
  text: string;
}

/** The ready answers in a conversation's language; those in another language only are left out. */
export function filledIn(
  { rt, member }: StaffDesk,
  conversation: Conversation,
  answers: readonly ReadyAnswer[],
): Filled[] {
  const lang = chooseLanguage(rt.settings.LANGUAGE, conversation.lang);
  const { name, reference, customerNumber } = conversation;
  const values = { lang, name, reference, customer: customerNumber };
  return answers.flatMap(({ id, name, texts }) => {
    const text = texts[lang];
    if (text === undefined) return [];
    return [{ id, name, text: fillFields(text, { ...values, company: rt.settings.COMPANY, agent: member.name }) }];
  });
}

interface AnswerProps {
  desk: StaffDesk;
  conversation: Conversation;
  path: string;
  ready: readonly Filled[];
  draft: Draft | undefined;
  /** When the newest of what the page shows was written. */
  seen: number;
  /** What was typed, when the page comes back with it. */
  typed: Typed | undefined;
  /** Files that were sent with the form before. */
  kept: readonly ContactFile[];
  /** Whether the conversation went on while it was written. */
  isBehind: boolean;
  /** Whether the form's own key was used already. */
  isUsed: boolean;
}

/** The form by which a conversation is answered; the script keeps what is typed as a draft. */
export function AnswerForm(props: AnswerProps) {
  const { desk, conversation, path, draft, seen, kept, isBehind, isUsed } = props;
  const { lang, rt, formToken } = desk;
  const words = CONVERSATION[lang];
  const typed = props.typed ?? { values: { body: draft?.body ?? "", quotes: "yes" }, errors: [] };
  const key = isUsed ? undefined : typed.values["key"];
  // Who was told what came in has seen it; who typed on after a fault elsewhere has not.
  const isTold = !props.typed || isBehind || isUsed;
  return (
    <section aria-labelledby="answer">
      <h2 id="answer">{words.answer}</h2>
      <p>{words.answerTo(conversation.email)}</p>
      {draft && !props.typed ? (
        <p class="note">
          {words.draftOf} <When desk={desk} at={draft.changedAt} />.
          {draft.version === conversation.version ? null : ` ${words.draftBehind}`}
        </p>
      ) : null}
      <form
        method="post"
        action={`${path}/answer`}
        enctype="multipart/form-data"
        class="answering"
        data-draft={`${path}/draft`}
      >
        <input type="hidden" name="form-token" value={formToken} />
        <input type="hidden" name="key" value={key ?? base64url(rt.random(16))} />
        <input type="hidden" name="seen" value={isTold ? String(seen) : (typed.values["seen"] ?? "")} />
        <BasedOn version={isTold ? conversation.version : versionIn(typed.values)} />
        <Ready {...props} typed={typed} />
        <Area {...{ lang, typed }} name="body" label={words.body} hint={words.bodyHint} rows={10} required />
        <p
          role="status"
          class="muted"
          data-saved={words.draftSaved}
          data-failed={words.draftFailed}
          data-held={words.draftHeld}
        />
        <label class="check">
          <input type="checkbox" name="quotes" value="yes" checked={typed.values["quotes"] !== undefined} />
          <span>{words.quotes}</span>
        </label>
        <FileField {...{ desk, typed }} />
        {kept.length === 0 ? null : (
          <fieldset>
            <legend>{words.kept}</legend>
            {kept.map(({ id, name, size }) => (
              <label class="check">
                <input type="checkbox" name={`${KEPT}${id}`} value="yes" checked />
                <span>
                  <bdi>{name}</bdi> ({sizeInWords(size, lang)})
                </span>
              </label>
            ))}
          </fieldset>
        )}
        <Select
          {...{ lang, typed }}
          name="after"
          label={words.after}
          options={Object.fromEntries(AFTER_ANSWER.map((after) => [after, words.afters[after]]))}
        />
        <div class="row">
          <button type="submit">{isBehind || isUsed ? words.sendAnyway : words.send}</button>
          <button type="submit" class="second" formaction={`${path}/draft`} formnovalidate data-scriptless>
            {words.saveDraft}
          </button>
        </div>
      </form>
    </section>
  );
}

function FileField({ desk, typed: { errors } }: { desk: StaffDesk; typed: Typed }) {
  const words = CONVERSATION[desk.lang];
  const code = errors.find(({ path }) => path === "files" || path.startsWith("files."))?.code;
  return (
    <div class="field">
      <label for="files">{words.attach}</label>
      <p class="muted" id="files-hint">
        {words.attachHint}
      </p>
      {code === undefined ? null : (
        <p class="error" id="files-error">
          {FIELD_WORDS[desk.lang][code]}
        </p>
      )}
      <input
        id="files"
        type="file"
        name="files"
        multiple
        aria-describedby={code === undefined ? "files-hint" : "files-hint files-error"}
        {...(code === undefined ? {} : { "aria-invalid": "true" as const })}
      />
    </div>
  );
}

/** What is often said: chosen and put into the answer, by the script where the cursor is, else at the end. */
function Ready({ desk, path, ready, typed }: AnswerProps & { typed: Typed }) {
  const words = CONVERSATION[desk.lang];
  if (ready.length === 0) return null;
  return (
    <div class="field">
      <label for="ready">{words.ready}</label>
      <div class="row">
        <select id="ready" name="ready">
          <option value="">{words.chooseReady}</option>
          {ready.map(({ id, name, text }) => (
            <option value={id} data-text={text} selected={typed.values["ready"] === id}>
              {name}
            </option>
          ))}
        </select>
        <button type="submit" class="second" formaction={`${path}/insert`} formnovalidate data-insert="body">
          {words.insert}
        </button>
      </div>
    </div>
  );
}
