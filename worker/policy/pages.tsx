import { raw } from "hono/html";
import { dayInWords } from "../platform/calendar.ts";
import type { Language } from "../platform/languages.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Version } from "./store.ts";

const WORDS = {
  nl: {
    changed: "Laatst gewijzigd op",
    effective: "Geldt vanaf",
    upcoming: "Er komt een nieuwe versie, die geldt vanaf",
    readUpcoming: "Lees de nieuwe versie",
    superseded: "Dit is niet de versie die nu geldt.",
    current: "Lees de versie die nu geldt",
    hash: "SHA-256 van deze tekst",
    source: "Tekst als Markdown",
    versions: "Alle versies van het privacybeleid",
    none: "Er is nog geen privacybeleid gepubliceerd.",
    significant: "belangrijke wijziging",
    minor: "kleine wijziging",
    compare: "Vergelijk met de versie ervoor",
    feed: "Wijzigingen van het privacybeleid",
    follow: "Volg de wijzigingen",
    where: "als feed",
  },
  en: {
    changed: "Last changed on",
    effective: "In force from",
    upcoming: "A new version is coming, in force from",
    readUpcoming: "Read the new version",
    superseded: "This is not the version in force now.",
    current: "Read the version in force now",
    hash: "SHA-256 of this text",
    source: "Text as Markdown",
    versions: "All versions of the privacy policy",
    none: "No privacy policy has been published yet.",
    significant: "significant change",
    minor: "minor change",
    compare: "Compare with the version before",
    feed: "Changes to the privacy policy",
    follow: "Follow the changes",
    where: "as a feed",
  },
} as const;

export const wordsOf = (lang: Language) => WORDS[lang];

interface PolicyProps {
  lang: Language;
  /** Links to elsewhere are marked. */
  origin: string;
  version: Version;
  markdown: string;
  /** The version in force, when that is another one. */
  current: Version | undefined;
  /** A version that is published and will take effect, when there is one. */
  upcoming: Version | undefined;
  previous: Version | undefined;
}

const compareUrl = (from: Version, to: Version, lang: Language) =>
  `/policy/compare?from=${from.date}&to=${to.date}&lang=${lang}`;

/** A version of the policy: the last-changed date on top, and by what hash to know it. */
export function PolicyPage({ lang, origin, version, markdown, current, upcoming, previous }: PolicyProps) {
  const words = WORDS[lang];
  const text = version.texts[lang];
  return (
    <article>
      <FeedLinks lang={lang} />
      <h1>{text.title}</h1>
      <p class="muted">
        {words.changed} <time datetime={version.date}>{dayInWords(version.date, lang)}</time>. {words.effective}{" "}
        <time datetime={version.effective}>{dayInWords(version.effective, lang)}</time>.
      </p>
      {current ? (
        <p class="note">
          {words.superseded} <a href={`/policy?lang=${lang}`}>{words.current}</a>.
        </p>
      ) : null}
      {upcoming ? (
        <p class="note">
          {words.upcoming} <time datetime={upcoming.effective}>{dayInWords(upcoming.effective, lang)}</time>.{" "}
          {upcoming.texts[lang].summary}{" "}
          <a href={`/policy/versions/${upcoming.date}?lang=${lang}`}>{words.readUpcoming}</a>.
        </p>
      ) : null}
      {raw(renderMarkdown(markdown, lang, origin))}
      <footer class="evidence">
        {previous ? (
          <p>
            <a href={compareUrl(previous, version, lang)}>{words.compare}</a>
          </p>
        ) : null}
        <p>
          <a href={`/policy/versions/${version.date}/${lang}.md`}>{words.source}</a>
        </p>
        <p>
          {words.hash}: <code>{text.sha256}</code>
        </p>
      </footer>
    </article>
  );
}

/** Every published version, newest first. */
export function VersionsPage({ lang, versions }: { lang: Language; versions: readonly Version[] }) {
  const words = WORDS[lang];
  return (
    <>
      <h1>{words.versions}</h1>
      <FeedLinks lang={lang} />
      {versions.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <p class="muted">
          {words.follow} {words.where}: <a href={`/policy/feed.xml?lang=${lang}`}>Atom</a>{" "}
          <a href={`/policy/feed.json?lang=${lang}`}>JSON</a>
        </p>
      )}
      <ol class="versions" reversed>
        {versions.toReversed().map((version, index, newestFirst) => {
          const previous = newestFirst[index + 1];
          return (
            <li>
              <h2>
                <a href={`/policy/versions/${version.date}?lang=${lang}`}>{dayInWords(version.date, lang)}</a>
              </h2>
              {version.texts[lang].summary === "" ? null : <p>{version.texts[lang].summary}</p>}
              <p class="muted">
                {words.effective} {dayInWords(version.effective, lang)} · {words[version.significance]}
              </p>
              {previous ? (
                <p>
                  <a href={compareUrl(previous, version, lang)}>{words.compare}</a>
                </p>
              ) : null}
              <p class="muted hash">
                SHA-256 <code>{version.texts[lang].sha256}</code>
              </p>
            </li>
          );
        })}
      </ol>
    </>
  );
}

/** By these a feed reader finds the feeds from any page of the policy. Hono's JSX puts them in the head. */
export function FeedLinks({ lang }: { lang: Language }) {
  const title = WORDS[lang].feed;
  return (
    <>
      <link rel="alternate" type="application/atom+xml" title={title} href={`/policy/feed.xml?lang=${lang}`} />
      <link rel="alternate" type="application/feed+json" title={title} href={`/policy/feed.json?lang=${lang}`} />
    </>
  );
}
