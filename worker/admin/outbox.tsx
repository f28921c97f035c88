import type { Hono } from "hono";
import { letters } from "../letters.ts";
import { RETRIED_AT_ONCE, retryDeadMails } from "../mail/retry.ts";
import {
  countMails,
  deadMails,
  listMails,
  type MailPage,
  type OutboxRow,
  type OutboxState,
  type Place,
} from "../mail/store.ts";
import { OUTBOX_STATES } from "../mail/tables.ts";
import { normaliseAddress } from "../platform/address.ts";
import type { House } from "../platform/http.ts";
import { listTasks } from "../platform/store.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { Field, replyConfirm, Select, type Typed } from "./form.tsx";
import { numberInWords } from "./format.ts";
import { addMail, Failure, stateInWords } from "./outbox-mail.tsx";
import { OUTBOX, TEMPLATES, templateInWords } from "./outbox-words.ts";
import { doneSaid, replyScreen } from "./shell.tsx";
import { type Column, Filters, type Order, orderOf, Pager, Table, When, withQuery } from "./table.tsx";
import { Tasks } from "./tasks.tsx";
import { SHELL } from "./words.ts";

const PATH = "/admin/outbox";
const PER_PAGE = 50;
/** Counts beside the tabs go no further: what matters is whether it is none, some or very many. */
const COUNTED = 1_000;

/** Adds the pages about mail that goes out, and about the tasks that keep it going. */
export function addOutbox(routes: Hono<House>): void {
  routes.get(PATH, screen("mail:read", replyOutbox));

  routes.get(
    `${PATH}/retry`,
    screen("mail:write", async (desk) => {
      const { rt, lang } = desk;
      const { length } = await deadMails(rt.db, RETRIED_AT_ONCE + 1);
      if (length === 0) return goTo(desk, PATH, "none-failed");
      const words = OUTBOX[lang];
      return replyConfirm(desk, {
        title: words.retryAllTitle,
        text: `${howMany(desk, length)} ${words.retryAllNote}`,
        label: words.retryAll,
        action: `${PATH}/retry`,
        back: PATH,
      });
    }),
  );

  routes.post(
    `${PATH}/retry`,
    action("mail:write", async (desk) => {
      const retried = await retryDeadMails(desk.rt, `staff:${desk.member.id}`);
      return goTo(desk, PATH, retried > 0 ? "all-retried" : "none-failed");
    }),
  );

  addMail(routes);
}

function howMany({ lang }: StaffDesk, dead: number): string {
  const { one, some, many } = OUTBOX[lang].retryAllText;
  if (dead === 1) return one;
  return dead > RETRIED_AT_ONCE ? many(numberInWords(RETRIED_AT_ONCE, lang)) : some(numberInWords(dead, lang));
}

/** "all" is for one recipient's mails only: theirs are few. */
type Tab = OutboxState | "all";
const TABS: readonly OutboxState[] = ["dead", "queued", "sending", "sent"];

type Counts = Readonly<Record<OutboxState, number>>;

interface Wish {
  tab: Tab;
  recipient: string | null;
  template: string | null;
  typed: Typed;
  order: Order;
  after: Place | null;
}

/** What the address asks for. What it asks in vain (a cursor or name that is none) is as if it were not there. */
function wishOf(desk: StaffDesk, counts: Counts): Wish {
  const query = (name: string) => desk.c.req.query(name) ?? "";
  const address = query("recipient").trim();
  const recipient = address === "" ? null : normaliseAddress(address);
  const isWrong = address !== "" && recipient === null;
  const template = Object.hasOwn(letters, query("template")) ? query("template") : null;
  const usual = recipient === null ? (counts.dead > 0 ? "dead" : "queued") : "all";
  const tab = OUTBOX_STATES.find((state) => state === query("state")) ?? usual;
  return {
    tab,
    recipient,
    template,
    typed: {
      values: { recipient: address, template: template ?? "" },
      errors: isWrong ? [{ path: "recipient", code: "invalid_email" }] : [],
    },
    order: orderOf(desk, ["due"], tab === "queued" ? "due" : "-due"),
    after: placeOf(query("after")),
  };
}

function placeOf(cursor: string): Place | null {
  const [, dueAt, rowid] = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor) ?? [];
  return dueAt === undefined ? null : { dueAt: Number(dueAt), rowid: Number(rowid) };
}

const NOTHING: MailPage = { mails: [], next: null, lookedTo: null };

