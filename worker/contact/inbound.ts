import { authenticationMarks } from "../mail/authentication.ts";
import { automaticReason, isByProgram } from "../mail/automatic.ts";
import { type ParsedMail, parseMail } from "../mail/incoming.ts";
import { addressIn } from "../mail/mime.ts";
import { openAddress } from "../mail/return-address.ts";
import { base64url } from "../platform/bytes.ts";
import { dayIn } from "../platform/calendar.ts";
import { commit, conflictOn, type Statement } from "../platform/db.ts";
import { keepFile, readFile } from "../platform/files.ts";
import { wake } from "../platform/jobs.ts";
import { chooseLanguage } from "../platform/languages.ts";
import { logFailure, logNote } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import { rowOf } from "./files.ts";
import { attachFiles, type ContactFile, insertFile } from "./files-store.ts";
import {
  conversationOfMails,
  deleteOriginal,
  insertMailReceipt,
  insertOriginal,
  leaseOriginals,
  markReceived,
  markUnreadable,
  type Original,
} from "./inbound-store.ts";
import { addMessage } from "./more.ts";
import { open } from "./opening.ts";
import { quotedFrom } from "./quote.ts";
import { mailAbout } from "./receipt.ts";
import { FILES_AT_MOST } from "./shapes.ts";
import { countReceived, findMatter, isSenderBlocked, type Matter, quarantineBlocked, SENT } from "./store.ts";
import type { Marks } from "./tables.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Whoever has not read a mail by then is taken for dead. */
const LEASE = 5 * MINUTE;
/** What failed so often fails for its own sake. */
const MOST_TRIES = 5;
/** Mails that a round takes at once, and how often. */
const AT_ONCE = 20;
const LOTS = 10;
/** Files of a mail whose names are kept; over FILES_AT_MOST their names alone. */
const NAMED_AT_MOST = 2 * FILES_AT_MOST;
/** Receipts of mails to one address a day: more would let two programs answer each other. */
const RECEIPTS_A_DAY = 1;

/** A mail as it was handed over: whom the envelope names, and its bytes. */
export interface HandedOver {
  from: string;
  to: string;
  bytes: Uint8Array;
}

/**
 * Keeps a mail that came in, then reads it: it ends as a message in a conversation, or as an original with the reason why nobody can
 * read it. Throws only when it could not be kept: then it comes again.
 */
export async function takeMail(rt: Runtime, { from, to, bytes }: HandedOver): Promise<void> {
  const original = await keepOriginal(rt, { from, to, bytes });
  const { id } = original;
  await commit(rt, [markReceived({ id, until: rt.now() + LEASE })]);
  await readMail(rt, original, bytes).catch((error: unknown) => logFailure("inbound", error, { mail: id }));
}

async function keepOriginal(rt: Runtime, { from, to, bytes }: HandedOver): Promise<Waiting> {
  const original = { id: base64url(rt.random(16)), envelopeFrom: from, envelopeTo: to };
  // First the row: what is in R2 without one would stay there for good.
  await commit(rt, [insertOriginal({ ...original, state: "arriving", size: bytes.length, receivedAt: rt.now() })]);
  await keepFile(rt, "originals", original.id, bytes);
  return original;
}

/** Keeps a mail that nobody can make anything of, with why. Throws as `takeMail` does. */
export async function setAside(rt: Runtime, { from, to, bytes }: HandedOver, reason: string): Promise<void> {
  const { id } = await keepOriginal(rt, { from, to, bytes });
  await commit(rt, [markReceived({ id, until: rt.now() }), markUnreadable({ id, reason })]);
}

/** The minute's part: reads mails whose reader died, and gives up those that cannot be read. */
export async function readStrays(rt: Runtime): Promise<void> {
  for (let lot = 0; lot < LOTS; lot++) {
    const leased = await leaseOriginals(rt.db, rt.now(), rt.now() + LEASE, AT_ONCE);
    await readAll(rt, leased);
    if (leased.length < AT_ONCE) return;
  }
}

