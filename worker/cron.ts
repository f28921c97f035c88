import { continueArchive } from "./contact/archive.ts";
import { sweepContact, sweepConversations } from "./contact/archive-store.ts";
import { dropForgotten } from "./contact/files.ts";
import { readStrays } from "./contact/inbound.ts";
import { continueContactIndex } from "./contact/search.ts";
import { continueImports } from "./customers/import-run.ts";
import { sweepImports } from "./customers/import-store.ts";
import { sweepCustomers } from "./customers/store.ts";
import { inventory } from "./inventory.ts";
import { continueCheck } from "./ledger/check.ts";
import { sealEntries } from "./ledger/seal.ts";
import { sweepLedger } from "./ledger/store.ts";
import { requeueStrays } from "./mail/outbox.ts";
import { bringBackStops, RESTORED } from "./mail/restored.ts";
import { sweepReturns } from "./mail/returns-store.ts";
import { sweepMails } from "./mail/store.ts";
import { mirrorSuppressions } from "./mail/suppression.ts";
import { UNDO_DAYS } from "./newsletter/action.ts";
import { continueActions } from "./newsletter/action-run.ts";
import { sweepActions } from "./newsletter/action-store.ts";
import { continueCampaigns } from "./newsletter/campaign-run.ts";
import { sweepRecipients } from "./newsletter/campaign-store.ts";
import { dropEmptyCohorts } from "./newsletter/filter-store.ts";
import { eraseGone, suppressEarlier } from "./newsletter/leaving.ts";
import { continueListImports } from "./newsletter/list-import-run.ts";
import { sweepListImports } from "./newsletter/list-import-store.ts";
import { putSubscribersRight } from "./newsletter/restored.ts";
import { continueIndex } from "./newsletter/search.ts";
import { sweepNewsletter } from "./newsletter/store.ts";
import { commit, type Statement } from "./platform/db.ts";
import { logFailure } from "./platform/log.ts";
import type { Runtime } from "./platform/runtime.ts";
import { sweepPlatform } from "./platform/store.ts";
import { runTasks, type Task } from "./platform/tasks.ts";
import { publishDue } from "./policy/draft.ts";
import { continueRuns } from "./policy/telling.ts";
import { alertStaff } from "./staff/alerts.ts";
import { sweepStaff } from "./staff/store.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Days that things are kept, as the rooms' personal-data.ts declares them. */
const UNCONFIRMED = 7;
const GONE_SUBSCRIBERS = 730;
const MAIL = 90;
const NEWSLETTER_MAIL = 30;
const MAIL_RETURNS = 365;
const CLOSED_CUSTOMERS = 2557;
const LEDGER_CHECKS = 365;
const ACTIONS = 365;
const IMPORTS = 365;
const IMPORT_FAULTS = 30;
const LIST_IMPORTS = 730;
const REMOVED_STAFF = 730;
const RECIPIENTS = 90;
const SPAM = 30;
const CONTACT_DRAFTS = 30;
const UNREADABLE = 30;
/**
 * Rows of one kind that are dropped in one batch, for which D1 gives 30 seconds; people, and conversations, with whom much else goes; and
 * batches of a room in an hour. What a newsletter to a million leaves is dropped in five.
 */
const AT_ONCE = 20_000;
const PEOPLE_AT_ONCE = 5_000;
const CONVERSATIONS_AT_ONCE = 200;
const SWEEPINGS = 10;

/** Mails that carry a link which lapses. */
const BRIEF = [
  "newsletter.confirm",
  "newsletter.import-confirm",
  "newsletter.move-from",
  "newsletter.move-to",
  "newsletter.move-taken",
  "contact.confirm",
  "customers.confirm",
  "staff.sign-in",
];

