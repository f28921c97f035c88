import type { Language } from "../platform/languages.ts";
import type { Settings } from "../platform/settings.ts";
import type { Reading } from "./campaign-run-store.ts";
import type { Audience } from "./tables.ts";

/** Why somebody is not to get a newsletter any more, in our own words: they left or are gone, or gave its topics up. Null when they are to. */
export function unwantedBecause({ status, topics }: Reading, audience: Pick<Audience, "topics">): string | null {
  if (status !== "active") return "left";
  const theirs = JSON.parse(topics ?? "[]") as string[]; // The column is a JSON list of them.
  return audience.topics.some((topic) => theirs.includes(topic)) ? null : "topic";
}

/** The language a newsletter goes out in to a reader: theirs if it is written in that, else ours, else the one there is. */
export function languageFor(
  texts: Readonly<Record<string, unknown>>,
  wished: string | null,
  { LANGUAGE }: Pick<Settings, "LANGUAGE">,
): Language {
  const order = [wished, LANGUAGE, ...Object.keys(texts)];
  return order.find((lang): lang is Language => lang !== null && Object.hasOwn(texts, lang)) ?? LANGUAGE;
}
