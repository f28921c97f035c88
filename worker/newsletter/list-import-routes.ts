import { Hono } from "hono";
import { csvStream } from "../platform/csv.ts";
import { PART } from "../platform/csv-file.ts";
import { partsOf } from "../platform/csv-import.ts";
import { Refusal } from "../platform/errors.ts";
import { type Door, type House, parse, readJson, requireScope } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import {
  cancelListImport,
  checkListImport,
  createListImport,
  faultsFile,
  isDryRun,
  listImportOf,
  pauseListImport,
  receivedOf,
  receiveListPart,
  startListImport,
} from "./list-import.ts";
import {
  listImportPlanShape,
  listImportShape,
  listImportsQuery,
  listImportsReply,
  newListImportShape,
  partShape,
  placeText,
} from "./list-import-shapes.ts";
import { type ListImport, listListImports } from "./list-import-store.ts";

const tag = "newsletter";
const PATH = "/v1/subscribers/imports";
const ONE = `${PATH}/:id`;

/** Imports of subscribers from a file, for programs. */
export const listImportRoutes = new Hono<House>();

/** The import that the address names, as it is now. */
async function importJson(c: Door, id = c.req.param("id") ?? "") {
  const { rt } = c.var;
  const found = await listImportOf(rt, id);
  return { ...summaryOf(found), partSize: PART, parts: partsOf(found), received: await receivedOf(rt, found) };
}

/** What an import is of and what came of it. */
function summaryOf(found: ListImport) {
  const { id, state, fileName, size, offset, row, active, pending, unchanged, blocked, refused, asked, fault } = found;
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    ...{ id, state, fileName, size },
    isDryRun: isDryRun(found),
    ...{ offset, row, active, pending, unchanged, blocked, refused, asked },
    nextAskAt: iso(found.nextAskAt),
    columns: found.plan?.columns ?? null,
    fault,
    createdAt: iso(found.createdAt),
    startedAt: iso(found.startedAt),
    finishedAt: iso(found.finishedAt),
  };
}

const actorOf = (c: Door): string => `key:${c.var.apiKey}`;

listImportRoutes.post(
  PATH,
  describe({
    tag,
    summary: "Begin to send a CSV file of subscribers",
    body: newListImportShape,
    replies: { 201: listImportShape },
    auth: "newsletter:write",
  }),
  requireScope("newsletter:write"),
  async (c) => {
    const id = await createListImport(c.var.rt, await readJson(c, newListImportShape), actorOf(c));
    return c.json(await importJson(c, id), 201);
  },
);

listImportRoutes.get(
  PATH,
  describe({
    tag,
    summary: "Imports, the newest first; the next page is ?after= its `next`",
    query: listImportsQuery,
    replies: { 200: listImportsReply },
    auth: "newsletter:read",
  }),
  requireScope("newsletter:read"),
  async (c) => {
    const { after, limit } = parse(listImportsQuery, c.req.query());
    const found = await listListImports(c.var.rt.db, after, limit + 1);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return c.json({ imports: page.map(summaryOf), next: last ? placeText(last) : null });
  },
);

// Else it would be taken for the id of a subscriber.
listImportRoutes.all(PATH, () => {
  throw new Refusal("method_not_allowed", { headers: { Allow: "GET, POST" } });
});

listImportRoutes.get(
  ONE,
  describe({ tag, summary: "How far an import is", replies: { 200: listImportShape }, auth: "newsletter:read" }),
  requireScope("newsletter:read"),
  async (c) => c.json(await importJson(c)),
);

listImportRoutes.put(
  `${ONE}/parts/:part`,
  describe({
    tag,
    summary: "Send a part of the file as application/octet-stream, counted from 0; the same part again is fine",
    replies: { 200: listImportShape },
    auth: "newsletter:write",
  }),
  requireScope("newsletter:write"),
  async (c) => {
    if (c.req.header("content-type") !== "application/octet-stream") throw new Refusal("unsupported_media_type");
    const { part } = parse(partShape, { part: c.req.param("part") });
    await receiveListPart(c.var.rt, c.req.param("id"), part, new Uint8Array(await c.req.arrayBuffer()));
    return c.json(await importJson(c));
  },
);

/** The two ways to go through a file that is all there. */
const BEGINNINGS = {
  check: {
    summary: "Count what an import would do, and list the rows it would refuse; nobody is added",
    begin: checkListImport,
  },
  start: {
    summary:
      "Start an import, stating where the consent of all in it comes from; what else is left out is guessed from the file",
    begin: startListImport,
  },
} as const;

for (const [way, { summary, begin }] of Object.entries(BEGINNINGS)) {
  listImportRoutes.post(
    `${ONE}/${way}`,
    describe({ tag, summary, body: listImportPlanShape, replies: { 202: listImportShape }, auth: "newsletter:write" }),
    requireScope("newsletter:write"),
    async (c) => {
      await begin(c.var.rt, c.req.param("id") ?? "", await readJson(c, listImportPlanShape), actorOf(c));
      return c.json(await importJson(c), 202);
    },
  );
}

/** What one can ask of an import that has begun. */
const ORDERS = {
  pause: { summary: "Hold an import up", obey: (c: Door, id: string) => pauseListImport(c.var.rt, id, true) },
  resume: { summary: "Let an import go on", obey: (c: Door, id: string) => pauseListImport(c.var.rt, id, false) },
  cancel: {
    summary: "End an import, or of one that is done the asking to confirm; the rows that were done stay",
    obey: (c: Door, id: string) => cancelListImport(c.var.rt, id, actorOf(c)),
  },
} as const;

for (const [order, { summary, obey }] of Object.entries(ORDERS)) {
  listImportRoutes.post(
    `${ONE}/${order}`,
    describe({ tag, summary, replies: { 200: listImportShape }, auth: "newsletter:write" }),
    requireScope("newsletter:write"),
    async (c) => {
      await obey(c, c.req.param("id") ?? "");
      return c.json(await importJson(c));
    },
  );
}

listImportRoutes.get(
  `${ONE}/faults.csv`,
  describe({
    tag,
    summary: "The rows that were refused or passed over, with why, as a file to mend and send again",
    replies: { 200: "text/csv" },
    auth: "newsletter:read",
  }),
  requireScope("newsletter:read"),
  async (c) => {
    const found = await listImportOf(c.var.rt, c.req.param("id"));
    const file = faultsFile(c.var.rt, found, ["row", "faults"], (errors) =>
      errors.map(({ path, code }) => `${path}: ${code}`).join(", "),
    );
    return c.body(csvStream(file), 200, {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": 'attachment; filename="faults.csv"',
    });
  },
);
