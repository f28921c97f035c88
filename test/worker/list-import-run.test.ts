import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { suppress } from "../../worker/mail/suppression.ts";
import { runListImport } from "../../worker/newsletter/list-import-run.ts";
import { PART } from "../../worker/platform/csv-file.ts";
import { createHouse, DAY, freshAddress, hourFrom } from "./house.ts";
import {
  addSubscriber,
  bytesOf,
  type ListImporter,
  newListImporter,
  PROVEN,
  rowOf,
  STATED,
  workOff,
} from "./list-importing.ts";
import { failingAt } from "./notices.ts";

const house = createHouse();
let importer: ListImporter;
beforeAll(async () => {
  importer = await newListImporter(house);
});
// Those of other tests who still wait to be asked would go first.
beforeEach(() => house.rows("update subscriber_imports set next_ask_at = null"));

let made = 0;
/** A domain that no other test has. */
const fresh = () => `d${Date.now().toString(36)}${made++}.nl`;
const fileOf = (domain: string, count: number) =>
  `email,name\n${Array.from({ length: count }, (_, i) => `p${i}@${domain},Naam é ${i}`).join("\n")}\n`;
const count = async (query: string, ...values: unknown[]) =>
  (await house.rows<{ n: number }>(`select count(*) n from ${query}`, ...values))[0]?.n;
const countOf = (domain: string, status: string) =>
  count("subscribers where email like ? and status = ?", `%@${domain}`, status);
/** Mails that ask those of a domain to confirm, by when they are due. */
const asksOf = (domain: string) =>
  house.rows<{ recipient: string; due_at: number }>(
    "select recipient, due_at from outbox where recipient like ? and template = 'newsletter.import-confirm' order by due_at, rowid",
    `%@${domain}`,
  );

describe("whatever crashes, every row comes to what it should, once", () => {
  for (const when of ["before", "after"] as const) {
    it.each([
      ["with proof", PROVEN, "active"],
      ["without proof", STATED, "pending"],
    ] as const)(
      `a worker killed ${when} any of its calls to the database, %s`,
      async (_, plan, outcome) => {
        const gone = await addSubscriber(house, "left");
        for (let at = 0; ; at++) {
          const domain = fresh();
          const id = await importer.send(`${fileOf(domain, 3)}${gone},Gone\nnobody,None\n`);
          await importer.post(id, "start", plan);
          const { rt, failed } = failingAt(house, at, when);
          await runListImport(rt, id);
          await workOff(house, id);
          await house.round();
          expect(await importer.get(id)).toMatchObject({
            state: "done",
            blocked: 1,
            refused: 1,
            unchanged: 0,
            [outcome]: 3,
          });
          expect(await countOf(domain, outcome)).toBe(3);
          const told = await count("ledger_entries where kind = 'consent.given' and body like ?", `%"import":"${id}"%`);
          expect(told).toBe(outcome === "active" ? 3 : 0);
          expect(new Set((await asksOf(domain)).map(({ recipient }) => recipient)).size).toBe(
            outcome === "active" ? 0 : 3,
          );
          expect(await asksOf(domain)).toHaveLength(outcome === "active" ? 0 : 3);
          expect(await count("subscriber_import_faults where import_id = ?", id)).toBe(2);
          if (!failed()) {
            expect(at).toBeGreaterThan(10);
            break;
          }
        }
      },
      60_000,
    );
  }
});

