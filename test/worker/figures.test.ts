import { describe, expect, it } from "vitest";
import { apiKey, createHouse, DAY, freshAddress, START } from "./house.ts";
import { createInbound } from "./inbound.ts";
import { complaint, gmail, written } from "./returned-mails.ts";
import { createSubscribers } from "./subscribers.ts";

const { house, people, take, addressOf, sentCampaign } = createInbound();

async function ask(path: string, accept = "application/json") {
  const headers = { Authorization: `Bearer ${await apiKey("newsletter:read")}`, Accept: accept };
  return house.fetch(path, { headers });
}
const growth = async (query: string) => (await ask(`/v1/newsletter/figures/growth?${query}`)).json<Growth>();

interface Growth {
  from: string;
  to: string;
  by: string;
  points: { start: string; joined: number; left: number; sources: Record<string, object> }[];
}

/** Writes down that so many joined or went, as the triggers do. */
const moved = (day: string, source: string, event: string, count: number) =>
  house.rows("insert into subscriber_days (day, source, event, count) values (?, ?, ?, ?)", day, source, event, count);

describe("growth", () => {
  it("counts who joins, leaves, bounces and complains on the day they do, by where they came from", async () => {
    const mine = createSubscribers(house);
    house.clock.now = START + 400 * DAY;
    const day = new Date(house.clock.now).toISOString().slice(0, 10);
    const emails = [];
    for (let i = 0; i < 5; i++) emails.push(await mine.activeSubscriber());
    const [left = "", bounced = "", complained = ""] = emails;
    await house.fetch(await mine.leaveLink(left), { method: "POST" });
    const { mails } = await sentCampaign([bounced, complained]);
    const [back, unwanted] = await Promise.all(mails.map((mail) => addressOf("bounce", mail)));
    await take(back ?? "", gmail({ to: back ?? "", recipient: bounced }));
    await take(unwanted ?? "", complaint({ to: unwanted ?? "", recipient: complained }));
    await mine.subscribe(freshAddress());
    const moves = { joined: 5, left: 1, bounced: 1, complained: 1 };
    expect(await growth(`from=${day}&to=${day}`)).toEqual({
      ...{ from: day, to: day, by: "day", source: null },
      points: [{ start: day, ...moves, sources: { site: moves } }],
    });
    house.clock.now = START;
  });

  it("has every day, the last thirty when none is named; weeks from Monday, months from the first", async () => {
    await moved("2019-12-30", "beurs", "joined", 2);
    await moved("2020-01-05", "site", "joined", 3);
    await moved("2020-01-06", "site", "left", 1);
    await moved("2020-02-29", "site", "joined", 7);
    const usual = await growth("");
    expect([usual.points.length, usual.to, usual.by]).toEqual([30, "2026-11-22", "day"]);
    const weeks = await growth("from=2020-01-01&to=2020-01-08&by=week");
    expect([weeks.from, weeks.to]).toEqual(["2019-12-30", "2020-01-12"]);
    expect(weeks.points.map(({ start, joined, left }) => [start, joined, left])).toEqual([
      ["2019-12-30", 5, 0],
      ["2020-01-06", 0, 1],
    ]);
    const months = await growth("from=2019-12-31&to=2020-02-01&by=month");
    expect(months.points.map(({ start, joined, left }) => [start, joined, left])).toEqual([
      ["2019-12-01", 2, 0],
      ["2020-01-01", 3, 1],
      ["2020-02-01", 7, 0],
    ]);
    const one = await growth("from=2019-12-31&to=2020-02-01&by=month&source=beurs");
    expect(one.points.map(({ joined }) => joined)).toEqual([2, 0, 0]);
  });

  it("is the same as a file, whose words no spreadsheet runs", async () => {
    await moved("2018-05-01", "=beurs", "joined", 4);
    await moved("2018-05-03", "site", "complained", 1);
    const reply = await ask("/v1/newsletter/figures/growth?from=2018-05-01&to=2018-05-31&by=month", "text/csv");
    expect(reply.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(await reply.text()).toBe(
      'from_utc,source,joined,left,bounced,complained\r\n2018-05-01,"\'=beurs",4,0,0,0\r\n2018-05-01,site,0,0,0,1\r\n',
    );
  });

  for (const [query, path] of [
    ["from=2020-02-30", "from"],
    ["from=2020-02-02&to=2020-02-01", "from"],
    ["from=0001-01-01&to=9999-12-31", "by"],
    ["from=9999-12-01&to=9999-12-31", "by"],
    ["from=2010-01-01&to=2020-01-01&by=day", "by"],
    ["by=hour", "by"],
  ] as const) {
    it(`refuses ${query}`, async () => {
      const reply = await ask(`/v1/newsletter/figures/growth?${query}`);
      expect(reply.status).toBe(422);
      expect(await reply.json()).toMatchObject({ code: "invalid_input", errors: [{ path }] });
    });
  }
});

describe("what came of newsletters", () => {
  it("agrees with their rows, one by one and side by side", async () => {
    const emails = [];
    for (let i = 0; i < 4; i++) emails.push(await people.activeSubscriber());
    const { campaign, mails } = await sentCampaign(emails);
    const [bounce = "", reply = "", leave = ""] = await Promise.all([
      addressOf("bounce", mails[0] ?? ""),
      addressOf("reply", mails[1] ?? ""),
      addressOf("leave", mails[2] ?? ""),
    ]);
    await take(bounce, gmail({ to: bounce, recipient: emails[0] ?? "" }));
    await take(reply, written(reply, "Re: Nieuws", "Mooi!"), "sam@example.nl");
    await take(leave, written(leave, "", ""), "sam@example.nl");
    await house.rows("update campaign_recipients set state = 'failed' where mail_id = ?", mails[3]);
    const expected = {
      ...{ id: campaign, name: "Nieuws", state: "sent", finishedAt: null, startedAt: new Date(START).toISOString() },
      ...{ recipients: 0, sent: 3, waiting: 0, failed: 1, dropped: 0, bounced: 1, left: 1, complained: 0, replied: 1 },
    };
    expect(await (await ask(`/v1/campaigns/${campaign}/figures`)).json()).toEqual(expected);
    const all = await (await ask("/v1/newsletter/figures/campaigns")).json<{ campaigns: { id: string }[] }>();
    expect(all.campaigns).toContainEqual(expected);
    const line = await (await ask(`/v1/campaigns/${campaign}/figures`, "text/csv")).text();
    expect(line).toContain(`,Nieuws,sent,${expected.startedAt},,0,3,0,1,0,1,1,0,1\r\n`);
    expect(await (await ask("/v1/newsletter/figures/campaigns", "text/csv")).text()).toContain(line.split("\r\n")[1]);
  });

  it("are listed a page at a time, the latest first, without drafts", async () => {
    const { campaign } = await sentCampaign([]);
    await house.rows("update campaigns set state = 'draft', started_at = null where id = ?", campaign);
    const made = [];
    for (let i = 0; i < 102; i++) {
      const { campaign: id } = await sentCampaign([]);
      await house.rows("update campaigns set started_at = ? where id = ?", START + 1_000 + Math.floor(i / 2), id);
      made.push(id);
    }
    type Page = { campaigns: { id: string }[]; next: string | null };
    const first = await (await ask("/v1/newsletter/figures/campaigns")).json<Page>();
    const second = await (await ask(`/v1/newsletter/figures/campaigns?after=${first.next}`)).json<Page>();
    const ids = [...first.campaigns, ...second.campaigns].map(({ id }) => id);
    expect(first.campaigns).toHaveLength(100);
    expect(second.next).toBeNull();
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.slice(0, 102).sort()).toEqual(made.sort());
    expect(ids).not.toContain(campaign);
  });

  it("stay when their readers are erased", async () => {
    const email = await people.activeSubscriber();
    const { campaign } = await sentCampaign([email]);
    await house.rows("delete from subscribers where email = ?", email);
    expect(await (await ask(`/v1/campaigns/${campaign}/figures`)).json()).toMatchObject({ sent: 1 });
  });

  it("are nobody's business without the scope", async () => {
    const headers = { Authorization: `Bearer ${await apiKey("mail:read")}` };
    for (const path of ["growth", "campaigns"]) {
      expect((await createHouse().fetch(`/v1/newsletter/figures/${path}`, { headers })).status).toBe(403);
    }
  });
});
