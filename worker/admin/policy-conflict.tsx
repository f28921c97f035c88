import { LANGUAGE_NAMES, LANGUAGES, type Language } from "../platform/languages.ts";
import { compareTexts } from "../policy/compare.ts";
import type { Draft } from "../policy/draft-store.ts";
import type { StaffDesk, Form as Values } from "./desk.ts";
import type { Typed } from "./form.tsx";
import { Differences } from "./policy-change.tsx";
import { labelsOf, textsIn, valuesOf } from "./policy-editor.tsx";
import type { StepsProps } from "./policy-steps.tsx";
import { POLICY } from "./policy-words.ts";
import { replyScreen } from "./shell.tsx";
import { type Column, Table } from "./table.tsx";
import { SHELL } from "./words.ts";

/** A version that was published or thrown away while somebody wrote: what they typed is theirs. */
export function replyGone(desk: StaffDesk, form: Values): Response {
  const { lang } = desk;
  const words = POLICY[lang];
  const texts = textsIn(form);
  const children = (
    <>
      <p class="fault">{words.goneText}</p>
      {LANGUAGES.map((text) => (
        <Typing desk={desk} text={text} markdown={texts[text]?.markdown ?? ""} />
      ))}
      <p>
        <a href="/admin/policy">{SHELL[lang].page.policy}</a>
      </p>
    </>
  );
  return replyScreen(desk, { title: words.goneTitle, section: "policy", children }, 404);
}

function Typing({ desk, text, markdown }: { desk: StaffDesk; text: Language; markdown: string }) {
  const id = `${text}-typed`;
  return (
    <div class="field">
      <label for={id}>
        {POLICY[desk.lang].yours}: {LANGUAGE_NAMES[text]}
      </label>
      <textarea id={id} rows={12} readonly>
        {markdown}
      </textarea>
    </div>
  );
}

interface BehindProps extends StepsProps {
  nameOf(writer: string): string;
}

/** Somebody else was first: what there is now beside what was typed. */
export function Behind({ desk, draft, state: { typed }, nameOf }: BehindProps) {
  const { lang } = desk;
  const words = POLICY[lang];
  return (
    <div class="fault" role="alert">
      <p>
        {words.behind} {words.behindWho(nameOf(draft.changedBy))}{" "}
        {typed ? (draft.state === "draft" ? words.behindKept : words.moved) : null}
      </p>
      {typed ? <Typings {...{ desk, draft, typed }} /> : null}
    </div>
  );
}

function Typings({ desk, draft, typed }: { desk: StaffDesk; draft: Draft; typed: Typed }) {
  const { lang } = desk;
  const words = POLICY[lang];
  const now = valuesOf(draft);
  const labels = labelsOf(lang);
  const rows = Object.entries(labels)
    .filter(([field]) => !field.endsWith("-markdown"))
    .map(([field, label]) => ({ label, now: now[field] ?? "", yours: typed.values[field] ?? "" }))
    .filter(({ now, yours }) => now.trim() !== yours.trim());
  const texts = textsIn(typed.values);
  return (
    <>
      {rows.length === 0 ? null : (
        <Table desk={desk} caption={words.behind} columns={differenceColumns(desk)} rows={rows} empty="" />
      )}
      {LANGUAGES.map((text) => {
        const [mine, theirs] = [texts[text]?.markdown ?? "", draft.texts[text]?.markdown ?? ""];
        const blocks = compareTexts(mine, theirs);
        if (blocks.every(({ spans }) => spans.every(({ kind }) => kind === "same"))) return null;
        return (
          <>
            <Differences lang={lang} textLang={text} title={words.behindNow(LANGUAGE_NAMES[text])} blocks={blocks} />
            {draft.state === "draft" ? null : <Typing desk={desk} text={text} markdown={mine} />}
          </>
        );
      })}
    </>
  );
}

interface Difference {
  label: string;
  now: string;
  yours: string;
}

function differenceColumns({ lang }: StaffDesk): Column<Difference>[] {
  const words = POLICY[lang];
  return [
    { name: "field", label: words.what, cell: ({ label }) => label },
    { name: "now", label: words.now, cell: ({ now }) => now },
    { name: "yours", label: words.yours, cell: ({ yours }) => yours },
  ];
}
