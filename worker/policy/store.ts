import { and, asc, eq, inArray, type SQL, sql } from "drizzle-orm";
import { compile, type Database, insertInto } from "../platform/db.ts";
import { isLanguage, type Language } from "../platform/languages.ts";
import { policyDrafts, policyTexts, policyVersions } from "./tables.ts";

export interface VersionText {
  title: string;
  summary: string;
  sha256: string;
}

/** A published version without its Markdown. */
export interface Version {
  date: string;
  effective: string;
  significance: "minor" | "significant";
  noticeUntil: string;
  /** When it was published here, in milliseconds; of a version of history, when it was loaded. */
  publishedAt: number;
  texts: Readonly<Record<Language, VersionText>>;
}

/** All published versions, oldest first. */
export async function loadVersions(db: Database): Promise<Version[]> {
  const rows = await db
    .select({
      version: policyVersions,
      lang: policyTexts.lang,
      text: { title: policyTexts.title, summary: policyTexts.summary, sha256: policyTexts.sha256 },
    })
    .from(policyVersions)
    .innerJoin(policyTexts, eq(policyTexts.date, policyVersions.date))
    .orderBy(asc(policyVersions.date));
  const versions = new Map<string, Omit<Version, "texts"> & { texts: Partial<Record<Language, VersionText>> }>();
  for (const { version, lang, text } of rows) {
    const known = versions.get(version.date) ?? { ...version, texts: {} };
    if (isLanguage(lang)) known.texts[lang] = text;
    versions.set(version.date, known);
  }
  // Publishing takes every language or none (publishShape), so each version here has all of them.
  return [...versions.values()] as Version[];
}

/** The Markdown of versions in one language, in the order of the dates asked for; a version that is none has none. */
export async function loadMarkdown(
  db: Database,
  dates: readonly string[],
  lang: Language,
): Promise<(string | undefined)[]> {
  const rows = await db
    .select({ date: policyTexts.date, markdown: policyTexts.markdown })
    .from(policyTexts)
    .where(and(inArray(policyTexts.date, [...dates]), eq(policyTexts.lang, lang)));
  return dates.map((date) => rows.find((row) => row.date === date)?.markdown);
}

/** The texts of a version go before the version itself (see tables.ts). Both fail ("version_published") when it stands already. */
export const insertText = insertInto(policyTexts);

const p = sql.placeholder;
const { inventory } = policyVersions;

/** Condition: dates come after those of every version that is scheduled, but for the draft that the version is. */
export const isAfterScheduled = (date: unknown, effective: unknown, draft: unknown): SQL =>
  sql`not exists (select 1 from ${policyDrafts}
    where state = 'scheduled' and id is not ${draft} and (date >= ${date} or effective >= ${effective}))`;

/**
 * Adds a version. A batch with this statement fails when one of its date stands (PUBLISHED), when it does not come after
 * all that stand (OVERLAPS) or are scheduled (SCHEDULED), and when its draft, if it has one, is not at `draftVersion` any
 * more (DRAFT_CHANGED).
 */
export const insertVersion = compile<
  typeof policyVersions.$inferInsert & { draft: string | null; draftVersion: number | null }
>(sql`insert into ${policyVersions} (date, effective, significance, notice_until, published_at, inventory)
  values (case when ${p("draft")} is null
      or exists (select 1 from ${policyDrafts} d where d.id = ${p("draft")} and d.version = ${p("draftVersion")})
    then ${p("date")} end,
    case when ${isAfterScheduled(p("date"), p("effective"), p("draft"))} then ${p("effective")} end, ${p("significance")}, ${p("noticeUntil")}, ${p("publishedAt")},
    nullif(${sql.param(p("inventory"), inventory)}, 'null'))`);

/** The marks by which `conflictOn` knows that a version stands already, … */
export const PUBLISHED = "version_published";
/** … that it does not come after all that stand, … */
export const OVERLAPS = "version_overlaps";
/** … or after all that are scheduled: it then has no day on which it takes effect; … */
export const SCHEDULED = "policy_versions.effective";
/** … and that its draft was changed since: it then has no date. */
export const DRAFT_CHANGED = "policy_versions.date";
