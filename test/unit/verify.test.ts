import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import canonicalize from "canonicalize";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, sentenceOf, verifyLedger } from "../../scripts/ledger.ts";
import { openFile, sqliteDatabase } from "../../scripts/ledger-sources.ts";
import { commitmentOf } from "../../worker/ledger/commitment.ts";
import { headOf, sealOf } from "../../worker/ledger/seal.ts";
import { sha256 } from "../../worker/platform/bytes.ts";
import { type Ledger, makeLedger, swap, writeLedger } from "./ledger-file.ts";

/** 500 entries sealed by fifty, 20 that wait. */
const SIZE = { entries: 520, size: 50 };
/** Seals at hand at once: all of them, and so few that most lie in another step. */
const STRIDES = [
  { seals: 256, entries: 2048 },
  { seals: 2, entries: 60 },
];

let ledger: Ledger;
let folder: string;
beforeAll(async () => {
  ledger = await makeLedger(SIZE);
  folder = mkdtempSync(join(tmpdir(), "fineprint-ledger-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const sealed = (number: number) => {
  const seal = ledger.seals[number - 1];
  if (!seal) throw new Error(`There is no seal ${number}`);
  return seal;
};
const entered = (seq: number) => {
  const row = ledger.rows[seq - 1];
  if (!row) throw new Error(`There is no entry ${seq}`);
  return row;
};

/** The faults of a tampered ledger, in sentences; the same whatever the stride. */
async function faultsOf(tampering: readonly string[], known: Parameters<typeof verifyLedger>[1] = []) {
  const found = await Promise.all(
    STRIDES.map(async (stride) => {
      const { faults } = await verifyLedger(sqliteDatabase(writeLedger(ledger, tampering)), known, stride);
      return faults.map(sentenceOf);
    }),
  );
  expect(found[1]).toEqual(found[0]);
  return found[0];
}

describe("a commitment", () => {
  it("is the SHA-256 of the salt and canonical JSON", async () => {
    const { id, kind, at, subject, actor = null, body, salt, commitment } = entered(7);
    const whole = canonicalize({ id, kind, at, subject, actor, body: JSON.parse(body ?? "") });
    expect(commitment).toBe(await sha256(`${salt}${whole}`));
    expect(commitmentOf(entered(7))).toBe(commitment);
  });
});

describe("a sealed ledger", () => {
  it("verifies, and counts what it holds", async () => {
    for (const stride of STRIDES) {
      const verified = await verifyLedger(sqliteDatabase(writeLedger(ledger)), [sealed(10), sealed(1)], stride);
      expect(verified).toEqual({ entries: 500, seals: 10, waiting: 20, faults: [] });
    }
  });

  it("verifies when it is empty, or nothing is sealed yet", async () => {
    const empty = await verifyLedger(sqliteDatabase(writeLedger({ rows: [], seals: [] })));
    expect(empty).toEqual({ entries: 0, seals: 0, waiting: 0, faults: [] });
    const fresh = await verifyLedger(sqliteDatabase(writeLedger({ rows: ledger.rows, seals: [] })), [], STRIDES[1]);
    expect(fresh).toEqual({ entries: 0, seals: 0, waiting: 520, faults: [] });
  });

  it("verifies when entries are erased by the rules, with the triggers in force", async () => {
    const sqlite = writeLedger(ledger);
    sqlite.exec(
      "update ledger_entries set subject = null, actor = null, body = null, salt = null where seq in (3, 50, 51, 510)",
    );
    expect((await verifyLedger(sqliteDatabase(sqlite))).faults).toEqual([]);
  });
});

const set = (what: string, seq: number) => `update ledger_entries set ${what} where seq = ${seq}`;
const setSeal = (what: string, number: number) => `update ledger_seals set ${what} where number = ${number}`;
const bump = (column: string) =>
  `${column} = case substr(${column}, 1, 1) when '0' then '1' else '0' end || substr(${column}, 2)`;

/** SQL that gives an entry another body and the commitment to that. */
const rewrite = (seq: number) => {
  const body = '{"email":"iemand@example.nl"}';
  return set(`body = '${body}', commitment = '${commitmentOf({ ...entered(seq), body })}'`, seq);
};

describe("tampering with an entry is named", () => {
  it.each([
    ["its body", set("body = replace(body, 'bezoeker-412@', 'bezoeker-413@')", 412)],
    ["a byte of its body that means nothing", set("body = body || ' '", 412)],
    ["its salt", set(bump("salt"), 412)],
    ["whose it is", set("subject = 'subscriber:1'", 412)],
    ["who did it", set("actor = 'staff:1'", 412)],
    ["its id", set(bump("id"), 412)],
    ["its kind", set("kind = 'consent.given'", 412)],
    ["its time", set("at = at + 1", 412)],
    ["its commitment", set(bump("commitment"), 412)],
    [
      "its commitment, once erased",
      set("subject = null, actor = null, body = null, salt = null, commitment = 'c'", 412),
    ],
    ["its time, once erased", set("subject = null, actor = null, body = null, salt = null, at = at + 1", 412)],
    ["half of it, as if erased", set("body = null, salt = null", 412)],
    ["the salt alone, as if erased", set("salt = null", 412)],
  ])("changing %s", async (_, sql) => {
    expect(await faultsOf([sql])).toEqual(["Entry 412 was altered."]);
  });

  it("changing all of it, commitment included", async () => {
    expect(await faultsOf([rewrite(412)])).toEqual(["Entry 412 was altered."]);
  });

  it("deleting one, several, all", async () => {
    const remove = (where: string) => [`delete from ledger_entries where ${where}`];
    expect(await faultsOf(remove("seq = 77"))).toEqual(["Entry 77 is missing."]);
    expect(await faultsOf(remove("seq between 77 and 79 or seq = 90"))).toEqual([
      "Entries 77 to 79 are missing.",
      "Entry 90 is missing.",
    ]);
    expect(await faultsOf(remove("seq > 0"))).toHaveLength(11);
  });

  it.each([
    [12, 15],
    [12, 488],
    [50, 51],
  ])("swapping %i and %i", async (a, b) => {
    expect(await faultsOf(swap(a, b))).toEqual([
      `Entry ${b} stands where entry ${a} was sealed.`,
      `Entry ${a} stands where entry ${b} was sealed.`,
    ]);
  });

  it("deleting one and moving up all that follow", async () => {
    const shift = [
      "update ledger_entries set seq = -seq where seq > 477",
      "update ledger_entries set seq = -seq - 1 where seq < 0",
    ];
    const faults = await faultsOf(["delete from ledger_entries where seq = 477", ...shift]);
    expect(faults?.slice(0, 2)).toEqual(["Entry 478 stands where entry 477 was sealed.", "Entry 477 is missing."]);
  });

  it("putting a copy of one in another's place", async () => {
    const copy = [
      "drop index ledger_entries_id_unique",
      "delete from ledger_entries where seq = 30",
      "insert into ledger_entries (seq, id, kind, at, subject, body, salt, commitment) select 30, id, kind, at, subject, body, salt, commitment from ledger_entries where seq = 400",
    ];
    expect(await faultsOf(copy)).toEqual(["Entry 400 stands where entry 30 was sealed.", "Entry 30 is missing."]);
  });

  it("before it is sealed: altering, deleting, also the last one", async () => {
    expect(await faultsOf([set("at = at + 1", 510)])).toEqual(["Entry 510 was altered."]);
    expect(await faultsOf(["delete from ledger_entries where seq in (512, 519, 520)"])).toEqual([
      "Entry 512 is missing.",
      "Entries 519 to 520 are missing.",
    ]);
  });

  it("adding one outside the chain", async () => {
    const add = (seq: number) =>
      `insert into ledger_entries (seq, id, kind, at, commitment) values (${seq}, 'x${seq}', 'x', 0, 'x')`;
    expect(await faultsOf([add(0), add(-7)])).toEqual([
      "Entry -7 was added where none was sealed.",
      "Entry 0 was added where none was sealed.",
    ]);
  });
});

describe("erasing what is about nobody", () => {
  const empty = "update ledger_entries set subject = null, actor = null, body = null, salt = null";

  it("is refused by the database, and named where it happened all the same", async () => {
    expect(() => writeLedger(ledger).exec(`${empty} where seq = 199`)).toThrow("ledger_append_only");
    expect(await faultsOf([`${empty} where seq in (199, 200)`])).toEqual([
      "Entry 199 was erased, though its kind is about nobody.",
    ]);
  });
});

describe("a gap that the seals go around", () => {
  /** Entries 101 to 103 were deleted before they were sealed. */
  const around = async () => {
    const [before, oldest, others] = [sealed(2), entered(104), ledger.rows.slice(104, 150)];
    const rows = ledger.rows.filter(({ seq }) => seq <= 150 && (seq < 101 || seq > 103));
    return { rows, seals: [sealed(1), before, sealOf([oldest, ...others], before, before.at + 1)] };
  };

  it("is named, and so is what is put into it", async () => {
    const found = await verifyLedger(sqliteDatabase(writeLedger(await around())));
    expect(found.faults.map(sentenceOf)).toEqual(["Entries 101 to 103 are missing."]);
    const { id, kind, at, commitment } = entered(102);
    const back = `insert into ledger_entries (seq, id, kind, at, commitment) values (102, '${id}', '${kind}', ${at}, '${commitment}')`;
    const filled = await verifyLedger(sqliteDatabase(writeLedger(await around(), [back])));
    expect(filled.faults.map(sentenceOf)).toEqual([
      "Entry 101 is missing.",
      "Entry 102 was added where none was sealed.",
      "Entry 103 is missing.",
    ]);
  });
});

describe("tampering with a seal is named", () => {
  it.each([
    "at = at + 1",
    bump("root"),
    bump("previous"),
    bump("head"),
    bump("leaves"),
    "leaves = ''",
    "last_seq = 1e12",
  ])("changing %s", async (what) => {
    expect(await faultsOf([setSeal(what, 3)])).toEqual(["Seal 3 was altered."]);
    expect(await faultsOf([setSeal(what, 10)])).toContain("Seal 10 was altered.");
  });

  it("moving its range accuses no entry", async () => {
    expect(await faultsOf([setSeal("first_seq = first_seq + 1, last_seq = last_seq + 1", 3)])).toEqual([
      "Seal 3 was altered.",
    ]);
  });

  it("does not hide an entry that is altered with it", async () => {
    expect(await faultsOf([setSeal("at = at + 1", 3), rewrite(120)])).toEqual([
      "Seal 3 was altered.",
      "Entry 120 was altered.",
    ]);
  });

  it("removing one, two, the first", async () => {
    const remove = (...numbers: number[]) => [`delete from ledger_seals where number in (${numbers})`];
    expect(await faultsOf(remove(7))).toEqual(["Seal 7 is missing."]);
    expect(await faultsOf(remove(6, 7))).toEqual(["Seals 6 to 7 are missing."]);
    expect(await faultsOf(remove(1))).toEqual(["Seal 1 is missing."]);
    expect(await faultsOf([...remove(7), set("body = '{}'", 320)])).toEqual([
      "Seal 7 is missing.",
      "Entry 320 was altered.",
    ]);
  });

  it("removing the newest, while its head is known", async () => {
    const { number, head } = sealed(10);
    const remove = ["delete from ledger_seals where number = 10"];
    expect(await faultsOf(remove)).toEqual([]);
    expect(await faultsOf(remove, [{ number, head }])).toEqual([`Seal 10 with the head ${head} is missing.`]);
    expect(await faultsOf(remove, [{ head }])).toEqual([`The seal with the head ${head} is missing.`]);
    expect(await faultsOf(remove, ledger.seals)).toEqual([`Seal 10 with the head ${head} is missing.`]);
  });

  it("forging one that holds by itself, over an entry that was changed", async () => {
    const forge = (number: number, seq: number) => {
      const forged = { ...entered(seq), body: "{}" };
      const entry = { ...forged, commitment: commitmentOf(forged) };
      const rows = ledger.rows.slice((number - 1) * 50, number * 50).map((row) => (row.seq === seq ? entry : row));
      const [oldest, ...others] = rows;
      const seal = sealOf(
        [oldest ?? entry, ...others],
        { ...sealed(number), number: number - 1, head: sealed(number).previous },
        0,
      );
      return [
        set(`body = '{}', commitment = '${entry.commitment}'`, seq),
        setSeal(`at = 0, root = '${seal.root}', leaves = '${seal.leaves}', head = '${seal.head}'`, number),
      ];
    };
    expect(await faultsOf(forge(4, 160))).toEqual(["Seal 4 was altered."]);
    expect(await faultsOf(forge(10, 460))).toEqual([]);
    expect(await faultsOf(forge(10, 460), ledger.seals)).toEqual([
      `Seal 10 with the head ${sealed(10).head} is missing.`,
    ]);
  });

  it("beginning the chain anew", async () => {
    const first = { ...sealed(1), previous: "1".repeat(64) };
    const restart = setSeal(`previous = '${first.previous}', head = '${headOf(first)}'`, 1);
    expect(await faultsOf([restart])).toContain("Seal 1 was altered.");
  });
});

describe("npm run ledger:verify", () => {
  const ask = async (...args: string[]) => {
    const said: string[] = [];
    const refused: string[] = [];
    const code = await run(args, { log: (line) => said.push(line), error: (line) => refused.push(line) });
    return { said: said.map((line) => line.replace(/; [\d.]+ s$/, "; T s")), refused, code };
  };
  const inFile = (name: string, tampering: string[] = []) => {
    const file = join(folder, name);
    writeLedger(ledger, tampering, file).close();
    return file;
  };

  it("verifies a file and ends with 0", async () => {
    expect(await ask("--file", inFile("whole.sqlite"), "--head", sealed(10).head)).toEqual({
      said: ["500 entries in 10 seals verify; 20 unsealed; T s"],
      refused: [],
      code: 0,
    });
  });

  it("names each fault and ends with 1", async () => {
    const kept = join(folder, "seals.json");
    const shown = ledger.seals.map(({ firstSeq: firstEntry, lastSeq: lastEntry, at, leaves: _, ...seal }) => ({
      ...seal,
      firstEntry,
      lastEntry,
      at: new Date(at).toISOString(),
    }));
    writeFileSync(kept, JSON.stringify({ seals: shown, next: null }));
    const file = inFile("broken.sqlite", [set("at = 0", 412), "delete from ledger_seals where number = 10"]);
    expect(await ask("--file", file, "--seals", kept)).toEqual({
      said: [
        `Seal 10 with the head ${sealed(10).head} is missing.`,
        "Entry 412 was altered.",
        "2 faults in 450 entries, up to seal 9; 70 unsealed; T s",
      ],
      refused: [],
      code: 1,
    });
  });

  it("ends with 2 and a sentence when it cannot verify", async () => {
    const empty = join(folder, "empty.sql");
    writeFileSync(empty, "create table t (x);");
    for (const [sentence, ...args] of [
      ["A head is 64", "--head", "xyz"],
      ["There is no file", "--file", "there-is-none.sql"],
      ["holds no sealed ledger", "--file", empty],
      ["holds no seals", "--file", inFile("other.sqlite"), "--seals", empty],
      ["Usage", "--what"],
      ["Choose", "--remote", "--file", empty],
    ]) {
      expect(await ask(...args)).toEqual({ said: [], refused: [expect.stringContaining(sentence ?? "")], code: 2 });
    }
  });

  it("is a command", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      "scripts/ledger.ts",
      "--file",
      inFile("ok.sqlite"),
    ]);
    expect(stdout).toMatch(/^500 entries in 10 seals verify; 20 unsealed; [\d.]+ s\n$/);
  });

  it("reads what wrangler d1 export writes, and lets it touch no other file", async () => {
    const file = join(folder, "dump.sql");
    writeFileSync(file, dumpOf(writeLedger(ledger)));
    expect(await verifyLedger(sqliteDatabase(openFile(file)))).toMatchObject({ entries: 500, waiting: 20, faults: [] });
    const elsewhere = join(folder, "elsewhere.sqlite");
    writeFileSync(file, `attach '${elsewhere}' as e; create table e.t (x);`);
    expect(() => openFile(file)).toThrow(/not authorized|authorization denied/);
    writeFileSync(file, `vacuum into '${elsewhere}';`);
    expect(() => openFile(file)).toThrow(/not authorized|authorization denied/);
  });
});

