/** A sealed ledger in SQLite, made without the worker, to be tampered with. */
import { randomBytes } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { ledgerEntry } from "../../worker/ledger/entry.ts";
import { GENESIS, sealOf } from "../../worker/ledger/seal.ts";
import type { Seal } from "../../worker/ledger/store.ts";

const migrations = globSync("worker/migrations/*.sql")
  .sort()
  .map((file) => readFileSync(file, "utf8"))
  .join("\n;");
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
  sqlite.exec(`begin; ${migrations};`);
  const entries = rows.map(({ subject = null, actor = null, body = null, salt = null, ...row }) => ({
    ...{ seq: row.seq, id: row.id, kind: row.kind, at: row.at, subject, actor, body, salt },
    commitment: row.commitment,
  }));
  insert(sqlite, "ledger_entries", entries);
  const sealed = seals.map(({ number, at, firstSeq, lastSeq, root, previous, head, leaves }) => ({
    ...{ number, at, first_seq: firstSeq, last_seq: lastSeq, root, previous, head, leaves },
  }));
  insert(sqlite, "ledger_seals", sealed);
  sqlite.exec("commit");
  if (tampering.length > 0) {
    const triggers = sqlite.prepare("select name from sqlite_master where type = 'trigger'").all();
    sqlite.exec(["begin", ...triggers.map(({ name }) => `drop trigger ${name}`), "commit"].join(";"));
  }
  for (const sql of tampering) sqlite.exec(sql);
  return sqlite;
}

function insert(sqlite: DatabaseSync, table: string, rows: readonly Record<string, string | number | null>[]): void {
  const names = Object.keys(rows[0] ?? {});
  if (names.length === 0) return;
  const statement = sqlite.prepare(`insert into ${table} (${names}) values (${names.map(() => "?")})`);
  for (const row of rows) statement.run(...Object.values(row));
}

/** SQL that puts one entry in the other's place. */
export const swap = (a: number, b: number): string[] => [
  `update ledger_entries set seq = 0 where seq = ${a}`,
  `update ledger_entries set seq = ${a} where seq = ${b}`,
  `update ledger_entries set seq = ${b} where seq = 0`,
];
