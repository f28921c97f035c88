import { eq } from "drizzle-orm";
import type { Database } from "../platform/db.ts";
import { findMatter, type Matter } from "./store.ts";
import { conversations } from "./tables.ts";

/** A conversation by its id or its reference. */
export async function findNamed(db: Database, name: string): Promise<Matter | undefined> {
  if (!/^fp-/i.test(name)) return findMatter(db, name);
  const { id, reference } = conversations;
  const found = await db.select({ id }).from(conversations).where(eq(reference, name.toUpperCase())).get();
  return found && findMatter(db, found.id);
}
