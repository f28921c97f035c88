/**
 * Imports customers from a CSV file over the API:
 *   FINEPRINT_KEY=fp_… npm run customers:import -- --origin https://fineprint.example.nl klanten.csv
 * The key needs customers:read and customers:write. Which column holds what is guessed from the headings; --column
 * name=Wie says it. Rows that were refused are written beside the file. When it was broken off, --import ID goes on.
 */
import { open, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";

/** An import as the worker tells of it. */
export interface ImportFacts {
  id: string;
  state: string;
  size: number;
  partSize: number;
  parts: number;
  received: number;
  offset: number;
  row: number;
  added: number;
  changed: number;
  unchanged: number;
  refused: number;
  fault: string | null;
}

interface Told {
  origin: string;
  key: string;
  /** Called whenever there is news. */
  onProgress(facts: ImportFacts): void;
}

const TRIES = 10;

/** What the worker answers, whole; asks again while it is away. Throws with its problem document when it refuses. */
async function ask({ origin, key }: Told, path: string, init: RequestInit = {}): Promise<string> {
  const headers = { Authorization: `Bearer ${key}`, ...init.headers };
  for (let attempt = 1; ; attempt++) {
    // A connection can break within the answer, too.
    const reply = await fetch(`${origin}/v1/customers/imports${path}`, { ...init, headers })
      .then(async (found) => ({ ok: found.ok, status: found.status, text: await found.text() }))
      .catch(() => undefined);
    if (reply?.ok) return reply.text;
    if (reply && reply.status < 500 && reply.status !== 429) throw new Error(reply.text);
    if (attempt === TRIES) throw new Error(`${origin} does not answer. Go on later with --import.`);
    await pause(1000 * attempt);
  }
}

const factsOf = (answer: string): ImportFacts => JSON.parse(answer) as ImportFacts;
const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

/** Sends a file, or what is missing of it, and gives its import. */
export async function sendFile(told: Told, file: string, id?: string): Promise<ImportFacts> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    let facts = factsOf(
      id === undefined ? await ask(told, "", json({ fileName: basename(file), size })) : await ask(told, `/${id}`),
    );
    if (facts.size !== size) throw new Error(`${file} is another file than the one that was begun with`);
    told.onProgress(facts);
    while (facts.state === "uploading") {
      const { received, partSize } = facts;
      const bytes = new Uint8Array(Math.min(partSize, size - received * partSize));
      await handle.read(bytes, 0, bytes.byteLength, received * partSize);
      const headers = { "Content-Type": "application/octet-stream" };
      facts = factsOf(await ask(told, `/${facts.id}/parts/${received}`, { method: "PUT", headers, body: bytes }));
      told.onProgress(facts);
    }
    return facts;
  } finally {
    await handle.close();
  }
}

/** Starts an import that is ready, and waits until it has ended. */
export async function runFile(told: Told, id: string, plan: object, every = 1000): Promise<ImportFacts> {
  let facts = factsOf(await ask(told, `/${id}`));
  if (facts.state === "ready") facts = factsOf(await ask(told, `/${id}/start`, json(plan)));
  while (facts.state === "checking" || facts.state === "running") {
    await pause(every);
    facts = factsOf(await ask(told, `/${id}`));
    told.onProgress(facts);
  }
  return facts;
}

if (import.meta.filename === process.argv[1]) {
  const { values, positionals } = parseArgs({
    options: {
      origin: { type: "string" },
      import: { type: "string" },
      column: { type: "string", multiple: true },
      existing: { type: "string" },
      source: { type: "string" },
    },
    allowPositionals: true,
  });
  const key = process.env["FINEPRINT_KEY"];
  const [file] = positionals;
  if (!values.origin || !key || file === undefined || positionals.length > 1) {
    console.error(
      "Usage: FINEPRINT_KEY=fp_… npm run customers:import -- --origin ORIGIN [--column FIELD=HEADING …] [--existing update|skip] [--source WORD] [--import ID] FILE.csv",
    );
    process.exit(2);
  }
  const said = (facts: ImportFacts) => {
    const percent = `${Math.floor((facts.offset / facts.size) * 100)}%`;
    if (facts.state === "uploading") return `sent ${facts.received} of ${facts.parts} parts`;
    if (facts.state === "checking") return `checked ${percent}`;
    return `${percent}: ${facts.added} added, ${facts.changed} changed, ${facts.unchanged} the same, ${facts.refused} refused`;
  };
  const told: Told = { origin: values.origin, key, onProgress: (facts) => console.log(said(facts)) };
  try {
    const sent = await sendFile(told, file, values.import);
    console.log(`The import is ${sent.id}.`);
    const columns = Object.fromEntries((values.column ?? []).map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
    const facts = await runFile(told, sent.id, {
      ...(values.column ? { columns } : {}),
      ...(values.existing ? { existing: values.existing } : {}),
      ...(values.source ? { source: values.source } : {}),
    });
    console.log(
      `It is ${facts.state}${facts.fault === null ? "" : ` (${facts.fault}, row ${facts.row})`}: ${said(facts)}.`,
    );
    if (facts.refused > 0) {
      const faults = `${file.replace(/\.csv$/i, "")}.refused.csv`;
      // Reading has taken off the mark by which spreadsheets know UTF-8.
      await writeFile(faults, `\uFEFF${await ask(told, `/${facts.id}/faults.csv`)}`);
      console.log(`What was refused, and why: ${faults}`);
    }
    process.exitCode = facts.state === "done" ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
