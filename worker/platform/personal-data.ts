import type { FileFamily } from "./files.ts";
import { type ColumnFacts, describeTable, type StoreInventory, type TableInventory } from "./inventory.ts";
import type { Job } from "./jobs.ts";
import type { KvFamily } from "./kv.ts";
import { apiKeys, cronTasks, spentChallenges, tokens } from "./tables.ts";

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
      createdBy: { ...technical, subject: "staff", source: "staff", erase: "keep" },
      usedAt: { ...technical, erase: "keep" },
      revokedAt: { ...technical, source: "staff", erase: "keep" },
    },
  ),
  describeTable(
    cronTasks,
    {
      about: "When each task of cron last ran, and how that went",
      subject: "nobody",
      purposes: ["operation"],
      ground: "none",
      recipients: ["hosting-provider"],
      retention: { until: "the task's next run" },
    },
    {
      name: { ...technical, erase: "keep" },
      ranAt: { ...technical, erase: "keep" },
      succeededAt: { ...technical, erase: "keep" },
      error: { ...technical, erase: "keep" },
    },
  ),
];

const wakeUp: Omit<StoreInventory, "name" | "about"> = {
  store: "queue",
  subject: "nobody",
  purposes: ["operation"],
  ground: "none",
  recipients: ["hosting-provider"],
  retention: { days: 4, from: "the wake-up" },
  holds: ["technical"],
  erase: "expires",
};

const mailWakeUp: Omit<StoreInventory, "name"> = {
  ...wakeUp,
  about: "Wakes the sender: the id of an outbox row",
  subject: "recipient",
  ground: "legitimate-interest",
};

/** Every kind of queue message; a new kind that is not described here does not compile. */
export const queueMessages: Readonly<Record<Job["kind"], StoreInventory>> = {
  mail: { ...mailWakeUp, name: "mail" },
  "bulk-mail": { ...mailWakeUp, name: "bulk-mail" },
  notice: {
    ...wakeUp,
    name: "notice",
    about: "Wakes the telling of customers: the date of a policy version",
  },
  import: { ...wakeUp, name: "import", about: "Wakes an import of customers: its id" },
  "list-import": { ...wakeUp, name: "list-import", about: "Wakes an import of subscribers: its id" },
  "list-action": { ...wakeUp, name: "list-action", about: "Wakes an action on many subscribers: its id" },
  campaign: { ...wakeUp, name: "campaign", about: "Wakes the sending of a newsletter: its id" },
};

const correspondence: Pick<
  StoreInventory,
  "store" | "subject" | "purposes" | "ground" | "recipients" | "holds" | "erase"
> = {
  store: "r2",
  subject: "correspondent",
  purposes: ["contact", "contact-archive"],
  ground: "legitimate-interest",
  recipients: ["hosting-provider"],
  holds: ["content", "contact", "identity"],
  erase: "delete",
};

/** Every family of R2 objects; a new family that is not described here does not compile. */
export const fileFamilies: Readonly<Record<FileFamily, StoreInventory>> = {
  files: {
    ...correspondence,
    name: "files",
    about: "Files that came with messages to us, and those that we sent along",
    retention: { days: 730, from: "the end of handling; without a message: a day after they came" },
  },
  originals: {
    ...correspondence,
    name: "originals",
    about: "Mails as they came in, until they are read",
    purposes: ["contact"],
    retention: { days: 30, from: "receipt, when nobody could read them; else until they are read" },
  },
};

/** Every family of KV keys; a new family that is not described here does not compile. */
export const kvFamilies: Readonly<Record<KvFamily, StoreInventory>> = {
  mailbox: {
    store: "kv",
    name: "mailbox",
    about: "Development only: mails that would have gone out",
    subject: "recipient",
    purposes: ["operation"],
    ground: "legitimate-interest",
    recipients: [],
    retention: { days: 7, from: "sending" },
    holds: ["contact", "technical"],
    erase: "expires",
  },
  suppression: {
    store: "kv",
    name: "suppression",
    about:
      "Addresses that get no newsletter, or no mail that goes to many, as keyed hashes: kept outside the database, too",
    subject: "recipient",
    purposes: ["evidence"],
    ground: "legal-obligation",
    recipients: ["hosting-provider"],
    retention: { until: "mail to the address is allowed again by staff" },
    holds: ["technical"],
    erase: "delete",
  },
  "suppression-scan": {
    store: "kv",
    name: "suppression-scan",
    about: "How far the list of suppressions outside the database was looked through, after a backup was restored",
    subject: "nobody",
    purposes: ["operation"],
    ground: "none",
    recipients: ["hosting-provider"],
    retention: { until: "all was looked through" },
    holds: ["technical"],
    erase: "delete",
  },
  "ledger-head": {
    store: "kv",
    name: "ledger-head",
    about: "The newest head of the sealed ledger, kept outside the database",
    subject: "nobody",
    purposes: ["security"],
    ground: "none",
    recipients: ["hosting-provider"],
    retention: { until: "the next seal" },
    holds: ["technical"],
    erase: "delete",
  },
};
