import type { Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { type ComparedBlock, compareTexts } from "./compare.ts";
import { loadMarkdown, type Version } from "./store.ts";

/** Comparisons that an isolate keeps; one of two long texts is about a megabyte. */
const MOST = 20;
/** By the hashes of both texts, so what is kept is never out of date. */
const kept = new Map<string, ComparedBlock[]>();

/** What changed between two versions in a language. Made once: published texts never change. */
export async function compareVersions(
  rt: Pick<Runtime, "db">,
  from: Version,
  to: Version,
  lang: Language,
): Promise<ComparedBlock[]> {
  const key = `${from.texts[lang].sha256} ${to.texts[lang].sha256}`;
  const known = kept.get(key);
  if (known) return known;
  const [before = "", after = ""] = await loadMarkdown(rt.db, [from.date, to.date], lang);
  const blocks = compareTexts(before, after);
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size >= MOST) kept.delete(oldest);
  kept.set(key, blocks);
  return blocks;
}
