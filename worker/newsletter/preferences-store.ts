import { eq } from "drizzle-orm";
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
