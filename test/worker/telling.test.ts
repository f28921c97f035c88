import { beforeAll, describe, expect, it } from "vitest";
import { advanceRun, continueRuns, PAGE } from "../../worker/policy/telling.ts";
import { createHouse } from "./house.ts";
import { addCustomers, addVersion, entriesOf, failingAt, noticesOf, postingHouse, workOff } from "./notices.ts";

const { house, sent } = postingHouse();

/** Every customer once: in the evidence, in the outbox and in the ledger. */
async function expectToldOnce(date: string, numbers: readonly string[]): Promise<void> {
  const wanted = [...numbers].sort();
  const rows = await noticesOf(house, date);
  expect(rows.map(({ customer_number }) => customer_number)).toEqual(wanted);
  const mails = await house.rows<{ id: string; recipient: string }>(
    "select id, recipient from outbox where json_extract(params, '$.date') = ?",
    date,
  );
  expect(mails.map(({ id }) => id).sort()).toEqual(rows.map(({ mail_id }) => mail_id).sort());
  expect(new Set(mails.map(({ recipient }) => recipient)).size).toBe(wanted.length);
  expect((await entriesOf(house, date))["notice.due"]).toBe(wanted.length);
  const [run] = await house.rows("select taken from notice_runs where date = ?", date);
  expect(run).toEqual({ taken: wanted.length });
}

/** Takes a run to the end of its customers. */
async function finish(date: string): Promise<void> {
  for (let step = 0; step < 5; step++) await advanceRun(house.rt, date);
}

describe("Invariant 6: of a significant change every customer is told once per channel, whatever crashes", () => {
  let numbers: string[];

  beforeAll(async () => {
    numbers = await addCustomers(house, 2 * PAGE + 20);
  });

  for (const when of ["before", "after"] as const) {
    it(`a worker killed ${when} any of its calls to the database misses nobody and tells nobody twice`, async () => {
      for (let at = 0; ; at++) {
        const date = await addVersion(house);
        const { rt, failed } = failingAt(house, at, when);
        await advanceRun(rt, date).catch(() => undefined);
        await finish(date);
        await expectToldOnce(date, numbers);
        await house.rows("delete from outbox");
        if (!failed()) {
          // Two outcomes, then five calls for each of three pages, and the look that finds no more.
          expect(at).toBeGreaterThan(15);
          break;
        }
      }
    }, 60_000);
  }

  it("of two workers at once one does each page", async () => {
    const date = await addVersion(house);
    const other = createHouse({ NOTICE_RATE: "1000000" });
    other.clock.now = house.clock.now;
    await Promise.all([
      advanceRun(house.rt, date),
      advanceRun(other.rt, date),
      continueRuns(house.rt),
      advanceRun(other.rt, date),
    ]);
    await finish(date);
    await expectToldOnce(date, numbers);
    await house.rows("delete from outbox");
  });

  for (const when of ["before", "after"] as const) {
    it(`a sender killed ${when} any of its calls: each mail is sent, and entered as sent once`, async () => {
      for (let at = 0; ; at++) {
        const few = numbers.slice(0, 3);
        const date = await addVersion(house);
        const last = Number((await house.rows<{ seq: number }>("select max(seq) as seq from customers"))[0]?.seq);
        await house.rows("update notice_runs set cursor = ? where date = ?", last - few.length, date);
        await advanceRun(house.rt, date);
        const ids = (await noticesOf(house, date)).map(({ mail_id }) => String(mail_id));
        expect(ids).toHaveLength(few.length);
        const { rt, failed } = failingAt(house, at, when);
        sent.length = 0;
        const dying = createHouse({ ...rt.bindings, MAIL_TRANSPORT: "cloudflare" });
        dying.clock.now = house.clock.now;
        await dying.consume(ids).catch(() => undefined);
        const before = sent.length;
        // The lease of the one that died runs out; the next round wakes its mails.
        house.clock.now += 7 * 60_000;
        house.woken.length = 0;
        await house.round();
        await workOff(house);
        const rows = await noticesOf(house, date);
        expect(sent.length - before).toBeLessThanOrEqual(few.length);
        expect(new Set(sent.map(({ to }) => to)).size).toBe(few.length);
        const again = await house.rows<{ state: string }>("select distinct state from outbox");
        expect(again).toEqual([{ state: "sent" }]);
        await continueRuns(house.rt);
        expect((await noticesOf(house, date)).map(({ state }) => state)).toEqual(rows.map(() => "sent"));
        expect((await entriesOf(house, date))["notice.sent"]).toBe(few.length);
        await house.rows("delete from outbox");
        if (!failed()) {
          expect(sent).toHaveLength(few.length);
          break;
        }
      }
    }, 60_000);
  }

  it("a worker killed while it writes outcomes down enters each once", async () => {
    for (const when of ["before", "after"] as const) {
      for (let at = 0; ; at++) {
        const date = await addVersion(house);
        await house.rows("update notice_runs set cursor = (select max(seq) - 4 from customers) where date = ?", date);
        await advanceRun(house.rt, date);
        const mails = await house.rows<{ id: string }>("select id from outbox");
        await house.rows("update outbox set state = 'sent', sent_at = ?", house.clock.now);
        await house.rows("update outbox set state = 'dead', last_error = 'SMTP 550' where id = ?", mails[0]?.id);
        const { rt, failed } = failingAt(house, at, when);
        await advanceRun(rt, date).catch(() => undefined);
        await Promise.all([advanceRun(house.rt, date), advanceRun(house.rt, date)]);
        const { "notice.sent": told, "notice.failed": not } = await entriesOf(house, date);
        expect([told, not]).toEqual([3, 1]);
        await house.rows("delete from outbox");
        if (!failed()) break;
      }
    }
  }, 60_000);
});
