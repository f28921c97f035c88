import type { Hono } from "hono";
import {
  type Growth,
  growthCsv,
  growthOf,
  growthSources,
  outcomeCsv,
  outcomeOf,
  outcomesCsv,
} from "../newsletter/figures.ts";
import { growthQuery } from "../newsletter/figures-shapes.ts";
import { type CampaignOutcome, listOutcomes } from "../newsletter/figures-store.ts";
import { dayInWords } from "../platform/calendar.ts";
import { csvStream } from "../platform/csv.ts";
import { type House, parse } from "../platform/http.ts";
import { REACTIONS } from "./campaign-figures.tsx";
import { Bars, Columns, type Series } from "./chart.tsx";
import { type Desk, type StaffDesk, screen } from "./desk.ts";
import { FIGURES } from "./figures-words.ts";
import { Field, faultsOf, Select, type Typed, typedAgain, UNTOUCHED } from "./form.tsx";
import { dayInShort, numberInWords, periodInWords, shareInWords } from "./format.ts";
import { replyScreen } from "./shell.tsx";
import { Facts, Filters, Pager, Table, When } from "./table.tsx";

const PATH = "/admin/newsletters/figures";
const CAMPAIGNS = 12;
/** Columns in a chart, at most: then they go by weeks or months. */
const COLUMNS = 62;
/** Sources that have a pattern of their own; all others have one together. */
const SOURCES = 4;

/** Adds the figures of the newsletter: how the list grows, and what came of each newsletter. */
export function addFigures(routes: Hono<House>): void {
  routes.get(PATH, screen("newsletter:read", replyFigures));

  routes.get(
    `${PATH}/growth.csv`,
    screen("newsletter:read", async (desk) => {
      const growth = await growthOf(desk.rt, parse(growthQuery, desk.c.req.query()));
      return replyCsv(desk, `growth-${growth.from}-${growth.to}`, growthCsv(growth));
    }),
  );

  routes.get(
    `${PATH}/campaigns.csv`,
    screen("newsletter:read", (desk) => replyCsv(desk, "newsletters", csvStream(outcomesCsv(desk.rt)))),
  );

  routes.get(
    "/admin/newsletters/:id/figures.csv",
    screen("newsletter:read", async (desk) => {
      const outcome = await outcomeOf(desk.rt, desk.c.req.param("id") ?? "");
      return replyCsv(desk, `newsletter-${outcome.id}`, outcomeCsv(outcome));
    }),
  );
}

/** To download figures is no matter for the ledger: they say nothing about anyone. */
function replyCsv({ c }: Desk, name: string, body: string | ReadableStream): Response {
  c.header("Content-Type", "text/csv; charset=utf-8");
  c.header("Content-Disposition", `attachment; filename="${name}.csv"`);
  return c.body(body);
}

async function replyFigures(desk: StaffDesk): Promise<Response> {
  const { rt, lang, c } = desk;
  const words = FIGURES[lang];
  const [{ growth, typed }, sources, { outcomes, next }] = await Promise.all([
    growthAsked(desk),
    growthSources(rt),
    listOutcomes(rt.db, c.req.query("after") ?? null, CAMPAIGNS),
  ]);
  const children = (
    <>
      <p>{words.intro}</p>
      <p class="row">
        <a href="/admin/newsletters">{words.back}</a>
      </p>
      <GrowthPart {...{ desk, growth, typed, sources }} />
      <section aria-labelledby="campaigns">
        <h2 id="campaigns">{words.campaigns}</h2>
        <SideBySide desk={desk} outcomes={outcomes} />
        <Pager desk={desk} next={next} />
        {rt.settings.INBOUND_ADDRESS === "" ? <p class="note">{words.notCounted}</p> : null}
        {outcomes.length === 0 ? null : (
          <p class="row">
            <a href={`${PATH}/campaigns.csv`}>{words.csv}</a>
          </p>
        )}
      </section>
    </>
  );
  const faults = faultsOf(lang, typed, { from: words.from, to: words.to, by: words.by, source: words.source });
  return replyScreen(desk, { title: words.title, section: "newsletters", faults, children });
}

/** The growth that the address asks for; the usual one, and what is not right, when it asks for none that there is. */
async function growthAsked({ rt, c }: StaffDesk): Promise<{ growth: Growth; typed: Typed }> {
  const values = c.req.query();
  try {
    const growth = await growthOf(rt, parse(growthQuery, values), COLUMNS);
    return { growth, typed: UNTOUCHED };
  } catch (error) {
    return { typed: typedAgain(error, values), growth: await growthOf(rt, {}) };
  }
}

interface GrowthProps {
  desk: StaffDesk;
  growth: Growth;
  typed: Typed;
  sources: readonly string[];
}

