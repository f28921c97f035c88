import { sql } from "drizzle-orm";
import { compile } from "../platform/db.ts";
import { tokens } from "../platform/tables.ts";
import { subscribers } from "./tables.ts";

/**
 * Adds tokens of a JSON list of rows; those that are there already stay as they are. One is added only if its
 * subject is a subscriber with its `email`: they may have moved since it was read.
 */
export const insertTokensOnce = compile<{ tokens: string }>(sql`insert into ${tokens}
    (id, purpose, hash, subject, expires_at)
  select value ->> 'id', value ->> 'purpose', value ->> 'hash', value ->> 'subject', value ->> 'expiresAt'
  from json_each(${sql.placeholder("tokens")})
  where exists (select 1 from ${subscribers} where id = value ->> 'subject' and email = value ->> 'email')
  on conflict (id) do nothing`);
