import { dayInWords, startOfDay } from "../platform/calendar.ts";
import { atomOf, type FeedEntry, type FeedLink } from "../platform/feed.ts";
import { LANGUAGES, type Language } from "../platform/languages.ts";
import type { Settings } from "../platform/settings.ts";
import type { ListedVersion, Statement } from "./feed-shapes.ts";
import type { Placed } from "./history.ts";

type Publisher = Pick<Settings, "ORIGIN" | "COMPANY" | "TIME_ZONE">;

const WORDS = {
  nl: {
    title: "Privacybeleid",
    version: "versie van",
    significant: "belangrijke wijziging",
    minor: "kleine wijziging",
  },
  en: { title: "Privacy policy", version: "version of", significant: "significant change", minor: "minor change" },
} as const;

const urlsOf = (origin: string, { version, previous }: Placed) => {
  const page = `${origin}/policy/versions/${version.date}`;
  return {
    page,
    markdown: (lang: Language) => `${page}/${lang}.md`,
    compare: previous ? `${origin}/policy/compare?from=${previous.date}&to=${version.date}` : null,
  };
};

const inLanguage = (url: string | null, lang: Language) => url && `${url}&lang=${lang}`;

const everyLanguage = <T>(give: (lang: Language) => T): Record<string, T> =>
  Object.fromEntries(LANGUAGES.map((lang) => [lang, give(lang)]));

/** A version as GET /v1/policy gives it, in one language. */
export function statement(origin: string, placed: Placed, lang: Language): Statement {
  const { version, state } = placed;
  const { date, effective, significance } = version;
  const { title, summary, sha256 } = version.texts[lang];
  const { page, markdown, compare } = urlsOf(origin, placed);
  return {
    ...{ date, effective, significance, state },
    dateText: dayInWords(date, lang),
    effectiveText: dayInWords(effective, lang),
    ...{ title, summary, sha256 },
    url: `${page}?lang=${lang}`,
    markdownUrl: markdown(lang),
    compareUrl: inLanguage(compare, lang),
  };
}

/** A version as GET /v1/policy/versions gives it, in every language. */
export function listedVersion(origin: string, placed: Placed): ListedVersion {
  const { version, state } = placed;
  const { date, effective, significance, texts } = version;
  const { page, markdown, compare } = urlsOf(origin, placed);
  return {
    ...{ date, effective, significance, state },
    summary: everyLanguage((lang) => texts[lang].summary),
    sha256: everyLanguage((lang) => texts[lang].sha256),
    url: page,
    markdownUrl: everyLanguage(markdown),
    compareUrl: compare,
  };
}

/** Names by which feed readers know what they have seen (RFC 4151); they say nothing of paths, so they outlive those. */
const tagOf = (origin: string, day: string, lang: Language) => `tag:${new URL(origin).hostname},${day}:policy:${lang}`;

const entryTitle = ({ version }: Placed, lang: Language) => {
  const words = WORDS[lang];
  const { date, significance, texts } = version;
  return `${texts[lang].title}, ${words.version} ${dayInWords(date, lang)} (${words[significance]})`;
};

const momentOf = ({ TIME_ZONE }: Publisher, day: string) => new Date(startOfDay(TIME_ZONE, day)).toISOString();

/** The versions (newest first, one at least) as a JSON Feed 1.1, minor ones too. */
export function jsonFeed(publisher: Publisher, versions: readonly Placed[], lang: Language): object {
  const { ORIGIN, COMPANY } = publisher;
  return {
    version: "https://jsonfeed.org/version/1.1",
    title: `${WORDS[lang].title} · ${COMPANY}`,
    home_page_url: `${ORIGIN}/policy?lang=${lang}`,
    feed_url: `${ORIGIN}/policy/feed.json?lang=${lang}`,
    language: lang,
    authors: [{ name: COMPANY, url: ORIGIN }],
    items: versions.map((placed) => {
      const { date, significance, effective } = placed.version;
      const { url, summary, sha256, markdownUrl, compareUrl } = statement(ORIGIN, placed, lang);
      return {
        id: tagOf(ORIGIN, date, lang),
        url,
        title: entryTitle(placed, lang),
        content_text: summary,
        date_published: momentOf(publisher, date),
        date_modified: new Date(placed.version.publishedAt).toISOString(),
        language: lang,
        tags: [significance],
        _fineprint: { effective, sha256, markdown_url: markdownUrl, comparison_url: compareUrl },
      };
    }),
  };
}

/** The versions (newest first, one at least) as an Atom feed, minor ones too. */
export function atomFeed(publisher: Publisher, versions: readonly Placed[], lang: Language): string {
  const { ORIGIN, COMPANY } = publisher;
  const first = versions.at(-1)?.version.date ?? "";
  const type = "application/atom+xml";
  const self = (rel: "self" | "related", of: Language): FeedLink => ({
    ...{ rel, type, lang: of },
    href: `${ORIGIN}/policy/feed.xml?lang=${of}`,
  });
  return atomOf({
    id: tagOf(ORIGIN, `${first}:all`, lang),
    lang,
    title: `${WORDS[lang].title} · ${COMPANY}`,
    author: COMPANY,
    updated: Math.max(...versions.map(({ version }) => version.publishedAt)),
    links: [
      self("self", lang),
      { rel: "alternate", type: "text/html", lang, href: `${ORIGIN}/policy?lang=${lang}` },
      ...LANGUAGES.filter((other) => other !== lang).map((other) => self("related", other)),
    ],
    entries: versions.map((placed) => atomEntry(publisher, placed, lang)),
  });
}

function atomEntry({ ORIGIN, TIME_ZONE }: Publisher, placed: Placed, lang: Language): FeedEntry {
  const { date, significance, publishedAt } = placed.version;
  const { url, summary, compareUrl, markdownUrl } = statement(ORIGIN, placed, lang);
  return {
    id: tagOf(ORIGIN, date, lang),
    title: entryTitle(placed, lang),
    published: startOfDay(TIME_ZONE, date),
    updated: publishedAt,
    category: significance,
    links: [
      { rel: "alternate", type: "text/html", lang, href: url },
      { rel: "alternate", type: "text/markdown", lang, href: markdownUrl },
      ...(compareUrl ? [{ rel: "related" as const, type: "text/html", lang, href: compareUrl }] : []),
    ],
    summary,
  };
}
