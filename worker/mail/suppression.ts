import { ledgerEntry } from "../ledger/entry.ts";
import { base64url } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import { dropKey, getEach, keepListed } from "../platform/kv.ts";
import { logFailure } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import {
  allowedSince,
  appendAllowed,
  appendSuppressed,
  deleteSuppressions,
  type Found,
  findStops,
  insertNewSuppression,
  markMirrored,
  type Stops,
  type Suppression,
  unmirrored,
} from "./suppression-store.ts";
import { SUPPRESSION_REASONS } from "./tables.ts";

const DAY = 86_400_000;
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

/** Each time is an event of its own; the entry is found by the address's hash, and names the address by that alone. */
const told = (rt: Runtime, actor: string, hash: string) => ({
  event: base64url(rt.random(12)),
  subject: `address:${hash}`,
  actor,
});

/**
 * Stops mail to an address that is made together with others (notices, newsletters). `by` is the ledger's actor. Gives false, and
 * changes nothing, when it was stopped before for this reason.
 */
export async function suppress(rt: Runtime, by: string, email: string, reason: Stop["reason"]): Promise<boolean> {
  const hash = await addressHash(rt, email);
  const entry = await ledgerEntry(rt, "mail.suppressed", { ...told(rt, by, hash), body: { reason } });
  const row = { hash, reason, at: rt.now() };
  const [entered = 0] = await commit(rt, [appendSuppressed({ ...entry, hash, reason }), insertNewSuppression(row)]);
  mirrorSoon(rt, [hash]);
  return entered > 0;
}

/**
 * Allows mail to an address again; a newsletter that its owner left stays left. Gives false, and changes nothing, when
 * nothing was stopped. KV is told now or, when that fails, by the rounds of the day that follows.
 */
export async function allow(rt: Runtime, by: string, email: string): Promise<boolean> {
  const hash = await addressHash(rt, email);
  const entry = await ledgerEntry(rt, "mail.allowed", { ...told(rt, by, hash), body: {} });
  const [entered = 0] = await commit(rt, [appendAllowed({ ...entry, hash }), deleteSuppressions({ hash })]);
  if (entered === 0) return false;
  await tellKv(rt, [hash]).catch((error: unknown) => logFailure("suppression", error));
  return true;
}

/**
 * Which of these addresses get no mail that goes to many, and why: "left" and "erased" stop newsletters alone. One statement,
 * however many there are.
 */
export async function suppressionsOf(
  rt: Runtime,
  emails: readonly string[],
  what: "notice" | "newsletter",
): Promise<Map<string, Stop>> {
  const stops = await stopsOf(rt, emails, async () => new Map());
  return strongestOf(stops, ({ reason }) => what === "newsletter" || (reason !== "left" && reason !== "erased"));
}

/**
 * Which of these addresses ever got no newsletter any more, and why, also as KV alone knows it after a backup was restored: of who is not
 * subscribed, whether they may be brought in by somebody else. Who came back by themselves stands there, too; to whom staff
 * allowed mail again does not, unless they had left. Who was erased is said to have left: more is nobody's to know.
 */
export async function everStopped(rt: Runtime, emails: readonly string[]): Promise<Map<string, Stop>> {
  const stopped = strongestOf(await stopsOf(rt, emails, mirrored), () => true);
  for (const [email, stop] of stopped) if (stop.reason === "erased") stopped.set(email, { ...stop, reason: "left" });
  return stopped;
}

function strongestOf(stops: ReadonlyMap<string, Stops>, counts: (stop: Stop) => boolean): Map<string, Stop> {
  const pairs = [...stops].map(([email, reasons]) => [email, listOf(reasons).find(counts)] as const);
  return new Map(pairs.filter((pair): pair is readonly [string, Stop] => pair[1] !== undefined));
}

async function stopsOf(rt: Runtime, emails: readonly string[], outside: typeof mirrored): Promise<Map<string, Stops>> {
  const hashes = await Promise.all(emails.map((email) => addressHash(rt, email)));
  const [found, kept] = await Promise.all([findStops(rt.db, hashes), outside(rt, hashes)]);
  const known = new Map(found.map((one) => [one.hash, one]));
  const pairs = emails.map((email, index) => {
    const hash = hashes[index] ?? "";
    const { stops = {}, allowedAt = null } = known.get(hash) ?? {};
    return [email, standing(together(stops, kept.get(hash) ?? {}), { allowedAt })] as const;
  });
  return new Map(pairs);
}

