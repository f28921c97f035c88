import type { Hono } from "hono";
import {
  type ContactFigures,
  contactFigures,
  figuresCsv,
  meanHours,
  NO_TOPIC,
  sumsOf,
  type Tally,
} from "../contact/figures.ts";
import { figuresQuery } from "../contact/figures-shapes.ts";
import type { Topic } from "../contact/store.ts";
import { allTopics } from "../contact/topic-store.ts";
import { dayInWords } from "../platform/calendar.ts";
import { type House, parse } from "../platform/http.ts";
import type { Language } from "../platform/languages.ts";
import { Columns, type Series } from "./chart.tsx";
import { CONTACT_FIGURES } from "./contact-figures-words.ts";
import { INBOX } from "./contact-paths.ts";
import { type StaffDesk, screen } from "./desk.ts";
import { Field, faultsOf, Select, type Typed, typedAgain, UNTOUCHED } from "./form.tsx";
import { dayInShort, numberInWords, periodInWords, shareInWords } from "./format.ts";
import { replyScreen } from "./shell.tsx";
import { type Column, Facts, Filters, Table } from "./table.tsx";

const PATH = `${INBOX}/figures`;
/** Columns in a chart, at most: then they go by weeks or months. */
const COLUMNS = 62;
/** Topics that have a pattern of their own; all others have one together. */
const TOPICS = 4;

/** Adds the figures of conversations. */
export function addContactFigures(routes: Hono<House>): void {
  routes.get(PATH, screen("contact:read", replyFigures));

  // To download figures is no matter for the ledger: they say nothing about anyone.
  routes.get(
    `${PATH}/figures.csv`,
    screen("contact:read", async ({ c, rt, lang }) => {
      const [figures, topics] = await Promise.all([
        contactFigures(rt, parse(figuresQuery, c.req.query())),
        allTopics(rt.db),
      ]);
      c.header("Content-Type", "text/csv; charset=utf-8");
      c.header("Content-Disposition", `attachment; filename="contact-${figures.from}-${figures.to}.csv"`);
      return c.body(figuresCsv(figures, (id) => topicCalled(lang, topics, id)));
    }),
  );
}

/** What a topic is called, also one that was removed; "" is that of conversations without one. */
function topicCalled(lang: Language, topics: readonly Topic[], id: string): string {
  const words = CONTACT_FIGURES[lang];
  if (id === "") return words.noTopic;
  const topic = topics.find((one) => one.id === id);
  if (!topic) return words.unknownTopic;
  return topic.removedAt === null ? topic.names[lang] : words.removed(topic.names[lang]);
}

async function replyFigures(desk: StaffDesk): Promise<Response> {
  const { rt, lang } = desk;
  const words = CONTACT_FIGURES[lang];
  const [{ figures, typed }, topics] = await Promise.all([figuresAsked(desk), allTopics(rt.db)]);
  const { from, to, by, topic } = figures;
  const options = {
    "": words.everyTopic,
    ...Object.fromEntries(topics.map(({ id }) => [id, topicCalled(lang, topics, id)])),
    [NO_TOPIC]: words.noTopic,
  };
  const query = new URLSearchParams({ from, to, by, ...(topic === null ? {} : { topic }) });
  const children = (
    <>
      <p>{words.intro}</p>
      <p class="row">
        <a href={INBOX}>{words.back}</a>
      </p>
      <Filters desk={desk}>
        <Field {...{ lang, typed, name: "from", type: "date", label: words.from, value: from }} />
        <Field {...{ lang, typed, name: "to", type: "date", label: words.to, value: to }} />
        <Select {...{ lang, typed, name: "by", label: words.by, value: by, options: words.steps }} />
        <Select {...{ lang, typed, name: "topic", label: words.topic, value: topic ?? "", options }} />
      </Filters>
      <p class="muted">{words.range(dayInWords(from, lang), dayInWords(to, lang))}</p>
      <Sums desk={desk} tally={sumsOf(figures).all} />
      <Charts desk={desk} figures={figures} topics={topics} />
      <section aria-labelledby="topics">
        <h2 id="topics">{words.byTopic}</h2>
        <ByTopic desk={desk} figures={figures} topics={topics} />
      </section>
      <p class="row">
        <a href={`${PATH}/figures.csv?${query}`}>{words.csv}</a>
      </p>
    </>
  );
  const faults = faultsOf(lang, typed, { from: words.from, to: words.to, by: words.by, topic: words.topic });
  return replyScreen(desk, { title: words.title, section: "contact", faults, children });
}

/** The figures that the address asks for; the usual ones, and what is not right, when it asks for none that there are. */
async function figuresAsked({ rt, c }: StaffDesk): Promise<{ figures: ContactFigures; typed: Typed }> {
  const values = c.req.query();
  try {
    const figures = await contactFigures(rt, parse(figuresQuery, values), COLUMNS);
    return { figures, typed: UNTOUCHED };
  } catch (error) {
    return { typed: typedAgain(error, values), figures: await contactFigures(rt, {}) };
  }
}

/** A tally in words, by the names of words for each. */
function saidOf(lang: Language, { received, answered, sent, closed }: Tally) {
  const words = CONTACT_FIGURES[lang];
  const mean = (part: Tally["answered"]) => {
    const hours = meanHours(part);
    return hours === null ? words.nothing : words.hours(numberInWords(hours, lang));
  };
  const share = ({ count, late }: Tally["answered"]) =>
    count === 0 ? words.nothing : shareInWords(Math.round(((count - late) / count) * 100) / 100, 1, lang);
  return {
    received: numberInWords(received.count, lang),
    answered: numberInWords(answered.count, lang),
    sent: numberInWords(sent.count, lang),
    closed: numberInWords(closed.count, lang),
    firstMean: mean(answered),
    firstShare: share(answered),
    solvedMean: mean(closed),
    solvedShare: share(closed),
  };
}

