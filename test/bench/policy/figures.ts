/** How long a comparison takes: of two 50 KB texts, under 200 ms of server time (issue 4). */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { compareTexts } from "../../../worker/policy/compare.ts";
import { median, percentile } from "../stats.ts";
import { printTable, round } from "../table.ts";
import { type BenchHouse, type Database, startHouse } from "../worker/house.ts";
import { processorTime } from "../worker/load.ts";
import { type TextPair, textPairs } from "./texts.ts";

const REQUESTS = 15;
const LIMIT = 200;

/**
 * Prints the times of every pair of texts: the comparison alone (in Node), and the page and the JSON asked of workerd.
 * A file named by POLICY_SEED is compared with the demo's policy, too.
 */
export async function printPolicyFigures(): Promise<void> {
  const house = await startHouse();
  try {
    const pairs = [...textPairs(), ...seedPair()];
    console.log(`\nComparisons of two texts, ${REQUESTS} requests each, one after another (ms)`);
    console.log(
      "CPU: workerd's processor time for a request, D1's share included; other work on this machine moves it least.",
    );
    for (const [index, { before, after }] of pairs.entries()) {
      await publish(house.db, dayOf(index, 1), before);
      await publish(house.db, dayOf(index, 2), after);
      await publish(house.db, dayOf(index, 3), `${after}\n\n.`);
    }
    const asked = await askAll(house, pairs);
    const rows = pairs.map((pair, index) => {
      const { page, json } = asked[index] ?? { page: NONE, json: NONE };
      const alone = timesOf(() => compareTexts(pair.before, pair.after));
      const cpu = Math.max(page.cpu, json.cpu);
      const clock = Math.max(percentile(page.times, 0.95), percentile(json.times, 0.95));
      return [
        pair.name,
        `${kilobytes(pair.before)} + ${kilobytes(pair.after)}`,
        round(median(alone)),
        ...[page, json].flatMap(({ times, cpu }) =>
          [median(times), percentile(times, 0.95), cpu].map((ms) => round(ms)),
        ),
        cpu >= LIMIT ? "OVER" : clock >= LIMIT ? "OVER by the clock" : "ok",
      ];
    });
    printTable(["texts", "KB", "alone", "page", "p95", "CPU", "JSON", "p95", "CPU", `under ${LIMIT}`], rows);
  } finally {
    await house.stop();
  }
}

const kilobytes = (text: string) => round(Buffer.byteLength(text) / 1000);

function seedPair(): TextPair[] {
  const file = process.env["POLICY_SEED"];
  const after = textPairs()[0]?.after ?? "";
  return file === undefined ? [] : [{ name: "POLICY_SEED with the demo's", before: readFileSync(file, "utf8"), after }];
}

function timesOf(act: () => void): number[] {
  return Array.from({ length: REQUESTS }, () => {
    const began = performance.now();
    act();
    return performance.now() - began;
  });
}

async function publish(db: Database, date: string, markdown: string): Promise<void> {
  const hash = createHash("sha256").update(markdown).digest("hex");
  const text = (lang: string) =>
    db
      .prepare("insert into policy_texts (date, lang, title, summary, markdown, sha256) values (?, ?, 'P', 'S', ?, ?)")
      .bind(date, lang, markdown, hash);
  await db.batch([
    text("nl"),
    text("en"),
    db
      .prepare(
        "insert into policy_versions (date, effective, significance, notice_until, published_at) values (?, ?, 'minor', ?, 0)",
      )
      .bind(date, date, date),
  ]);
}

interface Asked {
  times: number[];
  cpu: number;
}
const NONE: Asked = { times: [], cpu: 0 };

/**
 * Asks for the page of every pair and for the JSON of a variant of it, again and again in the same order: the worker keeps
 * fewer comparisons than there are, so that each request computes its own.
 */
async function askAll(house: BenchHouse, pairs: readonly TextPair[]): Promise<{ page: Asked; json: Asked }[]> {
  const kept = 20;
  if (pairs.length * 2 <= kept) throw new Error(`Fewer comparisons than the ${kept} that the worker keeps`);
  const all = pairs.map(
    () => ({ page: { times: [], cpu: 0 }, json: { times: [], cpu: 0 } }) as { page: Asked; json: Asked },
  );
  for (let turn = 0; turn <= REQUESTS; turn++) {
    for (const [index, { page, json }] of all.entries()) {
      const from = dayOf(index, 1);
      const isWarm = turn > 0;
      await ask(house, `/policy/compare?from=${from}&to=${dayOf(index, 2)}&lang=nl`, isWarm ? page : undefined);
      await ask(house, `/v1/policy/comparison?from=${from}&to=${dayOf(index, 3)}&lang=nl`, isWarm ? json : undefined);
    }
  }
  return all;
}

const dayOf = (index: number, month: number): string => `${2000 + index}-0${month}-01`;

async function ask(house: BenchHouse, path: string, asked: Asked | undefined): Promise<void> {
  const before = await processorTime(house.pid);
  const began = performance.now();
  const reply = await fetch(house.urls.default + path);
  await reply.text();
  if (reply.status !== 200) throw new Error(`${path}: ${reply.status}`);
  asked?.times.push(performance.now() - began);
  if (asked) asked.cpu += ((await processorTime(house.pid)) - before) / REQUESTS;
}
