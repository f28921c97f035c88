import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntry } from "../ledger/store.ts";
import { newMail } from "../mail/outbox.ts";
import { base64url, sha256 } from "../platform/bytes.ts";
import { commit, conflictOn, type Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { wake } from "../platform/jobs.ts";
import type { Language } from "../platform/languages.ts";
import { logFailure } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";
import { fillFields } from "./campaign-fields.ts";
import { NOBODY } from "./campaign-letter.ts";
import { TEST_MAIL } from "./campaign-mails.ts";
import { checkedAudience, checkedTexts, checkReady } from "./campaign-ready.ts";
import type { CampaignChanges, NewCampaign } from "./campaign-shapes.ts";
import {
  type AtStep,
  appendStep,
  type Campaign,
  type CampaignHead,
  type CampaignState,
  deleteCampaign,
  deleteTallies,
  dueCampaigns,
  findCampaign,
  hasRecipients,
  insertCampaign,
  insertTest,
  LAST_SEQ,
  SLUG,
  STATE_BEFORE,
  updateCampaign,
} from "./campaign-store.ts";
import { languageFor } from "./campaign-wanted.ts";
import type { CampaignText } from "./tables.ts";

/** Finds a newsletter. Refuses not_found. */
export async function campaignOf(rt: Runtime, id: string): Promise<Campaign> {
  const campaign = await findCampaign(rt.db, id);
  if (!campaign) throw new Refusal("not_found");
  return campaign;
}

/** Begins a newsletter as a draft, meant for the first topic unless something else is said, and gives its id. Refuses invalid_input. */
export async function createCampaign(rt: Runtime, wish: NewCampaign, by: string): Promise<string> {
  const id = base64url(rt.random(12));
  const now = rt.now();
  const { texts = {}, audience = { topics: rt.settings.TOPICS.slice(0, 1), segment: null } } = wish;
  const campaign = {
    ...{ id, state: "draft" as const, name: wish.name, texts: checkedTexts(texts) },
    audience: await checkedAudience(rt, audience),
    ...{ isPublic: wish.isPublic ?? false, slug: wish.slug ?? null, rate: wish.rate ?? null, version: 1 },
    ...{ createdAt: now, createdBy: by, changedAt: now, changedBy: by },
  };
  const entry = await ledgerEntry(rt, "campaign.drafted", { ...told(id, by), event: id });
  await commitNamed(rt, [insertCampaign(campaign), appendEntry(entry)]);
  return id;
}

/**
 * Saves what was changed of a draft, which may still lack anything, and gives its version. Refuses not_found,
 * edited_meanwhile, campaign_not_ready once it is no draft, and invalid_input for what can never be sent.
 */
export async function saveCampaign(
  rt: Runtime,
  id: string,
  version: number,
  changes: CampaignChanges,
  by: string,
): Promise<number> {
  const { audience, texts, ...others } = changes;
  const step = await stepAt(rt, id, version, ["draft"]);
  const set = {
    ...others,
    ...(texts === undefined ? {} : { texts: checkedTexts(texts) }),
    ...(audience === undefined ? {} : { audience: await checkedAudience(rt, audience) }),
    ...{ version: version + 1, changedAt: rt.now(), changedBy: by, fault: null },
  };
  await commitStep(rt, step, [updateCampaign(rt.db, step, set)]);
  return version + 1;
}

/**
 * Throws away a draft, or a newsletter that ended, with its figures. Refuses not_found, edited_meanwhile, and campaign_not_ready
 * for one that is to go out or goes out, and while it is kept who got it.
 */
export async function dropCampaign(rt: Runtime, id: string, version: number, by: string): Promise<void> {
  const step = await stepAt(rt, id, version, ["draft", "sent", "cancelled"]);
  if (await hasRecipients(rt.db, id)) throw new Refusal("campaign_not_ready");
  const entry = await ledgerEntry(rt, "campaign.dropped", { ...told(id, by), event: id });
  await commitStep(rt, step, [appendStep(entry, step), deleteTallies(rt.db, step), deleteCampaign(rt.db, step)]);
}

/**
 * Sets when a draft is to be sent: `at` in milliseconds, and the IANA zone that was chosen in. Refuses as `startCampaign`
 * does, and a time that is past ("too_soon") or no zone ("unknown_value").
 */
export async function scheduleCampaign(
  rt: Runtime,
  id: string,
  version: number,
  at: number,
  zone: string,
  by: string,
): Promise<void> {
  const campaign = await campaignOf(rt, id);
  const step = stepOf(campaign, version, ["draft"]);
  if (at < rt.now()) throw new Refusal("invalid_input", { errors: [{ path: "at", code: "too_soon" }] });
  if (!isZone(zone)) throw new Refusal("invalid_input", { errors: [{ path: "zone", code: "unknown_value" }] });
  await checkReady(rt, campaign);
  const entry = await ledgerEntry(rt, "campaign.scheduled", {
    ...{ event: `${id}:${version}`, subject: null, actor: by },
    body: { campaign: id, version: version + 1, at: new Date(at).toISOString() },
  });
  const set = { state: "scheduled" as const, scheduledAt: at, zone, ...changed(rt, version, by), fault: null };
  await commitStep(rt, step, [appendStep(entry, step), updateCampaign(rt.db, step, set)]);
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone !== "";
  } catch {
    return false;
  }
}

