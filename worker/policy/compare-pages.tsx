import { raw } from "hono/html";
import { dayInWords } from "../platform/calendar.ts";
import type { Language } from "../platform/languages.ts";
import { escapeMarkup } from "../platform/markup.ts";
import { type ComparedBlock, type ComparedSection, type Span, sectionsOf } from "./compare.ts";
import { FeedLinks } from "./pages.tsx";
import type { Version } from "./store.ts";

const WORDS = {
  nl: {
    title: "Wat is er veranderd?",
    from: "Versie van",
    to: "met versie van",
    added: "toegevoegd:",
    removed: "vervallen:",
    end: "einde.",
    legend: "Onderstreept is nieuw. Doorgestreept is vervallen.",
    unchanged: "Er is geen woord veranderd.",
    itself: "Dit is één en dezelfde versie. Kies er twee die verschillen.",
    unknown: "Zo'n versie is er niet. Kies er twee uit de lijst.",
    sections: (count: number) => `${count} onderdelen zijn veranderd`,
    opening: "Het begin",
    isNew: "nieuw",
    isGone: "vervallen",
    choose: "Andere versies vergelijken",
    older: "Oude versie",
    newer: "Nieuwe versie",
    go: "Vergelijk deze versies",
  },
  en: {
    title: "What has changed?",
    from: "Version of",
    to: "with version of",
    added: "added:",
    removed: "removed:",
    end: "end.",
    legend: "Underlined is new. Struck through is gone.",
    unchanged: "Not one word has changed.",
    itself: "This is one and the same version. Choose two that differ.",
    unknown: "There is no such version. Choose two from the list.",
    sections: (count: number) => `${count} sections changed`,
    opening: "The beginning",
    isNew: "new",
    isGone: "removed",
    choose: "Compare other versions",
    older: "Old version",
    newer: "New version",
    go: "Compare these versions",
  },
} as const;

/** The title of the page that compares two versions. */
export const compareTitle = (lang: Language): string => WORDS[lang].title;

interface CompareProps {
  lang: Language;
  versions: readonly Version[];
  /** The versions compared, the older first; left out when one that was asked for is none. */
  compared: { from: Version; to: Version; blocks: readonly ComparedBlock[] } | undefined;
}

/** Two versions in one text: what came and what went, by mark and by word, not by colour alone; and a way to choose others. */
export function ComparePage({ lang, versions, compared }: CompareProps) {
  const words = WORDS[lang];
  return (
    <article>
      <FeedLinks lang={lang} />
      <h1>{words.title}</h1>
      {compared ? (
        <p class="muted">
          {words.from} <VersionLink version={compared.from} lang={lang} /> {words.to}{" "}
          <VersionLink version={compared.to} lang={lang} />.
        </p>
      ) : (
        <p class="note">{words.unknown}</p>
      )}
      {compared ? <Comparison lang={lang} {...compared} /> : null}
      <Choose lang={lang} versions={versions} from={compared?.from.date} to={compared?.to.date} />
    </article>
  );
}

const VersionLink = ({ version: { date }, lang }: { version: Version; lang: Language }) => (
  <a href={`/policy/versions/${date}?lang=${lang}`}>{dayInWords(date, lang)}</a>
);

function Comparison({ lang, from, to, blocks }: { lang: Language } & NonNullable<CompareProps["compared"]>) {
  const words = WORDS[lang];
  const sections = sectionsOf(blocks);
  const changed = sections.filter(({ isChanged }) => isChanged).length;
  if (from === to) return <p class="note">{words.itself}</p>;
  return (
    <>
      {to.texts[lang].summary === "" ? null : <p class="note">{to.texts[lang].summary}</p>}
      <p>{changed === 0 ? words.unchanged : words.legend}</p>
      {changed > 1 ? <Contents lang={lang} sections={sections} changed={changed} /> : null}
      <div class="comparison">{raw(sections.map((section, index) => sectionHtml(section, index, lang)).join(""))}</div>
    </>
  );
}

