import type { Hono } from "hono";
import { z } from "zod";
import { blockSender } from "../contact/block.ts";
import { assign, close, erase, quarantine, release, reopen, sort, tie } from "../contact/care.ts";
import { findMatter, type Matter } from "../contact/store.ts";
import { findTopic } from "../contact/topic-store.ts";
import { findByNumber } from "../customers/store.ts";
import { mayDo } from "../platform/access.ts";
import { Refusal } from "../platform/errors.ts";
import { type House, parse } from "../platform/http.ts";
import { findMember } from "../staff/store.ts";
import { actorOf } from "./actors.ts";
import { STAFF_REASONS } from "./contact-care.tsx";
import { CONVERSATION } from "./contact-conversation-words.ts";
import { idIn, matterIn, replyConversation } from "./contact-page.tsx";
import { INBOX, pathOf } from "./contact-paths.ts";
import { action, goTo, type StaffDesk, screen, type Form as Values } from "./desk.ts";
import { replyConfirm } from "./form.tsx";

const PATH = pathOf(":id");

/** A form that names no version is based on one that is no more. */
const seenShape = z.object({ version: z.coerce.number().int().catch(0) });
const closeShape = z.object({ reason: z.enum(STAFF_REASONS) });

/** Adds what is done with a conversation besides answering it. */
export function addHandling(routes: Hono<House>): void {
  const handle = (name: string, done: string, act: Act, to?: string) =>
    routes.post(
      `${PATH}/${name}`,
      action("contact:write", (desk, form) => handled(desk, form, act, done, to)),
    );

  handle("close", "closed", async ({ desk, matter, form, version }) => {
    await close(desk.rt, matter, actorOf(desk), parse(closeShape, form).reason, version);
  });
  handle("reopen", "reopened", ({ desk, matter, version }) => reopen(desk.rt, matter, actorOf(desk), version));
  handle("assign", "assigned", async ({ desk, matter, form, version }) => {
    await assign(desk.rt, matter, actorOf(desk), await handlerIn(desk, form), version);
  });
  handle("topic", "sorted", async ({ desk, matter, form, version }) => {
    await sort(desk.rt, matter, actorOf(desk), await topicIn(desk, matter, form), version);
  });
  handle("customer", "tied", async ({ desk, matter, form, version }) => {
    await tie(desk.rt, matter, actorOf(desk), await customerIn(desk, form), version);
  });
  handle(
    "spam",
    "spam",
    async ({ desk, matter, form, version }) => {
      await quarantine(desk.rt, matter, actorOf(desk), version);
      if (form["block"] !== undefined) await blockSender(desk.rt, actorOf(desk), matter.conversation.email);
    },
    INBOX,
  );
  handle("release", "released", async ({ desk, matter }) => {
    await release(desk.rt, matter, actorOf(desk));
  });

  routes.get(
    `${PATH}/erase`,
    screen("contact:write", async (desk) => {
      const { conversation } = await matterIn(desk);
      const { id, reference } = conversation;
      const words = CONVERSATION[desk.lang];
      return replyConfirm(desk, {
        title: words.eraseTitle(reference),
        text: words.eraseText,
        label: words.erase,
        action: `${pathOf(id)}/erase`,
        back: pathOf(id),
      });
    }),
  );

  routes.post(
    `${PATH}/erase`,
    action("contact:write", async (desk) => {
      // Who presses twice has what they asked for.
      await erase(desk.rt, idIn(desk), "staff", actorOf(desk));
      return goTo(desk, INBOX, "erased");
    }),
  );
}

interface Order {
  desk: StaffDesk;
  matter: Matter;
  form: Values;
  version: number;
}

type Act = (order: Order) => Promise<void>;

/** Does what a form asks, and says so; when somebody else was first, or a field is not right, the page comes back with why. */
async function handled(desk: StaffDesk, form: Values, act: Act, done: string, to?: string): Promise<Response> {
  const matter = await matterIn(desk);
  const { id } = matter.conversation;
  try {
    // What may be spam is released first.
    if (matter.conversation.status === "quarantined" && done !== "released") throw new Refusal("edited_meanwhile");
    await act({ desk, matter, form, version: parse(seenShape, form).version });
    return goTo(desk, to ?? pathOf(id), done);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, errors, status } = error;
    const now = await findMatter(desk.rt.db, id);
    if (!now) throw new Refusal("not_found");
    if (errors) return replyConversation(desk, now, { other: { values: form, errors } }, status);
    if (code !== "edited_meanwhile" && code !== "conversation_archived") throw error;
    return replyConversation(desk, now, { isBehind: true }, status);
  }
}

const unknown = (path: string): Refusal => new Refusal("invalid_input", { errors: [{ path, code: "unknown_value" }] });

/** The member of staff who is to handle it; null for nobody. Refuses invalid_input for one who may not read it. */
async function handlerIn({ rt }: StaffDesk, { assignee = "" }: Values): Promise<string | null> {
  if (assignee === "") return null;
  const member = await findMember(rt.db, assignee);
  if (!member || !mayDo(member.role, "contact:read")) throw unknown("assignee");
  return member.id;
}

/** The topic that was chosen; null for none. Refuses invalid_input for one that is no longer offered, but for its own. */
async function topicIn({ rt }: StaffDesk, matter: Matter, { topic = "" }: Values) {
  if (topic === "") return null;
  if (matter.topic?.id === topic) return matter.topic;
  const found = await findTopic(rt.db, topic);
  if (!found) throw unknown("topic");
  return found;
}

/** The number of the customer that it is tied to; null for none. Refuses invalid_input for a number that nobody has. */
async function customerIn({ rt }: StaffDesk, form: Values): Promise<string | null> {
  const number = (form["customer"] ?? "").trim();
  if (number === "") return null;
  if (!(await findByNumber(rt.db, number))) throw unknown("customer");
  return number;
}
