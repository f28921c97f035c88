import type { Hono } from "hono";
import { previewAction, startAction } from "../newsletter/action.ts";
import { type Label, listLabels } from "../newsletter/label-store.ts";
import { type ActionInput, actionShape, filterShape } from "../newsletter/list-shapes.ts";
import type { Subscriber } from "../newsletter/list-store.ts";
import { topicInWords } from "../newsletter/topics.ts";
import { base64url } from "../platform/bytes.ts";
import { type House, parse } from "../platform/http.ts";
import { LANGUAGE_NAMES, type Language } from "../platform/languages.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { Form, faultsOf, type Typed, typedAgain } from "./form.tsx";
import { countedInWords, isOne } from "./format.ts";
import { replyScreen } from "./shell.tsx";
import { ACTIONS } from "./subscribers-actions-words.ts";
import {
  filterInWords,
  languageInWords,
  queryOf,
  rawFilter,
  type SubscriberFilter,
  withFilter,
} from "./subscribers-filter.tsx";
import { SUBSCRIBERS } from "./subscribers-words.ts";
import { type Column, Table } from "./table.tsx";
import { SHELL } from "./words.ts";

const LIST = "/admin/subscribers";
const PATH = `${LIST}/actions`;

type Kind = ActionInput["kind"];
const KINDS = actionShape.shape.kind.options;

/** What cannot be turned back, and is pressed with care. */
const GRAVE: readonly Kind[] = ["leave", "erase"];

/** Adds the page on which an action is chosen and looked at, and what starts it. */
export function addNewAction(routes: Hono<House>): void {
  routes.get(
    `${PATH}/new`,
    screen("newsletter:write", async (desk) => {
      const query = new URL(desk.c.req.url).searchParams;
      const filter = parse(filterShape, rawFilter(query));
      const kind = query.get("kind");
      if (kind === null) return replyNew(desk, filter, { kind: null, argument: "" });
      const wish = { kind, argument: query.get(kind) ?? "" };
      try {
        const input = parse(actionShape, { ...wish, filter, argument: wish.argument || null });
        return replyNew(desk, filter, wish, {
          input,
          preview: await previewAction(desk.rt, input, query.has("exact")),
        });
      } catch (error) {
        return replyNew(desk, filter, wish, undefined, typedAgain(error, {}));
      }
    }),
  );

  routes.post(
    PATH,
    action("newsletter:write", async (desk, form) => {
      const filter = parse(filterShape, rawFilter(new URLSearchParams(form["filter"])));
      const input = parse(actionShape, { kind: form["kind"], argument: form["argument"] || null, filter });
      // Who presses twice, or sends the form again, is led to the action that began.
      const id = await startAction(desk.rt, input, `staff:${desk.member.id}`, form["key"] || undefined);
      return goTo(desk, `${PATH}/${id}`, "started");
    }),
  );
}

/** The label, topic or language of an action, as people read it; empty when it has none. */
export function argumentInWords(lang: Language, kind: Kind, argument: string | null): string {
  if (argument === null) return "";
  if (kind === "remove-topic") return topicInWords(argument, lang);
  return kind === "set-language" ? languageInWords(argument) : argument;
}

interface Wish {
  kind: string | null;
  argument: string;
}

interface Looked {
  input: ActionInput;
  preview: Awaited<ReturnType<typeof previewAction>>;
}

async function replyNew(
  desk: StaffDesk,
  filter: SubscriberFilter,
  wish: Wish,
  looked?: Looked,
  typed: Typed = { values: {}, errors: [] },
): Promise<Response> {
  const { rt, lang } = desk;
  const words = ACTIONS[lang];
  const children = (
    <>
      <h2>{words.who}</h2>
      <p>
        {filterInWords(lang, filter) ?? words.everyone} (<a href={withFilter(LIST, filter)}>{words.other}</a>)
      </p>
      <Kinds {...{ desk, filter, wish }} labels={await listLabels(rt.db)} />
      {looked ? <Preview desk={desk} looked={looked} /> : null}
    </>
  );
  const labels = { kind: words.kind, argument: argumentLabel(lang, wish.kind) };
  const faults = faultsOf(lang, typed, labels).map(({ field, text }) => ({
    field: field === "argument" ? (wish.kind ?? "kind") : field,
    text,
  }));
  const status = typed.errors.length > 0 ? 422 : 200;
  return replyScreen(desk, { title: words.newTitle, section: "subscribers", faults, children }, status);
}

function argumentLabel(lang: Language, kind: string | null): string {
  const words = ACTIONS[lang];
  if (kind === "remove-topic") return words.topic;
  return kind === "set-language" ? words.lang : words.label;
}

