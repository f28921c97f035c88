import type { Child } from "hono/jsx";
import type { FieldError } from "../platform/errors.ts";
import { LANGUAGE_NAMES, LANGUAGES, type Language } from "../platform/languages.ts";
import { FIELD_WORDS } from "../platform/words.ts";
import type { Wording } from "./consent.ts";
import type { Standing } from "./preferences.ts";
import type { Subscriber } from "./preferences-store.ts";
import { PREFERENCES_WORDS } from "./preferences-words.ts";
import { topicInWords } from "./topics.ts";

/** What a form of the page came back with: what was typed, what is wrong with it, and whether no topic was left. */
export interface Returned {
  values: Readonly<Record<string, string>>;
  errors: readonly FieldError[];
  /** A sentence for what is wrong as a whole; null when the fields say it. */
  fault: string | null;
  hasNoTopic: boolean;
}

interface PreferencesProps {
  lang: Language;
  subscriber: Subscriber;
  standing: Standing;
  /** The topics that are offered, and those that they have. */
  topics: readonly string[];
  wording: Wording;
  /** Where the forms go, and where the receipt is. */
  action: string;
  receipt: string;
  /** What was done a moment ago. */
  done: "saved" | "asked" | "rejoined" | null;
  returned: Returned | null;
}

/** The preference centre: for who is a subscriber all that they can choose, for who is not what is the case. */
export function PreferencesPage(props: PreferencesProps) {
  const { lang, subscriber, standing, done, returned, receipt } = props;
  const words = PREFERENCES_WORDS[lang];
  const isActive = standing === "active";
  // No mail went to them, so none is announced.
  const isStopped = standing === "stopped";
  return (
    <>
      <h1>{words.title}</h1>
      {done && !(isStopped && done !== "saved") ? (
        <p class="note" role="status">
          {words[done]}
        </p>
      ) : null}
      {returned && !returned.hasNoTopic ? (
        <p class="note" role="alert">
          {returned.fault} {words.faults}
        </p>
      ) : null}
      {returned?.hasNoTopic ? <NoTopic {...props} /> : null}
      <p>{words.states[standing](subscriber.email)}</p>
      {isActive ? <ChoiceForm {...props} /> : null}
      {isActive ? <MoveForm {...props} /> : null}
      {isActive || isStopped || standing === "complained" ? null : <RejoinForm {...props} />}
      <h2>{words.receipt.title}</h2>
      <p>{words.receipt.text}</p>
      <p>
        <a href={receipt}>{words.receipt.label}</a>
      </p>
      {subscriber.status === "active" || subscriber.status === "pending" ? (
        <>
          <h2>{words.leave.title}</h2>
          <p id="leave-text">{words.leave.text}</p>
          <LeaveForm {...props} label={words.leave.label} />
        </>
      ) : null}
    </>
  );
}

type FormOf = Pick<PreferencesProps, "action"> & { does: "save" | "move" | "leave" | "rejoin"; children: Child };

function Form({ action, does, children }: FormOf) {
  return (
    <form method="post" action={action} novalidate>
      <input type="hidden" name="do" value={does} />
      {children}
    </form>
  );
}

const LeaveForm = ({ action, label }: Pick<PreferencesProps, "action"> & { label: string }) => (
  <Form action={action} does="leave">
    <button type="submit">{label}</button>
  </Form>
);

function NoTopic({ lang, action }: PreferencesProps) {
  const { title, text, label } = PREFERENCES_WORDS[lang].none;
  return (
    <section class="note" role="alert" aria-labelledby="no-topic">
      <h2 id="no-topic">{title}</h2>
      <p>{text}</p>
      <LeaveForm action={action} label={label} />
    </section>
  );
}

