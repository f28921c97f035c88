import { lt, type SQL, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { compile, type Database, insertInto, type Statement } from "../platform/db.ts";
import { allowedAtOf, suppressionInsert } from "./suppression-store.ts";
import { mailReturns, mailSuppressions, outbox } from "./tables.ts";

const p = sql.placeholder;

/** What a mail server said later of a mail; all statements of its batch carry the conditions below. */
export interface NewReturn extends Record<string, unknown> {
  mailId: string;
  /** Its kind, by a name that no column of the ledger has. */
  what: (typeof mailReturns.$inferSelect)["kind"];
  /** Of the address. */
  hash: string;
  status: string;
  at: number;
  /** Soft ones since then count, and since staff last allowed mail to the address; with this one there are `most`. */
  since: number;
  most: number;
}

/** Condition: it was not said before of this mail. */
export const isNew: SQL = sql`not exists
  (select 1 from ${mailReturns} where mail_id = ${p("mailId")} and kind = ${p("what")})`;

/** Condition: mail to the address stops for this, at once or because there were so many. */
export const stopsMail: SQL = sql`(${isNew} and (${p("what")} <> 'soft' or ${p("most")} <=
  1 + (select count(*) from ${mailReturns} where hash = ${p("hash")} and kind = 'soft'
    and at >= max(${p("since")}, coalesce(${allowedAtOf(sql`${p("hash")}`)}, 0)))))`;

/** Writes down what was said; goes last in its batch. */
export const insertReturn = compile<NewReturn>(sql`insert into ${mailReturns} (mail_id, kind, hash, status, at)
  select ${p("mailId")}, ${p("what")}, ${p("hash")}, ${p("status")}, ${p("at")} where ${isNew}`);

/** Stops mail to the address. */
export const suppressReturned = suppressionInsert<NewReturn>(stopsMail);

/** Enters that mail to the address stops, unless it has for that reason. */
export const appendReturned = insertInto<typeof ledgerEntries, NewReturn & { reason: string }>(
  ledgerEntries,
  sql`${stopsMail} and not exists
    (select 1 from ${mailSuppressions} where hash = ${p("hash")} and reason = ${p("reason")})`,
);

/** Whom a mail of the outbox went to. */
export async function findRecipient(db: Database, mailId: string): Promise<string | undefined> {
  const found = await db.select({ email: outbox.recipient }).from(outbox).where(sql`id = ${mailId}`).get();
  return found?.email;
}

/** Drops what was said of mails to an address, for its owner's erasure. */
export const dropReturns = compile<{ hash: string }>(sql`delete from ${mailReturns} where hash = ${p("hash")}`);

/** Drops what was said before a time. */
export const sweepReturns = (db: Database, before: number): Statement =>
  db.delete(mailReturns).where(lt(mailReturns.at, before));
