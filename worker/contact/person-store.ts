import { and, eq, inArray } from "drizzle-orm";
import type { Database } from "../platform/db.ts";
import type { Conversation } from "./store.ts";
import { conversations } from "./tables.ts";

/** The conversation with a reference whose person has an address, once it counts; spam has no page. */
export async function findOfPerson(
  db: Database,
  { reference, email }: Pick<Conversation, "reference" | "email">,
): Promise<Conversation | undefined> {
  return db
    .select()
    .from(conversations)
    .where(
      and(
        eq(conversations.reference, reference),
        eq(conversations.email, email),
        inArray(conversations.status, ["new", "open", "waiting", "closed", "archived"]),
      ),
    )
    .get();
}
