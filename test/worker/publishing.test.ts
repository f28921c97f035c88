import { beforeAll, describe, expect, it } from "vitest";
import { inventory } from "../../worker/inventory.ts";
import { addVersion } from "./drafts.ts";
import { apiKey, createHouse, DAY, START, version } from "./house.ts";

const house = createHouse();
let key = "";
const publish = (body: object, query = "") =>
  house.post(`/v1/policy/versions${query}`, body, { Authorization: `Bearer ${key}` });
const HISTORY = { date: "2015-03-04", effective: "2015-03-04", history: true };

async function refusalOf(body: object): Promise<{ status: number; code: string; errors?: object[] }> {
  const reply = await publish(body);
  return { status: reply.status, ...((await reply.json()) as { code: string }) };
}
const faulty = (...errors: object[]) => ({ status: 422, code: "invalid_input", errors });
const invalid = (path: string, code: string) => faulty({ path, code });
const BOTH_PAST = faulty({ path: "date", code: "past" }, { path: "effective", code: "past" });
const counted = async () =>
  house.rows(`select (select count(*) from policy_versions) as versions, (select count(*) from policy_drafts) as drafts,
    (select count(*) from policy_texts) as texts, (select count(*) from ledger_entries) as entries`);

beforeAll(async () => {
  key = await apiKey("policy:write");
  expect((await publish(version(HISTORY))).status).toBe(201);
});

describe("a version is refused that", () => {
  const two = version().texts;
  it.each<[string, Record<string, unknown>, object]>([
    ["takes effect in the past", { date: "2026-11-01", effective: "2026-11-21" }, BOTH_PAST],
    ["is significant and takes effect too soon", { effective: "2026-12-21" }, invalid("effective", "too_soon")],
    ["is of an earlier day, as if it had last changed then", { date: "2026-11-21" }, invalid("date", "past")],
    [
      "is significant and announced no longer than until before it takes effect",
      { noticeUntil: "2026-12-21" },
      invalid("noticeUntil", "invalid"),
    ],
    [
      "is minor, after one of which nobody knows what was stored",
      { significance: "minor" },
      invalid("significance", "not_lower"),
    ],
    [
      "is of a day to come and takes effect too soon after it",
      { date: "2026-12-01" },
      invalid("effective", "too_soon"),
    ],
    [
      "has no summary though it is significant",
      { texts: { ...two, en: { ...two.en, summary: " " } } },
      invalid("texts.en.summary", "required"),
    ],
    [
      "has a longer summary than a banner holds",
      { texts: { ...two, nl: { ...two.nl, summary: "x".repeat(301) } } },
      invalid("texts.nl.summary", "too_long"),
    ],
    [
      "has Markdown that takes too long to render",
      { texts: { ...two, nl: { ...two.nl, markdown: "> ".repeat(20_000) } } },
      invalid("texts.nl.markdown", "too_tangled"),
    ],
    [
      "has 200 KB of Markdown",
      { texts: { ...two, nl: { ...two.nl, markdown: "word ".repeat(40_000) } } },
      invalid("texts.nl.markdown", "too_long"),
    ],
    ["is called history and is not of the past", { history: true }, invalid("history", "invalid")],
    [
      "is of no later day than one that stands",
      { ...HISTORY, date: "2014-01-01" },
      { status: 409, code: "version_overlaps" },
    ],
    [
      "takes effect no later than one that stands",
      { ...HISTORY, date: "2015-03-05", effective: "2015-03-05", history: false },
      BOTH_PAST,
    ],
  ])("%s", async (_, changes, expected) => {
    const before = await counted();
    expect(await refusalOf(version(changes))).toMatchObject(expected);
    expect(await counted()).toEqual(before);
  });

  it("is larger than a file may be", async () => {
    const texts = { ...two, nl: { ...two.nl, markdown: "x".repeat(1_100_000) } };
    expect(await refusalOf(version({ texts }))).toMatchObject({ status: 413, code: "body_too_large" });
  });
});

describe("a dry run", () => {
  it("needs no key that publishes", async () => {
    const reader = { Authorization: `Bearer ${await apiKey("policy:read")}` };
    expect((await house.post("/v1/policy/versions?dry=1", version(), reader)).status).toBe(200);
    expect((await house.post("/v1/policy/versions", version(), reader)).status).toBe(403);
    const other = { Authorization: `Bearer ${await apiKey("customers:read", "mail:write")}` };
    expect((await house.post("/v1/policy/versions?dry=1", version(), other)).status).toBe(403);
    expect((await house.post("/v1/policy/versions?dry=1", version())).status).toBe(401);
  });

  it("says what would come of it and changes nothing, not even on its date", async () => {
    const before = await counted();
    const reply = await publish(version(), "?dry=1");
    expect([reply.status, await reply.json()]).toEqual([
      200,
      {
        outcome: "published",
        // What was stored on the day of a version of history is not known.
        significance: "significant",
        since: "2015-03-04",
        words: { nl: { added: 0, removed: 0 }, en: { added: 0, removed: 0 } },
        inventory: [],
      },
    ]);
    const texts = {
      ...version().texts,
      nl: { ...version().texts.nl, markdown: "## Gegevens\n\nWe bewaren je adres." },
    };
    const later = await publish(version({ date: "2026-12-01", effective: "2026-12-31", texts }), "?dry=1");
    expect(await later.json()).toMatchObject({ outcome: "scheduled", words: { nl: { added: 1, removed: 1 } } });
    expect(await (await publish(version(HISTORY), "?dry=1")).json()).toMatchObject({ outcome: "unchanged" });
    expect((await publish(version({ effective: "2026-12-01" }), "?dry=1")).status).toBe(422);
    expect(await counted()).toEqual(before);
  });
});

