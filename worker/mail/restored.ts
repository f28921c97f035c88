import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntries } from "../ledger/store.ts";
import { base64url } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import { dropKey, getJson, keepJson, listKept } from "../platform/kv.ts";
import type { Runtime } from "../platform/runtime.ts";
import { succeededAt } from "../platform/store.ts";
import { listOf, standing } from "./suppression.ts";
import { bringBack, findStops, type Stops } from "./suppression-store.ts";

/** The name of the task, by which it knows when it last went well. */
export const RESTORED = "mail.restored";

/** A database that was not seen for longer than this may be an older one that was put back. */
const GAP = 150_000;
/** Pages of a thousand that a round looks through. */
const PAGES = 5;

/** How far KV was looked through, for stops from `since` on; and then how far people were put right. */
interface Scan {
  since: number;
  cursor: string | null;
  /** Whether there were any; else there is nobody to put right. */
  isFound: boolean;
  /** Where putting right goes on; absent while KV is looked through. */
  place?: number;
}

/** Puts right whom the stops are about that the database has again, from a place on. Gives the next place; null at the end. */
export type PutRight = (rt: Runtime, place: number) => Promise<number | null>;

/**
 * The minute's part: brings back into the database the stops that KV alone knows, after a backup was restored, and then has
 * `putRight` see to those whom they are about. It takes the database for an older one when its own last time there is no
 * minute ago, and then looks for what came after that: of what came before, the backup has what still stood. A worker that
 * was away costs the same look, and changes nothing.
 */
export async function bringBackStops(rt: Runtime, putRight: PutRight): Promise<void> {
  const [seenAt, begun] = await Promise.all([
    succeededAt(rt.db, RESTORED),
    getJson<Scan>(rt, "suppression-scan", "present"),
  ]);
  const isBehind = rt.now() - seenAt > GAP;
  const from = { since: Math.min(seenAt, begun?.since ?? seenAt), cursor: null, isFound: false };
  let scan: Scan | null | undefined = isBehind ? from : begun;
  if (!scan) return;
  if (scan.place === undefined) scan = await lookOn(rt, scan);
  if (scan?.place !== undefined) {
    const place = await putRight(rt, scan.place);
    scan = place === null ? null : { ...scan, place };
  }
  await (scan ? keepJson(rt, "suppression-scan", "present", scan) : dropKey(rt, "suppression-scan", "present"));
}

/** Looks through some pages of KV. Gives how to go on; null at the end when there is nobody to put right. */
async function lookOn(rt: Runtime, { since, cursor: from, isFound: wasFound }: Scan): Promise<Scan | null> {
  let [cursor, isFound] = [from, wasFound];
  for (let pages = 0; pages < PAGES; pages++) {
    const page = await bringBackPage(rt, cursor, since);
    cursor = page.cursor;
    isFound ||= page.isFound;
    if (cursor === null) return isFound ? { since, cursor, isFound, place: 0 } : null;
  }
  return { since, cursor, isFound };
}

/** Gives whether there were stops since then, also such as the database has, and where the next page begins; null after the last. */
async function bringBackPage(
  rt: Runtime,
  from: string | null,
  since: number,
): Promise<Pick<Scan, "isFound" | "cursor">> {
  const { found: kept, cursor } = await listKept<Stops>(rt, "suppression", from);
  const later = [...kept].filter(([, stops]) => listOf(stops).some(({ at }) => at >= since)).map(([hash]) => hash);
  if (later.length === 0) return { isFound: false, cursor };
  const rows = (await findStops(rt.db, later)).flatMap(({ hash, stops, allowedAt }) =>
    listOf(standing(kept.get(hash) ?? {}, { allowedAt }))
      .filter(({ reason, at }) => at >= since && at > (stops[reason] ?? -1))
      .map((stop) => ({ hash, ...stop })),
  );
  if (rows.length === 0) return { isFound: true, cursor };
  const entries = await Promise.all(
    rows.map(({ hash, reason }) =>
      ledgerEntry(rt, "mail.suppressed", {
        ...{ event: base64url(rt.random(12)), subject: `address:${hash}` },
        body: { reason },
      }),
    ),
  );
  await commit(rt, [appendEntries({ entries: JSON.stringify(entries) }), bringBack(rows, rt.now())]);
  return { isFound: true, cursor };
}
