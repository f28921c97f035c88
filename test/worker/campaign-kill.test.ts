import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { advanceCampaign, continueCampaigns } from "../../worker/newsletter/campaign-run.ts";
import { createHouse } from "./house.ts";
import { failingAt } from "./notices.ts";
import { addSubscribers, createDesk, entriesOf, recipientsOf, sendingHouse, workOff } from "./sending.ts";

const { house, sent } = sendingHouse();
let desk: Awaited<ReturnType<typeof createDesk>>;
let readers: string[];

beforeAll(async () => {
  desk = await createDesk(house);
  readers = await addSubscribers(house, 4);
});

beforeEach(() => {
  sent.length = 0;
  house.jobs.length = 0;
});

/** Every reader has one row and one mail, and nobody else has. */
async function expectMadeOnce(id: string): Promise<void> {
  const rows = await recipientsOf(house, id);
  expect(rows.map(({ email }) => email)).toEqual(readers);
  const mails = await house.rows<{ id: string; recipient: string }>(
    "select id, recipient from outbox where json_extract(params, '$.campaign') = ?",
    id,
  );
  expect(mails.map((mail) => mail.id).sort()).toEqual(rows.map(({ mail_id }) => mail_id).sort());
  expect(mails.map(({ recipient }) => recipient).sort()).toEqual([...readers].sort());
}

/** Some minutes of cron's part in newsletters, with the queues worked off after each. */
async function settle(): Promise<void> {
  for (let minute = 0; minute < 4; minute++) {
    house.clock.now += 60_000;
    await continueCampaigns(house.rt);
    await workOff(house);
  }
}

describe("whatever crashes, every reader gets a newsletter once", () => {
  for (const when of ["before", "after"] as const) {
    it(`a worker killed ${when} any of its calls to the database misses nobody and makes no mail twice`, async () => {
      for (let at = 0; ; at++) {
        const id = await desk.begun({ rate: 2 });
        const { rt, failed } = failingAt(house, at, when);
        // A page of two mails a time; the clock is far enough for all.
        for (let step = 0; step < 3; step++) {
          await advanceCampaign(rt, id).catch(() => undefined);
          house.clock.now += 60_000;
        }
        for (let step = 0; step < 3; step++) {
          await advanceCampaign(house.rt, id);
          house.clock.now += 60_000;
        }
        await expectMadeOnce(id);
        await desk.take(id, "cancel");
        house.jobs.length = 0;
        if (!failed()) {
          expect(at).toBeGreaterThan(10);
          break;
        }
      }
    }, 60_000);

    it(`a sender killed ${when} any of its calls: each mail goes, and its outcome is written down once`, async () => {
      for (let at = 0; ; at++) {
        const id = await desk.begun();
        house.jobs.length = 0;
        await advanceCampaign(house.rt, id);
        const mails = (await recipientsOf(house, id)).map(({ mail_id }) => mail_id ?? "");
        const { rt, failed } = failingAt(house, at, when);
        sent.length = 0;
        const dying = createHouse({ ...rt.bindings });
        dying.clock.now = house.clock.now;
        await dying.consume(mails, "bulk-mail").catch(() => undefined);
        const before = sent.length;
        // The lease of the one that died runs out; the next rounds wake its mails.
        house.clock.now += 3 * 60_000;
        await house.round();
        await workOff(house);
        await continueCampaigns(house.rt);
        expect(sent.length - before).toBeLessThanOrEqual(readers.length);
        expect(new Set(sent.map(({ to }) => to)).size).toBe(readers.length);
        expect(await desk.get(id)).toMatchObject({
          state: "sent",
          tallies: { sent: readers.length, due: 0, dropped: 0 },
        });
        expect((await entriesOf(house, id))["campaign.sent"]).toBe(1);
        if (!failed()) {
          expect(sent).toHaveLength(readers.length);
          break;
        }
      }
    }, 60_000);
  }

  it("a worker killed while it writes outcomes down, ends or drops: all is settled once", async () => {
    for (const order of ["finish", "cancel"] as const) {
      for (const when of ["before", "after"] as const) {
        for (let at = 0; ; at++) {
          const id = await desk.begun({ rate: 2 });
          house.jobs.length = 0;
          await advanceCampaign(house.rt, id);
          await house.rows(
            "update outbox set state = 'sent', sent_at = 1 where json_extract(params, '$.campaign') = ?",
            id,
          );
          if (order === "cancel") await desk.take(id, "cancel");
          else {
            house.clock.now += 180_000;
            await workOff(house);
          }
          const { rt, failed } = failingAt(house, at, when);
          await continueCampaigns(rt).catch(() => undefined);
          await Promise.all([continueCampaigns(house.rt), continueCampaigns(house.rt)]);
          await settle();
          const { state, tallies } = await desk.get(id);
          const settled = [tallies["sent"], tallies["dropped"], tallies["waiting"], tallies["due"]];
          if (order === "cancel") expect([state, ...settled.slice(2)]).toEqual(["cancelled", 0, 0]);
          else expect([state, ...settled]).toEqual(["sent", readers.length, 0, 0, 0]);
          expect((await entriesOf(house, id))["campaign.sent"] ?? 0).toBe(order === "cancel" ? 0 : 1);
          if (!failed()) break;
        }
      }
    }
  }, 60_000);
});
