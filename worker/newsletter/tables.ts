import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const SUBSCRIBER_STATES = ["pending", "active", "left", "bounced", "complained"] as const;
export type SubscriberState = (typeof SUBSCRIBER_STATES)[number];

/**
 * One row per address that asked for the newsletter, or that an import says did. Only a confirmed signup makes it active.
 * `seq` only grows, so that a list goes on where it stopped, and days on which people joined are ranges of it.
 */
export const subscribers = sqliteTable(
  "subscribers",
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    id: text().notNull().unique(),
    email: text().notNull().unique(),
    name: text(),
    status: text({ enum: SUBSCRIBER_STATES }).notNull(),
    lang: text().notNull(),
    /** Public topics that they consented to, in the order of TOPICS, so that equal sets are equal texts. */
    topics: text({ mode: "json" }).$type<string[]>().notNull(),
    /** Internal topics, by the alphabet: marketing's own, about which nobody was asked. */
    labels: text({ mode: "json" }).$type<string[]>().notNull().default([]),
    /** Where they came from: a surface ("site"), or the word an import was given. */
    source: text().notNull(),
    requestedAt: integer("requested_at").notNull(),
    confirmedAt: integer("confirmed_at"),
    /** When they left, bounced or complained. */
    leftAt: integer("left_at"),
  },
  (t) => [
    index("subscribers_pending").on(t.requestedAt).where(sql`status = 'pending'`),
    index("subscribers_gone").on(t.leftAt).where(sql`left_at is not null`),
    index("subscribers_by_cohort").on(t.status, t.lang, t.source, t.topics, t.labels),
  ],
);

/**
 * How many subscribers have the same status, language, source, topics and labels. Kept by triggers, so that any count
 * and any rare combination among a million is a matter of some hundred rows.
 */
export const subscriberCohorts = sqliteTable(
  "subscriber_cohorts",
  {
    status: text({ enum: SUBSCRIBER_STATES }).notNull(),
    lang: text().notNull(),
    source: text().notNull(),
    topics: text().notNull(),
    labels: text().notNull(),
    members: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.status, t.lang, t.source, t.topics, t.labels] })],
);

/** How many joined and went on a day (UTC), by source. Kept by triggers; says nothing about anyone, and stays. */
export const subscriberDays = sqliteTable(
  "subscriber_days",
  {
    day: text().notNull(),
    source: text().notNull(),
    event: text({ enum: ["joined", "left", "bounced", "complained"] }).notNull(),
    count: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.day, t.source, t.event] })],
);

/** How somebody asked: each is a way with steps of its own. */
export const SIGNUP_METHODS = ["form", "panel", "preferences", "import"] as const;

/** Why a confirmation may not have been pressed by a person. It counts, and this is shown wherever it is. */
export const CONFIRMATION_FLAGS = ["fast", "burst", "scanner"] as const;

/** A request for the newsletter and its confirmation: what was asked, where, under which words, and how sure that is. */
export const signups = sqliteTable(
  "signups",
  {
    id: text().primaryKey(),
    subscriberId: text("subscriber_id")
      .notNull()
      .references(() => subscribers.id),
    method: text({ enum: SIGNUP_METHODS }).notNull().default("form"),
    lang: text().notNull(),
    topics: text({ mode: "json" }).$type<string[]>().notNull(),
    /** SHA-256 of the words of consent. */
    wording: text(),
    policyDate: text("policy_date"),
    surface: text().notNull(),
    pageOrigin: text("page_origin"),
    /** The import that brought it. */
    importId: text("import_id"),
    /** The outbox row of the mail that asked to confirm. */
    mailId: text("mail_id"),
    requestedAt: integer("requested_at").notNull(),
    confirmedAt: integer("confirmed_at"),
    flags: text({ mode: "json" }).$type<(typeof CONFIRMATION_FLAGS)[number][]>(),
  },
  (t) => [
    index("signups_by_subscriber").on(t.subscriberId, t.requestedAt),
    index("signups_by_age").on(t.confirmedAt, t.requestedAt),
    index("signups_by_import").on(t.importId, t.confirmedAt).where(sql`import_id is not null`),
    index("signups_to_ask")
      .on(t.importId)
      .where(sql`import_id is not null and mail_id is null and confirmed_at is null`),
    index("signups_doubtful").on(t.confirmedAt).where(sql`flags <> '[]'`),
  ],
);

