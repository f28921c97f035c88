import { and, asc, eq, inArray, isNull, lt, lte, notExists, type SQL, sql } from "drizzle-orm";
import type { Database, Statement } from "../platform/db.ts";
import { subscriberImports } from "./list-import-tables.ts";
import { signups } from "./tables.ts";

/** The import whose people are to be asked next, if that is before a moment. */
export async function nextToAsk(db: Database, before: number) {
  const { id, nextAskAt, startedAt, state } = subscriberImports;
  const found = await db
    .select({ id, nextAskAt })
    .from(subscriberImports)
    .where(and(lte(nextAskAt, before), inArray(state, ["running", "done"])))
    .orderBy(asc(nextAskAt), asc(startedAt), asc(id))
    .limit(1)
    .get();
  return found === undefined || found.nextAskAt === null ? undefined : { id: found.id, nextAskAt: found.nextAskAt };
}

/** Signups of an import that wait and of which nobody was asked yet. */
export async function signupsToAsk(db: Database, importId: string, limit: number) {
  const { id, subscriberId, mailId, confirmedAt, importId: imported } = signups;
  return db
    .select({ signup: id, subscriber: subscriberId })
    .from(signups)
    .where(and(eq(imported, importId), isNull(mailId), isNull(confirmedAt)))
    .limit(limit);
}

/** Condition: the people of an import are still to be asked at the moment that was seen. */
export const isToBeAsked = (id: string, nextAskAt: number): SQL =>
  sql`exists (select 1 from ${subscriberImports} where id = ${id} and next_ask_at = ${nextAskAt})`;

/** Counts the mails that the statement before it added, and puts off the next. Of two workers one has. */
export function countAsked(db: Database, id: string, seen: number, nextAskAt: number): Statement {
  return db
    .update(subscriberImports)
    .set({ asked: sql`${subscriberImports.asked} + changes()`, nextAskAt })
    .where(and(eq(subscriberImports.id, id), eq(subscriberImports.nextAskAt, seen)));
}

/** Puts off those of all imports: together they keep to one rate. */
export function putOffAsking(db: Database, nextAskAt: number): Statement {
  return db.update(subscriberImports).set({ nextAskAt }).where(lt(subscriberImports.nextAskAt, nextAskAt));
}

/** Ends the asking of an import when nobody of it waits to be asked: more may have come. */
export function endAsking(db: Database, id: string): Statement {
  const { importId, mailId, confirmedAt } = signups;
  const waiting = db
    .select({ id: signups.id })
    .from(signups)
    .where(and(eq(importId, id), isNull(mailId), isNull(confirmedAt)));
  return db
    .update(subscriberImports)
    .set({ nextAskAt: null })
    .where(and(eq(subscriberImports.id, id), notExists(waiting)));
}

/** Nobody more of an import is asked. */
export function stopAsking(db: Database, id: string): Statement {
  return db.update(subscriberImports).set({ nextAskAt: null }).where(eq(subscriberImports.id, id));
}
