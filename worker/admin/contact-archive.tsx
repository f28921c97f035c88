import type { Hono } from "hono";
import { archivedOf, recordReading, reopenArchived, searchArchive } from "../contact/reading.ts";
import { type ArchiveSearch, archiveSearchShape, SEARCHED_BY } from "../contact/reading-shapes.ts";
import type { FoundConversations } from "../contact/search-store.ts";
import type { Conversation, Matter, Topic } from "../contact/store.ts";
import { findFileOf, MESSAGES_AT_MOST, notesOf, threadOf } from "../contact/thread-store.ts";
import { allTopics } from "../contact/topic-store.ts";
import { sameInConstantTime } from "../platform/bytes.ts";
import { Refusal } from "../platform/errors.ts";
import { streamFile } from "../platform/files.ts";
import { type House, replyFile } from "../platform/http.ts";
import { keyed } from "../platform/tokens.ts";
import { actorNames, actorOf } from "./actors.ts";
import { ARCHIVE } from "./contact-archive-words.ts";
import { CONVERSATION } from "./contact-conversation-words.ts";
import { addContactExport, ExportForms } from "./contact-export.tsx";
import { INBOX } from "./contact-paths.ts";
import { stepsOf, Thread } from "./contact-thread.tsx";
import { topicName } from "./contact-words.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { check, Field, Form, faultsOf, Select, type Typed, UNTOUCHED } from "./form.tsx";
import { replyScreen } from "./shell.tsx";
import { type Column, Facts, Table, When } from "./table.tsx";

const PATH = `${INBOX}/archive`;
const DAY = 86_400_000;

/** Adds the archive of conversations. */
export function addContactArchive(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("contact:archive", (desk) => replySearch(desk, UNTOUCHED)),
  );

  // By a form that posts: that somebody searched is written down, and what they searched for stands in no address.
  routes.post(
    PATH,
    action("contact:archive", async (desk, form) => {
      const checked = check(archiveSearchShape, form);
      if ("typed" in checked) return replySearch(desk, checked.typed, undefined, 422);
      const found = await searchArchive(desk.rt, actorOf(desk), checked.value);
      return replySearch(desk, { values: form, errors: [] }, { search: checked.value, ...found });
    }),
  );

  routes.get(
    `${PATH}/:id`,
    screen("contact:archive", async (desk) => replyFacts(desk, await archivedIn(desk))),
  );

  routes.post(
    `${PATH}/:id/read`,
    action("contact:archive", async (desk) => {
      const matter = await archivedIn(desk);
      await recordReading(desk.rt, actorOf(desk), matter);
      return replyRead(desk, matter);
    }),
  );

  routes.post(
    `${PATH}/:id/reopen`,
    action("contact:write", async (desk) => {
      if (!desk.may("contact:archive")) throw new Refusal("forbidden");
      const matter = await archivedIn(desk);
      await reopenArchived(desk.rt, matter, actorOf(desk));
      return goTo(desk, `${INBOX}/${matter.conversation.id}`);
    }),
  );

  routes.get(`${PATH}/:id/:pass/files/:file`, screen("contact:archive", replyFileOf));

  addContactExport(routes);
}

const archivedIn = ({ rt, c }: StaffDesk): Promise<Matter> => archivedOf(rt, c.req.param("id") ?? "");

/** What a recorded reading lets its reader fetch: the files of that conversation, on that day. */
const passOf = ({ rt, member }: StaffDesk, conversation: string): Promise<string> =>
  keyed(rt, "archive-files", `${member.id}:${conversation}:${Math.floor(rt.now() / DAY)}`);

/** A file of a conversation in the archive, for who read that; refuses not_found to others. */
async function replyFileOf(desk: StaffDesk): Promise<Response> {
  const { c, rt } = desk;
  const { conversation } = await archivedIn(desk);
  const isRead = sameInConstantTime(c.req.param("pass") ?? "", await passOf(desk, conversation.id));
  const file = isRead ? await findFileOf(rt.db, conversation.id, c.req.param("file") ?? "") : undefined;
  const bytes = file && (await streamFile(rt, "files", file.id));
  if (!file || !bytes) throw new Refusal("not_found");
  return replyFile(c, file.name, bytes);
}

interface Results extends FoundConversations {
  search: ArchiveSearch;
}

async function replySearch(desk: StaffDesk, typed: Typed, results?: Results, status = 200): Promise<Response> {
  const { lang } = desk;
  const words = ARCHIVE[lang];
  const children = (
    <>
      <p>{words.intro}</p>
      <p class="row">
        {desk.may("contact:read") ? <a href={INBOX}>{words.back}</a> : null}
        {desk.may("contact:settings") ? <a href={`${INBOX}/settings`}>{words.settings}</a> : null}
      </p>
      <search>
        <Form desk={desk} action={PATH} class="narrow">
          <Select {...{ lang, typed }} name="by" label={words.by} options={words.ways} value={SEARCHED_BY[0]} />
          <Field
            {...{ lang, typed }}
            name="text"
            type="search"
            label={words.text}
            hint={words.textHint}
            maxlength={200}
            required
          />
          <button type="submit">{words.search}</button>
        </Form>
      </search>
      {results ? <Found desk={desk} results={results} topics={await allTopics(desk.rt.db)} /> : null}
    </>
  );
  const faults = faultsOf(lang, typed, { by: words.by, text: words.text });
  return replyScreen(desk, { title: words.title, section: "contact", faults, children }, status);
}