/** Makes a scheduled newsletter a draft again. Refuses not_found, edited_meanwhile, and campaign_not_ready once it began to go out. */
export async function unscheduleCampaign(rt: Runtime, id: string, version: number, by: string): Promise<void> {
  await unschedule(rt, await stepAt(rt, id, version, ["scheduled"]), version, by, null);
}

async function unschedule(
  rt: Runtime,
  step: AtStep,
  version: number,
  by: string,
  fault: Campaign["fault"],
): Promise<void> {
  const id = step.campaign;
  const entry = await ledgerEntry(rt, "campaign.unscheduled", { ...told(id, by), event: `${id}:${version}` });
  const set = { state: "draft" as const, scheduledAt: null, zone: null, ...changed(rt, version, by), fault };
  await commitStep(rt, step, [appendStep(entry, step), updateCampaign(rt.db, step, set)]);
}

/**
 * Begins to send a draft, or one that is scheduled, to those who are in its audience now. Refuses not_found,
 * edited_meanwhile, campaign_not_ready once it began (so that pressing twice sends once), invalid_input for texts that are
 * not whole, segment_gone, no_recipients and smtp_needed.
 */
export async function startCampaign(rt: Runtime, id: string, version: number, by: string): Promise<void> {
  const campaign = await campaignOf(rt, id);
  const step = stepOf(campaign, version, ["draft", "scheduled"]);
  const audience = await checkReady(rt, campaign);
  const texts = Object.entries(campaign.texts);
  const hashes = texts.map(async ([lang, text]) => [lang, await sha256(textOf(text))] as const);
  const entry = await ledgerEntry(rt, "campaign.started", {
    ...{ event: id, subject: null, actor: by },
    body: { campaign: id, version: version + 1, sha256: Object.fromEntries(await Promise.all(hashes)), audience },
  });
  const { isPublic, slug } = campaign;
  await commitStep(rt, step, [
    appendStep(entry, step),
    updateCampaign(rt.db, step, {
      ...{ state: "freezing", audience, slug: isPublic ? (slug ?? slugOf(subjectOf(rt, campaign), id)) : null },
      ...{ startedAt: rt.now(), startedBy: by, cursor: 0, lastSeq: LAST_SEQ, nextAt: null },
      ...{ ...changed(rt, version, by), fault: null },
    }),
  ]);
  wake(rt, [{ kind: "campaign", id }]);
}

/** A text as it is hashed: its three parts, each ended by a line break, which the first two have none of. */
const textOf = ({ subject, preheader, markdown }: CampaignText): string => `${subject}\n${preheader}\n${markdown}`;

/** What a newsletter is called where everybody sees it: its subject in the house's language, if it has one, with nobody's fields. */
function subjectOf({ settings }: Runtime, { texts }: Campaign): string {
  const text = texts[languageFor(texts, null, settings)];
  return fillFields(text?.subject ?? "", { ...NOBODY, company: settings.COMPANY });
}

/** An address in the archive: the id's characters tell equal subjects apart. */
function slugOf(subject: string, id: string): string {
  const plain = subject.normalize("NFD").toLowerCase();
  const words = plain.replace(/\p{M}/gu, "").match(/[a-z0-9]+/g) ?? [];
  const tail = id.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return [...words.join("-").slice(0, 60).split("-"), tail.join("").slice(0, 6)].filter(Boolean).join("-");
}

/**
 * Begins every scheduled newsletter whose time has come. One that cannot be sent is a draft again, with why. Gives what failed
 * otherwise: that one is tried again by the next round, and holds up no other.
 */
export async function startDue(rt: Runtime): Promise<unknown[]> {
  const failed: unknown[] = [];
  for (const { id, version, changedBy } of await dueCampaigns(rt.db, rt.now())) {
    await startOrUnschedule(rt, id, version, changedBy).catch((error: unknown) => {
      logFailure("campaign", error, { campaign: id });
      failed.push(error);
    });
  }
  return failed;
}

async function startOrUnschedule(rt: Runtime, id: string, version: number, by: string): Promise<void> {
  try {
    await startCampaign(rt, id, version, by);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Someone unscheduled it in this very moment: then it is theirs.
    if (["edited_meanwhile", "campaign_not_ready"].includes(error.code)) return;
    const step = { campaign: id, states: ["scheduled"] as const, campaignVersion: version };
    await unschedule(rt, step, version, by, error.errors?.[0]?.code ?? error.code).catch(onlyRefusals);
  }
}

function onlyRefusals(error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
}

/**
 * Holds a newsletter up: no mail of it begins any more; one that is on its way arrives. Refuses not_found, and campaign_not_ready
 * unless it is going out.
 */
