/**
 * Publishes policy versions from Markdown files with front matter:
 *   FINEPRINT_KEY=fp_… npm run policy -- --origin https://fineprint.example.nl policy/*.md
 * Each file is one language of one version; files with the same date belong together. Publishing the same again
 * changes nothing.
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { parse } from "yaml";

interface Version {
  date: string;
  effective: string;
  significance: string;
  noticeUntil?: string;
  texts: Record<string, { title: string; summary: string; markdown: string }>;
}

/** Reads files into versions, oldest first. `resolveDay` may give a day for a notation of one's own (the demo's "-6d"). */
export async function readVersions(files: readonly string[], resolveDay = (day: string) => day): Promise<Version[]> {
  const versions = new Map<string, Version>();
  for (const file of files) {
    const source = await readFile(file, "utf8");
    const [, matter, markdown] = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(source) ?? [];
    if (matter === undefined || markdown === undefined) throw new Error(`${file} has no front matter (--- … ---)`);
    const { lang, title, summary, significance, ...days } = parse(matter) as Record<string, string>;
    const day = (name: string) => resolveDay(String(days[name] ?? ""));
    const date = day("date");
    if (!lang) throw new Error(`${file} names no lang`);
    const known = versions.get(date) ?? {
      date,
      effective: day("effective"),
      significance: significance ?? "",
      ...(days["noticeUntil"] ? { noticeUntil: day("noticeUntil") } : {}),
      texts: {},
    };
    known.texts[lang] = { title: title ?? "", summary: summary ?? "", markdown: markdown.trim() };
    versions.set(date, known);
  }
  return [...versions.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** Publishes versions over the API. Throws with the worker's problem document when one is refused. */
export async function publishVersions(origin: string, key: string, versions: readonly Version[]): Promise<void> {
  for (const version of versions) {
    const response = await fetch(`${origin}/v1/policy/versions`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${key}` },
      body: JSON.stringify(version),
    });
    if (!response.ok) throw new Error(`Version ${version.date} was refused: ${await response.text()}`);
  }
}

if (import.meta.filename === process.argv[1]) {
  const { values, positionals } = parseArgs({ options: { origin: { type: "string" } }, allowPositionals: true });
  const key = process.env["FINEPRINT_KEY"];
  if (!values.origin || !key || positionals.length === 0) {
    console.error("Usage: FINEPRINT_KEY=fp_… npm run policy -- --origin ORIGIN FILE.md [FILE.md …]");
    process.exit(2);
  }
  const versions = await readVersions(positionals);
  await publishVersions(values.origin, key, versions);
  for (const { date, texts } of versions) console.log(`${date} (${Object.keys(texts).join(", ")}) is published.`);
}
