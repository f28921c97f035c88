import { eq, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { mailSuppressions } from "../mail/tables.ts";
import type { Database } from "../platform/db.ts";
import { subscribers } from "./tables.ts";

/**
 * What the database knows of addresses and their keyed hashes: the subscriber, whether mail to them stopped, and when staff
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
      confirmedAt: subscribers.confirmedAt,
      reason: mailSuppressions.reason,
      at: mailSuppressions.at,
      allowedAt: sql<number | null>`(select max(${ledgerEntries.at}) from ${ledgerEntries}
        where ${ledgerEntries.subject} = 'address:' || (${hash}) and ${ledgerEntries.kind} = 'mail.allowed')`,
    })
    .from(sql`json_each(${JSON.stringify(asked)}) asked`)
    .leftJoin(subscribers, eq(subscribers.email, sql`asked.value ->> 'email'`))
    .leftJoin(mailSuppressions, eq(mailSuppressions.hash, hash));
}
