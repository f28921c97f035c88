import { newMail } from "../mail/outbox.ts";
import { insertMailUpTo } from "../mail/store.ts";
import { dayIn } from "../platform/calendar.ts";
import { SPENT } from "../platform/challenge.ts";
import { conflictOn, type Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { wake } from "../platform/jobs.ts";
import type { Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { insertToken, useToken } from "../platform/store.ts";
import { keyed, mintToken, openToken } from "../platform/tokens.ts";
import { change } from "./change.ts";
import { checkWaiting } from "./files.ts";
import { attachFiles } from "./files-store.ts";
import { type Beginning, open } from "./opening.ts";
import { MAILS_A_DAY, mailAbout } from "./receipt.ts";
import type { MessageInput } from "./shapes.ts";
import {
  type Conversation,
  countReceived,
  findByKey,
  findUnconfirmed,
  insertReceipt,
  quarantineBlocked,
  RETRIED,
} from "./store.ts";

const DAY = 86_400_000;
/** Nobody writes a message in less, in milliseconds. */
const HASTE = 1_500;

/** Where a message came in, and from whom. */
export interface Received {
  lang: Language;
  surface: string;
  pageOrigin: string | null;
  /** The number a verified panel token names. */
  customerNumber: string | null;
  /** A key of the sender's by which a retry is known; null when there is none. */
  idempotencyKey: string | null;
}

/**
 * Stores a message as a conversation, with its receipt on the way, and gives its reference. The same key with the same
 * message gives the same reference and no second row. What may be spam is put aside, and its sender not told. Refuses
 * unknown_customer, idempotency_key_reused, challenge_used, and file_refused for files that do not wait.
 */
export async function receive(
  rt: Runtime,
  input: MessageInput,
  received: Received,
  challenge: Statement[],
): Promise<string> {
  const isKnown = received.customerNumber !== null;
  const isHasty = !isKnown && input.took !== undefined && input.took < HASTE;
  return storeOnce(rt, input, received, {
    channel: isKnown ? "panel" : "widget",
    status: isHasty ? "quarantined" : "new",
    quarantinedFor: isHasty ? "hasty" : null,
    mail: (conversation) => mailAbout(rt, "contact.receipt", conversation),
    statements: ({ id, email }, mail) => [
      ...challenge,
      quarantineBlocked({ conversation: id }),
      insertReceipt({ ...mail, conversation: id, recipient: email, most: MAILS_A_DAY, since: rt.now() - DAY }),
      countReceived({
        ...{ conversation: id, day: dayIn(rt.settings.TIME_ZONE, rt.now()), topicId: "", event: "received" as const },
        ...{ ms: 0, late: 0 },
      }),
    ],
  });
}

/**
 * Stores a message from a plain form, which counts after a click in the mail that goes out for it. A double submit is
 * one message. The caller learns nothing of the address: not even that it has had its mails for the day.
 */
export async function receiveForm(rt: Runtime, input: MessageInput, received: Received): Promise<void> {
  // The same words on another day are another message.
  const day = dayIn(rt.settings.TIME_ZONE, rt.now());
  const idempotencyKey = `form:${day}:${await fingerprint(rt, input)}`;
  const token = await mintToken(rt, "contact.confirm", "");
  await storeOnce(
    rt,
    input,
    { ...received, idempotencyKey },
    {
      channel: "form",
      status: "unconfirmed",
      mail: ({ id, email, lang }) =>
        newMail(rt, "contact.confirm", email, lang as Language, { token: token.id, conversation: id }),
      statements: ({ id }, mail) => [
        insertToken({ ...token, subject: id }),
        insertMailUpTo({ ...mail, most: MAILS_A_DAY, since: rt.now() - DAY }),
      ],
    },
  );
}

type Mail = ReturnType<typeof newMail>;

/** By which way a message came, the mail that it causes, and what is committed with it. */
interface Plan extends Pick<Beginning, "channel" | "status" | "quarantinedFor"> {
  mail(conversation: Omit<Conversation, "seq">): Mail;
  statements(conversation: Omit<Conversation, "seq">, mail: Mail): readonly Statement[];
}

async function storeOnce(rt: Runtime, input: MessageInput, received: Received, plan: Plan): Promise<string> {
  const { lang, surface, pageOrigin, customerNumber, idempotencyKey } = received;
  const { email, name = null, subject = null, message, files } = input;
  const keyHash = idempotencyKey === null ? null : await keyed(rt, "idempotency", idempotencyKey);
  const requestHash = await fingerprint(rt, input);
  const { mail: mailOf, statements, ...how } = plan;
  let mailId = "";
  try {
    await checkWaiting(rt, files ?? []);
    const { reference } = await open(
      rt,
      { email, name, subject, customerNumber, lang, surface, pageOrigin, keyHash, requestHash, ...how },
      { body: message },
      (conversation, first) => {
        const mail = mailOf(conversation);
        mailId = mail.id;
        return [...attachFiles(first.id, files), ...statements(conversation, mail)];
      },
    );
    wake(rt, [{ kind: "mail", id: mailId }]);
    return reference;
  } catch (error) {
    // Of a retry the files are with the message of the first try.
    const isRetry = conflictOn(error, RETRIED) || (error instanceof Refusal && error.code === "file_refused");
    if (keyHash !== null && isRetry) return givenBefore(rt, keyHash, requestHash, error);
    if (conflictOn(error, SPENT)) throw new Refusal("challenge_used");
    throw error;
  }
}

async function givenBefore(rt: Runtime, keyHash: string, requestHash: string, error: unknown): Promise<string> {
  const found = await findByKey(rt.db, keyHash);
  if (!found) throw error;
  if (found.requestHash !== requestHash) throw new Refusal("idempotency_key_reused");
  return found.reference;
}

/** A keyed hash of what somebody sent: tells equal from different, and nothing else. */
function fingerprint(rt: Runtime, { email, name, subject, message, files = [] }: MessageInput): Promise<string> {
  return keyed(rt, "fingerprint", JSON.stringify([email, name ?? null, subject ?? null, message, ...files]));
}

/** The conversation that a confirmation token belongs to. Refuses token_invalid, token_expired and token_used. */
export async function openMessage(rt: Runtime, text: string) {
  const found = await openToken(rt, "contact.confirm", text, findUnconfirmed);
  const { token, conversation } = found;
  if (token.usedAt !== null || conversation?.status !== "unconfirmed") throw new Refusal("token_used");
  return { token, conversation, isBlocked: found.isBlocked === 1 };
}

/** Makes a form's message count, with its receipt on the way. Refuses as openMessage does. */
export async function confirmMessage(rt: Runtime, text: string): Promise<Conversation> {
  const { token, conversation, isBlocked } = await openMessage(rt, text);
  const isMade = await change(
    rt,
    { conversation, topic: null },
    (handler, now) => (isBlocked ? handler.quarantined(now, rt.now(), "blocked") : handler.confirmed(now, rt.now())),
    {
      mails: isBlocked ? [] : [mailAbout(rt, "contact.receipt", conversation)],
      more: () => [useToken(rt.db, token.id, rt.now())],
    },
  );
  if (!isMade) throw new Refusal("token_used");
  return conversation;
}
