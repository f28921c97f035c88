import { sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { compile, type Database, insertInto } from "../platform/db.ts";
import { mailSuppressions } from "./tables.ts";

export type Suppression = typeof mailSuppressions.$inferSelect;

/** Those of these hashes that stand on the list. */
export async function findSuppressions(db: Database, hashes: readonly string[]): Promise<Suppression[]> {
  return db
    .select()
    .from(mailSuppressions)
    .where(sql`${mailSuppressions.hash} in (select value from json_each(${JSON.stringify(hashes)}))`);
}

const stands = sql`exists (select 1 from ${mailSuppressions} where hash = ${sql.placeholder("hash")})`;

/** Enters that mail to an address stops, unless it has; goes before the row. */
export const appendSuppressed = insertInto<typeof ledgerEntries, { hash: string }>(ledgerEntries, sql`not ${stands}`);
export const insertSuppression = insertInto(mailSuppressions, sql`not ${stands}`);

/** Enters that mail to an address is allowed again, if it was stopped; goes before the row. */
export const appendAllowed = insertInto<typeof ledgerEntries, { hash: string }>(ledgerEntries, stands);

export const deleteSuppression = compile<{ hash: string }>(
  sql`delete from ${mailSuppressions} where hash = ${sql.placeholder("hash")}`,
);
