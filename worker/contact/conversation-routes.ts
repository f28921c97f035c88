import { Hono } from "hono";
import type { z } from "zod";
import { Refusal } from "../platform/errors.ts";
import { streamFile } from "../platform/files.ts";
import { type Door, type House, hasScope, parse, readJson, replyFile, requireScope } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { answer } from "./answer.ts";
import { amend, type ConversationNeeds, matterAtHand, namedMatter } from "./api.ts";
import { erase } from "./care.ts";
import {
  amendShape,
  conversationReply,
  conversationsQuery,
  conversationsReply,
  figuresReply,
  programAnswerShape,
  wholeReply,
} from "./conversation-shapes.ts";
import { EXPORTED_AT_MOST, exportOf } from "./export.ts";
import { conversationExport } from "./export-shapes.ts";
import { contactFigures } from "./figures.ts";
import { figuresFields, figuresQuery } from "./figures-shapes.ts";
import { AT_HAND, listConversations, type Place } from "./list-store.ts";
import { recordExport } from "./reading.ts";
import { searchConversations } from "./search-store.ts";
import { answerShape } from "./shapes.ts";
import type { Conversation } from "./store.ts";
import { findFileOf, notesOf, threadOf } from "./thread-store.ts";

const tag = "contact";
const PATH = "/v1/conversations";
const ONE = `${PATH}/:id`;

const actorOf = (c: Door) => `key:${c.var.apiKey}`;
const named = (c: Door) => c.req.param("id") ?? "";
const iso = (at: number) => new Date(at).toISOString();
const isoOr = (at: number | null) => (at === null ? null : iso(at));

/** A conversation as programs see it; its place in the list and what is only for us to work with stay inside. */
const conversationJson = (one: Conversation): z.output<typeof conversationReply> => ({
  ...{ id: one.id, reference: one.reference, status: one.status, channel: one.channel, email: one.email },
  ...{ name: one.name, customerNumber: one.customerNumber, subject: one.subject, lang: one.lang },
  ...{ topic: one.topicId, assignee: one.assignee, version: one.version },
  ...{ createdAt: iso(one.createdAt), lastAt: iso(one.lastAt), dueAt: isoOr(one.dueAt) },
  ...{ closedAt: isoOr(one.closedAt), closeReason: one.closeReason, deleteAt: isoOr(one.deleteAt) },
});

async function wholeJson(c: Door, one: Conversation): Promise<z.output<typeof wholeReply>> {
  const { db } = c.var.rt;
  const [{ messages, before }, notes] = await Promise.all([threadOf(db, one.id), notesOf(db, one.id)]);
  return {
    ...conversationJson(one),
    messages: messages.map(({ id, author, channel, body, createdAt, files }) => ({
      ...{ id, author, channel, body, createdAt: iso(createdAt) },
      files: files.map(({ id: file, name, type, size, sha256, refused }) => ({
        ...{ id: file, name, type, size, sha256, refused },
      })),
    })),
    hasOlder: before !== null,
    notes: notes.map(({ author, body, createdAt }) => ({ author, body, createdAt: iso(createdAt) })),
  };
}

/** Replies to a change with the conversation as it is now; a key that may not read is told that it is done, and not who wrote. */
async function replyChanged(c: Door, id: string): Promise<Response> {
  if (!hasScope(c, "contact:read")) return c.body(null, 204);
  return c.json(conversationJson((await namedMatter(c.var.rt, id)).conversation));
}

/** Where a page of the list ended, as it stands in an address: a moment and a place, or of a search the place alone. */
const placeText = ({ at, seq }: Place) => `${at}-${seq}`;
const placeIn = (text: string | undefined): Place | null => {
  const [at, seq] = text?.split("-").map(Number) ?? [];
  return at === undefined || seq === undefined ? null : { at, seq };
};

