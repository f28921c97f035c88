import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { addDays, startOfDay } from "../../worker/platform/calendar.ts";
import { createHouse, DAY, START } from "./house.ts";
import { addSubscribers, type ListApi, listApi, type Row, subscriber } from "./list.ts";

const house = createHouse();
let api: ListApi;
beforeAll(async () => {
  api = await listApi(house);
});

const STATES = ["pending", "active", "left", "bounced", "complained"];
const LANGS = ["nl", "en"];
const SOURCES = ["site", "panel", "beurs"];
const TOPICS = ["news", "offers", "maintenance"];
const LABELS = ["klant", "proef", "vip"];
const FIRST = "2026-01-01";

const people = fc.array(
  fc.record({
    local: fc.array(fc.constantFrom("a", "b", "-", "ja", "jan", "é", "%", "_"), { minLength: 1, maxLength: 4 }),
    domain: fc.constantFrom("example.nl", "post.example", "mail.test"),
    status: fc.constantFrom(...STATES),
    lang: fc.constantFrom(...LANGS),
    source: fc.constantFrom(...SOURCES),
    topics: fc.subarray(TOPICS, { minLength: 1 }),
    labels: fc.subarray(LABELS),
    /** How long after the one before them they came, in hours. */
    pause: fc.integer({ min: 0, max: 30 }),
  }),
  { minLength: 1, maxLength: 40 },
);

const some = (of: string[]) => fc.subarray(of, { minLength: 1 });
const day = fc.integer({ min: -3, max: 40 }).map((days) => addDays(FIRST, days));
const filters = fc.record(
  {
    search: fc.constantFrom(
      "a",
      "ja",
      "jan",
      "AN",
      "%",
      "_a",
      "ple.n",
      "example.nl",
      "nobody",
      '"',
      "é",
      "mail.t",
      "n@p",
    ),
    status: some(STATES),
    topic: some(TOPICS),
    label: some([...LABELS, "nobody's"]),
    source: some(SOURCES),
    lang: some(LANGS),
    from: day,
    to: day,
  },
  { requiredKeys: [] },
);
type Filter = Partial<Record<"search" | "from" | "to", string>> &
  Partial<Record<"status" | "topic" | "label" | "source" | "lang", string[]>>;

const zoned = (text: string) => startOfDay("Europe/Amsterdam", text);
const holds = (asked: string[] | undefined, has: string[]) => !asked || asked.some((one) => has.includes(one));

/** Whom a filter finds, one row after another. */
const naive = (rows: readonly Row[], { search, status, topic, label, source, lang, from, to }: Filter): string[] =>
  rows
    .filter(({ email }) => {
      const sought = search?.toLowerCase() ?? "";
      return [...sought].length < 3 ? email.startsWith(sought) : email.includes(sought);
    })
    .filter((row) => holds(status, [row.status]) && holds(source, [row.source]) && holds(lang, [row.lang]))
    .filter((row) => holds(topic, row.topics) && holds(label, row.labels))
    .filter((row) => (!from || row.requestedAt >= zoned(from)) && (!to || row.requestedAt < zoned(addDays(to, 1))))
    .map(({ id }) => id)
    .reverse();

function queryOf(filter: Filter): URLSearchParams {
  const query = new URLSearchParams({ limit: "7" });
  for (const [name, value] of Object.entries(filter)) for (const one of [value].flat()) query.append(name, one);
  return query;
}

/** Rows as the database is to have them, and none but those. */
async function only(drawn: typeof people extends fc.Arbitrary<infer T> ? T : never): Promise<Row[]> {
  await house.rows("delete from subscribers");
  let at = Date.parse(`${FIRST}T00:00:00Z`);
  const rows = drawn.map(({ local, domain, pause, ...more }, index) => {
    at += pause * 3_600_000;
    return subscriber(house, { ...more, email: `${local.join("")}${index}@${domain}`, requestedAt: at });
  });
  await addSubscribers(house, rows);
  return rows;
}