async function readAll(rt: Runtime, originals: readonly Original[]): Promise<void> {
  for (const original of originals) {
    const bytes = await readFile(rt, "originals", original.id);
    if (!bytes || original.tries > MOST_TRIES) {
      await commit(rt, [markUnreadable({ id: original.id, reason: bytes ? "failed" : "lost" })]);
      continue;
    }
    await readMail(rt, original, bytes).catch((error: unknown) =>
      logFailure("inbound", error, { mail: original.id, tries: original.tries }),
    );
  }
}

interface Waiting {
  id: string;
  envelopeFrom: string;
  envelopeTo: string;
}

async function readMail(rt: Runtime, { id, envelopeFrom, envelopeTo }: Waiting, bytes: Uint8Array): Promise<void> {
  const mail = await parseMail(bytes);
  const sender = mail?.from;
  if (!mail || !sender)
    return void (await commit(rt, [markUnreadable({ id, reason: mail ? "no-sender" : "unreadable" })]));
  const reason = automaticReason(envelopeFrom, mail, { addresses: ownAddresses(rt) });
  // What does not fit in a message, or has more parts than anybody looks at, is still in the mail.
  const isCut = mail.isCut || mail.files.length > NAMED_AT_MOST;
  const files = await keepFiles(rt, isCut ? [{ name: "mail.eml", bytes }, ...mail.files] : mail.files);
  const read: Read = {
    ...{ mail, sender, files, isCut },
    original: deleteOriginal({ id }),
    reason,
    isPersonless: reason !== null && isByProgram(reason),
    failed: authenticationMarks(mail, rt.settings.INBOUND_AUTHSERV),
    keyHash: await contentHash(rt, id, mail, files),
  };
  const known = await conversationOf(rt, envelopeTo, mail);
  try {
    const mayJoin = known?.isTheirs && !(read.isPersonless && known.isOver);
    const isJoined = mayJoin && !(await isSenderBlocked(rt.db, sender.email)) && (await join(rt, known.matter, read));
    if (!isJoined) await begin(rt, read, known?.matter.conversation.id ?? null);
  } catch (error) {
    // It was read before, by somebody who died before they could say so, or it was sent twice.
    if (!conflictOn(error, SENT)) throw error;
    await commit(rt, [deleteOriginal({ id })]);
    logNote("inbound", { what: "a mail that was read before", mail: id });
  }
}

/** A mail that has been read, and what is known of it. */
interface Read {
  mail: ParsedMail;
  sender: NonNullable<ParsedMail["from"]>;
  files: readonly ContactFile[];
  /** Whether there is more of it than is shown. */
  isCut: boolean;
  /** Lets go of the mail as it came. */
  original: Statement;
  /** Why no program is to answer it; null when one may. */
  reason: string | null;
  isPersonless: boolean;
  failed: NonNullable<Marks["failed"]>;
  keyHash: string;
}

/**
 * The conversation that a mail says it belongs to: by the address it came to, which is keyed, or as an answer to a mail of ours, whose
 * Message-ID nobody can guess. It is theirs only when its person sent it: another's answer begins one of their own (DESIGN.md 6, no. 12).
 */
async function conversationOf(rt: Runtime, envelopeTo: string, { from, answers }: ParsedMail) {
  const address = await openAddress(rt, envelopeTo);
  const id = address?.kind === "conversation" ? address.id : await conversationOfMails(rt.db, ownMailsIn(rt, answers));
  const matter = id === undefined ? undefined : await findMatter(rt.db, id);
  if (!matter) return undefined;
  const { email, status, closedAt } = matter.conversation;
  const isTheirs = email === from?.email && status !== "unconfirmed";
  return { matter, isTheirs, isOver: closedAt !== null };
}

/** Ids of our mails among Message-IDs. */
function ownMailsIn(rt: Runtime, messageIds: readonly string[]): string[] {
  const domain = addressIn(rt.settings.MAIL_FROM).split("@")[1] ?? "";
  return messageIds.flatMap((text) => {
    const [, id, at] = /^<([\w-]{22})@([^>]+)>$/.exec(text) ?? [];
    return id !== undefined && at?.toLowerCase() === domain.toLowerCase() ? [id] : [];
  });
}

const ownAddresses = ({ settings }: Runtime): string[] =>
  [addressIn(settings.MAIL_FROM), settings.INBOUND_ADDRESS].filter((address) => address !== "");

