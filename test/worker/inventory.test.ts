import { getTableName } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { contactIndexes } from "../../worker/contact/personal-data.ts";
import { inventoryTables } from "../../worker/inventory.ts";
import { newsletterIndexes } from "../../worker/newsletter/personal-data.ts";
import { createHouse } from "./house.ts";

const house = createHouse();
describe("Invariant 7: every stored column is declared in the inventory", () => {
  it("the migrated database has the inventoryTables tables and columns, no more and no fewer", async () => {
    const found = await house.rows<{ table: string; column: string }>(
      `select m.name as "table", c.name as "column" from sqlite_master m join pragma_table_info(m.name) c
       where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like '_cf_%' and m.name <> 'd1_migrations'`,
    );
    const declared = inventoryTables.flatMap(({ table, columns }) =>
      Object.keys(columns).map(
        (key) => `${getTableName(table)}.${(table as unknown as Record<string, { name: string }>)[key]?.name}`,
      ),
    );
    // A search index has tables of its own, which hold no more than the column it is of.
    const indexes = [...newsletterIndexes, ...contactIndexes];
    const isIndex = (table: string) => indexes.some(({ name }) => table === name || table.startsWith(`${name}_`));
    expect(indexes.filter(({ of }) => !declared.includes(of))).toEqual([]);
    expect(
      found
        .filter(({ table }) => !isIndex(table))
        .map(({ table, column }) => `${table}.${column}`)
        .sort(),
    ).toEqual(declared.sort());
  });
});
