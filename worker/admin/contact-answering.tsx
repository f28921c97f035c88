import type { Hono } from "hono";
import { answer } from "../contact/answer.ts";
import { draftShape, keepDraft } from "../contact/draft.ts";
import { keepUploads } from "../contact/files.ts";
import { listReadyAnswers } from "../contact/ready-answer-store.ts";
import { answerShape, FILES_AT_MOST } from "../contact/shapes.ts";
import { findMatter, type Matter } from "../contact/store.ts";
import { fileName } from "../mail/file-name.ts";
import { type FieldError, Refusal } from "../platform/errors.ts";
import { type House, parse } from "../platform/http.ts";
import { actorOf } from "./actors.ts";
import { answerIn, bodyIn, filledIn, keptField, keptIn } from "./contact-answer.tsx";
import { CONVERSATION } from "./contact-conversation-words.ts";
import { idIn, matterIn, replyConversation } from "./contact-page.tsx";
import { INBOX, pathOf } from "./contact-paths.ts";
import { action, goTo, type StaffDesk, type Form as Values } from "./desk.ts";
import { replyScreen } from "./shell.tsx";
import { bytesOf } from "./upload.tsx";

const PATH = pathOf(":id");

/** Adds answering: sending, the draft, and the ready answers for who has no script. */
export function addAnswering(routes: Hono<House>): void {
  routes.post(`${PATH}/answer`, action("contact:write", send));

  routes.post(
    `${PATH}/draft`,
    action("contact:write", async (desk, form) => {
      const { conversation } = await matterIn(desk);
      const version = form["version"] ?? conversation.version;
      const input = parse(draftShape, { body: bodyIn(form), version, key: form["key"] });
      await keepDraft(desk.rt, conversation.id, desk.member.id, input);
      // The script saves while somebody types, and shows no other page.
      return form["quietly"] === undefined ? goTo(desk, pathOf(conversation.id), "draft") : desk.c.body(null, 204);
    }),
  );

  routes.post(
    `${PATH}/insert`,
    action("contact:write", async (desk, form) => {
      const matter = await matterIn(desk);
      const answers = filledIn(desk, matter.conversation, await listReadyAnswers(desk.rt.db));
      const chosen = answers.find(({ id }) => id === form["ready"]);
      const body = [bodyIn(form).trimEnd(), chosen?.text ?? ""].filter((part) => part !== "").join("\n\n");
      const { kept, errors } = await filesIn(desk, form);
      return replyConversation(desk, matter, { answer: { values: { ...form, ...kept, body }, errors } });
    }),
  );
}

/** Sends an answer. Whatever is refused, the page comes back with what was typed, and the files that came along. */
async function send(desk: StaffDesk, form: Values): Promise<Response> {
  const { rt, member } = desk;
  const matter = await findMatter(rt.db, idIn(desk));
  if (!matter || !isAnswerable(matter)) return replyLost(desk, matter, form);
  const { kept, errors } = await filesIn(desk, form);
  const values = { ...form, ...kept };
  try {
    if (errors.length > 0) throw new Refusal("file_refused", { errors });
    const input = parse(answerShape, answerIn(values, keptIn(values)));
    await answer(rt, matter, { actor: actorOf(desk), member: member.id }, input);
    return goTo(desk, pathOf(matter.conversation.id), "sent");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return replyAgain(desk, matter, values, error);
  }
}

/** Replies with what was typed and why it was not sent. */
async function replyAgain(desk: StaffDesk, matter: Matter, values: Values, error: Refusal): Promise<Response> {
  const { code, errors, status } = error;
  if (errors !== undefined) return replyConversation(desk, matter, { answer: { values, errors } }, 422);
  if (code !== "answered_meanwhile" && code !== "idempotency_key_reused") throw error;
  // Read again: what came may have come after our first look.
  const now = await findMatter(desk.rt.db, matter.conversation.id);
  if (!now || !isAnswerable(now)) return replyLost(desk, now, values);
  const held = code === "answered_meanwhile" ? "behind" : "used";
  return replyConversation(desk, now, { answer: { values, errors: [] }, held }, status);
}

const isAnswerable = ({ conversation: { status } }: Matter): boolean =>
  status !== "unconfirmed" && status !== "archived" && status !== "quarantined";

/** Keeps the files that a form brings; gives them as fields that bring them again, and what is wrong with those that were refused. */
async function filesIn(desk: StaffDesk, form: Values): Promise<{ kept: Values; errors: FieldError[] }> {
  const { files = [] } = await desk.c.req.parseBody({ all: true });
  const uploads = [files].flat().filter((file): file is File => file instanceof File && file.size > 0);
  const named = uploads.map(async (file) => ({
    name: fileName(file.name, file.type, 1),
    bytes: await bytesOf(file),
  }));
  // The same file in the same form, however often it comes, is one.
  const formKey = `answer:${form["key"] ?? ""}`;
  const most = FILES_AT_MOST - keptIn(form).length;
  const { kept, refused } = await keepUploads(desk.rt, await Promise.all(named), most, formKey);
  return {
    kept: Object.assign({}, ...kept.map(({ id }) => keptField(id))),
    errors: refused.flatMap(({ errors }) => errors),
  };
}

/** A conversation that was erased, archived or put with the spam while somebody wrote: what they typed is theirs. */
function replyLost(desk: StaffDesk, matter: Matter | undefined, form: Values): Response {
  const words = CONVERSATION[desk.lang];
  const isThere = matter && matter.conversation.status !== "unconfirmed";
  const children = (
    <>
      <p class="fault">{words.lostText}</p>
      <div class="field">
        <label for="typed">{words.lostBody}</label>
        <textarea id="typed" rows={12} readonly>
          {bodyIn(form)}
        </textarea>
      </div>
      <p>
        {isThere ? (
          <a href={pathOf(matter.conversation.id)}>{matter.conversation.reference}</a>
        ) : (
          <a href={INBOX}>{words.toList}</a>
        )}
      </p>
    </>
  );
  return replyScreen(desk, { title: words.lost, section: "contact", children }, isThere ? 409 : 404);
}
