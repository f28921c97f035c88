import { beforeAll, describe, expect, it } from "vitest";
import { addVersion, createDesk, fields, LIST } from "./drafts.ts";
import { apiKey, createHouse, DAY, START, version } from "./house.ts";
import { getPage, postForm, type SignedIn, signedIn } from "./staff.ts";
import { gatedHouse } from "./subscribers.ts";

// One database for the file: each test publishes later than the one before it, as the order demands.
const house = createHouse();
const desk = createDesk(house);
let writer: SignedIn;
let other: SignedIn;

const day = (at = house.clock.now) => new Date(at).toISOString().slice(0, 10);
const datesFrom = (days: number, effect = days + 30) => ({
  date: day(house.clock.now + days * DAY),
  effective: day(house.clock.now + effect * DAY),
});
/** Goes on past the last version's taking effect, so that a new one can be published today. */
const freshStart = () => {
  house.clock.now += 100 * DAY;
};

beforeAll(async () => {
  writer = await signedIn(house, "owner");
  other = await signedIn(house, "privacy");
  await house.rows("update staff_sessions set expires_at = ?", START + 10_000 * DAY);
  await addVersion(house, { date: "2015-03-04", effective: "2015-03-04", inventory: null });
});

describe("from draft to published", () => {
  it("begins with the newest text, is handed in, and is published by another's approval", async () => {
    freshStart();
    const path = await desk.start(writer);
    expect(await desk.textOf(path, writer)).toContain("Oud.");
    expect((await desk.send(path, "", writer, 1, fields(datesFrom(0)))).headers.get("location")).toBe(
      `${path}?done=saved`,
    );
    expect((await desk.send(path, "submit", writer, 2, fields(datesFrom(0)))).status).toBe(303);
    expect(await desk.draftAt(path)).toMatchObject({ state: "review", version: 3 });
    const approved = await desk.send(path, "approve", other, 3);
    expect(approved.headers.get("location")).toBe(`${LIST}?done=published`);
    expect(await desk.draftAt(path)).toBeUndefined();
    const [row] = await house.rows<{ inventory: string }>("select * from policy_versions where date = ?", day());
    expect(JSON.parse(row?.inventory ?? "").purposes).toContain("newsletter");
    expect(await house.rows("select date, state from notice_runs")).toEqual([{ date: day(), state: "running" }]);
    expect(house.woken).toContain(day());
    // The form's lines end as those of a file in git do.
    expect(await (await house.fetch(`/policy/versions/${day()}/en.md`)).text()).toBe("## Data\n\nWe keep your name.");
    expect(await desk.entries("policy.")).toEqual([
      { kind: "policy.drafted", actor: `staff:${writer.member}` },
      { kind: "policy.submitted", actor: `staff:${writer.member}` },
      { kind: "policy.published", actor: `staff:${other.member}` },
    ]);
  });

  it("an own text is approved by who says to know that, and by nobody else's tick", async () => {
    freshStart();
    const path = await desk.inReview(writer, datesFrom(0));
    expect(await desk.textOf(path, other)).not.toContain("Two pairs of eyes");
    expect(await desk.textOf(path, writer)).toContain("Two pairs of eyes");
    const unticked = await desk.send(path, "approve", writer, 2);
    expect(unticked.status).toBe(422);
    expect(await unticked.text()).toContain("Tick that you know this");
    expect((await desk.send(path, "approve", writer, 2, { own: "on" })).status).toBe(303);
  });

  it("who only hands in what another wrote is not its writer", async () => {
    freshStart();
    const path = await desk.start(writer);
    await desk.send(path, "", writer, 1, fields(datesFrom(0)));
    await desk.send(path, "submit", other, 2, fields(datesFrom(0)));
    expect((await desk.send(path, "approve", other, 3)).status).toBe(303);
  });

  it("is proposed to take effect a week after the notice period, so that review may take days", async () => {
    freshStart();
    const path = await desk.start(writer);
    expect(await desk.draftAt(path)).toMatchObject({ date: day(), effective: datesFrom(0, 37).effective });
    expect(await desk.textOf(path, writer)).not.toContain("has come too near");
    await house.rows("delete from policy_drafts");
  });

  it("who saves what another wrote, or other dates, is not its writer", async () => {
    freshStart();
    const path = await desk.start(writer);
    await desk.send(path, "", writer, 1, fields(datesFrom(0)));
    await desk.send(path, "", other, 2, fields(datesFrom(0, 31)));
    expect(await desk.draftAt(path)).toMatchObject({ version: 3, changed_by: `staff:${writer.member}` });
    await desk.send(path, "submit", other, 3, fields(datesFrom(0, 31)));
    expect((await desk.send(path, "approve", other, 4)).status).toBe(303);
  });

  it("is published under the date of its approval when its own has passed", async () => {
    freshStart();
    const path = await desk.inReview(writer, datesFrom(0, 60));
    house.clock.now += 3 * DAY;
    expect((await desk.send(path, "approve", other, 2)).headers.get("location")).toBe(`${LIST}?done=published`);
    expect(await house.rows("select date from policy_versions order by date desc limit 1")).toEqual([{ date: day() }]);
    const [entry] = await house.rows<{ body: string }>(
      "select body from ledger_entries where kind = 'policy.published' order by seq desc",
    );
    expect(JSON.parse(entry?.body ?? "")).toMatchObject({ policyDate: day() });
  });

  it.each([
    ["today", 0, 3],
    ["a day to come", 5, 35],
  ])("that came too near in review says from when it can be, and is approved from then: %s", async (_, date, first) => {
    freshStart();
    const wanted = datesFrom(date);
    const path = await desk.inReview(writer, wanted);
    house.clock.now += 3 * DAY;
    if (date > 0) await house.rows("update policy_drafts set effective = ?", wanted.date);
    const html = await desk.textOf(path, other);
    const possible = day(house.clock.now + (first - 3 + (date > 0 ? 0 : 30)) * DAY);
    expect(html).toContain("has come too near");
    expect(html).toContain(`name="effective" value="${possible}"`);
    const refused = await desk.send(path, "approve", other, 2);
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining("This is too soon")]);
    expect((await desk.send(path, "approve", other, 2, { effective: possible })).status).toBe(303);
    const rows = "select effective from policy_versions union select effective from policy_drafts order by 1 desc";
    expect((await house.rows(rows))[0]).toEqual({ effective: possible });
    await house.rows("delete from policy_drafts");
  });

  it("is sent back, written again, and thrown away after a question", async () => {
    freshStart();
    const path = await desk.inReview(writer, datesFrom(0));
    expect((await desk.send(path, "", writer, 2, fields())).status).toBe(409);
    await desk.send(path, "send-back", other, 2);
    expect(await desk.draftAt(path)).toMatchObject({ state: "draft", version: 3 });
    expect(await desk.textOf(`${path}/drop`, writer)).toContain("Throw this version away?");
    expect(await desk.draftAt(path)).toBeDefined();
    await desk.send(path, "drop", writer, 3);
    expect(await desk.draftAt(path)).toBeUndefined();
    expect((await desk.entries("policy.draft-dropped")).length).toBe(1);
  });
});

