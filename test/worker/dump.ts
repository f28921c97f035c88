/** What the tests of backups and of link scanners share: all that the database and KV hold, and a database put back as it was. */
import { env } from "cloudflare:workers";
import type { TestHouse } from "./house.ts";

type Row = Record<string, string | number | null>;

/** Every table, with all its rows. */
export type Dump = Readonly<Record<string, readonly Row[]>>;

interface Made {
  name: string;
  sql: string;
}

const made = (house: TestHouse, type: "table" | "trigger") =>
  house.rows<Made>(
    `select name, sql from sqlite_master where type = ? and name not like 'sqlite\\_%' escape '\\'
      and name not like '\\_cf%' escape '\\' and name not like 'd1\\_%' escape '\\' order by name`,
    type,
  );

/** The indexes of the searches, which are made of other tables. */
const isIndex = ({ name }: Made) => name.startsWith("subscriber_search") || name.startsWith("contact_search");

/** All that the database holds but what is made of that. */
export async function dumpOf(house: TestHouse): Promise<Dump> {
  const tables = (await made(house, "table")).filter((table) => !isIndex(table));
  const pairs = tables.map(async ({ name }) => [name, await house.rows<Row>(`select * from ${name} order by rowid`)]);
  return Object.fromEntries(await Promise.all(pairs));
}

/** All that KV holds. */
export async function kvDumpOf(house: TestHouse): Promise<Record<string, string | null>> {
  const { keys } = await house.bindings.KV.list();
  const pairs = keys.map(async ({ name }) => [name, await house.bindings.KV.get(name)] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

/** Puts the database back as it was when it was dumped, as importing a backup does: no trigger sees it. */
export async function restore(house: TestHouse, dump: Dump): Promise<void> {
  const triggers = await made(house, "trigger");
  const statements = [
    "pragma defer_foreign_keys = on",
    ...triggers.map(({ name }) => `drop trigger ${name}`),
    ...Object.keys(dump).map((table) => `delete from ${table}`),
  ].map((sql) => env.DB.prepare(sql));
  for (const [table, rows] of Object.entries(dump)) {
    for (const row of rows) {
      const columns = Object.keys(row);
      const marks = columns.map(() => "?").join(", ");
      const insert = env.DB.prepare(`insert into ${table} (${columns.join(", ")}) values (${marks})`);
      statements.push(insert.bind(...Object.values(row)));
    }
  }
  await env.DB.batch([
    ...statements,
    env.DB.prepare("insert into subscriber_search (subscriber_search) values ('rebuild')"),
    env.DB.prepare("insert into contact_search (contact_search) values ('delete-all')"),
    ...triggers.map(({ sql }) => env.DB.prepare(sql)),
  ]);
}