/** Adds a mail to the conversation that it belongs to. Gives false when that is gone. */
function join(rt: Runtime, matter: Matter, read: Read): Promise<boolean> {
  const { files, original, isPersonless: isAutomatic } = read;
  return addMessage(
    rt,
    matter,
    { channel: "mail", ...messageOf(read) },
    { isAutomatic, files: files.map(({ id }) => id), more: () => [original] },
  );
}

/** Begins a conversation with a mail. What no person wrote lies in quarantine; who writes gets a receipt, unless a program might answer it. */
async function begin(rt: Runtime, read: Read, linkedTo: string | null): Promise<void> {
  const { mail, sender, files, original, reason, isPersonless: isAutomatic, failed } = read;
  const { settings } = rt;
  const now = rt.now();
  // A forged sender never wrote to us: the receipt would be a stranger's mail to them.
  const isAnswered = reason === null && !isAutomatic && !failed.includes("dmarc");
  let receipt: string | undefined;
  await open(
    rt,
    {
      ...{ email: sender.email, name: sender.name, subject: mail.subject === "" ? null : mail.subject },
      ...{ customerNumber: null, surface: "", pageOrigin: null, requestHash: "", linkedTo },
      lang: chooseLanguage(settings.LANGUAGE, mail.header("content-language")),
      channel: "mail",
      status: isAutomatic ? "quarantined" : "new",
      quarantinedFor: isAutomatic ? "automatic" : null,
    },
    messageOf(read),
    (conversation, message) => {
      const about = mailAbout(rt, "contact.receipt", conversation, { message: message.id });
      receipt = isAnswered ? about.id : undefined;
      const caps = {
        ...{ conversation: conversation.id, most: RECEIPTS_A_DAY, since: now - DAY },
        ...{ mostInAll: settings.CONTACT_RECEIPTS_PER_HOUR, hour: now - HOUR },
      };
      const counted = { day: dayIn(settings.TIME_ZONE, now), topicId: "", event: "received" as const, ms: 0, late: 0 };
      return [
        ...attachFiles(
          message.id,
          files.map(({ id }) => id),
        ),
        quarantineBlocked({ conversation: conversation.id }),
        ...(isAnswered ? [insertMailReceipt({ ...about, ...caps })] : []),
        countReceived({ conversation: conversation.id, ...counted }),
        original,
      ];
    },
  );
  if (receipt !== undefined) wake(rt, [{ kind: "mail", id: receipt }]);
}

function messageOf({ mail, keyHash, failed, reason, isCut }: Read) {
  const marks: Marks = {
    ...(failed.length > 0 ? { failed } : {}),
    ...(reason === null ? {} : { automatic: reason }),
    ...(isCut ? { isCut: true } : {}),
  };
  return {
    body: mail.text,
    quotedFrom: quotedFrom(mail.text),
    marks: Object.keys(marks).length > 0 ? marks : null,
    messageId: mail.messageId,
    keyHash,
  };
}

/** Keeps the files of a mail before its message: what is never attached goes after a day. Those over the limits leave their name alone. */
async function keepFiles(rt: Runtime, files: ParsedMail["files"]): Promise<ContactFile[]> {
  const rows = await Promise.all(
    files.map(async ({ name, bytes }, at): Promise<ContactFile> => {
      const row = await rowOf(rt, { name, bytes }, null, Number.POSITIVE_INFINITY);
      return at < FILES_AT_MOST || row.refused !== null ? row : { ...row, refused: "too-many" };
    }),
  );
  const named = rows.slice(0, NAMED_AT_MOST);
  await commit(rt, named.map(insertFile));
  for (const [at, row] of named.entries()) {
    const bytes = files[at]?.bytes;
    if (bytes && row.refused === null) await keepFile(rt, "files", row.id, bytes);
  }
  return named;
}

/**
 * A keyed hash of all that a mail says, by which it is known when it comes again. Without a Message-ID two may well be alike: then one is
 * known by the original it was kept as, which two may read at once.
 */
function contentHash(rt: Runtime, id: string, mail: ParsedMail, files: readonly ContactFile[]): Promise<string> {
  const { from, messageId, subject, text } = mail;
  if (messageId === null) return keyed(rt, "mail", id);
  return keyed(rt, "mail", JSON.stringify([from?.email, messageId, subject, text, files.map(({ sha256 }) => sha256)]));
}
