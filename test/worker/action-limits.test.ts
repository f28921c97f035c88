import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { runActions } from "../../worker/newsletter/action-run.ts";
import { createHouse, DAY } from "./house.ts";
import { addSubscribers, type ListApi, listApi, type Row, subscriber } from "./list.ts";

/** What all actions together may take of an invocation, of D1's 1,000 queries and KV's 1,000 operations: the round has other work. */
const D1_SHARE = 400;
const KV_SHARE = 100;

const house = createHouse({ TOPICS: "news,offers,maintenance" });
const calls = { d1: 0, kv: 0 };

/** The same thing, of which calls of some names are counted. */
const counted = <T extends object>(thing: T, what: keyof typeof calls, names: readonly string[]): T =>
  new Proxy(thing, {
    get(target, name) {
      const found = Reflect.get(target, name);
      if (typeof found !== "function") return found;
      return (...given: unknown[]) => {
        if (names.includes(String(name))) calls[what]++;
        return found.apply(target, given);
      };
    },
  });

/** A worker of whose database each statement is counted, and each call of KV. */
const watched = createHouse({
  TOPICS: "news,offers,maintenance",
  DB: counted(env.DB, "d1", ["prepare"]),
  KV: counted(env.KV, "kv", ["get", "getWithMetadata", "put", "delete", "list"]),
});

let api: ListApi;
beforeAll(async () => {
  api = await listApi(house);
  await api.send("POST", "/v1/newsletter/labels", { name: "gold" });
});

let counter = 0;

async function people(count: number, change: Partial<Row> = {}) {
  const source = `limits-${counter++}`;
  const rows = Array.from({ length: count }, () => subscriber(house, { ...change, source }));
  await addSubscribers(house, rows);
  return { rows, filter: { sources: [source] } };
}

interface Action {
  id: string;
  state: string;
  matched: number;
  changed: number;
  restored: number;
  canUndo: boolean;
  filter: object;
}

const start = async (action: object) => (await api.send<Action>("POST", "/v1/subscribers/actions", action)).json;
const stateOf = (id: string) => api.get<Action>(`/v1/subscribers/actions/${id}`);

describe("a step of actions on many", () => {
  it.each([
    { kind: "erase", argument: null },
    { kind: "leave", argument: null },
    { kind: "remove-topic", argument: "news" },
    { kind: "add-label", argument: "gold" },
  ])("keeps far from the platform's limits, in the queue and in the minute's round: $kind", async (action) => {
    const [first, other] = [await people(30), await people(30)];
    const ids = [
      (await start({ ...action, filter: first.filter })).id,
      (await start({ ...action, filter: other.filter })).id,
    ];
    const took = async (step: () => Promise<void>) => {
      Object.assign(calls, { d1: 0, kv: 0 });
      await step();
      return { ...calls };
    };
    const steps = [
      await took(() => watched.consume(ids, "list-action")),
      await took(() => watched.round()),
      await took(() => watched.round()),
    ];
    for (const { d1, kv } of steps) {
      expect(d1).toBeLessThan(D1_SHARE);
      expect(kv).toBeLessThan(KV_SHARE);
    }
    expect(steps[0]?.d1).toBeGreaterThan(0);
    for (let turn = 0; turn < 2; turn++) await house.consume(ids, "list-action");
    for (const id of ids) expect(await stateOf(id)).toMatchObject({ state: "done", changed: 30 });
  });

  it("is not kept from the others by one that fails", async () => {
    const [bad, good] = [await people(1), await people(1)];
    const broken = await start({ kind: "add-label", argument: "gold", filter: bad.filter });
    const whole = await start({ kind: "add-label", argument: "gold", filter: good.filter });
    await house.rows("update list_actions set filter = '{' where id = ?", broken.id);
    await expect(runActions(house.rt, [broken.id, whole.id])).rejects.toThrow();
    expect((await stateOf(whole.id)).state).toBe("done");
    await house.rows("update list_actions set filter = '{}', state = 'done', finished_at = 0 where id = ?", broken.id);
  });

  it("counts those whom it changed, not those whom it met", async () => {
    const { rows, filter } = await people(3);
    const { id } = await start({ kind: "leave", filter });
    await api.send("POST", `/v1/subscribers/${rows[0]?.id}/leave`);
    await runActions(house.rt, [id]);
    expect(await stateOf(id)).toMatchObject({ state: "done", matched: 3, changed: 2 });
  });
});

describe("what an action keeps", () => {
  it("is not the address that was searched for: when it ends, that goes", async () => {
    const { rows } = await people(1);
    const search = rows[0]?.email ?? "";
    const { id } = await start({ kind: "add-label", argument: "gold", filter: { search, status: ["active"] } });
    expect(await stateOf(id)).toMatchObject({ filter: { search } });
    await house.consume([id], "list-action");
    expect(await stateOf(id)).toMatchObject({ state: "done", filter: { search: "", status: ["active"] } });
    const held = await house.rows("select id from list_actions where instr(filter, ?) > 0", search);
    expect(held).toEqual([]);
  });

  it("serves to undo it for 30 days, and then it is said that it cannot be undone", async () => {
    const { filter } = await people(1);
    const { id } = await start({ kind: "add-label", argument: "gold", filter });
    await house.consume([id], "list-action");
    expect((await stateOf(id)).canUndo).toBe(true);
    const { now } = house.clock;
    house.clock.now += 30 * DAY;
    expect((await stateOf(id)).canUndo).toBe(false);
    const refused = await api.send("POST", `/v1/subscribers/actions/${id}/undo`);
    expect(refused).toMatchObject({ status: 409, json: { code: "action_not_ready" } });
    house.clock.now = now;
  });
});

describe("an action that is asked for twice", () => {
  const send = (key: string, action: object) =>
    house.post("/v1/subscribers/actions", action, { Authorization: `Bearer ${api.key}`, "Idempotency-Key": key });

  it("with one Idempotency-Key begins once, also at once; with other contents it is refused", async () => {
    const { filter } = await people(1);
    const action = { kind: "add-label", argument: "gold", filter };
    const replies = await Promise.all([send("k1", action), send("k1", action)]);
    expect(replies.map(({ status }) => status)).toEqual([202, 202]);
    const [one, other] = (await Promise.all(replies.map((reply) => reply.json()))) as [Action, Action];
    expect(one.id).toBe(other.id);
    await house.consume([one.id], "list-action");
    expect(await (await send("k1", action)).json()).toMatchObject({ id: one.id, state: "done" });
    const told = await house.rows("select id from ledger_entries where body ->> 'action' = ?", one.id);
    expect(told).toHaveLength(1);
    const reused = await send("k1", { ...action, filter: {} });
    expect([reused.status, ((await reused.json()) as { code: string }).code]).toEqual([422, "idempotency_key_reused"]);
    expect(((await (await send("k2", action)).json()) as Action).id).not.toBe(one.id);
  });
});

describe("the list of actions", () => {
  it("has each once on its pages, also those of one moment", async () => {
    const { filter } = await people(1);
    const begun = new Set<string>();
    for (let i = 0; i < 5; i++) begun.add((await start({ kind: "remove-label", argument: `none-${i}`, filter })).id);
    const found: string[] = [];
    for (let after = ""; ; ) {
      const page = await api.get<{ actions: Action[]; next: string | null }>(`/v1/subscribers/actions?limit=2${after}`);
      found.push(...page.actions.map(({ id }) => id));
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    expect(new Set(found).size).toBe(found.length);
    expect(found.filter((id) => begun.has(id))).toHaveLength(5);
  });
});
