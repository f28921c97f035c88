/** The worker's figures (DESIGN.md 9). */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../../scripts/config.ts";
import { publishVersions, readVersions } from "../../../scripts/policy.ts";
import { type BenchHouse, startHouse } from "./house.ts";
import { printRoundTrips } from "./round-trips.ts";
import { printAsStarted, printRequests } from "./rounds.ts";
import { printTiming } from "./timing.ts";

export async function printWorkerFigures(): Promise<void> {
  const house = await startHouse();
  try {
    await publishDemo(house);
    await printRoundTrips(house);
    await printTiming(house);
    await printRequests(house);
    await printAsStarted(house);
  } finally {
    await house.stop();
  }
}

const DAY = 86_400_000;

/** The demo's two policy versions, so that there is a notice to give. */
async function publishDemo({ db, urls }: BenchHouse): Promise<void> {
  const key = "fp_bench";
  const hash = createHash("sha256").update(key).digest("hex");
  await db
    .prepare(
      `insert into api_keys (id, name, hash, scopes, created_at) values ('bench', 'bench', ?, '["policy:write"]', 0)`,
    )
    .bind(hash)
    .run();
  const folder = join(root, "widget/demo/policy");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".md")).map((file) => join(folder, file));
  const fromToday = (day: string) => {
    const [, days] = /^([+-]\d+)d$/.exec(day) ?? [];
    return days === undefined ? day : new Date(Date.now() + Number(days) * DAY).toISOString().slice(0, 10);
  };
  await publishVersions(urls.default, key, await readVersions(files, fromToday));
}
