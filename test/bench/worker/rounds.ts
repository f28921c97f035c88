/** Requests per second of the product beside the bare apps. */
import { median, percentile } from "../stats.ts";
import { printTable, round } from "../table.ts";
import type { BenchHouse } from "./house.ts";
import { load, type Slice, type Target } from "./load.ts";
import { BARE_ROW, bareConstant, bareRow, lostRows, SUBJECTS, type Subject } from "./targets.ts";

const WARM_UP = 15;
const SLICES = 32;
/** Requests in a slice: about a tenth of a second. */
const POSTS = 64;
const GETS = 400;

interface Pair {
  ours: Slice[];
  bare: Slice[];
}

/** The table the floors are held against: the request alone. The consumer takes the wake-ups and leaves the mails. */
export async function printRequests(house: BenchHouse): Promise<void> {
  await house.setConsumer("leave");
  console.log("\nThe request alone, straight to workerd's sockets, slices of ours and the bare app in turns");
  console.log(
    "Consumer: took the queue's wake-ups and left the mails in the outbox. Limiters: counted in the worker's memory.",
  );
  const rows: string[][] = [];
  for (const subject of SUBJECTS) rows.push(...lines(subject, await compare(house, subject, house.urls.alone, SLICES)));
  printTable(HEAD, rows);
}

/** The same on miniflare's own rate limiters and with the mails going out meanwhile, as `npm start` runs it. */
export async function printAsStarted(house: BenchHouse): Promise<void> {
  await house.setConsumer("deliver");
  const sent = await count(house, "select count(*) from outbox where state = 'sent'");
  console.log(
    "\nFor comparison, as npm start runs it: with miniflare's limiters (a table on disk, scanned for each new",
  );
  console.log("caller), and with the consumer delivering on the one thread that all share, the bare app too");
  const rows: string[][] = [];
  for (const subject of SUBJECTS.filter(({ bare }) => bare === BARE_ROW)) {
    rows.push(...lines({ ...subject, floor: 0 }, await compare(house, subject, house.urls.default, SLICES / 8)));
  }
  printTable(HEAD, rows);
  const after = await count(house, "select count(*) from outbox where state = 'sent'");
  console.log(`Consumer: sent ${after - sent} mails to the development mailbox meanwhile.`);
}

/** Slices of both in turns; then every answered request is looked up in the database. */
async function compare(house: BenchHouse, subject: Subject, origin: string, slices: number): Promise<Pair> {
  const isRow = subject.bare === BARE_ROW;
  const bare = isRow ? bareRow(house.urls.bareRow) : bareConstant(house.urls.bareConstant);
  const amount = isRow ? POSTS : GETS;
  const turn = (target: Target) => load(target, amount, house.pid);
  const warm: Pair = { ours: [], bare: [] };
  const pair: Pair = { ours: [], bare: [] };
  for (let index = 0; index < WARM_UP + slices; index++) {
    const into = index < WARM_UP ? warm : pair;
    into.ours.push(await turn(subject.target(origin)));
    into.bare.push(await turn(bare));
  }
  if (isRow) {
    const keys = (taken: Slice[]) => taken.flatMap(({ answered }) => answered);
    const lost = [
      ...(await lostRows(house.db, subject.rows ?? "", keys([...warm.ours, ...pair.ours]))),
      ...(await lostRows(house.bareDb, "select text as key from bare_rows", keys([...warm.bare, ...pair.bare]))),
    ];
    if (lost.length > 0) throw new Error(`${lost.length} answered requests have no row, ${lost[0]} among them`);
  }
  return pair;
}

/** "by CPU" is the ratio of workerd's processor time: other work on this machine moves it least. */
const HEAD = ["", "req/s", "p50 ms", "p95 ms", "p99 ms", "CPU ms", "ratio", "by CPU", "floor", "right", "in D1"];

function lines({ path, bare, floor }: Subject, pair: Pair): string[][] {
  const ours = facts(path, pair.ours, bare === BARE_ROW);
  const ratio = median(pair.ours.map(({ perSecond }, index) => perSecond / (pair.bare[index]?.perSecond ?? 0)));
  const byCpu = median(pair.bare.map(({ cpu }, index) => cpu / (pair.ours[index]?.cpu ?? 0)));
  const short = ratio < floor ? "BELOW" : byCpu < floor ? "BELOW by CPU" : "ok";
  const verdict = floor === 0 ? "" : `${floor} ${short}`;
  ours.splice(6, 0, round(ratio, 2), round(byCpu, 2), verdict);
  const beside = facts(`  ${bare}`, pair.bare, bare === BARE_ROW);
  beside.splice(6, 0, "", "", "");
  return [ours, beside];
}

function facts(name: string, slices: Slice[], hasRows: boolean): string[] {
  const times = slices.flatMap((slice) => slice.times);
  const right = slices.reduce((sum, { answered }) => sum + answered.length, 0);
  return [
    name,
    round(median(slices.map(({ perSecond }) => perSecond))),
    ...[0.5, 0.95, 0.99].map((p) => round(percentile(times, p), 1)),
    round(median(slices.map(({ cpu }) => cpu)), 2),
    String(right),
    hasRows ? "all" : "",
  ];
}

async function count({ db }: BenchHouse, sql: string): Promise<number> {
  const { results } = await db.prepare(`${sql.replace("count(*)", "count(*) as n")}`).all<{ n: number }>();
  return results[0]?.n ?? 0;
}