/** Stops one by one, the strongest first. */
export const listOf = (stops: Stops): Stop[] =>
  SUPPRESSION_REASONS.flatMap((reason) => {
    const at = stops[reason];
    return at === undefined ? [] : [{ reason, at }];
  });

const asStops = (stops: readonly Stop[]): Stops => Object.fromEntries(stops.map(({ reason, at }) => [reason, at]));

/** What either knows, each reason from the later time. */
export const together = (one: Stops, other: Stops): Stops =>
  asStops(
    SUPPRESSION_REASONS.flatMap((reason) => {
      const at = Math.max(one[reason] ?? -1, other[reason] ?? -1);
      return at < 0 ? [] : [{ reason, at }];
    }),
  );

/** What may have undone a stop: staff allowed mail, or its owner asked for it, and confirmed that. */
interface Since {
  allowedAt: number | null;
  requestedAt?: number | null;
  confirmedAt?: number | null;
}

/**
 * Those stops that still stand. Who confirmed later has asked anew: that undoes leaving and bouncing; of who was erased all that
 * is there came later. Staff who allowed mail later undid all but leaving, which is not theirs. KV may not know of
 * either, nor a backup that was restored.
 */
export function standing(stops: Stops, { allowedAt, requestedAt = null, confirmedAt = null }: Since): Stops {
  const [allowed, asked, confirmed] = [allowedAt ?? -1, requestedAt ?? -1, confirmedAt ?? -1];
  const undone = {
    ...{ complained: allowed, staff: allowed, bounced: Math.max(allowed, confirmed) },
    ...{ left: confirmed, erased: Math.max(asked, confirmed) },
  };
  return asStops(listOf(stops).filter(({ reason, at }) => at > undone[reason]));
}

/** What KV knows of hashes, however many. */
export async function mirrored(rt: Runtime, hashes: readonly string[]): Promise<Map<string, Stops>> {
  const found = new Map<string, Stops>();
  for (let i = 0; i < hashes.length; i += KEYS_AT_ONCE) {
    const page = await getEach<Stops>(rt, "suppression", hashes.slice(i, i + KEYS_AT_ONCE));
    for (const [hash, stops] of page) found.set(hash, stops);
  }
  return found;
}

/** Tells KV of suppressions after the reply; what fails is left to `mirrorSuppressions`. */
export function mirrorSoon(rt: Runtime, hashes: readonly string[]): void {
  rt.later(tellKv(rt, hashes).catch((error: unknown) => logFailure("suppression", error)));
}

/** The minute's part: tells KV of suppressions that it was not told of, and of those that staff ended in the last day, so that none is forgotten. */
export async function mirrorSuppressions(rt: Runtime): Promise<void> {
  const [untold, allowed] = await Promise.all([
    unmirrored(rt.db, MIRRORED_AT_ONCE),
    allowedSince(rt.db, rt.now() - DAY),
  ]);
  await tellKv(rt, [...new Set([...untold, ...allowed])]);
}

/**
 * Tells KV what the database knows of hashes. What KV alone knows stays there (after a backup was restored that is all
 * there is of it), but for what staff ended. So does that somebody had left who came back: a confirmation that a backup does not
 * have is no reason to mail them.
 */
async function tellKv(rt: Runtime, hashes: readonly string[]): Promise<void> {
  if (hashes.length === 0) return;
  const [found, kept] = await Promise.all([findStops(rt.db, hashes), mirrored(rt, hashes)]);
  const told: Found[] = [];
  const tell = async (one: Found) => {
    const before = kept.get(one.hash) ?? {};
    const after = together(standing(before, one), one.stops);
    if (one.isTold && JSON.stringify(after) === JSON.stringify(together(before, {}))) return;
    told.push(one);
    if (listOf(after).length === 0) await dropKey(rt, "suppression", one.hash);
    else await keepListed(rt, "suppression", one.hash, after);
  };
  await Promise.all(found.map(tell));
  await markMirrored(rt.db, told, rt.now());
}
