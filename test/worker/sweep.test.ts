import { beforeAll, describe, expect, it } from "vitest";
import { sweepActions } from "../../worker/newsletter/action-store.ts";
import { sweepListImports } from "../../worker/newsletter/list-import-store.ts";
import { sweepNewsletter } from "../../worker/newsletter/store.ts";
import { commit } from "../../worker/platform/db.ts";
import { createHouse, DAY, hourFrom } from "./house.ts";
import { addSubscribers, type ListApi, listApi, subscriber } from "./list.ts";

const house = createHouse();
let api: ListApi;
beforeAll(async () => {
  api = await listApi(house);
  await api.send("POST", "/v1/newsletter/labels", { name: "gold" });
});

describe("the hourly sweep", () => {
  it("drops no more rows at once than it is told, and an action when the last of its rows is gone", async () => {
    await addSubscribers(
      house,
      Array.from({ length: 5 }, () => subscriber(house, { source: "sweep" })),
    );
    const action = { kind: "add-label", argument: "gold", filter: { sources: ["sweep"] } };
    const { json } = await api.send<{ id: string }>("POST", "/v1/subscribers/actions", action);
    await house.consume([json.id], "list-action");
    const later = house.clock.now + 400 * DAY;
    const left = async () => {
      await commit(house.rt, sweepActions(house.rt.db, later, later, 2));
      const rows = await house.rows("select seq from list_action_rows where action_id = ?", json.id);
      return [rows.length, (await house.rows("select id from list_actions where id = ?", json.id)).length];
    };
    expect([await left(), await left(), await left()]).toEqual([
      [3, 1],
      [1, 1],
      [0, 0],
    ]);
  });

  it("drops no more of those who never confirmed at once than it is told: first what they asked, then themselves", async () => {
    await addSubscribers(
      house,
      Array.from({ length: 5 }, () => subscriber(house, { source: "lapse", status: "pending" })),
    );
    const requestedBefore = house.clock.now + 1;
    const left = async () => {
      await commit(house.rt, sweepNewsletter({ requestedBefore, limit: 2 }));
      const counts = await Promise.all([
        house.rows("select id from signups where surface = 'lapse'"),
        house.rows("select id from subscribers where source = 'lapse'"),
      ]);
      return counts.map(({ length }) => length);
    };
    expect([await left(), await left(), await left()]).toEqual([
      [3, 3],
      [1, 1],
      [0, 0],
    ]);
  });

  it("drops no more refused rows at once than it is told, and an import when the last of them is gone", async () => {
    const id = "import-to-sweep";
    await house.rows(
      `insert into subscriber_imports
        (id, state, file_name, size, "offset", "row", active, pending, unchanged, blocked, refused, created_at, created_by, finished_at)
        values (?, 'done', 'a.csv', 1, 1, 1, 0, 0, 0, 0, 5, 0, 'staff:x', 0)`,
      id,
    );
    await house.rows(
      `insert into subscriber_import_faults (import_id, "row", cells, emails, errors)
        select ?, value, '[]', '[]', '[]' from json_each('[1,2,3,4,5]')`,
      id,
    );
    const { now } = house.clock;
    const left = async () => {
      await commit(house.rt, sweepListImports(house.rt.db, { faultsBefore: now, importsBefore: now, limit: 2 }));
      const faults = await house.rows('select "row" from subscriber_import_faults where import_id = ?', id);
      return [faults.length, (await house.rows("select id from subscriber_imports where id = ?", id)).length];
    };
    expect([await left(), await left(), await left()]).toEqual([
      [3, 1],
      [1, 1],
      [0, 0],
    ]);
  });

  it("goes on while there is more than it drops at once: a newsletter's mails go after 30 days, others after 90, links sooner", async () => {
    const now = hourFrom(house.clock.now);
    const add = (template: string, lane: string, days: number, count = 1) =>
      house.rows(
        `with recursive n (i) as (select 1 union all select i + 1 from n where i < ?)
          insert into outbox (id, template, recipient, lang, params, state, lane, attempts, due_at, created_at)
          select printf('swept-%s-%d-%d', ?, ?, i), ?, 'x@example.nl', 'nl', '{}', 'sent', ?, 1, ?, 0 from n`,
        ...[count, template, days, template, lane, now - days * DAY],
      );
    await add("newsletter.campaign", "bulk", 31, 20_100);
    await add("newsletter.campaign", "bulk", 29);
    await add("policy.notice", "bulk", 91);
    await add("policy.notice", "bulk", 89);
    await add("newsletter.import-confirm", "bulk", 8);
    await add("newsletter.import-confirm", "bulk", 6);
    house.clock.now = now;
    await house.round();
    expect(await house.rows("select id from outbox where id like 'swept-%' order by id")).toEqual([
      { id: "swept-newsletter.campaign-29-1" },
      { id: "swept-newsletter.import-confirm-6-1" },
      { id: "swept-policy.notice-89-1" },
    ]);
  });

  it("drops what is counted of nobody any more, also when another room's sweep fails", async () => {
    const one = subscriber(house, { source: "rare" });
    await addSubscribers(house, [one]);
    await api.send("DELETE", `/v1/subscribers/${one.id}`);
    const cohorts = () => house.rows("select members from subscriber_cohorts where members = 0");
    expect((await cohorts()).length).toBeGreaterThan(0);
    await house.rows("create trigger no_sweep before delete on list_actions begin select raise(abort, 'broken'); end");
    await house.rows(
      `insert into list_actions (id, kind, filter, state, matched, changed, cursor, last_seq, created_at, created_by, finished_at)
        values ('old', 'leave', '{}', 'done', 0, 0, 0, 0, 0, 'staff:x', 0)`,
    );
    house.clock.now = hourFrom(house.clock.now);
    await house.round();
    expect(await cohorts()).toEqual([]);
    const [task] = await house.rows<{ error: string | null }>("select error from cron_tasks where name = 'sweep'");
    expect(task?.error).not.toBeNull();
    await house.rows("drop trigger no_sweep");
    await house.round();
    expect(await house.rows("select id from list_actions where id = 'old'")).toEqual([]);
  });
});
