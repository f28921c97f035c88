import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { advanceCampaign, continueCampaigns } from "../../worker/newsletter/campaign-run.ts";
import type { Job } from "../../worker/platform/jobs.ts";
import { type Bindings, createRuntime, systemChance } from "../../worker/platform/runtime.ts";
import { addSubscribers, createDesk, passMinutes, recipientsOf, sendingHouse, workOff } from "./sending.ts";

const { house, sent } = sendingHouse({ NEWSLETTER_RATE: "20000" });
let desk: Awaited<ReturnType<typeof createDesk>>;

beforeAll(async () => {
  desk = await createDesk(house);
});

beforeEach(async () => {
  for (const table of ["subscribers", "outbox", "campaign_recipients", "campaign_tallies", "campaigns"]) {
    await house.rows(`delete from ${table}`);
  }
  sent.length = 0;
  house.jobs.length = 0;
});

const made = async () => (await house.rows("select 1 from outbox where template = 'newsletter.campaign'")).length;

describe("how fast a newsletter goes", () => {
  it("faster than its mails may wait: the queue goes on by itself, at its rate, and is not woken ever more often", async () => {
    await addSubscribers(house, 5_400);
    const start = house.clock.now;
    // A queue that keeps to the delays it is told.
    let queue: { at: number; job: Job }[] = [];
    const recording = house.bindings.BULK;
    house.bindings.BULK = {
      sendBatch: async (batch: { body: Job }[], { delaySeconds = 0 } = {}) => {
        for (const { body } of batch) queue.push({ at: house.clock.now + delaySeconds * 1000, job: body });
      },
    } as unknown as Queue<Job>; // What our code calls of it.
    let steps = 0;
    const passTo = async (end: number) => {
      for (;;) {
        const next = Math.min(...queue.map(({ at }) => at));
        if (next > end) break;
        house.clock.now = Math.max(house.clock.now, next);
        const due = queue.filter(({ at }) => at <= house.clock.now).map(({ job }) => job);
        queue = queue.filter(({ at }) => at > house.clock.now);
        const mails = due.filter(({ kind }) => kind === "bulk-mail").map(({ id }) => id);
        await house.rows(
          "update outbox set state = 'sent', sent_at = 1, attempts = 1 where id in (select value from json_each(?))",
          JSON.stringify(mails),
        );
        const [campaign] = due.filter(({ kind }) => kind === "campaign");
        if (!campaign) continue;
        steps++;
        await house.consume([campaign.id], "campaign");
      }
      house.clock.now = end;
    };
    const id = await desk.begun();
    await passTo(start + 14_000);
    expect(await made()).toBe(5_000);
    // Whoever looks meanwhile wakes nobody: who moved it has.
    await continueCampaigns(house.rt);
    await continueCampaigns(house.rt);
    await passTo(start + 50_000);
    expect(await made()).toBe(5_400);
    expect(await desk.get(id)).toMatchObject({ state: "sent", tallies: { sent: 5_400 } });
    expect(steps).toBeLessThan(10);
    house.bindings.BULK = recording;
  });

  it("is shared by those that go out at the same time", async () => {
    await addSubscribers(house, 22);
    await desk.begun({ rate: 6 });
    await desk.begun({ rate: 6 });
    await workOff(house);
    await passMinutes(house, 3);
    // Those of four minutes, and a minute's worth that the first made before there was a second.
    expect(sent.length).toBeGreaterThan(12);
    expect(sent.length).toBeLessThanOrEqual(30);
    await passMinutes(house, 8);
    expect(sent).toHaveLength(44);
  });
});

it("who is erased between the look at a page and its commit has no mail made", async () => {
  const [first = "", erased = ""] = await addSubscribers(house, 2);
  const id = await desk.begun();
  const { DB } = house.bindings;
  const slow = {
    prepare: (sql: string) => DB.prepare(sql),
    async batch(list: D1PreparedStatement[]) {
      const [found] = await house.rows("select 1 from campaigns where id = ? and state = 'sending'", id);
      if (found) await house.rows("delete from subscribers where email = ?", erased);
      return DB.batch(list);
    },
  };
  const bindings = { ...house.bindings, DB: slow } as unknown as Bindings; // What our code calls of it.
  const rt = createRuntime(bindings, { ...systemChance, now: () => house.clock.now }, () => undefined);
  await advanceCampaign(rt, id);
  expect((await recipientsOf(house, id)).map(({ email, state }) => [email, state])).toEqual([[first, "due"]]);
  expect(await house.rows("select recipient from outbox where template = 'newsletter.campaign'")).toEqual([
    { recipient: first },
  ]);
});

it("one that cannot go on holds up no other, and the round tells", async () => {
  await addSubscribers(house, 2);
  const at = new Date(house.clock.now + 1_000).toISOString();
  const scheduled = async () => {
    const { id, version } = await desk.draft();
    await desk.take(id, "schedule", { version, at, zone: "UTC" });
    return id;
  };
  const broken = [await desk.begun(), await scheduled()];
  const fine = [await desk.begun(), await scheduled()];
  const { DB } = house.bindings;
  const failing = {
    batch: (list: D1PreparedStatement[]) => DB.batch(list),
    prepare: (sql: string) => ({
      bind(...values: unknown[]) {
        if (broken.some((id) => values.includes(id))) throw new Error("It cannot be read");
        return DB.prepare(sql).bind(...values);
      },
    }),
  };
  const bindings = { ...house.bindings, DB: failing } as unknown as Bindings; // What our code calls of it.
  house.clock.now += 60_000;
  const rt = createRuntime(bindings, { ...systemChance, now: () => house.clock.now }, () => undefined);
  await expect(continueCampaigns(rt)).rejects.toThrow();
  const states = await Promise.all([...broken, ...fine].map(async (id) => (await desk.get(id)).state));
  expect(states).toEqual(["freezing", "scheduled", "sending", "sending"]);
});
