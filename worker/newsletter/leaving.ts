import { type LedgerBodies, ledgerEntry } from "../ledger/entry.ts";
import { newMail } from "../mail/outbox.ts";
import { addressHash, mirrorSoon } from "../mail/suppression.ts";
import { base64url } from "../platform/bytes.ts";
import { commitOnce } from "../platform/challenge.ts";
import { commit, type Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { wake } from "../platform/jobs.ts";
import type { Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { mintToken, openToken } from "../platform/tokens.ts";
import {
  appendErased,
  erase,
  findAddress,
  findAddresses,
  findEarlier,
  findLeaver,
  goneBefore,
  insertLeaveToken,
  insertTokenMail,
  leaving,
  suppressByHash,
} from "./leaving-store.ts";
import { openLeaveId, preferencesOf } from "./links.ts";
import { findSubscriber } from "./list-store.ts";

const DAY = 86_400_000;
/** Leave links per address a day: enough for a person, too few to pester one. */
const LINKS_A_DAY = 3;

/** Hashes that one round makes of who left in earlier days. */
const EARLIER_AT_ONCE = 500;

/** Those that one round erases, each by a batch of their own. */
const GONE_AT_ONCE = 50;

/** By which way somebody left. */
export type LeavingBy = LedgerBodies["consent.withdrawn"]["by"];

/** Mails a link to leave to an address that is pending or active (capped). The caller learns nothing. */
export async function requestLeaveLink(
  rt: Runtime,
  email: string,
  lang: Language,
  challenge: Statement[],
): Promise<void> {
  const now = rt.now();
  const token = await mintToken(rt, "newsletter.unsubscribe", "");
  const mail = newMail(rt, "newsletter.leave", email, lang, { token: token.id });
  const { template, recipient } = mail;
  await commitOnce(rt, [
    ...challenge,
    insertLeaveToken({ ...token, template, recipient, most: LINKS_A_DAY, since: now - DAY }),
    insertTokenMail({ ...mail, token: token.id }),
  ]);
  wake(rt, [{ kind: "mail", id: mail.id }]);
}

/** Of a link that was asked for, which could not name anybody; and of all that were mailed before tokens did. */
const openLeaveRow = async (rt: Runtime, text: string) =>
  (await openToken(rt, "newsletter.unsubscribe", text, findLeaver)).subscriber;

/** The subscriber that an unsubscribe token belongs to. Refuses token_invalid and token_expired; never "used": leaving twice is fine. */
export async function openLeave(rt: Runtime, text: string) {
  const id = await openLeaveId(rt, text);
  const subscriber = id === undefined ? await openLeaveRow(rt, text) : await findSubscriber(rt.db, id);
  if (!subscriber) throw new Refusal("token_invalid");
  return subscriber;
}

/**
 * Makes the subscriber of a token leave, at once and for good, and gives their language. Leaving again is fine: it only
 * ends sign-ups that were asked for since. With the id of a newsletter it is written down that its link was used.
 * Refuses as openLeave does.
 */
export async function leaveByToken(
  rt: Runtime,
  text: string,
  by: "link" | "one-click",
  campaign?: string,
): Promise<string> {
  const { id, email, lang } = await openLeave(rt, text);
  await leaveAs(rt, { id, email }, { by, campaign });
  return lang;
}

/**
 * Makes a subscriber leave, at once and for good; again is fine. `actor` is the ledger's, for who did it in their place.
 * Gives false, and changes nothing, when there is no such subscriber, or they had left or complained before.
 */
export async function leaveSubscriber(rt: Runtime, id: string, by: LeavingBy, actor?: string): Promise<boolean> {
  const subscriber = await findAddress(rt.db, id);
  return subscriber !== undefined && leaveAs(rt, subscriber, { by, actor });
}

/** Makes somebody leave who asked for it by mail, at once and for good; again is fine. `campaign` is the newsletter they answered. */
export async function leaveByMail(rt: Runtime, reader: Leaver & { campaign?: string }): Promise<void> {
  await leaveAs(rt, reader, { by: "reply", campaign: reader.campaign });
}

interface Leaver {
  id: string;
  email: string;
}

interface Way {
  by: LeavingBy;
  actor?: string | undefined;
  campaign?: string | undefined;
}

/** Who moves to another address at that moment leaves with that one: it is read again. */
async function leaveAs(rt: Runtime, { id, email }: Leaver, way: Way): Promise<boolean> {
  const { by, actor, campaign } = way;
  const at = rt.now();
  const hash = await addressHash(rt, email);
  const entry = await ledgerEntry(rt, "consent.withdrawn", {
    // Nothing may stand in the way of leaving: the condition of appendLeaving, not this name, makes it one entry.
    event: base64url(rt.random(16)),
    subject: `subscriber:${id}`,
    ...(actor === undefined ? {} : { actor }),
    body: { email, by, withdrawnAt: new Date(at).toISOString() },
  });
  const [left = 0, suppressed = 0] = await commit(rt, [
    leaving.append({ ...entry, subscriber: id, email }),
    ...leaving.change({ subscriber: id, email, hash, at, by, campaign }),
  ]);
  mirrorSoon(rt, [hash]);
  // Who had left before and has the address is suppressed once more.
  if (left > 0 || suppressed > 0) return left > 0;
  const moved = await findMoved(rt, id, email);
  return moved !== undefined && leaveAs(rt, moved, way);
}

/** A subscriber who has another address than was read. */
async function findMoved(rt: Runtime, id: string, email: string): Promise<Leaver | undefined> {
  const found = await findAddress(rt.db, id);
  return found?.email === email ? undefined : found;
}

/** The minute's part: suppresses by their hash the addresses of who left before there was a list of them, until none is left. */
export async function suppressEarlier(rt: Runtime): Promise<void> {
  const found = await findEarlier(rt.db, EARLIER_AT_ONCE);
  if (found.length === 0) return;
  const rows = found.map(async ({ id, email }) => ({ id, hash: email === null ? null : await addressHash(rt, email) }));
  await commit(rt, suppressByHash(await Promise.all(rows)));
}

/**
 * Erases a subscriber, and keeps only the keyed hash by which no import brings the address back, nor a restored backup the
 * person; its owner can still sign up anew. `actor` is the ledger's; the house itself has none. Gives false, and
 * changes nothing, when there is no such subscriber.
 */
export async function eraseSubscriber(rt: Runtime, id: string, actor?: string): Promise<boolean> {
  const found = await findAddress(rt.db, id);
  return found !== undefined && eraseAs(rt, found, actor);
}

/** Who moves to another address at that moment is erased with that one: it is read again. */
async function eraseAs(rt: Runtime, found: Leaver, actor: string | undefined): Promise<boolean> {
  const { id, email } = found;
  const at = rt.now();
  const hash = await addressHash(rt, email);
  const emails = await findAddresses(rt.db, id);
  const hashes = await Promise.all(emails.map((one) => addressHash(rt, one)));
  const ways = await preferencesOf(rt, found);
  const entry = await ledgerEntry(rt, "subscriber.erased", {
    event: id,
    // None: the trigger that takes a subscriber's entries would take this one, too.
    subject: null,
    ...(actor === undefined ? {} : { actor }),
    body: { subscriber: id },
  });
  const [erased = 0] = await commit(rt, [
    appendErased({ ...entry, subscriber: id, email }),
    ...erase(rt.db, { subscriber: id, email, hash, emails, hashes, at, ways }),
  ]);
  mirrorSoon(rt, hashes);
  if (erased > 0) return true;
  const moved = await findMoved(rt, id, email);
  return moved !== undefined && eraseAs(rt, moved, actor);
}

/**
 * The minute's part: erases who left, bounced or complained before a moment, some at a time, in nobody's name. That mail to the
 * address stopped, and why, stays as its keyed hash.
 */
export async function eraseGone(rt: Runtime, before: number): Promise<void> {
  for (const id of await goneBefore(rt.db, before, GONE_AT_ONCE)) await eraseSubscriber(rt, id);
}
