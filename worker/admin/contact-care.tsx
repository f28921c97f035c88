import type { Conversation, Matter, Topic } from "../contact/store.ts";
import { CLOSE_REASONS } from "../contact/tables.ts";
import { CONVERSATION } from "./contact-conversation-words.ts";
import { CONTACT, topicName } from "./contact-words.ts";
import type { StaffDesk } from "./desk.ts";
import { Area, BasedOn, Field, Form, Select, type Typed, UNTOUCHED } from "./form.tsx";

/** Reasons that a member of staff can give. */
export const STAFF_REASONS = CLOSE_REASONS.filter((reason) => reason !== "by-person");

interface CareProps {
  desk: StaffDesk;
  matter: Matter;
  path: string;
  /** Names of those who may handle it, by id. */
  handlers: Readonly<Record<string, string>>;
  topics: readonly Topic[];
  /** What was typed in one of the forms, when it was refused. */
  typed: Typed | undefined;
}

/** What can be done with a conversation besides answering it, a form each. */
export function Care({ desk, matter, path, handlers, topics, typed = UNTOUCHED }: CareProps) {
  const { lang } = desk;
  const { conversation, topic } = matter;
  const [words, list] = [CONVERSATION[lang], CONTACT[lang]];
  const { version, assignee, topicId, customerNumber } = conversation;
  // One that was removed stays with what has it.
  const offered = topic && topics.every(({ id }) => id !== topic.id) ? [...topics, topic] : topics;
  return (
    <section aria-labelledby="handling" class="care">
      <h2 id="handling">{words.handling}</h2>
      <Form desk={desk} action={`${path}/assign`}>
        <BasedOn version={version} />
        <Select
          {...{ lang, typed }}
          name="assignee"
          label={list.assignee}
          value={assignee ?? ""}
          options={{ "": list.nobody, ...handlers }}
        />
        <button type="submit" class="second">
          {words.assign}
        </button>
      </Form>
      <Form desk={desk} action={`${path}/topic`}>
        <BasedOn version={version} />
        <Select
          {...{ lang, typed }}
          name="topic"
          label={list.topic}
          value={topicId ?? ""}
          options={{
            "": list.noTopic,
            ...Object.fromEntries(offered.map((one) => [one.id, topicName(lang, one)])),
          }}
        />
        <button type="submit" class="second">
          {words.sort}
        </button>
      </Form>
      <Form desk={desk} action={`${path}/customer`}>
        <BasedOn version={version} />
        <Field
          {...{ lang, typed }}
          name="customer"
          label={words.customerNumber}
          value={customerNumber ?? ""}
          hint={words.tieHint}
          maxlength={64}
        />
        <button type="submit" class="second">
          {words.tie}
        </button>
      </Form>
      <Ending {...{ desk, conversation, path }} />
    </section>
  );
}

/** The ways in which a conversation ends, and begins again. */
function Ending({ desk, conversation, path }: Pick<CareProps, "desk" | "path"> & { conversation: Conversation }) {
  const { lang } = desk;
  const words = CONVERSATION[lang];
  const { version, closedAt, status } = conversation;
  return (
    <>
      {closedAt === null ? (
        <Form desk={desk} action={`${path}/close`}>
          <BasedOn version={version} />
          <Select
            {...{ lang }}
            typed={UNTOUCHED}
            name="reason"
            label={words.closing}
            options={Object.fromEntries(STAFF_REASONS.map((reason) => [reason, words.reasons[reason]]))}
          />
          <button type="submit" class="second">
            {words.close}
          </button>
        </Form>
      ) : null}
      {status === "closed" || status === "waiting" ? (
        <Form desk={desk} action={`${path}/reopen`}>
          <BasedOn version={version} />
          <button type="submit" class="second">
            {words.reopen}
          </button>
        </Form>
      ) : null}
      <Form desk={desk} action={`${path}/spam`}>
        <BasedOn version={version} />
        <label class="check">
          <input type="checkbox" name="block" value="yes" />
          <span>{words.block}</span>
        </label>
        <button type="submit" class="second">
          {words.spam}
        </button>
      </Form>
      <p>
        <a href={`${path}/erase`}>{words.erase}</a>
      </p>
    </>
  );
}

/** The form of a note that stays here. */
export function NoteForm({ desk, path, typed = UNTOUCHED }: Pick<CareProps, "desk" | "path" | "typed">) {
  const { lang } = desk;
  const words = CONVERSATION[lang];
  // The script keeps a note until it is told that it is saved.
  const isSaved = desk.c.req.query("done") === "noted";
  return (
    <section aria-labelledby="noting" data-note={isSaved ? "saved" : "open"}>
      <h2 id="noting">{words.addNote}</h2>
      <Form desk={desk} action={`${path}/notes`}>
        <Area {...{ lang, typed }} name="note" label={words.note} hint={words.noteHint} rows={4} required />
        <button type="submit" class="second">
          {words.saveNote}
        </button>
      </Form>
    </section>
  );
}
