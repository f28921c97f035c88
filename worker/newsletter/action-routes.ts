import { Hono } from "hono";
import { type Door, type House, hasScope, parse, readJson, requireScope } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import type { Runtime } from "../platform/runtime.ts";
import { actionOf, canUndo, canUndoNow, previewAction, startAction, undoAction } from "./action.ts";
import { type ListAction, newestActions } from "./action-store.ts";
import { subscriberJson } from "./list-routes.ts";
import { actionReply, actionsQuery, actionsReply, askedActionShape, keyShape, previewReply } from "./list-shapes.ts";

const tag = "newsletter";
const ACTIONS = "/v1/subscribers/actions";

/** Actions on many subscribers, for programs. */
export const actionRoutes = new Hono<House>();

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
const actorOf = (c: Door) => `key:${c.var.apiKey}`;
const idIn = (c: Door) => c.req.param("id") ?? "";

/** An action as programs see it. */
export function actionJson(rt: Runtime, action: ListAction) {
  const { id, kind, argument, filter, state, matched, changed, restored, createdAt, finishedAt } = action;
  const isOver = finishedAt !== null;
  return {
    ...{ id, kind, argument, filter, state, matched, changed, restored },
    canUndo: isOver ? canUndoNow(rt, action) : canUndo(kind),
    ...{ createdAt: iso(createdAt), finishedAt: iso(finishedAt) },
  };
}

actionRoutes.post(
  ACTIONS,
  describe({
    tag,
    summary:
      "Do something to all whom a filter finds, or with `preview` only see what it would come to, and to a key with newsletter:read the first of them; again with the same Idempotency-Key it begins once",
    body: askedActionShape,
    replies: { 200: previewReply, 202: actionReply },
    auth: "newsletter:write",
  }),
  requireScope("newsletter:write"),
  async (c) => {
    const { rt } = c.var;
    const { preview, ...input } = await readJson(c, askedActionShape);
    if (preview) {
      const isReader = hasScope(c, "newsletter:read");
      const { first, matched, changes, ...found } = await previewAction(rt, input, true);
      return c.json({
        ...found,
        matched: matched.count,
        changes: changes.count,
        first: isReader ? first.map(subscriberJson) : [],
      });
    }
    const { key } = parse(keyShape, { key: c.req.header("Idempotency-Key") });
    const id = await startAction(rt, input, actorOf(c), key);
    return c.json(actionJson(c.var.rt, await actionOf(rt, id)), 202);
  },
);

actionRoutes.get(
  ACTIONS,
  describe({
    tag,
    summary: "Actions, the newest first; the next page is ?after= its `next`",
    query: actionsQuery,
    replies: { 200: actionsReply },
    auth: "newsletter:read",
  }),
  requireScope("newsletter:read"),
  async (c) => {
    const { rt } = c.var;
    const { after, limit } = parse(actionsQuery, c.req.query());
    const found = await newestActions(rt.db, after, limit + 1);
    const page = found.slice(0, limit);
    const next = found.length > limit ? (page.at(-1)?.id ?? null) : null;
    return c.json({ actions: page.map((one) => actionJson(rt, one)), next });
  },
);

actionRoutes.get(
  `${ACTIONS}/:id`,
  describe({ tag, summary: "How far an action is", replies: { 200: actionReply }, auth: "newsletter:read" }),
  requireScope("newsletter:read"),
  async (c) => c.json(actionJson(c.var.rt, await actionOf(c.var.rt, idIn(c)))),
);

actionRoutes.post(
  `${ACTIONS}/:id/undo`,
  describe({
    tag,
    summary: "Give back what an action changed, to those who still are as it left them",
    replies: { 202: actionReply },
    auth: "newsletter:write",
  }),
  requireScope("newsletter:write"),
  async (c) => {
    const { rt } = c.var;
    await undoAction(rt, idIn(c), actorOf(c));
    return c.json(actionJson(c.var.rt, await actionOf(rt, idIn(c))), 202);
  },
);
