import { Refusal } from "../platform/errors.ts";
import type { Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { findInArchive, listArchive } from "./archive-store.ts";
import { fillFields } from "./campaign-fields.ts";
import { blocksFor, NOBODY } from "./campaign-letter.ts";
import { languageFor } from "./campaign-wanted.ts";

/** How many newsletters a page of the archive shows, and a feed. */
const PAGE = 50;

/** A newsletter in the archive as a list shows it, in one language. */
export interface Archived {
  slug: string;
  startedAt: number;
  /** The language that it is in, which need not be the reader's. */
  lang: Language;
  subject: string;
  preheader: string;
}

/** Newsletters that everybody may read, newest first, and where the next page begins; nobody's fields are filled in. */
export async function archive(
  rt: Runtime,
  lang: Language,
  after: Pick<Archived, "slug" | "startedAt"> | null = null,
): Promise<{ items: Archived[]; next: Pick<Archived, "slug" | "startedAt"> | null }> {
  const found = await listArchive(rt.db, after, PAGE + 1);
  const page = found.slice(0, PAGE);
  const items = page.flatMap(({ slug, startedAt, lines }) => {
    const written = Object.fromEntries(Object.entries(lines).filter(([, { subject }]) => subject !== null));
    const chosen = languageFor(written, lang, rt.settings);
    const { subject, preheader } = written[chosen] ?? {};
    const filled = filledLines(rt, { subject: subject ?? "", preheader: preheader ?? "" });
    return subject ? [{ slug, startedAt, lang: chosen, ...filled }] : [];
  });
  return { items, next: found.length > PAGE ? (page.at(-1) ?? null) : null };
}

/** A newsletter of the archive as everybody may read it. Refuses not_found, and campaign_withdrawn once it was cancelled or taken out. */
export async function archived(rt: Runtime, slug: string, lang: Language) {
  const found = await findInArchive(rt.db, slug);
  if (found?.isWithdrawn) throw new Refusal("campaign_withdrawn");
  const chosen = languageFor(found?.texts ?? {}, lang, rt.settings);
  const text = found?.texts[chosen];
  if (!text) throw new Refusal("not_found");
  return {
    startedAt: found.startedAt,
    lang: chosen,
    ...filledLines(rt, text),
    blocks: blocksFor(text.markdown, nobody(rt)),
  };
}

const nobody = ({ settings }: Runtime) => ({ ...NOBODY, company: settings.COMPANY });

const filledLines = (rt: Runtime, { subject, preheader }: { subject: string; preheader: string }) => ({
  subject: fillFields(subject, nobody(rt)),
  preheader: fillFields(preheader, nobody(rt)),
});