function Found({ desk, results, topics }: { desk: StaffDesk; results: Results; topics: readonly Topic[] }) {
  const words = ARCHIVE[desk.lang];
  const { found, next, lookedTo, search } = results;
  return (
    <section aria-labelledby="found">
      <h2 id="found">{words.found}</h2>
      <Table
        desk={desk}
        caption={words.found}
        columns={columns(desk, topics)}
        rows={found}
        empty={next === null ? words.noneFound : words.noneSoFar}
      />
      {lookedTo === null ? null : (
        <p class="muted">
          {words.lookedTo} <When desk={desk} at={lookedTo} />
        </p>
      )}
      {next === null ? null : (
        <Form desk={desk} action={PATH}>
          {Object.entries({ by: search.by, text: search.text, after: String(next) }).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <button type="submit" class="second">
            {words.next}
          </button>
        </Form>
      )}
    </section>
  );
}

function columns(desk: StaffDesk, topics: readonly Topic[]): Column<Conversation>[] {
  const { lang } = desk;
  const words = ARCHIVE[lang];
  const topicOf = (id: string | null) =>
    topicName(
      lang,
      topics.find((topic) => topic.id === id),
    );
  return [
    {
      name: "reference",
      label: words.reference,
      cell: ({ id, reference }) => <a href={`${PATH}/${id}`}>{reference}</a>,
    },
    {
      name: "subject",
      label: words.subject,
      cell: ({ subject }) =>
        subject === null ? <span class="muted">{words.noSubject}</span> : <span dir="auto">{subject}</span>,
    },
    { name: "topic", label: words.topic, cell: ({ topicId }) => topicOf(topicId) },
    { name: "began", label: words.began, cell: ({ createdAt }) => <When desk={desk} at={createdAt} /> },
    { name: "closed", label: words.closed, cell: ({ closedAt }) => <Moment desk={desk} at={closedAt} /> },
  ];
}

const Moment = ({ desk, at }: { desk: StaffDesk; at: number | null }) =>
  at === null ? null : <When desk={desk} at={at} />;

/** What is known of an archived conversation, without a word of what was written. */
function FactsOf({ desk, matter: { conversation, topic } }: { desk: StaffDesk; matter: Matter }) {
  const { lang } = desk;
  const words = ARCHIVE[lang];
  const { createdAt, closedAt, closeReason, archivedAt, deleteAt } = conversation;
  return (
    <Facts
      facts={[
        [words.topic, topicName(lang, topic)],
        [words.began, <When desk={desk} at={createdAt} />],
        [words.closed, <Moment desk={desk} at={closedAt} />],
        ...(closeReason === null ? [] : [[words.reason, CONVERSATION[lang].reasons[closeReason]] as const]),
        [words.archived, <Moment desk={desk} at={archivedAt} />],
        [words.deleted, <Moment desk={desk} at={deleteAt} />],
      ]}
    />
  );
}

function replyFacts(desk: StaffDesk, matter: Matter): Response {
  const words = ARCHIVE[desk.lang];
  const { id, reference } = matter.conversation;
  const children = (
    <>
      <FactsOf desk={desk} matter={matter} />
      <p>{words.readIntro}</p>
      <Form desk={desk} action={`${PATH}/${id}/read`} class="row">
        <button type="submit">{words.read}</button>
        <a href={PATH}>{words.again}</a>
      </Form>
    </>
  );
  return replyScreen(desk, { title: reference, section: "contact", children });
}

async function replyRead(desk: StaffDesk, matter: Matter): Promise<Response> {
  const { rt, lang } = desk;
  const words = ARCHIVE[lang];
  const { conversation } = matter;
  const { id, reference, email, name, subject, customerNumber } = conversation;
  const [page, notes, names, pass] = await Promise.all([
    threadOf(rt.db, id),
    notesOf(rt.db, id),
    actorNames(rt),
    passOf(desk, id),
  ]);
  const children = (
    <>
      <p class="note">{words.recorded}</p>
      <Facts
        facts={[
          [words.from, <bdi>{name === null ? email : `${name}, ${email}`}</bdi>],
          ...(customerNumber === null ? [] : [[words.customer, customerNumber] as const]),
          [words.subject, <bdi>{subject ?? words.noSubject}</bdi>],
        ]}
      />
      <section aria-labelledby="thread">
        <h2 id="thread">{words.thread}</h2>
        {page.before === null ? null : <p>{words.newest(MESSAGES_AT_MOST)}</p>}
        <Thread {...{ desk, conversation, names, steps: stepsOf(page, notes) }} path={`${PATH}/${id}/${pass}`} />
      </section>
      <section aria-labelledby="facts">
        <h2 id="facts">{words.facts}</h2>
        <FactsOf desk={desk} matter={matter} />
      </section>
      {desk.may("contact:write") ? (
        <section aria-labelledby="reopen">
          <h2 id="reopen">{words.reopen}</h2>
          <p>{words.reopenText}</p>
          <Form desk={desk} action={`${PATH}/${id}/reopen`}>
            <button type="submit">{words.reopen}</button>
          </Form>
        </section>
      ) : null}
      <ExportForms desk={desk} id={id} />
      <p>
        <a href={PATH}>{words.again}</a>
      </p>
    </>
  );
  return replyScreen(desk, { title: reference, section: "contact", children });
}
