import type { Hono } from "hono";
import { z } from "zod";
import { resolveFilter } from "../newsletter/filter.ts";
import { filterShape } from "../newsletter/list-shapes.ts";
import { countFound, listSubscribers, type Subscriber } from "../newsletter/list-store.ts";
import { listSegments, type Segment } from "../newsletter/segment-store.ts";
import { topicInWords } from "../newsletter/topics.ts";
import type { House } from "../platform/http.ts";
import { type StaffDesk, screen } from "./desk.ts";
import { check, Form, faultsOf } from "./form.tsx";
import { isOne, numberInWords } from "./format.ts";
import { doneSaid, replyScreen } from "./shell.tsx";
import { addActions } from "./subscribers-actions.tsx";
import { addExport } from "./subscribers-export.ts";
import {
  FilterFields,
  languageInWords,
  offeredTo,
  queryOf,
  rawFilter,
  type SubscriberFilter,
  typedOf,
  withFilter,
} from "./subscribers-filter.tsx";
import { addLabels } from "./subscribers-labels.tsx";
import { addSegments } from "./subscribers-segments.tsx";
import { SUBSCRIBERS } from "./subscribers-words.ts";
import { type Column, Filters, Pager, Table, When, withQuery } from "./table.tsx";
import { SHELL } from "./words.ts";

const PATH = "/admin/subscribers";
const PAGE = 50;

/** Adds the pages about subscribers: the list, segments, internal topics, and actions on many. */
export function addSubscribers(routes: Hono<House>): void {
  routes.get(PATH, screen("newsletter:read", replyList));
  addExport(routes);
  addSegments(routes);
  addLabels(routes);
  addActions(routes);
}

/** What else the address says: where the page starts, and which segment was opened. */
const queryShape = z.object({
  after: z.coerce.number().int().positive().nullable().catch(null),
  segment: z.string().optional(),
});

async function replyList(desk: StaffDesk): Promise<Response> {
  const { c, rt, lang } = desk;
  const words = SUBSCRIBERS[lang];
  const { after, segment } = queryShape.parse(c.req.query());
  const raw = rawFilter(new URL(c.req.url).searchParams);
  const checked = check(filterShape, typedOf(raw), raw);
  const filter = "value" in checked ? checked.value : undefined;
  const [segments, offered, found] = await Promise.all([
    listSegments(rt.db),
    offeredTo(rt),
    filter === undefined ? undefined : find(desk, filter, after),
  ]);
  const typed = "typed" in checked ? checked.typed : { values: typedOf(raw), errors: [] };
  const opened = segments.find(({ id }) => id === segment);
  const children = (
    <>
      <p>{words.intro}</p>
      <Ways desk={desk} />
      <Segments desk={desk} segments={segments} opened={opened} />
      <Filters desk={desk}>
        {opened ? <input type="hidden" name="segment" value={opened.id} /> : null}
        <FilterFields {...{ desk, raw, typed, offered }} />
      </Filters>
      {filter && found ? <Found {...{ desk, filter, found, opened }} isFirst={after === null} /> : null}
    </>
  );
  return replyScreen(
    desk,
    {
      title: SHELL[lang].page.subscribers,
      section: "subscribers",
      done: doneSaid(desk, words.done),
      faults: faultsOf(lang, typed, { search: words.search, from: words.from, to: words.to }),
      children,
    },
    typed.errors.length > 0 ? 422 : 200,
  );
}

async function find({ rt }: StaffDesk, filter: SubscriberFilter, after: number | null) {
  const resolved = await resolveFilter(rt, filter);
  const [page, counted] = await Promise.all([
    listSubscribers(rt.db, resolved, after, PAGE),
    countFound(rt.db, resolved),
  ]);
  return { page, counted };
}

/** The ways to what else there is about subscribers. */
function Ways({ desk }: { desk: StaffDesk }) {
  const words = SUBSCRIBERS[desk.lang];
  return (
    <p class="row">
      {desk.may("newsletter:write") ? (
        <a class="button" href={`${PATH}/imports`}>
          {words.import}
        </a>
      ) : (
        <a href={`${PATH}/imports`}>{words.imports}</a>
      )}
      <a href={`${PATH}/segments`}>{words.segments}</a>
      <a href={`${PATH}/labels`}>{words.labels}</a>
      <a href={`${PATH}/actions`}>{words.actions}</a>
    </p>
  );
}

interface SegmentsProps {
  desk: StaffDesk;
  segments: readonly Segment[];
  opened: Segment | undefined;
}

