import type { Hono } from "hono";
import type { Original } from "../contact/inbound-store.ts";
import { dropOriginal, readOriginal, unreadableOf } from "../contact/spam.ts";
import type { House } from "../platform/http.ts";
import { actorOf } from "./actors.ts";
import { SPAM } from "./contact-spam-words.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { Form, replyConfirm } from "./form.tsx";
import { numberInWords } from "./format.ts";
import { type Column, Table, When } from "./table.tsx";

const SPAM_PATH = "/admin/contact/spam";
const PATH = `${SPAM_PATH}/originals`;

/** Adds what can be done with a mail that nobody could read: to fetch it, and to throw it away. */
export function addUnreadable(routes: Hono<House>): void {
  // A mail of a stranger is never shown: it is a file of no kind that a browser opens.
  routes.post(
    `${PATH}/:id/download`,
    action("contact:write", async (desk) => {
      const { c, rt } = desk;
      const id = c.req.param("id") ?? "";
      const bytes = await readOriginal(rt, actorOf(desk), id);
      c.header("Content-Type", "application/octet-stream");
      c.header("Content-Disposition", `attachment; filename="mail-${id}.eml"`);
      return c.body(bytes);
    }),
  );

  routes.get(
    `${PATH}/:id/drop`,
    screen("contact:write", async (desk) => {
      const { id } = await unreadableOf(desk.rt, desk.c.req.param("id") ?? "");
      const words = SPAM[desk.lang];
      return replyConfirm(desk, {
        title: words.dropTitle,
        text: words.dropText,
        label: words.drop,
        action: `${PATH}/${id}/drop`,
        back: SPAM_PATH,
      });
    }),
  );

  // Who presses twice is told the same: it is gone.
  routes.post(
    `${PATH}/:id/drop`,
    action("contact:write", async (desk) => {
      await dropOriginal(desk.rt, desk.c.req.param("id") ?? "");
      return goTo(desk, SPAM_PATH, "dropped");
    }),
  );
}

/** Mails that nobody could read, each with why. */
export function UnreadableMails({ desk, mails }: { desk: StaffDesk; mails: readonly Original[] }) {
  const words = SPAM[desk.lang];
  return (
    <section aria-labelledby="unreadable">
      <h2 id="unreadable">{words.unreadable}</h2>
      <p>{words.unreadableIntro}</p>
      <Table desk={desk} caption={words.unreadable} columns={columns(desk)} rows={mails} empty={words.noUnreadable} />
    </section>
  );
}

function columns(desk: StaffDesk): Column<Original>[] {
  const { lang } = desk;
  const words = SPAM[lang];
  return [
    { name: "received", label: words.received, cell: ({ receivedAt }) => <When desk={desk} at={receivedAt} /> },
    {
      name: "sender",
      label: words.sender,
      isAddress: true,
      cell: ({ envelopeFrom }) => envelopeFrom || words.noSender,
    },
    {
      name: "size",
      label: words.size,
      numeric: true,
      cell: ({ size }) => words.bytes(numberInWords(Math.ceil(size / 1_000), lang)),
    },
    {
      name: "reason",
      label: words.why,
      cell: ({ reason }) => words.reasons[reason ?? ""] ?? words.reasonUnknown,
    },
    {
      name: "action",
      label: words.action,
      cell: ({ id, envelopeFrom, reason }) => (
        <div class="row">
          {reason === "lost" ? null : (
            <Form desk={desk} action={`${PATH}/${id}/download`}>
              <button type="submit" class="second">
                {words.download}
                <span class="hidden"> {envelopeFrom}</span>
              </button>
            </Form>
          )}
          <a href={`${PATH}/${id}/drop`}>
            {words.drop}
            <span class="hidden"> {envelopeFrom}</span>
          </a>
        </div>
      ),
    },
  ];
}
