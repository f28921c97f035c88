import type { Language } from "../platform/languages.ts";
import { FIELD_WORDS } from "../platform/words.ts";
import { attributesOf, EnterButton, FieldBox, type ShownError } from "./fields.tsx";
import type { Thread } from "./person-shapes.ts";
import { EMPTY_FILE, PERSON_WORDS } from "./person-words.ts";

/** What a form came back with: what was typed, what is wrong with it, and a sentence for what is wrong as a whole. */
export interface Returned {
  values: Readonly<Record<string, string>>;
  errors: readonly ShownError[];
  fault: string | null;
}

/** A file that was sent already and waits for its message. */
export interface KeptFile {
  id: string;
  name: string;
}

interface ConversationProps {
  lang: Language;
  thread: Thread;
  /** The address of something of this conversation, with its token. */
  to(path: string): string;
  /** Where the script sends a file. */
  upload: string;
  /** What makes a second press of the button no second message. */
  formKey: string;
  kept: readonly KeptFile[];
  /** Where the messages before these are, when there are any. */
  older: string | null;
  /** Whether these are not the newest. */
  isOlder: boolean;
  done: "added" | "closed" | null;
  returned: Returned | null;
}

/** The private page of a conversation: all that was said, more to say, and the ways to end it. */
export function ConversationPage(props: ConversationProps) {
  const { lang, thread, to, done, returned } = props;
  const words = PERSON_WORDS[lang];
  return (
    <>
      <h1>{words.title(thread.reference)}</h1>
      {done ? (
        <p class="note" role="status">
          {words.done[done]}
        </p>
      ) : null}
      {returned ? (
        <p class="note" role="alert">
          {returned.fault}
        </p>
      ) : null}
      {done === "closed" && thread.status === "closed" ? null : <p>{thread.says}</p>}
      <Messages {...props} />
      <h2 id="add">{words.add.title}</h2>
      <AddForm {...props} />
      {thread.status === "closed" ? null : (
        <>
          <h2>{words.close.title}</h2>
          <p>{words.close.text}</p>
          <form method="post" action={to("/close")}>
            <button type="submit">{words.close.label}</button>
          </form>
        </>
      )}
      <h2>{words.erase.title}</h2>
      <p>{thread.kept}</p>
      <p>
        {words.erase.text} <a href={to("/erase")}>{words.erase.label}</a>
      </p>
    </>
  );
}

function Messages({ lang, thread, to, older, isOlder }: ConversationProps) {
  const words = PERSON_WORDS[lang];
  return (
    <section aria-labelledby="subject">
      <h2 id="subject" dir="auto">
        {thread.title}
      </h2>
      {older ? (
        <p>
          <a href={older}>{words.older}</a>
        </p>
      ) : null}
      <ol class="thread">
        {thread.messages.map(({ by, isOurs, text, quoted, files }) => (
          <li class={isOurs ? "ours" : undefined}>
            <p class="muted">{by}</p>
            <div class="words" dir="auto">
              {text}
            </div>
            {quoted ? (
              <details>
                <summary>{words.quoted}</summary>
                <div class="words" dir="auto">
                  {quoted}
                </div>
              </details>
            ) : null}
            {files.length > 0 ? (
              <ul>
                {files.map(({ id, name, size }) => (
                  <li>
                    {id ? (
                      <a href={to(`/files/${id}`)} download={name}>
                        {words.file(name, size)}
                      </a>
                    ) : (
                      words.file(name, size)
                    )}
                  </li>
                ))}
              </ul>
            ) : null}
          </li>
        ))}
      </ol>
      {isOlder ? (
        <p>
          <a href={to("")}>{words.toNewest}</a>
        </p>
      ) : null}
    </section>
  );
}

function AddForm({ lang, thread, to, upload, formKey, kept, returned }: ConversationProps) {
  const words = PERSON_WORDS[lang].add;
  const { too_large, dangerous } = FIELD_WORDS[lang];
  const said = { ...words.said, too_large, dangerous, required: EMPTY_FILE[lang] };
  const errors = returned?.errors ?? [];
  return (
    <form
      method="post"
      action={to("")}
      enctype="multipart/form-data"
      novalidate
      data-upload={upload}
      data-draft={`fineprint:${thread.reference}`}
    >
      <EnterButton />
      <input type="hidden" name="key" value={formKey} />
      <FieldBox lang={lang} errors={errors} name="message" label={words.message}>
        <textarea {...attributesOf("message", errors)} required dir="auto" rows={8}>
          {returned?.values["message"] ?? ""}
        </textarea>
      </FieldBox>
      <fieldset class="choices" hidden={kept.length === 0}>
        <legend>{words.kept}</legend>
        {kept.map(({ id, name }) => (
          <label>
            <input type="checkbox" name={`${KEPT}${id}`} checked />
            {name}
          </label>
        ))}
      </fieldset>
      <FieldBox lang={lang} errors={errors} name="files" label={words.files} hint={words.filesHint}>
        <input {...attributesOf("files", errors, words.filesHint)} type="file" multiple />
      </FieldBox>
      <p role="status" {...Object.fromEntries(Object.entries(said).map(([what, text]) => [`data-${what}`, text]))} />
      <button type="submit">{words.label}</button>
    </form>
  );
}

/** The name of a box for a file that waits begins so, and ends with the file's id. */
export const KEPT = "file.";

interface FindProps {
  lang: Language;
  returned: Returned | null;
}

/** The form by which somebody who lost their link asks for another. */
export function FindPage({ lang, returned }: FindProps) {
  const words = PERSON_WORDS[lang].find;
  const errors = returned?.errors ?? [];
  return (
    <>
      <h1>{words.title}</h1>
      {returned?.fault ? (
        <p class="note" role="alert">
          {returned.fault}
        </p>
      ) : null}
      <p>{words.text}</p>
      <form method="post" action={`/contact/find?lang=${lang}`} novalidate>
        <FieldBox lang={lang} errors={errors} name="reference" label={words.reference}>
          <input
            {...attributesOf("reference", errors)}
            type="text"
            required
            autocomplete="off"
            value={returned?.values["reference"] ?? ""}
          />
        </FieldBox>
        <FieldBox lang={lang} errors={errors} name="email" label={words.email}>
          <input
            {...attributesOf("email", errors)}
            type="email"
            required
            autocomplete="email"
            value={returned?.values["email"] ?? ""}
          />
        </FieldBox>
        <button type="submit">{words.label}</button>
      </form>
    </>
  );
}

interface WayOnProps {
  title: string;
  text: string;
  label: string;
  /** Where the button posts to; a link when it is `isLink`. */
  to: string;
  isLink?: boolean;
}

/** A page that says what is the case, with one way on. */
export const WayOnPage = ({ title, text, label, to, isLink = false }: WayOnProps) => (
  <>
    <h1>{title}</h1>
    <p>{text}</p>
    {isLink ? (
      <p>
        <a href={to}>{label}</a>
      </p>
    ) : (
      <form method="post" action={to}>
        <button type="submit">{label}</button>
      </form>
    )}
  </>
);
