import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { type Database, insertInto, type Statement } from "./db.ts";
import { apiKeys, idempotency, spentChallenges, tokens } from "./tables.ts";

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

/** A batch with this statement fails ("idempotency.key_hash") when the key was used before. */
export const insertIdempotency = insertInto(idempotency);

export async function findIdempotency(db: Database, keyHash: string) {
  return db.select().from(idempotency).where(eq(idempotency.keyHash, keyHash)).get();
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

const DAY = 86_400_000;
/** Days that things are kept, as personal-data.ts declares them: an expired link can still say that it expired. */
const EXPIRED_TOKENS = 30;
const ANSWERS = 1;

/** Drops what has run out: tokens long expired, spent challenges, answers to retries. */
export function sweepPlatform(db: Database, now: number): Statement[] {
  return [
    db.delete(tokens).where(lt(tokens.expiresAt, now - EXPIRED_TOKENS * DAY)),
    db.delete(spentChallenges).where(lt(spentChallenges.expiresAt, now)),
    db.delete(idempotency).where(lt(idempotency.createdAt, now - ANSWERS * DAY)),
  ];
}

/** Whether the database answers; throws when it does not. */
export async function ping(db: Database): Promise<void> {
  await db.get(sql`select 1`);
}
