import { type ColumnFacts, describeTable, type IndexInventory, type TableInventory } from "../platform/inventory.ts";
import { subscriberImportFaults, subscriberImportParts, subscriberImports } from "./list-import-tables.ts";
import {
  addressChanges,
  campaignRecipients,
  campaigns,
  campaignTallies,
  consents,
  consentWordings,
  listActionRows,
  listActions,
  newsletterLabels,
  segments,
  signups,
  subscriberCohorts,
  subscriberDays,
  subscribers,
} from "./tables.ts";

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
const contact: ColumnFacts = { ...chosen, category: "contact" };
const inFile: ColumnFacts = { ...contact, access: "omit", rectify: "never" };

/** Facts about nobody, and the staff member who made them. */
const kept: ColumnFacts = { ...technical, erase: "keep" };
const written: ColumnFacts = { ...kept, category: "publication", source: "staff" };
const byStaff: ColumnFacts = { ...kept, subject: "staff", source: "staff" };

const facts = {
  subject: "subscriber",
  purposes: ["newsletter"],
  ground: "consent",
  recipients: ["hosting-provider"],
} as const;
const asSubscriber = { retention: { until: "the subscriber is erased" } } as const;
const aboutNobody = {
  subject: "nobody",
  purposes: ["newsletter"],
  ground: "none",
  recipients: ["hosting-provider"],
} as const;
const inFiles = { ...facts, about: "Files of subscribers to be imported, in parts" } as const;

