import { and, asc, count, desc, eq, gte, inArray, isNotNull, lte, or, sql } from "drizzle-orm";
import type { Database } from "../platform/db.ts";
import { subscriberImports } from "./list-import-tables.ts";
import { campaigns, listActions, signups } from "./tables.ts";

/** What the list and newsletters have for people to look at. */
export interface Attention {
  /** Confirmations that a person may not have pressed, at most as many as were asked for. */
  doubtful: number;
  /** Imports that stopped by themselves, the newest first. */
  stopped: { id: string; fileName: string }[];
  /** Newsletters that could not begin by themselves, and those that are held up too long; the longest first. */
  stuck: { id: string; name: string; fault: string | null }[];
  /** Actions that are being done, or undone. */
  underWay: string[];
}

/**
 * Confirmations since `since` that look automated, counted up to `limit`; imports that stopped since; newsletters that have a
 * fault, or were held up before `heldBefore`; actions under way.
 */
export async function attentionOf(db: Database, since: number, heldBefore: number, limit: number): Promise<Attention> {
  const doubtful = db
    .select({ id: signups.id })
    .from(signups)
    .where(and(gte(signups.confirmedAt, since), sql`${signups.flags} <> '[]'`))
    .limit(limit)
    .as("doubtful");
  const [counted, stopped, stuck, underWay] = await db.batch([
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
      .select({ id: campaigns.id, name: campaigns.name, fault: campaigns.fault })
      .from(campaigns)
      .where(
        or(
          and(eq(campaigns.state, "draft"), isNotNull(campaigns.fault)),
          and(eq(campaigns.state, "paused"), lte(campaigns.changedAt, heldBefore)),
        ),
      )
      .orderBy(asc(campaigns.changedAt)),
    db
      .select({ id: listActions.id })
      .from(listActions)
      .where(inArray(listActions.state, ["running", "undoing"]))
      .orderBy(asc(listActions.createdAt)),
  ]);
  return { doubtful: counted[0]?.count ?? 0, stopped, stuck, underWay: underWay.map(({ id }) => id) };
}
