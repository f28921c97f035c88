import { describe, expect, it } from "vitest";
import { LEASE, pauseAfter, STRAY_AFTER } from "../../worker/mail/outbox.ts";
import { leaseMails, markEnded, markFailed } from "../../worker/mail/store.ts";
import { commit } from "../../worker/platform/db.ts";
import { apiKey, createHouse, DAY, freshAddress, hourFrom, START } from "./house.ts";

const HOUR = 3_600_000;
const AT_MAILBOX = { MAIL_TRANSPORT: "mailbox", ENVIRONMENT: "development" };
/** A port where nobody listens. */
const NO_SERVER = { MAIL_TRANSPORT: "smtp", SMTP_HOST: "127.0.0.1", SMTP_PORT: "9", SMTP_TLS: "none" };

const house = createHouse(AT_MAILBOX);
const outbox = async (email: string) =>
  (
    await house.rows<{ id: string; state: string; attempts: number; due_at: number; last_error: string | null }>(
      "select * from outbox where recipient = ?",
      email,
    )
  )[0];
const delivered = async (email: string) =>
  ((await (await house.fetch("/dev/mailbox.json")).json()) as { to: string; id: string }[]).filter(
    ({ to }) => to === email,
  );

async function waiting(): Promise<{ email: string; id: string }> {
  const email = freshAddress();
  await house.post("/v1/contact/messages", { email, message: "hallo" });
  return { email, id: (await outbox(email))?.id ?? "" };
}

describe("the outbox", () => {
  it("is woken by the commit with an id and nothing else, and the consumer sends", async () => {
    const { email, id } = await waiting();
    expect(house.woken).toContain(id);
    await house.consume([id]);
    expect(await delivered(email)).toHaveLength(1);
    expect(await outbox(email)).toMatchObject({ state: "sent", attempts: 1, last_error: null });
  });

  it("sends once, however often a job comes and however many consumers there are", async () => {
    const { email, id } = await waiting();
    await Promise.all([house.consume([id, id]), house.consume([id]), house.consume([id])]);
    await house.consume([id, "no-such-row"]);
    expect(await outbox(email)).toMatchObject({ state: "sent", attempts: 1 });
    expect(await delivered(email)).toHaveLength(1);
  });

  it("a mail whose wake-up was lost is found by the round, and one whose sender died when its lease ends", async () => {
    const lost = await waiting();
    const dead = await waiting();
    await leaseMails(house.rt.db, [dead.id], house.clock.now, { transactional: LEASE, bulk: LEASE });
    house.woken.length = 0;
    house.clock.now += STRAY_AFTER + 1;
    await house.round();
    expect(house.woken).toEqual([lost.id]);
    house.clock.now += LEASE;
    await house.round();
    expect(house.woken).toContain(dead.id);
    await house.consume([dead.id, lost.id]);
    expect(await delivered(dead.email)).toHaveLength(1);
    expect(await delivered(lost.email)).toHaveLength(1);
    house.woken.length = 0;
    house.clock.now += DAY;
    await house.round();
    expect(house.woken).toEqual([]);
  });

  it("is written the same on every try: Message-ID, token, text", async () => {
    const email = freshAddress();
    await house.post("/v1/newsletter/subscriptions", { email });
    const [first] = await house.mailsTo(email);
    house.clock.now += 60_000;
    expect(await house.mailsTo(email)).toEqual([first]);
    expect(first?.messageId).toBe(`<${first?.id}@example.nl>`);
  });

  it("a sender that comes too late does not touch the try of the next", async () => {
    const { email, id } = await waiting();
    const now = house.clock.now;
    const [first] = await leaseMails(house.rt.db, [id], now, { transactional: 1, bulk: 1 });
    house.clock.now += 2;
    const [second] = await leaseMails(house.rt.db, [id], now + 2, { transactional: LEASE, bulk: LEASE });
    if (!first || !second) throw new Error("no lease");
    await commit(house.rt, [markFailed(house.rt.db, first, "late", null)]);
    expect(await outbox(email)).toMatchObject({ state: "sending", attempts: 2 });
    await commit(house.rt, [markEnded([{ ...second, state: "sent", reason: null, sentAt: house.clock.now }])]);
    expect(await outbox(email)).toMatchObject({ state: "sent" });
  });

  it("a mail whose sending cannot be marked at first is not sent again", async () => {
    const { email, id } = await waiting();
    let failures = 0;
    const DB = new Proxy(house.bindings.DB, {
      get(target, name: keyof D1Database) {
        const value = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        if (name !== "prepare") return value.bind(target);
        return (sql: string) => {
          if (!/sent_at = done/.test(sql) || failures === 2) return target.prepare(sql);
          failures++;
          throw new Error("D1_ERROR: gone for a moment");
        };
      },
    });
    const shaky = createHouse({ ...AT_MAILBOX, DB });
    shaky.clock.now = house.clock.now;
    await shaky.consume([id]);
    expect(failures).toBe(2);
    expect(await outbox(email)).toMatchObject({ state: "sent", attempts: 1 });
  });

  it("sent rows go after ninety days, at the turn of an hour", async () => {
    const { email, id } = await waiting();
    await house.consume([id]);
    house.clock.now = hourFrom(house.clock.now) + 90 * DAY + 60_000;
    await house.round();
    expect(await outbox(email)).toMatchObject({ state: "sent" });
    house.clock.now += HOUR - 60_000;
    await house.round();
    expect(await outbox(email)).toBeUndefined();
  });
});

describe("when mail cannot go out", () => {
  it("waits longer after each try, ten tries, then is dead, seen and retried over the API", async () => {
    house.clock.now = START;
    const { email, id } = await waiting();
    const failing = createHouse(NO_SERVER);
    failing.clock.now = house.clock.now;
    for (let attempt = 1; attempt <= 10; attempt++) {
      await failing.consume([id]);
      const row = await outbox(email);
      expect(row?.attempts).toBe(attempt);
      expect(row?.last_error).not.toContain("@");
      if (attempt < 10) {
        expect(row).toMatchObject({ state: "queued", due_at: failing.clock.now + pauseAfter(attempt) });
        await failing.consume([id]);
        expect((await outbox(email))?.attempts).toBe(attempt);
        failing.clock.now = row?.due_at ?? 0;
      } else expect(row?.state).toBe("dead");
    }
    const key = { Authorization: `Bearer ${await apiKey("mail:read", "mail:write")}` };
    const seen = (await (await house.fetch("/v1/outbox?state=dead", { headers: key })).json()) as {
      mails: { id: string }[];
    };
    expect(seen.mails.map((mail) => mail.id)).toContain(id);
    expect((await house.fetch(`/v1/outbox/${id}/retry`, { method: "POST" })).status).toBe(401);
    expect((await house.fetch(`/v1/outbox/${id}/retry`, { method: "POST", headers: key })).status).toBe(202);
    expect((await house.fetch(`/v1/outbox/${id}/retry`, { method: "POST", headers: key })).status).toBe(404);
    await house.consume([id]);
    expect(await outbox(email)).toMatchObject({ state: "sent" });
  });

  it("pauses grow and stop growing", () => {
    expect([1, 2, 3].map(pauseAfter)).toEqual([30_000, 60_000, 120_000]);
    expect(pauseAfter(30)).toBe(6 * 3_600_000);
  });
});
