import { Hono } from "hono";
import { type Door, type House, readJson, requireScope } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { actionOf, canUndo, previewAction, startAction, undoAction } from "./action.ts";
import type { ListAction } from "./action-store.ts";
import { subscriberJson } from "./list-routes.ts";
import { actionReply, askedActionShape, previewReply } from "./list-shapes.ts";

const tag = "newsletter";
const ACTIONS = "/v1/subscribers/actions";

/** Actions on many subscribers, for programs. */
export const actionRoutes = new Hono<House>();

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
const actorOf = (c: Door) => `key:${c.var.apiKey}`;
const idIn = (c: Door) => c.req.param("id") ?? "";

/** An action as programs see it. */
export function actionJson({ id, kind, argument, filter, state, matched, changed, createdAt, finishedAt }: ListAction) {
  return {
    ...{ id, kind, argument, filter, state, matched, changed },
    ...{ canUndo: canUndo(kind), createdAt: iso(createdAt), finishedAt: iso(finishedAt) },
  };
}

actionRoutes.post(
  ACTIONS,
  describe({
    tag,
    summary: "Do something to all whom a filter finds, or with `preview` only see what it would come to",
    body: askedActionShape,
    replies: { 200: previewReply, 202: actionReply },
    auth: "newsletter:write",
  }),
  requireScope("newsletter:write"),
  async (c) => {
    const { rt } = c.var;
    const { preview, ...input } = await readJson(c, askedActionShape);
    if (preview) {
      const { first, ...found } = await previewAction(rt, input);
      return c.json({ ...found, first: first.map(subscriberJson) });
    }
    const id = await startAction(rt, input, actorOf(c));
    return c.json(actionJson(await actionOf(rt, id)), 202);
  },
);

actionRoutes.get(
  `${ACTIONS}/:id`,
  describe({ tag, summary: "How far an action is", replies: { 200: actionReply }, auth: "newsletter:read" }),
  requireScope("newsletter:read"),
  async (c) => c.json(actionJson(await actionOf(c.var.rt, idIn(c)))),
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
    return c.json(actionJson(await actionOf(rt, idIn(c))), 202);
  },
);
