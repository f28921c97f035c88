import { and, desc, eq, inArray, isNotNull, or, type SQL, sql } from "drizzle-orm";
import type { Database } from "../platform/db.ts";
import { LANGUAGES } from "../platform/languages.ts";
import { campaigns } from "./tables.ts";

/** A newsletter began to go out as one for everybody: only such a one has a name in the archive then. */
const wasPublic = and(isNotNull(campaigns.slug), isNotNull(campaigns.startedAt));

/** Everybody may read it: it goes out or went out. */
const isOpen = and(wasPublic, eq(campaigns.isPublic, true), inArray(campaigns.state, ["sending", "paused", "sent"]));

/** It is not there any more: it was cancelled, or taken out. */
const isWithdrawn = and(wasPublic, or(eq(campaigns.isPublic, false), eq(campaigns.state, "cancelled")));

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

/** A newsletter in the archive with its texts, or one that was there until it was withdrawn. */
export async function findInArchive(db: Database, slug: string) {
  return db
    .select({ ...place, texts: campaigns.texts, isWithdrawn: sql<0 | 1>`${isWithdrawn}` })
    .from(campaigns)
    .where(and(eq(campaigns.slug, slug), or(isOpen, isWithdrawn)))
    .get();
}
