import { eq, sql } from "drizzle-orm";
import { fewerMailsThan, mailInsert } from "../mail/store.ts";
import { outbox } from "../mail/tables.ts";
import { compile, type Database, insertInto, type Statement } from "../platform/db.ts";
import { tokens } from "../platform/tables.ts";
import { customerSeries, registrations } from "./tables.ts";

const p = sql.placeholder;

/**
 * Adds a registration, unless `recipient` had `most` mails of `template` since `since`. All in SQL, so that a request
 * takes the same statements whatever the address is (DESIGN.md 6, no. 4).
 */
export const insertRegistration = insertInto<
  typeof registrations,
  { recipient: string; template: string; most: number; since: number }
>(registrations, fewerMailsThan(p("most"), p("template")));

const isThere = sql`exists (select 1 from ${registrations} where id = ${p("registration")})`;

/** Add the token and the mail of a registration, if it was added. */
export const insertRegistrationToken = insertInto<typeof tokens, { registration: string }>(tokens, isThere);
export const insertRegistrationMail = mailInsert<{ registration: string }>(isThere);

export const insertWelcome = insertInto(outbox);

/** The marks by which `conflictOn` knows that a key was used: the id of a registration, and of its token, is made of it. */
export const RETRIED = ["registrations.id", "tokens.id"] as const;

export async function findById(db: Database, id: string) {
  return db.select().from(registrations).where(eq(registrations.id, id)).get();
}

/** A confirmation token with its registration, null when that one is gone, and the last place given out of a series. */
export async function findRegistration(db: Database, tokenId: string, prefix: string) {
  return db
    .select({ token: tokens, registration: registrations, last: customerSeries.last })
    .from(tokens)
    .leftJoin(registrations, eq(registrations.id, tokens.subject))
    .leftJoin(customerSeries, eq(customerSeries.prefix, prefix))
    .where(eq(tokens.id, tokenId))
    .get();
}

/** Takes the place after `seen` of a series. Fails the batch (see GONE) when somebody took it since. */
export const claimPlace = compile<{ prefix: string; seen: number }>(sql`insert into ${customerSeries} (prefix, last)
  values (${p("prefix")}, ${p("seen")} + 1)
  on conflict (prefix) do update set last = case when last = ${p("seen")} then excluded.last end`);

/** The mark by which `conflictOn` knows that a place is taken. */
export const GONE = "customer_series.last";

/** Ends a registration by the number it was given; what was filled in stands with the customer from then on. */
export function settle(db: Database, id: string, number: string, at: number): Statement {
  return db.update(registrations).set({ confirmedAt: at, number, filledIn: null }).where(eq(registrations.id, id));
}
