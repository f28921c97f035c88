import { getTableName } from "drizzle-orm";
import type {
  InventorySnapshot,
  Purpose,
  Recipient,
  Retention,
  StoreInventory,
  TableFacts,
  TableInventory,
} from "../platform/inventory.ts";

/** How long something is kept: days from an event, or until one. */
export type Kept = InventorySnapshot["retention"][string];

/** What one inventory says and the other does not. Stores are named as in the snapshot. */
export type InventoryChange =
  | { kind: "purpose-added" | "purpose-removed"; name: Purpose }
  | { kind: "recipient-added" | "recipient-removed"; name: Recipient }
  | { kind: "store-added" | "store-removed"; name: string; kept: Kept }
  | { kind: "retention-longer" | "retention-shorter" | "retention-other"; name: string; from: Kept; to: Kept };

/**
 * What has to be told to everybody. How long a retention is that ends with another event than before, nobody can say:
 * it counts as longer.
 */
const SIGNIFICANT: ReadonlySet<InventoryChange["kind"]> = new Set([
  "purpose-added",
  "recipient-added",
  "store-added",
  "retention-longer",
  "retention-other",
]);

/** Whether a change of the inventory is one that a minor version may not bring. */
export const isSignificant = ({ kind }: InventoryChange): boolean => SIGNIFICANT.has(kind);

interface Part {
  name: string;
  facts: Omit<TableFacts, "about">;
  /** Whether how long it is kept stands by itself. */
  isStore: boolean;
}

/** What the inventory says today about people; what is about nobody is left out. */
export function snapshotOf(tables: readonly TableInventory[], others: readonly StoreInventory[]): InventorySnapshot {
  const parts = [
    ...tables.flatMap(partsOf),
    ...others.map((facts) => ({ name: `${facts.store}:${facts.name}`, facts, isStore: true })),
  ].filter(({ facts }) => facts.subject !== "nobody");
  const stores = parts.filter(({ isStore }) => isStore);
  return {
    purposes: [...new Set(parts.flatMap(({ facts }) => facts.purposes))].sort(),
    recipients: [...new Set(parts.flatMap(({ facts }) => facts.recipients))].sort(),
    retention: Object.fromEntries(stores.map(({ name, facts }) => [name, keptBy(facts.retention)])),
  };
}

/** A table and its columns. A column is a store by itself when it is kept otherwise, or is about people in a table that is not. */
function partsOf({ table, facts, columns }: TableInventory): Part[] {
  const name = getTableName(table);
  const parts = Object.entries(columns).map(([column, own]): Part => {
    const isStore = own.retention !== undefined || facts.subject === "nobody";
    return { name: `${name}.${column}`, facts: { ...facts, ...own }, isStore };
  });
  return [{ name, facts, isStore: true }, ...parts];
}

const keptBy = (retention: Retention): Kept =>
  "days" in retention ? { days: retention.days, event: retention.from } : { days: null, event: retention.until };

/** What changed from one inventory to the next. Nothing is known of what was before a version that was loaded as history. */
export function compareInventories(before: InventorySnapshot | null, after: InventorySnapshot): InventoryChange[] {
  if (!before) return [];
  const added = <T>(from: readonly T[], to: readonly T[]) => to.filter((name) => !from.includes(name));
  return [
    ...added(before.purposes, after.purposes).map((name) => ({ kind: "purpose-added", name }) as const),
    ...added(after.purposes, before.purposes).map((name) => ({ kind: "purpose-removed", name }) as const),
    ...added(before.recipients, after.recipients).map((name) => ({ kind: "recipient-added", name }) as const),
    ...added(after.recipients, before.recipients).map((name) => ({ kind: "recipient-removed", name }) as const),
    ...Object.entries(after.retention).flatMap(([name, to]) => changeOfStore(name, before.retention[name], to)),
    ...Object.entries(before.retention)
      .filter(([name]) => !Object.hasOwn(after.retention, name))
      .map(([name, kept]) => ({ kind: "store-removed", name, kept }) as const),
  ];
}

function changeOfStore(name: string, from: Kept | undefined, to: Kept): InventoryChange[] {
  if (!from) return [{ kind: "store-added", name, kept: to }];
  if (from.days === to.days && from.event === to.event) return [];
  const isOther = from.event !== to.event || from.days === null || to.days === null;
  if (isOther) return [{ kind: "retention-other", name, from, to }];
  return [{ kind: Number(to.days) > Number(from.days) ? "retention-longer" : "retention-shorter", name, from, to }];
}
