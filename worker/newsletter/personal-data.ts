import { type ColumnFacts, describeTable, type TableInventory } from "../platform/inventory.ts";
import { signups, subscribers } from "./tables.ts";

const technical: ColumnFacts = {
  category: "technical",
  source: "system",
  access: "omit",
  rectify: "never",
  erase: "delete-row",
};
const chosen: ColumnFacts = {
  category: "consent",
  source: "person",
  access: "copy",
  rectify: "self",
  erase: "delete-row",
};
const recorded: ColumnFacts = { ...chosen, source: "system", rectify: "never" };

export const newsletterTables: readonly TableInventory[] = [
  describeTable(
    subscribers,
    {
      about: "Who gets the newsletter, who asked for it, and who left",
      subject: "subscriber",
      purposes: ["newsletter"],
      ground: "consent",
      recipients: ["hosting-provider", "mail-provider"],
      retention: { until: "the subscriber leaves and asks to be erased; never confirmed: 7 days" },
    },
    {
      id: technical,
      email: { ...chosen, category: "contact" },
      status: recorded,
      lang: chosen,
      topics: chosen,
      requestedAt: recorded,
      confirmedAt: recorded,
      leftAt: recorded,
    },
  ),
  describeTable(
    signups,
    {
      about: "What was asked for at sign-up, where, and under which words",
      subject: "subscriber",
      purposes: ["newsletter", "evidence"],
      ground: "consent",
      recipients: ["hosting-provider"],
      retention: { days: 7, from: "the request when never confirmed; else as long as the subscriber" },
    },
    {
      id: technical,
      subscriberId: technical,
      lang: chosen,
      topics: chosen,
      wording: recorded,
      policyDate: recorded,
      surface: recorded,
      pageOrigin: recorded,
      requestedAt: recorded,
      confirmedAt: recorded,
    },
  ),
];
