import { eq, sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { fewerMailsThan, mailInsert, type NewMail } from "../mail/store.ts";
import { suppressionInsert } from "../mail/suppression-store.ts";
import { mailSuppressions, outbox } from "../mail/tables.ts";
import { compile, type Database, insertInto, type Statement } from "../platform/db.ts";
import { tokens } from "../platform/tables.ts";
import { addressChanges, subscribers } from "./tables.ts";

const p = sql.placeholder;

/** Adds a change that is asked for, unless its subscriber is not active at the address, or that had `most` such mails since `since`. */
export const insertChange = insertInto<
  typeof addressChanges,
  { recipient: string; template: string; most: number; since: number }
>(
  addressChanges,
  sql`exists (select 1 from ${subscribers} where id = ${p("subscriberId")} and email = ${p("recipient")} and status = 'active')
    and ${fewerMailsThan(p("most"), p("template"))}`,
);

const isAsked = sql`exists (select 1 from ${addressChanges} where id = ${p("change")})`;

/** Adds a token of a change, if the change was added. */
export const insertChangeToken = insertInto<typeof tokens, { change: string }>(tokens, isAsked);

/** Adds the mail to the address that is left, if the change was added. */
export const insertMailFrom = mailInsert<{ change: string }>(isAsked);

/** Condition: an address, whose hash is `recipientHash`, belongs to nobody on the list, and mail to it was never stopped. */
const isFree = sql`not exists (select 1 from ${subscribers} where email = ${p("recipient")})
  and not exists (select 1 from ${mailSuppressions} where hash = ${p("recipientHash")})`;

/**
 * Adds the mail to the new address, if the change was added: what asks to confirm, unless it had `most` of those since `since`,
 * whoever asked; or, if we know the address already, a note (the template `note`) unless it had one. Where mail was stopped
 * for good, none goes.
 */
export const insertMailTo = compile<
  NewMail & { change: string; recipientHash: string; note: string; most: number; since: number }
>(
  sql`insert into ${outbox} (id, template, recipient, lang, params, state, attempts, due_at, created_at)
  select ${p("id")}, answer.template, ${p("recipient")}, ${p("lang")}, ${sql.param(p("params"), outbox.params)},
    ${p("state")}, ${p("attempts")}, ${p("dueAt")}, ${p("createdAt")}
  from (
    select ${p("template")} as template where ${isFree} and ${fewerMailsThan(p("most"), p("template"))}
    union all
    select ${p("note")} where not (${isFree}) and ${fewerMailsThan(1, p("note"))}
      and not exists (select 1 from ${subscribers} where email = ${p("recipient")} and status = 'complained')
      and not exists (select 1 from ${mailSuppressions} where hash = ${p("recipientHash")} and reason in ('complained', 'staff'))
  ) answer where ${isAsked}`,
);

/** Drops the earlier changes of a subscriber, if this one was added: the last that they ask for counts. */
export const dropEarlier = compile<{ change: string; subscriber: string }>(sql`delete from ${addressChanges}
  where subscriber_id = ${p("subscriber")} and id <> ${p("change")} and ${isAsked}`);

/** A token of a change with the change and its subscriber; those are null when they are gone. */
export async function findChange(db: Database, tokenId: string) {
  return db
    .select({ token: tokens, change: addressChanges, subscriber: subscribers })
    .from(tokens)
    .leftJoin(addressChanges, eq(addressChanges.id, tokens.subject))
    .leftJoin(subscribers, eq(subscribers.id, addressChanges.subscriberId))
    .where(eq(tokens.id, tokenId))
    .get();
}

/** Writes down that the owner of one of the two addresses agrees; the first time counts. */
export function agree(db: Database, change: string, side: "from" | "to", at: number): Statement {
  const column = side === "from" ? addressChanges.fromConfirmedAt : addressChanges.toConfirmedAt;
  const key = side === "from" ? "fromConfirmedAt" : "toConfirmedAt";
  return db
    .update(addressChanges)
    .set({ [key]: sql`coalesce(${column}, ${at})` })
    .where(eq(addressChanges.id, change));
}

/** Condition of a move: both agree, the subscriber is active at the old address, and the new one is free. */
const canMove = sql`exists (
    select 1 from ${addressChanges} c join ${subscribers} s on s.id = c.subscriber_id
    where c.id = ${p("change")} and c.from_confirmed_at is not null and c.to_confirmed_at is not null
      and s.email = ${p("from")} and s.status = 'active'
  ) and ${isFree}`;

interface Moving extends Record<string, unknown> {
  change: string;
  from: string;
  /** The new address, and its hash. */
  recipient: string;
  recipientHash: string;
}

/** Appends the entry of a move, if that can be done; goes before it. */
export const appendMoved = insertInto<typeof ledgerEntries, Moving>(ledgerEntries, canMove);

/** Suppresses the address that is left, if the move can be done; goes before it. */
export const suppressFormer = suppressionInsert<Moving>(canMove);

/** Drops the tokens by which who has the mails to the address that is left could change something, if the move can be done; goes before it. */
export const dropFormerTokens = compile<Moving & { tokens: string }>(
  sql`delete from ${tokens} where id in (select value from json_each(${p("tokens")})) and ${canMove}`,
);

/** Moves a subscriber to the new address, if that can be done. */
export const moveSubscriber = compile<Moving & { subscriber: string }>(
  sql`update ${subscribers} set email = ${p("recipient")} where id = ${p("subscriber")} and ${canMove}`,
);

/** Drops all changes of a subscriber who has moved. */
export const dropMoved = compile<{ subscriber: string; recipient: string }>(sql`delete from ${addressChanges}
  where subscriber_id = ${p("subscriber")}
    and exists (select 1 from ${subscribers} where id = ${p("subscriber")} and email = ${p("recipient")})`);
