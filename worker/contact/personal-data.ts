import {
  type ColumnFacts,
  describeTable,
  type IndexInventory,
  type TableFacts,
  type TableInventory,
} from "../platform/inventory.ts";
import {
  contactAnswers,
  contactBlocks,
  contactDays,
  contactDrafts,
  contactDroppedFiles,
  contactFiles,
  contactNotes,
  contactOriginals,
  contactPresence,
  contactTopics,
  conversations,
  messages,
} from "./tables.ts";

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
const handled: ColumnFacts = { ...recorded, source: "staff" };
const bySystem: ColumnFacts = { ...technical, erase: "keep" };
const byStaff: ColumnFacts = { ...bySystem, source: "staff" };

const facts: Omit<TableFacts, "about"> = {
  subject: "correspondent",
  purposes: ["contact", "contact-archive"],
  ground: "legitimate-interest",
  recipients: ["hosting-provider", "mail-provider"],
  retention: { days: 730, from: "the end of handling; never confirmed: 7 days after it was written; spam: 30 days" },
};
/** What staff need to do their work, and which says nothing of those who write to us. */
const ofTheHouse: Omit<TableFacts, "about" | "retention"> = {
  subject: "nobody",
  purposes: ["operation"],
  ground: "none",
  recipients: ["hosting-provider"],
};

export const contactTables: readonly TableInventory[] = [
  describeTable(
    conversations,
    { about: "Matters that people wrote to us about", ...facts },
    {
      seq: technical,
      id: technical,
      reference: recorded,
      status: recorded,
      email: { ...given, category: "contact" },
      name: { ...given, category: "identity" },
      subject: given,
      customerNumber: { ...given, category: "identity", source: "panel" },
      lang: given,
      channel: recorded,
      surface: recorded,
      pageOrigin: recorded,
      keyHash: technical,
      requestHash: technical,
      topicId: handled,
      assignee: handled,
      linkedTo: technical,
      quarantinedFor: recorded,
      version: technical,
      change: technical,
      createdAt: recorded,
      confirmedAt: recorded,
      lastAt: recorded,
      dueAt: recorded,
      waitingSince: recorded,
      waitedMs: recorded,
      firstResponseMs: recorded,
      resolvedMs: recorded,
      closedAt: recorded,
      closeReason: handled,
      archivedAt: recorded,
      deleteAt: recorded,
    },
  ),
  describeTable(
    messages,
    { about: "What people wrote to us, and what we answered", ...facts },
    {
      seq: technical,
      id: technical,
      conversationId: technical,
      channel: recorded,
      author: { ...handled, access: "omit" },
      body: given,
      quotedFrom: technical,
      marks: recorded,
      messageId: technical,
      mailId: technical,
      keyHash: technical,
      requestHash: technical,
      createdAt: recorded,
    },
  ),
  describeTable(
    contactFiles,
    { about: "Files that came with messages, and those that we sent along", ...facts },
    {
      id: technical,
      messageId: technical,
      name: given,
      type: recorded,
      size: recorded,
      sha256: technical,
      refused: recorded,
      keyHash: technical,
      createdAt: recorded,
    },
  ),
  describeTable(
    contactOriginals,
    {
      about: "Mails that came in and were not read yet, or could not be",
      ...facts,
      purposes: ["contact"],
      recipients: ["hosting-provider"],
      retention: { days: 30, from: "receipt" },
    },
    {
      id: technical,
      state: technical,
      envelopeFrom: { ...given, category: "contact", rectify: "never" },
      envelopeTo: technical,
      size: technical,
      reason: technical,
      tries: technical,
      receivedAt: recorded,
      leaseUntil: technical,
    },
  ),
  describeTable(
    contactNotes,
    { about: "What members of staff noted about a matter", ...facts, recipients: ["hosting-provider"] },
    {
      id: technical,
      conversationId: technical,
      author: { ...handled, access: "omit" },
      body: handled,
      createdAt: handled,
    },
  ),
  describeTable(
    contactDrafts,
    {
      about: "Answers that were not sent yet",
      ...facts,
      recipients: ["hosting-provider"],
      retention: { days: 30, from: "the last change" },
    },
    {
      conversationId: technical,
      member: { ...handled, access: "omit" },
      body: { ...handled, access: "omit" },
      version: technical,
      changedAt: technical,
    },
  ),
  describeTable(
    contactDroppedFiles,
    { about: "Files that are to go from storage", ...ofTheHouse, retention: { until: "they went from there" } },
    { key: { ...technical, erase: "keep" } },
  ),
  describeTable(
    contactPresence,
    {
      about: "Which member of staff looks at which matter",
      ...ofTheHouse,
      subject: "staff",
      ground: "legitimate-interest",
      retention: { days: 1, from: "the last look" },
    },
    { conversationId: technical, member: technical, isWriting: technical, at: technical },
  ),
  describeTable(
    contactTopics,
    {
      about: "Topics of matters, with their targets and how long they are kept",
      ...ofTheHouse,
      retention: { until: "the company removes them" },
    },
    {
      id: bySystem,
      names: byStaff,
      firstHours: byStaff,
      solvedHours: byStaff,
      retentionMonths: byStaff,
      version: bySystem,
      changedAt: byStaff,
      changedBy: { ...byStaff, subject: "staff" },
      removedAt: byStaff,
    },
  ),
  describeTable(
    contactAnswers,
    { about: "Answers that are given often", ...ofTheHouse, retention: { until: "staff remove them" } },
    {
      id: bySystem,
      name: byStaff,
      texts: byStaff,
      version: bySystem,
      changedAt: byStaff,
      changedBy: { ...byStaff, subject: "staff" },
    },
  ),
  describeTable(
    contactBlocks,
    {
      about: "Addresses and domains whose messages are put aside as spam",
      subject: "correspondent",
      purposes: ["security"],
      ground: "legitimate-interest",
      recipients: ["hosting-provider"],
      retention: { until: "staff allow the sender again" },
    },
    {
      sender: { ...byStaff, category: "contact" },
      createdAt: byStaff,
      createdBy: { ...byStaff, subject: "staff" },
    },
  ),
  describeTable(
    contactDays,
    { about: "Figures of messages by day and topic, without persons", ...ofTheHouse, retention: { until: "never" } },
    { day: bySystem, topicId: bySystem, event: bySystem, count: bySystem, ms: bySystem, late: bySystem },
  ),
];

/** The search of messages, which goes with them. */
export const contactIndexes: readonly IndexInventory[] = [{ name: "contact_search", of: "messages.body" }];
