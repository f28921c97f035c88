import { atomOf, type FeedEntry, type FeedLink } from "../platform/feed.ts";
import { LANGUAGES, type Language } from "../platform/languages.ts";
import type { Settings } from "../platform/settings.ts";
import type { Archived } from "./archive.ts";
import { ARCHIVE, archiveTitle } from "./archive-pages.tsx";

type Publisher = Pick<Settings, "ORIGIN" | "COMPANY">;

const titleOf = ({ COMPANY }: Publisher, lang: Language) => `${archiveTitle(lang)} · ${COMPANY}`;
const urlOf = ({ ORIGIN }: Publisher, { slug }: Archived, lang: Language) => `${ORIGIN}${ARCHIVE}/${slug}?lang=${lang}`;

/** Names by which feed readers know what they have seen (RFC 4151); the day is that of the newsletter. */
function tagOf({ ORIGIN }: Publisher, { slug, startedAt }: Archived, lang: Language): string {
  const day = new Date(startedAt).toISOString().slice(0, 10);
  return `tag:${new URL(ORIGIN).hostname},${day}:newsletter:${slug}:${lang}`;
}

/** Newsletters that everybody may read, as a JSON Feed 1.1. */
export function archiveJson(publisher: Publisher, items: readonly Archived[], lang: Language): object {
  const { ORIGIN, COMPANY } = publisher;
  return {
    version: "https://jsonfeed.org/version/1.1",
    title: titleOf(publisher, lang),
    home_page_url: `${ORIGIN}${ARCHIVE}?lang=${lang}`,
    feed_url: `${ORIGIN}${ARCHIVE}/feed.json?lang=${lang}`,
    language: lang,
    authors: [{ name: COMPANY, url: ORIGIN }],
    items: items.map((item) => ({
      id: tagOf(publisher, item, lang),
      url: urlOf(publisher, item, lang),
      title: item.subject,
      content_text: item.preheader === "" ? item.subject : item.preheader,
      date_published: new Date(item.startedAt).toISOString(),
      language: item.lang,
    })),
  };
}

/** The same as an Atom feed; `empty` is when it was last changed while there is nothing in it. */
export function archiveAtom(publisher: Publisher, items: readonly Archived[], lang: Language, empty: number): string {
  const { ORIGIN, COMPANY } = publisher;
  const feed = (rel: FeedLink["rel"], of: Language): FeedLink => ({
    ...{ rel, type: "application/atom+xml", lang: of },
    href: `${ORIGIN}${ARCHIVE}/feed.xml?lang=${of}`,
  });
  return atomOf({
    id: `${ORIGIN}${ARCHIVE}/feed.xml?lang=${lang}`,
    lang,
    title: titleOf(publisher, lang),
    author: COMPANY,
    updated: items[0]?.startedAt ?? empty,
    links: [
      feed("self", lang),
      { rel: "alternate", type: "text/html", lang, href: `${ORIGIN}${ARCHIVE}?lang=${lang}` },
      ...LANGUAGES.filter((other) => other !== lang).map((other) => feed("related", other)),
    ],
    entries: items.map(
      (item): FeedEntry => ({
        id: tagOf(publisher, item, lang),
        title: item.subject,
        published: item.startedAt,
        updated: item.startedAt,
        links: [{ rel: "alternate", type: "text/html", lang: item.lang, href: urlOf(publisher, item, lang) }],
        summary: item.preheader,
      }),
    ),
  });
}
