import { and, desc, eq, getTableColumns, isNotNull, sql } from "drizzle-orm";
import { mailReturns, outbox } from "../mail/tables.ts";
import type { Database } from "../platform/db.ts";
import { subscriberImports } from "./list-import-tables.ts";
import {
  campaignRecipients,
  campaigns,
  consents,
  consentWordings,
  listActionRows,
  listActions,
  signups,
} from "./tables.ts";

/** Of each kind of thing that happened to one person, at most so many are shown: the newest. */
const MOST = 500;

/** Signups of a subscriber, with the words of consent and the import that brought each. */
export async function signupsOf(db: Database, subscriberId: string) {
  return db
    .select({
      ...getTableColumns(signups),
      words: consentWordings.text,
      plan: subscriberImports.plan,
      importedBy: subscriberImports.createdBy,
    })
    .from(signups)
    .leftJoin(consentWordings, eq(consentWordings.sha256, signups.wording))
    .leftJoin(subscriberImports, eq(subscriberImports.id, signups.importId))
    .where(eq(signups.subscriberId, subscriberId))
    .orderBy(desc(signups.requestedAt))
    .limit(MOST);
}

/** Consents of a subscriber that have ended: those that ended at one moment together. */
export async function withdrawalsOf(db: Database, subscriberId: string) {
  const { withdrawnAt, withdrawnBy, topic } = consents;
  return db
    .select({ at: withdrawnAt, by: withdrawnBy, topics: sql<string>`json_group_array(distinct ${topic})` })
    .from(consents)
    .where(and(eq(consents.subscriberId, subscriberId), isNotNull(withdrawnAt)))
    .groupBy(withdrawnAt, withdrawnBy)
    .orderBy(desc(withdrawnAt))
    .limit(MOST);
}

/** Mails of the newsletter to an address, but for the newsletters themselves. */
export async function mailsAboutNewsletter(db: Database, email: string, campaignMail: string) {
  const { id, template, state, createdAt, sentAt, lastError } = outbox;
  return db
    .select({ id, template, state, createdAt, sentAt, lastError })
    .from(outbox)
    .where(
      and(
        eq(outbox.recipient, email),
        sql`${template} >= 'newsletter.' and ${template} < 'newsletter/' and ${template} <> ${campaignMail}`,
      ),
    )
    .orderBy(desc(createdAt))
    .limit(MOST);
}

/** Newsletters to a subscriber, and what came of each. */
export async function newslettersTo(db: Database, seq: number) {
  return db
    .select({ ...getTableColumns(campaignRecipients), name: campaigns.name, startedAt: campaigns.startedAt })
    .from(campaignRecipients)
    .innerJoin(campaigns, eq(campaigns.id, campaignRecipients.campaignId))
    .where(eq(campaignRecipients.seq, seq))
    .orderBy(desc(campaigns.startedAt))
    .limit(MOST);
}

/** What mail servers said of mails to an address, which stands there as its hash. */
export async function returnsOf(db: Database, hash: string) {
  return db.select().from(mailReturns).where(eq(mailReturns.hash, hash)).orderBy(desc(mailReturns.at)).limit(MOST);
}

/** Actions on many that changed something of a subscriber, as far as that can still be undone. */
export async function actionsOn(db: Database, seq: number) {
  const { id, kind, argument, createdAt, createdBy } = listActions;
  return db
    .select({ id, kind, argument, createdAt, createdBy, state: listActions.state })
    .from(listActions)
    .innerJoin(listActionRows, and(eq(listActionRows.actionId, id), eq(listActionRows.seq, seq)))
    .orderBy(desc(createdAt))
    .limit(MOST);
}
