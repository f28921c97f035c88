import { sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { compile, insertInto } from "../platform/db.ts";
import { consents, subscribers } from "./tables.ts";

const p = sql.placeholder;

/** A subscriber as a change was made from. */
interface AsRead extends Record<string, unknown> {
  subscriber: string;
  was: { status: string; name: string | null; lang: string; topics: string; labels: string };
}

interface Placed extends Record<string, unknown> {
  subscriber: string;
  was: string;
}

/** A subscriber as read, as the statements below take it. */
export const asRead = ({ subscriber, was }: AsRead): Placed => ({ subscriber, was: JSON.stringify(was) });

const was = (field: string) => sql`${p("was")} ->> ${sql.raw(`'${field}'`)}`;
const isAsRead = sql`id = ${p("subscriber")} and status = ${was("status")} and name is ${was("name")} and lang = ${was("lang")}
  and topics = ${was("topics")} and labels = ${was("labels")}`;
const stillIsSo = sql`exists (select 1 from ${subscribers} where ${isAsRead})`;

/** Enters what is changed of a subscriber, if they are as they were read. */
export const appendChanged = insertInto<typeof ledgerEntries, Placed>(ledgerEntries, stillIsSo);

/** Ends the consents to topics that are taken off, if the subscriber is as they were read. */
export const endConsents = compile<Placed & { removed: string; at: number; by: string }>(sql`update ${consents}
  set withdrawn_at = ${p("at")}, withdrawn_by = ${p("by")}
  where subscriber_id = ${p("subscriber")} and withdrawn_at is null
    and topic in (select value from json_each(${p("removed")})) and ${stillIsSo}`);

/** Writes what is changed of a subscriber, if they are as they were read; goes last. */
export const updatePerson = compile<
  Placed & { name: string | null; lang: string; topics: string[]; labels: string[] }
>(sql`update ${subscribers}
  set name = ${p("name")}, lang = ${p("lang")}, topics = ${sql.param(p("topics"), subscribers.topics)},
    labels = ${sql.param(p("labels"), subscribers.labels)}
  where ${isAsRead}`);
