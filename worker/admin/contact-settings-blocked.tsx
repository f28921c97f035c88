import type { Hono } from "hono";
import { allowSender, blockSender } from "../contact/block.ts";
import { type Block, listBlocks } from "../contact/block-store.ts";
import { senderShape } from "../contact/settings-shapes.ts";
import { Refusal } from "../platform/errors.ts";
import { type House, parse } from "../platform/http.ts";
import { actorNames, actorOf } from "./actors.ts";
import { SETTINGS } from "./contact-paths.ts";
import { CONTACT_SETTINGS } from "./contact-settings-words.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { check, Field, Form, faultsOf, replyConfirm, type Typed, typedAgain, UNTOUCHED } from "./form.tsx";
import { doneSaid, replyScreen } from "./shell.tsx";
import { type Column, Pager, Table, When } from "./table.tsx";

const PATH = `${SETTINGS}/blocked`;
const AT_ONCE = 100;

/** Adds the pages about blocked senders: who they are, a new one, and the question before one is allowed again. */
export function addBlocked(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("contact:write", (desk) => replyBlocked(desk, UNTOUCHED)),
  );

  routes.post(
    PATH,
    action("contact:write", async (desk, form) => {
      const checked = check(senderShape, form);
      if ("typed" in checked) return replyBlocked(desk, checked.typed, 422);
      try {
        const isNew = await blockSender(desk.rt, actorOf(desk), checked.value.sender);
        return goTo(desk, PATH, isNew ? "blocked" : "blocked-before");
      } catch (error) {
        return replyBlocked(desk, typedAgain(error, form), 422);
      }
    }),
  );

  // By the sender, which may hold what no path can: it goes in the query.
  routes.get(
    `${PATH}/remove`,
    screen("contact:write", (desk) => {
      const { success, data } = senderShape.safeParse(desk.c.req.query());
      if (!success) throw new Refusal("not_found");
      const { sender } = data;
      const words = CONTACT_SETTINGS[desk.lang];
      return replyConfirm(desk, {
        title: words.allowTitle(sender),
        text: words.allowText,
        label: words.allow,
        action: `${PATH}/remove`,
        back: PATH,
        hidden: { sender },
      });
    }),
  );

  // Who presses twice is told the same: they are allowed.
  routes.post(
    `${PATH}/remove`,
    action("contact:write", async (desk, form) => {
      await allowSender(desk.rt, actorOf(desk), parse(senderShape, form).sender);
      return goTo(desk, PATH, "allowed");
    }),
  );
}

async function replyBlocked(desk: StaffDesk, typed: Typed, status = 200): Promise<Response> {
  const { rt, lang, c } = desk;
  const words = CONTACT_SETTINGS[lang];
  const [{ blocks, next }, names] = await Promise.all([
    listBlocks(rt.db, c.req.query("after") ?? "", AT_ONCE),
    actorNames(rt),
  ]);
  const children = (
    <>
      <p>{words.blockedIntro}</p>
      <Table desk={desk} caption={words.blocked} columns={columns(desk, names)} rows={blocks} empty={words.noBlocked} />
      <Pager desk={desk} next={next} />
      <section aria-labelledby="block">
        <h2 id="block">{words.blockTitle}</h2>
        <Form desk={desk} action={PATH} class="narrow">
          <Field
            {...{ lang, typed }}
            name="sender"
            label={words.sender}
            hint={words.senderHint}
            autocomplete="off"
            maxlength={254}
            required
          />
          <button type="submit">{words.block}</button>
        </Form>
      </section>
      <p>
        <a href={SETTINGS}>{words.settings}</a>
      </p>
    </>
  );
  const done = doneSaid(desk, words.done);
  const faults = faultsOf(lang, typed, { sender: words.sender });
  return replyScreen(desk, { title: words.blocked, section: "contact", done, faults, children }, status);
}

function columns(desk: StaffDesk, names: ReadonlyMap<string, string>): Column<Block>[] {
  const words = CONTACT_SETTINGS[desk.lang];
  return [
    { name: "sender", label: words.sender, isAddress: true, cell: ({ sender }) => sender },
    { name: "since", label: words.since, cell: ({ createdAt }) => <When desk={desk} at={createdAt} /> },
    { name: "by", label: words.by, cell: ({ createdBy }) => names.get(createdBy) ?? words.nobody },
    {
      name: "allow",
      label: words.action,
      cell: ({ sender }) => (
        <a href={`${PATH}/remove?${new URLSearchParams({ sender })}`}>
          {words.allow}
          <span class="hidden"> {sender}</span>
        </a>
      ),
    },
  ];
}
