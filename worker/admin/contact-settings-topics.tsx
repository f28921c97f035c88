import type { Hono } from "hono";
import { topicShape } from "../contact/settings-shapes.ts";
import type { Topic } from "../contact/store.ts";
import { createTopic, removeTopic, saveTopic, topicOf } from "../contact/topic.ts";
import { Refusal } from "../platform/errors.ts";
import type { House } from "../platform/http.ts";
import { actorNames, actorOf } from "./actors.ts";
import { SETTINGS } from "./contact-paths.ts";
import { addRemoval, versionIn } from "./contact-settings-edits.ts";
import { CONTACT_SETTINGS } from "./contact-settings-words.ts";
import { action, goTo, type StaffDesk, screen, type Form as Values } from "./desk.ts";
import { BasedOn, check, Field, Form, faultsOf, type Typed, typedAgain, UNTOUCHED } from "./form.tsx";
import { replyScreen } from "./shell.tsx";
import { Facts, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const PATH = `${SETTINGS}/topics`;

/** Adds the pages about topics: a new one, each, and the question before one goes. */
export function addTopics(routes: Hono<House>): void {
  routes.get(
    `${PATH}/new`,
    screen("contact:settings", (desk) => replyNew(desk, UNTOUCHED)),
  );

  routes.post(
    PATH,
    action("contact:settings", async (desk, form) => {
      const checked = check(topicShape, form);
      if ("typed" in checked) return replyNew(desk, checked.typed, 422);
      try {
        await createTopic(desk.rt, checked.value, actorOf(desk));
      } catch (error) {
        return replyNew(desk, typedAgain(error, form), 422);
      }
      return goTo(desk, SETTINGS, "topic-added");
    }),
  );

  routes.get(
    `${PATH}/:id`,
    screen("contact:settings", async (desk) => replyTopic(desk, await topicIn(desk), UNTOUCHED)),
  );

  routes.post(
    `${PATH}/:id`,
    action("contact:settings", async (desk, form) => {
      const topic = await topicIn(desk);
      const checked = check(topicShape, form);
      if ("typed" in checked) return replyTopic(desk, topic, checked.typed, 422);
      try {
        await saveTopic(desk.rt, topic.id, versionIn(desk, form, topic), checked.value, actorOf(desk));
      } catch (error) {
        if (error instanceof Refusal && error.code === "edited_meanwhile") return replyBehind(desk, form);
        return replyTopic(desk, topic, typedAgain(error, form), 422);
      }
      return goTo(desk, SETTINGS, "topic-saved");
    }),
  );

  addRemoval(routes, {
    path: PATH,
    need: "contact:settings",
    find: topicIn,
    words({ lang }, { names }) {
      const words = CONTACT_SETTINGS[lang];
      return { title: words.removeTopicTitle(names[lang]), text: words.removeTopicText, label: words.removeTopic };
    },
    remove: removeTopic,
    to: SETTINGS,
    done: "topic-removed",
  });
}

const topicIn = ({ rt, c }: StaffDesk): Promise<Topic> => topicOf(rt, c.req.param("id") ?? "");

const labelsIn = ({ lang }: StaffDesk) => {
  const { nameNl: nl, nameEn: en, firstHours, solvedHours, retentionMonths } = CONTACT_SETTINGS[lang];
  return { nl, en, firstHours, solvedHours, retentionMonths };
};

function replyNew(desk: StaffDesk, typed: Typed, status = 200): Response {
  const { lang } = desk;
  const words = CONTACT_SETTINGS[lang];
  const { CONTACT_FIRST_HOURS, CONTACT_SOLVED_HOURS } = desk.rt.settings;
  const usual = { nl: "", en: "", firstHours: CONTACT_FIRST_HOURS, solvedHours: CONTACT_SOLVED_HOURS };
  const children = (
    <Form desk={desk} action={PATH} class="narrow">
      <TopicFields {...{ desk, typed }} values={{ ...usual, retentionMonths: 24 }} />
      <div class="row">
        <button type="submit">{words.addTopic}</button>
        <a href={SETTINGS}>{SHELL[lang].cancel}</a>
      </div>
    </Form>
  );
  const faults = faultsOf(lang, typed, labelsIn(desk));
  return replyScreen(desk, { title: words.newTopic, section: "contact", faults, children }, status);
}

/** The topic as it is now, below what its writer typed: nothing of either is lost. */
async function replyBehind(desk: StaffDesk, form: Values): Promise<Response> {
  const now = await topicIn(desk);
  return replyTopic(desk, now, { values: form, errors: [] }, 409);
}

async function replyTopic(desk: StaffDesk, topic: Topic, typed: Typed, status = 200): Promise<Response> {
  const { lang } = desk;
  const words = CONTACT_SETTINGS[lang];
  const { id, names, version, changedAt } = topic;
  const children = (
    <>
      {status === 409 ? <Behind desk={desk} topic={topic} who={await writerOf(desk, topic)} /> : null}
      <p class="muted">
        {words.changed}: <When desk={desk} at={changedAt} />
      </p>
      <Form desk={desk} action={`${PATH}/${id}`} class="narrow">
        <BasedOn version={version} />
        <TopicFields {...{ desk, typed }} values={{ ...topic, ...names }} />
        <div class="row">
          <button type="submit">{words.saveTopic}</button>
          <a href={SETTINGS}>{SHELL[lang].cancel}</a>
        </div>
      </Form>
      <p class="row">
        <a href={`${PATH}/${id}/remove`}>{words.removeTopic}</a>
      </p>
    </>
  );
  const faults = faultsOf(lang, typed, labelsIn(desk));
  return replyScreen(desk, { title: names[lang], section: "contact", faults, children }, status);
}

const writerOf = async ({ rt, lang }: StaffDesk, { changedBy }: Topic): Promise<string> =>
  (await actorNames(rt)).get(changedBy) ?? CONTACT_SETTINGS[lang].nobody;

function Behind({ desk, topic, who }: { desk: StaffDesk; topic: Topic; who: string }) {
  const words = CONTACT_SETTINGS[desk.lang];
  const values: Record<string, string | number> = { ...topic.names, ...numbersOf(topic) };
  return (
    <div class="fault" role="alert">
      <p>{words.behind(who)}</p>
      <Facts facts={Object.entries(labelsIn(desk)).map(([name, label]) => [label, values[name]] as const)} />
      <p>{words.behindNext}</p>
    </div>
  );
}

const numbersOf = ({ firstHours, solvedHours, retentionMonths }: Topic) => ({
  firstHours,
  solvedHours,
  retentionMonths,
});

interface FieldsProps {
  desk: StaffDesk;
  typed: Typed;
  values: Readonly<Record<"nl" | "en", string> & Record<"firstHours" | "solvedHours" | "retentionMonths", number>>;
}

function TopicFields({ desk, typed, values }: FieldsProps) {
  const { lang } = desk;
  const words = CONTACT_SETTINGS[lang];
  const labels = labelsIn(desk);
  const hints = { firstHours: words.targetsHint, solvedHours: undefined, retentionMonths: words.retentionHint };
  return (
    <>
      {(["nl", "en"] as const).map((name) => (
        <Field {...{ lang, typed, name, label: labels[name], value: values[name] }} maxlength={80} required />
      ))}
      {(["firstHours", "solvedHours", "retentionMonths"] as const).map((name) => {
        const hint = hints[name];
        const more = hint === undefined ? {} : { hint };
        return (
          <Field
            {...{ lang, typed, name, label: labels[name], value: String(values[name]), ...more }}
            maxlength={5}
            required
          />
        );
      })}
    </>
  );
}
