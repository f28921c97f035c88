import { beforeAll, describe, expect, it } from "vitest";
import { createHouse, DAY } from "./house.ts";
import { addSubscribers, type ListApi, listApi, type Row, subscriber } from "./list.ts";

const house = createHouse({ TOPICS: "news,offers,maintenance", CONFIRM_RATE: "2" });
let api: ListApi;
beforeAll(async () => {
  api = await listApi(house);
  for (const name of ["gold", "silver"]) await api.send("POST", "/v1/newsletter/labels", { name });
});

interface Action {
  id: string;
  state: string;
  matched: number;
  changed: number;
}

let counter = 0;

/** People whom one filter finds and nobody else. */
async function people(...changes: Partial<Row>[]): Promise<{ rows: Row[]; filter: object }> {
  const source = `group-${counter++}`;
  const rows = changes.map((change) => subscriber(house, { ...change, source }));
  await addSubscribers(house, rows);
  return { rows, filter: { sources: [source] } };
}

const start = async (action: object) => (await api.send<Action>("POST", "/v1/subscribers/actions", action)).json;
const preview = async (action: object) =>
  (await api.send<Record<string, unknown>>("POST", "/v1/subscribers/actions", { ...action, preview: true })).json;
const stateOf = (id: string) => api.get<Action>(`/v1/subscribers/actions/${id}`);

/** Starts an action and has it done. */
async function done(action: object): Promise<Action> {
  const { id } = await start(action);
  await house.consume([id], "list-action");
  return stateOf(id);
}

async function undone(id: string): Promise<Action> {
  expect((await api.send("POST", `/v1/subscribers/actions/${id}/undo`)).status).toBe(202);
  await house.consume([id], "list-action");
  return stateOf(id);
}

const seen = (row: Row | undefined) => api.get<Row & { leftAt: string | null }>(`/v1/subscribers/${row?.id}`);
const entriesOf = async (row: Row | undefined, kind: string) =>
  (
    await house.rows<{ body: string; actor: string }>(
      "select body, actor from ledger_entries where subject = ? and kind = ?",
      `subscriber:${row?.id}`,
      kind,
    )
  ).map(({ body, actor }) => ({ ...JSON.parse(body), actor }));

