import { asc, gt, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { compile, type Database, insertInto } from "../platform/db.ts";
import { contactBlocks } from "./tables.ts";

const p = sql.placeholder;

export type Block = typeof contactBlocks.$inferSelect;

/** Blocked senders by the alphabet, at most `limit`, from the one after `after`. */
export async function listBlocks(db: Database, after: string, limit: number) {
  const found = await db
    .select()
    .from(contactBlocks)
    .where(gt(contactBlocks.sender, after))
    .orderBy(asc(contactBlocks.sender))
    .limit(limit + 1);
  const blocks = found.slice(0, limit);
  return { blocks, next: found.length > limit ? (blocks.at(-1)?.sender ?? null) : null };
}

const isThere = sql`exists (select 1 from ${contactBlocks} where sender = ${p("sender")})`;

/** Enters that a sender is blocked, if they are not yet; goes before it. */
export const appendBlocked = insertInto<typeof ledgerEntries, { sender: string }>(ledgerEntries, sql`not ${isThere}`);

/** Blocks a sender who is not blocked yet. */
export const insertBlock = insertInto(contactBlocks, sql`not ${isThere}`);

/** Enters that a sender is allowed again, if they were blocked; goes before it. */
export const appendAllowed = insertInto<typeof ledgerEntries, { sender: string }>(ledgerEntries, isThere);

export const deleteBlock = compile<{ sender: string }>(sql`delete from ${contactBlocks} where sender = ${p("sender")}`);
