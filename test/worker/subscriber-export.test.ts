import { env } from "cloudflare:workers";
import Papa from "papaparse";
import { beforeAll, describe, expect, it } from "vitest";
import { apiKey, createHouse } from "./house.ts";
import { addSubscribers, type ListApi, listApi, subscriber } from "./list.ts";

let queries = 0;
/** Of its database each query is counted. */
const DB = new Proxy(env.DB, {
  get(target, name) {
    if (name === "prepare") queries++;
    const found = Reflect.get(target, name);
    return typeof found === "function" ? found.bind(target) : found;
  },
});
const house = createHouse({ DB });
let api: ListApi;
beforeAll(async () => {
  api = await listApi(house);
});

const exported = (body: object, key = api.key) =>
  house.post("/v1/subscribers/exports", body, { Authorization: `Bearer ${key}` });
const rowsIn = async (reply: Response) =>
  Papa.parse<Record<string, string>>((await reply.text()).replace(/^\uFEFF/, ""), {
    header: true,
    skipEmptyLines: true,
  }).data;
const entries = () =>
  house.rows<{ body: string; actor: string }>(
    "select body, actor from ledger_entries where kind = 'subscribers.exported' order by seq",
  );

describe("the export of subscribers", () => {
  it("has all whom a filter finds, in the order in which they came, over several pages of 5,000", async () => {
    const rows = Array.from({ length: 5_100 }, () => subscriber(house, { source: "export" }));
    for (let at = 0; at < rows.length; at += 1_700) await addSubscribers(house, rows.slice(at, at + 1_700));
    await addSubscribers(house, [subscriber(house, { source: "not-this" })]);
    queries = 0;
    const reply = await exported({ filter: { sources: ["export"] } });
    expect(reply.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const found = await rowsIn(reply);
    expect(found.map(({ email }) => email)).toEqual(rows.map(({ email }) => email));
    // The key, the count, the last place, the entry, and two pages. D1 answers 1,000 of an invocation.
    expect(queries).toBeGreaterThan(3);
    expect(queries).toBeLessThan(10);
    expect(found[0]).toEqual({
      ...{
        email: rows[0]?.email,
        name: "",
        status: "active",
        topics: "news",
        labels: "",
        lang: "nl",
        source: "export",
      },
      ...{ requested: "2026-11-22T10:00:00.000Z", confirmed: "2026-11-22T10:00:00.000Z", left: "" },
    });
  });

  it("makes harmless what a spreadsheet would run", async () => {
    const one = subscriber(house, {
      source: "formula",
      name: '=HYPERLINK("https://evil.example")',
      labels: ["@sum", "vip"],
    });
    const plus = subscriber(house, { source: "formula", email: "+tag@example.nl", name: "-1" });
    await addSubscribers(house, [one, plus]);
    const [first, second] = await rowsIn(await exported({ filter: { sources: ["formula"] } }));
    expect(first).toMatchObject({ name: '\'=HYPERLINK("https://evil.example")', labels: "'@sum; vip" });
    expect(second).toMatchObject({ email: "'+tag@example.nl", name: "'-1" });
  });

  it("is in the ledger before its first byte: who, how many, and by which filter, but no address", async () => {
    await addSubscribers(house, [subscriber(house, { email: "sought@export.example" })]);
    const before = (await entries()).length;
    const reply = await exported({ filter: { search: "sought@export.example" } });
    const told = (await entries()).slice(before);
    expect(told).toHaveLength(1);
    expect(told[0]?.actor).toMatch(/^key:/);
    expect(JSON.parse(told[0]?.body ?? "{}")).toMatchObject({ matched: 1 });
    expect(told[0]?.body).not.toContain("sought");
    expect(await rowsIn(reply)).toHaveLength(1);
  });

  it("is for those who may export: to read the list is not enough", async () => {
    const before = (await entries()).length;
    expect((await exported({}, await apiKey("newsletter:read", "newsletter:write"))).status).toBe(403);
    expect((await exported({ filter: { status: ["gone"] } })).status).toBe(422);
    expect(await entries()).toHaveLength(before);
  });
});