/** A dump in the order in which D1 writes one: tables with their rows, then indexes and triggers; it takes no virtual table. */
function dumpOf(sqlite: DatabaseSync): string {
  const ofSearch = "select name from sqlite_master where type = 'trigger' and name glob '*_search_*'";
  for (const { name } of sqlite.prepare(ofSearch).all()) sqlite.exec(`drop trigger ${name}`);
  sqlite.exec("drop table subscriber_search; drop table contact_search");
  const schema = sqlite.prepare("select type, name, sql from sqlite_master where sql is not null").all() as {
    type: string;
    name: string;
    sql: string;
  }[];
  const isOwn = ({ name }: { name: string }) => !name.startsWith("sqlite_");
  const tables = schema.filter(({ type }) => type === "table").filter(isOwn);
  const rest = schema.filter(({ type }) => type !== "table");
  const inserts = ({ name }: { name: string }) => {
    const columns = sqlite
      .prepare(`pragma table_info(${name})`)
      .all()
      .map((column) => `quote("${column["name"]}")`);
    const rows = sqlite.prepare(`select ${columns.join(" || ',' || ")} as line from ${name}`).all();
    return rows.map(({ line }) => `INSERT INTO "${name}" VALUES(${line})`);
  };
  const lines = [
    "PRAGMA defer_foreign_keys=TRUE",
    ...tables.flatMap((table) => [table.sql, ...inserts(table)]),
    "DELETE FROM sqlite_sequence",
    ...inserts({ name: "sqlite_sequence" }),
    ...rest.map(({ sql }) => sql),
  ];
  return `${lines.join(";\n")};\n`;
}