/** One consent: to one topic, by one signup. It ends, and is never changed otherwise. */
export const consents = sqliteTable(
  "consents",
  {
    signupId: text("signup_id").notNull(),
    topic: text().notNull(),
    subscriberId: text("subscriber_id").notNull(),
    givenAt: integer("given_at").notNull(),
    withdrawnAt: integer("withdrawn_at"),
    /** By which way it was withdrawn, as the ledger names it. */
    withdrawnBy: text("withdrawn_by"),
  },
  (t) => [
    primaryKey({ columns: [t.signupId, t.topic] }),
    index("consents_by_subscriber").on(t.subscriberId, t.givenAt),
  ],
);

/** Words under which somebody consented, kept once by their hash. */
export const consentWordings = sqliteTable("consent_wordings", {
  sha256: text().primaryKey(),
  text: text().notNull(),
  firstAt: integer("first_at").notNull(),
});

/** A change of address that waits for a press of the button in a mail to each of the two. */
export const addressChanges = sqliteTable(
  "address_changes",
  {
    id: text().primaryKey(),
    subscriberId: text("subscriber_id").notNull(),
    email: text().notNull(),
    lang: text().notNull(),
    requestedAt: integer("requested_at").notNull(),
    fromConfirmedAt: integer("from_confirmed_at"),
    toConfirmedAt: integer("to_confirmed_at"),
  },
  (t) => [index("address_changes_by_subscriber").on(t.subscriberId), index("address_changes_by_age").on(t.requestedAt)],
);

/** Internal topics. */
export const newsletterLabels = sqliteTable("newsletter_labels", {
  name: text().primaryKey(),
  createdAt: integer("created_at").notNull(),
  createdBy: text("created_by").notNull(),
});

/** Whom a list shows or a mail goes to: each field narrows it, several values of one field widen it. Days are local, inclusive. */
export interface SubscriberFilter {
  /** Part of an address. */
  search?: string;
  status?: SubscriberState[];
  topics?: string[];
  labels?: string[];
  sources?: string[];
  langs?: string[];
  from?: string;
  to?: string;
}

/** A filter with a name. */
export const segments = sqliteTable("segments", {
  id: text().primaryKey(),
  name: text().notNull().unique(),
  filter: text({ mode: "json" }).$type<SubscriberFilter>().notNull(),
  createdAt: integer("created_at").notNull(),
  createdBy: text("created_by").notNull(),
  changedAt: integer("changed_at").notNull(),
});

export const ACTION_KINDS = [
  "add-label",
  "remove-label",
  "remove-topic",
  "set-language",
  "resend",
  "leave",
  "erase",
] as const;
export const ACTION_STATES = ["running", "done", "undoing", "undone"] as const;

/** Something done to all whom a filter finds, in steps: to those up to `lastSeq`, so far to those up to `cursor`. */
export const listActions = sqliteTable("list_actions", {
  id: text().primaryKey(),
  kind: text({ enum: ACTION_KINDS }).notNull(),
  /** The label, topic or language. */
  argument: text(),
  /** When it has ended, an empty `search` says that something was searched for. */
  filter: text({ mode: "json" }).$type<SubscriberFilter>().notNull(),
  state: text({ enum: ACTION_STATES }).notNull(),
  /** How many the preview promised. */
  matched: integer().notNull(),
  changed: integer().notNull(),
  /** For how many it was undone. */
  restored: integer().notNull().default(0),
  cursor: integer().notNull(),
  lastSeq: integer("last_seq").notNull(),
  createdAt: integer("created_at").notNull(),
  createdBy: text("created_by").notNull(),
  finishedAt: integer("finished_at"),
});