/** What `sweepNewsletter` and the erasure of a subscriber clear, and what stays as a figure. */
export const newsletterTables: readonly TableInventory[] = [
  describeTable(
    subscribers,
    {
      ...facts,
      about: "Who gets the newsletter, who asked for it, and who left",
      recipients: ["hosting-provider", "mail-provider"],
      retention: {
        days: 730,
        from: "leaving, a mail that came back for good, or a complaint; never confirmed: 7 days",
      },
    },
    {
      seq: technical,
      id: technical,
      email: contact,
      name: { ...contact, category: "identity" },
      status: recorded,
      lang: chosen,
      topics: chosen,
      labels: { ...recorded, source: "staff", rectify: "staff" },
      source: recorded,
      requestedAt: recorded,
      confirmedAt: recorded,
      leftAt: recorded,
    },
  ),
  describeTable(
    subscriberCohorts,
    {
      ...aboutNobody,
      about: "How many subscribers have the same status, language, source and topics",
      retention: { until: "the newsletter ends" },
    },
    { status: kept, lang: kept, source: kept, topics: kept, labels: kept, members: kept },
  ),
  describeTable(
    subscriberDays,
    { ...aboutNobody, about: "How many joined and left on each day", retention: { until: "the newsletter ends" } },
    { day: kept, source: kept, event: kept, count: kept },
  ),
  describeTable(
    signups,
    {
      ...facts,
      about: "What was asked for at sign-up, where, and under which words",
      purposes: ["newsletter", "evidence"],
      retention: { days: 7, from: "the last mail that asked, when never confirmed; else as long as the subscriber" },
    },
    {
      id: technical,
      subscriberId: technical,
      method: recorded,
      lang: chosen,
      topics: chosen,
      wording: recorded,
      policyDate: recorded,
      surface: recorded,
      pageOrigin: recorded,
      importId: recorded,
      mailId: technical,
      requestedAt: recorded,
      confirmedAt: recorded,
      flags: recorded,
    },
  ),
  describeTable(
    consents,
    { ...facts, ...asSubscriber, about: "Each consent to a topic, and its end", purposes: ["newsletter", "evidence"] },
    {
      signupId: technical,
      topic: recorded,
      subscriberId: technical,
      givenAt: recorded,
      withdrawnAt: recorded,
      withdrawnBy: recorded,
    },
  ),
  describeTable(
    consentWordings,
    { ...aboutNobody, about: "Words under which somebody consented", retention: { until: "the newsletter ends" } },
    { sha256: kept, text: written, firstAt: kept },
  ),
  describeTable(
    addressChanges,
    {
      ...facts,
      about: "Changes of address that wait for both to be confirmed",
      recipients: ["hosting-provider", "mail-provider"],
      retention: { days: 7, from: "the request" },
    },
    {
      id: technical,
      subscriberId: technical,
      email: contact,
      lang: chosen,
      requestedAt: recorded,
      fromConfirmedAt: recorded,
      toConfirmedAt: recorded,
    },
  ),
  describeTable(
    newsletterLabels,
    { ...aboutNobody, about: "Internal topics of the newsletter", retention: { until: "staff remove it" } },
    { name: written, createdAt: kept, createdBy: byStaff },
  ),
  describeTable(
    segments,
    {
      ...aboutNobody,
      about: "Saved filters of the list of subscribers, in which no whole address is searched for",
      retention: { until: "staff remove it" },
    },
    { id: kept, name: written, filter: written, createdAt: kept, createdBy: byStaff, changedAt: kept },
  ),
  describeTable(
    listActions,
    {
      ...aboutNobody,
      about: "What staff did to many subscribers at once; what they searched for, until it is done",
      retention: { days: 365, from: "its end" },
    },
    {
      id: kept,
      kind: kept,
      argument: written,
      filter: written,
      state: kept,
      matched: kept,
      changed: kept,
      restored: kept,
      cursor: kept,
      lastSeq: kept,
      createdAt: kept,
      createdBy: byStaff,
      finishedAt: kept,
    },
  ),
  describeTable(
    listActionRows,
    {
      ...facts,
      about: "What subscribers had before an action on many, to undo it by",
      retention: { days: 30, from: "the action's end" },
    },
    { actionId: technical, seq: technical, before: { ...recorded, access: "omit" } },
  ),
  describeTable(
    subscriberImports,
    {
      ...aboutNobody,
      about: "Imports of subscribers: what came of each, and where the consent comes from",
      purposes: ["newsletter", "evidence"],
      retention: { days: 730, from: "its end; longer while a subscriber's consent rests on it" },
    },
    {
      id: kept,
      state: kept,
      fileName: kept,
      size: kept,
      plan: written,
      offset: kept,
      row: kept,
      active: kept,
      pending: kept,
      unchanged: kept,
      blocked: kept,
      refused: kept,
      asked: kept,
      nextAskAt: kept,
      createdAt: kept,
      createdBy: byStaff,
      startedAt: kept,
      finishedAt: kept,
      tries: kept,
      fault: kept,
    },
  ),
  describeTable(
    subscriberImportParts,
    {
      ...inFiles,
      retention: {
        until: "the import's end: at most 2 days for a file that is not started, 30 for one that is paused",
      },
    },
    { importId: technical, part: technical, bytes: inFile },
  ),
  describeTable(
    subscriberImportFaults,
    {
      ...inFiles,
      about: "Rows of imported files that were refused",
      retention: { days: 30, from: "the import's end" },
    },
    { importId: technical, row: technical, cells: inFile, emails: inFile, errors: technical },
  ),
  describeTable(
    campaigns,
    {
      ...aboutNobody,
      about: "Newsletters: what they say, and how far they are",
      retention: { until: "staff remove it" },
    },
    {
      id: kept,
      state: kept,
      name: written,
      texts: written,
      audience: written,
      isPublic: written,
      slug: written,
      rate: written,
      scheduledAt: written,
      zone: written,
      version: kept,
      createdAt: kept,
      createdBy: byStaff,
      changedAt: kept,
      changedBy: byStaff,
      startedAt: kept,
      startedBy: byStaff,
      finishedAt: kept,
      cursor: kept,
      lastSeq: kept,
      recipients: kept,
      nextAt: kept,
      fault: kept,
    },
  ),
  describeTable(
    campaignRecipients,
    {
      ...facts,
      about: "Who was sent which newsletter, and what came of it",
      retention: { days: 90, from: "the end of sending" },
    },
    {
      campaignId: recorded,
      seq: technical,
      state: recorded,
      mailId: technical,
      reason: recorded,
      sentAt: recorded,
      bouncedAt: recorded,
      leftAt: recorded,
      complainedAt: recorded,
      repliedAt: recorded,
    },
  ),
  describeTable(
    campaignTallies,
    {
      ...aboutNobody,
      about: "How many got each newsletter, left or complained",
      retention: { until: "staff remove it" },
    },
    { campaignId: kept, what: kept, count: kept },
  ),
];

/** The search by part of an address: a trigram index, kept in step by triggers, so that erasing a row erases it here. */
export const newsletterIndexes: readonly IndexInventory[] = [{ name: "subscriber_search", of: "subscribers.email" }];
