import { eq, sql } from "drizzle-orm";
import { mailSuppressions } from "../mail/tables.ts";
import type { Database } from "../platform/db.ts";
import { tokens } from "../platform/tables.ts";
import { subscribers } from "./tables.ts";

export type Subscriber = typeof subscribers.$inferSelect;

/** A token for somebody's preferences with its subscriber, null when that one is gone. */
export async function findChooser(db: Database, tokenId: string) {
  return db
    .select({ token: tokens, subscriber: subscribers })
    .from(tokens)
    .leftJoin(subscribers, eq(subscribers.id, tokens.subject))
    .where(eq(tokens.id, tokenId))
    .get();
}

/** Whether no mail at all goes to the address of a hash any more, not even when it is asked for. */
export async function isStopped(db: Database, hash: string): Promise<boolean> {
  const rows = await db
    .select({ reason: mailSuppressions.reason })
    .from(mailSuppressions)
    .where(sql`${mailSuppressions.hash} = ${hash} and ${mailSuppressions.reason} in ('complained', 'staff')`)
    .limit(1);
  return rows.length > 0;
}
