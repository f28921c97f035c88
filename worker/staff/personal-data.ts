import { type ColumnFacts, describeTable, type TableFacts, type TableInventory } from "../platform/inventory.ts";
import { staffMembers, staffPasskeys, staffRoles, staffSessions } from "./tables.ts";

const technical: ColumnFacts = {
  category: "technical",
  source: "system",
  access: "omit",
  rectify: "never",
  erase: "delete-row",
};
const shown: ColumnFacts = { ...technical, access: "copy" };
const given: ColumnFacts = { ...shown, category: "identity", source: "staff", rectify: "staff" };

const facts: Omit<TableFacts, "about" | "retention"> = {
  subject: "staff",
  purposes: ["security"],
  ground: "legitimate-interest",
  recipients: ["hosting-provider"],
};

export const staffTables: readonly TableInventory[] = [
  describeTable(
    staffMembers,
    {
      ...facts,
      about: "Who works in the admin, and as what",
      recipients: ["hosting-provider", "mail-provider"],
      retention: { days: 730, from: "removal: until then the ledger's entries need a name" },
    },
    {
      id: technical,
      email: { ...given, category: "contact" },
      name: { ...given, rectify: "self" },
      role: given,
      lang: { ...given, rectify: "self" },
      version: technical,
      changedAt: shown,
      changedBy: technical,
      createdAt: shown,
      signedInAt: { ...shown, category: "usage" },
      wantsAlerts: { ...given, rectify: "self" },
      alertedAt: technical,
      removedAt: shown,
    },
  ),
  describeTable(
    staffSessions,
    {
      ...facts,
      about: "Who is signed in where, as hashes",
      retention: { until: "signing out, or the session's end (STAFF_SESSION_HOURS)" },
    },
    {
      id: technical,
      hash: technical,
      memberId: technical,
      method: { ...shown, category: "usage" },
      passkeyId: technical,
      device: { ...shown, category: "usage", source: "person" },
      createdAt: { ...shown, category: "usage" },
      expiresAt: shown,
    },
  ),
  describeTable(
    staffPasskeys,
    { ...facts, about: "Passkeys of members: the public half", retention: { until: "its or the member's removal" } },
    {
      id: technical,
      memberId: technical,
      name: { ...shown, category: "identity", source: "person" },
      publicKey: technical,
      counter: technical,
      transports: technical,
      createdAt: shown,
      usedAt: { ...shown, category: "usage" },
    },
  ),
  describeTable(
    staffRoles,
    {
      ...facts,
      about: "What a role asks of its members",
      subject: "nobody",
      ground: "none",
      retention: { until: "the next change" },
    },
    {
      role: { ...technical, erase: "keep" },
      demandsPasskey: { ...technical, source: "staff", erase: "keep" },
      version: { ...technical, erase: "keep" },
      changedAt: { ...technical, erase: "keep" },
      changedBy: { ...technical, subject: "staff", erase: "keep" },
    },
  ),
];
