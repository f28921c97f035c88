import type { Hono } from "hono";
import { resolveFilter } from "../newsletter/filter.ts";
import { filterShape, segmentShape } from "../newsletter/list-shapes.ts";
import { countFound } from "../newsletter/list-store.ts";
import { createSegment, removeSegment, saveSegment } from "../newsletter/segment.ts";
import { findSegment, listSegments, type Segment } from "../newsletter/segment-store.ts";
import { Refusal } from "../platform/errors.ts";
import { type House, parse } from "../platform/http.ts";
import type { Language } from "../platform/languages.ts";
import { actorOf } from "./actors.ts";
import { action, goTo, type StaffDesk, screen } from "./desk.ts";
import { check, Field, Form, faultsOf, replyConfirm, type Typed, typedAgain, UNTOUCHED } from "./form.tsx";
import { countedInWords } from "./format.ts";
import { doneSaid, replyScreen } from "./shell.tsx";
import { filterInWords, queryOf, rawFilter, type SubscriberFilter, withFilter } from "./subscribers-filter.tsx";
import { SEGMENTS } from "./subscribers-segments-words.ts";
import { SUBSCRIBERS } from "./subscribers-words.ts";
import { type Column, Facts, Table, When } from "./table.tsx";
import { SHELL } from "./words.ts";

const LIST = "/admin/subscribers";
const PATH = `${LIST}/segments`;

/** Adds the pages about segments: all of them, a new one, and each. */
export function addSegments(routes: Hono<House>): void {
  routes.get(PATH, screen("newsletter:read", replySegments));

  routes.get(
    `${PATH}/new`,
    screen("newsletter:write", (desk) => replyNew(desk, filterOf(new URL(desk.c.req.url).search), UNTOUCHED)),
  );

  routes.post(
    PATH,
    action("newsletter:write", async (desk, form) => {
      const filter = filterOf(form["filter"]);
      const checked = check(segmentShape, form, { name: form["name"], filter });
      if ("typed" in checked) return replyNew(desk, filter, checked.typed, 422);
      try {
        const id = await createSegment(desk.rt, checked.value, actorOf(desk));
        return goTo(desk, withFilter(LIST, filter, { segment: id }), "segment-saved");
      } catch (error) {
        return replyNew(desk, filter, typedAgain(error, form), 422);
      }
    }),
  );

  routes.get(
    `${PATH}/:id`,
    screen("newsletter:read", async (desk) => replySegment(desk, await segmentOf(desk), UNTOUCHED)),
  );

  // With a filter it comes from the list, where filters are chosen; without, from the segment's own page.
  routes.post(
    `${PATH}/:id`,
    action("newsletter:write", async (desk, form) => {
      const segment = await segmentOf(desk);
      const refilters = form["filter"] !== undefined;
      const filter = refilters ? filterOf(form["filter"]) : segment.filter;
      const checked = check(segmentShape, form, { name: form["name"], filter });
      if ("typed" in checked) return replySegment(desk, segment, checked.typed, 422);
      try {
        await saveSegment(desk.rt, segment.id, checked.value, actorOf(desk));
      } catch (error) {
        return replySegment(desk, segment, typedAgain(error, form), 422);
      }
      return refilters
        ? goTo(desk, withFilter(LIST, filter, { segment: segment.id }), "segment-saved")
        : goTo(desk, `${PATH}/${segment.id}`, "saved");
    }),
  );

  routes.get(
    `${PATH}/:id/remove`,
    screen("newsletter:write", async (desk) => {
      const { id, name } = await segmentOf(desk);
      const words = SEGMENTS[desk.lang];
      return replyConfirm(desk, {
        title: words.removeTitle(name),
        text: words.removeText,
        label: words.remove,
        action: `${PATH}/${id}/remove`,
        back: `${PATH}/${id}`,
      });
    }),
  );

  routes.post(
    `${PATH}/:id/remove`,
    action("newsletter:write", async (desk) => {
      try {
        await removeSegment(desk.rt, idIn(desk), actorOf(desk));
      } catch (error) {
        // Who presses twice is told the same: it is gone.
        if (!(error instanceof Refusal) || error.code !== "not_found") throw error;
      }
      return goTo(desk, PATH, "removed");
    }),
  );
}

const idIn = ({ c }: StaffDesk): string => c.req.param("id") ?? "";
/** The filter that a form or an address carries. Refuses invalid_input: nothing is done with others than were shown. */
const filterOf = (query = ""): SubscriberFilter => parse(filterShape, rawFilter(new URLSearchParams(query)));

