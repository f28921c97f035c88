import { sql } from "drizzle-orm";
import { compile } from "../platform/db.ts";
import { tokens } from "../platform/tables.ts";

/** Adds tokens of a JSON list of rows; those that are there already stay as they are. */
export const insertTokensOnce = compile<{ tokens: string }>(sql`insert into ${tokens}
    (id, purpose, hash, subject, expires_at)
  select value ->> 'id', value ->> 'purpose', value ->> 'hash', value ->> 'subject', value ->> 'expiresAt'
  from json_each(${sql.placeholder("tokens")}) where true
  on conflict (id) do nothing`);
