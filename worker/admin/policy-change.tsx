import { raw } from "hono/html";
import { dayInWords } from "../platform/calendar.ts";
import { LANGUAGE_NAMES, LANGUAGES, type Language } from "../platform/languages.ts";
import { type ComparedBlock, sectionsOf } from "../policy/compare.ts";
import { blocksHtml } from "../policy/compare-pages.tsx";
import type { VersionChange } from "../policy/draft-change.ts";
import { type InventoryChange, isSignificant, type Kept } from "../policy/inventory-change.ts";
import type { StaffDesk } from "./desk.ts";
import { numberInWords } from "./format.ts";
import { INVENTORY } from "./inventory-words.ts";
import { POLICY } from "./policy-words.ts";
import { type Column, Table } from "./table.tsx";

interface Row {
  what: string;
  change: string;
  isSignificant: boolean;
}

/** What a version that is being written changes: words, and the inventory; with the differences to unfold. */
export function Changes({ desk, change }: { desk: StaffDesk; change: VersionChange }) {
  const { lang } = desk;
  const words = POLICY[lang];
  const { since, texts, inventory, isInventoryKnown } = change;
  return (
    <section aria-labelledby="changes" id="change" data-live>
      <h2 id="changes">{words.changes}</h2>
      <p>{since ? words.since(dayInWords(since.date, lang)) : words.first}</p>
      <Table
        desk={desk}
        caption={words.changes}
        columns={columns(lang)}
        rows={[...LANGUAGES.map((text) => wordRow(lang, text, change)), ...inventory.map((one) => rowOf(lang, one))]}
        empty={words.sameInventory}
      />
      {inventory.length === 0 && since ? (
        <p class="muted">{isInventoryKnown ? words.sameInventory : words.unknownInventory}</p>
      ) : null}
      {since
        ? LANGUAGES.filter((text) => texts[text].added + texts[text].removed > 0).map((text) => (
            <Differences
              lang={lang}
              textLang={text}
              title={words.see(LANGUAGE_NAMES[text])}
              blocks={texts[text].blocks}
            />
          ))
        : null}
    </section>
  );
}

interface DifferencesProps {
  lang: Language;
  /** The language of the texts. */
  textLang: Language;
  title: string;
  blocks: readonly ComparedBlock[];
}

/** The parts of two texts that differ, to unfold. */
export function Differences({ lang, textLang, title, blocks }: DifferencesProps) {
  const changed = sectionsOf(blocks).filter(({ isChanged }) => isChanged);
  const shown = changed.flatMap(({ heading, blocks }) => [...(heading ? [heading] : []), ...blocks]);
  return (
    <details>
      <summary>{title}</summary>
      <p class="muted">{POLICY[lang].gone}</p>
      <div class="comparison" lang={textLang}>
        {raw(blocksHtml(shown, textLang))}
      </div>
    </details>
  );
}

function columns(lang: Language): Column<Row>[] {
  const words = POLICY[lang];
  return [
    { name: "what", label: words.what, cell: ({ what }) => what },
    {
      name: "change",
      label: words.change,
      cell: ({ change, isSignificant }) => (
        <>
          {change}
          {isSignificant ? <strong> ({words.significantMark})</strong> : null}
        </>
      ),
    },
  ];
}

function wordRow(lang: Language, text: Language, { texts }: VersionChange): Row {
  const words = POLICY[lang];
  const { added, removed } = texts[text];
  const change =
    added + removed === 0 ? words.sameText : words.wordCount(numberInWords(added, lang), numberInWords(removed, lang));
  return { what: words.words(LANGUAGE_NAMES[text]), change, isSignificant: false };
}

function rowOf(lang: Language, change: InventoryChange): Row {
  return {
    what: POLICY[lang].kinds[change.kind],
    change: changeInWords(lang, change),
    isSignificant: isSignificant(change),
  };
}

function changeInWords(lang: Language, change: InventoryChange): string {
  const { purposes, recipients, stores } = INVENTORY[lang];
  switch (change.kind) {
    case "purpose-added":
    case "purpose-removed":
      return purposes[change.name];
    case "recipient-added":
    case "recipient-removed":
      return recipients[change.name];
    case "store-added":
    case "store-removed":
      return `${stores[change.name] ?? change.name}, ${keptInWords(lang, change.kept)}`;
    default: {
      const [from, to] = [keptInWords(lang, change.from), keptInWords(lang, change.to)];
      return `${stores[change.name] ?? change.name}: ${from} → ${to}`;
    }
  }
}

function keptInWords(lang: Language, { days, event }: Kept): string {
  const words = INVENTORY[lang];
  const said = words.events[event] ?? event;
  return days === null ? words.until(said) : words.days(numberInWords(days, lang), said);
}
