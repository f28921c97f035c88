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

/** How far KV was looked through, for stops from `since` on. */
interface Scan {
  since: number;
  cursor: string | null;
}

/**
 * The minute's part: brings back into the database the stops that KV alone knows, after a backup was restored. It takes the
 * database for an older one when its own last time there is no minute ago, and then looks for what came after that: of what
 * came before, the backup has what still stood. A worker that was away costs the same look, and changes nothing.
 */
export async function bringBackStops(rt: Runtime): Promise<void> {
  const [seenAt, begun] = await Promise.all([
    succeededAt(rt.db, RESTORED),
    getJson<Scan>(rt, "suppression-scan", "present"),
  ]);
  const isBehind = rt.now() - seenAt > GAP;
  const scan = isBehind ? { since: Math.min(seenAt, begun?.since ?? seenAt), cursor: null } : begun;
  if (!scan) return;
  let next: string | null = scan.cursor;
  for (let pages = 0; pages < PAGES; pages++) {
    next = await bringBackPage(rt, next, scan.since);
    if (next === null) return dropKey(rt, "suppression-scan", "present");
  }
  await keepJson(rt, "suppression-scan", "present", { since: scan.since, cursor: next } satisfies Scan);
}

/** Gives where the next page begins; null after the last. */
async function bringBackPage(rt: Runtime, from: string | null, since: number): Promise<string | null> {
  const { found: kept, cursor } = await listKept<Stops>(rt, "suppression", from);
  const later = [...kept].filter(([, stops]) => listOf(stops).some(({ at }) => at >= since)).map(([hash]) => hash);
  if (later.length === 0) return cursor;
  const rows = (await findStops(rt.db, later)).flatMap(({ hash, stops, allowedAt }) =>
    listOf(standing(kept.get(hash) ?? {}, { allowedAt }))
      .filter(({ reason, at }) => at >= since && at > (stops[reason] ?? -1))
      .map((stop) => ({ hash, ...stop })),
  );
  if (rows.length === 0) return cursor;
  const entries = await Promise.all(
    rows.map(({ hash, reason }) =>
      ledgerEntry(rt, "mail.suppressed", {
        ...{ event: base64url(rt.random(12)), subject: `address:${hash}` },
        body: { reason },
      }),
    ),
  );
  await commit(rt, [appendEntries({ entries: JSON.stringify(entries) }), bringBack(rows, rt.now())]);
  return cursor;
}
