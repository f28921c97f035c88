import { Hono } from "hono";
import { type Door, type House, readJson, requireScope } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { actionOf } from "./action.ts";
import { actionJson } from "./action-routes.ts";
import { addLabel, removeLabel } from "./label.ts";
import { listLabels } from "./label-store.ts";
import { actionReply, labelShape, labelsReply, segmentReply, segmentShape, segmentsReply } from "./list-shapes.ts";
import { createSegment, removeSegment, saveSegment, segmentOf } from "./segment.ts";
import { listSegments, type Segment } from "./segment-store.ts";

const tag = "newsletter";
const SEGMENTS = "/v1/segments";
const LABELS = "/v1/newsletter/labels";

/** Segments and internal topics, for programs. */
export const segmentRoutes = new Hono<House>();

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
const actorOf = (c: Door) => `key:${c.var.apiKey}`;
const idIn = (c: Door) => c.req.param("id") ?? "";

const segmentJson = ({ id, name, filter, createdAt, changedAt }: Segment) => ({
  ...{ id, name, filter },
  ...{ createdAt: iso(createdAt), changedAt: iso(changedAt) },
});

segmentRoutes.get(
  SEGMENTS,
  describe({ tag, summary: "Saved filters of the list", replies: { 200: segmentsReply }, auth: "newsletter:read" }),
  requireScope("newsletter:read"),
  async (c) => c.json({ segments: (await listSegments(c.var.rt.db)).map(segmentJson) }),
);

segmentRoutes.post(
  SEGMENTS,
  describe({
    tag,
    summary: "Save a filter under a name; it searches for no whole address",
    body: segmentShape,
    replies: { 201: segmentReply },
    auth: "newsletter:write",
  }),
  requireScope("newsletter:write"),
  async (c) => {
    const { rt } = c.var;
    const id = await createSegment(rt, await readJson(c, segmentShape), actorOf(c));
    return c.json(segmentJson(await segmentOf(rt, id)), 201);
  },
);

segmentRoutes.get(
  `${SEGMENTS}/:id`,
  describe({ tag, summary: "A segment", replies: { 200: segmentReply }, auth: "newsletter:read" }),
  requireScope("newsletter:read"),
  async (c) => c.json(segmentJson(await segmentOf(c.var.rt, idIn(c)))),
);

segmentRoutes.put(
  `${SEGMENTS}/:id`,
  describe({
    tag,
    summary: "Change a segment's name and filter",
    body: segmentShape,
    replies: { 200: segmentReply },
    auth: "newsletter:write",
  }),
  requireScope("newsletter:write"),
  async (c) => {
    const { rt } = c.var;
    await saveSegment(rt, idIn(c), await readJson(c, segmentShape), actorOf(c));
    return c.json(segmentJson(await segmentOf(rt, idIn(c))));
  },
);

segmentRoutes.delete(
  `${SEGMENTS}/:id`,
  describe({
    tag,
    summary: "Remove a segment that no newsletter needs",
    replies: { 204: "text/plain" },
    auth: "newsletter:write",
  }),
  requireScope("newsletter:write"),
  async (c) => {
    await removeSegment(c.var.rt, idIn(c), actorOf(c));
    return c.body(null, 204);
  },
);

segmentRoutes.get(
  LABELS,
  describe({ tag, summary: "Internal topics", replies: { 200: labelsReply }, auth: "newsletter:read" }),
  requireScope("newsletter:read"),
  async (c) => {
    const labels = await listLabels(c.var.rt.db);
    return c.json({ labels: labels.map(({ name, subscribers }) => ({ name, subscribers })) });
  },
);

segmentRoutes.post(
  LABELS,
  describe({
    tag,
    summary: "Add an internal topic",
    body: labelShape,
    replies: { 201: labelShape },
    auth: "newsletter:write",
  }),
  requireScope("newsletter:write"),
  async (c) => {
    const { name } = await readJson(c, labelShape);
    await addLabel(c.var.rt, name, actorOf(c));
    return c.json({ name }, 201);
  },
);

segmentRoutes.delete(
  `${LABELS}/:name`,
  describe({
    tag,
    summary: "Remove an internal topic, from all subscribers too, by the action that is given",
    replies: { 202: actionReply },
    auth: "newsletter:write",
  }),
  requireScope("newsletter:write"),
  async (c) => {
    const { rt } = c.var;
    const id = await removeLabel(rt, c.req.param("name"), actorOf(c));
    return c.json(actionJson(rt, await actionOf(rt, id)), 202);
  },
);
