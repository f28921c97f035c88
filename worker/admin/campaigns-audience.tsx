import { countAudience } from "../newsletter/campaign-audience.ts";
import type { Campaign } from "../newsletter/campaign-store.ts";
import type { Segment } from "../newsletter/segment-store.ts";
import { topicInWords } from "../newsletter/topics.ts";
import { Refusal } from "../platform/errors.ts";
import type { Language } from "../platform/languages.ts";
import { CAMPAIGNS } from "./campaigns-words.ts";
import type { StaffDesk } from "./desk.ts";
import { countedInWords, isOne } from "./format.ts";
import { SHELL } from "./words.ts";

type Audience = Campaign["audience"];

/** Whom a newsletter goes to: its topics, and its segment by name. */
export function audienceInWords(lang: Language, { topics, segment }: Audience, segments: readonly Segment[]): string {
  const words = CAMPAIGNS[lang];
  const named = topics.map((topic) => topicInWords(topic, lang)).join(", ") || SHELL[lang].none;
  if (segment === null) return named;
  return `${named} · ${segments.find(({ id }) => id === segment)?.name ?? words.goneSegment}`;
}

/** How many are in an audience now, in words. */
export async function countInWords({ rt, lang }: StaffDesk, audience: Audience): Promise<string> {
  const words = CAMPAIGNS[lang];
  const offered = { ...audience, topics: audience.topics.filter((topic) => rt.settings.TOPICS.includes(topic)) };
  try {
    const counted = await countAudience(rt, offered);
    if (counted.count === 0 && !counted.isMore) return words.countNone;
    return isOne(counted) ? words.countOne : words.countOf(countedInWords(counted, lang));
  } catch (error) {
    if (error instanceof Refusal && error.code === "segment_gone") return words.countGone;
    throw error;
  }
}