describe("a version of a day to come", () => {
  it("is scheduled by approval, and published by cron on its day in the name of who approved it", async () => {
    freshStart();
    const dates = datesFrom(3);
    const path = await desk.inReview(writer, dates);
    expect((await desk.send(path, "approve", other, 2)).headers.get("location")).toContain("done=scheduled");
    await house.round();
    expect(await desk.draftAt(path)).toMatchObject({ state: "scheduled" });
    expect(await desk.textOf(path, writer)).toMatch(/Approved by<\/dt><dd>The privacy/);
    house.clock.now += 3 * DAY;
    await house.round();
    expect(await desk.draftAt(path)).toBeUndefined();
    expect(await house.rows("select effective from policy_versions where date = ?", dates.date)).toEqual([
      { effective: dates.effective },
    ]);
    expect((await desk.entries("policy.published")).at(-1)?.actor).toBe(`staff:${other.member}`);
    await house.round();
    expect(await house.rows("select error from cron_tasks where name = 'policy.publish'")).toEqual([{ error: null }]);
  });

  it("can be taken back, and can be published at once under today's date", async () => {
    freshStart();
    const path = await desk.inReview(writer, datesFrom(5));
    await desk.send(path, "approve", other, 2);
    await desk.send(path, "take-back", other, 3);
    expect(await desk.draftAt(path)).toMatchObject({ state: "draft", version: 4 });
    await desk.send(path, "submit", writer, 4, fields(datesFrom(5)));
    await desk.send(path, "approve", other, 5);
    expect((await desk.send(path, "publish", other, 6)).headers.get("location")).toBe(`${LIST}?done=published`);
    expect(await house.rows("select date from policy_versions where date = ?", day())).toHaveLength(1);
  });

  it("goes back to review with the reason when it cannot be published any more, and Today says so", async () => {
    freshStart();
    const path = await desk.inReview(writer, datesFrom(2));
    await desk.send(path, "approve", other, 2);
    // The minute's round was away for days: the notice period is not there any more.
    house.clock.now += 4 * DAY;
    await house.round();
    expect(await desk.draftAt(path)).toMatchObject({ state: "review", fault: "too_soon", version: 4 });
    const later = await signedIn(house, "privacy");
    expect(await desk.textOf("/admin", later)).toContain("could not be published");
    expect(await desk.textOf(path, later)).toContain("too few days between the notice");
    expect(await desk.textOf(LIST, later)).toContain("too few days between the notice");
    await desk.send(path, "drop", later, 4);
  });

  it("leaves no room for one that would not come after it", async () => {
    freshStart();
    const [first, second] = [await desk.inReview(writer, datesFrom(5)), await desk.inReview(writer, datesFrom(4, 36))];
    await desk.send(first, "approve", other, 2);
    const refused = await desk.send(second, "approve", other, 2);
    expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining("The dates must lie after")]);
    expect(await desk.textOf("/admin", await signedIn(house, "privacy"))).toContain("waits for somebody to review it");
    await desk.send(first, "drop", other, 3);
    expect((await desk.send(second, "approve", other, 2)).status).toBe(303);
    await desk.send(second, "drop", other, 3);
  });
});

