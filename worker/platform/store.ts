import { and, asc, desc, eq, getTableColumns, inArray, isNull, lt, sql } from "drizzle-orm";
import { compile, type Database, insertInto, type Statement } from "./db.ts";
import { apiKeys, cronTasks, spentChallenges, tokens } from "./tables.ts";

/** A token as it is added: whose it is and until when, as a hash. */
export type TokenRow = Omit<typeof tokens.$inferInsert, "usedAt">;

export type Token = typeof tokens.$inferSelect;

export const insertToken = insertInto(tokens);

export function useToken(db: Database, id: string, at: number): Statement {
  return db
    .update(tokens)
    .set({ usedAt: at })
    .where(and(eq(tokens.id, id), isNull(tokens.usedAt)));
}

/** A batch with this statement fails ("spent_challenges.hash") when the challenge was handed in before. */
export const spendChallenge = insertInto(spentChallenges);

export async function findApiKey(db: Database, hash: string) {
  return db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.hash, hash), isNull(apiKeys.revokedAt)))
    .get();
}

/** An API key as people see it. */
export type ApiKey = Omit<typeof apiKeys.$inferSelect, "hash">;

const { hash: _, ...shownOfKey } = getTableColumns(apiKeys);

/** All keys: those in use first, the newest first. */
export async function listApiKeys(db: Database): Promise<ApiKey[]> {
  return db.select(shownOfKey).from(apiKeys).orderBy(asc(apiKeys.revokedAt), desc(apiKeys.createdAt));
}

export async function findApiKeyById(db: Database, id: string): Promise<ApiKey | undefined> {
  return db.select(shownOfKey).from(apiKeys).where(eq(apiKeys.id, id)).get();
}

export const insertApiKey = insertInto(apiKeys);

/** Ends a key, if it has not ended. */
export function revokeApiKey(db: Database, id: string, at: number): Statement {
  return db
    .update(apiKeys)
    .set({ revokedAt: at })
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)));
}

export function markKeyUsed(db: Database, id: string, at: number): Statement {
  return db.update(apiKeys).set({ usedAt: at }).where(eq(apiKeys.id, id));
}

const DAY = 86_400_000;
/** Days that it is kept, as personal-data.ts declares: an expired link can still say that it expired. */
const EXPIRED_TOKENS = 30;

/** Drops what has run out: tokens long expired, at most `limit`, and spent challenges. */
export function sweepPlatform(db: Database, now: number, limit: number): Statement[] {
  const lapsed = db
    .select({ id: tokens.id })
    .from(tokens)
    .where(lt(tokens.expiresAt, now - EXPIRED_TOKENS * DAY))
    .limit(limit);
  return [
    db.delete(tokens).where(inArray(tokens.id, lapsed)),
    db.delete(spentChallenges).where(lt(spentChallenges.expiresAt, now)),
  ];
}

/** What a task of cron did last. */
export type TaskRow = typeof cronTasks.$inferSelect;

const recordAll = compile<{ tasks: string }>(sql`insert into ${cronTasks} (name, ran_at, succeeded_at, error)
  select value ->> 'name', value ->> 'ranAt', value ->> 'succeededAt', value ->> 'error'
  from json_each(${sql.placeholder("tasks")}) where true
  on conflict (name) do update set ran_at = excluded.ran_at, error = excluded.error,
    succeeded_at = coalesce(excluded.succeeded_at, succeeded_at)`);

/** Writes down what tasks did; one that failed keeps the time at which it last went well. */
export const recordTasks = (rows: readonly TaskRow[]): Statement => recordAll({ tasks: JSON.stringify(rows) });

/** What every task did last. Cron has a handful: no pages. */
export async function listTasks(db: Database): Promise<TaskRow[]> {
  return db.select().from(cronTasks).orderBy(asc(cronTasks.name));
}

/** When a task of cron last went well; 0 if it never did. */
export async function succeededAt(db: Database, name: string): Promise<number> {
  const found = await db.select({ at: cronTasks.succeededAt }).from(cronTasks).where(eq(cronTasks.name, name)).get();
  return found?.at ?? 0;
}

/** Whether the database answers; throws when it does not. */
export async function ping(db: Database): Promise<void> {
  await db.get(sql`select 1`);
}
