import { ledgerEntry } from "../ledger/entry.ts";
import { jobOf } from "../mail/outbox.ts";
import { commit, type Statement } from "../platform/db.ts";
import { wake, wakeLater } from "../platform/jobs.ts";
import { logFailure } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import { startDue } from "./campaign.ts";
import { belongsTo } from "./campaign-audience.ts";
import { CAMPAIGN_MAIL } from "./campaign-mails.ts";
import {
  appendSent,
  backlogOf,
  beginSending,
  countSending,
  dropMails,
  dropWaiting,
  finishCampaign,
  insertPage,
  insertRecipients,
  markPage,
  moveFreezing,
  moveSending,
  putOffPage,
  putOffUntil,
  recipientsAfter,
  reviveHeld,
  settleDue,
  type Waiting,
} from "./campaign-run-store.ts";
import { type Campaign, findCampaign, talliesOf, unsettledCampaigns } from "./campaign-store.ts";
import { languageFor, unwantedBecause } from "./campaign-wanted.ts";
import { insertLinks, linkTokens } from "./links.ts";

const MINUTE = 60_000;
/** Places of the list that are looked at in one batch while a newsletter's recipients are written down, and batches in one step. */
const WINDOW = 5_000;
const WINDOWS_AT_ONCE = 40;
/** Mails made in one batch, at most, and batches in one step: a step is one turn of the queue, or part of a round. */
export const PAGE = 200;
const PAGES_AT_ONCE = 25;
/** A page is made no sooner than this before it is due: by cron alone a newsletter keeps its rate. */
const AHEAD = MINUTE;
/** When so many minutes' worth of mails wait for their first try, or so many mails, no more are made. */
const WAITING_MINUTES = 5;
const WAITING_MOST = 5_000;
/** Nor when so many have no outcome: a mail server that takes none for now is not to be asked by all at once. */
const DUE_MOST = 10_000;
/** How long until it is looked at again whether they have gone. */
const BREATH = 3_000;
/** Outcomes written down in one statement, and statements in one step. */
const SETTLED_AT_ONCE = 1_000;
const SETTLINGS = 40;
/** Recipients dropped in one statement. */
const DROPPED_AT_ONCE = 5_000;

/**
 * Takes a newsletter a step further: writes down who is to get it, makes mails as fast as its rate allows, and writes down
 * what became of them. Only who moves it wakes the queue for what comes next, so that wake-ups do not multiply; cron picks up
 * where they broke off.
 */
export async function advanceCampaign(rt: Runtime, id: string): Promise<void> {
  await writeOutcomes(rt, id);
  const campaign = await findCampaign(rt.db, id);
  if (campaign?.state === "freezing") await freeze(rt, campaign);
  if (campaign?.state === "sending") await send(rt, campaign);
  if (campaign?.state === "cancelled") await dropRest(rt, id);
}

const wakeCampaign = (rt: Runtime, id: string, pause: number): void =>
  wakeLater(rt, [{ kind: "campaign", id }], Math.max(0, Math.ceil(pause / 1000)));

/** Writes down who is to get a newsletter: who is in its audience now, of those who were there when it began. */
async function freeze(rt: Runtime, campaign: Campaign): Promise<void> {
  const { id, audience, lastSeq } = campaign;
  const end = lastSeq ?? 0;
  const who = await belongsTo(rt, audience);
  let cursor = campaign.cursor;
  for (let windows = 0; cursor < end; windows++) {
    if (windows === WINDOWS_AT_ONCE) return wakeCampaign(rt, id, 0);
    const page = { campaign: id, cursor, last: Math.min(cursor + WINDOW, end) };
    const moved = (await commit(rt, [insertRecipients(who, page), moveFreezing(page)])).at(-1);
    if (moved === 0) return;
    cursor = page.last;
  }
  const nextAt = rt.now();
  const [begun] = await commit(rt, [beginSending({ campaign: id, cursor, nextAt })]);
  if (begun !== 0) await send(rt, { ...campaign, cursor: 0, nextAt });
}

