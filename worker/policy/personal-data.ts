import { type ColumnFacts, describeTable, type TableFacts, type TableInventory } from "../platform/inventory.ts";
import { acknowledgements, policyTexts, policyVersions } from "./tables.ts";

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
    acknowledgements,
    {
      about: "Which customer acknowledged which policy version",
      subject: "customer",
      purposes: ["policy-notice", "evidence"],
      ground: "legal-obligation",
      recipients: ["hosting-provider"],
      retention: { until: "the customer is erased" },
    },
    {
      customerNumber: { ...acknowledged, category: "identity" },
      date: acknowledged,
      surface: acknowledged,
      at: acknowledged,
    },
  ),
];
