import { and, desc, eq, lt } from "drizzle-orm";
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
  const rows = await db
    .select()
    .from(conversations)
    .where(
      and(
        eq(conversations[field], text),
        eq(conversations.status, "archived"),
        after === null ? undefined : lt(conversations.seq, after),
      ),
    )
    .orderBy(desc(conversations.seq))
    .limit(limit + 1);
  const found = rows.slice(0, limit);
  return { found, next: rows.length > limit ? (found.at(-1)?.seq ?? null) : null };
}
