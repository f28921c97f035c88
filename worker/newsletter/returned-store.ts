import { and, eq, isNull, sql } from "drizzle-orm";
import { isNew, type NewReturn, stopsMail } from "../mail/returns-store.ts";
import { outbox } from "../mail/tables.ts";
import { compile, type Database } from "../platform/db.ts";
import { stopWhen } from "./leaving-store.ts";
import { campaignRecipients, subscribers } from "./tables.ts";

const p = sql.placeholder;

const { id, email, confirmedAt } = subscribers;

/** The subscriber of an address, whatever their status. */
export async function findReader(db: Database, address: string) {
  return db.select({ id, email, confirmedAt }).from(subscribers).where(eq(email, address)).get();
}

/** The subscriber to whom a newsletter's mail went, and which newsletter that was. */
export async function findRecipientOf(db: Database, mailId: string) {
  return db
    .select({ id, email, confirmedAt, campaign: campaignRecipients.campaignId })
    .from(campaignRecipients)
    .innerJoin(subscribers, eq(subscribers.seq, campaignRecipients.seq))
    .where(eq(campaignRecipients.mailId, mailId))
    .get();
}

/**
 * What came of a newsletter's mail: it came back, or its reader complained. The first time counts, and what could not be sent
 * counts as failed alone.
 */
export const markReturned = compile<NewReturn>(sql`update ${campaignRecipients}
  set bounced_at = iif(${p("what")} = 'complaint', bounced_at, coalesce(bounced_at, ${p("at")})),
    complained_at = iif(${p("what")} = 'complaint', coalesce(complained_at, ${p("at")}), complained_at)
  where mail_id = ${p("mailId")} and ${isNew}
    and not exists (select 1 from ${outbox} where id = ${p("mailId")} and state = 'dead')`);

/** Writes down that a newsletter was answered. The first time counts. */
export const markReplied = (db: Database, mailId: string, at: number) =>
  db
    .update(campaignRecipients)
    .set({ repliedAt: at })
    .where(and(eq(campaignRecipients.mailId, mailId), isNull(campaignRecipients.repliedAt)));

/** Stops a subscriber for a mail that came back or a complaint, if mail to the address stops for it. */
export const stopReader = stopWhen<NewReturn>(stopsMail);
