import type { Hono } from "hono";
import { addNote, noteShape } from "../contact/note.ts";
import { lookIn } from "../contact/presence.ts";
import { findFileOf } from "../contact/thread-store.ts";
import { Refusal } from "../platform/errors.ts";
import { streamFile } from "../platform/files.ts";
import { type House, replyFile } from "../platform/http.ts";
import { memberNames } from "../staff/store.ts";
import { actorOf } from "./actors.ts";
import { CONVERSATION } from "./contact-conversation-words.ts";
import { matterIn, replyConversation } from "./contact-page.tsx";
import { pathOf } from "./contact-paths.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { check } from "./form.tsx";

const PATH = pathOf(":id");

/** Adds a conversation's page, its files, its notes, and who looks at it. */
export function addConversation(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("contact:read", async (desk) => replyConversation(desk, await matterIn(desk))),
  );

  routes.get(`${PATH}/files/:file`, screen("contact:read", replyFileOf));

  routes.post(
    `${PATH}/notes`,
    action("contact:write", async (desk, form) => {
      const matter = await matterIn(desk);
      const checked = check(noteShape, { ...form, note: (form["note"] ?? "").replace(/\r\n?/g, "\n") });
      if ("typed" in checked) return replyConversation(desk, matter, { other: checked.typed }, 422);
      await addNote(desk.rt, matter.conversation.id, actorOf(desk), checked.value.note);
      return goTo(desk, pathOf(matter.conversation.id), "noted");
    }),
  );

  routes.post(
    `${PATH}/presence`,
    action("contact:read", async (desk, form) => {
      const { rt, member } = desk;
      const { conversation } = await matterIn(desk);
      const others = await lookIn(rt, conversation.id, member.id, form["writing"] === "yes");
      const names = others.length === 0 ? new Map<string, string>() : await memberNames(rt.db);
      const here = others.map((other) => ({ name: names.get(other.member) ?? "?", isWriting: other.isWriting }));
      return desk.c.json({ version: conversation.version, here, said: hereInWords(desk, here) });
    }),
  );
}

/** Who else is here, in a sentence or two. */
function hereInWords({ lang }: StaffDesk, here: readonly { name: string; isWriting: boolean }[]): string {
  const words = CONVERSATION[lang];
  const list = new Intl.ListFormat(lang === "en" ? "en-GB" : lang);
  const said = (isWriting: boolean) => {
    const names = here.filter((one) => one.isWriting === isWriting).map(({ name }) => name);
    return names.length === 0
      ? []
      : [(isWriting ? words.writing : words.looking)(list.format(names), names.length === 1)];
  };
  return [...said(true), ...said(false)].join(" ");
}

/** A file of a conversation, to be kept by the browser and never shown by it. Of one in the archive it refuses not_found. */
async function replyFileOf(desk: StaffDesk): Promise<Response> {
  const { c, rt } = desk;
  const { conversation } = await matterIn(desk);
  const file = await findFileOf(rt.db, conversation.id, c.req.param("file") ?? "");
  const bytes = file && conversation.status !== "archived" ? await streamFile(rt, "files", file.id) : undefined;
  if (!file || !bytes) throw new Refusal("not_found");
  return replyFile(c, file.name, bytes);
}
