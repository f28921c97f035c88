import type { Evidence, EvidenceFilter, EvidencePage } from "../policy/evidence-store.ts";
import { findEvidence, listEvidence } from "../policy/evidence-store.ts";
import type { StaffDesk } from "./desk.ts";
import { Field, Form, Select } from "./form.tsx";
import { reasonInWords } from "./notices-reached.tsx";
import { NOTICES } from "./notices-words.ts";
import { type Column, Filters, Pager, Table, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const PER_PAGE = 50;

interface CustomersProps {
  desk: StaffDesk;
  date: string;
  filter: EvidenceFilter;
}

/** The customers of a version and what each was told, with the way to take that along. */
export async function Customers({ desk, date, filter }: CustomersProps) {
  const { lang, c } = desk;
  const words = NOTICES[lang];
  const number = (c.req.query("number") ?? "").trim();
  const page = await pageOf(desk, date, filter, number);
  const typed = { values: { filter, number }, errors: [] };
  return (
    <section aria-labelledby="customers">
      <h2 id="customers">{words.perCustomer}</h2>
      <Filters desk={desk}>
        <Select {...{ lang, typed }} name="filter" label={words.filter} options={words.filters} />
        <Field {...{ lang, typed }} name="number" label={words.number} type="search" maxlength={40} />
      </Filters>
      <Table
        desk={desk}
        caption={words.perCustomer}
        columns={[
          {
            name: "number",
            label: words.number,
            cell: (row) =>
              desk.may("customers:read") ? <a href={`/admin/customers/${row.number}`}>{row.number}</a> : row.number,
          },
          ...columnsOf(desk),
        ]}
        rows={page.rows}
        empty={page.next === null ? words.none : words.more}
      />
      <Pager desk={desk} next={page.next} />
      <p class="muted">{words.exportNote}</p>
      <Form desk={desk} action={`/admin/policy/versions/${date}/export`} class="row download">
        <input type="hidden" name="filter" value={filter} />
        <button type="submit" class="second">
          {words.export}
        </button>
      </Form>
    </section>
  );
}

async function pageOf(
  { rt, c }: StaffDesk,
  date: string,
  filter: EvidenceFilter,
  number: string,
): Promise<EvidencePage> {
  if (number === "") return listEvidence(rt.db, date, filter, c.req.query("after") ?? "", PER_PAGE);
  const found = await findEvidence(rt.db, date, number);
  return { rows: found ? [found] : [], next: null };
}

/** What became of a version's mail to a customer, and what a panel showed them. */
export function columnsOf(
  desk: StaffDesk,
): Column<Omit<Evidence, "mail" | "dueAt"> & { mail: Evidence["mail"] | null }>[] {
  const { lang } = desk;
  const words = NOTICES[lang];
  const when = (at: number | null) => (at === null ? SHELL[lang].none : <When desk={desk} at={at} />);
  return [
    {
      name: "mail",
      label: words.mail,
      cell: ({ mail, reason }) => (
        <span>
          {mail === null ? words.noMail : words.mailStates[mail]}
          {mail === "failed" || mail === "suppressed" ? (
            <span class="muted">. {reasonInWords(mail, reason, lang)}</span>
          ) : null}
        </span>
      ),
    },
    { name: "sent", label: words.sentAt, cell: ({ sentAt }) => when(sentAt) },
    { name: "shown", label: words.shownAt, cell: ({ shownAt }) => when(shownAt) },
    { name: "acknowledged", label: words.acknowledgedAt, cell: ({ acknowledgedAt }) => when(acknowledgedAt) },
  ];
}
