import { type Draft, isDryRun, judgeBeginning, type Reading } from "../newsletter/list-import.ts";
import { LIST_IMPORT_FIELDS } from "../newsletter/list-import-row.ts";
import type { JudgedRow } from "../newsletter/list-import-rows.ts";
import { type ListImport, labelNames } from "../newsletter/list-import-store.ts";
import { topicInWords } from "../newsletter/topics.ts";
import type { FieldError } from "../platform/errors.ts";
import { LANGUAGE_NAMES } from "../platform/languages.ts";
import { ColumnChoices } from "./columns.tsx";
import type { StaffDesk } from "./desk.ts";
import { Area, Field, Form, Select, type Typed } from "./form.tsx";
import { numberInWords } from "./format.ts";
import { replyScreen } from "./shell.tsx";
import { countsOf, FaultOf, faultyRows } from "./subscribers-import-counts.tsx";
import type { Statement, Wished } from "./subscribers-import-wish.ts";
import { LIST_IMPORTS, listFaultInWords } from "./subscribers-import-words.ts";
import { type Column, Facts, Table } from "./table.tsx";
import { SHELL } from "./words.ts";

const LIST = "/admin/subscribers/imports";

/** Replies with how a file would be read and what would become of its first rows, before anything is done. */
export async function replyPreview(
  desk: StaffDesk,
  found: ListImport,
  reading: Reading,
  { consent, typed }: Wished,
  status = 200,
): Promise<Response> {
  const { lang, rt } = desk;
  const words = LIST_IMPORTS[lang];
  const { id } = found;
  const draft = "draft" in reading ? reading.draft : undefined;
  const { encoding = "utf-8", delimiter = ";" } = draft ?? {};
  // Said beside the field that mends it.
  const errors = typed.errors.map(({ path, code }) => ({
    path: path === "consent.evidence" ? "consent.evidence.sha256" : path,
    code,
  }));
  const shown: Typed = { values: typed.values, errors };
  const labels = await labelNames(rt.db);
  const children = (
    <>
      {"fault" in reading ? <p class="fault">{words.fileFaults[reading.fault]}</p> : null}
      <FaultOf desk={desk} found={found} />
      {isDryRun(found) ? await triedRows(desk, found) : null}
      <Form desk={desk} action={`${LIST}/${id}/start`}>
        <section aria-labelledby="reading">
          <h2 id="reading">{words.reading}</h2>
          <div class="filters">
            <Select
              {...{ lang, typed: shown }}
              name="encoding"
              label={words.encoding}
              value={encoding}
              options={words.encodings}
              hint={words.encodingHint}
            />
            <Select
              {...{ lang, typed: shown }}
              name="delimiter"
              label={words.delimiter}
              value={delimiter}
              options={words.delimiters}
            />
          </div>
        </section>
        {draft === undefined ? null : <Choices {...{ desk, draft, labels, typed: shown }} />}
        {"draft" in reading ? await firstRows(desk, reading, consent) : null}
        {draft === undefined ? null : <Consent {...{ desk, consent, typed: shown }} />}
        <div class="row">
          {draft === undefined ? null : (
            <>
              <button type="submit" name="try" value="1" class="second">
                {words.try}
              </button>
              <button type="submit">{words.run}</button>
            </>
          )}
          <button type="submit" name="look" value="1" class="second" formnovalidate>
            {words.look}
          </button>
          <a href={`${LIST}/${id}/cancel`}>{words.cancel}</a>
        </div>
      </Form>
    </>
  );
  const faults = errors.map((fault) => ({ field: fault.path, text: listFaultInWords(lang, fault) }));
  return replyScreen(desk, { title: found.fileName, section: "subscribers", faults, children }, status);
}

async function triedRows(desk: StaffDesk, found: ListImport) {
  const words = LIST_IMPORTS[desk.lang];
  return (
    <section aria-labelledby="tried">
      <h2 id="tried">{words.tried}</h2>
      <p>{words.triedText}</p>
      <Facts facts={countsOf(desk, found)} />
      {await faultyRows(desk, found)}
    </section>
  );
}

interface ChoicesProps {
  desk: StaffDesk;
  draft: Draft;
  labels: readonly string[];
  typed: Typed;
}

function Choices({ desk, draft, labels, typed }: ChoicesProps) {
  const { lang, rt } = desk;
  const words = LIST_IMPORTS[lang];
  const topics = Object.fromEntries(rt.settings.TOPICS.map((topic) => [topic, topicInWords(topic, lang)]));
  return (
    <>
      <fieldset>
        <legend>{words.columns}</legend>
        <ColumnChoices
          {...{ lang, typed, words }}
          fields={LIST_IMPORT_FIELDS}
          headings={draft.headings}
          columns={draft.columns}
        />
        <p class="muted">{words.several}</p>
      </fieldset>
      <fieldset>
        <legend>{words.defaults}</legend>
        <Checks {...{ desk, typed }} name="topics" options={topics} chosen={draft.topics} hint={words.topicsHint} />
        {labels.length === 0 ? null : (
          <Checks
            {...{ desk, typed }}
            name="labels"
            options={Object.fromEntries(labels.map((label) => [label, label]))}
            chosen={draft.labels}
          />
        )}
        <div class="filters">
          <Select {...{ lang, typed }} name="lang" label={words.lang} value={draft.lang} options={LANGUAGE_NAMES} />
          <Field
            {...{ lang, typed }}
            name="source"
            label={words.source}
            value={draft.source}
            hint={words.sourceHint}
            maxlength={40}
            required
          />
        </div>
      </fieldset>
    </>
  );
}