function GrowthPart({ desk, growth, typed, sources }: GrowthProps) {
  const { lang } = desk;
  const words = FIGURES[lang];
  const { from, to, by, source, points } = growth;
  const query = new URLSearchParams({ from, to, by, ...(source === null ? {} : { source }) });
  const sum = (of: (point: Growth["points"][number]) => number) => points.reduce((all, point) => all + of(point), 0);
  const inWords = (count: number) => numberInWords(count, lang);
  const [joined, gone] = [sum((point) => point.joined), sum(goneIn)];
  const options = { "": words.everySource, ...Object.fromEntries(sources.map((name) => [name, name])) };
  return (
    <section aria-labelledby="growth">
      <h2 id="growth">{words.growth}</h2>
      <Filters desk={desk}>
        <Field {...{ lang, typed, name: "from", type: "date", label: words.from, value: from }} />
        <Field {...{ lang, typed, name: "to", type: "date", label: words.to, value: to }} />
        <Select {...{ lang, typed, name: "by", label: words.by, value: by, options: words.steps }} />
        <Select {...{ lang, typed, name: "source", label: words.source, value: source ?? "", options }} />
      </Filters>
      <p class="muted">{words.range(dayInWords(from, lang), dayInWords(to, lang))}</p>
      <Facts
        facts={[
          [words.joined, inWords(joined)],
          ...(["left", "bounced", "complained"] as const).map(
            (what) => [words[what], inWords(sum((point) => point[what]))] as const,
          ),
          [words.net, `${joined > gone ? "+" : ""}${inWords(joined - gone)}`],
        ]}
      />
      <h3>{words.joinedTitle}</h3>
      <Moves {...{ desk, growth, id: "joined", series: joinedBy(growth, words.otherSources) }} />
      <h3>{words.goneTitle}</h3>
      <Moves
        {...{ desk, growth, id: "gone" }}
        series={(["left", "bounced", "complained"] as const).map((what) => ({
          name: words[what],
          values: points.map((point) => point[what]),
        }))}
      />
      <p class="row">
        <a href={`${PATH}/growth.csv?${query}`}>{words.csv}</a>
      </p>
    </section>
  );
}

const goneIn = ({ left, bounced, complained }: Growth["points"][number]): number => left + bounced + complained;

/** The sources that brought most, and all others together. */
function joinedBy({ points }: Growth, others: string): Series[] {
  const totals = new Map<string, number>();
  for (const { sources } of points) {
    for (const [source, { joined }] of sources) totals.set(source, (totals.get(source) ?? 0) + joined);
  }
  const [first, rest] = splitAt(
    [...totals].filter(([, joined]) => joined > 0).sort(([, one], [, other]) => other - one),
    totals.size > SOURCES + 1 ? SOURCES : SOURCES + 1,
  );
  const of = (names: readonly (readonly [string, number])[]) =>
    points.map(({ sources }) => names.reduce((sum, [name]) => sum + (sources.get(name)?.joined ?? 0), 0));
  return [
    ...first.map((source) => ({ name: source[0], values: of([source]) })),
    ...(rest.length > 0 ? [{ name: others, values: of(rest) }] : []),
  ];
}

const splitAt = <T,>(list: readonly T[], at: number): [T[], T[]] => [list.slice(0, at), list.slice(at)];

interface MovesProps {
  desk: Desk;
  growth: Growth;
  id: "joined" | "gone";
  series: readonly Series[];
}

function Moves({ desk, growth: { points, by }, id, series }: MovesProps) {
  const { lang } = desk;
  const words = FIGURES[lang];
  const counts = points.map((point) => (id === "joined" ? point.joined : goneIn(point)));
  const most = Math.max(...counts);
  const labels = points.map(({ start }) => periodInWords(by, start, lang));
  const inWords = (count: number) => numberInWords(count, lang);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const summary = words[`${id}Summary`](inWords(total), labels[counts.indexOf(most)] ?? "", inWords(most));
  return (
    <Columns
      {...{ desk, id, summary, labels, series }}
      title={words[`${id}Title`]}
      words={{
        ...{ label: words.period, total: words.total, numbers: words.numbers },
        none: id === "joined" ? words.noneJoined : words.noneGone,
      }}
      short={points.map(({ start }) => dayInShort(start, by === "month" ? "month" : "day", lang))}
    />
  );
}

function SideBySide({ desk, outcomes }: { desk: StaffDesk; outcomes: readonly CampaignOutcome[] }) {
  const { lang } = desk;
  const words = FIGURES[lang];
  const inWords = (count: number) => numberInWords(count, lang);
  const link = ({ id, name, startedAt }: CampaignOutcome) => (
    <>
      <a href={`/admin/newsletters/${id}`}>{name}</a>{" "}
      <span class="muted">{startedAt === null ? null : <When desk={desk} at={startedAt} />}</span>
    </>
  );
  const shown = outcomes.filter(({ sent }) => sent > 0);
  const share = (outcome: CampaignOutcome, what: (typeof REACTIONS)[number]) =>
    shareInWords(outcome[what], outcome.sent, lang);
  return (
    <>
      {shown.length === 0 ? null : (
        <>
          <p class="muted">{words.shareOf}</p>
          <Bars
            id="side"
            names={REACTIONS.map((what) => words[what])}
            rows={shown.map((outcome) => ({
              label: outcome.name,
              text: REACTIONS.map((what) => `${words[what]} ${share(outcome, what)}`).join(" · "),
              values: REACTIONS.map((what) => outcome[what] / outcome.sent),
            }))}
          />
        </>
      )}
      <Table
        desk={desk}
        caption={words.campaigns}
        columns={[
          { name: "name", label: words.newsletter, cell: link },
          ...(["sent", "failed", ...REACTIONS] as const).map((what) => ({
            ...{ name: what, label: words[what], numeric: true },
            cell: (outcome: CampaignOutcome) => inWords(outcome[what]),
          })),
        ]}
        rows={outcomes}
        empty={words.campaignsNone}
      />
    </>
  );
}