async function replyOutbox(desk: StaffDesk): Promise<Response> {
  const { rt, lang } = desk;
  const words = OUTBOX[lang];
  const counts = await countMails(rt.db, COUNTED);
  const wish = wishOf(desk, counts);
  const { tab, recipient, template, typed, order, after } = wish;
  const state = tab === "all" ? null : tab;
  const whose = recipient === null ? { recipient, state: state ?? "queued" } : { recipient, state };
  const isWrong = typed.errors.length > 0;
  const list = { ...whose, template, descending: order.descending, after };
  const [page, tasks] = await Promise.all([isWrong ? NOTHING : listMails(rt.db, list, PER_PAGE), listTasks(rt.db)]);
  const children = (
    <>
      <p>{words.intro}</p>
      <Tabs {...{ desk, wish, counts }} />
      <Filters desk={desk}>
        {desk.c.req.query("state") === undefined ? null : <input type="hidden" name="state" value={tab} />}
        <Field {...{ lang, typed }} name="recipient" label={words.recipient} type="search" />
        <Select
          {...{ lang, typed }}
          name="template"
          label={words.template}
          options={{ "": words.everyTemplate, ...TEMPLATES[lang] }}
        />
      </Filters>
      {/* It sends all of them, so it does not stand beside a part. */}
      {tab === "dead" && counts.dead > 0 && recipient === null && template === null && desk.may("mail:write") ? (
        <p>
          <a class="button" href={`${PATH}/retry`}>
            {words.retryAll}
          </a>
        </p>
      ) : null}
      <Table
        desk={desk}
        caption={`${SHELL[lang].page.outbox}: ${words.states[tab]}`}
        columns={columnsOf(desk, tab)}
        rows={page.mails}
        order={order}
        empty={emptyOf(desk, wish, page)}
      />
      {page.lookedTo === null ? null : (
        <p class="muted">
          {words.lookedTo} <When desk={desk} at={page.lookedTo} />. {words.goOn}
        </p>
      )}
      <Pager desk={desk} next={page.next && `${page.next.dueAt}.${page.next.rowid}`} />
      <Tasks desk={desk} tasks={tasks} />
    </>
  );
  const title = SHELL[lang].page.outbox;
  const done = doneSaid(desk, words.done);
  return replyScreen(desk, { title, section: "outbox", done, children }, isWrong ? 422 : 200);
}

/** One recipient's counts, or one template's, would be other numbers than these: with a filter there are none. */
function Tabs({ desk, wish, counts }: { desk: StaffDesk; wish: Wish; counts: Counts }) {
  const { lang } = desk;
  const words = OUTBOX[lang];
  const isFiltered = wish.recipient !== null || wish.template !== null;
  const tabs: readonly Tab[] = wish.recipient === null ? TABS : ["all", ...TABS];
  return (
    <nav class="row" aria-label={words.tabs}>
      {tabs.map((tab) => (
        <a
          href={withQuery(desk, { state: tab === "all" ? null : tab, sort: null, after: null })}
          {...(tab === wish.tab ? { "aria-current": "page" } : {})}
        >
          {words.states[tab]}
          {isFiltered || tab === "all" ? null : ` (${countInWords(counts[tab], lang)})`}
        </a>
      ))}
    </nav>
  );
}

const countInWords = (count: number, lang: StaffDesk["lang"]) =>
  count < COUNTED ? numberInWords(count, lang) : `${numberInWords(COUNTED - 1, lang)}+`;

function emptyOf({ lang }: StaffDesk, { tab, recipient, template, typed }: Wish, { lookedTo }: MailPage): string {
  const words = OUTBOX[lang];
  if (lookedTo !== null) return words.notYet;
  const isFiltered = recipient !== null || template !== null || typed.errors.length > 0;
  return isFiltered || tab === "all" ? words.emptyFiltered : words.empty[tab];
}

function columnsOf(desk: StaffDesk, tab: Tab): Column<OutboxRow>[] {
  const { lang } = desk;
  const words = OUTBOX[lang];
  const when = (at: number | null) => (at === null ? SHELL[lang].none : <When desk={desk} at={at} />);
  const columns: (Column<OutboxRow> & { tabs?: readonly Tab[] })[] = [
    {
      name: "mail",
      label: words.mail,
      cell: ({ id, template }) => <a href={`${PATH}/${id}`}>{templateInWords(template, lang)}</a>,
    },
    { name: "recipient", label: words.recipient, cell: ({ recipient }) => <Address address={recipient} /> },
    { name: "state", label: words.state, cell: (mail) => stateInWords(mail, lang) },
    {
      name: "tries",
      label: words.tries,
      numeric: true,
      cell: ({ attempts }) => numberInWords(attempts, lang),
    },
    { name: "due", label: words.due, sorts: true, cell: ({ dueAt }) => when(dueAt) },
    {
      name: "created",
      label: words.created,
      cell: ({ createdAt }) => when(createdAt),
      tabs: ["queued", "sending"],
    },
    { name: "sent", label: words.sent, cell: ({ sentAt }) => when(sentAt), tabs: ["sent", "all"] },
    {
      name: "why",
      label: words.why,
      cell: ({ lastError }) => <Failure lang={lang} error={lastError} />,
      tabs: ["dead", "queued", "sending", "all"],
    },
  ];
  return columns.filter(({ tabs }) => tabs === undefined || tabs.includes(tab));
}

/** An address that breaks before its @, if it must: a long one leaves room for what is beside it. */
function Address({ address }: { address: string }) {
  const at = address.lastIndexOf("@");
  return (
    <span>
      {address.slice(0, at)}
      <wbr />
      {address.slice(at)}
    </span>
  );
}
