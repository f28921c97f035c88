import { listLabels, listSources } from "../newsletter/label-store.ts";
import { type SegmentInput, subscriberReply } from "../newsletter/list-shapes.ts";
import { topicInWords } from "../newsletter/topics.ts";
import { dayInWords, isDay } from "../platform/calendar.ts";
import { LANGUAGE_NAMES, LANGUAGES, type Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import type { StaffDesk } from "./desk.ts";
import { Field, type Typed } from "./form.tsx";
import { SUBSCRIBERS } from "./subscribers-words.ts";

/** Whom the list shows, or an action is done to. */
export type SubscriberFilter = SegmentInput["filter"];

/** What a list can be narrowed by, several values of each. */
const CHOICES = ["status", "topics", "labels", "sources", "langs"] as const;
/** What it can be narrowed by with one value of each. */
const TEXTS = ["search", "from", "to"] as const;
type Choice = (typeof CHOICES)[number];

/** What most are found by, and what is folded away until it is used. */
const FIRST = ["status", "topics"] as const;
const REST = ["labels", "sources", "langs", "from", "to"] as const;

/** A filter as an address or a hidden field carries it, not looked at yet. */
export type RawFilter = Readonly<Record<string, string | string[]>>;

/** The filter in the query of an address; what is empty there is not part of it. */
export function rawFilter(query: URLSearchParams): RawFilter {
  const texts = TEXTS.map((name) => [name, query.get(name)?.trim() ?? ""] as const);
  const choices = CHOICES.map((name) => [name, [...new Set(query.getAll(name))].filter(Boolean)] as const);
  return Object.fromEntries([...texts, ...choices].filter(([, value]) => value.length > 0));
}

/** A filter as the query of an address, in one order, so that equal filters are equal texts. */
export function queryOf(filter: SubscriberFilter): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of TEXTS) if (filter[name]) query.set(name, filter[name]);
  for (const name of CHOICES) for (const value of [...(filter[name] ?? [])].sort()) query.append(name, value);
  return query;
}

/** The texts of a filter that was refused, to show again. */
export const typedOf = (raw: RawFilter): Readonly<Record<string, string>> =>
  Object.fromEntries(TEXTS.map((name) => [name, String(raw[name] ?? "")]));

/** A page's address with a filter in it. */
export function withFilter(
  path: string,
  filter: SubscriberFilter,
  more: Readonly<Record<string, string>> = {},
): string {
  const query = queryOf(filter);
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** A language's own name, or its code when it is none of ours. */
export const languageInWords = (lang: string): string => LANGUAGE_NAMES[lang as Language] ?? lang;

/** What one value of a choice is called. */
function valueInWords(lang: Language, name: Choice, value: string): string {
  if (name === "status") return SUBSCRIBERS[lang].statuses[value as keyof (typeof SUBSCRIBERS.nl)["statuses"]] ?? value;
  if (name === "topics") return topicInWords(value, lang);
  return name === "langs" ? languageInWords(value) : value;
}

/** A filter in words, or undefined when it lets everybody through. */
export function filterInWords(lang: Language, filter: SubscriberFilter): string | undefined {
  const words = SUBSCRIBERS[lang];
  const texts = TEXTS.flatMap((name) => {
    const value = filter[name];
    if (name === "search" && value === "") return [words.searched];
    if (!value) return [];
    return [`${words[name]}: ${name === "search" ? value : isDay(value) ? dayInWords(value, lang) : value}`];
  });
  const choices = CHOICES.flatMap((name) => {
    const values = filter[name] ?? [];
    if (values.length === 0) return [];
    return [`${words[name]}: ${values.map((value) => valueInWords(lang, name, value)).join(", ")}`];
  });
  return texts.length + choices.length === 0 ? undefined : [...choices, ...texts].join(" · ");
}

/** What can be chosen from, beside what never differs. */
export interface Offered {
  labels: readonly string[];
  sources: readonly string[];
}

/** The internal topics that there are, and where subscribers came from. */
export async function offeredTo(rt: Runtime): Promise<Offered> {
  const [labels, sources] = await Promise.all([listLabels(rt.db), listSources(rt.db)]);
  return { labels: labels.map(({ name }) => name), sources };
}

/** The fields by which the list is narrowed; each opens when it is chosen from. */
export function FilterFields({
  desk,
  raw,
  typed,
  offered,
}: {
  desk: StaffDesk;
  raw: RawFilter;
  typed: Typed;
  offered: Offered;
}) {
  const { lang, rt } = desk;
  const words = SUBSCRIBERS[lang];
  const values: Readonly<Record<Choice, readonly string[]>> = {
    status: subscriberReply.shape.status.options,
    topics: rt.settings.TOPICS,
    labels: offered.labels,
    sources: offered.sources,
    langs: LANGUAGES,
  };
  const choose = (name: Choice) => {
    const chosen = [raw[name] ?? []].flat();
    const all = [...new Set([...values[name], ...chosen])];
    return all.length === 0 ? null : <Choose {...{ lang, name, chosen, all }} />;
  };
  return (
    <>
      <Field {...{ lang, typed }} name="search" label={words.search} type="search" maxlength={254} />
      {FIRST.map(choose)}
      <details class="rest" open={REST.some((name) => raw[name] !== undefined)}>
        <summary>{words.rest}</summary>
        <div>
          {REST.map((name) =>
            name === "from" || name === "to" ? (
              <Field {...{ lang, typed }} name={name} label={words[name]} type="date" />
            ) : (
              choose(name)
            ),
          )}
        </div>
      </details>
    </>
  );
}

interface ChooseProps {
  lang: Language;
  name: Choice;
  chosen: readonly string[];
  all: readonly string[];
}

/** A choice of several, folded away: what is chosen stands on it. */
function Choose({ lang, name, chosen, all }: ChooseProps) {
  const words = SUBSCRIBERS[lang];
  const said = chosen.map((value) => valueInWords(lang, name, value)).join(", ") || words.any;
  return (
    <fieldset class="choose field">
      <legend>{words[name]}</legend>
      <details name="choose">
        <summary>
          <span class="hidden">{words[name]}: </span>
          {said}
        </summary>
        {all.map((value) => (
          <label class="check">
            <input type="checkbox" name={name} value={value} checked={chosen.includes(value)} />
            <span>{valueInWords(lang, name, value)}</span>
          </label>
        ))}
      </details>
    </fieldset>
  );
}
