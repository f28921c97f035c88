import { and, eq, isNull, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { isNew, type NewReturn, stopsMail } from "../mail/returns-store.ts";
import { compile, type Database, insertInto } from "../platform/db.ts";
import { addressChanges, campaignRecipients, signups, subscribers } from "./tables.ts";

const p = sql.placeholder;

/** The subscriber of an address, whatever their status. */
export async function findReader(db: Database, email: string) {
  const { id } = subscribers;
  return db.select({ id, email: subscribers.email }).from(subscribers).where(eq(subscribers.email, email)).get();
}

/** The subscriber to whom a newsletter's mail went. */
export async function findRecipientOf(db: Database, mailId: string) {
  const { id, email } = subscribers;
  return db
    .select({ id, email })
    .from(campaignRecipients)
    .innerJoin(subscribers, eq(subscribers.seq, campaignRecipients.seq))
    .where(eq(campaignRecipients.mailId, mailId))
    .get();
}

/** What came of a newsletter's mail: it came back, or its reader complained. The first time counts. */
export const markReturned = compile<NewReturn>(sql`update ${campaignRecipients}
  set bounced_at = iif(${p("what")} = 'complaint', bounced_at, coalesce(bounced_at, ${p("at")})),
    complained_at = iif(${p("what")} = 'complaint', coalesce(complained_at, ${p("at")}), complained_at)
  where mail_id = ${p("mailId")} and ${isNew}`);

/** Writes down that a newsletter was answered, or that its reader left by answering. The first time counts. */
export const markReplied = (db: Database, mailId: string, at: number) =>
  db
    .update(campaignRecipients)
    .set({ repliedAt: at })
    .where(and(eq(campaignRecipients.mailId, mailId), isNull(campaignRecipients.repliedAt)));

export const markLeft = (db: Database, mailId: string, at: number) =>
  db
    .update(campaignRecipients)
    .set({ leftAt: at })
    .where(and(eq(campaignRecipients.mailId, mailId), isNull(campaignRecipients.leftAt)));

// Stopping a subscriber. A complaint goes further: it also keeps who left before from ever coming back.

export interface Stopping extends NewReturn {
  subscriber: string;
  email: string;
  reason: "bounced" | "complained";
}

/** Condition: the subscriber still has the address, and it stops for this. */
const stops = sql`${stopsMail} and exists (select 1 from ${subscribers} s where s.id = ${p("subscriber")} and s.email = ${p("email")}
  and (s.status in ('pending', 'active') or (${p("reason")} = 'complained' and s.status <> 'complained')))`;

/** Enters that a subscriber is stopped, unless they are; goes before the change. */
export const appendStopped = insertInto<typeof ledgerEntries, Stopping>(ledgerEntries, stops);

const dropSignups = compile<Stopping>(
  sql`delete from ${signups} where subscriber_id = ${p("subscriber")} and confirmed_at is null and ${stops}`,
);
const dropChanges = compile<Stopping>(
  sql`delete from ${addressChanges} where subscriber_id = ${p("subscriber")} and ${stops}`,
);
const setStopped = compile<Stopping>(
  sql`update ${subscribers} set status = ${p("reason")}, left_at = ${p("at")} where id = ${p("subscriber")} and ${stops}`,
);

/** Stops a subscriber. What still waited to be confirmed goes, so that no old link brings the address back. */
export const stopReader = (stopping: Stopping) => [dropSignups(stopping), dropChanges(stopping), setStopped(stopping)];
