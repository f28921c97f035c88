import { and, desc, eq, gt, isNull, or, sql } from "drizzle-orm";
import { mailSuppressions, outbox } from "../mail/tables.ts";
import type { Database } from "../platform/db.ts";
import { signups, subscribers } from "./tables.ts";

/**
 * What is known of an address: its subscriber, and the topics of the newest signup that waits and was asked for, or asked about
 * by mail, since `since`; each null when there is none. And whether no mail at all goes there any more. One statement.
 */
export async function findMine(db: Database, email: string, hash: string, since: number) {
  const waiting = and(
    eq(signups.subscriberId, subscribers.id),
    isNull(signups.confirmedAt),
    or(
      gt(signups.requestedAt, since),
      sql`exists (select 1 from ${outbox} where id = ${signups.mailId} and due_at > ${since})`,
    ),
  );
  return db
    .select({
      subscriber: subscribers,
      asked: signups.topics,
      isStopped: sql<0 | 1>`exists (select 1 from ${mailSuppressions}
        where hash = ${hash} and reason in ('complained', 'staff'))`,
      hasComplained: sql<
        0 | 1
      >`exists (select 1 from ${mailSuppressions} where hash = ${hash} and reason = 'complained')`,
    })
    .from(sql`(select 1)`)
    .leftJoin(subscribers, eq(subscribers.email, email))
    .leftJoin(signups, waiting)
    .orderBy(desc(signups.requestedAt))
    .limit(1)
    .get();
}
