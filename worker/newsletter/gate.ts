import { ledgerEntry } from "../ledger/entry.ts";
import type { Gate } from "../mail/letter.ts";
import { addressHash, listOf, mirrored, type Stop, standing, together } from "../mail/suppression.ts";
import { appendSuppressed, insertSuppression } from "../mail/suppression-store.ts";
import { base64url } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import type { Runtime } from "../platform/runtime.ts";
import { knownOf } from "./gate-store.ts";
import { leaveAsRead, stopAsRead, suppressAsRead } from "./leaving-store.ts";

type Known = Awaited<ReturnType<typeof knownOf>>[number];

/**
 * The gate of newsletters, and of mails that ask many to confirm: none goes to who left, bounced or complained, or is gone,
 * as the database says or as KV does, which knows of those who left after a backup that was restored. Who came back since is
 * let through. What only KV knew is put right in the database. It costs one statement and, for each hundred, one call to KV.
 */
export const newsletterGate: Gate = async (rt, rows) => {
  const gated = rows.filter(({ lane, template }) => lane === "bulk" && template.startsWith("newsletter."));
  const emails = [...new Set(gated.map(({ recipient }) => recipient))];
  if (emails.length === 0) return new Map();
  const asked = await Promise.all(emails.map(async (email) => ({ email, hash: await addressHash(rt, email) })));
  const hashes = asked.map(({ hash }) => hash);
  const [known, kept] = await Promise.all([knownOf(rt.db, asked), mirrored(rt, hashes)]);
  const reasons = new Map<string, string>();
  for (const one of known) {
    const stops = listOf(standing(together(one.stops, kept.get(one.hash) ?? {}), one));
    // The weakest first, so that each leaves its trace.
    for (const stop of stops.toReversed()) if (isToHeal(one, stop)) await heal(rt, one, stop);
    const reason = stops[0]?.reason ?? gone(one);
    if (reason) reasons.set(one.email, reason);
  }
  const refused = gated.map(({ id, recipient }) => [id, reasons.get(recipient)] as const);
  return new Map(refused.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
};

/** Why somebody gets nothing though nothing stops mail to their address. */
function gone({ status }: Known): string | undefined {
  if (status === null) return "gone";
  return status === "active" || status === "pending" ? undefined : status;
}

/** Whether a stop that stands is not in the database as it should be: KV alone knows it, or its subscriber still counts as active. */
const isToHeal = ({ stops, status }: Known, { reason, at }: Stop): boolean =>
  (stops[reason] ?? -1) < at || (status === "active" && reason !== "staff");

/**
 * Puts right in the database what it did not know. Who confirmed since it was read is not touched, and a signup that waits stays:
 * to confirm it is its owner's own act.
 */
async function heal(rt: Runtime, { id, email, hash, status, confirmedAt }: Known, { reason, at }: Stop): Promise<void> {
  const event = base64url(rt.random(16));
  if (id === null || reason === "staff" || (reason !== "complained" && status !== "active")) {
    const entry = await ledgerEntry(rt, "mail.suppressed", { event, subject: `address:${hash}`, body: { reason } });
    await commit(rt, [appendSuppressed({ ...entry, hash, reason }), insertSuppression({ hash, reason, at })]);
    return;
  }
  const about = { event, subject: `subscriber:${id}` };
  const read = { subscriber: id, confirmedAt };
  if (reason === "left") {
    const body = { email, by: "suppression" as const, withdrawnAt: new Date(at).toISOString() };
    const entry = await ledgerEntry(rt, "consent.withdrawn", { ...about, body });
    await commit(rt, [
      leaveAsRead.append({ ...entry, ...read }),
      ...leaveAsRead.change({ ...read, hash, at, by: body.by, campaign: undefined }),
    ]);
    return;
  }
  const entry = await ledgerEntry(rt, "subscriber.stopped", { ...about, body: { email, reason, status: "" } });
  await commit(rt, [
    stopAsRead.append({ ...entry, ...read, reason }),
    suppressAsRead({ ...read, hash, reason, at }),
    ...stopAsRead.change({ ...read, hash, reason, at }),
  ]);
}
