import { findDraft } from "../contact/draft-store.ts";
import { waitingFiles } from "../contact/files-store.ts";
import { listReadyAnswers } from "../contact/ready-answer-store.ts";
import { messagePlaceIn } from "../contact/shapes.ts";
import { findMatter, type Matter } from "../contact/store.ts";
import { notesOf, othersOf, threadOf } from "../contact/thread-store.ts";
import { allTopics, listTopics } from "../contact/topic-store.ts";
import { findByNumber } from "../customers/store.ts";
import { mayDo } from "../platform/access.ts";
import { Refusal } from "../platform/errors.ts";
import { listMembers } from "../staff/store.ts";
import { actorNames } from "./actors.ts";
import { AnswerForm, filledIn, keptIn } from "./contact-answer.tsx";
import { About, Others, Person } from "./contact-beside.tsx";
import { Care, NoteForm } from "./contact-care.tsx";
import { CONVERSATION } from "./contact-conversation-words.ts";
import { ExportForms } from "./contact-export.tsx";
import { INBOX, pathOf } from "./contact-paths.ts";
import { momentOf, type Step, stepsOf, Thread } from "./contact-thread.tsx";
import { CONTACT, titleOf, topicName } from "./contact-words.ts";
import type { StaffDesk } from "./desk.ts";
import { Form, faultsOf, type Typed } from "./form.tsx";
import { doneSaid, replyScreen } from "./shell.tsx";

/** Other conversations of the person that the page has. */
const OTHERS = 20;

export const idIn = ({ c }: StaffDesk): string => c.req.param("id") ?? "";

/** The conversation that an address names. Refuses not_found, also for one that its person did not confirm. */
export async function matterIn(desk: StaffDesk): Promise<Matter> {
  const matter = await findMatter(desk.rt.db, idIn(desk));
  if (!matter || matter.conversation.status === "unconfirmed") throw new Refusal("not_found");
  return matter;
}

/** How the page of a conversation comes back after a form. */
export interface State {
  /** What was typed in the answer's form. */
  answer?: Typed;
  /** Why an answer was not sent: the conversation went on, or the form was used before. */
  held?: "behind" | "used";
  /** What was typed in another form. */
  other?: Typed;
  /** Somebody else changed it first, and nothing was done. */
  isBehind?: boolean;
}

/** Replies with a conversation; of one in the archive only with the way there. */
export async function replyConversation(
  desk: StaffDesk,
  matter: Matter,
  state: State = {},
  status = 200,
): Promise<Response> {
  const { rt, lang } = desk;
  const { conversation } = matter;
  const words = CONVERSATION[lang];
  if (conversation.status === "archived") return replyArchived(desk, matter);
  const { id, customerNumber } = conversation;
  const path = pathOf(id);
  const before = messagePlaceIn(desk.c.req.query("before"));
  const [page, notes, others, names, topics, known, customer] = await Promise.all([
    threadOf(rt.db, id, { before }),
    notesOf(rt.db, id),
    othersOf(rt.db, conversation, OTHERS),
    actorNames(rt),
    listTopics(rt.db),
    allTopics(rt.db),
    customerNumber === null ? undefined : findByNumber(rt.db, customerNumber),
  ]);
  const steps = stepsOf(page, notes, before === null);
  const isHeld = conversation.status === "quarantined";
  const mayWrite = desk.may("contact:write") && !isHeld;
  // Who answers has seen what came last.
  const mayAnswer = mayWrite && before === null;
  const topicOf = (topicId: string | null) =>
    topicName(
      lang,
      known.find((topic) => topic.id === topicId),
    );
  const children = (
    <>
      <p class="row">
        <a href={INBOX}>{words.toList}</a>
        {mayAnswer ? <a href="#answer">{words.toAnswer}</a> : null}
        {mayWrite ? <a href="#handling">{words.toHandling}</a> : null}
      </p>
      {state.isBehind ? (
        <p class="fault" role="alert">
          {words.behind}
        </p>
      ) : null}
      {state.held === undefined ? null : <Held {...{ desk, matter, steps, names, state }} />}
      {isHeld ? <Quarantined desk={desk} matter={matter} /> : null}
      <Presence desk={desk} matter={matter} />
      <div class="conversation">
        <div>
          <section aria-labelledby="thread">
            <h2 id="thread">{words.thread}</h2>
            {page.before === null ? null : (
              <p>
                <a href={`${path}?before=${page.before}`}>{words.older}</a>
              </p>
            )}
            <Thread {...{ desk, conversation, steps, names, path }} />
            {before === null ? null : (
              <p>
                <a href={path}>{words.toNewest}</a>
              </p>
            )}
          </section>
          {mayAnswer ? await answering(desk, matter, state, steps) : null}
          {desk.may("contact:write") ? <NoteForm {...{ desk, path }} typed={state.other} /> : null}
          <ExportForms desk={desk} id={id} />
        </div>
        <div>
          <About {...{ desk, matter, names }} />
          <Person desk={desk} customer={customer} />
          {await linkedTo(desk, matter)}
          {mayWrite ? (
            <Care {...{ desk, matter, path, topics }} handlers={await handlersOf(desk)} typed={state.other} />
          ) : null}
          <Others {...{ desk, others, topicOf }} />
        </div>
      </div>
    </>
  );
  const title = titleOf(lang, conversation);
  const done = doneSaid(desk, words.done);
  const labels = {
    body: words.body,
    files: words.attach,
    note: words.note,
    customer: words.customerNumber,
    sender: words.block,
  };
  const faults = [state.answer, state.other].flatMap((typed) => (typed ? faultsOf(lang, typed, labels) : []));
  return replyScreen(desk, { title, section: "contact", done, faults, children }, status);
}

