import type { z } from "zod";
import type { InventorySnapshot } from "../platform/inventory.ts";
import type { Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { type ComparedBlock, compareTexts } from "./compare.ts";
import { compareInventories, type InventoryChange } from "./inventory-change.ts";
import type { NewVersion, previewShape } from "./shapes.ts";
import { loadMarkdown, type Version } from "./store.ts";
import { leastSignificance, newestOf, versionsOf } from "./version.ts";

/** What a text that is being written changes in one language. */
export interface TextChange {
  added: number;
  removed: number;
  blocks: readonly ComparedBlock[];
}

/** What a version that is not published yet changes since the newest that is. */
export interface VersionChange {
  /** What it is compared with; undefined for the first version. */
  since: Version | undefined;
  texts: Readonly<Record<Language, TextChange>>;
  inventory: readonly InventoryChange[];
  /** Whether it is known what was stored when `since` was published. */
  isInventoryKnown: boolean;
  /** What the version has to be at least. */
  least: NewVersion["significance"];
}

/** Compares texts and today's inventory with those of the newest version that is published. */
export async function changeSince(
  rt: Runtime,
  texts: Readonly<Record<string, { markdown: string }>>,
  inventory: InventorySnapshot,
): Promise<VersionChange> {
  const since = (await versionsOf(rt)).at(-1);
  const compared = async (lang: Language): Promise<TextChange> => {
    const [before = ""] = since ? await loadMarkdown(rt.db, [since.date], lang) : [];
    const blocks = compareTexts(before, texts[lang]?.markdown ?? "");
    return { blocks, added: countWords(blocks, "added"), removed: countWords(blocks, "removed") };
  };
  const [nl, en, newest] = await Promise.all([compared("nl"), compared("en"), newestOf(rt)]);
  const before = newest?.inventory ?? null;
  return {
    since,
    texts: { nl, en },
    inventory: compareInventories(before, inventory),
    isInventoryKnown: before !== null,
    least: leastSignificance(newest, inventory),
  };
}

const countWords = (blocks: readonly ComparedBlock[], kind: "added" | "removed"): number =>
  blocks
    .flatMap(({ spans }) => spans)
    .filter((span) => span.kind === kind)
    .reduce((count, { text }) => count + text.split(/\s+/).filter(Boolean).length, 0);

/** A change as programs get it: how many words, and not which. */
export function changeInShort({
  since,
  texts,
  inventory,
  least,
}: VersionChange): Omit<z.infer<typeof previewShape>, "outcome"> {
  const count = ({ added, removed }: TextChange) => ({ added, removed });
  return {
    significance: least,
    since: since?.date ?? null,
    words: { nl: count(texts.nl), en: count(texts.en) },
    inventory: [...inventory],
  };
}
