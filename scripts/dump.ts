/** Exports of D1, which writes each table with its rows before the tables that those rows refer to. */
import { closeSync, createReadStream, createWriteStream, openSync, readSync } from "node:fs";
import { pipeline } from "node:stream/promises";

/** A part of the file, in bytes: from `start` to before `end`. */
interface Span {
  start: number;
  end: number;
}

/** A statement that makes something, and the rows that stand behind it. */
interface Statement {
  text: string;
  made: Span;
  rows: Span;
}

/** What a statement may begin with. Text in a row has no line breaks of its own there: they are written as `\n`. */
const BEGINNINGS = ["\nCREATE ", "\nDELETE FROM sqlite_sequence"];
const ROW = "\nINSERT INTO ";
/** More than any of our tables takes to be made. */
const HEAD_BYTES = 32_768;

/**
 * Writes the export in `from` to `to` in an order that loads where foreign keys are kept: tables, what makes their keys unique, rows
 * behind those they refer to, and all else as it stood. Refuses tables that refer to each other in a ring. It keeps no more of the
 * file in memory than a piece.
 */
export async function sortExport(from: string, to: string): Promise<void> {
  const starts = await findAll(from, BEGINNINGS);
  const statements = starts.map((start, index) =>
    read(from, { start, end: starts[index + 1] ?? Number.POSITIVE_INFINITY }),
  );
  const tables = statements.filter(({ text }) => text.startsWith("CREATE TABLE"));
  const keys = statements.filter(({ text }) => text.startsWith("CREATE UNIQUE INDEX"));
  const others = statements.filter((one) => !tables.includes(one) && !keys.includes(one));
  const order = [
    { start: 0, end: starts[0] ?? Number.POSITIVE_INFINITY },
    ...[...tables, ...keys].map(({ made }) => made),
    ...parentsFirst(tables).map(({ rows }) => rows),
    ...others.flatMap(({ made, rows }) => [made, rows]),
  ];
  await pipeline(async function* () {
    for (const { start, end } of order) if (start < end) yield* createReadStream(from, { start, end: end - 1 });
  }, createWriteStream(to));
}

function parentsFirst(tables: readonly Statement[]): Statement[] {
  const nameOf = ({ text }: Statement) => /^CREATE TABLE (?:IF NOT EXISTS )?["`]?(\w+)/.exec(text)?.[1] ?? "";
  const waiting = new Map(tables.map((table) => [nameOf(table), table]));
  const sorted: Statement[] = [];
  while (waiting.size > 0) {
    const free = [...waiting].filter(([name, { text }]) =>
      [...text.matchAll(/REFERENCES ["`]?(\w+)/g)].every(([, parent = ""]) => parent === name || !waiting.has(parent)),
    );
    if (free.length === 0)
      throw new Error(`These tables refer to each other in a ring: ${[...waiting.keys()].join(", ")}`);
    for (const [name, table] of free) {
      sorted.push(table);
      waiting.delete(name);
    }
  }
  return sorted;
}

/** Where in the file one of `needles` stands, in order. */
async function findAll(file: string, needles: readonly string[]): Promise<number[]> {
  const longest = Math.max(...needles.map((needle) => needle.length));
  const found = new Set<number>();
  let before = Buffer.alloc(0);
  let offset = 0;
  for await (const piece of createReadStream(file)) {
    const text = Buffer.concat([before, piece]);
    for (const needle of needles)
      for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) found.add(offset + at);
    before = text.subarray(Math.max(0, text.length - longest + 1));
    offset += text.length - before.length;
  }
  return [...found].sort((a, b) => a - b);
}

function read(file: string, { start, end }: Span): Statement {
  const handle = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(Math.min(end - start, HEAD_BYTES));
    const head = bytes.subarray(0, readSync(handle, bytes, { position: start }));
    const length = head.indexOf(ROW);
    const rowsAt = length < 0 ? end : start + length;
    const text = head.toString("utf8", 0, length < 0 ? head.length : length).trimStart();
    return { text, made: { start, end: rowsAt }, rows: { start: rowsAt, end } };
  } finally {
    closeSync(handle);
  }
}