interface ChecksProps {
  desk: StaffDesk;
  typed: Typed;
  name: "topics" | "labels";
  /** Value → words. */
  options: Readonly<Record<string, string>>;
  /** What is chosen before anyone has. */
  chosen: readonly string[];
  hint?: string;
}

/** A choice of several. */
function Checks({ desk: { lang }, typed, name, options, chosen, hint }: ChecksProps) {
  const words = LIST_IMPORTS[lang];
  const error = typed.errors.find(({ path }) => path === name || path.startsWith(`${name}.`));
  const isSent = typed.values["form-token"] !== undefined;
  const isChosen = (value: string) =>
    isSent ? typed.values[`${name}.${value}`] !== undefined : chosen.includes(value);
  const described = [...(error ? [`${name}-error`] : []), ...(hint ? [`${name}-hint`] : [])].join(" ");
  return (
    <fieldset class="field" id={name} {...(described ? { "aria-describedby": described } : {})}>
      <legend>{words[name]}</legend>
      {hint ? (
        <p class="muted" id={`${name}-hint`}>
          {hint}
        </p>
      ) : null}
      {error ? (
        <p class="error" id={`${name}-error`}>
          {words.special[`${name} ${error.code}`]}
        </p>
      ) : null}
      {Object.entries(options).map(([value, label]) => (
        <label class="check">
          <input type="checkbox" name={`${name}.${value}`} checked={isChosen(value)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Consent({ desk, consent, typed }: { desk: StaffDesk; consent: Statement | undefined; typed: Typed }) {
  const { lang } = desk;
  const words = LIST_IMPORTS[lang];
  const isSent = typed.values["form-token"] !== undefined;
  const isProven = isSent ? typed.values["consent.isDoubleOptIn"] !== undefined : (consent?.isDoubleOptIn ?? false);
  return (
    <fieldset>
      <legend>{words.consent}</legend>
      <p>{words.consentIntro}</p>
      <Area
        {...{ lang, typed }}
        name="consent.text"
        label={words.text}
        value={consent?.text ?? ""}
        hint={words.textHint}
        rows={3}
        maxlength={2_000}
        required
      />
      <Field
        {...{ lang, typed }}
        name="consent.date"
        label={words.date}
        value={consent?.date ?? ""}
        type="date"
        required
      />
      <label class="check">
        <input type="checkbox" name="consent.isDoubleOptIn" checked={isProven} aria-describedby="isDoubleOptIn-hint" />
        <span>{words.isDoubleOptIn}</span>
      </label>
      <p class="muted" id="isDoubleOptIn-hint">
        {words.isDoubleOptInHint}
      </p>
      <div class="field" data-hashes hidden>
        <label for="evidence">{words.evidence}</label>
        <p class="muted" id="evidence-hint">
          {words.evidenceHint}
        </p>
        <input id="evidence" type="file" aria-describedby="evidence-hint" />
        <p role="status" data-hashing={words.hashing} data-hashed={words.hashed} />
      </div>
      <Field
        {...{ lang, typed }}
        name="consent.evidence.name"
        label={words.evidenceName}
        value={consent?.evidence?.name ?? ""}
        maxlength={200}
      />
      <Field
        {...{ lang, typed }}
        name="consent.evidence.sha256"
        label={words.evidenceHash}
        value={consent?.evidence?.sha256 ?? ""}
        hint={words.evidenceHashHint}
        maxlength={64}
      />
    </fieldset>
  );
}

interface Shown {
  row: number;
  cells: readonly string[];
  read: JudgedRow | null;
  errors: readonly FieldError[];
}

async function firstRows(desk: StaffDesk, reading: Extract<Reading, { draft: Draft }>, consent: Statement | undefined) {
  const { lang, rt } = desk;
  const words = LIST_IMPORTS[lang];
  const { good, blocked, bad } = await judgeBeginning(rt, reading, consent);
  const rows: Shown[] = [
    ...good.map((read) => ({ row: read.row, cells: read.cells, read, errors: [] })),
    ...[...blocked, ...bad].map(({ row, cells, errors }) => ({ row, cells, read: null, errors })),
  ].sort((a, b) => a.row - b.row);
  const none = SHELL[lang].none;
  const { headings, columns: places } = reading.draft;
  const raw = (field: string, { cells }: Shown) => cells[headings.indexOf(places[field] ?? "")] || none;
  const column = (field: "email" | "name" | "lang", say: (read: JudgedRow) => string | null): Column<Shown> => ({
    name: field,
    label: words.fields[field],
    cell: (shown) => (shown.read ? say(shown.read) || none : raw(field, shown)),
  });
  const columns: Column<Shown>[] = [
    { name: "row", label: words.row, numeric: true, cell: ({ row }) => numberInWords(row, lang) },
    { ...column("email", ({ email }) => email), isAddress: true },
    column("name", ({ name }) => name),
    column("lang", (read) => read.lang),
    {
      name: "topics",
      label: words.topics,
      cell: (shown) =>
        shown.read ? shown.read.topics.map((topic) => topicInWords(topic, lang)).join(", ") : raw("topics", shown),
    },
    { name: "labels", label: words.labels, cell: ({ read }) => read?.labels.join(", ") || none },
    {
      name: "becomes",
      label: words.becomes,
      cell: ({ read, errors }) =>
        read ? (
          words.outcomes[read.outcome]
        ) : (
          <strong>{errors.map((one) => listFaultInWords(lang, one)).join(" ")}</strong>
        ),
    },
  ];
  return (
    <section aria-labelledby="first">
      <h2 id="first">{words.firstRows}</h2>
      <Table desk={desk} caption={words.firstRows} columns={columns} rows={rows} empty={words.noRows} />
    </section>
  );
}
