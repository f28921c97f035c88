import { judgeBeginning, type Reading } from "../customers/import.ts";
import { IMPORT_FIELDS } from "../customers/import-row.ts";
import { type ImportWish, importPlanShape } from "../customers/import-shapes.ts";
import type { Import } from "../customers/import-store.ts";
import type { CustomerInput } from "../customers/shapes.ts";
import { CUSTOMER_KINDS } from "../customers/tables.ts";
import type { FieldError } from "../platform/errors.ts";
import { LANGUAGE_NAMES } from "../platform/languages.ts";
import { ColumnChoices } from "./columns.tsx";
import { faultInWords, IMPORTS } from "./customers-import-words.ts";
import { CUSTOMERS } from "./customers-words.ts";
import type { StaffDesk, Form as Values } from "./desk.ts";
import { check, Field, Form, Select, type Typed } from "./form.tsx";
import { numberInWords } from "./format.ts";
import { replyScreen } from "./shell.tsx";
import { type Column, Table } from "./table.tsx";
import { SHELL } from "./words.ts";

const LIST = "/admin/customers/imports";

/** What the form of a preview wishes; what is not right in it is left to be guessed, and said. */
export function wishIn(form: Values): { wish: ImportWish; errors: readonly FieldError[] } {
  const columns = Object.fromEntries(
    IMPORT_FIELDS.flatMap((field) => (form[`columns.${field}`] ? [[field, form[`columns.${field}`]]] : [])),
  );
  const checked = check(importPlanShape, form, { ...form, columns });
  if ("value" in checked) return { wish: checked.value, errors: [] };
  const { errors } = checked.typed;
  const right = Object.entries({ ...form, columns }).filter(([name]) => !errors.some(({ path }) => path === name));
  return { wish: importPlanShape.parse(Object.fromEntries(right)), errors };
}

/** Replies with how a file would be read and what would become of its first rows, before anything is done. */
export async function replyPreview(
  desk: StaffDesk,
  found: Import,
  reading: Reading,
  typed: Typed,
  status = 200,
): Promise<Response> {
  const { lang } = desk;
  const words = IMPORTS[lang];
  const { id } = found;
  const plan = "plan" in reading ? reading.plan : undefined;
  const { encoding = "utf-8", delimiter = ";" } = plan ?? {};
  const children = (
    <>
      {"fault" in reading ? <p class="fault">{words.fileFaults[reading.fault]}</p> : null}
      <Form desk={desk} action={`${LIST}/${id}/start`}>
        <section aria-labelledby="reading">
          <h2 id="reading">{words.reading}</h2>
          <div class="filters">
            <Select
              {...{ lang, typed }}
              name="encoding"
              label={words.encoding}
              value={encoding}
              options={words.encodings}
              hint={words.encodingHint}
            />
            <Select
              {...{ lang, typed }}
              name="delimiter"
              label={words.delimiter}
              value={delimiter}
              options={words.delimiters}
            />
          </div>
        </section>
        {plan === undefined ? null : <Choices {...{ desk, plan, typed }} />}
        <div class="row">
          {plan === undefined ? null : <button type="submit">{words.run}</button>}
          <button type="submit" name="look" value="1" class="second" formnovalidate>
            {words.look}
          </button>
          <a href={`${LIST}/${id}/cancel`}>{words.cancel}</a>
        </div>
      </Form>
      {"plan" in reading ? await firstRows(desk, found, reading) : null}
    </>
  );
  const faults = typed.errors.map((fault) => ({ field: fault.path, text: faultInWords(lang, fault) }));
  return replyScreen(desk, { title: found.fileName, section: "customers", faults, children }, status);
}

type Plan = Extract<Reading, { plan: unknown }>["plan"];

function Choices({ desk, plan, typed }: { desk: StaffDesk; plan: Plan; typed: Typed }) {
  const { lang } = desk;
  const words = IMPORTS[lang];
  const kinds = Object.fromEntries(CUSTOMER_KINDS.map((kind) => [kind, CUSTOMERS[lang].kinds[kind]]));
  return (
    <>
      <fieldset>
        <legend>{words.columns}</legend>
        <ColumnChoices
          {...{ lang, typed, words }}
          fields={IMPORT_FIELDS}
          headings={plan.headings}
          columns={plan.columns}
        />
        {plan.columns["number"] === undefined ? <p class="note">{words.noNumber}</p> : null}
      </fieldset>
      <fieldset>
        <legend>{words.defaults}</legend>
        <div class="filters">
          <Select {...{ lang, typed }} name="kind" label={words.kind} value={plan.kind} options={kinds} />
          <Select {...{ lang, typed }} name="lang" label={words.lang} value={plan.lang} options={LANGUAGE_NAMES} />
          <Field
            {...{ lang, typed }}
            name="country"
            label={words.country}
            value={plan.country}
            maxlength={2}
            required
          />
          <Field
            {...{ lang, typed }}
            name="source"
            label={words.source}
            value={plan.source}
            hint={words.sourceHint}
            required
          />
        </div>
      </fieldset>
      <Select
        {...{ lang, typed }}
        name="existing"
        label={words.existing}
        value={plan.existing}
        options={words.existings}
      />
    </>
  );
}

interface Shown {
  row: number;
  number: string | null;
  customer: CustomerInput | null;
  cells: readonly string[];
  errors: readonly FieldError[];
}

async function firstRows(desk: StaffDesk, found: Import, reading: Extract<Reading, { plan: unknown }>) {
  const { lang, rt } = desk;
  const words = IMPORTS[lang];
  const { good, bad } = await judgeBeginning(rt, found, reading);
  const rows: Shown[] = [
    ...good.map(({ row, number, customer }) => ({ row, number, customer, cells: [], errors: [] })),
    ...bad.map(({ row, cells, errors }) => ({ row, number: null, customer: null, cells, errors })),
  ].sort((a, b) => a.row - b.row);
  const none = SHELL[lang].none;
  const cell = (field: string, say: (customer: CustomerInput) => string | null) => (shown: Shown) =>
    shown.customer === null
      ? shown.cells[reading.plan.headings.indexOf(reading.plan.columns[field] ?? "")] || none
      : (say(shown.customer) ?? none);
  const columns: Column<Shown>[] = [
    { name: "row", label: words.row, numeric: true, cell: ({ row }) => numberInWords(row, lang) },
    {
      name: "number",
      label: words.fields.number,
      cell: (shown) =>
        shown.customer === null ? cell("number", () => null)(shown) : (shown.number ?? words.newNumber),
    },
    { name: "name", label: words.fields.name, cell: cell("name", ({ name }) => name) },
    { name: "email", label: words.fields.email, cell: cell("email", ({ email }) => email) },
    { name: "kind", label: words.kind, cell: cell("kind", ({ kind }) => CUSTOMERS[lang].kinds[kind]) },
    {
      name: "organisation",
      label: words.fields.organisation,
      cell: cell("organisation", ({ organisation }) => organisation),
    },
    {
      name: "address",
      label: words.address,
      cell: cell(
        "address.street",
        ({ address }) => address && `${address.street}, ${address.postalCode} ${address.city}`,
      ),
    },
    {
      name: "wrong",
      label: words.wrong,
      cell: ({ errors }) =>
        errors.length === 0 ? words.fine : <strong>{errors.map((one) => faultInWords(lang, one)).join(" ")}</strong>,
    },
  ];
  return (
    <section aria-labelledby="first">
      <h2 id="first">{words.firstRows}</h2>
      <Table desk={desk} caption={words.firstRows} columns={columns} rows={rows} empty={words.noRows} />
    </section>
  );
}
