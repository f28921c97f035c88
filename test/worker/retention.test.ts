import { describe, expect, it } from "vitest";
import { apiKey, DAY, panelToken } from "./house.ts";
import { addCustomers, addVersion, noticesOf, postingHouse, workOff } from "./notices.ts";

const { house } = postingHouse({ LEDGER_STRIDES: "10" });
const KEPT = 2557 * DAY;

const tell = async (number: string, date: string, what: "shown" | "acknowledgement") => {
  const headers = { Authorization: `Bearer ${await panelToken(house.clock.now, { number })}` };
  const reply = await house.fetch(`/v1/me/notices/${date}/${what}`, { method: "POST", headers });
  expect(reply.status).toBe(200);
};
const evidenceOf = async (number: string) => {
  const tables = ["notice_mails", "notice_showings", "acknowledgements"];
  const rows = tables.map((table) => house.rows(`select 1 from ${table} where customer_number = ?`, number));
  return (await Promise.all(rows)).map(({ length }) => length);
};
const entriesOf = (number: string) =>
  house.rows<{ kind: string }>("select kind from ledger_entries where subject = ?", `customer:${number}`);
const told = (number: string) =>
  house.rows("select 1 from ledger_entries where body like ?", `%"customerNumber":"${number}"%`);

describe("a customer who was closed seven years ago", () => {
  it("goes with what they were told; the ledger keeps commitments alone, and still verifies", async () => {
    const [gone = "", stays = ""] = await addCustomers(house, 2);
    const date = await addVersion(house);
    await house.consume([date], "notice");
    await workOff(house);
    await house.consume([date], "notice");
    for (const number of [gone, stays]) {
      await tell(number, date, "shown");
      await tell(number, date, "acknowledgement");
    }
    const close = { method: "DELETE", headers: { Authorization: `Bearer ${await apiKey("customers:write")}` } };
    expect((await house.fetch(`/v1/customers/${gone}`, close)).status).toBe(200);
    const kinds = (await entriesOf(gone)).map(({ kind }) => kind).sort();
    expect(kinds).toEqual(["customer.closed", "notice.acknowledged", "notice.due", "notice.sent", "notice.shown"]);
    const count = async () => (await house.rows("select 1 from ledger_entries")).length;
    const before = await count();

    // Still there on the last day, at the turn of the hour at which the sweep looks.
    house.clock.now += KEPT - (house.clock.now % 3_600_000);
    await house.round();
    expect(await evidenceOf(gone)).toEqual([1, 1, 1]);
    house.clock.now += 3_600_000;
    await house.round();
    expect(await evidenceOf(gone)).toEqual([0, 0, 0]);
    expect([await entriesOf(gone), await told(gone)]).toEqual([[], []]);
    expect(await count()).toBe(before);
    expect(await evidenceOf(stays)).toEqual([1, 1, 1]);
    expect(await told(stays)).toHaveLength(4);
    expect((await noticesOf(house, date)).map(({ customer_number }) => customer_number)).toEqual([stays]);

    const checks = () =>
      house.rows<{ finished_at: number | null; entries: number; faults: string }>(
        "select finished_at, entries, faults from ledger_checks order by id desc limit 1",
      );
    for (let rounds = 0; rounds < 10; rounds++) {
      house.clock.now += 2 * DAY;
      await house.round();
    }
    expect(await checks()).toEqual([{ finished_at: expect.any(Number), entries: expect.any(Number), faults: "[]" }]);
    expect((await checks())[0]?.entries).toBeGreaterThanOrEqual(before);
  });
});
