/**
 * Publishes policy versions from Markdown files with front matter:
 *   FINEPRINT_KEY=fp_… npm run policy -- --origin https://fineprint.example.nl policy/*.md
 * Each file is one language of one version; files with the same date belong together. A version whose date is yet to come
 * is scheduled; the same again changes nothing. With --check nothing is published: what would change is printed, and the
 * command fails when a version would be refused.
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import type { z } from "zod";
import { previewShape, versionShape } from "../worker/policy/shapes.ts";

interface Version {
  date: string;
  effective: string;
  significance: string;
  history: boolean;
  noticeUntil?: string;
  texts: Record<string, { title: string; summary: string; markdown: string }>;
}

/** Reads files into versions, oldest first. `resolveDay` may give a day for a notation of one's own (the demo's "+31d"). */
export async function readVersions(files: readonly string[], resolveDay = (day: string) => day): Promise<Version[]> {
  const versions = new Map<string, Version>();
  for (const file of files) {
    const source = await readFile(file, "utf8");
    const [, matter, markdown] = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(source) ?? [];
    if (matter === undefined || markdown === undefined) throw new Error(`${file} has no front matter (--- … ---)`);
    const { history, ...texts } = parse(matter) as Record<string, string> & { history?: boolean };
    const { lang, title, summary, significance, ...days } = texts;
    const day = (name: string) => resolveDay(String(days[name] ?? ""));
    const date = day("date");
    if (!lang) throw new Error(`${file} names no lang`);
    const known = versions.get(date) ?? {
      date,
      effective: day("effective"),
      significance: significance ?? "",
      history: history === true,
      ...(days["noticeUntil"] ? { noticeUntil: day("noticeUntil") } : {}),
      texts: {},
    };
    known.texts[lang] = { title: title ?? "", summary: summary ?? "", markdown: markdown.trim() };
    versions.set(date, known);
  }
  return [...versions.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** What became of a version, or would become of it, as the worker says it. */
export interface Outcome {
  date: string;
  outcome: "published" | "scheduled" | "unchanged";
  /** Of a dry run only. */
  change?: z.infer<typeof previewShape>;
}

/** Publishes versions over the API; `dry` only asks what would come of it. Throws with the worker's problem document when one is refused. */
export async function publishVersions(
  origin: string,
  key: string,
  versions: readonly Version[],
  { dry = false } = {},
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const version of versions) {
    const { date } = version;
    const response = await fetch(`${origin}/v1/policy/versions${dry ? "?dry=1" : ""}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${key}` },
      body: JSON.stringify(version),
    });
    if (!response.ok) throw new Error(`Version ${date} was refused: ${await response.text()}`);
    if (dry) {
      const change = previewShape.parse(await response.json());
      outcomes.push({ date, outcome: change.outcome, change });
    } else {
      const { state } = versionShape.parse(await response.json());
      outcomes.push({ date, outcome: response.status === 200 ? "unchanged" : state });
    }
  }
  return outcomes;
}

/** An outcome in lines to read: what happens, and for a dry run the words and the inventory's changes. */
function* inLines({ date, outcome, change }: Outcome): Generator<string> {
  yield `${date}: ${change && outcome !== "unchanged" ? `would be ${outcome}` : outcome}`;
  if (!change || outcome === "unchanged") return;
  const { since, words, inventory, significance } = change;
  for (const [lang, { added, removed }] of Object.entries(words)) {
    yield `  ${lang}: ${added} words added, ${removed} removed since ${since ?? "the beginning"}`;
  }
  const keptFor = (kept?: { days: number | null; event: string }) =>
    kept && (kept.days === null ? `until ${kept.event}` : `${kept.days} days from ${kept.event}`);
  for (const { kind, name, kept, from, to } of inventory) {
    const terms = from ? ` (${keptFor(from)} → ${keptFor(to)})` : kept ? ` (${keptFor(kept)})` : "";
    yield `  inventory: ${kind} ${name}${terms}`;
  }
  yield `  at least ${significance}`;
}

if (import.meta.filename === process.argv[1]) {
  const { values, positionals } = parseArgs({
    options: { origin: { type: "string" }, check: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const key = process.env["FINEPRINT_KEY"];
  if (!values.origin || !key || positionals.length === 0) {
    console.error("Usage: FINEPRINT_KEY=fp_… npm run policy -- --origin ORIGIN [--check] FILE.md [FILE.md …]");
    process.exit(2);
  }
  try {
    const outcomes = await publishVersions(values.origin, key, await readVersions(positionals), { dry: values.check });
    for (const line of outcomes.flatMap((outcome) => [...inLines(outcome)])) console.log(line);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
