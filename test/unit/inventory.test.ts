import { getTableColumns, getTableName, is, Table } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import * as contact from "../../worker/contact/tables.ts";
import * as customers from "../../worker/customers/tables.ts";
import { inventoryTables } from "../../worker/inventory.ts";
import * as ledger from "../../worker/ledger/tables.ts";
import * as mail from "../../worker/mail/tables.ts";
import * as listImport from "../../worker/newsletter/list-import-tables.ts";
import * as newsletter from "../../worker/newsletter/tables.ts";
import { fileFamilies, kvFamilies, queueMessages } from "../../worker/platform/personal-data.ts";
import * as platform from "../../worker/platform/tables.ts";
import * as policy from "../../worker/policy/tables.ts";
import * as staff from "../../worker/staff/tables.ts";

const tables = [platform, ledger, mail, customers, policy, newsletter, listImport, contact, staff].flatMap((room) =>
  Object.values(room as Record<string, unknown>).filter((value) => is(value, Table)),
);

describe("Invariant 7: every stored column, KV key and queue message is declared in the inventory", () => {
  it("describes every table, once", () => {
    expect(inventoryTables.map(({ table }) => getTableName(table)).sort()).toEqual(
      tables.map((table) => getTableName(table)).sort(),
    );
  });

  it.each(inventoryTables.map((entry) => [getTableName(entry.table), entry] as const))(
    "describes every column of %s",
    (_, entry) => {
      expect(Object.keys(entry.columns).sort()).toEqual(Object.keys(getTableColumns(entry.table)).sort());
    },
  );

  it("describes KV, R2 and the queue", () => {
    expect(Object.keys(kvFamilies)).toEqual(["mailbox", "suppression", "suppression-scan", "ledger-head"]);
    expect(Object.keys(fileFamilies)).toEqual(["files", "originals"]);
    expect(Object.keys(queueMessages)).toEqual([
      "mail",
      "bulk-mail",
      "notice",
      "import",
      "list-import",
      "list-action",
      "campaign",
    ]);
  });

  it("keeps no IP address but that of a registration or order, which the policy names", () => {
    const names = tables.flatMap((table) =>
      Object.keys(getTableColumns(table)).map((column) => `${getTableName(table)}.${column}`),
    );
    expect(names.filter((name) => /[._]ip($|_)|ipAddress/i.test(name))).toEqual(["customers.ip", "registrations.ip"]);
  });
});
