import type { Hono } from "hono";
import { createListImport, receiveListPart } from "../newsletter/list-import.ts";
import { importsPageQuery, newListImportShape, partShape, placeText } from "../newsletter/list-import-shapes.ts";
import { type ListImport, listListImports } from "../newsletter/list-import-store.ts";
import { Refusal } from "../platform/errors.ts";
import { type House, parse } from "../platform/http.ts";
import { FIELD_WORDS } from "../platform/words.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { check, type Typed, UNTOUCHED } from "./form.tsx";
import { numberInWords } from "./format.ts";
import { replyScreen } from "./shell.tsx";
import { addListImport } from "./subscribers-import.tsx";
import { LIST_IMPORTS } from "./subscribers-import-words.ts";
import { type Column, Pager, Table, When } from "./table.tsx";
import { bytesOf, FileForm, fileOf, inParts, wholeFileOf } from "./upload.tsx";

const PATH = "/admin/subscribers/imports";
const PAGE = 50;

/** Adds the pages about imports of subscribers: the list, sending a file, and each import. */
export function addListImports(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("newsletter:read", (desk) => replyImports(desk)),
  );

  // The script's: it says what file it will send, and is led to the import's page.
  routes.post(
    PATH,
    action("newsletter:write", async (desk, form) => {
      const checked = check(newListImportShape, form);
      if ("typed" in checked) return replyImports(desk, checked.typed, 422);
      return goTo(desk, `${PATH}/${await createListImport(desk.rt, checked.value, `staff:${desk.member.id}`)}`);
    }),
  );

  routes.post(
    `${PATH}/file`,
    action("newsletter:write", async (desk) => {
      const file = await wholeFileOf(desk);
      if (!(file instanceof File)) return replyImports(desk, file, 422);
      const begun = parse(newListImportShape, { fileName: file.name, size: file.size });
      const id = await createListImport(desk.rt, begun, `staff:${desk.member.id}`);
      await inParts(file, (part, bytes) => receiveListPart(desk.rt, id, part, bytes));
      return goTo(desk, `${PATH}/${id}`);
    }),
  );

  routes.post(
    `${PATH}/:id/parts/:part`,
    action("newsletter:write", async (desk) => {
      const { c, rt } = desk;
      const { data } = partShape.safeParse({ part: c.req.param("part") });
      if (data === undefined) throw new Refusal("not_found");
      const file = await fileOf(desk);
      if (file === undefined) throw new Refusal("invalid_input", { errors: [{ path: "file", code: "required" }] });
      await receiveListPart(rt, c.req.param("id") ?? "", data.part, await bytesOf(file));
      return c.body(null, 204);
    }),
  );

  addListImport(routes);
}

async function replyImports(desk: StaffDesk, typed: Typed = UNTOUCHED, status = 200): Promise<Response> {
  const { c, rt, lang } = desk;
  const words = LIST_IMPORTS[lang];
  const found = await listListImports(rt.db, importsPageQuery.parse(c.req.query()).after, PAGE + 1);
  const rows = found.slice(0, PAGE);
  const last = found.length > PAGE ? rows.at(-1) : undefined;
  const fault = typed.errors[0];
  const said = fault && (fault.code === "too_long" ? words.tooLarge : FIELD_WORDS[lang][fault.code]);
  const children = (
    <>
      {desk.may("newsletter:write") ? (
        <>
          <p>{words.intro}</p>
          <section aria-labelledby="new">
            <h2 id="new">{words.start}</h2>
            <FileForm desk={desk} path={PATH} hint={words.fileHint} error={said} />
          </section>
        </>
      ) : null}
      <h2>{words.more}</h2>
      <Table desk={desk} caption={words.more} columns={columns(desk)} rows={rows} empty={words.none} />
      <Pager desk={desk} next={last ? placeText(last) : null} />
      <p>
        <a href="/admin/subscribers">{words.back}</a>
      </p>
    </>
  );
  const faults = said === undefined ? [] : [{ field: "file", text: `${words.file}: ${said}` }];
  return replyScreen(desk, { title: words.title, section: "subscribers", faults, children }, status);
}

function columns(desk: StaffDesk): Column<ListImport>[] {
  const { lang } = desk;
  const words = LIST_IMPORTS[lang];
  const counted = (name: "active" | "pending" | "blocked" | "refused"): Column<ListImport> => ({
    name,
    label: words[name],
    numeric: true,
    cell: (found) => numberInWords(found[name], lang),
  });
  return [
    { name: "file", label: words.file, cell: ({ id, fileName }) => <a href={`${PATH}/${id}`}>{fileName}</a> },
    { name: "state", label: words.state, cell: ({ state }) => words.states[state] },
    { name: "when", label: words.when, cell: ({ createdAt }) => <When desk={desk} at={createdAt} /> },
    counted("active"),
    counted("pending"),
    counted("blocked"),
    counted("refused"),
  ];
}
