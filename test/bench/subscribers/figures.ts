/**
 * The list with a million subscribers (issue 5): npm run bench -- subscribers [--subscribers 1000000]. With --into FOLDER it only
 * seeds the local database below that folder, for people to look at. The worker is `npm start`'s own.
 */
import { parseArgs } from "node:util";
import { countAudience } from "../../../worker/newsletter/campaign-audience.ts";
import { resolveFilter } from "../../../worker/newsletter/filter.ts";
import { countFound, findSubscriber, listSubscribers } from "../../../worker/newsletter/list-store.ts";
import type { SubscriberFilter } from "../../../worker/newsletter/tables.ts";
import { timelineOf } from "../../../worker/newsletter/timeline.ts";
import { freePort, newStateDir, startServer } from "../../browser/running.ts";
import { workerdRss } from "../memory.ts";
import { percentile } from "../stats.ts";
import { printTable, round } from "../table.ts";
import { type Bare, openBare } from "./bare.ts";
import { COOKIE, seedKey, seedNewsletter, seedSubscribers } from "./rows.ts";
import { printSweeps } from "./sweeps.ts";

const LIMIT = 100;
const REQUESTS = 40;
const WARM = 5;
const PAGE = 50;

const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

/** What is asked: a filter, and whether a page of it or only how many. */
interface Asked {
  what: string;
  filter: SubscriberFilter;
  /** Where the page begins, as a share of the list. */
  deep?: number;
}

const LISTS: readonly Asked[] = [
  { what: "everybody, first page", filter: {} },
  { what: "everybody, deep", filter: {}, deep: 0.3 },
  { what: "active", filter: { status: ["active"] } },
  { what: "active, deep", filter: { status: ["active"] }, deep: 0.3 },
  { what: "rare: topic events, label school", filter: { topics: ["events"], labels: ["school"] } },
  { what: "the oldest of all: label founder", filter: { labels: ["founder"] } },
  { what: "none: old import and founder", filter: { sources: ["import-2015"], labels: ["founder"] } },
  { what: "a block: old import", filter: { sources: ["import-2015"] } },
  {
    what: "five fields at once",
    filter: {
      status: ["active", "pending"],
      topics: ["offers", "events"],
      labels: ["vip"],
      sources: ["site"],
      langs: ["en"],
    },
  },
  { what: "one day", filter: { from: day(700), to: day(700) } },
  { what: "three years, active", filter: { status: ["active"], from: day(1_300), to: day(200) } },
  { what: "search gmail.com (common)", filter: { search: "gmail.com" } },
  { what: "search gmail.com, deep", filter: { search: "gmail.com" }, deep: 0.3 },
  { what: "search jansen777 (rare)", filter: { search: "jansen777" } },
  { what: "search bedrijf77. (a company)", filter: { search: "bedrijf77." } },
  { what: "search sa (two letters)", filter: { search: "sa" } },
  { what: "search zz (two letters, none)", filter: { search: "zz" } },
  { what: "search nietsdaarvan (none)", filter: { search: "nietsdaarvan" } },
  { what: "search gmail, complained", filter: { search: "gmail", status: ["complained"] } },
  { what: "search gmail, in the old import", filter: { search: "gmail", sources: ["import-2015"] } },
  { what: "search gmail, founder", filter: { search: "gmail", labels: ["founder"] } },
  { what: "search bedrijf77., active", filter: { search: "bedrijf77.", status: ["active"] } },
  { what: "search gmail, one month", filter: { search: "gmail", from: day(700), to: day(670) } },
];

/** Filters whose count is asked, as the list does, and as segments of a newsletter's audience. */
const COUNTS: readonly Asked[] = [
  { what: "count: everybody", filter: {} },
  { what: "count: active with offers, en", filter: { status: ["active"], topics: ["offers"], langs: ["en"] } },
  { what: "count: one year", filter: { from: day(700), to: day(335) } },
  { what: "count: three years, active", filter: { status: ["active"], from: day(1_300), to: day(200) } },
  { what: "count: search gmail.com", filter: { search: "gmail.com" } },
  { what: "count: search bedrijf77., active", filter: { search: "bedrijf77.", status: ["active"] } },
];

const NAMES = { status: "status", topics: "topic", labels: "label", sources: "source", langs: "lang" } as const;

function queryOf(filter: SubscriberFilter, more: Record<string, string> = {}): string {
  const query = new URLSearchParams(more);
  for (const name of ["search", "from", "to"] as const) if (filter[name]) query.set(name, filter[name]);
  for (const [field, name] of Object.entries(NAMES))
    for (const value of filter[field as keyof typeof NAMES] ?? []) query.append(name, value);
  return query.toString();
}

