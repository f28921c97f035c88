import { Hono } from "hono";
import { csvStream } from "../platform/csv.ts";
import { type Door, type House, parse, requireScope } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { growthCsv, growthOf, outcomeCsv, outcomeJson, outcomeOf, outcomesCsv } from "./figures.ts";
import {
  growthFields,
  growthQuery,
  growthReply,
  outcomeReply,
  outcomesQuery,
  outcomesReply,
} from "./figures-shapes.ts";
import { listOutcomes } from "./figures-store.ts";

const tag = "newsletter";
const PER_PAGE = 100;
const auth = "newsletter:read";
const READ = requireScope(auth);

/** Figures of the newsletter, for programs: JSON, or CSV for who asks for that (Accept: text/csv). They say nothing about anyone. */
export const figuresRoutes = new Hono<House>();

const wantsCsv = (c: Door): boolean => /\btext\/csv\b/i.test(c.req.header("accept") ?? "");
const replyCsv = (c: Door, body: string | ReadableStream) =>
  c.body(body, 200, { "Content-Type": "text/csv; charset=utf-8", Vary: "Accept" });

figuresRoutes.get(
  "/v1/newsletter/figures/growth",
  describe({
    tag,
    summary: "How many joined and went, by day, week or month and source",
    query: growthFields,
    replies: { 200: growthReply },
    auth,
  }),
  READ,
  async (c) => {
    const growth = await growthOf(c.var.rt, parse(growthQuery, c.req.query()));
    if (wantsCsv(c)) return replyCsv(c, growthCsv(growth));
    const points = growth.points.map(({ sources, ...point }) => ({ ...point, sources: Object.fromEntries(sources) }));
    return c.json({ ...growth, points });
  },
);

figuresRoutes.get(
  "/v1/newsletter/figures/campaigns",
  describe({
    tag,
    summary: "What came of each newsletter, the latest first",
    query: outcomesQuery,
    replies: { 200: outcomesReply },
    auth,
  }),
  READ,
  async (c) => {
    const { rt } = c.var;
    if (wantsCsv(c)) return replyCsv(c, csvStream(outcomesCsv(rt)));
    const { after } = parse(outcomesQuery, c.req.query());
    const { outcomes, next } = await listOutcomes(rt.db, after ?? null, PER_PAGE);
    return c.json({ campaigns: outcomes.map(outcomeJson), next });
  },
);

figuresRoutes.get(
  "/v1/campaigns/:id/figures",
  describe({ tag, summary: "What came of a newsletter", replies: { 200: outcomeReply }, auth }),
  READ,
  async (c) => {
    const outcome = await outcomeOf(c.var.rt, c.req.param("id"));
    return wantsCsv(c) ? replyCsv(c, outcomeCsv(outcome)) : c.json(outcomeJson(outcome));
  },
);
