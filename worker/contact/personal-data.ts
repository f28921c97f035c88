import { type ColumnFacts, describeTable, type TableFacts, type TableInventory } from "../platform/inventory.ts";
import { conversations, messages } from "./tables.ts";

const technical: ColumnFacts = {
  category: "technical",
  source: "system",
  access: "omit",
  rectify: "never",
  erase: "delete-row",
};
const given: ColumnFacts = {
  category: "content",
  source: "person",
  access: "copy",
  rectify: "staff",
  erase: "delete-row",
};
const recorded: ColumnFacts = { ...given, category: "usage", source: "system", rectify: "never" };

const facts: Omit<TableFacts, "about"> = {
  subject: "correspondent",
  purposes: ["contact", "contact-archive"],
  ground: "legitimate-interest",
  recipients: ["hosting-provider", "mail-provider"],
  retention: { days: 730, from: "the end of handling; never confirmed: 7 days after it was written" },
};

export const contactTables: readonly TableInventory[] = [
  describeTable(
    conversations,
    { about: "Matters that people wrote to us about", ...facts },
    {
      id: technical,
      reference: recorded,
      status: recorded,
      email: { ...given, category: "contact" },
      name: { ...given, category: "identity" },
      subject: given,
      customerNumber: { ...given, category: "identity", source: "panel" },
      lang: given,
      surface: recorded,
      pageOrigin: recorded,
      keyHash: technical,
      requestHash: technical,
      createdAt: recorded,
      confirmedAt: recorded,
    },
  ),
  describeTable(
    messages,
    { about: "What people wrote to us", ...facts },
    {
      id: technical,
      conversationId: technical,
      channel: recorded,
      body: given,
      createdAt: recorded,
    },
  ),
];