export const pauseCampaign = (rt: Runtime, id: string, by: string): Promise<void> =>
  turn(rt, id, by, "campaign.paused", ["freezing", "sending"], { state: "paused" });

/** Lets a newsletter go on that was held up. Refuses not_found, and campaign_not_ready unless it is held up. */
export const resumeCampaign = (rt: Runtime, id: string, by: string): Promise<void> =>
  turn(rt, id, by, "campaign.resumed", ["paused"], { state: STATE_BEFORE });

/** Ends a newsletter that is going out: who has not had it never gets it. Refuses as `pauseCampaign` does. */
export const cancelCampaign = (rt: Runtime, id: string, by: string): Promise<void> =>
  turn(rt, id, by, "campaign.cancelled", ["freezing", "sending", "paused"], {
    state: "cancelled",
    finishedAt: rt.now(),
  });

/** Whether everybody may read a newsletter in the archive, or will as soon as it goes out. */
export const isArchived = ({ isPublic, startedAt, state }: CampaignHead): boolean =>
  isPublic && startedAt !== null && state !== "cancelled";

/**
 * Takes a newsletter out of the archive and its feeds, for good: its address then says that it was withdrawn. Refuses not_found,
 * edited_meanwhile, and campaign_not_ready for one that is not there.
 */
export async function withdrawCampaign(rt: Runtime, id: string, by: string): Promise<void> {
  const campaign = await campaignOf(rt, id);
  if (!isArchived(campaign)) throw new Refusal("campaign_not_ready");
  const { version } = campaign;
  const step = stepOf(campaign, version, ["freezing", "sending", "paused", "sent"]);
  const entry = await ledgerEntry(rt, "campaign.withdrawn", { ...told(id, by), event: id });
  const set = { isPublic: false, ...changed(rt, version, by) };
  await commitStep(rt, step, [appendStep(entry, step), updateCampaign(rt.db, step, set)]);
}

async function turn(
  rt: Runtime,
  id: string,
  by: string,
  kind: "campaign.paused" | "campaign.resumed" | "campaign.cancelled",
  states: readonly CampaignState[],
  set: Parameters<typeof updateCampaign>[2],
): Promise<void> {
  const step = { campaign: id, states, campaignVersion: null };
  const entry = await ledgerEntry(rt, kind, { ...told(id, by), event: base64url(rt.random(12)) });
  await commitStep(rt, step, [
    appendStep(entry, step),
    updateCampaign(rt.db, step, { ...set, changedAt: rt.now(), changedBy: by }),
  ]);
  wake(rt, [{ kind: "campaign", id }]);
}

/**
 * Mails a newsletter as it stands to a member of staff, whose own address `to` must be: the caller has made sure of that. Its
 * links do nothing. Gives the mail's id. Refuses not_found, and invalid_input ("lang") when it has no text in that language.
 */
export async function testCampaign(rt: Runtime, id: string, lang: Language, to: string): Promise<string> {
  const { texts } = await campaignOf(rt, id);
  if (!texts[lang]) throw new Refusal("invalid_input", { errors: [{ path: "lang", code: "unknown_value" }] });
  const mail = newMail(rt, TEST_MAIL, to, lang, { campaign: id, email: to });
  await commit(rt, [insertTest({ ...mail, campaign: id })]);
  wake(rt, [{ kind: "mail", id: mail.id }]);
  return mail.id;
}

const told = (id: string, by: string) => ({ subject: null, actor: by, body: { campaign: id } });

const changed = (rt: Runtime, version: number, by: string) => ({
  version: version + 1,
  changedAt: rt.now(),
  changedBy: by,
});

async function stepAt(rt: Runtime, id: string, version: number, states: readonly CampaignState[]): Promise<AtStep> {
  return stepOf(await campaignOf(rt, id), version, states);
}

/** The step, if it can be taken. What has begun is told so before it is told that its version is another. */
function stepOf(campaign: Campaign, version: number, states: readonly CampaignState[]): AtStep {
  if (!states.includes(campaign.state)) throw new Refusal("campaign_not_ready");
  if (campaign.version !== version) throw new Refusal("edited_meanwhile");
  return { campaign: campaign.id, states, campaignVersion: version };
}

/** Commits a step, whose last statement changes the newsletter if it is still as it was seen. */
async function commitStep(rt: Runtime, step: AtStep, statements: readonly Statement[]): Promise<void> {
  if ((await commitNamed(rt, statements)).at(-1) !== 0) return;
  // Who was quicker has left it in a state, or a version, that this step cannot be taken in.
  const { state } = await campaignOf(rt, step.campaign);
  throw new Refusal(step.states.includes(state) ? "edited_meanwhile" : "campaign_not_ready");
}

/** Commits; an address in the archive that another newsletter has is refused. */
async function commitNamed(rt: Runtime, statements: readonly Statement[]): Promise<number[]> {
  try {
    return await commit(rt, statements);
  } catch (error) {
    if (!conflictOn(error, SLUG)) throw error;
    throw new Refusal("invalid_input", { errors: [{ path: "slug", code: "taken" }] });
  }
}