async function answering(desk: StaffDesk, { conversation }: Matter, state: State, steps: readonly Step[]) {
  const { rt, member } = desk;
  const { answer, held } = state;
  const [draft, ready, kept] = await Promise.all([
    findDraft(rt.db, conversation.id, member.id),
    listReadyAnswers(rt.db),
    waitingFiles(rt.db, answer ? keptIn(answer.values) : []),
  ]);
  return (
    <AnswerForm
      {...{ desk, conversation, draft, kept }}
      path={pathOf(conversation.id)}
      ready={filledIn(desk, conversation, ready)}
      seen={Math.max(...steps.map(momentOf), 0)}
      typed={answer}
      isBehind={held === "behind"}
      isUsed={held === "used"}
    />
  );
}

/** Those who may handle it, oneself first. */
async function handlersOf({ rt, member }: StaffDesk): Promise<Record<string, string>> {
  const members = await listMembers(rt.db);
  const others = members.filter((other) => other.member.id !== member.id && mayDo(other.member.role, "contact:read"));
  return {
    [member.id]: member.name,
    ...Object.fromEntries(others.map((other) => [other.member.id, other.member.name])),
  };
}

interface HeldProps {
  desk: StaffDesk;
  matter: Matter;
  steps: readonly Step[];
  names: ReadonlyMap<string, string>;
  state: State;
}

/** Why an answer was not sent yet, and what came in while it was written. */
function Held({ desk, matter, steps, names, state }: HeldProps) {
  const words = CONVERSATION[desk.lang];
  const { conversation } = matter;
  const seen = Number(state.answer?.values["seen"] ?? 0);
  const since = steps.filter((step) => momentOf(step) > seen);
  return (
    <div class="fault" role="alert" tabindex={-1} autofocus>
      {state.held === "used" ? (
        <p>{words.sentBefore}</p>
      ) : (
        <>
          <p>{words.meanwhile}</p>
          {since.length === 0 ? (
            <p>{words.meanwhileChanged}</p>
          ) : (
            <>
              <h2>{words.meanwhileNew}</h2>
              <Thread {...{ desk, conversation, names }} steps={since} path={pathOf(conversation.id)} prefix="new-" />
            </>
          )}
        </>
      )}
      <p>
        {words.meanwhileKept} <a href="#answer">{words.toAnswer}</a>
      </p>
    </div>
  );
}

/** Filled by the script: who else is here, and whether there is something that this page does not have. */
function Presence({ desk, matter: { conversation } }: { desk: StaffDesk; matter: Matter }) {
  const words = CONVERSATION[desk.lang];
  const path = pathOf(conversation.id);
  return (
    <div
      role="status"
      aria-label={words.here}
      class="presence"
      data-presence={`${path}/presence`}
      data-version={String(conversation.version)}
      data-token={desk.formToken}
    >
      <p data-here hidden />
      <p data-new hidden>
        {words.somethingNew} <a href={path}>{words.show}</a>.
      </p>
    </div>
  );
}

function Quarantined({ desk, matter: { conversation } }: { desk: StaffDesk; matter: Matter }) {
  const words = CONVERSATION[desk.lang];
  const { id, quarantinedFor } = conversation;
  return (
    <div class="note">
      <p>
        {words.quarantined} {quarantinedFor === null ? null : words.doubts[quarantinedFor]}
      </p>
      {desk.may("contact:write") ? (
        <Form desk={desk} action={`${pathOf(id)}/release`}>
          <button type="submit">{words.release}</button>
        </Form>
      ) : null}
    </div>
  );
}

/** The conversation that somebody else's answer made this one. */
async function linkedTo(desk: StaffDesk, { conversation: { linkedTo: id } }: Matter) {
  const linked = id === null ? undefined : await findMatter(desk.rt.db, id);
  if (!linked) return null;
  const { reference } = linked.conversation;
  return (
    <p class="note">
      {CONVERSATION[desk.lang].linked} <a href={pathOf(linked.conversation.id)}>{reference}</a>.
    </p>
  );
}

function replyArchived(desk: StaffDesk, { conversation }: Matter): Response {
  const words = CONVERSATION[desk.lang];
  const { id, reference } = conversation;
  const children = (
    <>
      <p>{words.archived}</p>
      <p>
        {desk.may("contact:archive") ? (
          <a class="button" href={`${INBOX}/archive/${id}`}>
            {words.toArchive}
          </a>
        ) : null}
      </p>
      <p>
        <a href={INBOX}>{words.toList}</a>
      </p>
    </>
  );
  return replyScreen(desk, { title: CONTACT[desk.lang].noSubject(reference), section: "contact", children });
}
