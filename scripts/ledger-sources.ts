/** Where `npm run ledger:verify` reads: a database the worker's own queries run on, and heads that were kept outside it. */
import { closeSync, globSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { constants, DatabaseSync, type SQLInputValue } from "node:sqlite";
import { drizzle } from "drizzle-orm/sqlite-proxy";
import { sealsShape } from "../worker/ledger/shapes.ts";
import type { KnownHead } from "../worker/ledger/store.ts";
import type { Database } from "../worker/platform/db.ts";
import { keyOf } from "../worker/platform/kv.ts";
import { stateDir } from "./config.ts";
import { inlined, queryD1 } from "./d1.ts";
import { runWrangler } from "./wrangler.ts";

/** A database whose queries a function runs, which gives rows as lists of values. */
function databaseOf(query: (text: string, params: SQLInputValue[]) => Promise<unknown[][]>): Database {
  const proxy = drizzle(async (text, params, method) => {
    const rows = await query(text, params);
    return { rows: method === "get" ? (rows[0] as unknown[]) : rows };
  });
  return proxy as unknown as Database; // The same queries; drizzle types each driver apart.
}

/** A database in SQLite, by the handle of it. */
export function sqliteDatabase(sqlite: DatabaseSync): Database {
  return databaseOf(async (text, params) => {
    const statement = sqlite.prepare(text);
    statement.setReturnArrays(true);
    return statement.all(...params) as unknown as unknown[][]; // setReturnArrays is not in the types.
  });
}

/** The deployment's database, a call of wrangler for each query. */
export function remoteDatabase(): Database {
  return databaseOf(async (text, params) => {
    const [rows = []] = await queryD1(inlined({ sql: text, params }), { remote: true });
    return rows.map((row) => Object.values(row));
  });
}

/** The file in which `npm start` keeps its database. Throws when there is none yet. */
export function localFile(): string {
  const folder = join(stateDir, "v3/d1/miniflare-D1DatabaseObject");
  const files = globSync(join(folder, "*.sqlite")).filter((file) => !file.endsWith("metadata.sqlite"));
  const [newest] = files.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (newest) return newest;
  throw new Error(
    `There is no local database below ${stateDir}: run npm start once, or name another with --remote or --file.`,
  );
}

/** Opens an SQLite file without changing it, or loads what `wrangler d1 export` wrote. Throws when it is neither. */
export function openFile(file: string): DatabaseSync {
  if (startOf(file) === "SQLite format 3\0") return new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  const sqlite = new DatabaseSync(":memory:");
  // An export is somebody's SQL: it may fill this memory and touch no file.
  sqlite.setAuthorizer((action) => (action === constants.SQLITE_ATTACH ? constants.SQLITE_DENY : constants.SQLITE_OK));
  try {
    sqlite.exec(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} could not be loaded: ${(error as Error).message}.`);
  }
  return sqlite;
}

function startOf(file: string): string {
  const start = Buffer.alloc(16);
  try {
    const handle = openSync(file, "r");
    readSync(handle, start);
    closeSync(handle);
  } catch {
    throw new Error(`There is no file ${file}.`);
  }
  return start.toString("latin1");
}

/** Heads from a kept reply of GET /v1/ledger/seals, in a file or at an address. Throws when it is none. */
export async function readSeals(source: string): Promise<KnownHead[]> {
  const isUrl = /^https?:/.test(source);
  try {
    const value = isUrl ? await (await fetch(source)).json() : JSON.parse(readFileSync(source, "utf8"));
    return sealsShape.parse(value).seals;
  } catch {
    throw new Error(`${source} holds no seals such as GET /v1/ledger/seals gives.`);
  }
}

/** The newest head that the worker keeps in KV, if there is one. */
export async function keptHead(remote: boolean): Promise<KnownHead[]> {
  const where = remote ? ["--remote"] : ["--local", "--persist-to", stateDir];
  const key = keyOf("ledger-head", "newest");
  const output = await runWrangler(["kv", "key", "get", key, "--binding", "KV", "--text", ...where]).catch((error) => {
    if (/not found/i.test(String(error))) return "";
    throw error;
  });
  // Wrangler says it in words when there is none.
  const [found] = /\{.*\}/.exec(output) ?? [];
  return found === undefined ? [] : [JSON.parse(found) as KnownHead];
}