/** What changed, section by section, with a link to each. */
function Contents({ lang, sections, changed }: { lang: Language; sections: ComparedSection[]; changed: number }) {
  const words = WORDS[lang];
  return (
    <nav class="contents" aria-labelledby="contents">
      <h2 id="contents">{words.sections(changed)}</h2>
      <ul>
        {sections.map(({ heading, isChanged }, index) =>
          isChanged ? (
            <li>
              <a href={`#${partId(index)}`}>{heading ? titleOf(heading) : words.opening}</a>
              {heading ? addition(heading, lang) : null}
            </li>
          ) : null,
        )}
      </ul>
    </nav>
  );
}

const partId = (index: number) => `part-${index + 1}`;

/** A heading as it reads now; one that is gone, as it read. */
function titleOf({ spans }: ComparedBlock): string {
  const now = spans.filter(({ kind }) => kind !== "removed");
  return (now.length > 0 ? now : spans).map(({ text }) => text).join(" ");
}

function addition({ spans }: ComparedBlock, lang: Language): string {
  if (spans.every(({ kind }) => kind === "added")) return ` (${WORDS[lang].isNew})`;
  return spans.every(({ kind }) => kind === "removed") ? ` (${WORDS[lang].isGone})` : "";
}

interface ChooseProps {
  lang: Language;
  versions: readonly Version[];
  from: string | undefined;
  to: string | undefined;
}

function Choose({ lang, versions, from, to }: ChooseProps) {
  const words = WORDS[lang];
  const options = (chosen: string | undefined) =>
    versions.toReversed().map(({ date }) => (
      <option value={date} selected={date === chosen}>
        {dayInWords(date, lang)}
      </option>
    ));
  return (
    <form class="choose" method="get" action="/policy/compare">
      <h2>{words.choose}</h2>
      <input type="hidden" name="lang" value={lang} />
      <div class="field">
        <label for="from">{words.older}</label>
        <select id="from" name="from">
          {options(from)}
        </select>
      </div>
      <div class="field">
        <label for="to">{words.newer}</label>
        <select id="to" name="to">
          {options(to)}
        </select>
      </div>
      <button type="submit">{words.go}</button>
    </form>
  );
}

// Text, not JSX: a policy of thousands of list items would take JSX longer than comparing it does.
function sectionHtml({ heading, blocks }: ComparedSection, index: number, lang: Language): string {
  return `<div id="${partId(index)}">${blocksHtml([...(heading ? [heading] : []), ...blocks], lang)}</div>`;
}

const TAGS = { h2: ["<h2>", "</h2>"], h3: ["<h3>", "</h3>"], li: ["<li>", "</li>"], p: ["<p>", "</p>"] };

/** Blocks of a comparison as HTML, list items in lists: what came and went is marked, and said to who cannot see that. */
export function blocksHtml(blocks: readonly ComparedBlock[], lang: Language): string {
  const isItem = (index: number) => blocks[index]?.kind === "li";
  const parts = blocks.map((block, index) => {
    const open = isItem(index) && !isItem(index - 1) ? "<ul>" : "";
    const close = isItem(index) && !isItem(index + 1) ? "</ul>" : "";
    return `${open}${blockHtml(block, lang)}${close}`;
  });
  return parts.join("");
}

function blockHtml({ kind, spans }: ComparedBlock, lang: Language): string {
  const [open, close] = TAGS[kind];
  return `${open}${spans.map((span) => spanHtml(span, lang)).join(" ")}${close}`;
}

function spanHtml({ kind, text }: Span, lang: Language): string {
  const words = WORDS[lang];
  if (kind === "same") return escapeMarkup(text);
  const [tag, said] = kind === "added" ? ["ins", words.added] : ["del", words.removed];
  const hidden = (heard: string) => `<span class="hidden">${heard}</span>`;
  return `<${tag}>${hidden(`${said} `)}${escapeMarkup(text)}${hidden(` ${words.end}`)}</${tag}>`;
}
