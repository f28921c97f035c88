import { eq, type SQL, sql } from "drizzle-orm";
import { entriesInsert, type LedgerRow } from "../ledger/store.ts";
import { mailSuppressions } from "../mail/tables.ts";
import { addressesWithin } from "../platform/address.ts";
import { withoutApostrophe } from "../platform/csv.ts";
import type { RefusedRow } from "../platform/csv-import.ts";
import { compile, type Database, type Statement } from "../platform/db.ts";
import { inLots } from "../platform/lots.ts";
import { isAt, type ListImport } from "./list-import-store.ts";
import { subscriberImportFaults, subscriberImports } from "./list-import-tables.ts";
import { consents, signups, subscribers } from "./tables.ts";

/** Whom an address belongs to. */
export type Known = Pick<typeof subscribers.$inferSelect, "id" | "email" | "status">;

/** The subscribers of addresses, of which there may be a thousand. */
export async function subscribersOf(db: Database, emails: readonly string[]): Promise<Known[]> {
  const { id, email, status } = subscribers;
  const listed = sql<string>`listed.value`;
  return db
    .select({ id, email, status })
    .from(sql`json_each(${JSON.stringify(emails)}) listed`)
    .innerJoin(subscribers, eq(email, listed));
}

/** Somebody who comes by an import, with the signup that says so. */
export interface Newcomer {
  /** The id of who has the address, or, when nobody had it, the one that they are to have. */
  subscriber: string;
  signup: string;
  email: string;
  /** The address as the list of suppressions knows it. */
  hash: string;
  name: string | null;
  lang: string;
  topics: readonly string[];
  labels: readonly string[];
  /** When they asked, as far as the file says. */
  requestedAt: number;
  /** The entry of their consent, when it is proven. */
  entry: LedgerRow | null;
}

/** What a step of an import does. */
export interface Step {
  /** Whether the newcomers are subscribers at once, or are to be asked first. */
  isProven: boolean;
  newcomers: readonly Newcomer[];
  /** Labels for those who are there already. */
  labelled: readonly { subscriber: string; labels: readonly string[] }[];
  /** Rows that change nothing, not counting newcomers. */
  unchanged: number;
  blocked: readonly RefusedRow[];
  bad: readonly RefusedRow[];
  /** SHA-256 of the words of consent. */
  wording: string;
  source: string;
  now: number;
  next: { offset: number; row: number };
}

/** Rows in one statement, and characters of their JSON: that stays far below what D1 takes as one text (2 MB). */
const ROWS = 500;
const CHARACTERS = 500_000;

/**
 * A step of an import, which counts what it does. Its statements hold only while the import runs and stands where the step
 * began: of two workers the second changes nothing, and the last statement's count of rows says so. Whoever has left or
 * been stopped, be it since the rows were judged, is not touched: nobody is added whose hash is on the list of
 * suppressions, nobody becomes active who is not pending, and only who was seen to have the address. The plus signs, the joins
 * in one order and the index that is named keep SQLite on the rows of the step: else it would walk the list, or the rows for each row.
 */
export function stepListImport(found: ListImport, step: Step): Statement[] {
  const { id, offset } = found;
  const { isProven, newcomers, labelled, unchanged, blocked, bad, now, next } = step;
  const isHere = isAt(sql`${id}`, sql`'running'`, sql`${offset}`);
  const at = sql`where id = ${id} and state = 'running' and "offset" = ${offset}`;
  const isFull = (lot: readonly object[]) => lot.length >= Math.min(ROWS, CHARACTERS / lengthOf(lot[0]));
  const statements = inLots(newcomers, isFull).flatMap((lot) => {
    const rows = JSON.stringify(lot.map(({ entry: _, ...one }) => one));
    return [
      compile(insertNewcomers(rows, step, isHere))({}),
      compile(insertSignups(rows, id, step, isHere))({}),
      compile(isProven ? countActive(at) : countPending(at, now))({}),
      ...(isProven ? confirmAll(rows, entriesOf(lot), now) : []),
    ];
  });
  const labels = inLots(labelled, isFull).map((lot) => compile(addLabels(JSON.stringify(lot), isHere))({}));
  const moved = compile(sql`update ${subscriberImports} set "offset" = ${next.offset}, row = ${next.row}, tries = 0,
    unchanged = unchanged + ${unchanged + newcomers.length}, blocked = blocked + ${blocked.length},
    refused = refused + ${bad.length} ${at}`)({});
  return [...statements, ...labels, ...insertFaults(id, [...blocked, ...bad], isHere), moved];
}

/** A step of a dry run: it counts what would come of the rows, and keeps why some would be refused. */
export function tryListImport(
  { id, offset }: ListImport,
  step: Pick<Step, "isProven" | "unchanged" | "blocked" | "bad"> & {
    newcomers: number;
    next: Pick<ListImport, "state" | "offset" | "row">;
  },
): Statement[] {
  const { isProven, newcomers, unchanged, blocked, bad, next } = step;
  const column = sql.identifier(isProven ? "active" : "pending");
  const counted =
    compile(sql`update ${subscriberImports} set state = ${next.state}, "offset" = ${next.offset}, row = ${next.row},
    tries = 0, ${column} = ${column} + ${newcomers}, unchanged = unchanged + ${unchanged},
    blocked = blocked + ${blocked.length}, refused = refused + ${bad.length}
    where id = ${id} and state = 'checking' and started_at is null and "offset" = ${offset}`)({});
  return [...insertFaults(id, [...blocked, ...bad], isAt(sql`${id}`, sql`'checking'`, sql`${offset}`)), counted];
}

/** Nearly all that differs between the rows of an import is an address. */
const lengthOf = (one: object | undefined): number => JSON.stringify(one).length;

