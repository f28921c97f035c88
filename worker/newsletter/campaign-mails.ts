import { type Letter, type LetterJob, type LetterWriters, OnHold, Unwanted } from "../mail/letter.ts";
import { createMemo } from "../platform/memo.ts";
import { letterOf, testReason, webVersion } from "./campaign-letter.ts";
import { checkedNow } from "./campaign-recheck.ts";
import { findCampaign } from "./campaign-store.ts";
import { languageFor, unwantedBecause } from "./campaign-wanted.ts";
import type { Audience, CampaignText } from "./tables.ts";

/** The template of a newsletter's mails. */
export const CAMPAIGN_MAIL = "newsletter.campaign";
/** The template of a newsletter that its writer tries out. */
export const TEST_MAIL = "newsletter.test";

const TEN_MINUTES = 600_000;
const kept = createMemo<Map<string, Readonly<Record<string, CampaignText>>>>(TEN_MINUTES);

/** The texts of a newsletter at a version, kept in memory: a hundred thousand mails read them a few times. */
async function textsOf(
  { rt }: LetterJob,
  id: string,
  version: number,
): Promise<Readonly<Record<string, CampaignText>>> {
  const known = await kept.get(rt.bindings, rt.now(), async () => new Map());
  const key = `${id}:${version}`;
  const texts = known.get(key) ?? (await findCampaign(rt.db, id))?.texts ?? {};
  known.set(key, texts);
  return texts;
}

/**
 * A newsletter to one reader, who is looked at again as it goes: who has left, or given its topics up, does not get it, and
 * of one that is held up or was cancelled nobody gets more.
 */
async function writeCampaign(job: LetterJob): Promise<Letter> {
  const { campaign: id = "", subscriber = "", unsubscribe = "", preferences = "" } = job.params;
  const { settings } = job.rt;
  const found = await checkedNow(job.rt, { campaign: id, subscriber });
  if (!found || found.state === "cancelled") throw new Unwanted("cancelled");
  if (found.state === "paused") throw new OnHold("paused");
  const reason = unwantedBecause(found, JSON.parse(found.audience) as Audience); // The column holds one.
  if (reason !== null) throw new Unwanted(reason);
  const texts = await textsOf(job, id, found.version);
  const lang = languageFor(texts, found.lang, settings);
  const text = texts[lang];
  if (!text) throw new Unwanted("cancelled");
  const leave = await job.link("/newsletter/unsubscribe", "newsletter.unsubscribe", unsubscribe);
  const links = {
    // Says in which newsletter it stands, for the figures; to leave takes the token alone.
    unsubscribe: `${leave}&campaign=${id}`,
    preferences: await job.link("/newsletter/preferences", "newsletter.preferences", preferences),
    web: webVersion(settings, found),
  };
  return letterOf(text, { email: found.email ?? "", name: found.name, lang }, links, settings);
}

/** A newsletter as it stands, to who writes it. It cannot be left, and its links hold no token. */
async function writeTest({ rt, lang, params }: LetterJob): Promise<Letter> {
  const campaign = await findCampaign(rt.db, params["campaign"] ?? "");
  const text = campaign?.texts[lang];
  if (!text) throw new Unwanted("gone");
  const page = (name: string) => `${rt.settings.ORIGIN}/newsletter/${name}?token=test`;
  const links = {
    unsubscribe: page("unsubscribe"),
    preferences: page("preferences"),
    web: webVersion(rt.settings, campaign),
  };
  const reader = { email: params["email"] ?? "", name: null, lang };
  const { unsubscribe: _, list: __, ...letter } = letterOf(text, reader, links, rt.settings);
  return { ...letter, subject: `[test] ${letter.subject}`, reason: testReason(lang) };
}

/** The mails of newsletters. */
export const campaignMails: LetterWriters = { [CAMPAIGN_MAIL]: writeCampaign, [TEST_MAIL]: writeTest };
