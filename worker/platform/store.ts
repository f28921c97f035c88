import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { type Database, insertInto, type Statement } from "./db.ts";
import { apiKeys, spentChallenges, tokens } from "./tables.ts";

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

const DAY = 86_400_000;
/** Days that it is kept, as personal-data.ts declares: an expired link can still say that it expired. */
const EXPIRED_TOKENS = 30;

/** Drops what has run out: tokens long expired and spent challenges. */
export function sweepPlatform(db: Database, now: number): Statement[] {
  return [
    db.delete(tokens).where(lt(tokens.expiresAt, now - EXPIRED_TOKENS * DAY)),
    db.delete(spentChallenges).where(lt(spentChallenges.expiresAt, now)),
  ];
}

/** Whether the database answers; throws when it does not. */
export async function ping(db: Database): Promise<void> {
  await db.get(sql`select 1`);
}
