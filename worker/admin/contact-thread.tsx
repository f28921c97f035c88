import type { ContactFile } from "../contact/files-store.ts";
import type { Conversation } from "../contact/store.ts";
import type { Marks } from "../contact/tables.ts";
import type { MessagePage, Note, ThreadMessage } from "../contact/thread-store.ts";
import { CONVERSATION, sizeInWords } from "./contact-conversation-words.ts";
import type { StaffDesk } from "./desk.ts";
import { When } from "./table.tsx";

/** What stands in a thread: a message, or a note between two. */
export type Step = { kind: "message"; message: ThreadMessage } | { kind: "note"; note: Note };

export const momentOf = (step: Step): number => (step.kind === "message" ? step.message : step.note).createdAt;

/** A page of messages, and the notes since the message before them, in the order in which they were written: each note is on one page. */
export function stepsOf({ messages, since }: MessagePage, notes: readonly Note[], isNewest = true): Step[] {
  const last = isNewest ? Number.POSITIVE_INFINITY : (messages.at(-1)?.createdAt ?? 0);
  const steps: Step[] = [
    ...messages.map((message) => ({ kind: "message" as const, message })),
    ...notes
      .filter(({ createdAt }) => createdAt > (since ?? 0) && createdAt <= last)
      .map((note) => ({ kind: "note" as const, note })),
  ];
  return steps.sort((a, b) => momentOf(a) - momentOf(b));
}

interface ThreadProps {
  desk: StaffDesk;
  conversation: Conversation;
  steps: readonly Step[];
  /** Of members of staff and API keys. */
  names: ReadonlyMap<string, string>;
  /** Where its files are. */
  path: string;
  /** Before the ids of headings, when a page has two threads. */
  prefix?: string;
}

/** What was written, the oldest first: the words of others as plain text, and what is quoted folded away. */
export function Thread({ desk, conversation, steps, names, path, prefix = "" }: ThreadProps) {
  const { lang } = desk;
  const words = CONVERSATION[lang];
  const who = (author: string | null) =>
    author === null ? (conversation.name ?? conversation.email) : (names.get(author) ?? author);
  return (
    <ol class="thread">
      {steps.map((step) => {
        if (step.kind === "note") {
          const { id, author, body, createdAt } = step.note;
          return (
            <li>
              <article class="message remark" aria-labelledby={`${prefix}note-${id}`}>
                <h3 id={`${prefix}note-${id}`}>
                  {words.note}: <bdi>{who(author)}</bdi>
                </h3>
                <p class="muted">
                  <When desk={desk} at={createdAt} />, <strong>{words.notSent}</strong>
                </p>
                <div class="written" dir="auto">
                  {body}
                </div>
              </article>
            </li>
          );
        }
        const { id, author, body, quotedFrom, marks, channel, createdAt, files } = step.message;
        return (
          <li>
            <article
              class={author === null ? "message theirs" : "message ours"}
              aria-labelledby={`${prefix}message-${id}`}
            >
              <h3 id={`${prefix}message-${id}`}>
                <bdi>{who(author)}</bdi>
              </h3>
              <p class="muted">
                <When desk={desk} at={createdAt} />, {words.ways[channel]}
              </p>
              <Doubts desk={desk} marks={marks} />
              <div class="written" dir="auto">
                {body.slice(0, quotedFrom ?? undefined).trimEnd()}
              </div>
              {quotedFrom === null ? null : (
                <details>
                  <summary>{words.quoted}</summary>
                  <div class="written" dir="auto">
                    {body.slice(quotedFrom).trim()}
                  </div>
                </details>
              )}
              <Files {...{ desk, files, path }} />
            </article>
          </li>
        );
      })}
    </ol>
  );
}

/** What is to be known of a message before one believes it. */
function Doubts({ desk, marks }: { desk: StaffDesk; marks: Marks | null }) {
  const words = CONVERSATION[desk.lang];
  const checks = (marks?.failed ?? []).map((check) => check.toUpperCase()).join(", ");
  const said = [
    ...(checks === "" ? [] : [words.failed(checks)]),
    ...(marks?.automatic === undefined ? [] : [words.automatic]),
    ...(marks?.isCut ? [words.cut] : []),
  ];
  return (
    <>
      {said.map((doubt) => (
        <p class="doubt">{doubt}</p>
      ))}
    </>
  );
}

function Files({ desk, files, path }: { desk: StaffDesk; files: readonly ContactFile[]; path: string }) {
  const { lang } = desk;
  const words = CONVERSATION[lang];
  if (files.length === 0) return null;
  return (
    <ul class="files" aria-label={words.files}>
      {files.map(({ id, name, size, refused }) => (
        <li>
          {refused === null ? (
            <a href={`${path}/files/${id}`} download={name}>
              <bdi>{name}</bdi> ({words.download(sizeInWords(size, lang))})
            </a>
          ) : (
            <>
              <bdi>{name}</bdi> ({words.refused[refused]})
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
