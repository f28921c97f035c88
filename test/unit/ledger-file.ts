/** A sealed ledger in SQLite, made without the worker, to be tampered with. */
import { randomBytes } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { ledgerEntry } from "../../worker/ledger/entry.ts";
import { GENESIS, sealOf } from "../../worker/ledger/seal.ts";
import type { Seal } from "../../worker/ledger/store.ts";

const START = Date.parse("2026-11-22T10:00:00Z");

/** The places and seals of a ledger: `entries` in all, of which every full `size` is sealed. */
export interface LedgerSize {
  entries: number;
  size: number;
}

type Row = Awaited<ReturnType<typeof ledgerEntry>> & { seq: number };

export interface Ledger {
  rows: readonly Row[];
  seals: readonly Seal[];
}

/** Makes the rows of a ledger. */
export async function makeLedger({ entries, size }: LedgerSize): Promise<Ledger> {
  const rows = await Promise.all(
    Array.from({ length: entries }, async (_, i) => {
      const maker = {
        settings: { TOKEN_SECRET: "a-secret-for-tests-only-0123456789abcdef" },
        now: () => START + i * 1000,
        random: (bytes: number) => new Uint8Array(randomBytes(bytes)),
      };
      const entry = await ledgerEntry(maker, "consent.withdrawn", {
        event: String(i),
        subject: `subscriber:${i % 100}`,
        body: { email: `bezoeker-${i + 1}@example.nl`, by: "link", withdrawnAt: "2026-11-22T10:00:00.000Z" },
      });
      return { ...entry, seq: i + 1 };
    }),
  );
  const seals: Seal[] = [];
  for (let first = 0; first + size <= entries; first += size) {
    const [oldest, ...others] = rows.slice(first, first + size);
    if (oldest) seals.push(sealOf([oldest, ...others], seals.at(-1) ?? GENESIS, START + first));
  }
  return { rows, seals };
}

/** Writes a ledger into a database of the worker's migrations, then lets go of the triggers and tampers with it. */
export function writeLedger(
  { rows, seals }: Ledger,
  tampering: readonly string[] = [],
  file = ":memory:",
): DatabaseSync {
  const sqlite = new DatabaseSync(file);
  sqlite.exec("begin");
  for (const migration of globSync("worker/migrations/*.sql").sort()) sqlite.exec(readFileSync(migration, "utf8"));
  const addEntry = sqlite.prepare("insert into ledger_entries values (?, ?, ?, ?, ?, ?, ?, ?)");
  const addSeal = sqlite.prepare("insert into ledger_seals values (?, ?, ?, ?, ?, ?, ?, ?)");
  for (const { seq, id, kind, at, subject = null, body = null, salt = null, commitment } of rows) {
    addEntry.run(seq, id, kind, at, subject, body, salt, commitment);
  }
  for (const { number, at, firstSeq, lastSeq, root, previous, head, leaves } of seals) {
    addSeal.run(number, at, firstSeq, lastSeq, root, previous, head, leaves);
  }
  sqlite.exec("commit");
  if (tampering.length > 0) {
    const triggers = sqlite.prepare("select name from sqlite_master where type = 'trigger'").all();
    for (const { name } of triggers) sqlite.exec(`drop trigger ${name}`);
  }
  for (const sql of tampering) sqlite.exec(sql);
  return sqlite;
}

/** SQL that puts one entry in the other's place. */
export const swap = (a: number, b: number): string[] => [
  `update ledger_entries set seq = 0 where seq = ${a}`,
  `update ledger_entries set seq = ${a} where seq = ${b}`,
  `update ledger_entries set seq = ${b} where seq = 0`,
];
