/**
 * Verifies the sealed ledger (docs/operate.md, "The ledger"): npm run ledger:verify, over the local database. With
 * -- --remote over the deployment's, with -- --file FILE over an export (.sql) or a copy (.sqlite). --head HASH and
 * --seals URL-OR-FILE give heads that were kept elsewhere. Ends with 1 when it finds a fault, 2 when it cannot verify.
 */
import { parseArgs } from "node:util";
import { sql } from "drizzle-orm";
import type { KnownHead } from "../worker/ledger/store.ts";
import type { LedgerFault } from "../worker/ledger/tables.ts";
import { settle } from "../worker/ledger/verify.ts";
import { type Stride, type Walk, walkHeads, walkSeals, walkWaiting } from "../worker/ledger/walk.ts";
import type { Database } from "../worker/platform/db.ts";
import { keptHead, localFile, openFile, readSeals, remoteDatabase, sqliteDatabase } from "./ledger-sources.ts";

const STRIDE: Stride = { seals: 256, entries: 2048 };
const TOLD_EVERY_MS = 2_000;
const MOST_SENTENCES = 1_000;

const USAGE =
  "Usage: npm run ledger:verify -- [--remote | --file DUMP.sql | --file COPY.sqlite] [--head HASH]… [--seals URL-OR-FILE]…";

interface Verified {
  entries: number;
  /** Number of the last seal. */
  seals: number;
  waiting: number;
  faults: LedgerFault[];
}

/** Verifies a whole ledger, with heads known from elsewhere. `tell` hears how far it is after each step. */
export async function verifyLedger(
  db: Database,
  known: readonly KnownHead[] = [],
  stride: Stride = STRIDE,
  tell: (walk: Walk) => void = () => undefined,
): Promise<Verified> {
  let walk: Walk = { sealNumber: 0, entries: 0, faults: [] };
  for (let next: Walk | undefined = walk; next; next = await walkSeals(db, walk, stride)) {
    walk = next;
    tell(walk);
  }
  const { entries } = walk;
  walk = await walkWaiting(db, walk, stride, Number.POSITIVE_INFINITY);
  if (known.length > 0) walk = await walkHeads(db, walk, known);
  return { entries, seals: walk.sealNumber, waiting: walk.entries - entries, faults: settle(walk.faults) };
}

/** Names a fault in a sentence. */
export function sentenceOf({ code, at, to, sealedAt, head }: LedgerFault): string {
  switch (code) {
    case "entry_altered":
      return `Entry ${at} was altered.`;
    case "entry_erased":
      return `Entry ${at} was erased, though its kind is about nobody.`;
    case "entry_missing":
      return to === undefined ? `Entry ${at} is missing.` : `Entries ${at} to ${to} are missing.`;
    case "entry_moved":
      return `Entry ${sealedAt} stands where entry ${at} was sealed.`;
    case "entry_added":
      return `Entry ${at} was added where none was sealed.`;
    case "seal_altered":
      return `Seal ${at} was altered.`;
    case "seal_missing":
      if (at === 0) return `The seal with the head ${head} is missing.`;
      if (head !== undefined) return `Seal ${at} with the head ${head} is missing.`;
      return to === undefined ? `Seal ${at} is missing.` : `Seals ${at} to ${to} are missing.`;
  }
}

interface Options {
  remote: boolean;
  file: string | undefined;
  heads: readonly string[];
  seals: readonly string[];
}

/** What the command says, and to whom: findings on the one side, progress and refusals on the other. */
interface Voice {
  log(line: string): void;
  error(line: string): void;
}

/** Runs the command and gives its exit code. A failure is no verdict. */
export async function run(args: readonly string[], voice: Voice): Promise<number> {
  try {
    return (await verify(readOptions(args), voice)) ? 0 : 1;
  } catch (error) {
    voice.error(causeOf(error));
    return 2;
  }
}

/** What went wrong at the bottom: above it the query library only repeats its query. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : causeOf(error.cause);
}

async function verify({ remote, file, heads, seals }: Options, voice: Voice): Promise<boolean> {
  const db = remote ? remoteDatabase() : sqliteDatabase(openFile(file ?? localFile()));
  const tables = await db.all(sql`select name from sqlite_master where name in ('ledger_entries', 'ledger_seals')`);
  if (tables.length < 2) throw new Error("This database holds no sealed ledger: its migrations are behind.");
  const known = [
    ...heads.map((head) => ({ head })),
    ...(await Promise.all(seals.map(readSeals))).flat(),
    ...(file === undefined ? await keptHead(remote) : []),
  ];
  const started = performance.now();
  let told = started;
  const verified = await verifyLedger(db, known, STRIDE, ({ entries }) => {
    if (performance.now() - told < TOLD_EVERY_MS) return;
    told = performance.now();
    voice.error(`… ${counted(entries, "entry", "entries")} so far`);
  });
  for (const fault of verified.faults.slice(0, MOST_SENTENCES)) voice.log(sentenceOf(fault));
  if (verified.faults.length > MOST_SENTENCES) voice.log("…");
  voice.log(`${summaryOf(verified)}; ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return verified.faults.length === 0;
}

function summaryOf({ entries, seals, waiting, faults }: Verified): string {
  const sealed = counted(entries, "entry", "entries");
  const unsealed = `${waiting.toLocaleString("en")} unsealed`;
  if (faults.length === 0) return `${sealed} in ${counted(seals, "seal", "seals")} verify; ${unsealed}`;
  return `${counted(faults.length, "fault", "faults")} in ${sealed}, up to seal ${seals}; ${unsealed}`;
}

const counted = (count: number, one: string, more: string): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : more}`;

function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        remote: { type: "boolean", default: false },
        file: { type: "string" },
        head: { type: "string", multiple: true, default: [] },
        seals: { type: "string", multiple: true, default: [] },
      },
    });
    const heads = values.head.map((head) => head.toLowerCase());
    if (heads.some((head) => !/^[0-9a-f]{64}$/.test(head))) throw new Error("A head is 64 hexadecimal digits.");
    if (values.remote && values.file !== undefined) throw new Error("Choose --remote or --file.");
    return { remote: values.remote, file: values.file, heads, seals: values.seals };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`);
  }
}

if (import.meta.filename === process.argv[1]) process.exitCode = await run(process.argv.slice(2), console);
