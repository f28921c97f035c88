import { sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { compile, type Database, insertInto } from "../platform/db.ts";
import { mailSuppressions, SUPPRESSION_REASONS } from "./tables.ts";

export type Suppression = typeof mailSuppressions.$inferSelect;

const p = sql.placeholder;

/** Those of these hashes that stand on the list. */
export async function findSuppressions(db: Database, hashes: readonly string[]): Promise<Suppression[]> {
  return db
    .select()
    .from(mailSuppressions)
    .where(sql`${mailSuppressions.hash} in (select value from json_each(${JSON.stringify(hashes)}))`);
}

const STRENGTHS = sql.raw(`'${SUPPRESSION_REASONS.join(" ")}'`);

/** A suppression as it is added. */
export type NewSuppression = Omit<Suppression, "mirroredAt">;

/**
 * Compiles what stops mail to an address, if `when` holds at the commit. A weaker reason never takes the place of a stronger
 * one; the same reason again counts from the later time. KV is to be told of either.
 */
export const suppressionInsert = <More extends Record<string, unknown> = Record<never, never>>(when = sql`true`) =>
  compile<NewSuppression & More>(sql`insert into ${mailSuppressions} (hash, reason, at)
  select ${p("hash")}, ${p("reason")}, ${p("at")} where ${when}
  on conflict (hash) do update set reason = excluded.reason, at = excluded.at, mirrored_at = null
    where instr(${STRENGTHS}, excluded.reason) <= instr(${STRENGTHS}, ${mailSuppressions}.reason)`);

/** Stops mail to an address. */
export const insertSuppression = suppressionInsert();

/**
 * Compiles the end of a suppression for somebody who asked for mail anew, and proved it, if `when` holds at the commit. It
 * lifts no complaint and nothing of staff.
 */
export const suppressionLift = <More extends Record<string, unknown> = Record<never, never>>(when = sql`true`) =>
  compile<{ hash: string } & More>(sql`delete from ${mailSuppressions}
  where hash = ${p("hash")} and reason in ('bounced', 'left') and ${when}`);

const stands = sql`exists (select 1 from ${mailSuppressions} where hash = ${p("hash")}
  and instr(${STRENGTHS}, reason) <= instr(${STRENGTHS}, ${p("reason")}))`;

/** Enters that mail to an address stops, unless it has for such a reason; goes before the row. */
export const appendSuppressed = insertInto<typeof ledgerEntries, { hash: string; reason: Suppression["reason"] }>(
  ledgerEntries,
  sql`not ${stands}`,
);
/** Stops mail to an address, unless it has for such a reason. */
export const insertNewSuppression = suppressionInsert(sql`not ${stands}`);

/** Condition: more than newsletters is stopped, so that there is something for staff to allow. */
const isStopped = sql`exists (select 1 from ${mailSuppressions} where hash = ${p("hash")} and reason <> 'left')`;

/** Enters that mail to an address is allowed again, if it was stopped; goes before the row. */
export const appendAllowed = insertInto<typeof ledgerEntries, { hash: string }>(ledgerEntries, isStopped);

/** Allows mail to an address again; who left the newsletter has still left it. */
export const deleteSuppression = compile<{ hash: string }>(
  sql`delete from ${mailSuppressions} where hash = ${p("hash")} and reason <> 'left'`,
);

/** Suppressions that KV was not told of, the oldest first. */
export async function unmirrored(db: Database, limit: number): Promise<Suppression[]> {
  return db.select().from(mailSuppressions).where(sql`mirrored_at is null`).orderBy(mailSuppressions.at).limit(limit);
}

/** Marks suppressions as told to KV, unless they changed meanwhile. */
export async function markMirrored(db: Database, told: readonly Suppression[], now: number): Promise<void> {
  await db.run(sql`update ${mailSuppressions} set mirrored_at = ${now} from json_each(${JSON.stringify(told)}) told
    where hash = told.value ->> 'hash' and reason = told.value ->> 'reason' and at = told.value ->> 'at'`);
}
