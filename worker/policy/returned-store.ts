import { eq, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { isNew, type NewReturn } from "../mail/returns-store.ts";
import { compile, type Database, insertInto } from "../platform/db.ts";
import { noticeMails } from "./tables.ts";

const p = sql.placeholder;

/** The notice that a mail brought, or was to bring. */
export async function findNoticeMail(db: Database, mailId: string) {
  const { date, customerNumber } = noticeMails;
  return db.select({ date, number: customerNumber }).from(noticeMails).where(eq(noticeMails.mailId, mailId)).get();
}

/** Its outcome may not be written down yet when it comes back. */
const went = sql`mail_id = ${p("mailId")} and state in ('due', 'sent') and ${isNew}`;

/** Enters that a notice came back, if it counted as sent; goes before the change. */
export const appendNoticeReturned = insertInto<typeof ledgerEntries, NewReturn>(
  ledgerEntries,
  sql`exists (select 1 from ${noticeMails} where ${went})`,
);

/** Makes a notice that came back one that failed. */
export const failNotice = compile<NewReturn & { why: string }>(sql`update ${noticeMails}
  set state = 'failed', sent_at = null, failed_at = ${p("at")}, reason = ${p("why")} where ${went}`);
