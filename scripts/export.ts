/**
 * Exports the database as SQL (docs/operate.md, "Backup"): npm run export, of the local one; with -- --remote of the deployment's.
 * --output FILE names the file, --table NAME one table of several. D1 exports no database that has a virtual table, so the searches (of
 * subscribers, and of conversations) are dropped before and made again after it, also when the export fails; the worker searches without
 * them meanwhile, no further than a page may look. Tables are sorted behind those they refer to: as D1 writes them they could not be loaded.
 * With --only-search the searches alone are made anew, as a database needs that was loaded from an export.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { root, stateDir } from "./config.ts";
import { queryD1 } from "./d1.ts";
import { sortExport } from "./dump.ts";
import { runWrangler } from "./wrangler.ts";

const USAGE = "Usage: npm run export -- [--remote] [--output FILE] [--table NAME]… [--only-search]";
/** Rows that one statement puts into an index, and statements in one call. */
const AT_ONCE = 5_000;
const TOGETHER = 10;

/** The migrations that make searches: each makes an index, fills it, and keeps it. */
const MIGRATIONS = ["0009_subscriber_search.sql", "0012_contact_search.sql"];
const statements = MIGRATIONS.flatMap((name) => {
  const text = readFileSync(join(root, "worker/migrations", name), "utf8");
  return text.split("--> statement-breakpoint").map((one) => one.replace(/^\s*--.*$/gm, "").trim());
});
const namesOf = (kind: string): string[] =>
  statements.flatMap((text) => new RegExp(`^CREATE ${kind} (\\w+)`).exec(text)?.[1] ?? []);

/** What takes the searches away: their triggers first, which write to them. */
const drops = [
  ...namesOf("TRIGGER").map((name) => `DROP TRIGGER IF EXISTS ${name}`),
  ...namesOf("VIRTUAL TABLE").map((name) => `DROP TABLE IF EXISTS ${name}`),
];
/** What fills them from the tables. */
const isFill = (text: string): boolean => /^INSERT\b[^;]*\bSELECT\b/.test(text);
/** What makes them again, empty: they are filled in steps, as D1 gives one statement some seconds. What they are filled from stays. */
const makes = statements.filter((text) => !isFill(text) && !text.startsWith("CREATE VIEW"));

/** What fills each a step further, and what says whether a row of it is left. */
const fills = statements.filter(isFill).map((text) => {
  const index = /^INSERT INTO (\w+)/.exec(text)?.[1] ?? "";
  const insert = `${text.replace(/;$/, "")} WHERE seq > coalesce((SELECT max(id) FROM ${index}_docsize), 0)`;
  return {
    step: `${insert} ORDER BY seq LIMIT ${AT_ONCE}`,
    isLeft: `EXISTS (${insert.slice(insert.indexOf("SELECT"))})`,
  };
});

async function makeSearch(remote: boolean): Promise<void> {
  const left = `SELECT ${fills.map(({ isLeft }) => isLeft).join(" OR ")} AS isLeft`;
  const steps = [...fills.flatMap(({ step }) => Array<string>(TOGETHER).fill(step)), left];
  for (let todo = [...drops, ...makes, ...steps]; todo.length > 0; ) {
    const results = await queryD1(todo.join(";\n"), { remote });
    todo = results.at(-1)?.[0]?.["isLeft"] === 1 ? steps : [];
  }
}

async function exportTo(file: string, tables: readonly string[], remote: boolean): Promise<void> {
  const home = localHome();
  const unsorted = `${file}.part`;
  const where = remote ? ["--remote"] : ["--local", "--config", join(home, "wrangler.toml")];
  // Whoever stops this stops the writing of the file; the search is made again before it ends.
  const stopping = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (!stopping.signal.aborted) console.error("Stopping. First the search is made again.");
      stopping.abort(new Error("Stopped. The search was made again; the file is not whole."));
    });
  }
  try {
    await queryD1(drops.join(";\n"), { remote });
    stopping.signal.throwIfAborted();
    const named = tables.flatMap((table) => ["--table", table]);
    await runWrangler(["d1", "export", "DB", ...where, ...named, "--output", resolve(unsorted)], stopping.signal).catch(
      (error: unknown) => {
        throw stopping.signal.aborted ? stopping.signal.reason : error;
      },
    );
    stopping.signal.throwIfAborted();
    await sortExport(unsorted, file);
  } finally {
    rmSync(home, { recursive: true });
    rmSync(unsorted, { force: true });
    await makeSearch(remote);
  }
}

/** A folder in which `wrangler d1 export`, which cannot be told where local data lives, finds it beside its settings. */
function localHome(): string {
  const home = mkdtempSync(join(tmpdir(), "fineprint-export-"));
  copyFileSync(join(root, "wrangler.toml"), join(home, "wrangler.toml"));
  mkdirSync(join(home, ".wrangler"));
  symlinkSync(resolve(stateDir), join(home, ".wrangler/state"));
  return home;
}

function readArgs() {
  try {
    return parseArgs({
      options: {
        remote: { type: "boolean", default: false },
        output: { type: "string" },
        table: { type: "string", multiple: true, default: [] },
        "only-search": { type: "boolean", default: false },
      },
    }).values;
  } catch {
    console.error(USAGE);
    process.exit(2);
  }
}

const {
  remote,
  table: tables,
  output = `fineprint-${new Date().toISOString().slice(0, 10)}.sql`,
  "only-search": onlySearch,
} = readArgs();
try {
  if (onlySearch) await makeSearch(remote);
  else await exportTo(output, tables, remote);
  console.log(onlySearch ? "The search is made anew." : `The database is in ${output}. The search was made again.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
