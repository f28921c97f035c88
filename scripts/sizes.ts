/** The size budgets of DESIGN.md 9, in brotli bytes. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

/** What a visitor's browser starts to fetch for each state of the page; what those import comes on top. */
const BUDGETS = [
  { state: "nothing to show", entries: [], bytes: 2_000, requests: 1 },
  { state: "banner showing", entries: ["banner.js"], bytes: 8_500, requests: 2 },
  { state: "newsletter form", entries: ["newsletter.js"], bytes: 9_500, requests: 3 },
  { state: "newsletter in a panel", entries: ["mine.js"], bytes: 9_750, requests: 3 },
  { state: "contact form", entries: ["contact.js"], bytes: 9_500, requests: 3 },
  { state: "conversations in a panel", entries: ["talks.js"], bytes: 10_750, requests: 3 },
  { state: "policy", entries: ["policy.js"], bytes: 10_000, requests: 3 },
  { state: "registration form", entries: ["register.js"], bytes: 10_750, requests: 3 },
  { state: "every view and one language", entries: null, bytes: 20_000, requests: Number.POSITIVE_INFINITY },
] as const;

/** Says what each state weighs and how many requests it takes, a line each. Throws when one is over its budget. */
export async function checkSizes(folder: string, build: string, languages: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  const over: string[] = [];
  const loader = brotliCompressSync(await readFile(join(folder, "loader.js"))).length;
  for (const lang of languages) {
    const sources = new Map<string, Buffer>();
    for (const file of await readdir(join(folder, build, lang))) {
      sources.set(file, await readFile(join(folder, build, lang, file)));
    }
    for (const { state, entries, bytes, requests } of BUDGETS) {
      const files = [...withImports(entries ?? [...sources.keys()], sources)];
      const total = files.reduce((sum, file) => sum + weigh(sources, file), loader);
      const line = `${lang}  ${state}: ${total} of ${bytes} bytes, ${files.length + 1} requests (${["embed.js", ...files].join(", ")})`;
      lines.push(line);
      if (total > bytes || files.length + 1 > requests) over.push(line);
    }
  }
  if (over.length > 0) throw new Error(`Over the size budget:\n${over.join("\n")}`);
  return lines;
}

function weigh(sources: ReadonlyMap<string, Buffer>, file: string): number {
  const source = sources.get(file);
  if (!source) throw new Error(`The build has no ${file}`);
  return brotliCompressSync(source).length;
}

/** The files and all that they import statically. */
function withImports(entries: readonly string[], sources: ReadonlyMap<string, Buffer>): Set<string> {
  const found = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const source = sources.get(file)?.toString("utf8") ?? "";
    for (const [, name] of source.matchAll(/(?:from|import)\s*["']\.\/([\w-]+\.js)["']/g)) if (name) waiting.push(name);
  }
  return found;
}
