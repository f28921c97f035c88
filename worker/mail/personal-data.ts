import { type ColumnFacts, describeTable, type TableInventory } from "../platform/inventory.ts";
import { mailReturns, mailSuppressions, outbox } from "./tables.ts";

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
      retention: {
        days: 90,
        from: "sending, or giving up; a newsletter: 30 days; a mail that asks to confirm something: 7 days",
      },
    },
    {
      id: technical,
      template: shown,
      recipient: { ...shown, category: "contact", source: "person" },
      lang: shown,
      params: technical,
      state: shown,
      lane: technical,
      attempts: technical,
      dueAt: technical,
      leaseUntil: technical,
      createdAt: shown,
      sentAt: shown,
      lastError: technical,
    },
  ),
  describeTable(
    mailSuppressions,
    {
      about: "Addresses that get no newsletter, or no mail that goes to many, as keyed hashes",
      subject: "recipient",
      purposes: ["operation", "evidence"],
      ground: "legal-obligation",
      recipients: ["hosting-provider"],
      retention: { until: "mail to the address is allowed again" },
    },
    {
      hash: { ...technical, erase: "keep" },
      reason: { ...shown, erase: "keep" },
      at: { ...shown, erase: "keep" },
      mirroredAt: { ...technical, erase: "keep" },
    },
  ),
  describeTable(
    mailReturns,
    {
      about: "Mails that came back, and complaints, with the address as a keyed hash",
      subject: "recipient",
      purposes: ["operation"],
      ground: "legitimate-interest",
      recipients: ["hosting-provider"],
      retention: { days: 365, from: "the report" },
    },
    { mailId: technical, kind: shown, hash: technical, status: shown, at: shown },
  ),
];
