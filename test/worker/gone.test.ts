import { describe, expect, it } from "vitest";
import { addressHash } from "../../worker/mail/suppression.ts";
import { DAY } from "./house.ts";
import { newListImporter, PROVEN } from "./list-importing.ts";
import { addSubscribers, idOf, sendingHouse } from "./sending.ts";
import { createSubscribers } from "./subscribers.ts";

const { house } = sendingHouse();
const people = createSubscribers(house);

const leave = async (email: string) =>
  expect((await house.fetch(await people.leaveLink(email), { method: "POST" })).status).toBe(200);
const stopsOf = async (email: string) =>
  (await house.rows("select reason from mail_suppressions where hash = ?", await addressHash(house.rt, email))).map(
    ({ reason }) => reason,
  );

describe("who left", () => {
  it("is erased two years later, in nobody's name; the hash stays, so that no import brings them back", async () => {
    const [left, stays] = [await people.activeSubscriber(), await people.activeSubscriber()];
    const [bounced = "", complained = ""] = [
      ...(await addSubscribers(house, 1, { status: "bounced" })),
      ...(await addSubscribers(house, 1, { status: "complained" })),
    ];
    await leave(left);
    const gone = [left, bounced, complained];
    house.clock.now += 729 * DAY;
    await house.round();
    expect(await Promise.all(gone.map(people.statusOf))).toEqual(["left", "bounced", "complained"]);
    house.clock.now += DAY + 1;
    await house.round();
    expect(await Promise.all([...gone, stays].map(people.statusOf))).toEqual([...gone.map(() => undefined), "active"]);
    const said = "select kind from ledger_entries where instr(body, ?) > 0";
    expect(await house.rows(said, left)).toEqual([]);
    const entries = "select actor from ledger_entries where kind = 'subscriber.erased' and instr(body, ?) > 0";
    expect(await house.rows(entries, idOf(bounced))).toEqual([{ actor: null }]);
    expect((await stopsOf(left)).sort()).toEqual(["erased", "left"]);
    const { active, blocked } = await (await newListImporter(house)).run(`email\n${gone.join("\n")}\n`, PROVEN);
    expect({ active, blocked }).toEqual({ active: 0, blocked: 3 });
  });

  it("and came back begins anew", async () => {
    const email = await people.activeSubscriber();
    await leave(email);
    house.clock.now += 365 * DAY;
    await people.subscribe(email);
    expect((await people.press(await people.confirmLink(email))).status).toBe(200);
    house.clock.now += 366 * DAY;
    await house.round();
    expect(await people.statusOf(email)).toBe("active");
  });

  it("some at a time, until none is left", async () => {
    const emails = await addSubscribers(house, 60, { status: "left" });
    house.clock.now += 731 * DAY;
    const count = async () =>
      (await Promise.all(emails.map(people.statusOf))).filter((status) => status !== undefined).length;
    await house.round();
    expect(await count()).toBe(10);
    await house.round();
    expect(await count()).toBe(0);
  });
});
