import { and, asc, count, desc, gte, inArray, isNotNull, sql } from "drizzle-orm";
import type { Database } from "../platform/db.ts";
import { subscriberImports } from "./list-import-tables.ts";
import { listActions, signups } from "./tables.ts";

/** What the list has for people to look at. */
export interface Attention {
  /** Confirmations that a person may not have pressed, at most as many as were asked for. */
  doubtful: number;
  /** Imports that stopped by themselves, the newest first. */
  stopped: { id: string; fileName: string }[];
  /** Actions that are being done, or undone. */
  underWay: string[];
}

/** Confirmations since `since` that look automated, counted up to `limit`; imports that stopped since; actions under way. */
export async function attentionOf(db: Database, since: number, limit: number): Promise<Attention> {
  const doubtful = db
    .select({ id: signups.id })
    .from(signups)
    .where(and(gte(signups.confirmedAt, since), sql`${signups.flags} <> '[]'`))
    .limit(limit)
    .as("doubtful");
  const [counted, stopped, underWay] = await db.batch([
    db.select({ count: count() }).from(doubtful),
    db
      .select({ id: subscriberImports.id, fileName: subscriberImports.fileName })
      .from(subscriberImports)
      .where(
        and(
          isNotNull(subscriberImports.fault),
          inArray(subscriberImports.state, ["paused", "failed"]),
          gte(subscriberImports.createdAt, since),
        ),
      )
      .orderBy(desc(subscriberImports.createdAt)),
    db
      .select({ id: listActions.id })
      .from(listActions)
      .where(inArray(listActions.state, ["running", "undoing"]))
      .orderBy(asc(listActions.createdAt)),
  ]);
  return { doubtful: counted[0]?.count ?? 0, stopped, underWay: underWay.map(({ id }) => id) };
}
