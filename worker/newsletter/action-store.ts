import { and, asc, desc, eq, inArray, isNull, lt, type SQL, sql } from "drizzle-orm";
import { entriesInsert } from "../ledger/store.ts";
import { ledgerEntries } from "../ledger/tables.ts";
import { compile, type Database, insertInto, type Statement } from "../platform/db.ts";
import type { Besides } from "./filter-store.ts";
import {
  type ACTION_KINDS,
  consents,
  listActionRows,
  listActions,
  type SubscriberState,
  signups,
  subscribers,
} from "./tables.ts";

export type ListAction = typeof listActions.$inferSelect;
export type ActionKind = (typeof ACTION_KINDS)[number];

/** Whom of a filter an action concerns: all whom it would change something for. */
export function concernedBy(kind: ActionKind, argument: string | null): Besides {
  const what = argument ?? "";
  const present: SubscriberState[] = ["pending", "active"];
  switch (kind) {
    case "add-label":
      return { noLabel: what };
    case "remove-label":
      return { label: what };
    case "remove-topic":
      return { status: ["active"], topics: [what] };
    case "set-language":
      return { status: present, noLang: what };
    case "resend":
      return { status: ["pending"] };
    case "leave":
      return { status: [...present, "bounced"] };
    case "erase":
      return {};
  }
}

const isNew = sql`not exists (select 1 from ${listActions} where id = ${sql.placeholder("id")})`;

/** Adds an action, unless it is there; the next goes before it, and enters that it begins. */
export const insertAction = insertInto(listActions, isNew);
export const appendBegun = insertInto<typeof ledgerEntries, { action: string }>(
  ledgerEntries,
  sql`not exists (select 1 from ${listActions} where id = ${sql.placeholder("action")})`,
);

export async function findAction(db: Database, id: string): Promise<ListAction | undefined> {
  return db.select().from(listActions).where(eq(listActions.id, id)).get();
}

/** Actions, the newest first, from the one after that of the id `after` on. */
export async function newestActions(db: Database, after: string | undefined, limit: number): Promise<ListAction[]> {
  const { createdAt, id } = listActions;
  const place = sql`(select a.created_at, a.id from ${listActions} a where a.id = ${after})`;
  return db
    .select()
    .from(listActions)
    .where(after === undefined ? undefined : sql`(${createdAt}, ${id}) < ${place}`)
    .orderBy(desc(createdAt), desc(id))
    .limit(limit);
}

/** Ids of actions that are not over, the oldest first. A handful: no pages. */
export async function openActions(db: Database): Promise<string[]> {
  const rows = await db
    .select({ id: listActions.id })
    .from(listActions)
    .where(inArray(listActions.state, ["running", "undoing"]))
    .orderBy(asc(listActions.createdAt));
  return rows.map(({ id }) => id);
}

// One page of subscribers is one batch. Each statement carries the condition that the action is still where the page was
// read, and the one that moves it comes last: of two workers one does the page, and a worker that dies has done it or not.

const p = sql.placeholder;

/** Where an action was when a page of it was read. */
export interface AtCursor extends Record<string, unknown> {
  action: string;
  state: "running" | "undoing";
  cursor: number;
}

const stands = ({ action, state, cursor }: { action: SQL; state: SQL; cursor: SQL }): SQL =>
  sql`exists (select 1 from ${listActions} where id = ${action} and state = ${state} and cursor = ${cursor})`;
const atCursor = stands({ action: sql`${p("action")}`, state: sql`${p("state")}`, cursor: sql`${p("cursor")}` });

/** The condition of all that a page does, for a statement made elsewhere. */
export const standsAt = ({ action, state, cursor }: AtCursor): SQL =>
  stands({ action: sql`${action}`, state: sql`${state}`, cursor: sql`${cursor}` });

/** What an action can change of a subscriber. */
export type Changeable = "labels" | "topics" | "lang";

/** A subscriber as a page was read, with what is to become of one column. */
export interface Change {
  seq: number;
  id: string;
  status: SubscriberState;
  before: string;
  after: string;
}

/** Condition: the row `one` is still as it was read. */
const asRead = (column: Changeable, one: SQL): SQL =>
  sql`${subscribers.seq} = ${one} ->> 'seq' and ${subscribers.status} = ${one} ->> 'status'
    and ${subscribers[column]} = ${one} ->> 'before'`;

type Page = AtCursor & { changes: string };
const value = sql`json_each.value`;
const isAsRead = (column: Changeable): SQL =>
  sql`exists (select 1 from ${subscribers} where ${asRead(column, value)}) and ${atCursor}`;

const perColumn = <T>(make: (column: Changeable) => T): Readonly<Record<Changeable, T>> => ({
  labels: make("labels"),
  topics: make("topics"),
  lang: make("lang"),
});

const keepAll = perColumn((column) =>
  compile<Page>(sql`insert into ${listActionRows} (action_id, seq, before)
    select ${p("action")}, ${value} ->> 'seq', ${value} ->> 'before' from json_each(${p("changes")}) where ${isAsRead(column)}`),
);

const enterAll = perColumn((column) => entriesInsert<AtCursor>(isAsRead(column)));

const endAll = compile<Page & { topic: string; at: number; by: string }>(sql`update ${consents}
  set withdrawn_at = ${p("at")}, withdrawn_by = ${p("by")}
  where withdrawn_at is null and topic = ${p("topic")} and subscriber_id in
    (select ${value} ->> 'id' from json_each(${p("changes")}) where ${isAsRead("topics")})`);

const changeAll = perColumn((column) =>
  compile<Page>(sql`update ${subscribers} set ${sql.identifier(column)} = ${value} ->> 'after'
    from json_each(${p("changes")}) where ${asRead(column, value)} and ${atCursor}`),
);

