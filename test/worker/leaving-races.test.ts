import { describe, expect, it } from "vitest";
import { addressHash } from "../../worker/mail/suppression.ts";
import { eraseSubscriber, leaveSubscriber } from "../../worker/newsletter/leaving.ts";
import { createHouse, DAY, type TestHouse } from "./house.ts";
import { newListImporter, PROVEN } from "./list-importing.ts";
import { beginMove, createSubscribers } from "./subscribers.ts";

const house = createHouse();
const people = createSubscribers(house);

const stopsOf = async (email: string) =>
  (await house.rows("select reason from mail_suppressions where hash = ?", await addressHash(house.rt, email))).map(
    ({ reason }) => reason,
  );

/** A house before whose first commit something else is done. */
function overtaken(first: () => Promise<unknown>): TestHouse {
  let isFirst = true;
  const DB = new Proxy(house.bindings.DB, {
    get(target, name: keyof D1Database) {
      const value = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== "batch") return value.bind(target);
      return async (statements: D1PreparedStatement[]) => {
        if (isFirst) {
          isFirst = false;
          await first();
        }
        return target.batch(statements);
      };
    },
  });
  const other = createHouse({ DB });
  other.clock.now = house.clock.now;
  return other;
}

/** Somebody who is about to move: their id, the addresses, and what completes it. */
async function mover() {
  const from = await people.activeSubscriber();
  house.clock.now += DAY;
  const [row] = await house.rows<{ id: string }>("select id from subscribers where email = ?", from);
  return { id: row?.id ?? "", from, ...(await beginMove(people, house, from)) };
}

describe("Invariant 8: who moves to another address at the same moment", () => {
  it("and leaves has left with the new one, too", async () => {
    const { id, from, to, agree } = await mover();
    expect(await leaveSubscriber(overtaken(agree).rt, id, "one-click")).toBe(true);
    expect([await people.statusOf(from), await people.statusOf(to)]).toEqual([undefined, "left"]);
    expect([await stopsOf(from), await stopsOf(to)]).toEqual([["left"], ["left"]]);
    expect(await people.entriesOf("consent.withdrawn", to)).toMatchObject([{ by: "one-click" }]);
  });

  it("and is erased is gone, and nobody imports either address", async () => {
    const { id, from, to, agree } = await mover();
    expect(await eraseSubscriber(overtaken(agree).rt, id, "staff:x")).toBe(true);
    expect([await people.statusOf(from), await people.statusOf(to)]).toEqual([undefined, undefined]);
    expect(await stopsOf(to)).toEqual(["erased"]);
    const { active, blocked } = await (await newListImporter(house)).run(`email\n${from}\n${to}\n`, PROVEN);
    expect({ active, blocked }).toEqual({ active: 0, blocked: 2 });
    const left = "select count(*) as n from ledger_entries where instr(body, ?1) > 0 or instr(body, ?2) > 0";
    expect(await house.rows(left, from, to)).toEqual([{ n: 0 }]);
  });
});
