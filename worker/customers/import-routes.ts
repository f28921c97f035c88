import { Hono } from "hono";
import { csvStream } from "../platform/csv.ts";
import { PART } from "../platform/csv-file.ts";
import { partsOf } from "../platform/csv-import.ts";
import { Refusal } from "../platform/errors.ts";
import { type Door, type House, parse, readJson, requireScope } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import {
  cancelImport,
  createImport,
  faultsFile,
  importOf,
  pauseImport,
  receivedOf,
  receivePart,
  startImport,
} from "./import.ts";
import { importPlanShape, importShape, newImportShape, partShape } from "./import-shapes.ts";

const tag = "customers";
const PATH = "/v1/customers/imports";
const ONE = `${PATH}/:id`;

/** Imports of customers from a file, for programs. */
export const importRoutes = new Hono<House>();

/** The import that the address names, as it is now. */
async function importJson(c: Door, id = c.req.param("id") ?? "") {
  const { rt } = c.var;
  const found = await importOf(rt, id);
  const { state, fileName, size, offset, row, added, changed, unchanged, refused, plan, fault } = found;
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    id,
    state,
    fileName,
    size,
    partSize: PART,
    parts: partsOf(found),
    received: await receivedOf(rt, found),
    ...{ offset, row, added, changed, unchanged, refused },
    columns: plan?.columns ?? null,
    fault,
    createdAt: iso(found.createdAt),
    startedAt: iso(found.startedAt),
    finishedAt: iso(found.finishedAt),
  };
}

const actorOf = (c: Door): string => `key:${c.var.apiKey}`;

importRoutes.post(
  PATH,
  describe({
    tag,
    summary: "Begin to send a CSV file of customers",
    body: newImportShape,
    replies: { 201: importShape },
    auth: "customers:write",
  }),
  requireScope("customers:write"),
  async (c) => {
    const id = await createImport(c.var.rt, await readJson(c, newImportShape), actorOf(c));
    return c.json(await importJson(c, id), 201);
  },
);

// Else it would be taken for the number of a customer.
importRoutes.all(PATH, () => {
  throw new Refusal("method_not_allowed", { headers: { Allow: "POST" } });
});

importRoutes.get(
  ONE,
  describe({ tag, summary: "How far an import is", replies: { 200: importShape }, auth: "customers:read" }),
  requireScope("customers:read"),
  async (c) => c.json(await importJson(c)),
);

importRoutes.put(
  `${ONE}/parts/:part`,
  describe({
    tag,
    summary: "Send a part of the file as application/octet-stream, counted from 0; the same part again is fine",
    replies: { 200: importShape },
    auth: "customers:write",
  }),
  requireScope("customers:write"),
  async (c) => {
    if (c.req.header("content-type") !== "application/octet-stream") throw new Refusal("unsupported_media_type");
    const { part } = parse(partShape, { part: c.req.param("part") });
    await receivePart(c.var.rt, c.req.param("id"), part, new Uint8Array(await c.req.arrayBuffer()));
    return c.json(await importJson(c));
  },
);

importRoutes.post(
  `${ONE}/start`,
  describe({
    tag,
    summary: "Start an import whose file is all there; what the plan leaves out is guessed from the file",
    body: importPlanShape,
    replies: { 202: importShape },
    auth: "customers:write",
  }),
  requireScope("customers:write"),
  async (c) => {
    await startImport(c.var.rt, c.req.param("id"), await readJson(c, importPlanShape), actorOf(c));
    return c.json(await importJson(c), 202);
  },
);

/** What one can ask of an import that has begun. */
const ORDERS = {
  pause: { summary: "Hold an import up", obey: (c: Door, id: string) => pauseImport(c.var.rt, id, true) },
  resume: { summary: "Let an import go on", obey: (c: Door, id: string) => pauseImport(c.var.rt, id, false) },
  cancel: {
    summary: "End an import; the rows that were done stay",
    obey: (c: Door, id: string) => cancelImport(c.var.rt, id, actorOf(c)),
  },
} as const;

for (const [order, { summary, obey }] of Object.entries(ORDERS)) {
  importRoutes.post(
    `${ONE}/${order}`,
    describe({ tag, summary, replies: { 200: importShape }, auth: "customers:write" }),
    requireScope("customers:write"),
    async (c) => {
      await obey(c, c.req.param("id") ?? "");
      return c.json(await importJson(c));
    },
  );
}

importRoutes.get(
  `${ONE}/faults.csv`,
  describe({
    tag,
    summary: "The rows that were refused, with what is wrong with each, as a file to mend and send again",
    replies: { 200: "text/csv" },
    auth: "customers:read",
  }),
  requireScope("customers:read"),
  async (c) => {
    const found = await importOf(c.var.rt, c.req.param("id"));
    const file = faultsFile(c.var.rt, found, ["row", "faults"], (errors) =>
      errors.map(({ path, code }) => `${path}: ${code}`).join(", "),
    );
    return c.body(csvStream(file), 200, {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": 'attachment; filename="faults.csv"',
    });
  },
);
