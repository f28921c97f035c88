import { and, desc, eq, inArray, lt } from "drizzle-orm";
import type { Database } from "../platform/db.ts";
import type { Conversation } from "./store.ts";
import { conversations } from "./tables.ts";

/** What a conversation is found by, exactly. */
export type ExactField = "email" | "customerNumber" | "reference";

/** Archived conversations by what they are known by, the newest first, at most `limit`, from the one after the place `after` on. */
export async function archivedBy(
  db: Database,
  field: ExactField,
  text: string,
  after: number | null,
  limit: number,
): Promise<{ found: Conversation[]; next: number | null }> {
  const { seq, status } = conversations;
  // The places first: SQLite would sort whole rows, of some address thousands.
  const places = db
    .select({ seq })
    .from(conversations)
    .where(and(eq(conversations[field], text), eq(status, "archived"), after === null ? undefined : lt(seq, after)))
    .orderBy(desc(seq))
    .limit(limit + 1);
  const rows = await db.select().from(conversations).where(inArray(seq, places)).orderBy(desc(seq));
  const found = rows.slice(0, limit);
  return { found, next: rows.length > limit ? (found.at(-1)?.seq ?? null) : null };
}
