import { type ColumnFacts, describeTable, type TableFacts, type TableInventory } from "../platform/inventory.ts";
import {
  acknowledgements,
  noticeMails,
  noticeRuns,
  noticeShowings,
  policyDrafts,
  policyTexts,
  policyVersions,
} from "./tables.ts";

const published: ColumnFacts = {
  category: "publication",
  source: "staff",
  access: "omit",
  rectify: "never",
  erase: "keep",
};
const aboutNobody: Omit<TableFacts, "about"> = {
  subject: "nobody",
  purposes: ["policy-notice"],
  ground: "none",
  recipients: [],
  retention: { until: "never: published versions stay" },
};
const acknowledged: ColumnFacts = {
  category: "usage",
  source: "panel",
  access: "copy",
  rectify: "never",
  erase: "delete-row",
};

const told: ColumnFacts = { ...acknowledged, source: "system" };
const written: ColumnFacts = { ...published, category: "technical" };
const toldFacts: Omit<TableFacts, "about"> = {
  subject: "customer",
  purposes: ["policy-notice", "evidence"],
  ground: "legal-obligation",
  recipients: ["hosting-provider"],
  retention: { until: "the customer is erased" },
};

export const policyTables: readonly TableInventory[] = [
  describeTable(
    policyVersions,
    { about: "Published policy versions", ...aboutNobody },
    {
      date: published,
      effective: published,
      significance: published,
      noticeUntil: published,
      publishedAt: { ...published, source: "system" },
      inventory: { ...published, source: "system" },
    },
  ),
  describeTable(
    policyTexts,
    { about: "Texts of published policy versions", ...aboutNobody },
    {
      date: published,
      lang: published,
      title: published,
      summary: published,
      markdown: published,
      sha256: { ...published, source: "system" },
    },
  ),
  describeTable(
    policyDrafts,
    {
      ...aboutNobody,
      about: "Policy versions that are being written",
      recipients: ["hosting-provider"],
      retention: { until: "it is published or thrown away" },
    },
    {
      id: written,
      state: written,
      date: written,
      effective: written,
      noticeUntil: written,
      significance: written,
      texts: written,
      version: written,
      createdAt: written,
      createdBy: { ...written, subject: "staff" },
      changedAt: written,
      changedBy: { ...written, subject: "staff" },
      approvedBy: { ...written, subject: "staff" },
      fault: written,
    },
  ),
  describeTable(
    noticeRuns,
    { ...aboutNobody, about: "How far telling all customers of a version is", recipients: ["hosting-provider"] },
    {
      date: written,
      state: written,
      cursor: written,
      taken: written,
      nextAt: written,
      startedAt: written,
      finishedAt: written,
    },
  ),
  describeTable(
    noticeMails,
    { ...toldFacts, about: "Which customer was mailed about which version, and what came of it" },
    {
      date: told,
      customerNumber: { ...told, category: "identity" },
      mailId: { ...told, access: "omit", category: "technical" },
      state: told,
      dueAt: told,
      sentAt: told,
      failedAt: told,
      reason: told,
    },
  ),
  describeTable(
    noticeShowings,
    { ...toldFacts, about: "When a control panel showed which customer which notice" },
    {
      customerNumber: { ...told, category: "identity", source: "panel" },
      date: told,
      surface: told,
      at: told,
    },
  ),
  describeTable(
    acknowledgements,
    { ...toldFacts, about: "Which customer acknowledged which policy version" },
    {
      customerNumber: { ...acknowledged, category: "identity" },
      date: acknowledged,
      surface: acknowledged,
      at: acknowledged,
    },
  ),
];
