import type { Child } from "hono/jsx";
import type { Campaign } from "../newsletter/campaign-store.ts";
import type { Segment } from "../newsletter/segment-store.ts";
import { topicInWords } from "../newsletter/topics.ts";
import { LANGUAGE_NAMES, LANGUAGES, type Language } from "../platform/languages.ts";
import { FIELD_WORDS } from "../platform/words.ts";
import { Marks } from "./campaigns-marks.tsx";
import { Preview } from "./campaigns-preview.tsx";
import { CAMPAIGNS } from "./campaigns-words.ts";
import type { StaffDesk, Form as Values } from "./desk.ts";
import { Area, BasedOn, Field, Form, Select, type Typed } from "./form.tsx";
import { numberInWords } from "./format.ts";
import type { Fault } from "./shell.tsx";
import { SHELL } from "./words.ts";

const PARTS = ["subject", "preheader", "markdown"] as const;
const TOPIC = "topic-";

/** The name of a field of the editor: that of a text begins with its language, and what stands behind the name is its line. */
const fieldOf = (path: string): string =>
  path.replace(/^texts\.(\w+)\.(\w+)/, "$1-$2").replace(/^audience\.(topics|segment).*/, "$1");

/** Errors by the names that the editor's fields have. */
export const named = ({ values, errors }: Typed): Typed => ({
  values,
  errors: errors.map(({ path, code }) => ({ path: fieldOf(path), code })),
});

/** What the editor's form says, in the shape that changes of a newsletter have. A language without a word is left out. */
export function contentIn(form: Values) {
  const { name, segment = "" } = form;
  const texts = Object.fromEntries(
    LANGUAGES.map((lang) => [lang, textIn(form, lang)] as const).filter(([, text]) =>
      Object.values(text).some((part) => part.trim() !== ""),
    ),
  );
  return {
    name,
    texts,
    audience: { topics: topicsIn(form), segment: segment === "" ? null : segment },
    isPublic: form["public"] !== undefined,
    slug: filled(form["slug"]),
    rate: filled(form["rate"]) === null ? null : Number(form["rate"]),
  };
}

const filled = (value = ""): string | null => value.trim() || null;

/** The text of one language as it stands in the form, right or wrong. */
export function textIn(form: Values, lang: Language): Campaign["texts"][string] {
  const [subject = "", preheader = "", markdown = ""] = PARTS.map((part) => form[`${lang}-${part}`]);
  // A browser sends line breaks as two characters (HTML 4.10.21.8).
  return { subject, preheader, markdown: markdown.replace(/\r\n?/g, "\n") };
}

const topicsIn = (form: Values): string[] =>
  Object.keys(form)
    .filter((name) => name.startsWith(TOPIC))
    .map((name) => name.slice(TOPIC.length));

/** A newsletter as the editor's form would send it. */
export function valuesOf({ name, texts, audience, isPublic, slug, rate }: Campaign): Values {
  return {
    ...{ name, segment: audience.segment ?? "", slug: slug ?? "", rate: rate === null ? "" : String(rate) },
    ...Object.fromEntries(audience.topics.map((topic) => [`${TOPIC}${topic}`, "on"])),
    ...(isPublic ? { public: "on" } : {}),
    ...Object.fromEntries(
      LANGUAGES.flatMap((lang) => PARTS.map((part) => [`${lang}-${part}`, texts[lang]?.[part] ?? ""])),
    ),
  };
}

/** What each field of the editor is called. */
export function labelsOf(lang: Language): Readonly<Record<string, string>> {
  const { name, topics, segment, rate, slug, subject, preheader, markdown } = CAMPAIGNS[lang];
  const parts = { subject, preheader, markdown };
  const texts = LANGUAGES.flatMap((text) =>
    PARTS.map((part) => [`${text}-${part}`, `${parts[part]} (${LANGUAGE_NAMES[text]})`]),
  );
  return { name, topics, segment, rate, slug, ...Object.fromEntries(texts) };
}

/** The fields that are not right, as the page says them first, with the line of a text. */
export function faultsIn(lang: Language, { errors }: Pick<Typed, "errors">): Fault[] {
  const labels = labelsOf(lang);
  const words = CAMPAIGNS[lang];
  const required: Readonly<Record<string, string>> = words.required;
  return errors.map(({ path, code }) => {
    const [field = "", line] = path.split(".");
    if (code === "required" && required[field]) return { field, text: required[field] };
    const place = line && /^\d+$/.test(line) ? `, ${words.line(line)}` : "";
    return { field, text: `${labels[field] ?? field}${place}: ${FIELD_WORDS[lang][code]}` };
  });
}

interface EditorProps {
  desk: StaffDesk;
  campaign: Campaign;
  /** What the fields hold, and what is not right with them. */
  typed: Typed;
  segments: readonly Segment[];
  /** How many there are now in the audience that is chosen, in words. */
  count: string;
  /** Whether what the fields hold is not what is saved: the previews then have to be asked for. */
  isTyped: boolean;
  path: string;
}