describe("a file of several parts", () => {
  it("is done row by row, each once, whichever workers run and however often", async () => {
    const domain = fresh();
    const bytes = bytesOf(fileOf(domain, 3_500).replaceAll("Naam", `Naam ${"x".repeat(50)}`));
    expect(bytes.byteLength).toBeGreaterThan(PART);
    const id = await importer.send(bytes);
    await importer.post(id, "start", PROVEN);
    await Promise.all([1, 2, 3].map(() => house.consume([id], "list-import")));
    await workOff(house, id);
    expect(await importer.get(id)).toMatchObject({ state: "done", active: 3_500, unchanged: 0, refused: 0 });
    expect(await countOf(domain, "active")).toBe(3_500);
    expect(await rowOf(house, `p3499@${domain}`)).toMatchObject({ name: expect.stringMatching(/^Naam x+ é 3499$/) });
    expect(
      await count("consents c join subscribers s on s.id = c.subscriber_id where s.email like ?", `%@${domain}`),
    ).toBe(3_500);
    const cohorts = "select sum(members) n from subscriber_cohorts where status = 'active'";
    expect(await house.rows(cohorts)).toEqual([{ n: await count("subscribers where status = 'active'") }]);
  }, 30_000);

  it("two imports of the same people at once both end, and each address is there once", async () => {
    const domain = fresh();
    const ids = await Promise.all([1, 2].map(() => importer.send(fileOf(domain, 2_500))));
    for (const id of ids) await importer.post(id, "start", PROVEN);
    await Promise.all(ids.map((id) => workOff(house, id)));
    const ended = await Promise.all(ids.map((id) => importer.get(id)));
    expect(ended.map(({ state }) => state)).toEqual(["done", "done"]);
    expect(ended.reduce((sum, { active }) => sum + active, 0)).toBe(2_500);
    expect(ended.reduce((sum, { unchanged }) => sum + unchanged, 0)).toBe(2_500);
    expect(
      await count("signups g join subscribers s on s.id = g.subscriber_id where s.email like ?", `%@${domain}`),
    ).toBe(2_500);
  }, 30_000);

  it("goes on by cron alone after a step whose wake-up was lost", async () => {
    const id = await importer.send(fileOf(fresh(), 2_500));
    await importer.post(id, "start", PROVEN);
    house.woken.length = 0;
    house.clock.now += 60_000;
    await house.round();
    expect(house.woken).toContain(id);
    await workOff(house, id);
    expect(await importer.get(id)).toMatchObject({ state: "done", active: 2_500 });
  });

  it("is held up, goes on and is ended by order; what is done stays", async () => {
    const domain = fresh();
    const id = await importer.send(fileOf(domain, 10));
    await importer.post(id, "start", PROVEN);
    expect((await importer.post(id, "pause")).status).toBe(200);
    await workOff(house, id);
    expect(await countOf(domain, "active")).toBe(0);
    expect((await importer.post(id, "pause")).status).toBe(409);
    expect((await importer.post(id, "resume")).status).toBe(200);
    expect((await importer.post(id, "cancel")).status).toBe(200);
    await workOff(house, id);
    expect(await importer.get(id)).toMatchObject({ state: "cancelled", active: 0 });
    for (const order of ["resume", "cancel", "pause"]) expect((await importer.post(id, order)).status, order).toBe(409);
  });

  it("is held up by a step that keeps failing, says so, and goes on where it was", async () => {
    const domain = fresh();
    const id = await importer.send(fileOf(domain, 5));
    await importer.post(id, "start", PROVEN);
    await house.rows(
      `create trigger boom before insert on subscribers when new.email like '%@${domain}' begin select raise(abort, 'boom'); end`,
    );
    for (let minute = 0; minute < 5; minute++) await house.consume([id], "list-import");
    expect(await importer.get(id)).toMatchObject({ state: "paused", fault: "step_failed", active: 0 });
    await house.rows("drop trigger boom");
    expect((await importer.post(id, "resume")).status).toBe(200);
    await workOff(house, id);
    expect(await importer.get(id)).toMatchObject({ state: "done", fault: null, active: 5 });
  });
});

describe("a dry run", () => {
  it("counts what would come of each row and stores nobody; then the import counts anew", async () => {
    const domain = fresh();
    const gone = await addSubscriber(house, "left");
    const id = await importer.send(`${fileOf(domain, 4)}p0@${domain},Again\n${gone},Gone\nnobody,None\n`);
    expect((await importer.post(id, "check", PROVEN)).status).toBe(202);
    await workOff(house, id);
    const tried = { active: 4, pending: 0, unchanged: 1, blocked: 1, refused: 1, asked: 0 };
    expect(await importer.get(id)).toMatchObject({ state: "ready", isDryRun: true, ...tried });
    expect(await count("subscribers where email like ?", `%@${domain}`)).toBe(0);
    expect(await importer.faults(id)).toContain(`${gone},Gone,7,email.left: closed`);
    const told = "ledger_entries where kind like 'subscribers.import%' and body like ?";
    expect(await count(told, `%${id}%`)).toBe(0);
    expect((await importer.post(id, "start", STATED)).status).toBe(202);
    await workOff(house, id);
    const done = { active: 0, pending: 4, unchanged: 1, blocked: 1, refused: 1, isDryRun: false };
    expect(await importer.get(id)).toMatchObject({ state: "done", ...done });
    expect(await count("subscriber_import_faults where import_id = ?", id)).toBe(2);
  });

  it("that is held up has ended, and can be made again", async () => {
    const id = await importer.send(fileOf(fresh(), 3));
    await importer.post(id, "check", STATED);
    expect(await (await importer.post(id, "pause")).json()).toMatchObject({ state: "ready", isDryRun: false });
    expect((await importer.post(id, "check", STATED)).status).toBe(202);
    await workOff(house, id);
    expect(await importer.get(id)).toMatchObject({ state: "ready", isDryRun: true, pending: 3 });
    expect((await importer.put(id, 0, bytesOf(fileOf(fresh(), 3)))).status).not.toBe(200);
  });
});