/** As the pages of the admin take a filter. */
function adminQueryOf(filter: SubscriberFilter): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) for (const one of [value].flat()) query.append(name, one);
  return query.toString();
}

/** Times of one act, in ms, the first few left out. */
async function timesOf(act: () => Promise<unknown>, count = REQUESTS): Promise<number[]> {
  const times: number[] = [];
  for (let i = -WARM; i < count; i++) {
    const began = performance.now();
    await act();
    if (i >= 0) times.push(performance.now() - began);
  }
  return times;
}

type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

/** Prints what the list's pages, searches, counts and export take. */
export async function printSubscriberFigures(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { subscribers: { type: "string", default: "1000000" }, into: { type: "string" } },
  });
  const count = Number(values.subscribers);
  if (values.into !== undefined) return seed(values.into, count);
  const state = await newStateDir();
  try {
    await seed(state.path, count);
    const key = seedKey(state.path);
    const running = await startServer(await freePort(), state.path);
    try {
      const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
      const ask: Fetch = (path, init = {}) => fetch(`${running.origin}${path}`, { ...init, headers });
      const look: Fetch = (path) =>
        fetch(`${running.origin}${path}`, { headers: { Cookie: `__Host-fineprint=${COOKIE}` } });
      await printTimes(ask, openBare(state.path), count);
      const newsletter = await made(ask, "/v1/campaigns", { name: "bench", audience: { topics: ["news"] } });
      await printAdmin(look, count, newsletter);
      await printExport(ask, openBare(state.path));
      await printRounds(running.origin, count);
    } finally {
      await running.stop();
    }
    printSweeps(state.path);
  } finally {
    await state.remove();
  }
}

/** Seeds the database below a folder, which a worker makes first if there is none. */
async function seed(state: string, count: number): Promise<void> {
  const running = await startServer(await freePort(), state);
  await running.stop();
  const began = performance.now();
  seedSubscribers(state, count);
  seedNewsletter(state);
  console.log(
    `\n${count} subscribers, and what a newsletter to them left, seeded in ${round((performance.now() - began) / 1000)} s`,
  );
}

