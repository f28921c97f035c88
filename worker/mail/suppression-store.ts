import { type SQL, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { compile, type Database, insertInto, type Statement } from "../platform/db.ts";
import { mailSuppressions, type SUPPRESSION_REASONS } from "./tables.ts";

export type Suppression = typeof mailSuppressions.$inferSelect;

/** Why mail to an address stopped, and since when for each reason. */
export type Stops = Readonly<Partial<Record<(typeof SUPPRESSION_REASONS)[number], number>>>;

const p = sql.placeholder;

/** SQL of why mail to the address of a hash stopped. */
export const stopsOfHash = (hash: SQL) =>
  sql<Stops>`(select json_group_object(reason, at) from
    (select reason, at from ${mailSuppressions} where hash = ${hash} order by reason))`.mapWith(JSON.parse);

/** SQL of when staff last allowed mail to the address of a hash again; null when they never did. */
export const allowedAtOf = (hash: SQL) => sql<number | null>`(select max(at) from ${ledgerEntries}
  where subject = 'address:' || (${hash}) and kind = 'mail.allowed')`;

/** What the database knows of hashes: each stands there. One statement, however many. */
export async function findStops(db: Database, hashes: readonly string[]) {
  const hash = sql<string>`asked.value`;
  return db
    .select({
      hash,
      stops: stopsOfHash(hash),
      allowedAt: allowedAtOf(hash),
      isTold: sql<0 | 1>`not exists (select 1 from ${mailSuppressions} where hash = ${hash} and mirrored_at is null)`,
    })
    .from(sql`json_each(${JSON.stringify(hashes)}) asked`);
}

export type Found = Awaited<ReturnType<typeof findStops>>[number];

/** A suppression as it is added. */
export type NewSuppression = Omit<Suppression, "mirroredAt">;

/** The same reason again counts from the later time, and KV is to be told. */
export const AGAIN = sql`on conflict (hash, reason) do update set at = excluded.at, mirrored_at = excluded.mirrored_at
  where excluded.at > ${mailSuppressions}.at`;

/** Compiles what stops mail to an address for a reason, if `when` holds at the commit. KV is to be told of it. */
export const suppressionInsert = <More extends Record<string, unknown> = Record<never, never>>(when = sql`true`) =>
  compile<NewSuppression & More>(sql`insert into ${mailSuppressions} (hash, reason, at)
  select ${p("hash")}, ${p("reason")}, ${p("at")} where ${when} ${AGAIN}`);

/** Stops mail to an address. */
export const insertSuppression = suppressionInsert();

/**
 * Compiles the end of a suppression for somebody who asked for mail anew, and proved it, if `when` holds at the commit. It
 * lifts no complaint and nothing of staff.
 */
export const suppressionLift = <More extends Record<string, unknown> = Record<never, never>>(when = sql`true`) =>
  compile<{ hash: string } & More>(sql`delete from ${mailSuppressions}
  where hash = ${p("hash")} and reason in ('bounced', 'left', 'erased') and ${when}`);

const isNew = sql`not exists (select 1 from ${mailSuppressions} where hash = ${p("hash")} and reason = ${p("reason")})`;

/** Enters that mail to an address stops, unless it has for that reason; goes before the row. */
export const appendSuppressed = insertInto<typeof ledgerEntries, { hash: string; reason: Suppression["reason"] }>(
  ledgerEntries,
  isNew,
);
/** Stops mail to an address, unless it has for that reason. */
export const insertNewSuppression = suppressionInsert(isNew);

/** Condition: more than newsletters is stopped, so that there is something for staff to allow. */
const isStopped = sql`exists (select 1 from ${mailSuppressions} where hash = ${p("hash")} and reason not in ('left', 'erased'))`;

/** Enters that mail to an address is allowed again, if it was stopped; goes before the row. */
export const appendAllowed = insertInto<typeof ledgerEntries, { hash: string }>(ledgerEntries, isStopped);

/** Allows mail to an address again; who left the newsletter, or was erased, has still left it. */
export const deleteSuppressions = compile<{ hash: string }>(
  sql`delete from ${mailSuppressions} where hash = ${p("hash")} and reason not in ('left', 'erased')`,
);

/** Hashes of which KV was not told all, those that wait longest first. */
export async function unmirrored(db: Database, limit: number): Promise<string[]> {
  const { hash, at } = mailSuppressions;
  const waits = sql`mirrored_at is null and ${hash} not like 'subscriber:%'`;
  const rows = await db.select({ hash }).from(mailSuppressions).where(waits).orderBy(at).limit(limit);
  return rows.map((row) => row.hash);
}

/** Hashes of addresses to which staff allowed mail again since a time. */
export async function allowedSince(db: Database, since: number): Promise<string[]> {
  const { subject, kind, at } = ledgerEntries;
  const rows = await db
    .select({ hash: sql<string>`substr(${subject}, 9)` })
    .from(ledgerEntries)
    .where(sql`${kind} = 'mail.allowed' and ${at} > ${since} and ${subject} like 'address:%'`);
  return rows.map((row) => row.hash);
}

/**
 * Marks suppressions as told to KV. Of an address about which something changed meanwhile none is: of two that told KV
 * at once the last may have told it the less.
 */
export async function markMirrored(db: Database, told: readonly Found[], now: number): Promise<void> {
  const list = JSON.stringify(told.map(({ hash, stops }) => ({ hash, stops: JSON.stringify(stops) })));
  const present = sql`(select json_group_object(reason, at) from
    (select reason, at from ${mailSuppressions} one where one.hash = told.value ->> 'hash' order by reason))`;
  await db.run(sql`update ${mailSuppressions} set mirrored_at = iif(${present} = told.value ->> 'stops', ${now}, null)
    from json_each(${list}) told where ${mailSuppressions}.hash = told.value ->> 'hash'`);
}

/** Adds suppressions that KV knows, from a JSON list of {hash, reason, at}. */
const insertKept = compile<{
  rows: string;
  now: number;
}>(sql`insert into ${mailSuppressions} (hash, reason, at, mirrored_at)
  select value ->> 'hash', value ->> 'reason', value ->> 'at', ${p("now")} from json_each(${p("rows")}) where true ${AGAIN}`);

/** Adds suppressions that KV knows and the database does not, however many. */
export const bringBack = (rows: readonly NewSuppression[], now: number): Statement =>
  insertKept({ rows: JSON.stringify(rows), now });