/** Where a newsletter is among its recipients, and when its next mails are due. */
type Place = Pick<Campaign, "id" | "cursor"> & { nextAt: number };

/** Mails a minute: newsletters that go out at the same time share, so that together they go no faster than the fastest of them would. */
async function rateOf(rt: Runtime, { rate }: Campaign): Promise<number> {
  const sharers = await countSending(rt.db);
  return Math.max(1, Math.floor((rate ?? rt.settings.NEWSLETTER_RATE) / Math.max(1, sharers)));
}

async function send(rt: Runtime, campaign: Campaign): Promise<void> {
  const rate = await rateOf(rt, campaign);
  const size = Math.min(PAGE, rate);
  const most = Math.min(WAITING_MINUTES * rate, WAITING_MOST);
  const held = await revive(rt, campaign.id, rate);
  const backlog = await backlogOf(rt.db, campaign.id, most + 1);
  let room = Math.min(most - backlog.fresh, DUE_MOST - backlog.due);
  let place = { id: campaign.id, cursor: campaign.cursor, nextAt: Math.max(campaign.nextAt ?? 0, held) };
  for (let pages = 0; pages < PAGES_AT_ONCE; pages++) {
    if (place.nextAt > rt.now() + AHEAD) return;
    // No more than the rate is due in one minute.
    const page = await recipientsAfter(rt.db, place.id, place.cursor, size);
    const isMoved = held > 0 || pages > 0;
    if (page.length === 0) return finish(rt, place, isMoved, backlog.fresh > 0);
    if (room < page.length) return isMoved ? wakeWhenDue(rt, place) : putOff(rt, place);
    const next = await takePage(rt, campaign, place, page, rate);
    if (next === null) return;
    room -= page.length;
    place = next;
    // Where no room is left, what was made has to go first.
    if (room < size) return wakeWhenDue(rt, place);
    const pause = place.nextAt - AHEAD - rt.now();
    if (pause > 0 || pages === PAGES_AT_ONCE - 1) return wakeCampaign(rt, place.id, pause);
  }
}

/** Makes mails due again that were held, also one that was held in the moment in which it went on; gives when the next page is due. */
async function revive(rt: Runtime, id: string, rate: number): Promise<number> {
  const now = rt.now();
  const held = await reviveHeld(rt.db, id, now);
  if (held.length === 0) return 0;
  const nextAt = now + Math.ceil((held.length * MINUTE) / rate);
  await commit(rt, [putOffUntil({ campaign: id, nextAt })]);
  wake(
    rt,
    held.map((mail) => jobOf({ id: mail, lane: "bulk" })),
  );
  return nextAt;
}

/** Wakes the queue for a newsletter that this worker moved, when its next page is due: until then, whoever looks leaves it alone. */
const wakeWhenDue = (rt: Runtime, { id, nextAt }: Place): void =>
  wakeCampaign(rt, id, Math.max(BREATH, nextAt - rt.now()));

/** A newsletter that is put off already, or ahead of its time, is left to who did that and has woken the queue for it. */
async function putOff(rt: Runtime, { id, cursor, nextAt: was }: Place): Promise<void> {
  if (was > rt.now()) return;
  const nextAt = rt.now() + BREATH;
  const [changed] = await commit(rt, [putOffPage({ campaign: id, cursor, was, nextAt })]);
  if (changed !== 0) wakeCampaign(rt, id, BREATH);
}

