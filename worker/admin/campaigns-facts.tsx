import { isArchived } from "../newsletter/campaign.ts";
import type { Campaign, Tallies } from "../newsletter/campaign-store.ts";
import type { Segment } from "../newsletter/segment-store.ts";
import { FIELD_CODES, type FieldCode } from "../platform/errors.ts";
import type { Language } from "../platform/languages.ts";
import { FIELD_WORDS, REFUSAL_WORDS } from "../platform/words.ts";
import { audienceInWords } from "./campaigns-audience.tsx";
import { CAMPAIGNS } from "./campaigns-words.ts";
import type { StaffDesk } from "./desk.ts";
import { numberInWords } from "./format.ts";
import { When } from "./table.tsx";

/** Why a newsletter could not be sent by itself. */
export function faultInWords(lang: Language, fault: string): string {
  const words = CAMPAIGNS[lang];
  const known: Readonly<Record<string, string>> = {
    segment_gone: words.segmentGone,
    no_recipients: words.noRecipients,
    smtp_needed: `${REFUSAL_WORDS[lang].smtp_needed.title}.`,
  };
  const code = FIELD_CODES.find((one): one is FieldCode => one === fault);
  return `${words.fault} ${known[fault] ?? (code ? FIELD_WORDS[lang][code] : words.notYet)}`;
}

/** What there is to know of a newsletter, whatever its state. */
export function factsOf(desk: StaffDesk, campaign: Campaign, segments: readonly Segment[]) {
  const { lang } = desk;
  const words = CAMPAIGNS[lang];
  const { state, audience, recipients, rate, slug, scheduledAt, startedAt, finishedAt } = campaign;
  const moment = (name: string, at: number | null) =>
    at === null ? [] : [[name, <When desk={desk} at={at} />] as const];
  return [
    [words.state, words.states[state]] as const,
    [words.audience, audienceInWords(lang, audience, segments)] as const,
    ...(startedAt === null ? [] : [[words.recipients, numberInWords(recipients, lang)] as const]),
    ...(finishedAt === null
      ? [[words.rate, numberInWords(rate ?? desk.rt.settings.NEWSLETTER_RATE, lang)] as const]
      : []),
    ...(startedAt === null ? moment(words.scheduledAt, scheduledAt) : []),
    ...moment(words.started, startedAt),
    ...moment(words.finished, finishedAt),
    ...(isArchived(campaign) ? [[words.archive, <a href={`/newsletter/archive/${slug}`}>{slug}</a>] as const] : []),
  ];
}

/** How many of a newsletter's recipients are where. */
export const tallyFacts = ({ lang }: StaffDesk, tallies: Tallies) =>
  (["waiting", "due", "sent", "failed", "dropped"] as const).map(
    (state) => [CAMPAIGNS[lang].tally[state], numberInWords(tallies[state], lang)] as const,
  );