function ChoiceForm(props: PreferencesProps) {
  const { lang, subscriber, action, returned } = props;
  const words = PREFERENCES_WORDS[lang];
  const values = returned?.values["do"] === "save" ? returned.values : null;
  const errors = values ? (returned?.errors ?? []) : [];
  // A page that came back compares with what the first one showed.
  const seen = values?.["seen"] ?? subscriber.topics.join(",");
  const chosen = values?.["language"] ?? subscriber.lang;
  return (
    <Form action={action} does="save">
      <input type="hidden" name="seen" value={seen} />
      <Topics
        {...props}
        isTicked={(topic) => (values ? `topic.${topic}` in values : subscriber.topics.includes(topic))}
      />
      <FieldBox lang={lang} errors={errors} name="language" label={words.language}>
        <select {...attributesOf("language", errors)}>
          {LANGUAGES.map((other) => (
            <option value={other} lang={other} selected={other === chosen}>
              {LANGUAGE_NAMES[other]}
            </option>
          ))}
        </select>
      </FieldBox>
      <FieldBox lang={lang} errors={errors} name="name" label={words.name} hint={words.nameHint}>
        <input
          {...attributesOf("name", errors, "name-hint")}
          type="text"
          autocomplete="name"
          value={values?.["name"] ?? subscriber.name ?? ""}
        />
      </FieldBox>
      <button type="submit">{words.save}</button>
    </Form>
  );
}

function Topics({ lang, topics, wording, isTicked }: PreferencesProps & { isTicked: (topic: string) => boolean }) {
  const words = PREFERENCES_WORDS[lang];
  return (
    <fieldset class="choices" aria-describedby="wording">
      <legend>{words.topics}</legend>
      {topics.map((topic) => (
        <label>
          <input type="checkbox" name={`topic.${topic}`} checked={isTicked(topic)} />
          {topicInWords(topic, lang)}
        </label>
      ))}
      <p class="muted" id="wording">
        {words.consent} <q>{wording.text}</q>
      </p>
      <input type="hidden" name="wording" value={wording.sha256} />
    </fieldset>
  );
}

function MoveForm({ lang, action, returned }: PreferencesProps) {
  const words = PREFERENCES_WORDS[lang].move;
  const values = returned?.values["do"] === "move" ? returned.values : null;
  const errors = values ? (returned?.errors ?? []) : [];
  return (
    <>
      <h2>{words.title}</h2>
      <p id="move-text">{words.text}</p>
      <Form action={action} does="move">
        <FieldBox lang={lang} errors={errors} name="email" label={words.email}>
          <input
            {...attributesOf("email", errors, "move-text")}
            type="email"
            autocomplete="email"
            value={values?.["email"] ?? ""}
          />
        </FieldBox>
        <button type="submit">{words.label}</button>
      </Form>
    </>
  );
}

function RejoinForm(props: PreferencesProps) {
  const { lang, action, returned } = props;
  const words = PREFERENCES_WORDS[lang].rejoin;
  const values = returned?.values["do"] === "rejoin" ? returned.values : null;
  const errors = values ? (returned?.errors ?? []) : [];
  return (
    <>
      <h2>{words.title}</h2>
      <p>{words.text}</p>
      <Form action={action} does="rejoin">
        <ErrorText lang={lang} errors={errors} name="topics" />
        {/* None is ticked for them: that would be no consent. */}
        <Topics {...props} isTicked={(topic) => values !== null && `topic.${topic}` in values} />
        <button type="submit">{words.label}</button>
      </Form>
    </>
  );
}

const errorOf = (name: string, errors: readonly FieldError[]) => errors.find(({ path }) => path.split(".")[0] === name);

const attributesOf = (name: string, errors: readonly FieldError[], hint?: string) => {
  const isWrong = errorOf(name, errors) !== undefined;
  const describedBy = [hint, isWrong ? `${name}-error` : undefined].filter(Boolean).join(" ");
  return {
    id: name,
    name,
    ...(isWrong ? { "aria-invalid": "true" as const } : {}),
    ...(describedBy ? { "aria-describedby": describedBy } : {}),
  };
};

interface ErrorProps {
  lang: Language;
  errors: readonly FieldError[];
  name: string;
}

function ErrorText({ lang, errors, name }: ErrorProps) {
  const error = errorOf(name, errors);
  return error ? (
    <p class="error" id={`${name}-error`}>
      {FIELD_WORDS[lang][error.code]}
    </p>
  ) : null;
}

function FieldBox({ label, hint, children, ...rest }: ErrorProps & { label: string; hint?: string; children: Child }) {
  return (
    <div class="field">
      <label for={rest.name}>{label}</label>
      <ErrorText {...rest} />
      {children}
      {hint ? (
        <p class="muted" id={`${rest.name}-hint`}>
          {hint}
        </p>
      ) : null}
    </div>
  );
}
