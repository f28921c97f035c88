import type { Hono } from "hono";
import { z } from "zod";
import { createImport, receivePart } from "../customers/import.ts";
import { newImportShape, partShape } from "../customers/import-shapes.ts";
import { type Import, listImports } from "../customers/import-store.ts";
import { Refusal } from "../platform/errors.ts";
import { type House, parse } from "../platform/http.ts";
import { FIELD_WORDS } from "../platform/words.ts";
import { addImport } from "./customers-import.tsx";
import { IMPORTS } from "./customers-import-words.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { check, type Typed, UNTOUCHED } from "./form.tsx";
import { numberInWords } from "./format.ts";
import { replyScreen } from "./shell.tsx";
import { type Column, Pager, Table, When } from "./table.tsx";
import { bytesOf, FileForm, fileOf, inParts, wholeFileOf } from "./upload.tsx";

const PATH = "/admin/customers/imports";
const PAGE = 50;

/** Adds the pages about imports of customers: the list, sending a file, and each import. */
export function addImports(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("customers:write", (desk) => replyImports(desk)),
  );

  // The script's: it says what file it will send, and is led to the import's page.
  routes.post(
    PATH,
    action("customers:write", async (desk, form) => {
      const checked = check(newImportShape, form);
      if ("typed" in checked) return replyImports(desk, checked.typed, 422);
      return goTo(desk, `${PATH}/${await createImport(desk.rt, checked.value, `staff:${desk.member.id}`)}`);
    }),
  );

  routes.post(
    `${PATH}/file`,
    action("customers:write", async (desk) => {
      const file = await wholeFileOf(desk);
      if (!(file instanceof File)) return replyImports(desk, file, 422);
      const { name, size } = file;
      const id = await createImport(
        desk.rt,
        parse(newImportShape, { fileName: name, size }),
        `staff:${desk.member.id}`,
      );
      await inParts(file, (part, bytes) => receivePart(desk.rt, id, part, bytes));
      return goTo(desk, `${PATH}/${id}`);
    }),
  );

  routes.post(
    `${PATH}/:id/parts/:part`,
    action("customers:write", async (desk) => {
      const { c, rt } = desk;
      const { data } = partShape.safeParse({ part: c.req.param("part") });
      if (data === undefined) throw new Refusal("not_found");
      const file = await fileOf(desk);
      if (file === undefined) throw new Refusal("invalid_input", { errors: [{ path: "file", code: "required" }] });
      await receivePart(rt, c.req.param("id") ?? "", data.part, await bytesOf(file));
      return c.body(null, 204);
    }),
  );

  addImport(routes);
}

const queryShape = z.object({ after: z.coerce.number().int().positive().optional().catch(undefined) });

async function replyImports(desk: StaffDesk, typed: Typed = UNTOUCHED, status = 200): Promise<Response> {
  const { c, rt, lang } = desk;
  const words = IMPORTS[lang];
  const found = await listImports(rt.db, queryShape.parse(c.req.query()).after, PAGE + 1);
  const rows = found.slice(0, PAGE);
  const fault = typed.errors[0];
  const said = fault && (fault.code === "too_long" ? words.tooLarge : FIELD_WORDS[lang][fault.code]);
  const children = (
    <>
      <p>{words.intro}</p>
      <section aria-labelledby="new">
        <h2 id="new">{words.start}</h2>
        <FileForm desk={desk} path={PATH} hint={words.fileHint} error={said} />
      </section>
      <h2>{words.more}</h2>
      <Table desk={desk} caption={words.more} columns={columns(desk)} rows={rows} empty={words.none} />
      <Pager desk={desk} next={found.length > PAGE ? String(rows.at(-1)?.createdAt ?? "") : null} />
    </>
  );
  const faults = said === undefined ? [] : [{ field: "file", text: `${words.file}: ${said}` }];
  return replyScreen(desk, { title: words.title, section: "customers", faults, children }, status);
}

function columns(desk: StaffDesk): Column<Import>[] {
  const { lang } = desk;
  const words = IMPORTS[lang];
  const counted = (name: "added" | "changed" | "refused"): Column<Import> => ({
    name,
    label: words[name],
    numeric: true,
    cell: (found) => numberInWords(found[name], lang),
  });
  return [
    { name: "file", label: words.file, cell: ({ id, fileName }) => <a href={`${PATH}/${id}`}>{fileName}</a> },
    { name: "state", label: words.state, cell: ({ state }) => words.states[state] },
    { name: "when", label: words.when, cell: ({ createdAt }) => <When desk={desk} at={createdAt} /> },
    counted("added"),
    counted("changed"),
    counted("refused"),
  ];
}