const text = (name: string): SQL => sql.raw(`value ->> '${name}'`);

/** Condition: mail to the address of a row was stopped. */
const isStopped = sql`exists (select 1 from ${mailSuppressions} where hash = value ->> 'hash')`;

/** Adds those whose address nobody has, as pending. */
const insertNewcomers = (rows: string, { source, now }: Step, isHere: SQL): SQL => sql`insert into ${subscribers}
    (id, email, name, status, lang, topics, labels, source, requested_at)
  select ${text("subscriber")}, ${text("email")}, ${text("name")}, 'pending', ${text("lang")}, ${text("topics")},
    (select json_group_array(value) from (select value from json_each(listed.value ->> 'labels') order by value)),
    ${source}, ${now}
  from json_each(${rows}) listed where ${isHere} and not ${isStopped}
  on conflict do nothing`;

/** Adds the signup of each newcomer who is pending. */
const insertSignups = (rows: string, id: string, { wording }: Step, isHere: SQL): SQL => sql`insert into ${signups}
    (id, subscriber_id, method, lang, topics, wording, surface, import_id, requested_at)
  select ${text("signup")}, s.id, 'import', ${text("lang")}, ${text("topics")}, ${wording}, 'import', ${id},
    ${text("requestedAt")}
  from json_each(${rows}) cross join ${subscribers} s
    on s.id = ${text("subscriber")} and s.email = ${text("email")} and +s.status = 'pending'
  where ${isHere} and not ${isStopped}`;

const countActive = (at: SQL): SQL =>
  sql`update ${subscriberImports} set active = active + changes(), unchanged = unchanged - changes() ${at}`;

/** Counts who is to be asked: the first of them when those of other imports have been. */
const countPending = (at: SQL, now: number): SQL => sql`update ${subscriberImports} set pending = pending + changes(),
  unchanged = unchanged - changes(), next_ask_at = case when changes() > 0 then coalesce(next_ask_at,
    max(${now}, coalesce((select max(next_ask_at) from ${subscriberImports}), 0))) else next_ask_at end ${at}`;

/** Condition: the signup of a row was added, and still waits. */
const isWaiting = sql`exists (select 1 from ${signups} g
  where g.id = value ->> 'signup' and g.subscriber_id = value ->> 'subscriber' and +g.confirmed_at is null)`;

/** Enters a consent if its signup was added; `entries` say of which (`signup`, `subscriber`). */
const appendConsents = entriesInsert(isWaiting);

const entriesOf = (lot: readonly Newcomer[]): string =>
  JSON.stringify(lot.flatMap(({ entry, signup, subscriber }) => (entry ? [{ ...entry, signup, subscriber }] : [])));

/** Makes those whose signup was added subscribers, by that signup; others of theirs that wait go. */
function confirmAll(rows: string, entries: string, now: number): Statement[] {
  const listed = sql`(select ${text("signup")} from json_each(${rows}))`;
  return [
    appendConsents({ entries }),
    ...[
      sql`insert into ${consents} (signup_id, topic, subscriber_id, given_at)
        select g.id, topic.value, g.subscriber_id, ${now} from ${signups} g, json_each(g.topics) topic
        where g.id in ${listed} and +g.confirmed_at is null`,
      sql`update ${subscribers} indexed by subscribers_id_unique set status = 'active', topics = one.topics, lang = one.lang,
          name = coalesce(${subscribers}.name, one.name), confirmed_at = ${now}, left_at = null
        from (select ${text("subscriber")} as id, ${text("signup")} as signup, ${text("topics")} as topics,
          ${text("lang")} as lang, ${text("name")} as name from json_each(${rows})) one
        where ${subscribers}.id = one.id and +${subscribers}.status = 'pending' and exists
          (select 1 from ${signups} g where g.id = one.signup and g.subscriber_id = one.id and +g.confirmed_at is null)`,
      sql`delete from ${signups} where +confirmed_at is null and id not in ${listed}
        and subscriber_id in (select subscriber_id from ${signups} where id in ${listed})`,
      sql`update ${signups} set confirmed_at = ${now}, flags = '[]' where id in ${listed} and +confirmed_at is null`,
    ].map((statement) => compile(statement)({})),
  ];
}

/** Gives labels to those who are pending or active and lack them; they stay in the order of the alphabet. */
const addLabels = (rows: string, isHere: SQL): SQL => sql`update ${subscribers} indexed by subscribers_id_unique
  set labels = (select json_group_array(value) from
    (select value from json_each(${subscribers}.labels) union select value from json_each(one.labels) order by value))
  from (select ${text("subscriber")} as id, ${text("labels")} as labels from json_each(${rows})) one
  where ${subscribers}.id = one.id and +${subscribers}.status in ('pending', 'active') and ${isHere}
    and exists (select value from json_each(one.labels) except select value from json_each(${subscribers}.labels))`;

const emailsIn = (cells: readonly string[]): string[] => [
  ...new Set(cells.flatMap((cell) => addressesWithin(withoutApostrophe(cell)))),
];

/** Keeps rows that were refused or passed over, with what is wrong with each. */
function insertFaults(id: string, rows: readonly RefusedRow[], isHere: SQL): Statement[] {
  const lots = inLots(
    rows.map(({ row, cells, errors }) => JSON.stringify({ row, cells, emails: emailsIn(cells), errors })),
    (lot, row) => lot.reduce((sum, { length }) => sum + length, row.length) > CHARACTERS,
  );
  return lots.map((lot) =>
    compile(sql`insert into ${subscriberImportFaults} (import_id, row, cells, emails, errors)
      select ${id}, value ->> 'row', value ->> 'cells', value ->> 'emails', value ->> 'errors' from json_each(${`[${lot.join(",")}]`})
      where ${isHere}`)({}),
  );
}
