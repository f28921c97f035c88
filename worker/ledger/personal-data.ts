import { type ColumnFacts, describeTable, type TableInventory } from "../platform/inventory.ts";
import { ledgerEntries } from "./tables.ts";

const frame: ColumnFacts = { category: "technical", source: "system", access: "omit", rectify: "never", erase: "keep" };
const evidence: ColumnFacts = {
  category: "consent",
  source: "person",
  access: "copy",
  rectify: "never",
  erase: "empty",
};

export const ledgerTables: readonly TableInventory[] = [
  describeTable(
    ledgerEntries,
    {
      about: "Proof of consents, notices, acknowledgements and publications",
      subject: "recipient",
      purposes: ["evidence"],
      ground: "legal-obligation",
      recipients: ["hosting-provider"],
      retention: { until: "the person is erased; the commitment stays and says nothing by itself" },
    },
    {
      seq: frame,
      id: frame,
      kind: { ...frame, access: "copy" },
      at: { ...frame, access: "copy" },
      subject: { ...evidence, category: "technical", source: "system", access: "omit" },
      body: evidence,
      salt: { ...evidence, category: "technical", source: "system" },
      commitment: { ...frame, access: "copy" },
    },
  ),
];