/** Makes the mails of a page of recipients, in one batch. Gives where the next is; null when another worker took the page. */
async function takePage(
  rt: Runtime,
  { audience, texts }: Campaign,
  { id, cursor, nextAt: was }: Place,
  page: readonly Waiting[],
  rate: number,
): Promise<Place | null> {
  const now = rt.now();
  const dueAt = Math.max(was, now);
  const nextAt = dueAt + Math.ceil((page.length * MINUTE) / rate);
  const last = page.at(-1)?.seq ?? cursor;
  const asked = page.map((one) => ({ ...one, reason: unwantedBecause(one, audience) }));
  const wanted = asked.filter(({ reason }) => reason === null);
  const links = await linkTokens(
    rt,
    wanted.map(({ id: subscriber, email }) => ({ id: subscriber ?? "", email: email ?? "" })),
  );
  const mails = await Promise.all(
    wanted.map(async ({ seq, id: subscriber, email, lang }) => ({
      ...{ seq, id: await mailIdOf(rt, id, seq), recipient: email, lang: languageFor(texts, lang, rt.settings) },
      params: { campaign: id, subscriber, ...links.byId.get(subscriber ?? "") },
    })),
  );
  const mailBySeq = new Map(mails.map((mail) => [mail.seq, mail.id]));
  const made = asked.map(({ seq, reason }) => ({ seq, reason, mail: mailBySeq.get(seq) ?? null }));
  const at = { campaign: id, cursor };
  const changes = await commit(rt, [
    insertPage({
      ...{ ...at, mails: JSON.stringify(mails), template: CAMPAIGN_MAIL, lane: "bulk", params: "{}" },
      ...{ dueAt, createdAt: now },
    }),
    insertLinks(links.rows),
    markPage({ ...at, made: JSON.stringify(made) }),
    moveSending({ ...at, last, nextAt }),
  ]);
  if (changes.at(-1) === 0) return null;
  const jobs = mails.map((mail) => jobOf({ id: mail.id, lane: "bulk" }));
  if (dueAt > now) wakeLater(rt, jobs, Math.ceil((dueAt - now) / 1000));
  else wake(rt, jobs);
  return { id, cursor: last, nextAt };
}

/** The id of a recipient's mail, and with it the Message-ID: the same however often it is made. */
const mailIdOf = async (rt: Runtime, id: string, seq: number): Promise<string> =>
  (await keyed(rt, "campaign-mail", `${id}:${seq}`)).slice(0, 22);

/** Ends a newsletter, unless somebody's mail has no outcome yet: it is looked at again soon while mails go out, else by cron. */
async function finish(rt: Runtime, place: Place, isMoved: boolean, isBusy: boolean): Promise<void> {
  const { id } = place;
  const { sent = 0, failed = 0, dropped = 0 } = (await talliesOf(rt.db, [id])).get(id) ?? {};
  const body = { campaign: id, sent, failed, dropped };
  const entry = await ledgerEntry(rt, "campaign.sent", { event: id, subject: null, body });
  const changes = await commit(rt, [
    appendSent({ ...entry, campaign: id }),
    finishCampaign({ campaign: id, finishedAt: rt.now() }),
  ]);
  if (changes.at(-1) !== 0) return;
  if (isMoved) wakeWhenDue(rt, place);
  else if (isBusy) await putOff(rt, place);
}

/** Writes down what became of the mails of a newsletter. Two workers at once write it down once. */
async function writeOutcomes(rt: Runtime, campaign: string): Promise<void> {
  const settle = settleDue({ campaign, limit: SETTLED_AT_ONCE });
  await repeat(rt, settle, SETTLINGS);
}

/** Drops all that was not sent of a newsletter that was cancelled. */
async function dropRest(rt: Runtime, campaign: string): Promise<void> {
  const reason = "cancelled";
  await commit(rt, [dropMails({ campaign, reason })]);
  await repeat(rt, dropWaiting({ campaign, reason, limit: DROPPED_AT_ONCE }), SETTLINGS);
  await writeOutcomes(rt, campaign);
}

/** Commits a statement again and again until it changes nothing, so many times at most. */
async function repeat(rt: Runtime, statement: Statement, times: number): Promise<void> {
  for (let time = 0; time < times; time++) if ((await commit(rt, [statement]))[0] === 0) return;
}

/**
 * The minute's part: begins what is scheduled, and takes every newsletter further that is not settled. One that fails holds up
 * no other; it is thrown at the end.
 */
export async function continueCampaigns(rt: Runtime): Promise<void> {
  const failed = await startDue(rt);
  for (const id of await unsettledCampaigns(rt.db)) {
    await advanceCampaign(rt, id).catch((error: unknown) => {
      logFailure("campaign", error, { campaign: id });
      failed.push(error);
    });
  }
  if (failed.length > 0) throw failed[0];
}
