import { type ColumnFacts, describeTable, type TableInventory } from "../platform/inventory.ts";
import { ledgerChecks, ledgerEntries, ledgerSeals } from "./tables.ts";

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
      about: "Proof of consents, notices, acknowledgements, publications and what staff did, sign-ins included",
      subject: "recipient",
      purposes: ["evidence", "security"],
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
      actor: { ...evidence, category: "usage", source: "staff", subject: "staff", ground: "legitimate-interest" },
      body: evidence,
      salt: { ...evidence, category: "technical", source: "system" },
      commitment: { ...frame, access: "copy" },
    },
  ),
  describeTable(
    ledgerSeals,
    {
      about: "The chain of seals over the ledger: hashes, which say nothing by themselves",
      subject: "nobody",
      purposes: ["evidence", "security"],
      ground: "none",
      recipients: ["hosting-provider"],
      retention: { until: "the ledger itself ends: the chain is only worth something whole" },
    },
    {
      number: frame,
      at: frame,
      firstSeq: frame,
      lastSeq: frame,
      root: frame,
      previous: frame,
      head: frame,
      leaves: frame,
    },
  ),
  describeTable(
    ledgerChecks,
    {
      about: "Runs of the ledger's verification and what they found",
      subject: "nobody",
      purposes: ["security"],
      ground: "none",
      recipients: ["hosting-provider"],
      retention: { days: 365, from: "the end of the run" },
    },
    {
      id: frame,
      startedAt: frame,
      finishedAt: frame,
      askedBy: { ...frame, subject: "staff", source: "staff", ground: "legitimate-interest" },
      sealNumber: frame,
      entries: frame,
      faults: frame,
    },
  ),
];