describe("the list of subscribers", () => {
  it("finds the same in the same order as a filter that looks at one after another, and counts as many", async () => {
    await fc.assert(
      fc.asyncProperty(
        people,
        fc.array(filters, { minLength: 6, maxLength: 6 }),
        fc.nat(),
        async (drawn, asked, cut) => {
          const rows = await only(drawn);
          // Some are in the index of addresses, some came after it was brought up to date.
          await house.rows(
            "insert into subscriber_search (rowid, email) select seq, email from subscribers order by seq limit ?",
            cut % (rows.length + 1),
          );
          for (const filter of asked as Filter[]) {
            const expected = naive(rows, filter);
            expect(await api.idsOf(queryOf(filter)), JSON.stringify(filter)).toEqual(expected);
            expect(await api.get(`/v1/subscribers/count?${queryOf(filter)}`)).toEqual({
              count: expected.length,
              isMore: false,
            });
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("searches also while there is no index of addresses, as during an export of the database", async () => {
    const rows = await only([]);
    rows.push(
      ...["anna@post.example", "hanna@post.example", "joris@post.example"].map((email) => subscriber(house, { email })),
    );
    await addSubscribers(house, rows);
    const found = naive(rows, { search: "anna" });
    const made = await house.rows<{ sql: string }>(
      "select sql from sqlite_master where name in ('subscribers_search_moved', 'subscribers_search_gone')",
    );
    await house.rows("drop trigger subscribers_search_moved");
    await house.rows("drop trigger subscribers_search_gone");
    await house.rows("drop table subscriber_search");
    try {
      expect(await api.idsOf(queryOf({ search: "anna" }))).toEqual(found);
      await house.round();
    } finally {
      await house.rows(
        "create virtual table subscriber_search using fts5(email, content='subscribers', content_rowid='seq', tokenize='trigram')",
      );
      for (const { sql } of made) await env.DB.prepare(sql).run();
    }
    await house.round();
    expect(await api.idsOf(queryOf({ search: "anna" }))).toEqual(found);
    const [task] = await house.rows<{ error: string | null }>(
      "select error from cron_tasks where name = 'newsletter.search'",
    );
    expect(task?.error).toBeNull();
  });

  it("keeps the index of addresses by itself: who joins is put in by cron, who moves or goes leaves it", async () => {
    const rows = [
      subscriber(house, { email: "eerste@post.example" }),
      subscriber(house, { email: "tweede@post.example" }),
    ];
    await addSubscribers(house, rows);
    await house.round();
    const inIndex = async (text: string) =>
      (await house.rows("select rowid from subscriber_search where subscriber_search match ?", `"${text}"`)).length;
    expect(await inIndex("eerste")).toBe(1);
    await house.rows("update subscribers set email = 'derde@post.example' where id = ?", rows[0]?.id);
    expect([await inIndex("eerste"), await inIndex("derde")]).toEqual([0, 1]);
    await api.send("DELETE", `/v1/subscribers/${rows[1]?.id}`);
    expect(await inIndex("tweede")).toBe(0);
  });

  it("narrows a segment by what the address says beside it", async () => {
    const rows = [
      subscriber(house, { labels: ["klant"], lang: "en", source: "narrow" }),
      subscriber(house, { labels: ["klant"], lang: "nl", source: "narrow" }),
    ];
    await addSubscribers(house, rows);
    const segment = { name: "Narrowed", filter: { labels: ["klant"], sources: ["narrow"] } };
    const { json } = await api.send<{ id: string }>("POST", "/v1/segments", segment);
    expect(await api.idsOf(new URLSearchParams({ segment: json.id, lang: "en" }))).toEqual([rows[0]?.id]);
    expect((await api.send("GET", "/v1/subscribers?segment=nobody")).status).toBe(404);
  });

  it("refuses days that are none, states there are not, and more than a page", async () => {
    for (const query of ["from=2026-02-30", "status=gone", "limit=101", "after=x", `search=${"x".repeat(255)}`]) {
      expect((await api.send("GET", `/v1/subscribers?${query}`)).status, query).toBe(422);
    }
  });

  it("walks no further for a page than it may, says how far it looked, and goes on from there", async () => {
    await house.rows("delete from subscribers");
    // More than a page may look at have the text; those with the label came long before.
    const many = (count: number, label: string, from: number) =>
      house.rows(
        `with recursive n (i) as (select 1 union all select i + 1 from n where i < ?)
          insert into subscribers (id, email, status, lang, topics, labels, source, requested_at)
          select ? || i, ? || i || '@walk.example', 'pending', 'nl', '["news"]', ?, 'site', ? + i from n`,
        ...[count, label, label, `["${label}"]`, from],
      );
    await many(1, "rare", START - 3 * DAY);
    await many(11_000, "deep", START - 2 * DAY);
    await many(11_000, "much", START - DAY);
    await many(1, "rare-again", START);
    for (let i = 0; i < 2; i++) await house.round();
    const query = new URLSearchParams({ search: "walk.example", limit: "5" });
    for (const label of ["rare", "rare-again", "deep"]) query.append("label", label);
    const page = await api.get<{ subscribers: { id: string }[]; next: string; lookedTo: string }>(
      `/v1/subscribers?${query}`,
    );
    expect(page.subscribers.map(({ id }) => id)).toEqual(["rare-again1"]);
    expect(Date.parse(page.lookedTo)).toBeGreaterThan(START - DAY);
    expect(await api.get(`/v1/subscribers/count?${query}`)).toEqual({ count: 1, isMore: true });
    query.set("limit", "100");
    const ids = await api.idsOf(query);
    expect(ids).toHaveLength(11_002);
    expect(new Set(ids).size).toBe(11_002);
  });
});
