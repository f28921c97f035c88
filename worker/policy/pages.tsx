import { raw } from "hono/html";
import { dayInWords } from "../platform/calendar.ts";
import type { Language } from "../platform/languages.ts";
import type { ComparedBlock, Span } from "./compare.ts";
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
    compareTitle: "Wat is er veranderd?",
    from: "Versie van",
    to: "met versie van",
    added: "toegevoegd:",
    removed: "vervallen:",
    end: "einde.",
    legend: "Onderstreept is nieuw. Doorgestreept is vervallen.",
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
    compareTitle: "What has changed?",
    from: "Version of",
    to: "with version of",
    added: "added:",
    removed: "removed:",
    end: "end.",
    legend: "Underlined is new. Struck through is gone.",
  },
} as const;

export const wordsOf = (lang: Language) => WORDS[lang];

interface PolicyProps {
  lang: Language;
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
export function PolicyPage({ lang, version, markdown, current, upcoming, previous }: PolicyProps) {
  const words = WORDS[lang];
  const text = version.texts[lang];
  return (
    <article>
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
      {raw(renderMarkdown(markdown, lang))}
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
      {versions.length === 0 ? <p>{words.none}</p> : null}
      <ol class="versions" reversed>
        {versions.toReversed().map((version, index, newestFirst) => {
          const previous = newestFirst[index + 1];
          return (
            <li>
              <h2>
                <a href={`/policy/versions/${version.date}?lang=${lang}`}>{dayInWords(version.date, lang)}</a>
              </h2>
              <p>{version.texts[lang].summary}</p>
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

interface CompareProps {
  lang: Language;
  from: Version;
  to: Version;
  blocks: readonly ComparedBlock[];
}

/** Two versions side by side in one text: what came and what went, by mark and by word, not by colour alone. */
export function ComparePage({ lang, from, to, blocks }: CompareProps) {
  const words = WORDS[lang];
  return (
    <article>
      <h1>{words.compareTitle}</h1>
      <p class="muted">
        {words.from} <a href={`/policy/versions/${from.date}?lang=${lang}`}>{dayInWords(from.date, lang)}</a> {words.to}{" "}
        <a href={`/policy/versions/${to.date}?lang=${lang}`}>{dayInWords(to.date, lang)}</a>.
      </p>
      <p class="note">{to.texts[lang].summary}</p>
      <p>{words.legend}</p>
      <div class="comparison">
        {blocks.map((block) => (
          <Block block={block} lang={lang} />
        ))}
      </div>
    </article>
  );
}

function Block({ block, lang }: { block: ComparedBlock; lang: Language }) {
  const spans = block.spans.map((span) => <Words span={span} lang={lang} />);
  if (block.kind === "h2") return <h2>{spans}</h2>;
  if (block.kind === "h3") return <h3>{spans}</h3>;
  return <p class={block.kind === "li" ? "item" : ""}>{spans}</p>;
}

function Words({ span, lang }: { span: Span; lang: Language }) {
  const words = WORDS[lang];
  if (span.kind === "same") return <>{`${span.text} `}</>;
  const said = <span class="hidden">{span.kind === "added" ? words.added : words.removed} </span>;
  const end = <span class="hidden"> {words.end}</span>;
  const content = (
    <>
      {said}
      {span.text}
      {end}
    </>
  );
  return <>{span.kind === "added" ? <ins>{content}</ins> : <del>{content}</del>} </>;
}
