import { ledgerEntry } from "../ledger/entry.ts";
import type { Returned } from "../mail/returns.ts";
import { base64url } from "../platform/bytes.ts";
import { commit, type Statement } from "../platform/db.ts";
import type { Runtime } from "../platform/runtime.ts";
import { leaveSubscriber } from "./leaving.ts";
import { findReader, findRecipientOf, markLeft, markReplied, markReturned, stopReader } from "./returned-store.ts";

/** A subscriber, as mail that comes back needs to know them. */
export interface Reader {
  id: string;
  email: string;
}

/** To whom a mail went: the subscriber who had a newsletter by it, or has the address it went to. */
export async function readerOf(
  rt: Runtime,
  mailId: string,
  recipient: string | undefined,
): Promise<Reader | undefined> {
  const found = await findRecipientOf(rt.db, mailId);
  return found ?? (recipient === undefined ? undefined : findReader(rt.db, recipient));
}

/**
 * What the newsletter does about a mail that came back or was complained of: its figures count it and, if mail to the address
 * stops, its subscriber is stopped, with an entry in the ledger. For a batch that `mailStatements` ends.
 */
export async function newsletterStatements(
  rt: Runtime,
  returned: Returned,
  reader: Reader | undefined,
): Promise<Statement[]> {
  const mark = markReturned(returned);
  if (!reader) return [mark];
  const { email, reason, status } = returned;
  const entry = await ledgerEntry(rt, "subscriber.stopped", {
    event: base64url(rt.random(16)),
    subject: `subscriber:${reader.id}`,
    body: { email, reason, status },
  });
  const stopping = { ...returned, subscriber: reader.id };
  return [mark, stopReader.append({ ...stopping, ...entry }), ...stopReader.change(stopping)];
}

/** Makes the reader of a mail leave who asked for it by mail; again is fine. Nobody who is gone is no fault. */
export async function leaveByMail(rt: Runtime, mailId: string, reader: Reader | undefined): Promise<void> {
  if (!reader || !(await leaveSubscriber(rt, reader.id, "reply"))) return;
  await commit(rt, [markLeft(rt.db, mailId, rt.now())]);
}

/** Counts an answer to a newsletter; to one mail, once. */
export async function countReply(rt: Runtime, mailId: string): Promise<void> {
  await commit(rt, [markReplied(rt.db, mailId, rt.now())]);
}
