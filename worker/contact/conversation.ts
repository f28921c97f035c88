import { newMail } from "../mail/outbox.ts";
import { insertMailUpTo } from "../mail/store.ts";
import { base64url } from "../platform/bytes.ts";
import { dayIn } from "../platform/calendar.ts";
import { SPENT } from "../platform/challenge.ts";
import { commit, conflictOn, type Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { wake } from "../platform/jobs.ts";
import type { Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { insertToken, useToken } from "../platform/store.ts";
import { keyed, mintToken, openToken } from "../platform/tokens.ts";
import { referenceOf } from "./reference.ts";
import type { MessageInput } from "./shapes.ts";
import {
  type Conversation,
  confirmConversation,
  findByKey,
  findUnconfirmed,
  insertConversation,
  insertMessage,
  insertReceipt,
  RETRIED,
  TAKEN,
  UNKNOWN,
} from "./store.ts";

const DAY = 86_400_000;
/** Mails of one kind to one address a day that a stranger can cause. Messages over it are stored all the same. */
const MAILS_A_DAY = 20;
/** Two references are hardly ever alike; three tries in a row never are. */
const REFERENCE_TRIES = 3;

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
 * message gives the same reference and no second row. Refuses unknown_customer, idempotency_key_reused
 * and challenge_used.
 */
export async function receive(
  rt: Runtime,
  input: MessageInput,
  received: Received,
  challenge: Statement[],
): Promise<string> {
  return storeOnce(rt, input, received, (conversation) => {
    const { email, lang, reference } = conversation;
    const receipt = newMail(rt, "contact.receipt", email, lang as Language, { reference });
    return {
      conversation: { ...conversation, status: "new" },
      channel: received.customerNumber === null ? "widget" : "panel",
      statements: [...challenge, insertMailUpTo({ ...receipt, most: MAILS_A_DAY, since: rt.now() - DAY })],
      mailId: receipt.id,
    };
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
  await storeOnce(rt, input, { ...received, idempotencyKey }, (conversation) => {
    const mail = newMail(rt, "contact.confirm", conversation.email, conversation.lang as Language, { token: token.id });
    return {
      conversation: { ...conversation, status: "unconfirmed" },
      channel: "form",
      statements: [
        insertToken({ ...token, subject: conversation.id }),
        insertMailUpTo({ ...mail, most: MAILS_A_DAY, since: rt.now() - DAY }),
      ],
      mailId: mail.id,
    };
  });
}

interface Plan {
  conversation: Conversation;
  channel: "widget" | "panel" | "form";
  statements: Statement[];
  mailId: string;
}

async function storeOnce(
  rt: Runtime,
  input: MessageInput,
  received: Received,
  plan: (conversation: Conversation) => Plan,
): Promise<string> {
  const { lang, surface, pageOrigin, customerNumber, idempotencyKey } = received;
  const { email, name = null, subject = null, message } = input;
  const now = rt.now();
  const keyHash = idempotencyKey === null ? null : await keyed(rt, "idempotency", idempotencyKey);
  const requestHash = await fingerprint(rt, input);
  for (let attempt = 1; ; attempt++) {
    const reference = referenceOf(rt.random(8));
    const id = base64url(rt.random(16));
    const { conversation, channel, statements, mailId } = plan({
      id,
      reference,
      status: "new",
      email,
      name,
      subject,
      customerNumber,
      lang,
      surface,
      pageOrigin,
      keyHash,
      requestHash,
      createdAt: now,
      confirmedAt: null,
    });
    const first = { id: base64url(rt.random(16)), conversationId: id, channel, body: message, createdAt: now };
    try {
      await commit(rt, [insertConversation(conversation), insertMessage(first), ...statements]);
      wake(rt, [{ kind: "mail", id: mailId }]);
      return reference;
    } catch (error) {
      if (keyHash !== null && conflictOn(error, RETRIED)) return givenBefore(rt, keyHash, requestHash);
      if (conflictOn(error, UNKNOWN)) throw new Refusal("unknown_customer");
      if (conflictOn(error, SPENT)) throw new Refusal("challenge_used");
      if (!conflictOn(error, TAKEN) || attempt === REFERENCE_TRIES) throw error;
    }
  }
}

async function givenBefore(rt: Runtime, keyHash: string, requestHash: string): Promise<string> {
  const found = await findByKey(rt.db, keyHash);
  if (found?.requestHash !== requestHash) throw new Refusal("idempotency_key_reused");
  return found.reference;
}

/** A keyed hash of what somebody sent: tells equal from different, and nothing else. */
function fingerprint(rt: Runtime, { email, name, subject, message }: MessageInput): Promise<string> {
  return keyed(rt, "fingerprint", JSON.stringify([email, name ?? null, subject ?? null, message]));
}

/** The conversation that a confirmation token belongs to. Refuses token_invalid, token_expired and token_used. */
export async function openMessage(rt: Runtime, text: string) {
  const { token, conversation } = await openToken(rt, "contact.confirm", text, findUnconfirmed);
  if (token.usedAt !== null || conversation?.status !== "unconfirmed") throw new Refusal("token_used");
  return { token, conversation };
}

/** Makes a form's message count, with its receipt on the way. Refuses as openMessage does. */
export async function confirmMessage(rt: Runtime, text: string): Promise<Conversation> {
  const { token, conversation } = await openMessage(rt, text);
  const { id, email, lang, reference } = conversation;
  const receipt = newMail(rt, "contact.receipt", email, lang as Language, { reference });
  const [receipts] = await commit(rt, [
    insertReceipt({ ...receipt, conversation: id }),
    confirmConversation(rt.db, id, rt.now()),
    useToken(rt.db, token.id, rt.now()),
  ]);
  if (receipts === 0) throw new Refusal("token_used");
  wake(rt, [{ kind: "mail", id: receipt.id }]);
  return conversation;
}
