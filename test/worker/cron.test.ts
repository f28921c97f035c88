import { describe, expect, it } from "vitest";
import { createHouse } from "./house.ts";

const house = createHouse();
const { DB } = house.bindings;

/** A house whose database fails on statements that match. */
function failing(pattern: RegExp, message: string) {
  const broken = new Proxy(DB, {
    get(target, name: keyof D1Database) {
      const value = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== "prepare") return value.bind(target);
      return (sql: string) => {
        if (pattern.test(sql)) throw new Error(message);
        return target.prepare(sql);
      };
    },
  });
  return createHouse({ DB: broken });
}

const tasks = () => house.rows("select * from cron_tasks order by name");

describe("the minute's round", () => {
  it("writes down when each task last ran and last went well", async () => {
    await house.round();
    const { now } = house.clock;
    const well = { ran_at: now, succeeded_at: now, error: null };
    expect(await tasks()).toEqual([
      { name: "contact.alerts", ...well },
      { name: "contact.archive", ...well },
      { name: "contact.files", ...well },
      { name: "contact.mail", ...well },
      { name: "contact.search", ...well },
      { name: "customers.imports", ...well },
      { name: "ledger.check", ...well },
      { name: "ledger.seal", ...well },
      { name: "mail.restored", ...well },
      { name: "mail.strays", ...well },
      { name: "mail.suppressions", ...well },
      { name: "newsletter.actions", ...well },
      { name: "newsletter.campaigns", ...well },
      { name: "newsletter.gone", ...well },
      { name: "newsletter.imports", ...well },
      { name: "newsletter.left", ...well },
      { name: "newsletter.search", ...well },
      { name: "policy.notices", ...well },
      { name: "policy.publish", ...well },
      { name: "sweep", ...well },
    ]);
  });

  it("goes on when a task fails, and says which and why, with no word of the failure itself", async () => {
    await house.round();
    const before = house.clock.now;
    const shaky = failing(/from "outbox"/, "D1_ERROR: no such thing as ann@example.nl");
    // In the first minute of the next hour it looks for what has lapsed.
    shaky.clock.now = before + 3_600_000;
    await shaky.round();
    const now = shaky.clock.now;
    const well = { ran_at: now, succeeded_at: now, error: null };
    const failed = { ran_at: now, succeeded_at: before, error: "Error D1_ERROR" };
    expect(await tasks()).toEqual([
      { name: "contact.alerts", ...well },
      { name: "contact.archive", ...well },
      { name: "contact.files", ...well },
      { name: "contact.mail", ...well },
      { name: "contact.search", ...well },
      { name: "customers.imports", ...well },
      { name: "ledger.check", ...well },
      { name: "ledger.seal", ...well },
      { name: "mail.restored", ...well },
      { name: "mail.strays", ...failed },
      { name: "mail.suppressions", ...well },
      { name: "newsletter.actions", ...well },
      { name: "newsletter.campaigns", ...well },
      { name: "newsletter.gone", ...well },
      { name: "newsletter.imports", ...well },
      { name: "newsletter.left", ...well },
      { name: "newsletter.search", ...well },
      { name: "policy.notices", ...well },
      { name: "policy.publish", ...well },
      { name: "sweep", ...failed },
    ]);
    house.clock.now = now + 60_000;
    await house.round();
    expect(await house.rows("select distinct error from cron_tasks")).toEqual([{ error: null }]);
  });

  it("throws nothing when the database is away", async () => {
    await expect(failing(/./, "D1_ERROR: away").round()).resolves.toBeUndefined();
  });
});
