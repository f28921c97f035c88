import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { advanceCampaign, continueCampaigns, PAGE } from "../../worker/newsletter/campaign-run.ts";
import { createHouse } from "./house.ts";
import {
  addSubscribers,
  createDesk,
  entriesOf,
  passMinutes,
  recipientsOf,
  sendingHouse,
  serverOf,
  workOff,
} from "./sending.ts";

const refused = new Set<string>();
const { house, sent } = sendingHouse({}, (to) => {
  if (refused.has(to)) throw new Error("The server is away");
});
let desk: Awaited<ReturnType<typeof createDesk>>;
let readers: string[];

beforeAll(async () => {
  desk = await createDesk(house);
});

/** Each test has readers of its own, and no newsletter but its own is under way. */
beforeEach(async () => {
  for (const table of ["subscribers", "outbox", "campaign_recipients", "campaign_tallies", "campaigns"]) {
    await house.rows(`delete from ${table}`);
  }
  readers = await addSubscribers(house, 8);
  sent.length = 0;
  house.jobs.length = 0;
  refused.clear();
});

const wentTo = () =>
  sent
    .splice(0)
    .map(({ to }) => to)
    .sort();

/** A newsletter whose mails are made and wait to be sent; gives its id and theirs. */
async function waiting(more: object = {}): Promise<{ id: string; mails: string[] }> {
  const id = await desk.begun(more);
  house.jobs.length = 0;
  await advanceCampaign(house.rt, id);
  const rows = await recipientsOf(house, id);
  return { id, mails: rows.map(({ mail_id }) => mail_id ?? "") };
}

const consume = (ids: string[]) => house.consume(ids, "bulk-mail");
describe("Invariant 8: who leaves while a newsletter goes out gets nothing after that moment", () => {
  it("by the link, after the mails were made and some were sent", async () => {
    const { id, mails } = await waiting();
    await consume(mails.slice(0, 4));
    expect(wentTo()).toEqual(readers.slice(0, 4).sort());
    const leaver = readers[5] ?? "";
    const [mail] = await house.mailsTo(leaver);
    const out = new URL(/<(.*)>/.exec(mail?.headers["List-Unsubscribe"] ?? "")?.[1] ?? "");
    expect((await house.fetch(out.pathname + out.search, { method: "POST" })).status).toBe(200);
    await consume(mails);
    expect(wentTo()).toEqual(
      readers
        .slice(4)
        .filter((email) => email !== leaver)
        .sort(),
    );
    await passMinutes(house, 1);
    expect((await recipientsOf(house, id)).filter(({ state }) => state !== "sent")).toMatchObject([
      { email: leaver, state: "dropped", reason: "left" },
    ]);
    expect(await desk.get(id)).toMatchObject({ state: "sent", tallies: { sent: 7, dropped: 1, due: 0, waiting: 0 } });
  });

  it("in the very second: between the gate's look at a batch and the mail's own turn", async () => {
    const { mails } = await waiting();
    const [first = ""] = readers;
    // The first mail of the batch is on its way: everybody else leaves while the server takes it.
    const server = serverOf(async ({ to }) => {
      sent.push({ to });
      await house.rows(
        "update subscribers set status = 'left', left_at = 1 where email not in (select value from json_each(?))",
        JSON.stringify(sent.map((one) => one.to)),
      );
    });
    const slow = createHouse(server);
    slow.clock.now = house.clock.now;
    await slow.consume(mails, "bulk-mail");
    const went = wentTo();
    expect(went).toContain(first);
    // Those five that were looked at before the first was taken are in flight; no other begins.
    expect(went.length).toBeLessThanOrEqual(5);
    await passMinutes(house, 1);
    expect(wentTo()).toEqual([]);
  });

  it("who gives the topic up, is stopped or is erased, too; and who left before a page was made gets no mail made", async () => {
    const id = await desk.begun();
    const [left = "", topic = "", erased = "", bounced = ""] = readers.slice(4);
    await house.rows("update campaigns set rate = 1 where id = ?", id);
    house.jobs.length = 0;
    // A mail a minute: the others wait to be made.
    await advanceCampaign(house.rt, id);
    await house.rows("update subscribers set status = 'left', left_at = ? where email = ?", house.clock.now, left);
    await house.rows("update subscribers set topics = '[\"offers\"]' where email = ?", topic);
    await house.rows("update campaigns set rate = null, next_at = 0 where id = ?", id);
    await advanceCampaign(house.rt, id);
    await house.rows("delete from subscribers where email = ?", erased);
    await house.rows(
      "update subscribers set status = 'bounced', left_at = ? where email = ?",
      house.clock.now,
      bounced,
    );
    await passMinutes(house, 3);
    expect(wentTo()).toEqual(readers.slice(0, 4).sort());
    expect((await recipientsOf(house, id)).filter(({ state }) => state !== "sent")).toEqual([
      { email: left, state: "dropped", reason: "left", mail_id: null },
      { email: topic, state: "dropped", reason: "topic", mail_id: null },
      { email: bounced, state: "dropped", reason: expect.any(String), mail_id: expect.any(String) },
    ]);
    expect(await desk.get(id)).toMatchObject({ state: "sent", tallies: { sent: 4, dropped: 4 } });
  });
});

