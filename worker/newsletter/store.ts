import { and, eq, isNull, lt, type SQL, sql } from "drizzle-orm";
import type { Database, Statement } from "../platform/db.ts";
import { tokens } from "../platform/tables.ts";
import { signups, subscribers } from "./tables.ts";

export type Subscriber = typeof subscribers.$inferSelect;
export type Signup = typeof signups.$inferSelect;
export type NewSignup = Omit<Signup, "subscriberId" | "confirmedAt">;

/** Makes sure that an address has a row; an address that has one keeps it as it is. */
export function ensureSubscriber(db: Database, row: typeof subscribers.$inferInsert): Statement {
  return db.insert(subscribers).values(row).onConflictDoNothing();
}

/**
 * Adds a signup to the subscriber of an address, unless that one is active or had `most` signups since `since`.
 * All in SQL, so that a request takes the same statements whatever the address is (DESIGN.md 6, no. 4).
 */
export function insertSignup(row: NewSignup, email: string, most: number, since: number): Statement {
  const { id, lang, topics, wording, policyDate, surface, pageOrigin, requestedAt } = row;
  return sql`insert into ${signups}
      (id, subscriber_id, lang, topics, wording, policy_date, surface, page_origin, requested_at)
    select ${id}, s.id, ${lang}, ${JSON.stringify(topics)}, ${wording}, ${policyDate}, ${surface}, ${pageOrigin}, ${requestedAt}
    from ${subscribers} s
    where s.email = ${email} and s.status <> 'active'
      and (select count(*) from ${signups} e where e.subscriber_id = s.id and e.requested_at > ${since}) < ${most}`;
}

/** Condition: the signup of this id was added. */
export const signupExists = (id: string): SQL => sql`exists (select 1 from ${signups} where id = ${id})`;

/** Condition: the address belongs to an active subscriber. */
export const isActive = (email: string): SQL =>
  sql`exists (select 1 from ${subscribers} where email = ${email} and status = 'active')`;

/** Condition: the subscriber of this id has not left. */
export const hasNotLeft = (id: string): SQL =>
  sql`exists (select 1 from ${subscribers} where id = ${id} and status <> 'left')`;

/** The id of an address's subscriber, pending or active, as an SQL value; null when there is none. */
const presentId = (email: string): SQL =>
  sql`(select id from ${subscribers} where email = ${email} and status in ('pending', 'active'))`;

/** Adds an unsubscribe token for the subscriber of an address, when there is one and `when` holds. */
export function insertLeaveToken(
  row: { id: string; purpose: string; hash: string; expiresAt: number },
  email: string,
  when: SQL,
): Statement {
  return sql`insert into ${tokens} (id, purpose, hash, subject, expires_at)
    select ${row.id}, ${row.purpose}, ${row.hash}, ${presentId(email)}, ${row.expiresAt}
    where ${presentId(email)} is not null and ${when}`;
}

/** Condition: the token of this id was added. */
export const tokenExists = (id: string): SQL => sql`exists (select 1 from ${tokens} where id = ${id})`;

export async function findSignup(
  db: Database,
  id: string,
): Promise<{ signup: Signup; subscriber: Subscriber } | undefined> {
  return db
    .select({ signup: signups, subscriber: subscribers })
    .from(signups)
    .innerJoin(subscribers, eq(subscribers.id, signups.subscriberId))
    .where(eq(signups.id, id))
    .get();
}

export async function findSubscriber(db: Database, id: string): Promise<Subscriber | undefined> {
  return db.select().from(subscribers).where(eq(subscribers.id, id)).get();
}

/** Makes a subscriber active by a confirmed signup, and drops the other signups that were still waiting. */
export function activate(db: Database, signup: Signup, at: number): Statement[] {
  const { id, subscriberId, lang, topics } = signup;
  return [
    db.update(signups).set({ confirmedAt: at }).where(eq(signups.id, id)),
    db
      .update(subscribers)
      .set({ status: "active", lang, topics, confirmedAt: at, leftAt: null })
      .where(eq(subscribers.id, subscriberId)),
    dropWaiting(db, subscriberId),
  ];
}

/** Makes a subscriber left; signups that were still waiting go, so that an old link cannot bring the address back. */
export function leave(db: Database, subscriberId: string, at: number): Statement[] {
  return [
    db
      .update(subscribers)
      .set({ status: "left", leftAt: at })
      .where(and(eq(subscribers.id, subscriberId), sql`${subscribers.status} <> 'left'`)),
    dropWaiting(db, subscriberId),
  ];
}

function dropWaiting(db: Database, subscriberId: string): Statement {
  return db.delete(signups).where(and(eq(signups.subscriberId, subscriberId), isNull(signups.confirmedAt)));
}

/** Drops signups that were never confirmed and lapsed, then addresses that have nothing left but that. */
export function sweepNewsletter(db: Database, requestedBefore: number): Statement[] {
  return [
    db.delete(signups).where(and(isNull(signups.confirmedAt), lt(signups.requestedAt, requestedBefore))),
    sql`delete from ${subscribers} where status = 'pending' and requested_at < ${requestedBefore}
      and not exists (select 1 from ${signups} where subscriber_id = ${subscribers.id})`,
  ];
}
