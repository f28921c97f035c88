import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { fewerMailsThan, mailInsert, type NewMail } from "../mail/store.ts";
import { outbox } from "../mail/tables.ts";
import { compile, type Database, insertInto, type Statement } from "../platform/db.ts";
import { tokens } from "../platform/tables.ts";
import { signups, subscribers } from "./tables.ts";

const p = sql.placeholder;

export type Signup = typeof signups.$inferSelect;

/** A signup as it is added, to the subscriber of an address. */
export type NewSignup = Omit<Signup, "subscriberId" | "confirmedAt" | "importId" | "mailId" | "flags"> & {
  email: string;
  most: number;
  since: number;
};

/** Makes sure that an address has a row; an address that has one keeps it as it is. */
export const ensureSubscriber = insertInto(
  subscribers,
  sql`not exists (select 1 from ${subscribers} where email = ${p("email")})`,
);

/**
 * Adds a signup to the subscriber of an address, unless that one is active or had `most` signups since `since`.
 * All in SQL, so that a request takes the same statements whatever the address is (DESIGN.md 6, no. 4).
 */
export const insertSignup = compile<NewSignup>(sql`insert into ${signups}
    (id, subscriber_id, method, lang, topics, wording, policy_date, surface, page_origin, requested_at)
  select ${p("id")}, s.id, ${p("method")}, ${p("lang")}, ${sql.param(p("topics"), signups.topics)}, ${p("wording")}, ${p("policyDate")},
    ${p("surface")}, ${p("pageOrigin")}, ${p("requestedAt")}
  from ${subscribers} s
  where s.email = ${p("email")} and s.status <> 'active'
    and (select count(*) from ${signups} e where e.subscriber_id = s.id and e.requested_at > ${p("since")}) < ${p("most")}`);

const signupExists = sql`exists (select 1 from ${signups} where id = ${p("signup")})`;

/** Adds the token of a signup, if the signup was added. */
export const insertSignupToken = insertInto<typeof tokens, { signup: string }>(tokens, signupExists);

/**
 * Adds the mail that answers a signup: the confirmation if the signup was added; else, for an active subscriber, a note
 * (the template `note`) unless they had `most` of those since `since`.
 */
export const insertAnswer = compile<NewMail & { signup: string; note: string; since: number; most: number }>(
  sql`insert into ${outbox} (id, template, recipient, lang, params, state, attempts, due_at, created_at)
  select ${p("id")}, answer.template, ${p("recipient")}, ${p("lang")}, ${sql.param(p("params"), outbox.params)},
    ${p("state")}, ${p("attempts")}, ${p("dueAt")}, ${p("createdAt")}
  from (
    select ${p("template")} as template where ${signupExists}
    union all
    select ${p("note")} where ${fewerMailsThan(p("most"), p("note"))}
      and exists (select 1 from ${subscribers} where email = ${p("recipient")} and status = 'active')
  ) answer`,
);

/** The id of an address's subscriber, whatever their status. */
export async function findSubscriberId(db: Database, email: string): Promise<string | undefined> {
  const found = await db.select({ id: subscribers.id }).from(subscribers).where(eq(subscribers.email, email)).get();
  return found?.id;
}

/** A confirmation token with its signup and subscriber; those are null when they are gone. */
export async function findConfirmation(db: Database, tokenId: string) {
  return db
    .select({ token: tokens, signup: signups, subscriber: subscribers })
    .from(tokens)
    .leftJoin(signups, eq(signups.id, tokens.subject))
    .leftJoin(subscribers, eq(subscribers.id, signups.subscriberId))
    .where(eq(tokens.id, tokenId))
    .get();
}

/** Condition of all that a confirmation does: its signup is there and waits. A leave, or another confirmation, ends that. */
const isWaiting = sql`exists (select 1 from ${signups} where id = ${p("signup")} and confirmed_at is null)`;

export const appendConsent = insertInto<typeof ledgerEntries, { signup: string }>(ledgerEntries, isWaiting);
export const insertWayOut = insertInto<typeof tokens, { signup: string }>(tokens, isWaiting);
export const insertWelcome = mailInsert<{ signup: string }>(isWaiting);

const activateSubscriber = compile<{ signup: string; subscriber: string; lang: string; topics: string[]; at: number }>(
  sql`update ${subscribers} set status = 'active', lang = ${p("lang")}, topics = ${sql.param(p("topics"), subscribers.topics)},
    confirmed_at = ${p("at")}, left_at = null
  where id = ${p("subscriber")} and ${isWaiting}`,
);

/**
 * Makes a subscriber active by a signup, if that one still waits, and drops the others that wait. Goes last in its batch:
 * after it the signup no longer waits.
 */
export function activate(db: Database, { id, subscriberId, lang, topics }: Signup, at: number): Statement[] {
  return [
    activateSubscriber({ signup: id, subscriber: subscriberId, lang, topics, at }),
    db
      .update(signups)
      .set({ confirmedAt: at })
      .where(and(eq(signups.id, id), isNull(signups.confirmedAt))),
    dropWaiting(db, subscriberId),
  ];
}

function dropWaiting(db: Database, subscriberId: string): Statement {
  return db.delete(signups).where(and(eq(signups.subscriberId, subscriberId), isNull(signups.confirmedAt)));
}

const dropLapsed = compile<{ requestedBefore: number }>(sql`delete from ${subscribers}
  where status = 'pending' and requested_at < ${p("requestedBefore")}
    and not exists (select 1 from ${signups} where subscriber_id = ${subscribers.id})`);

/** Drops signups that were never confirmed and lapsed, then addresses that have nothing left but that. */
export function sweepNewsletter(db: Database, requestedBefore: number): Statement[] {
  return [
    db.delete(signups).where(and(isNull(signups.confirmedAt), lt(signups.requestedAt, requestedBefore))),
    dropLapsed({ requestedBefore }),
  ];
}
