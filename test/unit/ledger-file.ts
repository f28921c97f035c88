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

/** Makes the rows of a ledger: people who leave, and at every place that ends in 99 what the house itself did. */
export async function makeLedger({ entries, size }: LedgerSize): Promise<Ledger> {
  const rows = await Promise.all(
    Array.from({ length: entries }, async (_, i) => {
      const seq = i + 1;
      const maker = {
        settings: { TOKEN_SECRET: "a-secret-for-tests-only-0123456789abcdef" },
        now: () => START + i * 1000,
        random: (bytes: number) => new Uint8Array(randomBytes(bytes)),
      };
      const event = String(seq);
      const entry =
        seq % 100 === 99
          ? await ledgerEntry(maker, "mail.retried", { event, subject: null, actor: "staff:1", body: { mail: "m" } })
          : await ledgerEntry(maker, "consent.withdrawn", {
              event,
              subject: `subscriber:${seq % 100}`,
              body: { email: `bezoeker-${seq}@example.nl`, by: "link", withdrawnAt: "2026-11-22T10:00:00.000Z" },
            });
      return { ...entry, seq };
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
  for (const { seq, id, kind, at, subject = null, actor = null, body = null, salt = null, commitment } of rows) {
    insert(sqlite, "ledger_entries", { seq, id, kind, at, subject, actor, body, salt, commitment });
  }
  for (const { number, at, firstSeq, lastSeq, root, previous, head, leaves } of seals) {
    const range = { first_seq: firstSeq, last_seq: lastSeq };
    insert(sqlite, "ledger_seals", { number, at, ...range, root, previous, head, leaves });
  }
  sqlite.exec("commit");
  if (tampering.length > 0) {
    const triggers = sqlite.prepare("select name from sqlite_master where type = 'trigger'").all();
    for (const { name } of triggers) sqlite.exec(`drop trigger ${name}`);
  }
  for (const sql of tampering) sqlite.exec(sql);
  return sqlite;
}

function insert(sqlite: DatabaseSync, table: string, row: Record<string, string | number | null>): void {
  const marks = Object.keys(row).map(() => "?");
  sqlite.prepare(`insert into ${table} (${Object.keys(row)}) values (${marks})`).run(...Object.values(row));
}

/** SQL that puts one entry in the other's place. */
export const swap = (a: number, b: number): string[] => [
  `update ledger_entries set seq = 0 where seq = ${a}`,
  `update ledger_entries set seq = ${a} where seq = ${b}`,
  `update ledger_entries set seq = ${b} where seq = 0`,
];
