import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { mimeOf } from "../../worker/mail/mime.ts";
import { STRAY_AFTER } from "../../worker/mail/outbox.ts";
import { advanceCampaign } from "../../worker/newsletter/campaign-run.ts";
import { writeOutcomes } from "../../worker/policy/telling.ts";
import { createHouse, freshAddress, linkIn } from "./house.ts";
import { addCustomers, addVersion, entriesOf as noticeEntries, noticesOf } from "./notices.ts";
import { addSubscribers, createDesk, recipientsOf, sendingHouse, serverOf, TEXT, workOff } from "./sending.ts";

const { house, sent } = sendingHouse();
let desk: Awaited<ReturnType<typeof createDesk>>;

beforeAll(async () => {
  desk = await createDesk(house);
});

beforeEach(async () => {
  await house.rows("delete from outbox");
  sent.length = 0;
  house.jobs.length = 0;
});

const signUp = async (more: object = {}) => {
  const email = freshAddress();
  expect((await house.post("/v1/newsletter/subscriptions", { email, ...more })).status).toBe(202);
  return email;
};

/** Adds mails that go to many and have waited for long, as far as the database goes. */
const addBacklog = (count: number) =>
  house.rows(
    `with recursive n (i) as (select 1 union all select i + 1 from n where i < ?)
      insert into outbox (id, template, recipient, lang, params, state, lane, attempts, due_at, created_at)
      select 'B' || i, 'newsletter.campaign', 'b' || i || '@example.nl', 'nl', '{}', 'queued', 'bulk', 0, 1, 1 from n`,
    count,
  );

describe("mail that somebody waits for goes ahead of mail that goes to many", () => {
  it("has a queue to itself: what goes to many, and what makes it, waits in another", async () => {
    const readers = await addSubscribers(house, 3);
    const id = await desk.begun();
    await house.consume([id], "campaign");
    expect(new Set(house.jobs.map(({ kind, queue }) => `${kind} ${queue}`))).toEqual(
      new Set(["campaign BULK", "bulk-mail BULK"]),
    );
    const email = await signUp();
    const waited = house.jobs.filter(({ queue }) => queue === "JOBS");
    expect(waited).toHaveLength(1);
    await house.consume(waited.map((job) => job.id));
    expect(sent.splice(0)).toMatchObject([{ to: email }]);
    await workOff(house);
    expect(sent.map(({ to }) => to).sort()).toEqual([...readers].sort());
  });

  it("is found when its wake-up was lost, however many of the others wait, and for longer", async () => {
    await addBacklog(6_000);
    const email = await signUp();
    house.jobs.length = 0;
    house.clock.now += STRAY_AFTER + 1;
    await house.round();
    const [mail] = await house.rows<{ id: string }>("select id from outbox where recipient = ?", email);
    expect(house.jobs.filter(({ queue }) => queue === "JOBS")).toEqual([{ kind: "mail", id: mail?.id, queue: "JOBS" }]);
    expect(house.jobs.filter(({ kind }) => kind === "bulk-mail").length).toBeGreaterThanOrEqual(5_000);
  });

  it("a notice of a new version goes to many, too; one that is stopped at the last moment is no failure", async () => {
    await addCustomers(house, 2);
    const date = await addVersion(house);
    await house.consume([date], "notice");
    const lanes = await house.rows("select distinct lane from outbox");
    expect(lanes).toEqual([{ lane: "bulk" }]);
    expect(house.jobs.map(({ kind, queue }) => `${kind} ${queue}`)).toContain("bulk-mail BULK");
    expect(house.jobs.filter(({ queue }) => queue === "JOBS")).toEqual([]);
    const [first] = await noticesOf(house, date);
    await house.rows("update outbox set state = 'dropped', last_error = 'complained' where id = ?", first?.mail_id);
    await writeOutcomes(house.rt, date);
    expect((await noticesOf(house, date))[0]).toMatchObject({ state: "suppressed", reason: "complained" });
    expect((await noticeEntries(house, date))["notice.suppressed"]).toBe(1);
  });

  it("a batch that a slow server does not let through gives back what it has not begun, and counts no try", async () => {
    await addSubscribers(house, 30);
    const id = await desk.begun();
    await advanceCampaign(house.rt, id);
    const mails = (await recipientsOf(house, id)).map(({ mail_id }) => mail_id ?? "");
    const server = serverOf(() => {
      slow.clock.now += 10_000;
    });
    const slow = createHouse(server);
    slow.clock.now = house.clock.now;
    await slow.consume(mails, "bulk-mail");
    const states = await house.rows<{ state: string; attempts: number; count: number }>(
      `select state, attempts, count(*) as count from outbox where json_extract(params, '$.campaign') = ?
        group by state, attempts order by state`,
      id,
    );
    expect(states).toEqual([
      { state: "queued", attempts: 0, count: mails.length - (states[1]?.count ?? 0) },
      { state: "sent", attempts: 1, count: expect.any(Number) },
    ]);
    // A minute of the lease lies before the time that one mail may take: six of these, and those that were in flight.
    expect(states[1]?.count).toBeLessThanOrEqual(10);
    expect(slow.jobs.filter(({ kind }) => kind === "bulk-mail")).toHaveLength(states[0]?.count ?? 0);
    await desk.take(id, "cancel");
  });
});

describe("what a newsletter carries", () => {
  it("Invariant 10: no words of who signed somebody up, whatever their form held", async () => {
    const evil = "Koop nu bij evil.example";
    const email = await signUp({ name: evil, subject: evil, message: evil, source: evil, page: evil });
    const [asking] = await house.mailsTo(email);
    expect((await house.fetch(linkIn(asking, "/newsletter/confirm"), { method: "POST" })).status).toBe(200);
    const id = await desk.begun({ texts: { nl: TEXT, en: TEXT } });
    await workOff(house);
    const mails = await house.mailsTo(email);
    expect(mails.at(-1)?.subject).toBe(TEXT.subject);
    expect(mails.at(-1)?.text).toContain("Hoi lezer,");
    for (const mail of mails) expect(JSON.stringify(mail)).not.toContain("evil");
    expect((await desk.get(id)).recipients).toBeGreaterThan(0);
  });

  it("a name with line breaks, markup or a field in it stays a name", async () => {
    const name = "Sam\r\nBcc: all@example.nl\r\n\r\n<img src=x onerror=alert(1)> {{email}} [x](https://evil.example)";
    const [email = ""] = await addSubscribers(house, 1, { name, topics: ["maintenance"] });
    await desk.begun({
      texts: { nl: { ...TEXT, subject: "Nieuws voor {{name|jou}}" } },
      audience: { topics: ["maintenance"], segment: null },
    });
    await workOff(house);
    const [mail] = await house.mailsTo(email);
    if (!mail) throw new Error("no mail");
    const [head = ""] = mimeOf(mail).split("\r\n\r\n");
    expect(head).not.toMatch(/^Bcc:/im);
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(mail.html).not.toContain("<img");
    expect(mail.html).not.toContain('href="https://evil.example"');
    expect(mail.text).toContain("{{email}}");
  });
});
