import { and, desc, eq, inArray, isNotNull, or, type SQL, sql } from "drizzle-orm";
import type { Database } from "../platform/db.ts";
import { LANGUAGES } from "../platform/languages.ts";
import { campaigns } from "./tables.ts";

/** A newsletter is public and began to go out. */
const hasBegun = and(eq(campaigns.isPublic, true), isNotNull(campaigns.slug), isNotNull(campaigns.startedAt));

/** Everybody may read it: it goes out or went out. One that was cancelled is not there any more. */
const isOpen = and(hasBegun, inArray(campaigns.state, ["sending", "paused", "sent"]));

const place = { slug: sql<string>`${campaigns.slug}`, startedAt: sql<number>`${campaigns.startedAt}` };

/** The subject and preheader of each language, without the text itself, which may be long. */
const lines: Record<string, SQL<string>> = Object.fromEntries(
  LANGUAGES.map((lang) => [
    lang,
    sql<string>`json_object('subject', ${campaigns.texts} ->> ${sql.raw(`'$.${lang}.subject'`)},
      'preheader', ${campaigns.texts} ->> ${sql.raw(`'$.${lang}.preheader'`)})`,
  ]),
);

/** A newsletter in the archive by its subjects and preheaders; null in a language that it is not written in. */
export interface ArchiveLine {
  slug: string;
  startedAt: number;
  lines: Readonly<Record<string, { subject: string | null; preheader: string | null }>>;
}

/** Newsletters in the archive, newest first, at most `limit`; those after a place in that order, if there is one. */
export async function listArchive(
  db: Database,
  after: Pick<ArchiveLine, "slug" | "startedAt"> | null,
  limit: number,
): Promise<ArchiveLine[]> {
  const isAfter = after && sql`(${campaigns.startedAt}, ${campaigns.slug}) < (${after.startedAt}, ${after.slug})`;
  const rows = await db
    .select({ ...place, ...lines })
    .from(campaigns)
    .where(and(isOpen, isAfter ?? undefined))
    .orderBy(desc(campaigns.startedAt), desc(campaigns.slug))
    .limit(limit);
  return rows.map(({ slug, startedAt, ...texts }) => ({
    slug,
    startedAt,
    lines: Object.fromEntries(Object.entries(texts).map(([lang, text]) => [lang, JSON.parse(String(text))])),
  }));
}

/** A newsletter in the archive with its texts, or one that was until it was cancelled. */
export async function findInArchive(db: Database, slug: string) {
  return db
    .select({ ...place, texts: campaigns.texts, state: campaigns.state })
    .from(campaigns)
    .where(and(or(isOpen, and(hasBegun, eq(campaigns.state, "cancelled"))), eq(campaigns.slug, slug)))
    .get();
}
