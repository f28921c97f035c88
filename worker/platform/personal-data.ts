import { type ColumnFacts, describeTable, type StoreInventory, type TableInventory } from "./inventory.ts";
import type { Job } from "./jobs.ts";
import { apiKeys, spentChallenges, tokens } from "./tables.ts";

const technical: ColumnFacts = {
  category: "technical",
  source: "system",
  access: "omit",
  rectify: "never",
  erase: "delete-row",
};

export const platformTables: readonly TableInventory[] = [
  describeTable(
    tokens,
    {
      about: "What the links in our mails may do, as hashes",
      subject: "recipient",
      purposes: ["security", "operation"],
      ground: "legitimate-interest",
      recipients: ["hosting-provider"],
      retention: { days: 30, from: "expiry of the link" },
    },
    {
      id: technical,
      purpose: technical,
      hash: technical,
      subject: technical,
      expiresAt: technical,
      usedAt: technical,
    },
  ),
  describeTable(
    spentChallenges,
    {
      about: "Proofs of work that were handed in",
      subject: "nobody",
      purposes: ["security"],
      ground: "none",
      recipients: ["hosting-provider"],
      retention: { until: "expiry of the challenge" },
    },
    { hash: { ...technical, erase: "keep" }, expiresAt: { ...technical, erase: "keep" } },
  ),
  describeTable(
    apiKeys,
    {
      about: "Keys by which programs call the API, as hashes",
      subject: "nobody",
      purposes: ["security"],
      ground: "none",
      recipients: ["hosting-provider"],
      retention: { until: "the key is removed" },
    },
    {
      id: { ...technical, erase: "keep" },
      name: { ...technical, source: "staff", erase: "keep" },
      hash: { ...technical, erase: "keep" },
      scopes: { ...technical, source: "staff", erase: "keep" },
      createdAt: { ...technical, erase: "keep" },
      revokedAt: { ...technical, source: "staff", erase: "keep" },
    },
  ),
];

/** Every kind of queue message; a new kind that is not described here does not compile. */
export const queueMessages: Readonly<Record<Job["kind"], StoreInventory>> = {
  mail: {
    store: "queue",
    name: "mail",
    about: "Wakes the sender: the id of an outbox row",
    subject: "recipient",
    purposes: ["operation"],
    ground: "legitimate-interest",
    recipients: ["hosting-provider"],
    retention: { days: 4, from: "the wake-up" },
    holds: ["technical"],
    erase: "expires",
  },
};
