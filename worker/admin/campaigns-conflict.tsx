import type { Campaign } from "../newsletter/campaign-store.ts";
import type { Segment } from "../newsletter/segment-store.ts";
import { LANGUAGE_NAMES, LANGUAGES, type Language } from "../platform/languages.ts";
import { compareTexts } from "../policy/compare.ts";
import { audienceInWords } from "./campaigns-audience.tsx";
import { contentIn, labelsOf, textIn, valuesOf } from "./campaigns-editor.tsx";
import { CAMPAIGNS } from "./campaigns-words.ts";
import type { StaffDesk, Form as Values } from "./desk.ts";
import type { Typed } from "./form.tsx";
import { Differences } from "./policy-change.tsx";
import { replyScreen } from "./shell.tsx";
import { type Column, Table } from "./table.tsx";

/** A newsletter that was scheduled, sent or thrown away while somebody wrote: what they typed is theirs. */
export function replyGone(
  desk: StaffDesk,
  form: Values,
  next: { path: string; label: string },
  status: number,
): Response {
  const words = CAMPAIGNS[desk.lang];
  const children = (
    <>
      <p class="fault">{words.goneText}</p>
      {LANGUAGES.map((text) => {
        const { subject, preheader, markdown } = textIn(form, text);
        const typed = [subject, preheader, markdown].filter((part) => part.trim() !== "").join("\n\n");
        return typed === "" ? null : <Typing desk={desk} text={text} typed={typed} />;
      })}
      <p>
        <a href={next.path}>{next.label}</a>
      </p>
    </>
  );
  return replyScreen(desk, { title: words.goneTitle, section: "newsletters", children }, status);
}

function Typing({ desk, text, typed }: { desk: StaffDesk; text: Language; typed: string }) {
  const id = `${text}-typed`;
  return (
    <div class="field">
      <label for={id}>
        {CAMPAIGNS[desk.lang].yours}: {LANGUAGE_NAMES[text]}
      </label>
      <textarea id={id} rows={12} readonly>
        {typed}
      </textarea>
    </div>
  );
}

interface BehindProps {
  desk: StaffDesk;
  campaign: Campaign;
  typed: Typed;
  segments: readonly Segment[];
  nameOf(writer: string): string;
}

/** Somebody else was first: what there is now beside what was typed. */
export function Behind({ desk, campaign, typed, segments, nameOf }: BehindProps) {
  const { lang } = desk;
  const words = CAMPAIGNS[lang];
  const [now, labels, yours] = [valuesOf(campaign), labelsOf(lang), contentIn(typed.values)];
  const lines = Object.keys(labels).filter(
    (field) => ["name", "rate", "slug"].includes(field) || /-(subject|preheader)$/.test(field),
  );
  const isPublic = (value: boolean) => (value ? words.yes : words.no);
  const rows = [
    ...lines.map((field) => ({ label: labels[field], now: now[field] ?? "", yours: typed.values[field] ?? "" })),
    {
      label: words.audience,
      now: audienceInWords(lang, campaign.audience, segments),
      yours: audienceInWords(lang, yours.audience, segments),
    },
    { label: words.public, now: isPublic(campaign.isPublic), yours: isPublic(yours.isPublic) },
  ].filter(({ now, yours }) => now.trim() !== yours.trim());
  return (
    <div class="fault" role="alert" tabindex={-1} autofocus>
      <p>
        {words.behind(nameOf(campaign.changedBy))} {words.behindKept}
      </p>
      {rows.length === 0 ? null : (
        <Table desk={desk} caption={words.now} columns={differenceColumns(desk)} rows={rows} empty="" />
      )}
      {LANGUAGES.map((text) => {
        const blocks = compareTexts(textIn(typed.values, text).markdown, campaign.texts[text]?.markdown ?? "");
        if (blocks.every(({ spans }) => spans.every(({ kind }) => kind === "same"))) return null;
        return (
          <Differences lang={lang} textLang={text} title={words.behindNow(LANGUAGE_NAMES[text])} blocks={blocks} />
        );
      })}
    </div>
  );
}

interface Difference {
  label: string | undefined;
  now: string;
  yours: string;
}

function differenceColumns({ lang }: StaffDesk): Column<Difference>[] {
  const words = CAMPAIGNS[lang];
  return [
    { name: "field", label: words.what, cell: ({ label }) => label },
    { name: "now", label: words.now, cell: ({ now }) => now },
    { name: "yours", label: words.yours, cell: ({ yours }) => yours },
  ];
}
