import { Refusal } from "../platform/errors.ts";
import type { Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";

type Offer = Pick<Runtime, "settings">;

/** Names that hosts often give their topics, in words. Any other name is shown as it is. */
const WORDS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  nl: {
    news: "Nieuws",
    offers: "Aanbiedingen",
    maintenance: "Onderhoud en storingen",
    security: "Veiligheid",
    products: "Nieuwe producten",
    events: "Bijeenkomsten",
    tips: "Tips",
  },
  en: {
    news: "News",
    offers: "Offers",
    maintenance: "Maintenance and outages",
    security: "Security",
    products: "New products",
    events: "Events",
    tips: "Tips",
  },
};

/** A public topic as people read it. */
export const topicInWords = (topic: string, lang: Language): string => {
  const words = WORDS[lang];
  return Object.hasOwn(words, topic) ? (words[topic] ?? topic) : topic;
};

/**
 * Topics as they are stored, each once: in the order of TOPICS, and after those what is no longer offered, by the
 * alphabet. Equal sets are equal texts, which cohorts depend on.
 */
export function inOrder({ settings }: Offer, topics: readonly string[]): string[] {
  const wished = new Set(topics);
  const offered = settings.TOPICS.filter((topic) => wished.has(topic));
  return [...offered, ...[...wished].filter((topic) => !settings.TOPICS.includes(topic)).sort()];
}

/** The topics that somebody asks for; the first when they name none. Refuses invalid_input for one that is not offered. */
export function chosenTopics(rt: Offer, wished: readonly string[] | undefined): string[] {
  const offered = rt.settings.TOPICS;
  const unknown = (wished ?? []).findIndex((topic) => !offered.includes(topic));
  if (unknown >= 0) {
    throw new Refusal("invalid_input", { errors: [{ path: `topics.${unknown}`, code: "unknown_value" }] });
  }
  return wished && wished.length > 0 ? inOrder(rt, wished) : offered.slice(0, 1);
}
