import type { Hono } from "hono";
import { EXPORTED_AT_MOST, exportOf } from "../contact/export.ts";
import type { ConversationExport } from "../contact/export-shapes.ts";
import { recordExport } from "../contact/reading.ts";
import { findMatter, type Matter } from "../contact/store.ts";
import { notesOf, threadOf } from "../contact/thread-store.ts";
import { Refusal } from "../platform/errors.ts";
import type { House } from "../platform/http.ts";
import { actorOf } from "./actors.ts";
import { ARCHIVE } from "./contact-archive-words.ts";
import { CONVERSATION, sizeInWords } from "./contact-conversation-words.ts";
import { INBOX } from "./contact-paths.ts";
import { CONTACT } from "./contact-words.ts";
import { action, type StaffDesk, type Form as Values } from "./desk.ts";
import { Form } from "./form.tsx";
import { replyScreen } from "./shell.tsx";
import { Facts, When } from "./table.tsx";

/** Adds the exports of a conversation: as JSON, and as a page to print. Each is written down. */
export function addContactExport(routes: Hono<House>): void {
  routes.post(
    `${INBOX}/:id/export`,
    action("any", async (desk, form) => {
      const { c } = desk;
      const exported = await exportedIn(desk, form);
      c.header("Content-Disposition", `attachment; filename="${exported.reference}.json"`);
      c.header("Content-Type", "application/json; charset=utf-8");
      return c.body(JSON.stringify(exported, null, 2));
    }),
  );

  routes.post(
    `${INBOX}/:id/print`,
    action("any", async (desk, form) => replyPrint(desk, await exportedIn(desk, form))),
  );
}

/** What is given away of the conversation that an address names, once that is written down. */
async function exportedIn(desk: StaffDesk, form: Values): Promise<ConversationExport> {
  const { rt } = desk;
  const matter = await matterIn(desk);
  const { id } = matter.conversation;
  const withNotes = form["notes"] !== undefined;
  const [{ messages }, notes] = await Promise.all([
    threadOf(rt.db, id, { most: EXPORTED_AT_MOST }),
    withNotes ? notesOf(rt.db, id) : null,
  ]);
  await recordExport(rt, actorOf(desk), matter);
  return exportOf(matter, messages, notes);
}

/** The conversation of an address, for who may read it where it is. Refuses forbidden before it says whether there is one. */
async function matterIn(desk: StaffDesk): Promise<Matter> {
  const [mayRead, mayArchive] = [desk.may("contact:read"), desk.may("contact:archive")];
  if (!mayRead && !mayArchive) throw new Refusal("forbidden");
  const matter = await findMatter(desk.rt.db, desk.c.req.param("id") ?? "");
  const isArchived = matter?.conversation.status === "archived";
  if (isArchived ? !mayArchive : !mayRead) throw new Refusal("forbidden");
  if (!matter || matter.conversation.status === "unconfirmed") throw new Refusal("not_found");
  return matter;
}

/** The buttons that export a conversation. */
export function ExportForms({ desk, id }: { desk: StaffDesk; id: string }) {
  const words = ARCHIVE[desk.lang];
  return (
    <section aria-labelledby="export">
      <h2 id="export">{words.export}</h2>
      <p>{words.exportText}</p>
      <Form desk={desk} action={`${INBOX}/${id}/export`}>
        <label class="check">
          <input type="checkbox" name="notes" />
          <span>{words.withNotes}</span>
        </label>
        <div class="row">
          <button type="submit" class="second">
            {words.exportJson}
          </button>
          <button type="submit" class="second" formaction={`${INBOX}/${id}/print`}>
            {words.print}
          </button>
        </div>
      </Form>
    </section>
  );
}

function replyPrint(desk: StaffDesk, exported: ConversationExport): Response {
  const { lang, rt } = desk;
  const words = ARCHIVE[lang];
  const { reference, email, name, customerNumber, subject, topic, status, createdAt, closedAt, notes } = exported;
  const moment = (at: string) => <When desk={desk} at={Date.parse(at)} />;
  const children = (
    <>
      <p class="note no-print">{words.printHint}</p>
      <Facts
        facts={[
          [words.from, <bdi>{name === null ? email : `${name}, ${email}`}</bdi>],
          ...(customerNumber === null ? [] : [[words.customer, customerNumber] as const]),
          ...(subject === null ? [] : [[words.subject, <bdi>{subject}</bdi>] as const]),
          ...(topic === null ? [] : [[words.topic, topic[lang]] as const]),
          [words.status, CONTACT[lang].statuses[status]],
          [words.began, moment(createdAt)],
          ...(closedAt === null ? [] : [[words.closed, moment(closedAt)] as const]),
        ]}
      />
      {exported.messages.map(({ author, channel, createdAt: at, body, files }) => (
        <article>
          <h2>{author === "us" ? `${words.us}, ${rt.settings.COMPANY}` : words.them}</h2>
          <p class="muted">
            {moment(at)}, {CONVERSATION[lang].ways[channel]}
          </p>
          <div class="written" dir="auto">
            {body}
          </div>
          {files.length === 0 ? null : (
            <>
              <h3>{words.files}</h3>
              <ul>
                {files.map((file) => (
                  <li>
                    <bdi>{file.name}</bdi>,{" "}
                    {file.refused === null ? sizeInWords(file.size, lang) : CONVERSATION[lang].refused[file.refused]}
                  </li>
                ))}
              </ul>
            </>
          )}
        </article>
      ))}
      {notes && notes.length > 0 ? (
        <section aria-labelledby="notes">
          <h2 id="notes">{words.notes}</h2>
          {notes.map(({ createdAt: at, body }) => (
            <article>
              <p class="muted">{moment(at)}</p>
              <div class="written" dir="auto">
                {body}
              </div>
            </article>
          ))}
        </section>
      ) : null}
    </>
  );
  return replyScreen(desk, { title: words.printed(reference), section: "contact", children });
}