interface KindsProps {
  desk: StaffDesk;
  filter: SubscriberFilter;
  wish: Wish;
  labels: readonly Label[];
}

/** What can be done: a choice, each with what it needs beside it. It only leads on to the preview. */
function Kinds({ desk, filter, wish, labels }: KindsProps) {
  const { lang, rt } = desk;
  const words = ACTIONS[lang];
  const marks = Object.fromEntries(labels.map(({ name }) => [name, name]));
  const topics = Object.fromEntries(rt.settings.TOPICS.map((topic) => [topic, topicInWords(topic, lang)]));
  const needs: Partial<Record<Kind, Readonly<Record<string, string>>>> = {
    "add-label": marks,
    "remove-label": marks,
    "remove-topic": topics,
    "set-language": LANGUAGE_NAMES,
  };
  return (
    <form method="get" action={`${PATH}/new`} class="narrow">
      {[...queryOf(filter)].map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <fieldset>
        <legend>{words.kind}</legend>
        {KINDS.map((kind) => {
          const options = needs[kind];
          if (options && Object.keys(options).length === 0) return null;
          return (
            <>
              <label class="check">
                <input type="radio" name="kind" value={kind} checked={wish.kind === kind} required />
                <span>{words.kinds[kind]}</span>
              </label>
              {options ? (
                <select
                  id={kind}
                  name={kind}
                  class="need"
                  aria-label={`${words.kinds[kind]}: ${argumentLabel(lang, kind)}`}
                >
                  {Object.entries(options).map(([value, said]) => (
                    <option value={value} selected={wish.kind === kind && wish.argument === value}>
                      {said}
                    </option>
                  ))}
                </select>
              ) : null}
            </>
          );
        })}
      </fieldset>
      {labels.length > 0 ? null : (
        <p class="muted">
          {words.noLabel} <a href={`${LIST}/labels`}>{words.makeLabel}</a>
        </p>
      )}
      <div class="row">
        <button type="submit" class={wish.kind === null ? "" : "second"}>
          {words.look}
        </button>
        <a href={withFilter(LIST, filter)}>{SHELL[lang].cancel}</a>
      </div>
    </form>
  );
}

/** To how many something will happen, who they are, whether it can be undone, and the button that does it. */
function Preview({ desk, looked }: { desk: StaffDesk; looked: Looked }) {
  const { lang } = desk;
  const words = ACTIONS[lang];
  const { input, preview } = looked;
  const { kind, argument, filter } = input;
  const { matched, changes, canUndo, first } = preview;
  const columns: Column<Subscriber>[] = [
    { name: "email", label: SUBSCRIBERS[lang].email, cell: ({ id, email }) => <a href={`${LIST}/${id}`}>{email}</a> },
    {
      name: "status",
      label: SUBSCRIBERS[lang].status,
      cell: ({ status }) => SUBSCRIBERS[lang].statuses[status],
    },
    { name: "labels", label: SUBSCRIBERS[lang].labels, cell: ({ labels }) => labels.join(", ") || SHELL[lang].none },
  ];
  const isNone = changes.count === 0 && !changes.isMore;
  const said = isOne(changes) ? words.willChangeOne : words.willChange(countedInWords(changes, lang));
  const exact = new URLSearchParams([...new URL(desk.c.req.url).searchParams, ["exact", "1"]]);
  return (
    <section aria-labelledby="preview">
      <h2 id="preview">{words.preview}</h2>
      <p>{words.does[kind](argumentInWords(lang, kind, argument))}</p>
      <p role="status">
        <strong>{isNone ? words.willNobody : said}</strong> {words.matched(countedInWords(matched, lang))}{" "}
        {matched.isMore || changes.isMore ? <a href={`${PATH}/new?${exact}`}>{words.countExactly}</a> : null}
      </p>
      {isNone ? null : (
        <>
          <p>{canUndo ? words.canUndo : words.cannotUndo}</p>
          <Form desk={desk} action={PATH}>
            <input type="hidden" name="filter" value={queryOf(filter).toString()} />
            <input type="hidden" name="kind" value={kind} />
            <input type="hidden" name="argument" value={argument ?? ""} />
            <input type="hidden" name="key" value={base64url(desk.rt.random(12))} />
            <button type="submit" class={GRAVE.includes(kind) ? "danger" : ""}>
              {`${words.start}: ${words.kinds[kind].toLowerCase()}`}
            </button>
          </Form>
          <h3>{words.first}</h3>
          <Table desk={desk} caption={words.first} columns={columns} rows={first} empty="" />
        </>
      )}
    </section>
  );
}