/** The form in which a newsletter is written, with its previews. */
export function Editor({ desk, campaign, typed, segments, count, isTyped, path }: EditorProps) {
  const { lang } = desk;
  const words = CAMPAIGNS[lang];
  return (
    <Form desk={desk} action={path} preview={`${path}/count`}>
      <BasedOn version={campaign.version} />
      {/* The first button of a form is the one that Enter presses. */}
      <button type="submit" hidden>
        {SHELL[lang].save}
      </button>
      <div class="narrow">
        <Field {...{ lang, typed }} name="name" label={words.name} hint={words.nameHint} />
      </div>
      <Audience {...{ desk, typed, segments, count, path }} />
      {LANGUAGES.map((text) => (
        <Writing {...{ desk, typed, text, isTyped, path }} />
      ))}
      <Help lang={lang} />
      <Tick name="public" typed={typed} label={words.public} hint={words.publicHint} />
      <More {...{ desk, typed }} />
      <div class="row">
        <button type="submit">{SHELL[lang].save}</button>
        {desk.may("newsletter:send") ? (
          <>
            <button type="submit" class="second" name="next" value="test">
              {words.test}
            </button>
            <button type="submit" class="second" name="next" value="send">
              {words.next}
            </button>
          </>
        ) : null}
      </div>
    </Form>
  );
}

function Audience({ desk, typed, segments, count, path }: Omit<EditorProps, "campaign" | "isTyped">) {
  const { lang, rt } = desk;
  const words = CAMPAIGNS[lang];
  const chosen = typed.values["segment"] ?? "";
  const isGone = chosen !== "" && segments.every(({ id }) => id !== chosen);
  const isWrong = typed.errors.some(({ path: field }) => field === "topics");
  const options = {
    "": words.noSegment,
    ...Object.fromEntries(segments.map(({ id, name }) => [id, name])),
    ...(isGone ? { [chosen]: words.goneSegment } : {}),
  };
  return (
    <fieldset class="writing narrow" id="topics" {...(isWrong ? { "aria-describedby": "topics-error" } : {})}>
      <legend>{words.audience}</legend>
      <p class="muted">{words.topicsHint}</p>
      {isWrong ? (
        <p class="error" id="topics-error">
          {words.required.topics}
        </p>
      ) : null}
      {rt.settings.TOPICS.map((topic) => (
        <Tick name={`${TOPIC}${topic}`} typed={typed} label={topicInWords(topic, lang)} />
      ))}
      <Select {...{ lang, typed, options }} name="segment" label={words.segment} hint={words.segmentHint} />
      <div class="row">
        <p id="audience-count" role="status" data-live>
          {count}
        </p>
        <button type="submit" class="second" formaction={`${path}/count`} data-scriptless>
          {words.count}
        </button>
      </div>
    </fieldset>
  );
}

/** What most newsletters need not say. It is open when something stands there that is not right. */
function More({ desk, typed }: Pick<EditorProps, "desk" | "typed">) {
  const { lang, rt } = desk;
  const words = CAMPAIGNS[lang];
  const isOpen = typed.errors.some(({ path }) => path === "rate" || path === "slug");
  const rate = numberInWords(rt.settings.NEWSLETTER_RATE, lang);
  return (
    <details open={isOpen}>
      <summary>{words.more}</summary>
      <div class="narrow">
        <Field {...{ lang, typed }} name="rate" label={words.rate} hint={words.rateHint(rate)} />
        <Field {...{ lang, typed }} name="slug" label={words.slug} hint={words.slugHint} />
      </div>
    </details>
  );
}

interface TickProps {
  name: string;
  typed: Typed;
  label: Child;
  hint?: string;
}

function Tick({ name, typed, label, hint }: TickProps) {
  return (
    <div class="field">
      <label class="check">
        <input
          type="checkbox"
          name={name}
          checked={typed.values[name] !== undefined}
          {...(hint === undefined ? {} : { "aria-describedby": `${name}-hint` })}
        />
        <span>{label}</span>
      </label>
      {hint === undefined ? null : (
        <p class="muted" id={`${name}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

function Writing({
  desk,
  typed,
  text,
  isTyped,
  path,
}: Omit<EditorProps, "campaign" | "segments" | "count"> & { text: Language }) {
  const { lang } = desk;
  const words = CAMPAIGNS[lang];
  return (
    <fieldset class="writing" data-frames={isTyped ? "typed" : "saved"}>
      <legend>{words.text(LANGUAGE_NAMES[text])}</legend>
      <p class="muted">{words.textHint}</p>
      <div class="beside">
        <div>
          <Field {...{ lang, typed }} name={`${text}-subject`} label={words.subject} />
          <Field {...{ lang, typed }} name={`${text}-preheader`} label={words.preheader} hint={words.preheaderHint} />
          <Marks lang={lang} area={`${text}-markdown`} />
          <Area {...{ lang, typed }} name={`${text}-markdown`} label={words.markdown} rows={20} />
        </div>
        <Preview {...{ desk, text, path }} look={typed.values[`${text}-look`]} isLive />
      </div>
    </fieldset>
  );
}

/** What each mark becomes, for who does not know Markdown. */
function Help({ lang }: { lang: Language }) {
  const words = CAMPAIGNS[lang];
  const { mark, sample } = words;
  const rows = [
    [`## ${sample.heading}`, mark.heading],
    [`**${sample.words}**`, mark.bold],
    [`*${sample.words}*`, mark.italic],
    [`[${sample.link}](https://…)`, mark.link],
    [`- ${sample.item}`, mark.list],
    [`> ${sample.quote}`, mark.quote],
    [`![${sample.image}](https://…)`, mark.image],
    [`[${sample.button}](https://… "button")`, mark.button],
    ["---", mark.divider],
    [`{{name|${sample.fallback}}}`, mark.name],
  ] as const;
  return (
    <details>
      <summary>{words.help}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.helpMark}</th>
            <th scope="col">{words.helpMeans}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([typed, means]) => (
            <tr>
              <td data-label={words.helpMark}>
                <div>
                  <code>{typed}</code>
                </div>
              </td>
              <td data-label={words.helpMeans}>
                <div>{means}</div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{words.helpFields}</p>
      <p>{words.helpFooter}</p>
    </details>
  );
}