/** Each segment is the list with its filter. */
function Segments({ desk, segments, opened }: SegmentsProps) {
  if (segments.length === 0) return null;
  const words = SUBSCRIBERS[desk.lang];
  return (
    <ul class="pills" aria-label={words.segments}>
      {segments.map(({ id, name, filter }) => (
        <li>
          <a
            href={withFilter(PATH, filter, { segment: id })}
            {...(id === opened?.id ? { "aria-current": "true" as const } : {})}
          >
            {name}
          </a>
        </li>
      ))}
    </ul>
  );
}

interface FoundProps {
  desk: StaffDesk;
  filter: SubscriberFilter;
  found: Awaited<ReturnType<typeof find>>;
  opened: Segment | undefined;
  isFirst: boolean;
}

/** How many a filter finds, what can be done with them, and a page of them. */
function Found({ desk, filter, found, opened, isFirst }: FoundProps) {
  const { lang } = desk;
  const words = SUBSCRIBERS[lang];
  const { page, counted } = found;
  const isAll = queryOf(filter).size === 0;
  const { count, isMore } = counted;
  const said = isAll
    ? words.matchesAll(numberInWords(count, lang))
    : isOne(counted)
      ? words.matchesOne
      : (isMore ? words.matchesMore : words.matches)(numberInWords(count, lang));
  return (
    <>
      <p role="status">
        <strong>{said}</strong>
      </p>
      {count > 0 || isMore ? <Use {...{ desk, filter, opened, isAll }} /> : null}
      <div class="people">
        <Table
          desk={desk}
          caption={SHELL[lang].page.subscribers}
          columns={columns(desk)}
          rows={page.subscribers}
          empty={isAll && isFirst ? words.noneYet : page.lookedTo === null ? words.noneFound : words.noneSoFar}
        />
      </div>
      {page.lookedTo === null ? (
        <Pager desk={desk} next={page.next === null ? null : String(page.next)} />
      ) : (
        <div class="note">
          <p>
            {words.lookedTo} <When desk={desk} at={page.lookedTo} />
          </p>
          <a rel="next" href={withQuery(desk, { after: String(page.next) })}>
            {words.lookOn}
          </a>
        </div>
      )}
    </>
  );
}

interface UseProps extends Pick<FoundProps, "desk" | "filter" | "opened"> {
  isAll: boolean;
}

/** What can be done with those whom a filter finds. */
function Use({ desk, filter, opened, isAll }: UseProps) {
  const words = SUBSCRIBERS[desk.lang];
  const mayWrite = desk.may("newsletter:write");
  const query = queryOf(filter).toString();
  const hidden = <input type="hidden" name="filter" value={query} />;
  const isOther = opened !== undefined && queryOf(opened.filter).toString() !== query;
  return (
    <div class="row">
      {mayWrite ? <a href={withFilter(`${PATH}/actions/new`, filter)}>{words.act}</a> : null}
      {mayWrite && !isAll ? <a href={withFilter(`${PATH}/segments/new`, filter)}>{words.saveSegment}</a> : null}
      {mayWrite && !isAll && isOther ? (
        <Form desk={desk} action={`${PATH}/segments/${opened.id}`}>
          {hidden}
          <input type="hidden" name="name" value={opened.name} />
          <button type="submit" class="second">
            {words.updateSegment(opened.name)}
          </button>
        </Form>
      ) : null}
      {desk.may("newsletter:export") ? (
        <Form desk={desk} action={`${PATH}/export`} class="download">
          {hidden}
          <button type="submit" class="second">
            {words.export}
          </button>
        </Form>
      ) : null}
    </div>
  );
}

function columns(desk: StaffDesk): Column<Subscriber>[] {
  const { lang } = desk;
  const words = SUBSCRIBERS[lang];
  const { none } = SHELL[lang];
  return [
    {
      name: "email",
      label: words.email,
      cell: ({ id, email, name }) => (
        <>
          <a href={`${PATH}/${id}`}>{email}</a>
          {name === null ? null : <span class="muted"> {name}</span>}
        </>
      ),
    },
    { name: "status", label: words.status, cell: ({ status }) => words.statuses[status] },
    {
      name: "topics",
      label: words.topics,
      cell: ({ topics }) => topics.map((topic) => topicInWords(topic, lang)).join(", ") || none,
    },
    { name: "labels", label: words.labels, cell: ({ labels }) => labels.join(", ") || none },
    { name: "lang", label: words.lang, cell: ({ lang }) => <abbr title={languageInWords(lang)}>{lang}</abbr> },
    { name: "source", label: words.source, cell: ({ source }) => source },
    { name: "requested", label: words.requested, cell: ({ requestedAt }) => <When desk={desk} at={requestedAt} /> },
  ];
}