describe("an action on many", () => {
  it("is previewed: how many are chosen, for how many something changes, who those are, and whether it can be undone", async () => {
    const { rows, filter } = await people({ labels: ["gold"] }, {}, {});
    const found = await preview({ kind: "add-label", argument: "gold", filter });
    expect(found).toMatchObject({ matched: 3, changes: 2, canUndo: true });
    expect((found["first"] as Row[]).map(({ id }) => id)).toEqual([rows[2]?.id, rows[1]?.id]);
    expect(await preview({ kind: "leave", filter })).toMatchObject({ changes: 3, canUndo: false });
    expect(await preview({ kind: "erase", filter })).toMatchObject({ changes: 3, canUndo: false });
    expect(await preview({ kind: "remove-topic", argument: "news", filter })).toMatchObject({ canUndo: false });
    expect((await seen(rows[1])).labels).toEqual([]);
    expect(
      await house.rows("select id from list_actions where filter ->> 'sources' like ?", `%${rows[0]?.source}%`),
    ).toEqual([]);
  });

  it("asks for what it is done with", async () => {
    const refused = async (action: object) =>
      (await api.send("POST", "/v1/subscribers/actions", { ...action, filter: {} })).json;
    const errors = (code: string) => ({ code: "invalid_input", errors: [{ path: "argument", code }] });
    expect(await refused({ kind: "add-label" })).toMatchObject(errors("required"));
    expect(await refused({ kind: "add-label", argument: "copper" })).toMatchObject(errors("unknown_value"));
    expect(await refused({ kind: "set-language", argument: "xx" })).toMatchObject(errors("unknown_value"));
  });

  it("gives a label to all whom the filter found when it began, and takes it back; the ledger knows both", async () => {
    const { rows, filter } = await people({ labels: ["silver"] }, { labels: ["gold"] }, { status: "left" });
    const begun = await start({ kind: "add-label", argument: "gold", filter });
    const late = subscriber(house, { source: rows[0]?.source ?? "" });
    await addSubscribers(house, [late]);
    await house.consume([begun.id], "list-action");
    const action = await stateOf(begun.id);
    expect(action).toMatchObject({ state: "done", matched: 2, changed: 2 });
    expect((await seen(rows[0])).labels).toEqual(["gold", "silver"]);
    expect((await seen(late)).labels).toEqual([]);
    expect(await undone(action.id)).toMatchObject({ state: "undone" });
    expect([(await seen(rows[0])).labels, (await seen(rows[1])).labels]).toEqual([["silver"], ["gold"]]);
    const told = await house.rows(
      "select kind from ledger_entries where body ->> 'action' = ? order by seq",
      action.id,
    );
    expect(told.map(({ kind }) => kind)).toEqual(["subscribers.action-started", "subscribers.action-undone"]);
    expect((await api.send("POST", `/v1/subscribers/actions/${action.id}/undo`)).status).toBe(409);
  });

  it("goes through hundreds in pages and each page once, however often it is woken, also by two at once", async () => {
    const { rows, filter } = await people(...Array.from({ length: 450 }, () => ({})));
    const { id } = await start({ kind: "add-label", argument: "gold", filter });
    await Promise.all([1, 2, 3].map(() => house.consume([id], "list-action")));
    await house.consume([id], "list-action");
    expect(await stateOf(id)).toMatchObject({ state: "done", changed: 450 });
    const kept = await house.rows<{ count: number }>(
      "select count(*) as count from list_action_rows where action_id = ?",
      id,
    );
    expect(kept).toEqual([{ count: 450 }]);
    expect((await api.get<{ count: number }>(`/v1/subscribers/count?source=${rows[0]?.source}&label=gold`)).count).toBe(
      450,
    );
    await undone(id);
    expect((await api.get<{ count: number }>(`/v1/subscribers/count?source=${rows[0]?.source}&label=gold`)).count).toBe(
      0,
    );
  });

  it("is taken further by cron when its wake-up was lost", async () => {
    const { rows, filter } = await people({});
    const { id } = await start({ kind: "set-language", argument: "en", filter });
    await house.round();
    expect(await stateOf(id)).toMatchObject({ state: "done", changed: 1 });
    expect((await seen(rows[0])).lang).toBe("en");
    expect(await entriesOf(rows[0], "subscriber.changed")).toMatchObject([
      { fields: ["lang"], actor: expect.stringMatching(/^key:/) },
    ]);
  });

  it("is undone only where people still are as it left them", async () => {
    const { rows, filter } = await people({}, {}, {}, {});
    const { id } = await done({ kind: "add-label", argument: "gold", filter });
    await api.send("PATCH", `/v1/subscribers/${rows[1]?.id}`, { labels: ["gold", "silver"] });
    house.clock.now += 1_000;
    await api.send("POST", `/v1/subscribers/${rows[2]?.id}/leave`);
    await api.send("DELETE", `/v1/subscribers/${rows[3]?.id}`);
    expect(await undone(id)).toMatchObject({ changed: 4, restored: 2 });
    expect((await seen(rows[0])).labels).toEqual([]);
    // What was given since stays.
    expect((await seen(rows[1])).labels).toEqual(["silver"]);
    expect(await seen(rows[2])).toMatchObject({ status: "left", labels: ["gold"] });
    expect((await api.send("GET", `/v1/subscribers/${rows[3]?.id}`)).status).toBe(404);
  });

  it("that takes a topic off ends those consents, each in the ledger; whose last topic it was has left; there is no undo", async () => {
    const { rows, filter } = await people(
      { topics: ["news", "offers"] },
      { topics: ["offers"] },
      { topics: ["news"] },
      { status: "pending", topics: ["offers"] },
    );
    const action = await done({ kind: "remove-topic", argument: "offers", filter });
    expect(action).toMatchObject({ state: "done", matched: 2, changed: 2 });
    expect(await seen(rows[0])).toMatchObject({ status: "active", topics: ["news"] });
    expect(await seen(rows[1])).toMatchObject({ status: "left" });
    expect(await seen(rows[2])).toMatchObject({ status: "active", topics: ["news"] });
    expect(await entriesOf(rows[0], "consent.changed")).toMatchObject([{ added: [], removed: ["offers"], by: "key" }]);
    expect(await entriesOf(rows[1], "consent.withdrawn")).toMatchObject([{ by: "key" }]);
    const open = await house.rows(
      "select topic from consents where subscriber_id = ? and withdrawn_at is null",
      rows[0]?.id,
    );
    expect(open).toEqual([{ topic: "news" }]);
    expect(await api.send("POST", `/v1/subscribers/actions/${action.id}/undo`)).toMatchObject({
      status: 409,
      json: { code: "action_not_ready" },
    });
  });

  it("Invariant 8: that makes people leave, or erases them, is for good", async () => {
    const { rows, filter } = await people({}, { status: "pending" }, { status: "complained" });
    const left = await done({ kind: "leave", filter });
    expect(left).toMatchObject({ state: "done", changed: 2 });
    const states = await Promise.all(rows.map(async (row) => (await seen(row)).status));
    expect(states).toEqual(["left", "left", "complained"]);
    expect((await api.send("POST", `/v1/subscribers/actions/${left.id}/undo`)).status).toBe(409);
    await done({ kind: "add-label", argument: "gold", filter });
    const erased = await done({ kind: "erase", filter });
    expect(erased).toMatchObject({ state: "done", changed: 3 });
    expect((await api.send("POST", `/v1/subscribers/actions/${erased.id}/undo`)).status).toBe(409);
    expect(await house.rows("select id from subscribers where source = ?", rows[0]?.source)).toEqual([]);
    const kept = await house.rows(
      "select r.seq from list_action_rows r left join subscribers s on s.seq = r.seq where s.seq is null",
    );
    expect(kept).toEqual([]);
  });

  it("mails those who wait their link again, and only those, no more a minute than CONFIRM_RATE", async () => {
    const { rows, filter } = await people(
      { status: "pending" },
      { status: "active" },
      { status: "pending" },
      { status: "pending" },
    );
    const mailed = async () =>
      (
        await house.rows<{ recipient: string }>("select recipient from outbox where template = 'newsletter.confirm'")
      ).map(({ recipient }) => recipient);
    const { id } = await start({ kind: "resend", filter });
    await house.consume([id], "list-action");
    expect(await mailed()).toEqual([rows[0]?.email, rows[2]?.email]);
    await house.consume([id], "list-action");
    expect((await stateOf(id)).state).toBe("running");
    house.clock.now += 60_000;
    await house.consume([id], "list-action");
    expect(await mailed()).toEqual([rows[0]?.email, rows[2]?.email, rows[3]?.email]);
    house.clock.now += 60_000;
    await house.round();
    expect(await stateOf(id)).toMatchObject({ state: "done", changed: 3 });
  });

  it("keeps what it needs to be undone for 30 days, and itself for a year", async () => {
    const { filter } = await people({});
    const { id } = await done({ kind: "add-label", argument: "gold", filter });
    const later = createHouse({ TOPICS: "news,offers,maintenance" });
    const kept = async (days: number) => {
      later.clock.now = Math.ceil((house.clock.now + days * DAY) / 3_600_000) * 3_600_000;
      await later.round();
      const rows = await house.rows("select seq from list_action_rows where action_id = ?", id);
      return [rows.length, (await house.rows("select id from list_actions where id = ?", id)).length];
    };
    expect(await kept(29)).toEqual([1, 1]);
    expect(await kept(31)).toEqual([0, 1]);
    expect(await kept(366)).toEqual([0, 0]);
  });
});