describe("a version of history", () => {
  it("announces nothing, starts no run, and knows no inventory", async () => {
    expect(await house.rows("select inventory, significance from policy_versions")).toEqual([
      { inventory: null, significance: "significant" },
    ]);
    expect(await house.rows("select * from notice_runs")).toEqual([]);
    const yesterday = createHouse();
    yesterday.clock.now = Date.parse("2015-03-05T10:00:00Z");
    expect(await (await yesterday.fetch("/v1/notices")).json()).toEqual({ notices: [] });
  });
});

describe("a version of a day to come", () => {
  it("is scheduled: 202, the same again 200, another of that date refused", async () => {
    const body = version({ date: "2026-12-01", effective: "2027-01-01", noticeUntil: "2027-02-01" });
    const replies = [await publish(body), await publish(body)];
    expect(replies.map(({ status }) => status)).toEqual([202, 200]);
    expect(await replies[1]?.json()).toMatchObject({ state: "scheduled", date: "2026-12-01" });
    expect(await refusalOf({ ...body, effective: "2027-01-02" })).toMatchObject({ code: "version_overlaps" });
    expect(await refusalOf(version())).toMatchObject({ status: 409, code: "version_overlaps" });
    expect(await house.rows("select state, version from policy_drafts")).toEqual([{ state: "scheduled", version: 1 }]);
    expect((await house.fetch("/policy/versions/2026-12-01")).status).toBe(404);
  });

  it("is published by cron on its day with the days that were asked, and is then the same again", async () => {
    house.clock.now = Date.parse("2026-12-01T00:01:00+01:00");
    await house.round();
    const [row] = await house.rows("select effective, notice_until from policy_versions where date = '2026-12-01'");
    expect(row).toEqual({ effective: "2027-01-01", notice_until: "2027-02-01" });
    const body = version({ date: "2026-12-01", effective: "2027-01-01", noticeUntil: "2027-02-01" });
    expect((await publish(body)).status).toBe(200);
    expect(
      await house.rows("select actor from ledger_entries where kind = 'policy.published' order by seq desc limit 1"),
    ).toEqual([{ actor: expect.stringMatching(/^key:/) }]);
  });

  it("by two at once is scheduled once", async () => {
    const body = version({ date: "2027-01-05", effective: "2027-02-05" });
    const replies = await Promise.all([publish(body), publish(body)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 202]);
    await house.rows("delete from policy_drafts");
  });
});

describe("the inventory", () => {
  const minor = { date: "2027-04-01", effective: "2027-04-01", significance: "minor" };

  it("that gained something forbids a minor version, and says what", async () => {
    house.clock.now = Date.parse("2027-04-01T10:00:00Z");
    const fewer = { ...inventory, purposes: inventory.purposes.filter((purpose) => purpose !== "billing") };
    await addVersion(house, { date: "2027-03-01", effective: "2027-03-01", inventory: fewer });
    expect(await refusalOf(version(minor))).toMatchObject(invalid("significance", "not_lower"));
    const significant = { ...minor, effective: "2027-05-01", significance: "significant" };
    expect(await (await publish(version(significant), "?dry=1")).json()).toMatchObject({
      significance: "significant",
      inventory: [{ kind: "purpose-added", name: "billing" }],
    });
    expect((await publish(version(significant))).status).toBe(201);
  });

  it("that stayed the same allows one, without a summary, and starts no run", async () => {
    house.clock.now += 60 * DAY;
    const runs = await house.rows("select * from notice_runs");
    const { nl, en } = version().texts;
    const texts = { nl: { ...nl, summary: "" }, en: { title: en.title, markdown: en.markdown } };
    const body = version({ ...minor, date: "2027-05-31", effective: "2027-05-31", texts });
    expect((await publish(body)).status).toBe(201);
    expect(await house.rows("select * from notice_runs")).toEqual(runs);
    for (const path of ["/policy/versions", "/policy/versions/2027-05-31", "/policy/feed.xml", "/policy/feed.json"]) {
      const html = await (await house.fetch(`${path}?lang=en`)).text();
      expect(html, path).not.toMatch(/<p[^>]*><\/p>|undefined/);
    }
  });

  it("once known, history is closed", async () => {
    house.clock.now += 60 * DAY;
    const late = { date: "2027-06-10", effective: "2027-06-10", history: true };
    expect(await refusalOf(version(late))).toMatchObject(invalid("history", "invalid"));
    house.clock.now = START;
  });
});
