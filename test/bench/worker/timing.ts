/** Whether the time of a reply tells that an address is known (DESIGN.md 6, no. 4). */
import { randomUUID } from "node:crypto";
import { median, percentile } from "../stats.ts";
import { printTable, round } from "../table.ts";
import type { BenchHouse } from "./house.ts";
import { freshAddress } from "./load.ts";

const REQUESTS = 400;

/** One request after another, an active subscriber's address and an unknown one in turns, each address once. */
export async function printTiming(house: BenchHouse): Promise<void> {
  await house.setConsumer("leave");
  const known = await activeSubscribers(house, REQUESTS + 20);
  const times = { known: [] as number[], unknown: [] as number[] };
  for (const [index, address] of known.entries()) {
    const turns = [
      ["known", address],
      ["unknown", `${randomUUID()}@example.nl`],
    ] as const;
    for (const [kind, email] of index % 2 === 0 ? turns : turns.toReversed()) {
      const time = await ask(house, email);
      if (index >= 20) times[kind].push(time);
    }
  }
  console.log(`\nPOST /v1/newsletter/subscriptions by address, ${REQUESTS} sequential requests each, in turns (ms)`);
  const row = (name: string, of: readonly number[]) => [name, round(median(of), 2), round(percentile(of, 0.95), 2)];
  const difference = (p: number) => round(percentile(times.known, p) - percentile(times.unknown, p), 2);
  printTable(
    ["", "median", "p95"],
    [
      row("active subscriber's address", times.known),
      row("unknown address", times.unknown),
      ["difference", difference(0.5), difference(0.95)],
    ],
  );
  const guess = (100 * share(times.known, times.unknown)).toFixed(0);
  const halves = [0, 1].map((odd) => times.unknown.filter((_, index) => index % 2 === odd));
  const noise = (100 * share(halves[0] ?? [], halves[1] ?? [])).toFixed(0);
  console.log(`Of a pair, the known address was the slower in ${guess}%, where 50% tells nothing;`);
  console.log(`of two unknown addresses, the first in ${noise}%.`);
}

async function ask(house: BenchHouse, email: string): Promise<number> {
  const began = performance.now();
  const reply = await fetch(`${house.urls.alone}/v1/newsletter/subscriptions`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "CF-Connecting-IP": freshAddress() },
    body: JSON.stringify({ email, topics: ["news"], lang: "nl" }),
  });
  const body = await reply.text();
  const time = performance.now() - began;
  if (reply.status !== 202) throw new Error(`${reply.status} ${body}`);
  return time;
}

/** The share of pairs in which the first is the larger. */
function share(first: readonly number[], second: readonly number[]): number {
  const larger = first.reduce((sum, a) => sum + second.filter((b) => a > b).length, 0);
  return larger / (first.length * second.length);
}

async function activeSubscribers({ db }: BenchHouse, amount: number): Promise<string[]> {
  const addresses = Array.from({ length: amount }, () => `${randomUUID()}@example.nl`);
  // As people come: nobody is active without a sign-up (worker/migrations/0005).
  const insert = db.prepare(`insert into subscribers (id, email, status, lang, topics, source, requested_at)
    values (?, ?, 'pending', 'nl', '["news"]', 'site', 1)`);
  await db.batch(addresses.map((email) => insert.bind(randomUUID(), email)));
  const isNew = "status = 'pending' and requested_at = 1";
  await db.batch([
    db.prepare(`insert into signups (id, subscriber_id, lang, topics, surface, requested_at)
      select hex(randomblob(16)), id, lang, topics, 'site', 1 from subscribers where ${isNew}`),
    db.prepare(`update subscribers set status = 'active', confirmed_at = 2 where ${isNew}`),
    db.prepare("update signups set confirmed_at = 2 where requested_at = 1 and confirmed_at is null"),
  ]);
  return addresses;
}
