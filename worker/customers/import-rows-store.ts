import { type SQL, sql } from "drizzle-orm";
import { compile, type Database, type Statement } from "../platform/db.ts";
import { inLots } from "../platform/lots.ts";
import { type Import, type ImportFault, isAt } from "./import-store.ts";
import {
  customerImportFaults,
  customerImportNumbers,
  customerImports,
  customerSeries,
  customers,
  retiredNumbers,
} from "./tables.ts";

/** What is known of a number that stands in a file. */
export interface KnownNumber {
  number: string;
  isClosed: boolean;
  isRetired: boolean;
  /** Whether a row before has it, too. */
  isMet: boolean;
  /** Whether it is of our own series and was not given out. */
  isLoose: boolean;
}

/** What is known of numbers, of which there may be thousands; those that may be stored are left out. */
export async function doubtfulNumbers(
  db: Database,
  { id, prefix, numbers }: { id: string; prefix: string; numbers: readonly string[] },
): Promise<KnownNumber[]> {
  const rows = await db.all<Record<Exclude<keyof KnownNumber, "number">, number> & { number: string }>(sql`
    select j.value as number, c.closed_at is not null as "isClosed", r.number is not null as "isRetired",
      m.number is not null as "isMet",
      c.number is null and r.number is null and j.value glob ${`${prefix}[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*`}
        and substr(j.value, ${prefix.length + 1}) not glob '*[^0-9]*'
        and cast(substr(j.value, ${prefix.length + 1}, length(j.value) - ${prefix.length + 1}) as integer)
          not between 1 and coalesce((select last from ${customerSeries} where prefix = ${prefix}), 0) as "isLoose"
    from json_each(${JSON.stringify(numbers)}) j
    left join ${customers} c on c.number = j.value
    left join ${retiredNumbers} r on r.number = j.value
    left join ${customerImportNumbers} m on m.import_id = ${id} and m.number = j.value
    where c.number is null or c.closed_at is not null or m.number is not null`);
  return rows
    .map(({ number, isClosed, isRetired, isMet, isLoose }) => ({
      number,
      isClosed: isClosed === 1,
      isRetired: isRetired === 1,
      isMet: isMet === 1,
      isLoose: isLoose === 1,
    }))
    .filter(({ isClosed, isRetired, isMet, isLoose }) => isClosed || isRetired || isMet || isLoose);
}

/** A customer as a statement takes it: columns by their names. Kind and language are null when the file does not say. */
export interface CustomerCells {
  number: string;
  kind: string | null;
  name: string;
  organisation: string | null;
  email: string;
  lang: string | null;
  phone: string | null;
  address: string | null;
  billing_address: string | null;
  payment_reference: string | null;
  ip: string | null;
}
export type CustomerColumn = Exclude<keyof CustomerCells, "number">;

const COLUMNS: readonly CustomerColumn[] = [
  "kind",
  "name",
  "organisation",
  "email",
  "lang",
  "phone",
  "address",
  "billing_address",
  "payment_reference",
  "ip",
];

/** What a step of an import does. */
export interface Step {
  good: readonly CustomerCells[];
  bad: readonly Pick<ImportFault, "row" | "cells" | "errors">[];
  /** Columns that a row changes of a customer who is there; none when those are skipped. */
  updates: readonly CustomerColumn[];
  /** What a new customer is when the file does not say. */
  defaults: { kind: string; lang: string };
  source: string;
  now: number;
  next: { offset: number; row: number };
}

/** Rows in one statement: their JSON stays far below what D1 takes as one text (2 MB). */
const ROWS = 500;
/** Characters of refused rows in one statement; one row has at most what a record may have. */
const CHARACTERS = 500_000;

/**
 * A step of an import, which counts what it does. All its statements hold only while the import runs and stands where
 * the step began: of two workers the second changes nothing, and the last statement's count of rows says so.
 */
export function stepImport(found: Import, { good, bad, updates, defaults, source, now, next }: Step): Statement[] {
  const { id, offset } = found;
  const isHere = isAt(sql`${id}`, sql`'running'`, sql`${offset}`);
  const at = sql`where id = ${id} and state = 'running' and "offset" = ${offset}`;
  const counted = (column: "added" | "changed") => {
    const name = sql.identifier(column);
    return sql`update ${customerImports} set ${name} = ${name} + changes(), unchanged = unchanged - changes() ${at}`;
  };
  const statements = inLots(good, (lot) => lot.length >= ROWS).flatMap((lot) => {
    const rows = JSON.stringify(lot);
    return [
      insertCustomers(rows, { defaults, source, now, isHere }),
      counted("added"),
      ...(updates.length > 0 ? [updateCustomers(rows, { updates, now, isHere }), counted("changed")] : []),
      sql`insert or ignore into ${customerImportNumbers} (import_id, number)
        select ${id}, value ->> 'number' from json_each(${rows}) where ${isHere}`,
    ];
  });
  const refused = inLots(
    bad.map((one) => JSON.stringify(one)),
    (lot, row) => lot.reduce((sum, { length }) => sum + length, row.length) > CHARACTERS,
  ).map(
    (lot) => sql`insert into ${customerImportFaults} (import_id, row, cells, errors)
      select ${id}, value ->> 'row', value ->> 'cells', value ->> 'errors' from json_each(${`[${lot.join(",")}]`})
      where ${isHere}`,
  );
  const moved = sql`update ${customerImports} set "offset" = ${next.offset}, row = ${next.row},
    tries = 0, unchanged = unchanged + ${good.length}, refused = refused + ${bad.length} ${at}`;
  return [...statements, ...refused, moved].map((statement) => compile(statement)({}));
}

/** Adds those whose number nobody has. */
function insertCustomers(
  rows: string,
  { defaults, source, now, isHere }: Pick<Step, "defaults" | "source" | "now"> & { isHere: SQL },
): SQL {
  const names = COLUMNS.map((column) => sql.identifier(column));
  const cells = COLUMNS.map((column) =>
    column === "kind" || column === "lang"
      ? sql`coalesce(${sql.raw(`value ->> '${column}'`)}, ${defaults[column]})`
      : sql.raw(`value ->> '${column}'`),
  );
  const comma = sql`, `;
  return sql`insert into ${customers} (number, ${sql.join(names, comma)}, source, registered_at, changed_at)
    select value ->> 'number', ${sql.join(cells, comma)}, ${source}, ${now}, ${now} from json_each(${rows})
    where ${isHere} and not exists (select 1 from ${customers} c where c.number = value ->> 'number')`;
}

/** What stays as it was when a row does not say it, as with PUT; all else is emptied by an empty cell. */
const KEPT: readonly CustomerColumn[] = ["kind", "lang", "ip"];

/** Changes those who are there, are not closed, and differ. */
function updateCustomers(
  rows: string,
  { updates, now, isHere }: { updates: readonly CustomerColumn[]; now: number; isHere: SQL },
): SQL {
  const next = (column: CustomerColumn) =>
    KEPT.includes(column) ? `coalesce(r.cells ->> '${column}', customers."${column}")` : `r.cells ->> '${column}'`;
  const sets = updates.map((column) => sql.raw(`"${column}" = ${next(column)}`));
  const differs = updates.map((column) => sql.raw(`customers."${column}" is not ${next(column)}`));
  return sql`update ${customers} set ${sql.join(sets, sql`, `)}, changed_at = max(${now}, changed_at + 1)
    from (select value as cells, value ->> 'number' as number from json_each(${rows})) r
    where customers.number = r.number and customers.closed_at is null and (${sql.join(differs, sql` or `)}) and ${isHere}`;
}
