import { type ColumnFacts, describeTable, type TableFacts, type TableInventory } from "../platform/inventory.ts";
import {
  customerImportFaults,
  customerImportNumbers,
  customerImportParts,
  customerImports,
  customerSeries,
  customers,
  registrations,
  retiredNumbers,
} from "./tables.ts";

const technical: ColumnFacts = {
  category: "technical",
  source: "system",
  access: "omit",
  rectify: "never",
  erase: "delete-row",
};
const given: ColumnFacts = {
  category: "identity",
  source: "person",
  access: "copy",
  rectify: "self",
  erase: "delete-row",
};
const contact: ColumnFacts = { ...given, category: "contact" };
const recorded: ColumnFacts = { ...given, category: "usage", source: "system", rectify: "never" };
const kept: ColumnFacts = { ...technical, erase: "keep" };

const facts: Omit<TableFacts, "about" | "retention"> = {
  subject: "customer",
  purposes: ["contract", "billing", "support"],
  ground: "contract",
  recipients: ["hosting-provider"],
};
const inFiles: TableFacts = {
  ...facts,
  about: "Files of customers that were imported",
  purposes: ["contract"],
  retention: { days: 30, from: "the import's end" },
};
const aboutNobody: Omit<TableFacts, "about"> = {
  subject: "nobody",
  purposes: ["operation"],
  ground: "none",
  recipients: ["hosting-provider"],
  retention: { until: "never: a number is given out once" },
};

export const customersTables: readonly TableInventory[] = [
  describeTable(
    customers,
    {
      ...facts,
      about: "Customers, by number",
      recipients: ["hosting-provider", "mail-provider"],
      // Dutch tax law asks for seven years (art. 52 AWR).
      retention: { days: 2557, from: "the end of the contract" },
    },
    {
      seq: technical,
      number: { ...given, source: "system", rectify: "never" },
      kind: given,
      name: given,
      organisation: given,
      email: contact,
      lang: given,
      phone: contact,
      address: contact,
      billingAddress: { ...contact, purposes: ["billing"] },
      paymentReference: { ...given, purposes: ["billing"], rectify: "staff" },
      ip: { ...recorded, purposes: ["security"], ground: "legitimate-interest" },
      source: recorded,
      keyHash: technical,
      requestHash: technical,
      registeredAt: recorded,
      changedAt: recorded,
      closedAt: recorded,
    },
  ),
  describeTable(
    retiredNumbers,
    { ...aboutNobody, about: "Customer numbers that are never given out again" },
    { number: kept, retiredAt: kept },
  ),
  describeTable(
    customerSeries,
    { ...aboutNobody, about: "The last customer number given out" },
    { prefix: kept, last: kept },
  ),
  describeTable(
    registrations,
    {
      ...facts,
      about: "Registrations that wait for their address to be confirmed",
      recipients: ["hosting-provider", "mail-provider"],
      retention: { days: 7, from: "the registration" },
    },
    {
      id: technical,
      email: contact,
      lang: given,
      filledIn: given,
      surface: recorded,
      pageOrigin: recorded,
      policyDate: recorded,
      ip: { ...recorded, purposes: ["security"], ground: "legitimate-interest" },
      requestedAt: recorded,
      confirmedAt: recorded,
      number: recorded,
    },
  ),
  describeTable(
    customerImports,
    { ...aboutNobody, about: "Imports of customers: what came of each", retention: { days: 365, from: "its end" } },
    {
      id: kept,
      state: kept,
      fileName: kept,
      size: kept,
      plan: kept,
      offset: kept,
      row: kept,
      added: kept,
      changed: kept,
      unchanged: kept,
      refused: kept,
      createdAt: kept,
      createdBy: { ...kept, subject: "staff", source: "staff" },
      startedAt: kept,
      finishedAt: kept,
      tries: kept,
      fault: kept,
    },
  ),
  describeTable(
    customerImportParts,
    {
      ...inFiles,
      retention: {
        until: "the import's end: at most 2 days for a file that is not started, 30 for one that is paused",
      },
    },
    { importId: technical, part: technical, bytes: { ...contact, access: "omit", rectify: "never" } },
  ),
  describeTable(
    customerImportNumbers,
    { ...inFiles, about: "Customer numbers met in a file", retention: { until: "the import's end" } },
    { importId: technical, number: { ...given, source: "system", access: "omit", rectify: "never" } },
  ),
  describeTable(
    customerImportFaults,
    { ...inFiles, about: "Rows of imported files that were refused" },
    {
      importId: technical,
      row: technical,
      cells: { ...contact, access: "omit", rectify: "never" },
      errors: technical,
    },
  ),
];