const SAID = [
  ...(["received", "answered", "sent", "closed"] as const),
  ...(["firstMean", "firstShare", "solvedMean", "solvedShare"] as const),
];

function Sums({ desk, tally }: { desk: StaffDesk; tally: Tally }) {
  const said = saidOf(desk.lang, tally);
  return <Facts facts={SAID.map((name) => [CONTACT_FIGURES[desk.lang][name], said[name]] as const)} />;
}

interface ByTopicProps {
  desk: StaffDesk;
  figures: ContactFigures;
  topics: readonly Topic[];
}

function ByTopic({ desk, figures, topics }: ByTopicProps) {
  const { lang } = desk;
  const words = CONTACT_FIGURES[lang];
  const rows = [...sumsOf(figures).topics].map(([id, tally]) => ({
    name: topicCalled(lang, topics, id),
    said: saidOf(lang, tally),
  }));
  type Row = (typeof rows)[number];
  const inTime = (count: string, mean: string, share: string) =>
    count === "0" ? count : words.inTimeOf(count, mean, share);
  const columns: Column<Row>[] = [
    { name: "topic", label: words.topic, cell: ({ name }) => name },
    { name: "received", label: words.received, numeric: true, cell: ({ said }) => said.received },
    { name: "sent", label: words.sent, numeric: true, cell: ({ said }) => said.sent },
    {
      name: "answered",
      label: words.answered,
      cell: ({ said }) => inTime(said.answered, said.firstMean, said.firstShare),
    },
    { name: "closed", label: words.closed, cell: ({ said }) => inTime(said.closed, said.solvedMean, said.solvedShare) },
  ];
  return <Table desk={desk} caption={words.byTopic} columns={columns} rows={rows} empty={words.noTopics} />;
}

function Charts({ desk, figures, topics }: ByTopicProps) {
  const { lang } = desk;
  const words = CONTACT_FIGURES[lang];
  const { points } = figures;
  const punctual = (what: "answered" | "closed"): Series[] => [
    { name: words.inTime, values: points.map(({ all }) => all[what].count - all[what].late) },
    { name: words.late, values: points.map(({ all }) => all[what].late) },
  ];
  const hours = (what: "answered" | "closed"): Series[] => [
    { name: words.hoursShort, values: points.map(({ all }) => meanHours(all[what]) ?? 0) },
  ];
  return (
    <>
      <Chart {...{ desk, figures }} id="received" series={receivedBy(lang, figures, topics)} />
      <Chart {...{ desk, figures }} id="answered" series={punctual("answered")} />
      <Chart {...{ desk, figures }} id="first" series={hours("answered")} of="answered" />
      <Chart {...{ desk, figures }} id="closed" series={punctual("closed")} />
      <Chart {...{ desk, figures }} id="solved" series={hours("closed")} of="closed" />
    </>
  );
}

/** The topics of most that came in, and all others together. */
function receivedBy(lang: Language, figures: ContactFigures, topics: readonly Topic[]): Series[] {
  const { points } = figures;
  const ids = [...sumsOf(figures).topics]
    .filter(([, { received }]) => received.count > 0)
    .sort(([, one], [, other]) => other.received.count - one.received.count)
    .map(([id]) => id);
  const own = ids.slice(0, ids.length > TOPICS + 1 ? TOPICS : TOPICS + 1);
  const rest = ids.slice(own.length);
  const of = (some: readonly string[]) =>
    points.map((point) => some.reduce((sum, id) => sum + (point.topics.get(id)?.received.count ?? 0), 0));
  return [
    ...own.map((id) => ({ name: topicCalled(lang, topics, id), values: of([id]) })),
    ...(rest.length > 0 ? [{ name: CONTACT_FIGURES[lang].otherTopics, values: of(rest) }] : []),
  ];
}

interface ChartProps {
  desk: StaffDesk;
  figures: ContactFigures;
  id: keyof (typeof CONTACT_FIGURES)["nl"]["titles"];
  series: readonly Series[];
  /** Of a chart of hours: what took them. */
  of?: "answered" | "closed";
}

function Chart({ desk, figures, id, series, of }: ChartProps) {
  const { lang } = desk;
  const { points, by } = figures;
  const words = CONTACT_FIGURES[lang];
  const title = words.titles[id];
  const totals = points.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  const counts = of && points.map(({ all }) => all[of].count);
  const labels = points.map(({ start }) => periodInWords(by, start, lang));
  const inWords = (value: number) => numberInWords(value, lang);
  const most = Math.max(...totals);
  const best = labels[totals.findIndex((total, index) => total === most && counts?.[index] !== 0)] ?? "";
  const summary =
    of === undefined
      ? words.most(inWords(totals.reduce((sum, count) => sum + count, 0)), best, inWords(most))
      : words.longest(inWords(meanHours(sumsOf(figures).all[of]) ?? 0), best, inWords(most));
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <Columns
        {...{ desk, id, title, summary, labels, series, counts }}
        words={{ label: words.period, total: words.total, numbers: words.numbers, none: words.none }}
        short={points.map(({ start }) => dayInShort(start, by === "month" ? "month" : "day", lang))}
      />
    </section>
  );
}
