import { describe, expect, it } from "vitest";
import { INVENTORY } from "../../worker/admin/inventory-words.ts";
import { inventory } from "../../worker/inventory.ts";
import type { InventorySnapshot } from "../../worker/platform/inventory.ts";
import { compareInventories, isSignificant, snapshotOf } from "../../worker/policy/inventory-change.ts";
import { policyTables } from "../../worker/policy/personal-data.ts";

const BEFORE: InventorySnapshot = {
  purposes: ["contact", "newsletter"],
  recipients: ["hosting-provider"],
  retention: {
    messages: { days: 730, event: "the end of handling" },
    subscribers: { days: null, event: "leaving" },
  },
};
const withRetention = (more: InventorySnapshot["retention"]): InventorySnapshot => ({
  ...BEFORE,
  retention: { ...BEFORE.retention, ...more },
});

describe("the snapshot of the inventory", () => {
  it("has what is about people, and nothing of tables about nobody but their columns that are", () => {
    const { retention, recipients } = snapshotOf(policyTables, []);
    expect(Object.keys(retention)).toContain("notice_mails");
    expect(Object.keys(retention)).toContain("policy_drafts.createdBy");
    expect(Object.keys(retention)).not.toContain("policy_versions");
    expect(Object.keys(retention)).not.toContain("policy_drafts");
    expect(recipients).toEqual(["hosting-provider"]);
  });

  it("is small enough to stand with every version", () => {
    expect(JSON.stringify(inventory).length).toBeLessThan(10_000);
  });

  it.each(["nl", "en"] as const)("has words for every store that it names, in %s", (lang) => {
    expect(Object.keys(inventory.retention).filter((name) => !INVENTORY[lang].stores[name])).toEqual([]);
  });

  it("has Dutch words for every event that it counts from", () => {
    const events = new Set(Object.values(inventory.retention).map(({ event }) => event));
    expect([...events].filter((event) => !INVENTORY.nl.events[event])).toEqual([]);
  });
});

describe("a change of the inventory", () => {
  it("is none when nothing changed, or when nothing is known of before", () => {
    expect(compareInventories(BEFORE, structuredClone(BEFORE))).toEqual([]);
    expect(compareInventories(null, BEFORE)).toEqual([]);
  });

  it.each<[string, InventorySnapshot, object, boolean]>([
    [
      "a gained purpose",
      { ...BEFORE, purposes: ["billing", ...BEFORE.purposes] },
      { kind: "purpose-added", name: "billing" },
      true,
    ],
    ["a purpose gone", { ...BEFORE, purposes: ["contact"] }, { kind: "purpose-removed", name: "newsletter" }, false],
    [
      "a gained recipient",
      { ...BEFORE, recipients: [...BEFORE.recipients, "mail-provider"] },
      { kind: "recipient-added", name: "mail-provider" },
      true,
    ],
    ["a recipient gone", { ...BEFORE, recipients: [] }, { kind: "recipient-removed", name: "hosting-provider" }, false],
    [
      "a new store",
      withRetention({ orders: { days: 1, event: "the order" } }),
      { kind: "store-added", name: "orders", kept: { days: 1, event: "the order" } },
      true,
    ],
    [
      "a longer retention",
      withRetention({ messages: { days: 731, event: "the end of handling" } }),
      expect.objectContaining({ kind: "retention-longer", name: "messages" }),
      true,
    ],
    [
      "a shorter retention",
      withRetention({ messages: { days: 729, event: "the end of handling" } }),
      expect.objectContaining({ kind: "retention-shorter", name: "messages" }),
      false,
    ],
    [
      "days that begin at another event, which may be longer",
      withRetention({ messages: { days: 30, event: "the end of the contract" } }),
      expect.objectContaining({ kind: "retention-other", name: "messages" }),
      true,
    ],
    [
      "an end that was a number of days",
      withRetention({ messages: { days: null, event: "the end of handling" } }),
      expect.objectContaining({ kind: "retention-other" }),
      true,
    ],
  ])("%s", (_, after, change, significant) => {
    const changes = compareInventories(BEFORE, after);
    expect(changes).toEqual([change]);
    expect(changes.some(isSignificant)).toBe(significant);
  });

  it("a store that is gone is said, and is not significant", () => {
    const { messages: _, ...retention } = BEFORE.retention;
    const changes = compareInventories(BEFORE, { ...BEFORE, retention });
    expect(changes).toEqual([{ kind: "store-removed", name: "messages", kept: BEFORE.retention["messages"] }]);
    expect(changes.some(isSignificant)).toBe(false);
  });
});
