import { sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { mailSuppressions } from "../mail/tables.ts";
import { compile, insertInto, type Statement } from "../platform/db.ts";
import { consents, consentWordings, signups, subscribers } from "./tables.ts";

const p = sql.placeholder;

/**
 * Condition of all that a confirmation does: its signup is there and waits. A leave, or another confirmation, ends that; so does a
 * complaint, or that staff stopped mail to the address, whose hash is the placeholder `hash`.
 */
export const isWaiting = sql`(exists (select 1 from ${signups} g join ${subscribers} s on s.id = g.subscriber_id
    where g.id = ${p("signup")} and g.confirmed_at is null and s.status <> 'complained')
  and not exists (select 1 from ${mailSuppressions} where hash = ${p("hash")} and reason in ('complained', 'staff')))`;

/** What `isWaiting` is asked about. */
export interface Waiting extends Record<string, unknown> {
  signup: string;
  hash: string;
}

/** Keeps the words of a consent, unless they are kept already. */
export const keepWording = compile<typeof consentWordings.$inferInsert>(sql`insert into ${consentWordings}
    (sha256, text, first_at) values (${p("sha256")}, ${p("text")}, ${p("firstAt")}) on conflict do nothing`);

/** Adds a consent for each topic of a signup, if that one still waits to be confirmed. */
export const insertConsents = compile<Waiting & { at: number }>(sql`insert into ${consents}
    (signup_id, topic, subscriber_id, given_at)
  select s.id, value, s.subscriber_id, ${p("at")} from ${signups} s, json_each(s.topics)
  where s.id = ${p("signup")} and ${isWaiting}`);

/** Ends what consents of earlier signups a subscriber still has, for a signup that still waits: what it asks for takes their place. */
export const replaceConsents = compile<Waiting & { at: number }>(sql`update ${consents}
  set withdrawn_at = ${p("at")}, withdrawn_by = 'confirmation'
  where withdrawn_at is null and signup_id <> ${p("signup")}
    and subscriber_id = (select subscriber_id from ${signups} where id = ${p("signup")}) and ${isWaiting}`);

// A change of topics. All statements carry the same condition, and the one that ends it goes last.

/** Condition: a subscriber is active and has the topics that the change was made from. */
const isAsRead = sql`exists (select 1 from ${subscribers}
  where id = ${p("subscriber")} and status = 'active' and topics = ${sql.param(p("before"), subscribers.topics)})`;

interface AsRead extends Record<string, unknown> {
  subscriber: string;
  before: string[];
}

/** Appends the entry of a change, if the subscriber is as they were read. */
export const appendChange = insertInto<typeof ledgerEntries, AsRead>(ledgerEntries, isAsRead);

/** Adds the signup by which topics are taken up, if the subscriber is as they were read. */
export const insertTaken = insertInto<typeof signups, AsRead>(signups, isAsRead);

const insertTakenConsents = compile<AsRead & { signup: string; topics: string; at: number }>(sql`insert into ${consents}
    (signup_id, topic, subscriber_id, given_at)
  select ${p("signup")}, value, ${p("subscriber")}, ${p("at")} from json_each(${p("topics")}) where ${isAsRead}`);

/** Adds the consents to topics that are taken up, if the subscriber is as they were read. */
export const takeUp = (read: AsRead, signup: string, topics: readonly string[], at: number): Statement =>
  insertTakenConsents({ ...read, signup, topics: JSON.stringify(topics), at });

const endConsents = compile<AsRead & { topics: string; at: number; by: string }>(sql`update ${consents}
  set withdrawn_at = ${p("at")}, withdrawn_by = ${p("by")}
  where subscriber_id = ${p("subscriber")} and withdrawn_at is null
    and topic in (select value from json_each(${p("topics")})) and ${isAsRead}`);

/** Ends the consents to topics that are given up, if the subscriber is as they were read. */
export const giveUp = (read: AsRead, topics: readonly string[], at: number, by: string): Statement =>
  endConsents({ ...read, topics: JSON.stringify(topics), at, by });

/** Writes what a subscriber chose, if they are as they were read; goes last. */
export const updateChosen = compile<AsRead & { topics: string[]; lang: string; name: string | null }>(
  sql`update ${subscribers}
  set topics = ${sql.param(p("topics"), subscribers.topics)}, lang = ${p("lang")}, name = ${p("name")}
  where id = ${p("subscriber")} and status = 'active' and topics = ${sql.param(p("before"), subscribers.topics)}`,
);
