import { beforeAll, describe, expect, it } from "vitest";
import { createHouse } from "./house.ts";
import {
  addSubscribers,
  createDesk,
  entriesOf,
  idOf,
  passMinutes,
  recipientsOf,
  sendingHouse,
  TEXT,
  workOff,
} from "./sending.ts";
import { addMember } from "./staff.ts";

const { house, sent } = sendingHouse();
let desk: Awaited<ReturnType<typeof createDesk>>;
let readers: string[];

beforeAll(async () => {
  desk = await createDesk(house);
  readers = await addSubscribers(house, 5);
});

/** To whom mails of a newsletter went, in order of the alphabet. */
const wentTo = () =>
  sent
    .splice(0)
    .map(({ to }) => to)
    .sort();

describe("a newsletter", () => {
  it("is written, sent to each reader once, and then it is sent", async () => {
    await addSubscribers(house, 1, { topics: ["offers"] });
    await addSubscribers(house, 1, { status: "left" });
    await addSubscribers(house, 1, { status: "pending" });
    const id = await desk.begun();
    await workOff(house);
    expect(wentTo()).toEqual([...readers].sort());
    await passMinutes(house, 1);
    expect(await desk.get(id)).toMatchObject({
      state: "sent",
      recipients: 5,
      tallies: { waiting: 0, due: 0, sent: 5, failed: 0, dropped: 0 },
    });
    expect(await entriesOf(house, id)).toEqual({ "campaign.drafted": 1, "campaign.started": 1, "campaign.sent": 1 });
    await passMinutes(house, 2);
    expect(wentTo()).toEqual([]);
  });

  it("carries a way out for one click, the reader's name, and no token of another reader", async () => {
    await desk.begun();
    await workOff(house);
    const went = sent.splice(0);
    const mails = (await Promise.all(went.map(({ to }) => house.mailsTo(to)))).map((all) => all.at(-1));
    // What comes back says which mail it is of.
    expect(went.map(({ returnPath }) => returnPath)).toEqual(mails.map((mail) => mail?.returnPath));
    expect(
      new Set(went.map(({ returnPath }) => /^post\+b.+@in\.example\.nl$/.test(returnPath ?? "") && returnPath)).size,
    ).toBe(readers.length);
    const outs = mails.map((mail) => /<(.*)>/.exec(mail?.headers["List-Unsubscribe"] ?? "")?.[1] ?? "");
    expect(new Set(outs).size).toBe(readers.length);
    expect(mails[0]?.headers["List-Unsubscribe-Post"]).toBe("List-Unsubscribe=One-Click");
    expect(mails[0]?.text).toContain("Hoi Sam,");
    const [out = ""] = outs;
    const { pathname, search } = new URL(out);
    const body = new URLSearchParams({ "List-Unsubscribe": "One-Click" });
    const left = await house.fetch(pathname + search, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
    });
    expect(left.status).toBe(200);
    const [gone] = await house.rows<{ email: string }>(
      "select email from subscribers where status = 'left' and left_at = ?",
      house.clock.now,
    );
    expect(gone?.email).toBe(mails[0]?.to);
    readers = readers.filter((email) => email !== gone?.email);
    await passMinutes(house, 1);
  });

  it("goes out in the reader's language if it is written in that, else in ours, else in the one there is", async () => {
    const [english = ""] = await addSubscribers(house, 1, { lang: "en", topics: ["maintenance"] });
    const [dutch = ""] = await addSubscribers(house, 1, { lang: "nl", topics: ["maintenance"] });
    const audience = { topics: ["maintenance"], segment: null };
    await desk.begun({ audience, texts: { nl: TEXT, en: { ...TEXT, subject: "News of March" } } });
    await desk.begun({ audience, texts: { en: { ...TEXT, subject: "Only English" } } });
    await workOff(house);
    const subjects = async (to: string) => (await house.mailsTo(to)).map(({ subject }) => subject).sort();
    expect(await subjects(english)).toEqual(["News of March", "Only English"]);
    expect(await subjects(dutch)).toEqual(["Nieuws van maart", "Only English"]);
    expect(wentTo()).toEqual([english, english, dutch, dutch].sort());
    sent.length = 0;
    await passMinutes(house, 1);
  });
});

