import { beforeEach, describe, expect, it, vi } from "vitest";
import { allow, suppress } from "../../worker/mail/suppression.ts";
import { advanceRun, PAGE, pauseRun, resumeRun } from "../../worker/policy/telling.ts";
import { createHouse, DAY } from "./house.ts";
import {
  addCustomers,
  addressOf,
  addVersion,
  entriesOf,
  noticesOf,
  passMinutes,
  postingHouse,
  workOff,
} from "./notices.ts";
import { createSubscribers } from "./subscribers.ts";

const refused = new Map<string, Error>();
const { house, sent } = postingHouse({}, (to) => {
  const error = refused.get(to) ?? refused.get("all");
  if (error) throw error;
});
const people = createSubscribers(house);
const MINUTE = 60_000;
const MAILED = { state: "sent" };

beforeEach(async () => {
  refused.clear();
  sent.length = 0;
  house.woken.length = 0;
  await house.rows("delete from outbox");
  await house.rows("delete from customers");
  await house.rows("update notice_runs set state = 'done', finished_at = 0");
});

const runOf = async (date: string) => (await house.rows("select * from notice_runs where date = ?", date))[0];
/** What went out to a customer. */
const mailsTo = (number: string) => sent.filter(({ to }) => to === addressOf(number));
/** Tells everyone there is of a new version. */
async function tell(): Promise<string> {
  const date = await addVersion(house);
  await house.consume([date], "notice");
  await workOff(house);
  await house.consume([date], "notice");
  return date;
}

