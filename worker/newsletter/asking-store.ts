import { type SQL, sql } from "drizzle-orm";
import { outbox } from "../mail/tables.ts";
import { compile, type Statement } from "../platform/db.ts";
import type { TokenRow } from "../platform/store.ts";
import { tokens } from "../platform/tables.ts";
import { signups, subscribers } from "./tables.ts";

/** The mails that ask somebody to confirm: after the form, and after an import. */
const [AFTER_FORM, AFTER_IMPORT] = ["newsletter.confirm", "newsletter.import-confirm"];

/** A mail to ask with, and the signup it asks about. */
export interface Ask {
  mail: string;
  signup: string;
  /** Ids of tokens: to confirm by, and to leave by. */
  token: string;
  leave: string;
}

interface Limits {
  /** Mails that ask, to one address since a moment, at most. */
  most: number;
  since: number;
  dueAt: number;
  now: number;
  /** Holds for all, or nothing is added. */
  when: SQL;
}

/**
 * Adds the mails of signups that still wait, but to no address that had `most` of them since `since`. The plus signs, and the
 * joins in one order, keep SQLite on those that are asked: by an index on a state it would walk all who wait.
 */
export function insertAsks(asks: readonly Ask[], { most, since, dueAt, now, when }: Limits): Statement {
  return compile(sql`insert into ${outbox}
      (id, template, recipient, lang, params, state, lane, attempts, due_at, created_at)
    select ask.value ->> 'mail', case when g.import_id is null then ${AFTER_FORM} else ${AFTER_IMPORT} end, s.email, g.lang,
      json_object('token', ask.value ->> 'token', 'leave', ask.value ->> 'leave'), 'queued', 'bulk', 0, ${dueAt}, ${now}
    from json_each(${JSON.stringify(asks)}) ask
    cross join ${signups} g on g.id = ask.value ->> 'signup' and +g.confirmed_at is null
    cross join ${subscribers} s on s.id = g.subscriber_id and +s.status = 'pending'
    where ${when} and (select count(*) from ${outbox} where recipient = s.email and created_at > ${since}
      and template in (${AFTER_FORM}, ${AFTER_IMPORT})) < ${most}`)({});
}

/** Adds tokens, each if the mail that carries it was added. */
export const insertAskTokens = (rows: readonly (TokenRow & { mail: string })[]): Statement =>
  compile(sql`insert into ${tokens} (id, purpose, hash, subject, expires_at)
    select value ->> 'id', value ->> 'purpose', value ->> 'hash', value ->> 'subject', value ->> 'expiresAt'
    from json_each(${JSON.stringify(rows)})
    where exists (select 1 from ${outbox} where id = value ->> 'mail')`)({});

/**
 * Writes down by which mail each was asked, if that was added. Who came by an import was not asked before: from now on they
 * have the days to confirm that anybody has.
 */
export const markAsked = (asks: readonly Ask[], now: number): Statement =>
  compile(sql`update ${signups} set mail_id = ask.value ->> 'mail',
      requested_at = case when import_id is null then requested_at else ${now} end
    from json_each(${JSON.stringify(asks)}) ask
    where ${signups}.id = ask.value ->> 'signup' and +confirmed_at is null
      and exists (select 1 from ${outbox} where id = ask.value ->> 'mail')`)({});
