import { insertMailUpTo } from "../mail/store.ts";
import { dayIn, dayInWords, momentInWords } from "../platform/calendar.ts";
import { commit } from "../platform/db.ts";
import { wake } from "../platform/jobs.ts";
import type { Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { openPage } from "./links.ts";
import type { FindInput, Listed, Thread } from "./person-shapes.ts";
import { findOfPerson } from "./person-store.ts";
import { PERSON_WORDS } from "./person-words.ts";
import { mailAbout } from "./receipt.ts";
import { type Conversation, findMatter, type Matter } from "./store.ts";
import type { MessagePage, ThreadMessage } from "./thread-store.ts";

const DAY = 86_400_000;
/** Links that are mailed to one address a day. */
const LINKS_A_DAY = 5;

/**
 * Mails a new link to the private page that a token opens or once opened, to the address of that conversation alone, up to five a
 * day; nothing when there is none any more. Refuses token_invalid.
 */
export async function renewLink(rt: Runtime, token: string): Promise<void> {
  const { id } = await openPage(rt, token);
  const matter = await findMatter(rt.db, id);
  if (matter) await mailLink(rt, matter.conversation, LINKS_A_DAY);
}

/** Mails the link to who knows reference and address; who does not causes the same statements, which then add no mail. */
export async function findAgain(rt: Runtime, input: FindInput, lang: Language): Promise<void> {
  const found = await findOfPerson(rt.db, input);
  if (found) await mailLink(rt, found, LINKS_A_DAY);
  else await mailLink(rt, { ...input, id: "", lang }, 0);
}

async function mailLink(rt: Runtime, to: Pick<Conversation, "id" | "reference" | "email" | "lang">, most: number) {
  const mail = mailAbout(rt, "contact.link", to);
  await commit(rt, [insertMailUpTo({ ...mail, most, since: rt.now() - DAY })]);
  wake(rt, [{ kind: "mail", id: mail.id }]);
}

/** What its person sees of a conversation in a list. */
export function listedOf(rt: Runtime, conversation: Conversation, lang: Language): Listed {
  const words = PERSON_WORDS[lang];
  const { reference, subject, closedAt } = conversation;
  const status = statusOf(conversation);
  const says = status === "closed" ? words.closed(dayOf(rt, closedAt ?? rt.now(), lang)) : words.says[status];
  return { reference, title: subject || words.about(reference), status, says };
}

/** All that its person sees of a conversation: never a name of staff, a note or a mark. */
export function shownThread(rt: Runtime, { conversation, messages }: Matter & MessagePage, lang: Language): Thread {
  const words = PERSON_WORDS[lang];
  const { deleteAt } = conversation;
  return {
    ...listedOf(rt, conversation, lang),
    kept: deleteAt === null ? words.kept : words.keptUntil(dayOf(rt, deleteAt, lang)),
    messages: messages.map((message) => shownMessage(rt, message, lang)),
  };
}

function shownMessage(rt: Runtime, { author, body, quotedFrom, createdAt, files }: ThreadMessage, lang: Language) {
  const words = PERSON_WORDS[lang];
  const end = quotedFrom ?? body.length;
  return {
    by: `${author === null ? words.you : words.us} · ${momentInWords(createdAt, lang, rt.settings.TIME_ZONE)}`,
    isOurs: author !== null,
    text: body.slice(0, end).trimEnd(),
    quoted: body.slice(end).trim(),
    files: files.map(({ id, name, size, refused }) => ({
      // What was not kept has a name and nothing to fetch.
      id: refused === null ? id : "",
      name,
      size: refused === null ? sizeInWords(size, lang) : words.notKept,
    })),
  };
}

/** What may be spam looks to its sender as if nobody had looked at it yet. */
function statusOf({ status }: Conversation): Listed["status"] {
  if (status === "open" || status === "waiting") return status;
  return status === "closed" || status === "archived" ? "closed" : "received";
}

const dayOf = (rt: Runtime, at: number, lang: Language): string => dayInWords(dayIn(rt.settings.TIME_ZONE, at), lang);

/** A size in bytes as people read it: "12 kB", "1,5 MB". */
export function sizeInWords(bytes: number, lang: Language): string {
  const [count, unit] = bytes < 1_000_000 ? [Math.ceil(bytes / 1_000), "kB"] : [bytes / 1_000_000, "MB"];
  return `${count.toLocaleString(lang === "en" ? "en-GB" : lang, { maximumFractionDigits: 1 })} ${unit}`;
}
