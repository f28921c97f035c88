import { asc, eq, gt, sql } from "drizzle-orm";
import { allowedAtOf, stopsOfHash } from "../mail/suppression-store.ts";
import type { Database } from "../platform/db.ts";
import { subscribers } from "./tables.ts";

/**
 * What the database knows of addresses and their keyed hashes: the subscriber, why mail to them stopped, and when staff
 * last allowed it again. One statement, however many.
 */
export async function knownOf(db: Database, asked: readonly { email: string; hash: string }[]) {
  const hash = sql<string>`asked.value ->> 'hash'`;
  return db
    .select({
      email: sql<string>`asked.value ->> 'email'`,
      hash,
      id: subscribers.id,
      status: subscribers.status,
      requestedAt: subscribers.requestedAt,
      confirmedAt: subscribers.confirmedAt,
      stops: stopsOfHash(hash),
      allowedAt: allowedAtOf(hash),
    })
    .from(sql`json_each(${JSON.stringify(asked)}) asked`)
    .leftJoin(subscribers, eq(subscribers.email, sql`asked.value ->> 'email'`));
}

/** Places and addresses of subscribers after a place, in the order in which they came. */
export async function listedAfter(db: Database, after: number, limit: number) {
  const { seq, email } = subscribers;
  return db.select({ seq, email }).from(subscribers).where(gt(seq, after)).orderBy(asc(seq)).limit(limit);
}
