import type { Hono } from "hono";
import { suppressionsOf } from "../mail/suppression.ts";
import { listLabels } from "../newsletter/label-store.ts";
import { eraseSubscriber, leaveSubscriber } from "../newsletter/leaving.ts";
import type { Subscriber } from "../newsletter/list-store.ts";
import { changeSubscriber, resendConfirmation, subscriberOf } from "../newsletter/person.ts";
import { timelineOf } from "../newsletter/timeline.ts";
import { topicInWords } from "../newsletter/topics.ts";
import { Refusal } from "../platform/errors.ts";
import type { House } from "../platform/http.ts";
import { actorNames, actorOf } from "./actors.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { check, Form, faultsOf, replyConfirm, type Typed, typedAgain, UNTOUCHED } from "./form.tsx";
import { doneSaid, replyScreen } from "./shell.tsx";
import { Certainty } from "./subscribers-certainty.tsx";
import { languageInWords } from "./subscribers-filter.tsx";
import { changeIn, Edit, personShape, seenOf } from "./subscribers-person-form.tsx";
import { PERSON } from "./subscribers-person-words.ts";
import { Timeline } from "./subscribers-timeline.tsx";
import { SUBSCRIBERS } from "./subscribers-words.ts";
import { Facts, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const LIST = "/admin/subscribers";
const PATH = `${LIST}/:id`;

/** Adds the pages about one subscriber. */
export function addSubscriber(routes: Hono<House>): void {
  routes.get(
    PATH,
    screen("newsletter:read", async (desk) => replyPerson(desk, await subscriberIn(desk))),
  );

  routes.post(
    PATH,
    action("newsletter:write", async (desk, form) => {
      const subscriber = await subscriberIn(desk);
      const again = (state: State, status: number) => replyPerson(desk, subscriber, state, status);
      const checked = check(personShape, form, changeIn(form, subscriber));
      if ("typed" in checked) return again(checked, 422);
      const typed: Typed = { values: form, errors: [] };
      if (form["seen"] !== seenOf(subscriber)) return again({ typed, isBehind: true }, 409);
      try {
        await changeSubscriber(desk.rt, subscriber.id, checked.value, actorOf(desk));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.code !== "edited_meanwhile") return again({ typed: typedAgain(error, form) }, 422);
        // Read again: the other's change came after our first look.
        return replyPerson(desk, await subscriberIn(desk), { typed, isBehind: true }, error.status);
      }
      return goTo(desk, `${LIST}/${subscriber.id}`, "saved");
    }),
  );

  for (const order of ["leave", "erase"] as const) {
    routes.get(
      `${PATH}/${order}`,
      screen("newsletter:write", async (desk) => {
        const { id, email } = await subscriberIn(desk);
        const words = PERSON[desk.lang];
        return replyConfirm(desk, {
          title: words[`${order}Title`](email),
          text: words[`${order}Text`],
          label: words[order],
          action: `${LIST}/${id}/${order}`,
          back: `${LIST}/${id}`,
        });
      }),
    );
  }

  routes.post(
    `${PATH}/resend`,
    action("newsletter:write", async (desk) => {
      const { id } = await subscriberIn(desk);
      const isSent = await resendConfirmation(desk.rt, id);
      return goTo(desk, `${LIST}/${id}`, isSent ? "resent" : "not-resent");
    }),
  );

  routes.post(
    `${PATH}/leave`,
    action("newsletter:write", async (desk) => {
      const { id } = await subscriberIn(desk);
      await leaveSubscriber(desk.rt, id, "staff", actorOf(desk));
      return goTo(desk, `${LIST}/${id}`, "left");
    }),
  );

  routes.post(
    `${PATH}/erase`,
    action("newsletter:write", async (desk) => {
      // Who presses twice is told the same: nobody is there any more.
      await eraseSubscriber(desk.rt, idIn(desk), actorOf(desk));
      return goTo(desk, LIST, "erased");
    }),
  );
}

const idIn = ({ c }: StaffDesk): string => c.req.param("id") ?? "";
const subscriberIn = (desk: StaffDesk): Promise<Subscriber> => subscriberOf(desk.rt, idIn(desk));
interface State {
  typed?: Typed;
  /** Somebody else changed the subscriber since the form was drawn. */
  isBehind?: boolean;
}

async function replyPerson(
  desk: StaffDesk,
  subscriber: Subscriber,
  { typed, isBehind = false }: State = {},
  status = 200,
): Promise<Response> {
  const { rt, lang } = desk;
  const words = PERSON[lang];
  const mayWrite = desk.may("newsletter:write");
  const [labels, stops, steps, names] = await Promise.all([
    listLabels(rt.db),
    suppressionsOf(rt, [subscriber.email], "newsletter"),
    timelineOf(rt, subscriber),
    actorNames(rt),
  ]);
  const stop = stops.get(subscriber.email);
  const children = (
    <>
      {stop ? <p class="note">{words.stopped[stop.reason]}</p> : null}
      <Facts facts={factsOf(desk, subscriber)} />
      <Certainty {...{ desk, steps, names }} />
      {mayWrite ? <Edit {...{ desk, subscriber, typed, isBehind }} labels={labels.map(({ name }) => name)} /> : null}
      {mayWrite ? <Orders desk={desk} subscriber={subscriber} /> : null}
      <Timeline {...{ desk, steps, names }} />
      <p>
        <a href={LIST}>{words.back}</a>
      </p>
    </>
  );
  const done = doneSaid(desk, words.done);
  const { name, lang: language, labels: marks, topics } = SUBSCRIBERS[lang];
  const faults = faultsOf(lang, typed ?? UNTOUCHED, { name, lang: language, labels: marks, topics });
  return replyScreen(desk, { title: subscriber.email, section: "subscribers", done, faults, children }, status);
}

function factsOf(desk: StaffDesk, subscriber: Subscriber) {
  const { lang } = desk;
  const words = SUBSCRIBERS[lang];
  const { none } = SHELL[lang];
  const { email, name, status, topics, labels, source, requestedAt, confirmedAt, leftAt } = subscriber;
  const moments = [
    [words.confirmed, confirmedAt],
    [words.stopped, leftAt],
  ] as const;
  return [
    [words.status, words.statuses[status]],
    [words.email, email],
    [words.name, name ?? none],
    [words.lang, languageInWords(subscriber.lang)],
    [words.topics, topics.map((topic) => topicInWords(topic, lang)).join(", ") || none],
    [words.labels, labels.join(", ") || none],
    [words.source, source],
    [words.requested, <When desk={desk} at={requestedAt} />],
    ...moments.flatMap(([name, at]) => (at === null ? [] : [[name, <When desk={desk} at={at} />] as const])),
  ] as const;
}

/** What can be done in somebody's place. */
function Orders({ desk, subscriber }: { desk: StaffDesk; subscriber: Subscriber }) {
  const words = PERSON[desk.lang];
  const { id, status } = subscriber;
  return (
    <section aria-labelledby="orders">
      <h2 id="orders">{words.doFor}</h2>
      <div class="row">
        {status === "pending" ? (
          <Form desk={desk} action={`${LIST}/${id}/resend`}>
            <button type="submit" class="second">
              {words.resend}
            </button>
          </Form>
        ) : null}
        {status === "left" || status === "complained" ? null : <a href={`${LIST}/${id}/leave`}>{words.leave}</a>}
        <a href={`${LIST}/${id}/erase`}>{words.erase}</a>
      </div>
    </section>
  );
}
