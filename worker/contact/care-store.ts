import { sql } from "drizzle-orm";
import { ledgerEntries } from "../ledger/tables.ts";
import { compile, insertInto } from "../platform/db.ts";
import { conversations } from "./tables.ts";

const p = sql.placeholder;

/** Enters that a conversation is erased, if it is there; goes before it. */
export const appendErased = insertInto<typeof ledgerEntries, { conversation: string }>(
  ledgerEntries,
  sql`exists (select 1 from ${conversations} where id = ${p("conversation")})`,
);

/** Drops a conversation; triggers take all that hangs on it. */
export const deleteConversation = compile<{ id: string }>(sql`delete from ${conversations} where id = ${p("id")}`);
