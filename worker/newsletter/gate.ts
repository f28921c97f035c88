import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntry } from "../ledger/store.ts";
import type { Gate } from "../mail/letter.ts";
import { addressHash, mirrored, type Stop, stronger } from "../mail/suppression.ts";
import { insertSuppression } from "../mail/suppression-store.ts";
import { base64url } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import type { Runtime } from "../platform/runtime.ts";
import { knownOf } from "./gate-store.ts";
import { appendLeaving, appendStopped, leave, stop } from "./leaving-store.ts";

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
    const inDatabase = one.reason === null || one.at === null ? undefined : { reason: one.reason, at: one.at };
    const outside = standing(kept.get(one.hash), one);
    if (outside && stronger(inDatabase, outside) === outside) await heal(rt, one, outside);
    const reason = stronger(standing(inDatabase, one), outside)?.reason ?? gone(one);
    if (reason) reasons.set(one.email, reason);
  }
  const refused = gated.map(({ id, recipient }) => [id, reasons.get(recipient)] as const);
  return new Map(refused.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
};

/**
 * A stop, if it still stands: who confirmed later has asked anew, but no confirmation undoes a complaint or what staff
 * stopped, and staff have allowed mail again by a later act of their own (KV may not know that yet).
 */
function standing(found: Stop | undefined, { confirmedAt, allowedAt }: Known): Stop | undefined {
  if (!found || (allowedAt ?? 0) >= found.at) return undefined;
  const isUndone = ["left", "bounced"].includes(found.reason) && (confirmedAt ?? 0) >= found.at;
  return isUndone ? undefined : found;
}

/** Why somebody gets nothing though nothing stops mail to their address. */
function gone({ status }: Known): string | undefined {
  if (status === null) return "gone";
  return status === "active" || status === "pending" ? undefined : status;
}

/** Writes down in the database what KV alone knew. */
async function heal(rt: Runtime, { id, email, hash }: Known, { reason, at }: Stop): Promise<void> {
  const event = base64url(rt.random(16));
  if (id === null || reason === "staff") {
    const entry = await ledgerEntry(rt, "mail.suppressed", {
      event,
      subject: `address:${hash}`,
      body: { email, reason },
    });
    await commit(rt, [appendEntry(entry), insertSuppression({ hash, reason, at })]);
    return;
  }
  const about = { event, subject: `subscriber:${id}` };
  if (reason === "left") {
    const body = { email, by: "suppression" as const, withdrawnAt: new Date(at).toISOString() };
    const entry = await ledgerEntry(rt, "consent.withdrawn", { ...about, body });
    const leaving = { subscriber: id, hash, at, by: body.by, campaign: undefined };
    await commit(rt, [appendLeaving({ ...entry, subscriber: id }), ...leave(rt.db, leaving)]);
    return;
  }
  const entry = await ledgerEntry(rt, "subscriber.stopped", { ...about, body: { email, reason, status: "" } });
  const stopping = { subscriber: id, hash, reason, at };
  await commit(rt, [appendStopped({ ...entry, subscriber: id, reason }), ...stop(stopping)]);
}