/** What a subscriber had before an action, to undo it by. */
export const listActionRows = sqliteTable(
  "list_action_rows",
  {
    actionId: text("action_id")
      .notNull()
      .references(() => listActions.id),
    seq: integer().notNull(),
    before: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.actionId, t.seq] })],
);

export const CAMPAIGN_STATES = ["draft", "scheduled", "freezing", "sending", "paused", "sent", "cancelled"] as const;

/** What a newsletter says in one language. */
export interface CampaignText {
  subject: string;
  preheader: string;
  markdown: string;
}

/** Whom a newsletter goes to: active subscribers of any of these topics, and of these only who are in the segment. */
export interface Audience {
  topics: string[];
  /** The id of a segment. */
  segment: string | null;
  /** What the segment asked for when the newsletter began to go out. */
  filter?: SubscriberFilter;
}

/**
 * A newsletter, from draft to sent. "freezing": its recipients are being written down, those up to `lastSeq`; "sending":
 * mails are made for them, a page at a time, up to `cursor`.
 */
export const campaigns = sqliteTable(
  "campaigns",
  {
    id: text().primaryKey(),
    state: text({ enum: CAMPAIGN_STATES }).notNull(),
    /** What staff call it. */
    name: text().notNull(),
    texts: text({ mode: "json" }).$type<Record<string, CampaignText>>().notNull(),
    audience: text({ mode: "json" }).$type<Audience>().notNull(),
    /** Whether it also stands in the archive for everybody, and under which name: one that was taken out keeps that. */
    isPublic: integer("is_public", { mode: "boolean" }).notNull(),
    slug: text().unique(),
    /** Mails a minute, at most; null for NEWSLETTER_RATE. */
    rate: integer(),
    /** When it is to be sent, and the IANA zone that was chosen in. */
    scheduledAt: integer("scheduled_at"),
    zone: text(),
    /** Counts the changes: who saves what is based on an older one is told so. */
    version: integer().notNull(),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    changedAt: integer("changed_at").notNull(),
    changedBy: text("changed_by").notNull(),
    startedAt: integer("started_at"),
    startedBy: text("started_by"),
    finishedAt: integer("finished_at"),
    /** Where the freezing, then the sending, stands among the subscribers. */
    cursor: integer().notNull().default(0),
    lastSeq: integer("last_seq"),
    recipients: integer().notNull().default(0),
    nextAt: integer("next_at"),
    /** Why it could not go on: a code. */
    fault: text(),
  },
  (t) => [index("campaigns_by_state").on(t.state, t.changedAt), index("campaigns_by_change").on(t.changedAt)],
);

export const RECIPIENT_STATES = ["waiting", "due", "sent", "failed", "dropped"] as const;

/** One recipient of a newsletter, once. Its audience is frozen here; whether it still wants the mail is asked when it goes. */
export const campaignRecipients = sqliteTable(
  "campaign_recipients",
  {
    campaignId: text("campaign_id")
      .notNull()
      .references(() => campaigns.id),
    seq: integer().notNull(),
    state: text({ enum: RECIPIENT_STATES }).notNull(),
    mailId: text("mail_id").unique(),
    /** Why it was not sent, in our own words. */
    reason: text(),
    sentAt: integer("sent_at"),
    bouncedAt: integer("bounced_at"),
    leftAt: integer("left_at"),
    complainedAt: integer("complained_at"),
    repliedAt: integer("replied_at"),
  },
  (t) => [
    primaryKey({ columns: [t.campaignId, t.seq] }),
    index("campaign_recipients_by_state").on(t.campaignId, t.state, t.seq),
    index("campaign_recipients_by_subscriber").on(t.seq),
  ],
);

/** How many of a newsletter's recipients are in each state, and how many bounced, left, complained or replied. Kept by triggers; stays. */
export const campaignTallies = sqliteTable(
  "campaign_tallies",
  {
    campaignId: text("campaign_id")
      .notNull()
      .references(() => campaigns.id),
    what: text({ enum: [...RECIPIENT_STATES, "bounced", "left", "complained", "replied"] }).notNull(),
    count: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.campaignId, t.what] })],
);