it("Invariant 8: who leaves while a step of an import is under way is not brought back", async () => {
  const [erased, waiting] = [freshAddress(), await addSubscriber(house, "pending")];
  const id = await importer.send(`email\n${erased}\n${waiting}\n`);
  await importer.post(id, "start", PROVEN);
  let batches = 0;
  const DB = new Proxy(house.bindings.DB, {
    get(target, name: keyof D1Database) {
      const value = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== "batch") return value.bind(target);
      return async (statements: D1PreparedStatement[]) => {
        // The third is the first that stores rows: the check of the file took two.
        if (++batches === 3) {
          await suppress(house.rt, "test", erased, "left");
          await house.rows(
            "delete from signups where subscriber_id = (select id from subscribers where email = ?)",
            waiting,
          );
          await house.rows("update subscribers set status = 'left', left_at = 1 where email = ?", waiting);
        }
        return target.batch(statements);
      };
    },
  });
  await runListImport({ ...house.rt, bindings: { ...house.rt.bindings, DB } }, id);
  expect(batches).toBeGreaterThan(3);
  expect(await importer.get(id)).toMatchObject({ state: "done", active: 0, unchanged: 2 });
  expect(await rowOf(house, erased)).toBeUndefined();
  expect(await rowOf(house, waiting)).toMatchObject({ status: "left" });
});

describe("asking to confirm", () => {
  const slow = createHouse({ CONFIRM_RATE: 10 });
  beforeEach(() => {
    slow.clock.now = house.clock.now;
  });

  it("is done no faster than the rate a minute, by all imports together, an import after another", async () => {
    const [one, two] = [fresh(), fresh()];
    const start = slow.clock.now;
    const program = await newListImporter(slow);
    const ids = [await program.send(fileOf(one, 25)), await program.send(fileOf(two, 12))];
    for (const id of ids) await program.post(id, "start", STATED);
    for (const id of ids) await workOff(slow, id);
    for (let minute = 0; minute < 5; minute++) {
      slow.clock.now += 60_000;
      await slow.round();
    }
    const due = [...(await asksOf(one)), ...(await asksOf(two))].map(({ due_at }) => due_at).sort((a, b) => a - b);
    expect(due).toHaveLength(37);
    for (const [index, at] of due.entries()) {
      const within = due.filter((other) => other >= at && other < at + 60_000).length;
      expect(within, `from the ${index}th`).toBeLessThanOrEqual(10);
    }
    // Nor slower.
    expect(due.at(-1)).toBeLessThanOrEqual(start + 5 * 60_000);
    expect(await program.get(ids[0] ?? "")).toMatchObject({ pending: 25, asked: 25, nextAskAt: null });
    expect(await program.get(ids[1] ?? "")).toMatchObject({ pending: 12, asked: 12, nextAskAt: null });
    house.clock.now = slow.clock.now;
  });

  it("ends by order: of an import that is under way, and of one that is done", async () => {
    const domain = fresh();
    const program = await newListImporter(slow);
    const id = await program.send(fileOf(domain, 50));
    await program.post(id, "start", STATED);
    await workOff(slow, id);
    const asked = (await asksOf(domain)).length;
    expect(asked).toBeLessThan(50);
    expect((await program.post(id, "cancel")).status).toBe(200);
    expect(await program.get(id)).toMatchObject({ state: "done", asked, nextAskAt: null });
    slow.clock.now += 10 * 60_000;
    await slow.round();
    expect(await asksOf(domain)).toHaveLength(asked);
    expect((await program.post(id, "cancel")).status).toBe(409);
  });

  it("who waits to be asked does not lapse meanwhile; who was asked and does not confirm goes after 7 days", async () => {
    const domain = fresh();
    const id = await importer.send(fileOf(domain, 3));
    await importer.post(id, "start", STATED);
    await workOff(house, id);
    await house.rows("update signups set mail_id = null where import_id = ?", id);
    await house.rows("update subscriber_imports set next_ask_at = ? where id = ?", house.clock.now + 8 * DAY, id);
    house.clock.now = hourFrom(house.clock.now + 7 * DAY + 3_600_000);
    await house.round();
    expect(await countOf(domain, "pending")).toBe(3);
    house.clock.now += DAY;
    await house.round();
    house.clock.now = hourFrom(house.clock.now + 6 * DAY);
    await house.round();
    expect(await countOf(domain, "pending")).toBe(3);
    house.clock.now += DAY + 3_600_000;
    await house.round();
    expect(await countOf(domain, "pending")).toBe(0);
  });
});

it("a file that nobody starts goes after 2 days, one that is paused after 30; rows refused after 30, imports after two years", async () => {
  const [waiting, paused] = [await importer.send(fileOf(fresh(), 1)), await importer.send(fileOf(fresh(), 1))];
  const { id } = await importer.run("email\nnobody\n");
  await importer.post(paused, "start", STATED);
  await importer.post(paused, "pause");
  const after = async (days: number) => {
    house.clock.now = hourFrom(house.clock.now + days * DAY);
    await house.round();
  };
  await after(3);
  expect((await importer.get(waiting)).state).toBe("cancelled");
  expect(await count("subscriber_import_parts where import_id = ?", waiting)).toBe(0);
  expect((await importer.get(paused)).state).toBe("paused");
  expect(await count("subscriber_import_faults where import_id = ?", id)).toBe(1);
  await after(28);
  expect((await importer.get(paused)).state).toBe("cancelled");
  expect(await count("subscriber_import_faults where import_id = ?", id)).toBe(0);
  expect(await count("subscriber_imports where id = ?", id)).toBe(1);
  await after(700);
  expect(await count("subscriber_imports where id = ?", id)).toBe(0);
});
