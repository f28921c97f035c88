import { z } from "zod";
import { AT_HAND, countQueues, listConversations, type Place, type Wish } from "../contact/list-store.ts";
import { searchConversations } from "../contact/search-store.ts";
import type { Conversation, Topic } from "../contact/store.ts";
import { allTopics } from "../contact/topic-store.ts";
import { mayDo } from "../platform/access.ts";
import { normaliseAddress } from "../platform/address.ts";
import { listMembers, memberNames } from "../staff/store.ts";
import { INBOX } from "./contact-paths.ts";
import { CONTACT, titleOf, topicName } from "./contact-words.ts";
import type { StaffDesk } from "./desk.ts";
import { Field, Select, type Typed } from "./form.tsx";
import { countedInWords } from "./format.ts";
import { doneSaid, replyScreen } from "./shell.tsx";
import { type Column, Filters, Pager, Table, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const PAGE = 50;
/** Counting stops here: a longer queue is only "more than". */
const MOST = 999;

const QUEUES = ["ours", "new", "open", "waiting", "closed", "all"] as const;
type Queue = (typeof QUEUES)[number];
const STATUSES: Readonly<Record<Queue, Wish["statuses"]>> = {
  ours: ["new", "open"],
  new: ["new"],
  open: ["open"],
  waiting: ["waiting"],
  closed: ["closed"],
  all: AT_HAND,
};

const text = z.string().trim().max(254).catch("");

/** What the address asks for; what makes no sense there is left out. */
const queryShape = z.object({
  queue: z.enum(QUEUES).optional().catch(undefined),
  words: text,
  person: text,
  assignee: text,
  topic: text,
  after: z
    .string()
    .regex(/^\d{1,15}(\.\d{1,15})?$/)
    .optional()
    .catch(undefined),
});
type Query = z.output<typeof queryShape>;

/** A page of the list. */
interface Shown {
  found: Conversation[];
  next: string | null;
  lookedTo: number | null;
}

/** Replies with a page of the conversations that a queue and filters ask for. */
export async function replyInbox(desk: StaffDesk): Promise<Response> {
  const { c, rt, lang, member } = desk;
  const words = CONTACT[lang];
  const query = queryShape.parse(c.req.query());
  // Who looks for somebody or something looks in all queues.
  const queue = query.queue ?? (query.words === "" && query.person === "" ? "ours" : "all");
  const [shown, counts, members, topics] = await Promise.all([
    query.words === "" ? listed(desk, query, queue) : searched(desk, query, queue),
    countQueues(rt.db, rt.now(), MOST + 1),
    listMembers(rt.db),
    allTopics(rt.db),
  ]);
  const { found, next, lookedTo } = shown;
  const { words: sought, person, assignee, topic } = query;
  const typed: Typed = { values: { words: sought, person, assignee, topic }, errors: [] };
  const isFiltered = Object.values(typed.values).some((value) => value !== "");
  const colleagues = members
    .filter((other) => other.member.id !== member.id && mayDo(other.member.role, "contact:read"))
    .map((other) => [other.member.id, other.member.name]);
  const children = (
    <>
      <p>{words.intro}</p>
      <Queues {...{ desk, queue, counts, isFiltered }} />
      <Filters desk={desk}>
        {query.queue === undefined ? null : <input type="hidden" name="queue" value={query.queue} />}
        <Field {...{ lang, typed }} name="words" label={words.words} type="search" maxlength={254} />
        <Field {...{ lang, typed }} name="person" label={words.person} maxlength={254} />
        <Select
          {...{ lang, typed }}
          name="assignee"
          label={words.assignee}
          options={{ "": words.everyone, me: words.me, nobody: words.nobody, ...Object.fromEntries(colleagues) }}
        />
        <Select
          {...{ lang, typed }}
          name="topic"
          label={words.topic}
          options={{
            "": words.everyTopic,
            ...Object.fromEntries(topics.map((topic) => [topic.id, topicName(lang, topic)])),
          }}
        />
      </Filters>
      <Table
        desk={desk}
        caption={words.queue[queue]}
        columns={columns(desk, await memberNames(rt.db), topics)}
        rows={found}
        empty={next !== null ? words.noneSoFar : isFiltered || queue !== "ours" ? words.noneFound : words.noneYet}
      />
      {lookedTo === null ? null : (
        <p class="muted">
          {words.lookedTo} <When desk={desk} at={lookedTo} />.
        </p>
      )}
      <Pager desk={desk} next={next} />
      <Elsewhere desk={desk} />
    </>
  );
  const done = doneSaid(desk, words.done);
  return replyScreen(desk, { title: SHELL[lang].page.contact, section: "contact", done, children });
}

/** The member of staff that a filter names; null for nobody. */
const assigneeIn = ({ assignee }: Query, { member }: StaffDesk) =>
  assignee === "" ? {} : { assignee: assignee === "me" ? member.id : assignee === "nobody" ? null : assignee };
const topicIn = ({ topic }: Query) => (topic === "" ? {} : { topicId: topic });

function personIn({ person }: Query): Pick<Wish, "email" | "customerNumber"> {
  if (person === "") return {};
  return person.includes("@") ? { email: normaliseAddress(person) ?? person } : { customerNumber: person };
}

async function listed(desk: StaffDesk, query: Query, queue: Queue): Promise<Shown> {
  const person = personIn(query);
  const isByTarget = queue === "ours" && query.person === "";
  const wish = { statuses: STATUSES[queue], isByTarget, ...person, ...assigneeIn(query, desk), ...topicIn(query) };
  const { found, next } = await listConversations(desk.rt.db, wish, placeIn(query), PAGE);
  return { found, next: next && `${next.at}.${next.seq}`, lookedTo: null };
}

function placeIn({ after = "" }: Query): Place | null {
  const [at, seq] = after.split(".").map(Number);
  return at === undefined || seq === undefined ? null : { at, seq };
}

/** The index knows people by their words, too: who it is about is looked at once more, exactly. */
async function searched(desk: StaffDesk, query: Query, queue: Queue): Promise<Shown> {
  const { words, person, after } = query;
  const { email, customerNumber } = personIn(query);
  const asked = {
    text: `${words} ${person}`,
    statuses: STATUSES[queue],
    ...assigneeIn(query, desk),
    ...topicIn(query),
  };
  const { found, next, lookedTo } = await searchConversations(
    desk.rt.db,
    asked,
    after === undefined ? null : Number(after),
    PAGE,
  );
  const fits = (one: Conversation) =>
    (email === undefined || one.email === email) &&
    (customerNumber === undefined || one.customerNumber === customerNumber);
  return { found: found.filter(fits), next: next === null ? null : String(next), lookedTo };
}

interface QueuesProps {
  desk: StaffDesk;
  queue: Queue;
  isFiltered: boolean;
  counts: Awaited<ReturnType<typeof countQueues>>;
}

/** The queues, each with how many there are in it, whatever else is asked for now. */
function Queues({ desk, queue, isFiltered, counts }: QueuesProps) {
  const { lang } = desk;
  const words = CONTACT[lang];
  const counted = (count: number) => countedInWords({ count: Math.min(count, MOST), isMore: count > MOST }, lang);
  return (
    <nav aria-label={words.queues} class="queues">
      <ul>
        {QUEUES.map((name) => (
          <li>
            <a
              href={name === "ours" ? INBOX : `${INBOX}?queue=${name}`}
              {...(name === queue ? { "aria-current": isFiltered ? ("true" as const) : ("page" as const) } : {})}
            >
              {words.queue[name]}
              {name === "all" ? null : (
                <> ({counted(name === "ours" ? Math.min(counts.new + counts.open, MOST + 1) : counts[name])})</>
              )}
            </a>
            {name === "ours" && counts.late > 0 ? (
              <strong class="late">{words.lateCount(counted(counts.late))}</strong>
            ) : null}
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Elsewhere({ desk }: { desk: StaffDesk }) {
  const words = CONTACT[desk.lang];
  const pages = [
    { name: "spam", need: "contact:read" },
    { name: "archive", need: "contact:archive" },
    { name: "figures", need: "contact:read" },
    { name: "settings", need: "contact:read" },
  ] as const;
  return (
    <nav aria-label={words.elsewhere} class="row">
      {pages
        .filter(({ need }) => desk.may(need))
        .map(({ name }) => (
          <a href={`${INBOX}/${name}`}>{words[name]}</a>
        ))}
    </nav>
  );
}

function columns(
  desk: StaffDesk,
  names: ReadonlyMap<string, string>,
  topics: readonly Topic[],
): Column<Conversation>[] {
  const { lang } = desk;
  const words = CONTACT[lang];
  return [
    {
      name: "subject",
      label: words.subject,
      cell: (conversation) => (
        <a href={`${INBOX}/${conversation.id}`} dir="auto">
          {titleOf(lang, conversation)}
        </a>
      ),
    },
    {
      name: "from",
      label: words.from,
      isAddress: true,
      cell: ({ name, email }) =>
        name === null ? (
          email
        ) : (
          <>
            <bdi>{name}</bdi>
            <br />
            <span class="muted">{email}</span>
          </>
        ),
    },
    { name: "status", label: words.status, cell: ({ status }) => words.statuses[status] },
    { name: "target", label: words.target, cell: ({ dueAt }) => <Target {...{ desk, dueAt }} /> },
    {
      name: "assignee",
      label: words.assignee,
      cell: ({ assignee }) => (assignee === null ? words.nobody : (names.get(assignee) ?? "?")),
    },
    {
      name: "topic",
      label: words.topic,
      cell: ({ topicId }) =>
        topicId === null
          ? SHELL[lang].none
          : topicName(
              lang,
              topics.find(({ id }) => id === topicId),
            ),
    },
    { name: "last", label: words.last, cell: ({ lastAt }) => <When desk={desk} at={lastAt} /> },
  ];
}

/** Until when a conversation should be answered or solved, and whether that is over. */
export function Target({ desk, dueAt }: { desk: StaffDesk; dueAt: number | null }) {
  const words = CONTACT[desk.lang];
  if (dueAt === null) return <>{SHELL[desk.lang].none}</>;
  const moment = <When desk={desk} at={dueAt} />;
  if (dueAt >= desk.rt.now()) {
    return (
      <>
        {words.before} {moment}
      </>
    );
  }
  return (
    <strong class="late">
      {words.late} {moment}
    </strong>
  );
}
