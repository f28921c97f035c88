import type { Hono } from "hono";
import { unreadable } from "../contact/inbound-store.ts";
import { type DoneToMany, eraseAll, releaseAll } from "../contact/spam.ts";
import { listQuarantined, type Quarantined } from "../contact/spam-store.ts";
import type { House } from "../platform/http.ts";
import { actorOf } from "./actors.ts";
import { INBOX, pathOf } from "./contact-paths.ts";
import { addUnreadable, UnreadableMails } from "./contact-spam-unreadable.tsx";
import { SPAM } from "./contact-spam-words.ts";
import { action, goTo, type StaffDesk, screen, type Form as Values } from "./desk.ts";
import { Form, replyConfirm } from "./form.tsx";
import { doneSaid, replyScreen } from "./shell.tsx";
import { type Column, Pager, Table, When } from "./table.tsx";

const PATH = `${INBOX}/spam`;
/** Conversations on one page. */
const AT_ONCE = 50;
/** Unreadable mails that are listed: who throws away what was looked at sees the next. */
const MAILS = 100;

/** Adds what may be spam, and mails that nobody could read. */
export function addContactSpam(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("contact:write", (desk) => replySpam(desk)),
  );

  routes.post(
    `${PATH}/release`,
    action("contact:write", async (desk, form) => {
      const ids = chosenIn(form);
      if (ids.length === 0) return replySpam(desk, { noneChosen: true }, 422);
      return toldDone(desk, "released", await releaseAll(desk.rt, actorOf(desk), ids));
    }),
  );

  // Asked first: the page that asks sends the same form once more.
  routes.post(
    `${PATH}/erase`,
    action("contact:write", async (desk, form) => {
      const ids = chosenIn(form);
      if (ids.length === 0) return replySpam(desk, { noneChosen: true }, 422);
      if (form["sure"] === undefined) return replySure(desk, ids);
      return toldDone(desk, "erased", await eraseAll(desk.rt, actorOf(desk), ids));
    }),
  );

  addUnreadable(routes);
}

/** The place in the list that an address names; null for the beginning. */
function placeIn({ c }: StaffDesk): string | null {
  const after = c.req.query("after") ?? "";
  return /^\d{1,15}\.\d{1,15}$/.test(after) ? after : null;
}

/** The conversations that a form has chosen: each by a box of its own, or all of its page. */
function chosenIn(form: Values): string[] {
  const shown = (form["shown"] ?? "").split(",").filter((id) => /^[\w-]{1,64}$/.test(id));
  return shown.slice(0, AT_ONCE).filter((id) => form["all"] !== undefined || form[`chosen.${id}`] !== undefined);
}

function replySure(desk: StaffDesk, ids: readonly string[]): Response {
  const words = SPAM[desk.lang];
  return replyConfirm(desk, {
    title: words.eraseTitle(ids.length),
    text: words.eraseText,
    label: words.erase,
    action: `${PATH}/erase`,
    back: PATH,
    hidden: { shown: ids.join(","), all: "on", sure: "yes" },
  });
}

const toldDone = (desk: StaffDesk, what: "released" | "erased", { done, left }: DoneToMany): Response =>
  goTo(desk, `${PATH}?count=${done}&left=${left}`, what);

/** What the address says was done to how many; nothing for what is no number. */
function manySaid(desk: StaffDesk): string | undefined {
  const words = SPAM[desk.lang];
  const [count, left] = [desk.c.req.query("count"), desk.c.req.query("left")].map(Number);
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(left)) return undefined;
  return doneSaid(desk, {
    released: words.released(Number(count), Number(left)),
    erased: words.erased(Number(count), Number(left)),
  });
}

async function replySpam(desk: StaffDesk, { noneChosen = false } = {}, status = 200): Promise<Response> {
  const { rt, lang } = desk;
  const words = SPAM[lang];
  const [{ found, next }, mails] = await Promise.all([
    listQuarantined(rt.db, placeIn(desk), AT_ONCE),
    unreadable(rt.db, MAILS),
  ]);
  const children = (
    <>
      <p>{words.intro}</p>
      <p class="row">
        <a href={INBOX}>{words.back}</a>
        <a href={`${INBOX}/settings/blocked`}>{words.blocked}</a>
      </p>
      <section aria-labelledby="quarantine">
        <h2 id="quarantine">{words.quarantine}</h2>
        {found.length === 0 ? (
          <p class="empty">{words.empty}</p>
        ) : (
          <Form desk={desk} action={`${PATH}/release`}>
            <input type="hidden" name="shown" value={found.map(({ id }) => id).join(",")} />
            <Table desk={desk} caption={words.quarantine} columns={columns(desk)} rows={found} empty="" />
            <label class="check">
              <input type="checkbox" name="all" id="all" />
              <span>{words.all}</span>
            </label>
            <div class="row">
              <button type="submit">{words.release}</button>
              <button type="submit" class="danger" formaction={`${PATH}/erase`}>
                {words.erase}
              </button>
            </div>
          </Form>
        )}
        <Pager desk={desk} next={next} />
      </section>
      <UnreadableMails desk={desk} mails={mails} />
    </>
  );
  const done = manySaid(desk) ?? doneSaid(desk, words.done);
  const faults = noneChosen ? [{ field: "all", text: words.chooseOne }] : [];
  return replyScreen(desk, { title: words.title, section: "contact", done, faults, children }, status);
}

function columns(desk: StaffDesk): Column<Quarantined>[] {
  const words = SPAM[desk.lang];
  return [
    {
      name: "choose",
      label: words.choose,
      cell: ({ id, email }) => (
        <label class="check">
          <input type="checkbox" name={`chosen.${id}`} />
          <span class="hidden">{words.choice(email)}</span>
        </label>
      ),
    },
    {
      name: "from",
      label: words.from,
      isAddress: true,
      cell: ({ id, email, name }) => (
        <>
          <a href={pathOf(id)}>{email}</a>
          {name === null ? null : (
            <span class="muted" dir="auto">
              {" "}
              {name}
            </span>
          )}
        </>
      ),
    },
    {
      name: "why",
      label: words.why,
      cell: ({ quarantinedFor }) => (quarantinedFor === null ? words.whyUnknown : words.whys[quarantinedFor]),
    },
    {
      name: "message",
      label: words.message,
      cell: ({ subject, first }) => (
        <>
          {subject === null ? null : <strong dir="auto">{subject} </strong>}
          <span dir="auto">{first}</span>
        </>
      ),
    },
    { name: "last", label: words.last, cell: ({ lastAt }) => <When desk={desk} at={lastAt} /> },
  ];
}
