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
    const datesOf = (index: number) => [`${2000 + index}-01-01`, `${2000 + index}-02-01`] as const;
    for (const [index, { before, after }] of pairs.entries()) {
      const [from, to] = datesOf(index);
      await publish(house.db, from, before);
      await publish(house.db, to, after);
    }
    const rows = [];
    for (const [index, pair] of pairs.entries()) {
      const [from, to] = datesOf(index);
      const query = `from=${from}&to=${to}&lang=nl`;
      const alone = timesOf(() => compareTexts(pair.before, pair.after));
      const page = await ask(house, `/policy/compare?${query}`, pair);
      const json = await ask(house, `/v1/policy/comparison?${query}`, pair);
      const cpu = Math.max(page.cpu, json.cpu);
      const clock = Math.max(percentile(page.times, 0.95), percentile(json.times, 0.95));
      rows.push([
        pair.name,
        `${kilobytes(pair.before)} + ${kilobytes(pair.after)}`,
        round(median(alone)),
        ...[page, json].flatMap(({ times, cpu }) =>
          [median(times), percentile(times, 0.95), cpu].map((ms) => round(ms)),
        ),
        cpu >= LIMIT ? "OVER" : clock >= LIMIT ? "OVER by the clock" : "ok",
      ]);
    }
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

async function ask(house: BenchHouse, path: string, { name }: TextPair): Promise<{ times: number[]; cpu: number }> {
  const url = house.urls.default + path;
  const times: number[] = [];
  let before = 0;
  for (let i = -2; i < REQUESTS; i++) {
    if (i === 0) before = await processorTime(house.pid);
    const began = performance.now();
    const reply = await fetch(url);
    await reply.text();
    if (reply.status !== 200) throw new Error(`${name}: ${reply.status}`);
    if (i >= 0) times.push(performance.now() - began);
  }
  return { times, cpu: ((await processorTime(house.pid)) - before) / REQUESTS };
}
