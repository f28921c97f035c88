import { contactTables } from "./contact/personal-data.ts";
import { customersTables } from "./customers/personal-data.ts";
import { ledgerTables } from "./ledger/personal-data.ts";
import { mailTables } from "./mail/personal-data.ts";
import { newsletterTables } from "./newsletter/personal-data.ts";
import type { InventorySnapshot, StoreInventory, TableInventory } from "./platform/inventory.ts";
import { fileFamilies, kvFamilies, platformTables, queueMessages } from "./platform/personal-data.ts";
import { snapshotOf } from "./policy/inventory-change.ts";
import { policyTables } from "./policy/personal-data.ts";
import { staffTables } from "./staff/personal-data.ts";

/** Every table that the rooms describe: the one list of what is stored (DESIGN.md 8). */
export const inventoryTables: readonly TableInventory[] = [
  ...platformTables,
  ...ledgerTables,
  ...mailTables,
  ...customersTables,
  ...policyTables,
  ...newsletterTables,
  ...contactTables,
  ...staffTables,
];

/** What the inventory says today, as a published version keeps it. */
export const inventory: InventorySnapshot = snapshotOf(
  inventoryTables,
  [kvFamilies, queueMessages, fileFamilies].flatMap((families): StoreInventory[] => Object.values(families)),
);
