import { and, desc, eq, gt, isNull, sql } from "drizzle-orm";
import { mailSuppressions } from "../mail/tables.ts";
import type { Database } from "../platform/db.ts";
import { signups, subscribers } from "./tables.ts";

/**
 * What is known of an address: its subscriber, the topics of the newest signup since `since` that waits, and why its mail
 * stopped; each null when there is none. One statement.
 */
export async function findMine(db: Database, email: string, hash: string, since: number) {
  const waiting = and(
    eq(signups.subscriberId, subscribers.id),
    isNull(signups.confirmedAt),
    gt(signups.requestedAt, since),
  );
  return db
    .select({ subscriber: subscribers, asked: signups.topics, reason: mailSuppressions.reason })
    .from(sql`(select 1)`)
    .leftJoin(subscribers, eq(subscribers.email, email))
    .leftJoin(signups, waiting)
    .leftJoin(mailSuppressions, eq(mailSuppressions.hash, hash))
    .orderBy(desc(signups.requestedAt))
    .limit(1)
    .get();
}
