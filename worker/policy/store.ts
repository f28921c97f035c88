import { and, asc, eq, inArray } from "drizzle-orm";
import { type Database, insertInto } from "../platform/db.ts";
import { isLanguage, type Language } from "../platform/languages.ts";
import { acknowledgements, policyTexts, policyVersions } from "./tables.ts";

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
export const insertVersion = insertInto(policyVersions);

/** Dates of the notices that a customer has acknowledged. */
export async function acknowledgedDates(db: Database, customerNumber: string): Promise<string[]> {
  const rows = await db
    .select({ date: acknowledgements.date })
    .from(acknowledgements)
    .where(eq(acknowledgements.customerNumber, customerNumber));
  return rows.map((row) => row.date);
}

export const insertAcknowledgement = insertInto(acknowledgements);

/** The mark by which `conflictOn` knows that a notice was acknowledged before. */
export const ACKNOWLEDGED = "acknowledgements.customer_number";

/** The mark by which `conflictOn` knows that a version stands already. */
export const PUBLISHED = "version_published";