describe("before a newsletter goes out", () => {
  it("a draft is saved at the version that was seen, and dropped", async () => {
    const { id, version } = await desk.draft({ texts: {} });
    const saved = await desk.patch(id, { version, name: "April", texts: { nl: TEXT } });
    expect(await saved.json()).toMatchObject({ name: "April", version: version + 1, texts: { nl: TEXT } });
    expect((await desk.patch(id, { version, name: "Mei" })).status).toBe(409);
    expect((await desk.ask(`/${id}?version=${version + 1}`, { method: "DELETE" })).status).toBe(204);
    expect((await desk.ask(`/${id}`)).status).toBe(404);
    expect(await entriesOf(house, id)).toEqual({ "campaign.drafted": 1, "campaign.dropped": 1 });
  });

  it.each([
    [{ texts: {} }, "texts", "required"],
    [{ texts: { nl: { ...TEXT, subject: " " } } }, "texts.nl.subject", "required"],
    [{ texts: { nl: { ...TEXT, markdown: "" } } }, "texts.nl.markdown", "required"],
    [{ audience: { topics: [], segment: null } }, "audience.topics", "required"],
  ])("what it lacks is refused when it is to be sent: %j", async (more, path, code) => {
    const { id, version } = await desk.draft(more);
    const reply = await desk.post(`/${id}/send`, { version });
    expect([reply.status, await reply.json()]).toMatchObject([422, { errors: [{ path, code }] }]);
    expect((await desk.get(id)).state).toBe("draft");
  });

  it.each([
    [{ texts: { nl: { ...TEXT, subject: "Hoi\r\nBcc: all@example.nl" } } }, "texts.nl.subject"],
    [{ texts: { nl: { ...TEXT, preheader: "Hoi\nBcc: all@example.nl" } } }, "texts.nl.preheader"],
    [{ name: "Maart\r\nBcc: all@example.nl" }, "name"],
    [{ texts: { de: TEXT } }, "texts"],
    [{ texts: { nl: { ...TEXT, markdown: "x".repeat(50_001) } } }, "texts.nl.markdown"],
    [{ audience: { topics: ["nonsense"], segment: null } }, "audience.topics.0"],
    [{ audience: { topics: ["news"], segment: "none" } }, "audience.segment"],
    [{ slug: "../policy" }, "slug"],
    [{ rate: 0 }, "rate"],
  ])("what can never be sent is refused: %j", async (more, path) => {
    const reply = await desk.post("", { name: "Maart", texts: { nl: TEXT }, ...more });
    expect([reply.status, await reply.json()]).toMatchObject([422, { errors: [{ path }] }]);
  });

  it("pressing send twice sends once; the second is told", async () => {
    const { id, version } = await desk.draft();
    const replies = await Promise.all([1, 2, 3].map(() => desk.post(`/${id}/send`, { version })));
    expect(replies.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
    const codes = await Promise.all(replies.map(async (reply) => ((await reply.json()) as { code?: string }).code));
    expect(codes.filter(Boolean)).toEqual(["campaign_not_ready", "campaign_not_ready"]);
    await workOff(house);
    expect(wentTo()).toEqual([...readers].sort());
    expect(await desk.refused(id, "send", { version })).toBe("campaign_not_ready");
    expect((await desk.patch(id, { version: version + 1, name: "x" })).status).toBe(409);
    expect((await entriesOf(house, id))["campaign.started"]).toBe(1);
    await passMinutes(house, 1);
  });

  it("the list goes on from a newsletter that was dropped meanwhile", async () => {
    const older = await desk.draft();
    house.clock.now += 1;
    const newer = await desk.draft();
    const page = async (query: string) =>
      (await (await desk.ask(`?state=draft&limit=1${query}`)).json()) as { campaigns: { id: string }[]; next: string };
    const { campaigns, next } = await page("");
    expect(campaigns.map(({ id }) => id)).toEqual([newer.id]);
    await desk.ask(`/${newer.id}?version=${newer.version}`, { method: "DELETE" });
    expect((await page(`&after=${next}`)).campaigns.map(({ id }) => id)).toEqual([older.id]);
  });

  it("its address in the archive is of what readers see, never of what it is called among staff", async () => {
    const texts = {
      en: { ...TEXT, subject: "Spring" },
      nl: { ...TEXT, subject: "Voorjaar bij {{company}}, {{name|lezer}}" },
    };
    const id = await desk.begun({ name: "Lek bij klant X", isPublic: true, texts });
    expect((await desk.get(id)).slug).toMatch(/^voorjaar-bij-[a-z0-9-]+-lezer-[a-z0-9]+$/);
    await desk.take(id, "cancel");
    house.jobs.length = 0;
  });

  it("nobody to send to, or a segment that is gone, is refused", async () => {
    const empty = await desk.draft({ audience: { topics: ["offers"], segment: null } });
    await house.rows("update subscribers set topics = '[\"none\"]' where topics = '[\"offers\"]'");
    expect(await desk.refused(empty.id, "send", { version: empty.version })).toBe("no_recipients");
    await house.rows("insert into segments values ('seg', 'Dutch', '{\"langs\":[\"nl\"]}', 0, 'x', 0)");
    const gone = await desk.draft({ audience: { topics: ["news"], segment: "seg" } });
    await house.rows("delete from segments where id = 'seg'");
    expect(await desk.refused(gone.id, "send", { version: gone.version })).toBe("segment_gone");
    expect((await desk.get(gone.id)).state).toBe("draft");
  });

  it("a way out that is not meant for so much mail is refused, also to one that was scheduled before", async () => {
    const { id, version } = await desk.draft();
    const at = new Date(house.clock.now + 1_000).toISOString();
    await desk.take(id, "schedule", { version, at, zone: "UTC" });
    const other = createHouse({ MAIL_TRANSPORT: "cloudflare" });
    other.clock.now = house.clock.now + 60_000;
    await other.round();
    expect(await desk.get(id)).toMatchObject({ state: "draft", fault: "smtp_needed" });
    const elsewhere = await createDesk(other);
    expect(await elsewhere.refused(id, "send", { version: version + 2 })).toBe("smtp_needed");
  });

  it("its audience is counted: any of its topics, in its segment, and never more than active ones", async () => {
    const [en] = await addSubscribers(house, 1, { lang: "en", topics: ["news", "maintenance"] });
    const count = async (query: string) =>
      (await (await desk.ask(`/audience?${query}`)).json()) as { recipients: number };
    expect(await count("topic=news")).toEqual({ recipients: readers.length + 1, isMore: false });
    await house.rows(
      `insert into segments values ('seg-en', 'English', '{"langs":["en"],"status":["left"]}', 0, 'x', 0),
        ('seg-both', 'Maintenance', '{"topics":["maintenance"]}', 0, 'x', 0)`,
    );
    expect(await count("topic=news&segment=seg-en")).toEqual({ recipients: 1, isMore: false });
    expect(await count("topic=news&segment=seg-both")).toEqual({ recipients: 1, isMore: false });
    expect(await count("")).toEqual({ recipients: 0, isMore: false });
    for (const segment of ["seg-en", "seg-both"]) await desk.begun({ audience: { topics: ["news"], segment } });
    await workOff(house);
    expect(wentTo()).toEqual([en, en]);
    await passMinutes(house, 1);
    await house.rows("delete from campaign_recipients");
    await house.rows("delete from subscribers where id = ?", idOf(en ?? ""));
  });

  it("a test goes to a member of staff at once, and its links do nothing", async () => {
    const { id } = await desk.draft();
    const { email } = await addMember(house, "marketing");
    expect(await desk.refused(id, "test", { to: readers[0], lang: "nl" })).toBe("invalid_input");
    expect(await desk.refused(id, "test", { to: email, lang: "en" })).toBe("invalid_input");
    house.jobs.length = 0;
    await desk.take(id, "test", { to: email, lang: "nl" }, 202);
    expect(house.jobs).toMatchObject([{ kind: "mail", queue: "JOBS" }]);
    await workOff(house);
    expect(wentTo()).toEqual([email]);
    const [mail] = await house.mailsTo(email);
    expect(mail?.subject).toBe("[test] Nieuws van maart");
    expect(mail?.text).toContain("Dit is een proef");
    expect(mail?.text).toContain("Hoi lezer,");
    expect(mail?.headers).not.toHaveProperty("List-Unsubscribe");
    const opened = await house.fetch("/newsletter/unsubscribe?token=test", { method: "POST" });
    expect(opened.status).toBe(400);
    expect(await recipientsOf(house, id)).toEqual([]);
  });
});
