import { beforeAll, describe, expect, it } from "vitest";
import { sweepActions } from "../../worker/newsletter/action-store.ts";
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
