import { ledgerEntry } from "../ledger/entry.ts";
import { listOf, type Stop } from "../mail/suppression.ts";
import { appendSuppressed, insertSuppression, type Stops } from "../mail/suppression-store.ts";
import { base64url } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import type { Runtime } from "../platform/runtime.ts";
import type { knownOf } from "./gate-store.ts";
import { eraseSubscriber } from "./leaving.ts";
import { leaveAsRead, stopAsRead, suppressAsRead } from "./leaving-store.ts";

/** What the database knows of an address. */
export type Known = Awaited<ReturnType<typeof knownOf>>[number];

/**
 * Puts right in the database what it did not know of stops that stand: their subscriber leaves, is stopped or is erased. Who moved or
 * confirmed since they were read is not touched, and a signup that waits stays: to confirm it is its owner's own act. Gives whether
 * there was anything to do.
 */
export async function heal(rt: Runtime, one: Known, stops: Stops): Promise<boolean> {
  // The weakest first, so that each leaves its trace; but erasing last, which takes all that the others are about.
  const inTurn = listOf(stops).toReversed();
  const unknown = [...inTurn.filter((stop) => !isErasing(stop)), ...inTurn.filter(isErasing)].filter((stop) =>
    isUnknown(one, stop),
  );
  for (const stop of unknown) await healOne(rt, one, stop);
  return unknown.length > 0;
}

const isErasing = ({ reason }: Stop): boolean => reason === "erased";

/** Whether a stop that stands is not in the database as it should be: KV alone knows it, or its subscriber is not as it says. */
function isUnknown({ stops, status }: Known, { reason, at }: Stop): boolean {
  if ((stops[reason] ?? -1) < at) return true;
  if (reason === "erased") return status !== null;
  if (reason === "complained") return status !== null && status !== "complained";
  return status === "active" && reason !== "staff";
}

async function healOne(
  rt: Runtime,
  { id, email, hash, status, confirmedAt }: Known,
  { reason, at }: Stop,
): Promise<void> {
  const event = base64url(rt.random(16));
  if (reason === "erased" && id !== null) {
    await eraseSubscriber(rt, id);
    return;
  }
  if (id === null || reason === "staff" || reason === "erased" || (reason !== "complained" && status !== "active")) {
    const entry = await ledgerEntry(rt, "mail.suppressed", { event, subject: `address:${hash}`, body: { reason } });
    await commit(rt, [appendSuppressed({ ...entry, hash, reason }), insertSuppression({ hash, reason, at })]);
    return;
  }
  const about = { event, subject: `subscriber:${id}` };
  const read = { subscriber: id, email, confirmedAt };
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
