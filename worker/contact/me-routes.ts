import { Hono } from "hono";
import { customerOf, signedInTo } from "../customers/panel-routes.ts";
import { findByNumber } from "../customers/store.ts";
import { Refusal } from "../platform/errors.ts";
import { streamFile } from "../platform/files.ts";
import { type Door, type House, languageOf, limitRate, parse, readJson, replyFile } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { closeByPerson, erase } from "./care.ts";
import { writeMore } from "./more.ts";
import { listedOf, shownThread } from "./person.ts";
import { changedShape, erasedShape, listShape, threadShape } from "./person-shapes.ts";
import { PERSON_WORDS } from "./person-words.ts";
import { idempotencyKeyShape, moreShape } from "./shapes.ts";
import { findMatter, type Matter } from "./store.ts";
import { conversationsOf, findFileOf, findThread, MESSAGES_AT_MOST } from "./thread-store.ts";

const tag = "contact";
const PATH = "/v1/me/conversations/:reference";
const LISTED_AT_MOST = 50;

/** The conversations of who is signed in to a panel. */
export const myConversationRoutes = new Hono<House>();

/** Which conversation the address names: one of this customer's own. */
async function whichOf(c: Door) {
  const { customer } = await signedInTo(c);
  return { customerNumber: customer.number, reference: c.req.param("reference") ?? "" };
}

/** The conversation of this customer that the address names. Refuses not_found, also for anybody else's. */
async function ownMatter(c: Door): Promise<Matter> {
  const matter = await findMatter(c.var.rt.db, await whichOf(c));
  if (!matter) throw new Refusal("not_found");
  return matter;
}

myConversationRoutes.get(
  "/v1/me/conversations",
  describe({
    tag,
    summary: "This customer's conversations, the one with the last message first; 50 at most",
    replies: { 200: listShape },
    auth: "panel",
  }),
  async (c) => {
    const { rt } = c.var;
    const { customer } = await customerOf(c, findByNumber);
    const lang = languageOf(c);
    const found = await conversationsOf(rt.db, customer.number, LISTED_AT_MOST);
    return c.json({ conversations: found.map((conversation) => listedOf(rt, conversation, lang)) });
  },
);

myConversationRoutes.get(
  PATH,
  describe({ tag, summary: "A conversation with its messages", replies: { 200: threadShape }, auth: "panel" }),
  async (c) => {
    const { rt } = c.var;
    const found = await findThread(rt.db, await whichOf(c));
    if (!found) throw new Refusal("not_found");
    const lang = languageOf(c);
    const thread = shownThread(rt, found, lang);
    if (found.before === null) return c.json(thread);
    return c.json({ ...thread, says: `${thread.says} ${PERSON_WORDS[lang].newest(MESSAGES_AT_MOST)}` });
  },
);

myConversationRoutes.post(
  `${PATH}/messages`,
  describe({
    tag,
    summary: "Add a message; a retry with the same Idempotency-Key is no second one",
    body: moreShape,
    replies: { 201: changedShape },
    auth: "panel",
  }),
  async (c) => {
    const which = await whichOf(c);
    const input = await readJson(c, moreShape);
    const header = { "Idempotency-Key": c.req.header("idempotency-key") };
    const { "Idempotency-Key": key = null } = parse(idempotencyKeyShape, header);
    await limitRate(c);
    await writeMore(c.var.rt, which, "panel", input, key);
    return c.json({ reference: which.reference }, 201);
  },
);

myConversationRoutes.post(
  `${PATH}/close`,
  describe({
    tag,
    summary: "Close a conversation; a message opens it again",
    replies: { 200: changedShape },
    auth: "panel",
  }),
  async (c) => {
    const matter = await ownMatter(c);
    await closeByPerson(c.var.rt, matter);
    return c.json({ reference: matter.conversation.reference });
  },
);

myConversationRoutes.delete(
  PATH,
  describe({ tag, summary: "Erase a conversation", replies: { 200: erasedShape }, auth: "panel" }),
  async (c) => {
    const { conversation } = await ownMatter(c);
    await erase(c.var.rt, conversation.id, "person");
    return c.json({ reference: conversation.reference, erased: true as const });
  },
);

myConversationRoutes.get(
  `${PATH}/files/:id`,
  describe({
    tag,
    summary: "A file of a conversation",
    replies: { 200: "application/octet-stream" },
    auth: "panel",
  }),
  async (c) => {
    const { rt } = c.var;
    const { conversation } = await ownMatter(c);
    const file = await findFileOf(rt.db, conversation.id, c.req.param("id") ?? "");
    const bytes = file && (await streamFile(rt, "files", file.id));
    if (!file || !bytes) throw new Refusal("not_found");
    return replyFile(c, file.name, bytes);
  },
);