const moveByChanges = compile<AtCursor & { last: number; besides: number }>(sql`update ${listActions}
  set cursor = ${p("last")}, changed = changed + iif(state = 'running', changes() + ${p("besides")}, 0),
    restored = restored + iif(state = 'undoing', changes(), 0)
  where id = ${p("action")} and state = ${p("state")} and cursor = ${p("cursor")}`);

/** What a page changes, and what is kept or written of it. */
export interface PageOf {
  column: Changeable;
  changes: readonly Change[];
  /** Rows as `ledgerEntry` makes them, with the change that each is of. */
  entries: readonly object[];
  /** Whether what was there before is kept, to undo it by. */
  keeps: boolean;
  /** The topic whose consents end, when, and by whom. */
  ends?: { topic: string; at: number; by: string };
}

/** Where a page ends, when that is not with its last change, and how many of it were changed besides. */
interface End {
  last: number;
  besides: number;
}

/** Changes a column of a page of subscribers, of whom only those who still are as they were read, and moves the action past it. */
export function changePage(at: AtCursor, { column, changes, entries, keeps, ends }: PageOf, end?: End): Statement[] {
  const page = { ...at, changes: JSON.stringify(changes) };
  return [
    ...(entries.length > 0 ? [enterAll[column]({ ...at, entries: JSON.stringify(entries) })] : []),
    ...(keeps ? [keepAll[column](page)] : []),
    ...(ends ? [endAll({ ...page, ...ends })] : []),
    changeAll[column](page),
    // Right after the update: it asks how many rows that has changed.
    moveByChanges({ ...at, ...(end ?? { last: changes.at(-1)?.seq ?? at.cursor, besides: 0 }) }),
  ];
}

/** Moves an action past a page; goes right after the statement whose changed rows it counts. */
export const movePast = (at: AtCursor, last: number): Statement => moveByChanges({ ...at, last, besides: 0 });

/** Moves an action past a page whose changes were committed one by one. */
export const moveByCount = compile<AtCursor & { last: number; count: number }>(sql`update ${listActions}
  set cursor = ${p("last")}, changed = changed + ${p("count")}
  where id = ${p("action")} and state = ${p("state")} and cursor = ${p("cursor")}`);

/** Ends an action, or its undoing. What was searched for may be somebody's address: that it was is all that stays. */
export const endAction = compile<AtCursor & { ended: "done" | "undone"; finishedAt: number }>(sql`update ${listActions}
  set state = ${p("ended")}, finished_at = ${p("finishedAt")}, filter = json_replace(filter, '$.search', '')
  where id = ${p("action")} and state = ${p("state")} and cursor = ${p("cursor")}`);

const canBeUndone = sql`exists (select 1 from ${listActions} where id = ${p("action")} and state = 'done')`;

/** Enters that an action is undone, if it is done; goes before the change. */
export const appendUndone = insertInto<typeof ledgerEntries, { action: string }>(ledgerEntries, canBeUndone);

/** Begins to undo an action, if it is done. */
export const beginUndoing = compile<{ action: string }>(sql`update ${listActions}
  set state = 'undoing', cursor = 0, finished_at = null where id = ${p("action")} and state = 'done'`);

/** A subscriber as they are now, with what they had before an action. */
export interface KeptRow extends Pick<typeof subscribers.$inferSelect, "seq" | "id" | "status" | Changeable> {
  had: string;
}

/** Whom an action changed, after a place; not those who left, bounced or complained since it began. */
export async function keptAfter(db: Database, action: ListAction, limit: number): Promise<KeptRow[]> {
  const { seq, id, status, labels, topics, lang, leftAt } = subscribers;
  return db
    .select({ seq, id, status, labels, topics, lang, had: listActionRows.before })
    .from(listActionRows)
    .innerJoin(subscribers, eq(seq, listActionRows.seq))
    .where(
      and(
        eq(listActionRows.actionId, action.id),
        sql`${listActionRows.seq} > ${action.cursor}`,
        sql`(${leftAt} is null or ${leftAt} < ${action.createdAt})`,
      ),
    )
    .orderBy(asc(listActionRows.seq))
    .limit(limit);
}

/** A signup that waits to be confirmed, and the mail that asked for it last. */
interface WaitingSignup {
  signup: string;
  subscriber: string;
  mailId: string | null;
}

/** The newest signup that waits of each of these subscribers. */
export async function waitingOf(db: Database, ids: readonly string[]): Promise<WaitingSignup[]> {
  const rows = await db
    .select({ signup: signups.id, subscriber: signups.subscriberId, mailId: signups.mailId })
    .from(signups)
    .where(
      and(
        sql`${signups.subscriberId} in (select value from json_each(${JSON.stringify(ids)}))`,
        isNull(signups.confirmedAt),
      ),
    )
    .orderBy(asc(signups.requestedAt));
  return [...new Map(rows.map((row) => [row.subscriber, row])).values()];
}

/** Drops what actions kept that ended before `rowsBefore`, at most `limit` rows of it, and those that ended before `before`. */
export function sweepActions(db: Database, rowsBefore: number, before: number, limit: number): Statement[] {
  const lapsed = sql`select r.rowid from ${listActionRows} r
    where r.action_id in (select id from ${listActions} where finished_at < ${rowsBefore}) limit ${limit}`;
  const isEmpty = sql`not exists (select 1 from ${listActionRows} where action_id = ${listActions.id})`;
  return [
    db.delete(listActionRows).where(sql`rowid in (${lapsed})`),
    db.delete(listActions).where(and(lt(listActions.finishedAt, before), isEmpty)),
  ];
}
