import { Hono } from "hono";
import { z } from "zod";
import { type House, parse, requireScope } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import type { Runtime } from "../platform/runtime.ts";
import { evidenceJson, progressOf, reachedBy } from "./evidence.ts";
import { EVIDENCE_FILTERS, listEvidence } from "./evidence-store.ts";
import { NOTICE_MAIL_STATES, RUN_STATES } from "./tables.ts";
import { versionOn } from "./version.ts";

const tag = "policy";
const PER_PAGE = 500;

const askedShape = z.object({
  filter: z.enum(EVIDENCE_FILTERS).default("all"),
  after: z.string().max(40).default(""),
});

const figuresShape = z.object({
  run: z.object({ state: z.enum(RUN_STATES), taken: z.number(), customers: z.number() }).nullable(),
  mails: z.record(z.enum(NOTICE_MAIL_STATES), z.number()),
  shown: z.number(),
  acknowledged: z.number(),
  reached: z.number(),
  unreached: z.array(z.object({ state: z.enum(NOTICE_MAIL_STATES), reason: z.string().nullable(), count: z.number() })),
});

const evidenceShape = z.object({
  date: z.string(),
  /** On the first page only: to count takes all customers of the version. */
  figures: figuresShape.optional(),
  customers: z.array(
    z.object({
      customerNumber: z.string(),
      mail: z.enum(NOTICE_MAIL_STATES),
      dueAt: z.string().nullable(),
      sentAt: z.string().nullable(),
      failedAt: z.string().nullable(),
      reason: z.string().nullable(),
      shownAt: z.string().nullable(),
      acknowledgedAt: z.string().nullable(),
    }),
  ),
  /** Ask again with ?after= this for the next customers; null when these were the last. */
  next: z.string().nullable(),
});

/** Who was told of which version, for programs. */
export const evidenceRoutes = new Hono<House>();

evidenceRoutes.get(
  "/v1/policy/versions/:date/evidence",
  describe({
    tag,
    summary: "Who was told of a version, by which channel and when",
    replies: { 200: evidenceShape },
    auth: "policy:read",
  }),
  requireScope("policy:read"),
  async (c) => {
    const { rt } = c.var;
    const { date } = await versionOn(rt, c.req.param("date"));
    const { filter, after } = parse(askedShape, { filter: c.req.query("filter"), after: c.req.query("after") });
    const page = listEvidence(rt.db, date, filter, after, PER_PAGE);
    const isFirst = after === "";
    const [figures, { rows, next }] = await Promise.all([isFirst ? figuresOf(rt, date) : undefined, page]);
    return c.json({ date, figures, customers: rows.map(evidenceJson), next });
  },
);

async function figuresOf(rt: Runtime, date: string): Promise<z.infer<typeof figuresShape>> {
  const progress = await progressOf(rt, date);
  const { run, taken, customers, mails, shown, acknowledged, unreached } = progress;
  return {
    run: run && { state: run.state, taken, customers },
    ...{ mails, shown, acknowledged, reached: reachedBy(progress), unreached: [...unreached] },
  };
}
