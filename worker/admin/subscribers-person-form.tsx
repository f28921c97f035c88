import { changeShape } from "../newsletter/list-shapes.ts";
import type { Subscriber } from "../newsletter/list-store.ts";
import { topicInWords } from "../newsletter/topics.ts";
import { LANGUAGE_NAMES } from "../platform/languages.ts";
import type { StaffDesk, Form as Values } from "./desk.ts";
import { Field, Form, Select, type Typed, UNTOUCHED } from "./form.tsx";
import { PERSON } from "./subscribers-person-words.ts";
import { SUBSCRIBERS } from "./subscribers-words.ts";
import { SHELL } from "./words.ts";

/** What the form about a subscriber brings: all of it, as boxes that are not ticked are not sent. */
export const personShape = changeShape.required({ name: true, lang: true, labels: true });

/** Each label, and each topic to be taken off, is a box of its own: of a form's repeated names only one is read. */
const BOX = "label:";
const OFF = "off:";

const boxesIn = (form: Values, start: string): string[] =>
  Object.keys(form).flatMap((name) => (name.startsWith(start) ? [name.slice(start.length)] : []));

/** What a form changes; of topics it can only take off. */
export function changeIn(form: Values, { topics }: Subscriber) {
  const off = boxesIn(form, OFF);
  const kept = topics.filter((topic) => !off.includes(topic));
  return {
    ...{ name: form["name"], lang: form["lang"], labels: boxesIn(form, BOX) },
    ...(kept.length === topics.length ? {} : { topics: kept }),
  };
}

/** What a form was drawn from: when that has changed since, somebody else was first. */
export const seenOf = ({ name, lang, labels, topics }: Subscriber): string =>
  JSON.stringify([name, lang, labels, topics]);

interface EditProps {
  desk: StaffDesk;
  subscriber: Subscriber;
  /** Undefined before anyone sent it. */
  typed: Typed | undefined;
  labels: readonly string[];
  /** Somebody else changed the subscriber since this form was drawn. */
  isBehind: boolean;
}

/** What staff may change: a name, a language, internal topics, and topics to be taken off. */
export function Edit({ desk, subscriber, typed: sent, labels, isBehind }: EditProps) {
  const { lang } = desk;
  const words = PERSON[lang];
  const typed = sent ?? UNTOUCHED;
  const has = (label: string) => (sent ? sent.values[BOX + label] !== undefined : subscriber.labels.includes(label));
  const all = [...new Set([...labels, ...subscriber.labels])];
  return (
    <section aria-labelledby="edit">
      <h2 id="edit">{words.edit}</h2>
      {isBehind ? (
        <p class="fault" role="alert">
          {words.behind}
        </p>
      ) : null}
      <Form desk={desk} action={`/admin/subscribers/${subscriber.id}`} class="narrow">
        <input type="hidden" name="seen" value={seenOf(subscriber)} />
        <Field
          {...{ lang, typed }}
          name="name"
          label={SUBSCRIBERS[lang].name}
          value={subscriber.name ?? ""}
          hint={words.nameHint}
          maxlength={120}
        />
        <Select
          {...{ lang, typed }}
          name="lang"
          label={SUBSCRIBERS[lang].lang}
          value={subscriber.lang}
          options={LANGUAGE_NAMES}
        />
        {all.length === 0 ? null : (
          <fieldset>
            <legend>{SUBSCRIBERS[lang].labels}</legend>
            {all.map((label) => (
              <label class="check">
                <input type="checkbox" name={BOX + label} value="on" checked={has(label)} />
                <span>{label}</span>
              </label>
            ))}
          </fieldset>
        )}
        {subscriber.status !== "active" || subscriber.topics.length < 2 ? null : (
          <fieldset>
            <legend>{words.takeOff}</legend>
            <p class="muted">{words.takeOffHint}</p>
            {subscriber.topics.map((topic) => (
              <label class="check">
                <input
                  type="checkbox"
                  name={OFF + topic}
                  value="on"
                  checked={typed.values[OFF + topic] !== undefined}
                />
                <span>{topicInWords(topic, lang)}</span>
              </label>
            ))}
          </fieldset>
        )}
        <button type="submit">{SHELL[lang].save}</button>
      </Form>
    </section>
  );
}