/** What is not right with a segment, in words; a whole address in it in a sentence of its own. */
const faultsIn = (lang: Language, typed: Typed, name: string) =>
  typed.errors.some(({ path }) => path === "filter.search")
    ? [{ field: "name", text: SEGMENTS[lang].wholeAddress }]
    : faultsOf(lang, typed, { name });

async function segmentOf(desk: StaffDesk): Promise<Segment> {
  const segment = await findSegment(desk.rt.db, idIn(desk));
  if (!segment) throw new Refusal("not_found");
  return segment;
}

async function replySegments(desk: StaffDesk): Promise<Response> {
  const { rt, lang } = desk;
  const words = SEGMENTS[lang];
  const segments = await listSegments(rt.db);
  const columns: Column<Segment>[] = [
    { name: "segment", label: words.segment, cell: ({ id, name }) => <a href={`${PATH}/${id}`}>{name}</a> },
    { name: "who", label: words.who, cell: ({ filter }) => filterInWords(lang, filter) ?? words.everyone },
    { name: "changed", label: words.changed, cell: ({ changedAt }) => <When desk={desk} at={changedAt} /> },
  ];
  const children = (
    <>
      <p>{words.segmentsIntro}</p>
      <Table desk={desk} caption={words.segments} columns={columns} rows={segments} empty={words.noSegments} />
      <p>
        <a href={LIST}>{words.back}</a>
      </p>
    </>
  );
  const done = doneSaid(desk, words.done);
  return replyScreen(desk, { title: words.segments, section: "subscribers", done, children });
}

async function factsOf(desk: StaffDesk, filter: SubscriberFilter) {
  const { rt, lang } = desk;
  const words = SEGMENTS[lang];
  const counted = await countFound(rt.db, await resolveFilter(rt, filter));
  return [
    [words.who, filterInWords(lang, filter) ?? words.everyone],
    [words.count, countedInWords(counted, lang)],
  ] as const;
}

async function replyNew(desk: StaffDesk, filter: SubscriberFilter, typed: Typed, status = 200): Promise<Response> {
  const { lang } = desk;
  const words = SUBSCRIBERS[lang];
  const children = (
    <>
      <p>{words.saveSegmentHint}</p>
      <Facts facts={await factsOf(desk, filter)} />
      <Form desk={desk} action={PATH} class="narrow">
        <input type="hidden" name="filter" value={queryOf(filter).toString()} />
        <Field {...{ lang, typed }} name="name" label={words.segmentName} maxlength={80} required />
        <div class="row">
          <button type="submit">{SHELL[lang].save}</button>
          <a href={withFilter(LIST, filter)}>{SHELL[lang].cancel}</a>
        </div>
      </Form>
    </>
  );
  const faults = faultsIn(lang, typed, words.segmentName);
  return replyScreen(desk, { title: words.saveSegment, section: "subscribers", faults, children }, status);
}

async function replySegment(desk: StaffDesk, segment: Segment, typed: Typed, status = 200): Promise<Response> {
  const { lang } = desk;
  const words = SEGMENTS[lang];
  const { id, name, filter, changedAt } = segment;
  const children = (
    <>
      <Facts facts={[...(await factsOf(desk, filter)), [words.changed, <When desk={desk} at={changedAt} />]]} />
      <p>
        <a class="button" href={withFilter(LIST, filter, { segment: id })}>
          {desk.may("newsletter:write") ? words.refilter : words.open}
        </a>
      </p>
      {desk.may("newsletter:write") ? (
        <section aria-labelledby="rename">
          <h2 id="rename">{words.rename}</h2>
          <Form desk={desk} action={`${PATH}/${id}`} class="narrow">
            <Field {...{ lang, typed }} name="name" label={words.name} value={name} maxlength={80} required />
            <button type="submit">{SHELL[lang].save}</button>
          </Form>
        </section>
      ) : null}
      <p class="row">
        <a href={PATH}>{words.segments}</a>
        {desk.may("newsletter:write") ? <a href={`${PATH}/${id}/remove`}>{words.remove}</a> : null}
      </p>
    </>
  );
  const done = doneSaid(desk, words.done);
  const faults = faultsIn(lang, typed, words.name);
  return replyScreen(desk, { title: name, section: "subscribers", done, faults, children }, status);
}
