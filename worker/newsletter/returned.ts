import { ledgerEntry } from "../ledger/entry.ts";
import type { Returned } from "../mail/returns.ts";
import { suppressReturned } from "../mail/returns-store.ts";
import { addressHash } from "../mail/suppression.ts";
import { base64url } from "../platform/bytes.ts";
import { commit, type Statement } from "../platform/db.ts";
import type { Runtime } from "../platform/runtime.ts";
import { findReader, findRecipientOf, markReplied, markReturned, stopReader } from "./returned-store.ts";

/** A subscriber, as mail that comes back needs to know them. */
export interface Reader {
  id: string;
  email: string;
  confirmedAt: number | null;
  /** The newsletter that the mail was. */
  campaign?: string;
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
 * stops, its subscriber is stopped, with an entry in the ledger; and, should they have another address by now, mail to that
 * one, too, of which the minute's round tells KV. For a batch that `mailStatements` ends.
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
  return [
    mark,
    stopReader.append({ ...stopping, ...entry }),
    ...stopReader.change(stopping),
    ...(reader.email === email ? [] : [suppressReturned({ ...returned, hash: await addressHash(rt, reader.email) })]),
  ];
}

/** Counts an answer to a newsletter; to one mail, once. */
export async function countReply(rt: Runtime, mailId: string): Promise<void> {
  await commit(rt, [markReplied(rt.db, mailId, rt.now())]);
}