describe("a newsletter that goes out", () => {
  it("goes to who was there when it began, however many join meanwhile", async () => {
    const id = await desk.begun();
    await addSubscribers(house, 3);
    await workOff(house);
    expect(wentTo()).toEqual([...readers].sort());
    await passMinutes(house, 1);
    expect((await desk.get(id)).recipients).toBe(readers.length);
  });

  it("is held up at once, goes on where it was, and loses nobody", async () => {
    const { id, mails } = await waiting();
    await consume(mails.slice(0, 3));
    await desk.take(id, "pause");
    await consume(mails);
    await passMinutes(house, 5);
    expect(wentTo()).toEqual(readers.slice(0, 3).sort());
    const held = await house.rows(
      "select distinct state, attempts from outbox where state <> 'sent' and template = 'newsletter.campaign' and json_extract(params, '$.campaign') = ?",
      id,
    );
    expect(held).toEqual([{ state: "held", attempts: 0 }]);
    expect(await desk.refused(id, "pause")).toBe("campaign_not_ready");
    await desk.take(id, "resume");
    await workOff(house);
    expect(wentTo()).toEqual(readers.slice(3).sort());
    await passMinutes(house, 1);
    expect((await desk.get(id)).state).toBe("sent");
    expect(await entriesOf(house, id)).toMatchObject({
      "campaign.paused": 1,
      "campaign.resumed": 1,
      "campaign.sent": 1,
    });
  });

  it("that is held in the moment in which it goes on is found again", async () => {
    const { id, mails } = await waiting();
    await house.rows(
      "update outbox set state = 'held' where id in (select value from json_each(?))",
      JSON.stringify(mails),
    );
    await passMinutes(house, 1);
    expect(wentTo()).toEqual([...readers].sort());
    await passMinutes(house, 1);
    expect((await desk.get(id)).state).toBe("sent");
  });

  it("can be paused while its recipients are written down", async () => {
    const id = await desk.begun();
    await desk.take(id, "pause");
    await workOff(house);
    expect(await recipientsOf(house, id)).toEqual([]);
    expect(await desk.take(id, "resume")).toMatchObject({ state: "freezing" });
    await workOff(house);
    expect(wentTo()).toHaveLength(readers.length);
    await passMinutes(house, 1);
  });

  it("ends when it is cancelled: nobody gets it any more, held, waiting or due", async () => {
    const { id, mails } = await waiting();
    await consume(mails.slice(0, 2));
    await desk.take(id, "cancel");
    await consume(mails);
    await passMinutes(house, 3);
    expect(wentTo()).toEqual(readers.slice(0, 2).sort());
    expect(await desk.get(id)).toMatchObject({
      state: "cancelled",
      tallies: { sent: 2, dropped: 6, due: 0, waiting: 0 },
    });
    for (const step of ["pause", "resume", "cancel"]) expect(await desk.refused(id, step)).toBe("campaign_not_ready");
    const paused = await waiting();
    await desk.take(paused.id, "pause");
    await consume(paused.mails);
    await desk.take(paused.id, "cancel");
    await passMinutes(house, 1);
    expect(wentTo()).toEqual([]);
    expect((await desk.get(paused.id)).tallies).toMatchObject({ dropped: 8, due: 0 });
  });

  it("goes on with the others when some are refused, and says who was; a retry that works counts", async () => {
    const [refusedOne = ""] = readers;
    refused.add(refusedOne);
    const id = await desk.begun();
    await workOff(house);
    expect(wentTo()).toEqual(readers.slice(1).sort());
    await passMinutes(house, 1);
    expect(await desk.get(id)).toMatchObject({ state: "sending", tallies: { sent: 7, due: 1 } });
    await house.rows(
      "update outbox set state = 'dead', last_error = 'SMTP 550' where recipient = ? and state = 'queued'",
      refusedOne,
    );
    await passMinutes(house, 1);
    expect(await desk.get(id)).toMatchObject({ state: "sent", tallies: { sent: 7, failed: 1, due: 0 } });
    const failed = await desk.ask(`/${id}/recipients?state=failed`);
    expect(await failed.json()).toMatchObject({ recipients: [{ email: refusedOne, reason: "SMTP 550" }], next: null });
    refused.clear();
    await house.rows("update outbox set state = 'queued', attempts = 0 where state = 'dead'");
    expect(await desk.get(id)).toMatchObject({ state: "sent", tallies: { sent: 7, failed: 0, due: 1 } });
    await passMinutes(house, 3);
    expect(wentTo()).toEqual([refusedOne]);
    expect(await desk.get(id)).toMatchObject({ state: "sent", tallies: { sent: 8, failed: 0, due: 0 } });
  });

  it("keeps its rate by the clock, with the queue and by cron alone", async () => {
    const more = await addSubscribers(house, 22, { topics: ["offers"] });
    const audience = { topics: ["offers"], segment: null };
    for (const withQueue of [true, false]) {
      const id = await desk.begun({ rate: 5, audience });
      const perMinute: number[] = [];
      for (let minute = 0; minute < 8; minute++) {
        if (!withQueue) house.jobs.length = 0;
        await workOff(house);
        await passMinutes(house, 1);
        perMinute.push(sent.splice(0).length);
      }
      expect(perMinute.reduce((sum, count) => sum + count, 0)).toBe(more.length);
      for (const count of perMinute) expect(count).toBeLessThanOrEqual(10);
      expect(perMinute.slice(0, 4).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(25);
      expect((await desk.get(id)).state).toBe("sent");
    }
  });

  it("begins at the time it was scheduled for, in the name of who scheduled it; a draft again if it cannot", async () => {
    const at = new Date(house.clock.now + 90_000).toISOString();
    const past = new Date(house.clock.now - 1).toISOString();
    const { id, version } = await desk.draft();
    const zone = "Europe/Amsterdam";
    for (const wrong of [
      { at: past, zone },
      { at, zone: "Mars/Olympus" },
      { at: "tomorrow", zone },
    ]) {
      expect(await desk.refused(id, "schedule", { version, ...wrong })).toBe("invalid_input");
    }
    expect(await desk.take(id, "schedule", { version, at, zone })).toMatchObject({
      state: "scheduled",
      scheduledAt: at,
    });
    expect((await desk.patch(id, { version: version + 1, name: "x" })).status).toBe(409);
    const back = await desk.take(id, "unschedule", { version: version + 1 });
    expect(back).toMatchObject({ state: "draft", scheduledAt: null });
    await desk.take(id, "schedule", { version: back.version, at, zone });
    const empty = await desk.draft();
    await desk.take(empty.id, "schedule", { version: empty.version, at, zone });
    await house.rows('update campaigns set audience = \'{"topics":["offers"],"segment":null}\' where id = ?', empty.id);
    await passMinutes(house, 1);
    expect((await desk.get(id)).state).toBe("scheduled");
    await passMinutes(house, 1);
    expect(wentTo()).toEqual([...readers].sort());
    expect(await desk.get(empty.id)).toMatchObject({ state: "draft", fault: "no_recipients", scheduledAt: null });
    await passMinutes(house, 1);
    expect((await desk.get(id)).state).toBe("sent");
  });

  it("leaves no recipients 90 days later, and its figures stay", async () => {
    const id = await desk.begun();
    await workOff(house);
    await passMinutes(house, 1);
    const endedAgo = async (days: number) => {
      house.clock.now = Math.ceil(house.clock.now / 3_600_000) * 3_600_000;
      await house.rows("update campaigns set finished_at = ? where id = ?", house.clock.now - days * 86_400_000, id);
      await house.round();
      return (await recipientsOf(house, id)).length;
    };
    expect(await endedAgo(89)).toBe(readers.length);
    expect(await endedAgo(91)).toBe(0);
    expect((await desk.get(id)).tallies).toMatchObject({ sent: readers.length });
  });
});

it("of two workers at once one makes each page", async () => {
  const many = await addSubscribers(house, PAGE + 20, { topics: ["maintenance"] });
  const id = await desk.begun({ audience: { topics: ["maintenance"], segment: null } });
  const other = createHouse({ NEWSLETTER_RATE: "1000000" });
  other.clock.now = house.clock.now;
  await Promise.all([advanceCampaign(house.rt, id), advanceCampaign(other.rt, id), continueCampaigns(other.rt)]);
  await advanceCampaign(house.rt, id);
  const rows = await recipientsOf(house, id);
  expect(rows.map(({ email }) => email)).toEqual(many);
  expect(new Set(rows.map(({ mail_id }) => mail_id)).size).toBe(many.length);
  const mails = await house.rows(
    "select count(*) as count from outbox where template = 'newsletter.campaign' and json_extract(params, '$.campaign') = ?",
    id,
  );
  expect(mails).toEqual([{ count: many.length }]);
  await desk.take(id, "cancel");
});