async function read(ask: Fetch, path: string): Promise<void> {
  const reply = await ask(path);
  const body = await reply.text();
  if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${body.slice(0, 200)}`);
}

/** The id of what is made by the API. */
async function made(ask: Fetch, path: string, body: object): Promise<string> {
  const reply = await ask(path, { method: "POST", body: JSON.stringify(body) });
  if (reply.status !== 201) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  return ((await reply.json()) as { id: string }).id;
}

async function printTimes(ask: Fetch, { rt, db, sqlite }: Bare, count: number): Promise<void> {
  const rows: (string | number)[][] = [];
  const add = async (what: string, path: string, bare: () => Promise<unknown>) => {
    const [whole, alone] = [await timesOf(() => read(ask, path)), await timesOf(bare)];
    const [median, worst, least] = [percentile(whole, 0.5), percentile(whole, 0.95), percentile(alone, 0.5)];
    rows.push([
      what,
      round(median, 1),
      round(worst, 1),
      round(least, 1),
      round(median / least, 1),
      worst < LIMIT ? "ok" : "OVER",
    ]);
  };
  // What every reply takes, on this machine at this moment.
  await add("nothing: /health", "/health", async () => sqlite.prepare("select 1").get());
  for (const { what, filter, deep } of LISTS) {
    const after = deep === undefined ? null : Math.floor(count * deep);
    const path = `/v1/subscribers?${queryOf(filter, after === null ? {} : { after: String(after) })}`;
    await add(what, path, async () => listSubscribers(db, await resolveFilter(rt, filter), after, PAGE));
  }
  for (const { what, filter } of COUNTS) {
    const path = `/v1/subscribers/count?${queryOf(filter)}`;
    await add(what, path, async () => countFound(db, await resolveFilter(rt, filter)));
  }
  for (const { what, filter } of COUNTS) {
    const topics = ["news"];
    const segment = await made(ask, "/v1/segments", { name: `bench ${what}`, filter });
    const path = `/v1/campaigns/audience?topic=news&segment=${segment}`;
    await add(`audience, ${what}`, path, () => countAudience(rt, { topics, segment, filter }));
  }
  const someone =
    (await listSubscribers(db, await resolveFilter(rt, {}), Math.floor(count / 2), 1)).subscribers[0]?.id ?? "";
  await add("one person", `/v1/subscribers/${someone}`, () => findSubscriber(db, someone));
  await add("one person's timeline", `/v1/subscribers/${someone}/timeline`, async () => {
    const found = await findSubscriber(db, someone);
    if (found) await timelineOf(rt, found);
  });
  console.log(
    `\nThe list of ${count} subscribers over HTTP, ${REQUESTS} requests each; bare: the same queries by node:sqlite on the same file (ms)`,
  );
  printTable(["asked", "p50", "p95", "bare p50", "ratio", `p95 under ${LIMIT}`], rows);
}

/** The same as pages of the admin: a page and its count together. */
async function printAdmin(look: Fetch, count: number, newsletter: string): Promise<void> {
  const paths = [
    ...LISTS.map(({ filter, deep }) => {
      const after = deep === undefined ? "" : `&after=${Math.floor(count * deep)}`;
      return `/admin/subscribers?${adminQueryOf(filter)}${after}`;
    }),
    `/admin/subscribers/s${String(Math.floor(count / 2)).padStart(21, "0")}`,
    "/admin",
    "/admin/outbox",
    "/admin/newsletters",
    "/admin/subscribers/labels",
    "/admin/subscribers/segments",
    "/admin/subscribers/actions",
    ...COUNTS.map(({ filter }) => `/admin/subscribers/actions/new?${adminQueryOf(filter)}&kind=leave`),
    `/admin/newsletters/${newsletter}`,
  ];
  const rows: (string | number)[][] = [];
  for (const path of paths) {
    const reply = await look(path);
    await reply.body?.cancel();
    if (reply.status !== 200) {
      rows.push([path, "", "", `WRONG: status ${reply.status}`]);
      process.exitCode = 1;
      continue;
    }
    const times = await timesOf(() => read(look, path));
    const worst = percentile(times, 0.95);
    rows.push([path, round(percentile(times, 0.5), 1), round(worst, 1), worst < LIMIT ? "ok" : "OVER"]);
  }
  console.log(`\nPages of the admin with ${count} subscribers, ${REQUESTS} requests each (ms)`);
  printTable(["page", "p50", "p95", `p95 under ${LIMIT}`], rows);
}

/** How often memory is looked at during an export, in milliseconds. */
const LOOK = 100;

async function printExport(ask: Fetch, { sqlite }: Bare): Promise<void> {
  const before = workerdRss();
  let most = before;
  const looking = setInterval(() => {
    most = Math.max(most, workerdRss());
  }, LOOK);
  const began = performance.now();
  const reply = await ask("/v1/subscribers/exports", { method: "POST", body: "{}" });
  let [bytes, lines] = [0, 0];
  for await (const chunk of reply.body ?? []) {
    bytes += chunk.byteLength;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
  }
  const whole = performance.now() - began;
  clearInterval(looking);
  const { count } = sqlite.prepare("select count(*) as count from subscribers").get() as { count: number };
  const isWhole = reply.status === 200 && lines - 1 === count;
  if (!isWhole) process.exitCode = 1;
  const started = performance.now();
  let bareBytes = 0;
  for (const row of sqlite.prepare("select * from subscribers order by seq").iterate()) {
    bareBytes += String(row["email"]).length;
  }
  const bare = performance.now() - started;
  console.log("\nThe export of all of them");
  printTable(
    ["figure", "value"],
    [
      ["status", reply.status],
      ["rows", `${lines - 1}${isWhole ? "" : ` WRONG: there are ${count}`}`],
      ["MB", round(bytes / 1e6, 1)],
      ["seconds", round(whole / 1000, 1)],
      ["memory of workerd before, MB", round(before)],
      ["memory of workerd at most, MB", round(most)],
      [`seconds of a bare select, read row by row (${round(bareBytes / 1e6)} MB of addresses)`, round(bare / 1000, 1)],
      ["ratio", round(whole / bare, 1)],
    ],
  );
}

const ROUNDS = 10;

/** What the minute's round takes when nothing is under way. In the first minute of an hour it sweeps, too. */
async function printRounds(origin: string, count: number): Promise<void> {
  const run = async () => {
    const reply = await fetch(`${origin}/cdn-cgi/handler/scheduled`);
    if ((await reply.text()) !== "ok") throw new Error(`The round: ${reply.status}`);
  };
  const times = await timesOf(run, ROUNDS);
  console.log(`\nThe minute's round with ${count} subscribers and a newsletter to them that has ended (ms)`);
  printTable(
    ["figure", "value"],
    [
      ["p50", round(percentile(times, 0.5), 1)],
      ["at most", round(Math.max(...times), 1)],
    ],
  );
}
