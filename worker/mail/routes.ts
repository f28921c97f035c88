import { Hono } from "hono";
import { z } from "zod";
import { Refusal } from "../platform/errors.ts";
import { type House, parse, requireScope } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { retryMail } from "./retry.ts";
import { listMails } from "./store.ts";
import { OUTBOX_STATES } from "./tables.ts";

const tag = "mail";
const stateShape = z.object({ state: z.enum(OUTBOX_STATES).default("dead") });
const mailsShape = z.object({
  mails: z.array(
    z.object({
      id: z.string(),
      template: z.string(),
      recipient: z.string(),
      state: z.enum(OUTBOX_STATES),
      attempts: z.number(),
      dueAt: z.string(),
      lastError: z.string().nullable(),
    }),
  ),
});
const revivedShape = z.object({ id: z.string(), state: z.literal("queued") });

export const mailRoutes = new Hono<House>();

mailRoutes.get(
  "/v1/outbox",
  describe({ tag, summary: "Mails by state, those due last first", replies: { 200: mailsShape }, auth: "mail:read" }),
  requireScope("mail:read"),
  async (c) => {
    const { state } = parse(stateShape, { state: c.req.query("state") });
    const list = { recipient: null, state, template: null, descending: true, after: null } as const;
    const found = await listMails(c.var.rt.db, list, 100);
    const mails = found.mails.map(({ id, template, recipient, state, attempts, dueAt, lastError }) => ({
      id,
      template,
      recipient,
      state,
      attempts,
      dueAt: new Date(dueAt).toISOString(),
      lastError,
    }));
    return c.json({ mails }, 200, { "Cache-Control": "no-store" });
  },
);

mailRoutes.post(
  "/v1/outbox/:id/retry",
  describe({ tag, summary: "Try a dead mail again", replies: { 202: revivedShape }, auth: "mail:write" }),
  requireScope("mail:write"),
  async (c) => {
    const { rt, apiKey } = c.var;
    const id = c.req.param("id");
    if (!(await retryMail(rt, `key:${apiKey}`, id))) throw new Refusal("not_found");
    return c.json({ id, state: "queued" }, 202);
  },
);