describe("telling customers of a significant version", () => {
  it("mails each in their own language what changes, from when, and where to read it; it is no newsletter", async () => {
    const [dutch = ""] = await addCustomers(house, 1);
    const [english = ""] = await addCustomers(house, 1, "en");
    // Who left the newsletter has not left these: they are no newsletter.
    await people.subscribe(addressOf(dutch), { lang: "nl" });
    await house.fetch(await people.confirmLink(addressOf(dutch)), { method: "POST" });
    await house.fetch(await people.leaveLink(addressOf(dutch)), { method: "POST" });
    expect(await people.statusOf(addressOf(dutch))).toBe("left");
    await house.rows("delete from outbox");
    house.woken.length = 0;
    const date = await tell();
    expect(sent).toHaveLength(2);
    const [mine] = await house.mailsTo(addressOf(dutch));
    const [yours] = await house.mailsTo(addressOf(english));
    expect(mine).toMatchObject({ subject: "Ons privacybeleid verandert", headers: { "Content-Language": "nl" } });
    expect(mine?.text).toContain("We bewaren minder.");
    expect(yours?.text).toContain("We keep less.");
    expect(yours?.text).toContain(`/policy/versions/${date}?lang=en`);
    for (const mail of [mine, yours]) expect(Object.keys(mail?.headers ?? {})).not.toContain("List-Unsubscribe");
    expect(await noticesOf(house, date)).toMatchObject([MAILED, MAILED]);
    expect(await entriesOf(house, date)).toEqual({ "notice.due": 2, "notice.sent": 2 });
  });

  it("mails nobody about a minor version, which has no run", async () => {
    await addCustomers(house, 1);
    await addVersion(house, { significance: "minor", isTold: false });
    await passMinutes(house, 2);
    expect(sent).toEqual([]);
  });

  it("takes nobody who has left, and everyone who joins until the version is in force; then it is done", async () => {
    const [gone = "", stays = ""] = await addCustomers(house, 2);
    await house.rows("update customers set closed_at = 1 where number = ?", gone);
    const date = await tell();
    const [joined = ""] = await addCustomers(house, 1);
    await passMinutes(house, 2);
    expect((await noticesOf(house, date)).map(({ customer_number }) => customer_number)).toEqual(
      [stays, joined].sort(),
    );
    expect(await runOf(date)).toMatchObject({ state: "running" });
    const before = house.clock.now;
    house.clock.now += 400 * DAY;
    await addCustomers(house, 1);
    await passMinutes(house, 2);
    expect(await runOf(date)).toMatchObject({ state: "done" });
    const [late = ""] = await addCustomers(house, 1);
    await passMinutes(house, 1);
    expect(mailsTo(late)).toEqual([]);
    expect(sent).toHaveLength(3);
    house.clock.now = Math.max(before, house.clock.now);
  });

  it("uses the address that a customer has when their page is made", async () => {
    const numbers = await addCustomers(house, 2);
    const [first = "", second = ""] = numbers;
    const date = await addVersion(house);
    await house.rows("update customers set email = 'nieuw@example.nl' where number = ?", second);
    await house.consume([date], "notice");
    await house.rows("update customers set email = 'later@example.nl' where number = ?", first);
    await workOff(house);
    expect(sent.map(({ to }) => to).sort()).toEqual([addressOf(first), "nieuw@example.nl"].sort());
  });

  it("mails no suppressed address, and enters why; once allowed, the next version comes by mail again", async () => {
    const [number = ""] = await addCustomers(house, 1);
    expect(await suppress(house.rt, "staff:x", addressOf(number), "staff")).toBe(true);
    expect(await suppress(house.rt, "staff:x", addressOf(number), "staff")).toBe(false);
    const date = await tell();
    expect(await noticesOf(house, date)).toMatchObject([{ state: "suppressed", reason: "staff", mail_id: null }]);
    expect(await entriesOf(house, date)).toEqual({ "notice.suppressed": 1 });
    expect(await allow(house.rt, "staff:x", addressOf(number))).toBe(true);
    expect(await allow(house.rt, "staff:x", addressOf(number))).toBe(false);
    await tell();
    expect(sent).toHaveLength(1);
  });

  it("a mail that is refused for good has failed, with why; tried again and sent, it has arrived", async () => {
    const [number = ""] = await addCustomers(house, 1);
    const date = await addVersion(house);
    await house.consume([date], "notice");
    await house.rows("update outbox set state = 'dead', last_error = 'SMTP 550'");
    await passMinutes(house, 1);
    expect(await noticesOf(house, date)).toMatchObject([{ state: "failed", reason: "SMTP 550" }]);
    await house.rows("update outbox set state = 'queued', attempts = 0, due_at = ?", house.clock.now);
    await house.consume([(await noticesOf(house, date))[0]?.mail_id ?? ""]);
    await passMinutes(house, 1);
    expect(await noticesOf(house, date)).toMatchObject([{ state: "sent", reason: null }]);
    expect(mailsTo(number)).toHaveLength(1);
    expect(await entriesOf(house, date)).toEqual({ "notice.due": 1, "notice.failed": 1, "notice.sent": 1 });
  });

  it("a mail server that is away for an hour loses nothing and doubles nothing", async () => {
    const numbers = await addCustomers(house, 30);
    refused.set("all", Object.assign(new Error("away"), { code: "ECONNECTION" }));
    const date = await addVersion(house);
    await house.consume([date], "notice");
    await passMinutes(house, 60);
    expect(sent).toEqual([]);
    refused.clear();
    await passMinutes(house, 130);
    expect(sent.map(({ to }) => to).sort()).toEqual(numbers.map(addressOf).sort());
    expect((await entriesOf(house, date))["notice.sent"]).toBe(30);
  }, 60_000);

  it("paused it makes no mail, resumed it goes on where it was; each is entered once", async () => {
    await addCustomers(house, PAGE + 1);
    const date = await addVersion(house);
    expect(await resumeRun(house.rt, "staff:x", date)).toBe(false);
    expect(await pauseRun(house.rt, "staff:x", date)).toBe(true);
    expect(await pauseRun(house.rt, "staff:x", date)).toBe(false);
    await passMinutes(house, 3);
    expect(await noticesOf(house, date)).toEqual([]);
    expect(await resumeRun(house.rt, "staff:x", date)).toBe(true);
    await vi.waitFor(() => expect(house.woken).toContain(date));
    await workOff(house);
    await passMinutes(house, 2);
    expect(sent).toHaveLength(PAGE + 1);
    expect(await entriesOf(house, date)).toMatchObject({ "notice.paused": 1, "notice.resumed": 1 });
  });

  it("keeps its rate by cron alone, and makes no more mails while those of five minutes wait", async () => {
    const slow = createHouse({ NOTICE_RATE: "400", MAIL_TRANSPORT: "cloudflare", EMAIL: house.bindings.EMAIL });
    await addCustomers(house, 18 * PAGE);
    const date = await addVersion(house);
    slow.clock.now = house.clock.now;
    const made = async () => (await noticesOf(slow, date)).length;
    await slow.round();
    // A minute ahead: those due now, and two pages more.
    expect(await made()).toBe(3 * PAGE);
    for (let minute = 1; minute <= 12; minute++) {
      slow.clock.now += MINUTE;
      await slow.round();
    }
    // Nobody sends: 5 × 400 wait.
    expect(await made()).toBe(2_000);
    const due = await slow.rows<{ due_at: number; count: number }>(
      "select due_at, count(*) as count from outbox group by due_at order by due_at",
    );
    expect(due.every(({ count }) => count === PAGE)).toBe(true);
    expect(due.slice(1).every(({ due_at }, index) => due_at - (due[index]?.due_at ?? 0) >= MINUTE / 2)).toBe(true);
  }, 30_000);

  it("keeps a rate below a page's size: never more is due in a minute, and no more than five minutes' worth waits", async () => {
    const slow = createHouse({ NOTICE_RATE: "30", MAIL_TRANSPORT: "cloudflare", EMAIL: house.bindings.EMAIL });
    await addCustomers(house, PAGE);
    const date = await addVersion(house);
    slow.clock.now = house.clock.now;
    for (let minute = 0; minute <= 8; minute++) {
      await slow.round();
      slow.clock.now += MINUTE;
    }
    const due = await slow.rows<{ due_at: number; count: number }>(
      "select due_at, count(*) as count from outbox group by due_at order by due_at",
    );
    expect(due.map(({ count }) => count)).toEqual([30, 30, 30, 30, 30]);
    expect(due.slice(1).every(({ due_at }, index) => due_at - (due[index]?.due_at ?? 0) >= MINUTE)).toBe(true);
    expect(await noticesOf(slow, date)).toHaveLength(150);
  }, 30_000);

  it("costs a handful of statements for a page, however many customers it has", async () => {
    const counted = { statements: 0 };
    const DB = new Proxy(house.bindings.DB, {
      get(target, name: keyof D1Database) {
        const value = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        if (name !== "prepare") return value.bind(target);
        return (sql: string) => {
          counted.statements++;
          return target.prepare(sql);
        };
      },
    });
    await addCustomers(house, 5 * PAGE);
    const date = await addVersion(house);
    const watched = createHouse({ ...house.bindings, DB });
    watched.clock.now = house.clock.now;
    await advanceRun(watched.rt, date);
    expect(await noticesOf(house, date)).toHaveLength(5 * PAGE);
    // Eight for each page; two for outcomes before, four to see that there is nobody more.
    expect(counted.statements).toBeLessThanOrEqual(5 * 8 + 7);
    counted.statements = 0;
    const ids = (await noticesOf(house, date)).slice(0, 100).map(({ mail_id }) => String(mail_id));
    await house.rows("update outbox set due_at = 0");
    await watched.consume(ids);
    expect(sent).toHaveLength(100);
    // A lease, a mark for every twenty, and the versions read once.
    expect(counted.statements).toBeLessThanOrEqual(1 + 5 + 2);
  });
});