/** Conversations for programs. */
export function conversationRoutes(needs: ConversationNeeds): Hono<House> {
  const routes = new Hono<House>();

  routes.get(
    PATH,
    describe({
      tag,
      summary:
        "Conversations that are not in the archive, the one with the last message first, or by ?order=target; narrowed by ?status= (more than once, if wished), assignee= (none: nobody's), topic=, customer=, email= and search= (all words, in a message or in who wrote); the next page is ?after= its `next`",
      query: conversationsQuery,
      replies: { 200: conversationsReply },
      auth: "contact:read",
    }),
    requireScope("contact:read"),
    async (c) => {
      const { db } = c.var.rt;
      const asked = { ...c.req.query(), status: c.req.queries("status") };
      const query = parse(conversationsQuery, asked);
      const { status: statuses = AT_HAND, order, after, limit, search } = query;
      const wish = {
        statuses,
        ...(query.assignee === undefined ? {} : { assignee: query.assignee }),
        ...(query.topic === undefined ? {} : { topicId: query.topic }),
        ...(query.customer === undefined ? {} : { customerNumber: query.customer }),
        ...(query.email === undefined ? {} : { email: query.email }),
      };
      if (search !== undefined) {
        const place = after === undefined ? null : Number.parseInt(after, 10);
        const { found, next, lookedTo } = await searchConversations(db, { ...wish, text: search }, place, limit);
        const conversations = found.map(conversationJson);
        return c.json({ conversations, next: next === null ? null : String(next), lookedTo: isoOr(lookedTo) });
      }
      const isByTarget = order === "target";
      const { found, next } = await listConversations(db, { ...wish, isByTarget }, placeIn(after), limit);
      return c.json({ conversations: found.map(conversationJson), next: next && placeText(next), lookedTo: null });
    },
  );

  routes.get(
    ONE,
    describe({
      tag,
      summary:
        "A conversation by id or reference, with its newest 200 messages and its notes; 409 for one in the archive",
      replies: { 200: wholeReply },
      auth: "contact:read",
    }),
    requireScope("contact:read"),
    async (c) => c.json(await wholeJson(c, (await matterAtHand(c.var.rt, named(c))).conversation)),
  );

  routes.post(
    `${ONE}/messages`,
    describe({
      tag,
      summary:
        "Answer a conversation by mail, on the `version` that was seen: 409 when it went on meanwhile. Idempotency-Key (8 to 255 characters) is needed, and makes a second try no second answer; 204 to a key without contact:read",
      body: programAnswerShape,
      replies: { 200: conversationReply, 204: "text/plain" },
      auth: "contact:write",
    }),
    requireScope("contact:write"),
    async (c) => {
      const { rt } = c.var;
      const input = await readJson(c, programAnswerShape);
      const { key } = parse(answerShape.pick({ key: true }), { key: c.req.header("idempotency-key") });
      const matter = await matterAtHand(rt, named(c));
      await answer(rt, matter, { actor: actorOf(c) }, { ...input, key });
      return replyChanged(c, matter.conversation.id);
    },
  );

  routes.patch(
    ONE,
    describe({
      tag,
      summary:
        "Close or open a conversation, or change its topic, assignee or customer, on the `version` that was seen; null takes one away; 204 to a key without contact:read",
      body: amendShape,
      replies: { 200: conversationReply, 204: "text/plain" },
      auth: "contact:write",
    }),
    requireScope("contact:write"),
    async (c) => {
      const { rt } = c.var;
      const input = await readJson(c, amendShape);
      const matter = await matterAtHand(rt, named(c));
      await amend(rt, needs, matter, input, actorOf(c));
      return replyChanged(c, matter.conversation.id);
    },
  );

  routes.delete(
    ONE,
    describe({
      tag,
      summary:
        "Erase a conversation with all that was said in it, also from the archive; figures stay, without persons",
      replies: { 204: "text/plain" },
      auth: "contact:write",
    }),
    requireScope("contact:write"),
    async (c) => {
      const { rt } = c.var;
      const { conversation } = await namedMatter(rt, named(c));
      if (!(await erase(rt, conversation.id, "staff", actorOf(c)))) throw new Refusal("not_found");
      return c.body(null, 204);
    },
  );

  routes.post(
    `${ONE}/export`,
    describe({
      tag,
      summary:
        "A conversation whole, also from the archive, as it is given away; the ledger is told. One at hand asks contact:read, too",
      replies: { 200: conversationExport },
      auth: "contact:archive",
    }),
    requireScope("contact:archive"),
    async (c) => {
      const { rt } = c.var;
      const matter = await namedMatter(rt, named(c));
      const { id, status } = matter.conversation;
      if (status !== "archived" && !hasScope(c, "contact:read")) throw new Refusal("forbidden");
      const [{ messages }, notes] = await Promise.all([
        threadOf(rt.db, id, { most: EXPORTED_AT_MOST }),
        notesOf(rt.db, id),
      ]);
      await recordExport(rt, actorOf(c), matter);
      return c.json(exportOf(matter, messages, notes));
    },
  );

  routes.get(
    `${ONE}/files/:file`,
    describe({
      tag,
      summary: "A file of a conversation, to be saved and not shown",
      replies: { 200: "application/octet-stream" },
      auth: "contact:read",
    }),
    requireScope("contact:read"),
    async (c) => {
      const { rt } = c.var;
      const { conversation } = await matterAtHand(rt, named(c));
      const file = await findFileOf(rt.db, conversation.id, c.req.param("file"));
      const bytes = file && (await streamFile(rt, "files", file.id));
      if (!file || !bytes) throw new Refusal("not_found");
      return replyFile(c, file.name, bytes);
    },
  );

  routes.get(
    "/v1/contact/figures",
    describe({
      tag,
      summary: "What came, was answered and was closed, and in how much working time, by day, week or month and topic",
      query: figuresFields,
      replies: { 200: figuresReply },
      auth: "contact:read",
    }),
    requireScope("contact:read"),
    async (c) => {
      const { points, ...range } = await contactFigures(c.var.rt, parse(figuresQuery, c.req.query()));
      const rows = points.map(({ topics, ...point }) => ({ ...point, topics: Object.fromEntries(topics) }));
      return c.json({ ...range, points: rows });
    },
  );

  return routes;
}