describe("two at once", () => {
  it("approving the same version: one wins, the other is told", async () => {
    freshStart();
    const path = await desk.inReview(writer, datesFrom(0));
    const gated = gatedHouse(house, 2);
    const replies = await Promise.all([1, 2].map(() => postForm(gated, `${path}/approve`, { version: "2" }, other)));
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await house.rows("select date from policy_versions where date = ?", day())).toHaveLength(1);
  });

  it.each([
    ["of one date", [0, 50], [0, 51]],
    ["that would take effect in another order, the earlier to come first", [1, 45], [0, 50]],
    ["that would take effect in another order, the earlier to come last", [0, 50], [1, 45]],
    ["of which one is scheduled before the other", [1, 40], [0, 45]],
  ] as const)("two versions %s: one wins, the other gets a clear refusal", async (_, one, two) => {
    freshStart();
    const key = { Authorization: `Bearer ${await apiKey("policy:write")}` };
    const gated = gatedHouse(house, 2);
    const replies = await Promise.all(
      [one, two].map(([date, effect]) => gated.post("/v1/policy/versions", version(datesFrom(date, effect)), key)),
    );
    expect(replies.map(({ status }) => (status < 300 ? "won" : status)).sort()).toEqual([409, "won"]);
    await house.rows("delete from policy_drafts");
    const lost = replies.find(({ status }) => status === 409);
    expect(await lost?.json()).toMatchObject({ code: expect.stringMatching(/^version_(published|overlaps)$/) });
  });

  it("saving: the second sees what the first wrote beside their own text, and can save after that", async () => {
    freshStart();
    const path = await desk.start(writer);
    await desk.send(path, "", other, 1, fields({ ...datesFrom(0), "en-markdown": "Theirs was first." }));
    const mine = fields({ ...datesFrom(0), "en-markdown": "Mine came second.", "nl-title": "Mijn titel" });
    const reply = await desk.send(path, "", writer, 1, mine);
    const html = await reply.text();
    expect(reply.status).toBe(409);
    expect(html).toContain("Someone else changed this version");
    expect(html).toContain("The privacy");
    expect(html).toMatch(/<textarea id="en-markdown"[^>]*>Mine came second\./);
    expect(html).toContain('value="Mijn titel"');
    expect(html).toMatch(/<ins>.*Theirs was first/s);
    expect(html).toContain('<option value="2" selected');
    expect((await desk.send(path, "", writer, 2, mine)).status).toBe(303);
    await desk.send(path, "drop", writer, 3);
    const gone = await desk.send(path, "", writer, 3, mine);
    expect([gone.status, await gone.text()]).toEqual([404, expect.stringContaining("Mine came second.")]);
  });

  it("a version that was handed in meanwhile is not saved over, and what was typed is shown", async () => {
    freshStart();
    const path = await desk.inReview(writer, datesFrom(0));
    const reply = await desk.send(path, "", other, 1, fields({ "en-markdown": "Too late, but mine." }));
    const html = await reply.text();
    expect([reply.status, html.includes("Too late, but mine.")]).toEqual([409, true]);
    expect(await desk.draftAt(path)).toMatchObject({ state: "review", version: 2 });
    await desk.send(path, "drop", writer, 2);
  });
});

it("an auditor reads versions in the making and has no buttons", async () => {
  const path = await desk.inReview(writer, datesFrom(0));
  const auditor = await signedIn(house, "auditor");
  const html = await desk.textOf(path, auditor);
  expect(html).toContain("We keep your name.");
  expect(html).not.toContain("/approve");
  expect(html).not.toContain("/drop");
  expect(await desk.textOf(LIST, auditor)).not.toContain("Begin a new version");
  expect((await getPage(house, `${LIST}/drafts/none`, auditor)).status).toBe(404);
});
