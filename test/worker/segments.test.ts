import { beforeAll, describe, expect, it } from "vitest";
import { createHouse } from "./house.ts";
import { addSubscribers, type ListApi, listApi, subscriber } from "./list.ts";

const house = createHouse();
let api: ListApi;
beforeAll(async () => {
  api = await listApi(house);
});

interface Segment {
  id: string;
  name: string;
  filter: Record<string, unknown>;
}

let counter = 0;
const freshName = () => `Segment ${counter++}`;
const add = async (name = freshName(), filter: object = { status: ["active"] }) =>
  (await api.send<Segment>("POST", "/v1/segments", { name, filter })).json;

/** A newsletter in a state, for the people in a segment. */
const addCampaign = (state: string, segment: string) =>
  house.rows(
    `insert into campaigns (id, state, name, texts, audience, is_public, version, created_at, created_by, changed_at, changed_by)
      values (?, ?, 'News', '{}', ?, 0, 1, 0, 'staff:x', 0, 'staff:x')`,
    ...[crypto.randomUUID(), state, JSON.stringify({ topics: ["news"], segment })],
  );

const entries = (kind: string, id: string) =>
  house.rows<{ body: string; actor: string }>(
    "select body, actor from ledger_entries where kind = ? and body ->> 'segment' = ?",
    kind,
    id,
  );

describe("segments", () => {
  it("keep a filter under a name, by which the list is narrowed; each saving is in the ledger", async () => {
    const people = [subscriber(house, { source: "segments" }), subscriber(house, { source: "elsewhere" })];
    await addSubscribers(house, people);
    const segment = await add("From segments", { sources: ["segments"], search: "", labels: [] });
    expect(segment.filter).toEqual({ sources: ["segments"] });
    expect(await api.idsOf(new URLSearchParams({ segment: segment.id }))).toEqual([people[0]?.id]);
    const filter = { sources: ["elsewhere"], from: "2026-01-01" };
    const saved = await api.send<Segment>("PUT", `/v1/segments/${segment.id}`, { name: "From elsewhere", filter });
    expect(saved).toMatchObject({ status: 200, json: { name: "From elsewhere", filter } });
    expect(await api.idsOf(new URLSearchParams({ segment: segment.id }))).toEqual([people[1]?.id]);
    const told = await entries("segment.saved", segment.id);
    expect(told.map(({ body }) => JSON.parse(body).name)).toEqual(["From segments", "From elsewhere"]);
    expect(told[0]?.actor).toMatch(/^key:/);
  });

  it("do not write what was searched for into an entry that is never erased", async () => {
    const { id } = await add(freshName(), { search: "somebody@" });
    const [told] = await entries("segment.saved", id);
    expect(told?.body).not.toContain("somebody");
    expect(JSON.parse(told?.body ?? "{}").filter.search).toMatch(/^[\w-]{43}$/);
  });

  it("search for no whole address: they are kept for long, and are rules about many", async () => {
    const filter = { search: " Somebody@Example.nl " };
    const refused = { status: 422, json: { errors: [{ path: "filter.search", code: "invalid" }] } };
    expect(await api.send("POST", "/v1/segments", { name: freshName(), filter })).toMatchObject(refused);
    const { id, name } = await add();
    expect(await api.send("PUT", `/v1/segments/${id}`, { name, filter })).toMatchObject(refused);
    expect(await api.get(`/v1/segments/${id}`)).toMatchObject({ id, name, filter: { status: ["active"] } });
    expect((await add(freshName(), { search: "@example.nl" })).filter).toEqual({ search: "@example.nl" });
  });

  it("have names of their own", async () => {
    const { name } = await add();
    const refused = { code: "invalid_input", errors: [{ path: "name", code: "taken" }] };
    expect(await api.send("POST", "/v1/segments", { name, filter: {} })).toMatchObject({ status: 422, json: refused });
    const other = await add();
    const renamed = await api.send("PUT", `/v1/segments/${other.id}`, { name, filter: {} });
    expect(renamed).toMatchObject({ status: 422, json: refused });
    expect((await api.send("POST", "/v1/segments", { name: "Two\nlines", filter: {} })).status).toBe(422);
    expect((await api.send("POST", "/v1/segments", { name: "x".repeat(81), filter: {} })).status).toBe(422);
  });

  it("stay while a newsletter that is to go, or going, needs them", async () => {
    for (const state of ["scheduled", "freezing", "sending", "paused"]) {
      const { id } = await add();
      await addCampaign(state, id);
      const refused = await api.send("DELETE", `/v1/segments/${id}`);
      expect(refused, state).toMatchObject({ status: 409, json: { code: "segment_in_use" } });
      expect(await entries("segment.removed", id)).toEqual([]);
    }
    for (const state of ["draft", "sent", "cancelled"]) {
      const { id } = await add();
      await addCampaign(state, id);
      expect((await api.send("DELETE", `/v1/segments/${id}`)).status, state).toBe(204);
      expect(await entries("segment.removed", id)).toHaveLength(1);
      expect((await api.send("DELETE", `/v1/segments/${id}`)).status).toBe(404);
      expect((await api.send("PUT", `/v1/segments/${id}`, { name: freshName(), filter: {} })).status).toBe(404);
    }
  });
});

describe("internal topics", () => {
  it("are added once, listed with how many have them, and leave all who have them when they go", async () => {
    const people = [subscriber(house, { labels: ["dealer", "vip"] }), subscriber(house, { labels: ["vip"] })];
    await addSubscribers(house, people);
    expect((await api.send("POST", "/v1/newsletter/labels", { name: "dealer" })).status).toBe(201);
    expect(await api.send("POST", "/v1/newsletter/labels", { name: "dealer" })).toMatchObject({
      status: 422,
      json: { errors: [{ path: "name", code: "taken" }] },
    });
    const { labels } = await api.get<{ labels: unknown[] }>("/v1/newsletter/labels");
    expect(labels).toContainEqual({ name: "dealer", subscribers: 1 });
    const removed = await api.send<{ id: string }>("DELETE", "/v1/newsletter/labels/dealer");
    expect(removed).toMatchObject({ status: 202, json: { kind: "remove-label", argument: "dealer", matched: 1 } });
    await house.consume([removed.json.id], "list-action");
    expect(await api.get(`/v1/subscribers/${people[0]?.id}`)).toMatchObject({ labels: ["vip"] });
    expect((await api.send("DELETE", "/v1/newsletter/labels/dealer")).status).toBe(404);
    const told = await house.rows("select kind from ledger_entries where body ->> 'label' = 'dealer' order by seq");
    expect(told.map(({ kind }) => kind)).toEqual(["label.added", "label.removed"]);
  });
});
