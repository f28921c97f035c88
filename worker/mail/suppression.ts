import { ledgerEntry } from "../ledger/entry.ts";
import { base64url } from "../platform/bytes.ts";
import { commit, type Statement } from "../platform/db.ts";
import { dropKey, getEach, keepJson } from "../platform/kv.ts";
import { logFailure } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import {
  appendAllowed,
  appendSuppressed,
  deleteSuppression,
  findSuppressions,
  insertNewSuppression,
  insertSuppression,
  markMirrored,
  type Suppression,
  unmirrored,
} from "./suppression-store.ts";
import { SUPPRESSION_REASONS } from "./tables.ts";

/** Keys in one bulk read of KV, by Cloudflare's limit. */
const KEYS_AT_ONCE = 100;
/** Keys that a round tells KV: it has other work, too. */
const MIRRORED_AT_ONCE = 500;

/** Why mail to an address stopped, and when. */
export interface Stop {
  reason: Suppression["reason"];
  at: number;
}

/** An address as the list of suppressions knows it: nobody can read it back. */
export const addressHash = (rt: Pick<Runtime, "settings">, email: string): Promise<string> =>
  keyed(rt, "suppression", email);

/** Each time is an event of its own; the entry is found by the address's hash. */
const told = (rt: Runtime, actor: string, hash: string) => ({
  event: base64url(rt.random(12)),
  subject: `address:${hash}`,
  actor,
});

/**
 * Stops mail to an address that is made together with others (notices, newsletters). `by` is the ledger's actor. Gives false, and
 * changes nothing, when it was stopped before for this reason or a stronger one.
 */
export async function suppress(rt: Runtime, by: string, email: string, reason: Stop["reason"]): Promise<boolean> {
  const hash = await addressHash(rt, email);
  const entry = await ledgerEntry(rt, "mail.suppressed", { ...told(rt, by, hash), body: { email, reason } });
  const row = { hash, reason, at: rt.now() };
  const [entered = 0] = await commit(rt, [appendSuppressed({ ...entry, hash, reason }), insertNewSuppression(row)]);
  mirrorSoon(rt, [hash]);
  return entered > 0;
}

/** Statements that stop mail to an address from now on, for a batch of the caller's, who calls `mirrorSoon` after it. */
export async function suppressStatements(rt: Runtime, email: string, reason: Stop["reason"]): Promise<Statement[]> {
  return [insertSuppression({ hash: await addressHash(rt, email), reason, at: rt.now() })];
}

/**
 * Allows mail to an address again; a newsletter that its owner left stays left. Gives false, and changes nothing, when
 * nothing was stopped.
 */
export async function allow(rt: Runtime, by: string, email: string): Promise<boolean> {
  const hash = await addressHash(rt, email);
  const entry = await ledgerEntry(rt, "mail.allowed", { ...told(rt, by, hash), body: { email } });
  const [entered = 0] = await commit(rt, [appendAllowed({ ...entry, hash }), deleteSuppression({ hash })]);
  if (entered === 0) return false;
  await dropKey(rt, "suppression", hash);
  return true;
}

/**
 * Which of these addresses get no mail that goes to many, and why: "left" stops newsletters alone. One statement, however many
 * there are.
 */
export async function suppressionsOf(
  rt: Runtime,
  emails: readonly string[],
  what: "notice" | "newsletter",
): Promise<Map<string, Stop>> {
  const stops = await stopsOf(rt, emails, async () => new Map());
  return new Map([...stops].filter(([, { reason }]) => what === "newsletter" || reason !== "left"));
}

/**
 * Which of these addresses ever got no newsletter any more, and why, also as KV alone knows it after a backup was restored: of who is not
 * subscribed, whether they may be brought in by somebody else. Who came back by themselves stands there, too.
 */
export const everStopped = (rt: Runtime, emails: readonly string[]): Promise<Map<string, Stop>> =>
  stopsOf(rt, emails, mirrored);

async function stopsOf(rt: Runtime, emails: readonly string[], outside: typeof mirrored): Promise<Map<string, Stop>> {
  const hashes = await Promise.all(emails.map((email) => addressHash(rt, email)));
  const [rows, kept] = await Promise.all([findSuppressions(rt.db, hashes), outside(rt, hashes)]);
  const stops = new Map(rows.map(({ hash, reason, at }) => [hash, { reason, at }]));
  const pairs = emails.map((email, index) => {
    const hash = hashes[index] ?? "";
    return [email, stronger<Stop>(stops.get(hash), kept.get(hash))] as const;
  });
  return new Map(pairs.filter((pair): pair is readonly [string, Stop] => pair[1] !== undefined));
}

const strength = ({ reason }: Stop): number => SUPPRESSION_REASONS.indexOf(reason);

/** The stronger of two, the later of two that are equally strong. */
export function stronger<T extends Stop>(one: T | undefined, other: T | undefined): T | undefined {
  if (!one || !other) return one ?? other;
  const difference = strength(one) - strength(other);
  return difference < 0 || (difference === 0 && one.at >= other.at) ? one : other;
}

/** What KV knows of hashes, however many. */
export async function mirrored(rt: Runtime, hashes: readonly string[]): Promise<Map<string, Stop>> {
  const found = new Map<string, Stop>();
  for (let i = 0; i < hashes.length; i += KEYS_AT_ONCE) {
    const page = await getEach<Stop>(rt, "suppression", hashes.slice(i, i + KEYS_AT_ONCE));
    for (const [hash, stop] of page) found.set(hash, stop);
  }
  return found;
}

/** Tells KV of suppressions after the reply; what fails is left to `mirrorSuppressions`. */
export function mirrorSoon(rt: Runtime, hashes: readonly string[]): void {
  const work = async () => tellKv(rt, await findSuppressions(rt.db, hashes));
  rt.later(work().catch((error: unknown) => logFailure("suppression", error)));
}

/** The minute's part: tells KV of suppressions that it was not told of, so that none is forgotten. */
export async function mirrorSuppressions(rt: Runtime): Promise<void> {
  await tellKv(rt, await unmirrored(rt.db, MIRRORED_AT_ONCE));
}

async function tellKv(rt: Runtime, rows: readonly Suppression[]): Promise<void> {
  const untold = rows.filter(({ mirroredAt }) => mirroredAt === null);
  if (untold.length === 0) return;
  await Promise.all(untold.map(({ hash, reason, at }) => keepJson(rt, "suppression", hash, { reason, at })));
  await markMirrored(rt.db, untold, rt.now());
}