/** What is short goes before what can take all that the platform gives one round: that goes on in the next. */
const TASKS: readonly Task[] = [
  { name: "policy.publish", run: (rt) => publishDue(rt, inventory) },
  { name: "mail.strays", run: requeueStrays },
  { name: RESTORED, run: (rt) => bringBackStops(rt, putSubscribersRight) },
  { name: "mail.suppressions", run: mirrorSuppressions },
  { name: "newsletter.left", run: suppressEarlier },
  { name: "newsletter.gone", run: (rt) => eraseGone(rt, rt.now() - GONE_SUBSCRIBERS * DAY) },
  { name: "ledger.seal", run: sealEntries },
  { name: "sweep", run: sweep },
  { name: "contact.mail", run: readStrays },
  { name: "contact.alerts", run: alertStaff },
  { name: "contact.archive", run: continueArchive },
  { name: "contact.files", run: dropForgotten },
  { name: "policy.notices", run: continueRuns },
  { name: "newsletter.campaigns", run: continueCampaigns },
  { name: "customers.imports", run: continueImports },
  { name: "newsletter.actions", run: continueActions },
  { name: "newsletter.search", run: continueIndex },
  { name: "contact.search", run: continueContactIndex },
  { name: "newsletter.imports", run: continueListImports },
  { name: "ledger.check", run: continueCheck },
];

/** The minute's round: wakes mails whose sender was lost, tells customers of a new version, seals and verifies the ledger, and each hour drops what has lapsed. */
export const round = (rt: Runtime): Promise<void> => runTasks(rt, TASKS);

/** What is dropped when it has lapsed, room by room. */
const SWEEPS: Readonly<Record<string, (rt: Runtime, now: number) => Statement[]>> = {
  newsletter: (_, now) => sweepNewsletter({ requestedBefore: now - UNCONFIRMED * DAY, limit: PEOPLE_AT_ONCE }),
  actions: ({ db }, now) => sweepActions(db, now - UNDO_DAYS * DAY, now - ACTIONS * DAY, AT_ONCE),
  imports: ({ db }, now) =>
    sweepListImports(db, {
      faultsBefore: now - IMPORT_FAULTS * DAY,
      importsBefore: now - LIST_IMPORTS * DAY,
      limit: AT_ONCE,
    }),
  recipients: ({ db }, now) => [sweepRecipients(db, now - RECIPIENTS * DAY, AT_ONCE)],
  cohorts: ({ db }) => [dropEmptyCohorts(db)],
  conversations: ({ db }, now) =>
    sweepConversations(
      db,
      { now, quarantined: now - SPAM * DAY, unconfirmed: now - UNCONFIRMED * DAY },
      CONVERSATIONS_AT_ONCE,
    ),
  contact: ({ db }, now) =>
    sweepContact(
      db,
      {
        drafts: now - CONTACT_DRAFTS * DAY,
        presence: now - DAY,
        files: now - DAY,
        arriving: now - HOUR,
        unreadable: now - UNREADABLE * DAY,
      },
      AT_ONCE,
    ),
  customers: ({ db }, now) => [
    ...sweepCustomers(db, now - UNCONFIRMED * DAY, now - CLOSED_CUSTOMERS * DAY),
    ...sweepImports(db, now - IMPORT_FAULTS * DAY, now - IMPORTS * DAY),
  ],
  platform: ({ db }, now) => sweepPlatform(db, now, AT_ONCE),
  mail: ({ db }, now) => [
    ...sweepMails(
      db,
      { newsletters: now - NEWSLETTER_MAIL * DAY, brief: now - UNCONFIRMED * DAY, others: now - MAIL * DAY },
      BRIEF,
      AT_ONCE,
    ),
    sweepReturns(db, now - MAIL_RETURNS * DAY),
  ],
  staff: ({ db }, now) => sweepStaff(db, now, now - REMOVED_STAFF * DAY),
  ledger: ({ db }, now) => [sweepLedger(db, now - LEDGER_CHECKS * DAY)],
};

/**
 * Drops what has lapsed, in the first minute of each hour: to look for it is to read much. One room that fails stops no other.
 */
async function sweep(rt: Runtime): Promise<void> {
  const now = rt.now();
  if (now % HOUR >= MINUTE) return;
  const failed: unknown[] = [];
  for (const [room, statements] of Object.entries(SWEEPS)) {
    await sweepRoom(rt, () => statements(rt, now)).catch((error: unknown) => {
      logFailure("sweep", error, { room });
      failed.push(error);
    });
  }
  if (failed.length > 0) throw failed[0];
}

/** Sweeps again and again until nothing is left to drop, so many times at most. */
async function sweepRoom(rt: Runtime, statements: () => Statement[]): Promise<void> {
  for (let time = 0; time < SWEEPINGS; time++) {
    const changes = await commit(rt, statements());
    if (changes.every((count) => count === 0)) return;
  }
}
