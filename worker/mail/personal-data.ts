import { type ColumnFacts, describeTable, type StoreInventory, type TableInventory } from "../platform/inventory.ts";
import type { KvFamily } from "../platform/kv.ts";
import { outbox } from "./tables.ts";

const technical: ColumnFacts = {
  category: "technical",
  source: "system",
  access: "omit",
  rectify: "never",
  erase: "delete-row",
};
const shown: ColumnFacts = { ...technical, access: "copy" };

export const mailTables: readonly TableInventory[] = [
  describeTable(
    outbox,
    {
      about: "Mails to be sent and sent: to whom, which, and when; not their text",
      subject: "recipient",
      purposes: ["operation", "evidence"],
      ground: "legitimate-interest",
      recipients: ["hosting-provider", "mail-provider"],
      retention: { days: 90, from: "sending, or giving up; a mail that asks to confirm something: 7 days" },
    },
    {
      id: technical,
      template: shown,
      recipient: { ...shown, category: "contact", source: "person" },
      lang: shown,
      params: technical,
      state: shown,
      attempts: technical,
      dueAt: technical,
      leaseUntil: technical,
      createdAt: shown,
      sentAt: shown,
      lastError: technical,
    },
  ),
];

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
};
