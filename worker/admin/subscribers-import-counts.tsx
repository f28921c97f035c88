import { type ListImport, listListFaults } from "../newsletter/list-import-store.ts";
import type { StaffDesk } from "./desk.ts";
import { numberInWords } from "./format.ts";
import { LIST_IMPORTS, listFaultInWords } from "./subscribers-import-words.ts";
import { type Column, Table } from "./table.tsx";

/** Refused rows that a page shows; the file has all. */
const SHOWN = 20;

/** How many rows came to what, or would. */
export function countsOf({ lang }: StaffDesk, found: ListImport) {
  const words = LIST_IMPORTS[lang];
  return (["active", "pending", "unchanged", "blocked", "refused"] as const).map(
    (name) => [words[name], numberInWords(found[name], lang)] as const,
  );
}

/** Why an import cannot go on, and where in its file that is. */
export function FaultOf({ desk: { lang }, found }: { desk: StaffDesk; found: ListImport }) {
  const { fault, row, plan } = found;
  if (fault === null) return null;
  const words = LIST_IMPORTS[lang];
  const codes: Readonly<Record<string, string>> = words.fileFaults;
  const place = plan === null ? "" : ` ${words.atRow(numberInWords(row, lang))}`;
  return (
    <p class="fault">
      {codes[fault] ?? fault}
      {place}
    </p>
  );
}

/** The first rows that were refused or passed over, with why, and the way to all; nothing when there are none. */
export async function faultyRows(desk: StaffDesk, found: ListImport) {
  const { rt, lang } = desk;
  const words = LIST_IMPORTS[lang];
  const rows = await listListFaults(rt.db, found.id, 0, SHOWN);
  if (rows.length === 0) return null;
  const place = found.plan === null ? -1 : found.plan.headings.indexOf(found.plan.columns["email"] ?? "");
  const columns: Column<(typeof rows)[number]>[] = [
    { name: "row", label: words.row, numeric: true, cell: ({ row }) => numberInWords(row, lang) },
    { name: "email", label: words.fields.email, cell: ({ cells }) => cells[place] ?? "" },
    {
      name: "wrong",
      label: words.wrong,
      cell: ({ errors }) => errors.map((one) => listFaultInWords(lang, one)).join(" "),
    },
  ];
  return (
    <section aria-labelledby="faults">
      <h2 id="faults">{words.faults}</h2>
      <p>{words.faultsText}</p>
      <p>
        <a class="button" href={`/admin/subscribers/imports/${found.id}/faults.csv`} download>
          {words.download}
        </a>
      </p>
      <Table desk={desk} caption={words.firstFaults} columns={columns} rows={rows} empty="" />
    </section>
  );
}
