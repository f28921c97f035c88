import { raw } from "hono/html";
import { LANGUAGE_NAMES, LANGUAGES, type Language } from "../platform/languages.ts";
import type { VersionChange } from "../policy/draft-change.ts";
import type { Draft } from "../policy/draft-store.ts";
import { renderMarkdown } from "../policy/markdown.ts";
import { type DraftContent, SUMMARY_LIMIT } from "../policy/shapes.ts";
import type { DraftText } from "../policy/tables.ts";
import type { StaffDesk, Form as Values } from "./desk.ts";
import { Area, BasedOn, Field, Form, Select, type Typed } from "./form.tsx";
import { POLICY } from "./policy-words.ts";
import { SHELL } from "./words.ts";

const PARTS = ["title", "summary", "markdown"] as const;

/** The name of a field of the editor: that of a text begins with its language. */
export const fieldOf = (path: string): string => path.replace(/^texts\.(\w+)\.(\w+)$/, "$1-$2");

/** What the editor's form says, in the shape that a draft has. */
export function contentIn(form: Values): unknown {
  const { date, effective, significance } = form;
  return { date, effective, significance, texts: textsIn(form) };
}

/** The texts as they stand in the form, right or wrong. */
export const textsIn = (form: Values): Record<string, DraftText> =>
  Object.fromEntries(LANGUAGES.map((lang) => [lang, textIn(form, lang)]));

const textIn = (form: Values, lang: Language): DraftText => {
  const [title = "", summary = "", markdown = ""] = PARTS.map((part) => form[`${lang}-${part}`]);
  return { title, summary, markdown };
};

/** A draft as the editor's form would send it. */
export function valuesOf({ date, effective, significance, texts }: DraftContent | Draft): Values {
  const written: Readonly<Record<string, DraftText>> = texts;
  const fields = LANGUAGES.flatMap((lang) => PARTS.map((part) => [`${lang}-${part}`, written[lang]?.[part] ?? ""]));
  return { date: date ?? "", effective: effective ?? "", significance, ...Object.fromEntries(fields) };
}

/** What each field of the editor is called. */
export function labelsOf(lang: Language): Readonly<Record<string, string>> {
  const { date, effective, significance, textTitle, summary, markdown } = POLICY[lang];
  const parts = { title: textTitle, summary, markdown };
  const texts = LANGUAGES.flatMap((text) =>
    PARTS.map((part) => [`${text}-${part}`, `${parts[part]} (${LANGUAGE_NAMES[text]})`]),
  );
  return { date, effective, significance, ...Object.fromEntries(texts) };
}

interface EditorProps {
  desk: StaffDesk;
  draft: Draft;
  /** What the fields hold, and what is not right with them. */
  typed: Typed;
  change: VersionChange;
  path: string;
}

/** The form in which a version is written, with its previews. */
export function Editor({ desk, draft, typed, change, path }: EditorProps) {
  const { lang, rt } = desk;
  const words = POLICY[lang];
  const grown = change.isInventoryKnown ? words.raised : words.raisedUnknown;
  const period = String(rt.settings.NOTICE_PERIOD_DAYS);
  return (
    <Form desk={desk} action={path} preview={`${path}/preview`}>
      <BasedOn version={draft.version} />
      <div class="narrow">
        <Field {...{ lang, typed }} name="date" label={words.date} type="date" hint={words.dateHint} />
        <Field
          {...{ lang, typed }}
          name="effective"
          label={words.effective}
          type="date"
          hint={words.effectiveHint(period)}
        />
        <Select
          {...{ lang, typed }}
          name="significance"
          label={words.significance}
          options={words.significances}
          hint={`${words.significanceHint} ${change.least === "significant" ? grown : words.notRaised}`}
        />
      </div>
      {LANGUAGES.map((text) => (
        <Writing desk={desk} typed={typed} text={text} />
      ))}
      <div class="row">
        <button type="submit">{SHELL[lang].save}</button>
        <button type="submit" class="second" formaction={`${path}/preview`}>
          {words.showPreview}
        </button>
        <button type="submit" class="second" formaction={`${path}/submit`}>
          {words.submit}
        </button>
      </div>
    </Form>
  );
}

function Writing({ desk, typed, text }: { desk: StaffDesk; typed: Typed; text: Language }) {
  const { lang } = desk;
  const words = POLICY[lang];
  const name = LANGUAGE_NAMES[text];
  const counter = `${text}-count`;
  const summary = typed.values[`${text}-summary`] ?? "";
  return (
    <fieldset class="writing">
      <legend>{words.text(name)}</legend>
      <div class="beside">
        <div>
          <Field {...{ lang, typed }} name={`${text}-title`} label={words.textTitle} />
          <Area
            {...{ lang, typed, counter }}
            name={`${text}-summary`}
            label={words.summary}
            hint={words.summaryHint}
            rows={4}
          />
          <p class="muted">
            <span id={counter}>{[...summary].length}</span> {words.used(SUMMARY_LIMIT)}
          </p>
          <Area {...{ lang, typed }} name={`${text}-markdown`} label={words.markdown} rows={24} />
        </div>
        <Reading desk={desk} text={text} markdown={typed.values[`${text}-markdown`] ?? ""} />
      </div>
    </fieldset>
  );
}

interface ReadingProps {
  desk: StaffDesk;
  text: Language;
  markdown: string;
}

/** A text as it will read. The box scrolls, so the keyboard can reach it. */
export function Reading({ desk, text, markdown }: ReadingProps) {
  const { lang, rt } = desk;
  const words = POLICY[lang];
  const label = `${words.preview}: ${LANGUAGE_NAMES[text]}`;
  return (
    <div>
      <p class="muted">{label}</p>
      <section id={`${text}-preview`} class="reading" lang={text} aria-label={label} tabindex={0} data-live>
        {markdown.trim() === "" ? (
          <p lang={lang}>{words.noPreview}</p>
        ) : (
          raw(renderMarkdown(markdown, text, rt.settings.ORIGIN))
        )}
      </section>
    </div>
  );
}
