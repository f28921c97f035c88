import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { SQLiteAsyncDialect } from "drizzle-orm/sqlite-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AT_HAND, looksOf, type Wish } from "../../worker/contact/list-store.ts";
import { addRow, writeToUs } from "./conversations.ts";
import { addCustomer, createHouse, DAY, freshAddress, START } from "./house.ts";
import { getPage, type SignedIn, signedIn } from "./staff.ts";

const house = createHouse();
const PATH = "/admin/contact";
const HOUR = 3_600_000;
let support: SignedIn;
beforeAll(async () => {
  support = await signedIn(house, "support");
});
beforeEach(async () => {
  house.clock.now = START;
  await house.rows("delete from conversations");
});

const page = async (query = "", by = support) => (await getPage(house, `${PATH}${query}`, by)).text();
/** The ids of the conversations that a page of the list links to, in its order. */
const listed = (html: string) =>
  [...html.matchAll(/<a href="\/admin\/contact\/([\w-]{22,36})" dir/g)].map(([, id]) => id ?? "");
const nextOf = (html: string) => /\?([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll("&amp;", "&");

describe("the inbox", () => {
  it("shows what waits for us, what is due first on top, and says in words what is late", async () => {
    const later = await addRow(house, { due_at: START + 2 * HOUR, status: "new" });
    const late = await addRow(house, { due_at: START - HOUR });
    const soon = await addRow(house, { due_at: START + HOUR });
    for (const status of ["waiting", "closed", "archived", "quarantined", "unconfirmed"]) {
      await addRow(house, { status, due_at: null });
    }
    const html = await page();
    expect(listed(html)).toEqual([late, soon, later]);
    expect(html.match(/Late, since/g)).toHaveLength(1);
    expect(html).toContain("Waits for us (3)");
    expect(html).toContain("1 late");
    expect(html).toContain("New (1)");
    expect(html).toContain("Waits for them (1)");
  });

  it("shows each other queue with what was written last on top, and never the archive, spam or what was not confirmed", async () => {
    const ids: Record<string, string[]> = {};
    for (const status of ["new", "open", "waiting", "closed", "archived", "quarantined", "unconfirmed"]) {
      const due = status === "new" || status === "open" ? START : null;
      const old = await addRow(house, { status, due_at: due, last_at: START - DAY });
      ids[status] = [await addRow(house, { status, due_at: due, last_at: START }), old];
    }
    for (const queue of AT_HAND) expect(listed(await page(`?queue=${queue}`))).toEqual(ids[queue]);
    const all = listed(await page("?queue=all"));
    expect(all.sort()).toEqual(AT_HAND.flatMap((queue) => ids[queue] ?? []).sort());
  });

  it("narrows by who handles it, by topic, and by a customer's number or an address, exactly", async () => {
    const colleague = await signedIn(house, "owner");
    const topic = crypto.randomUUID();
    await house.rows(
      `insert into contact_topics values (?, '{"nl":"Storing","en":"Outage"}', 4, 16, 24, 1, 0, 'command', null)`,
      topic,
    );
    const number = crypto.randomUUID();
    await addCustomer(number);
    const email = freshAddress();
    const mine = await addRow(house, { assignee: support.member, due_at: 2 });
    const theirs = await addRow(house, { assignee: colleague.member, topic_id: topic, due_at: 1 });
    const sorted = await addRow(house, { topic_id: topic, due_at: 3 });
    const customers = await addRow(house, { customer_number: number, status: "closed", due_at: null });
    const written = await addRow(house, { email, status: "waiting", due_at: null });
    expect(listed(await page("?assignee=me"))).toEqual([mine]);
    expect(listed(await page(`?assignee=${colleague.member}`))).toEqual([theirs]);
    expect(listed(await page("?assignee=nobody"))).toEqual([sorted]);
    expect(listed(await page(`?topic=${topic}`))).toEqual([theirs, sorted]);
    expect(listed(await page(`?topic=${topic}&assignee=nobody`))).toEqual([sorted]);
    // Who looks for somebody looks in all queues.
    expect(listed(await page(`?person=${number}`))).toEqual([customers]);
    expect(listed(await page(`?person=${email.toUpperCase()}`))).toEqual([written]);
    expect(listed(await page(`?person=${email}&queue=closed`))).toEqual([]);
    expect(listed(await page(`?person=${email.slice(1)}`))).toEqual([]);
    expect(await page()).toContain("Outage");
  });

  it("finds words in messages, and in those of one person", async () => {
    const word = `w${crypto.randomUUID().replaceAll("-", "")}`;
    const one = await writeToUs(house, { message: `The ${word} is down.` });
    const other = await writeToUs(house, { message: `My ${word} is slow.` });
    await writeToUs(house, { message: "Nothing of that." });
    expect(listed(await page(`?words=${word}`)).sort()).toEqual([one.id, other.id].sort());
    expect(listed(await page(`?words=${word}&person=${one.email}`))).toEqual([one.id]);
    expect(listed(await page(`?words=${word}&queue=closed`))).toEqual([]);
  });

  it("gives every conversation once, page by page, also where many are of the same moment", async () => {
    const ids = [];
    for (let i = 0; i < 120; i++) {
      const status = i % 3 === 0 ? "new" : "open";
      ids.push(await addRow(house, { status, due_at: START + (i % 4), last_at: START + (i % 4) }));
    }
    for (const first of ["", "?queue=all", "?assignee=nobody"]) {
      const met: string[] = [];
      let query: string | undefined = first;
      for (let pages = 0; query !== undefined && pages < 5; pages++) {
        const html = await page(query);
        met.push(...listed(html));
        const next = nextOf(html);
        query = next === undefined ? undefined : `?${next}`;
      }
      expect(met).toHaveLength(120);
      expect(new Set(met)).toEqual(new Set(ids));
    }
  });

  it("takes what makes no sense in its address for nothing asked", async () => {
    const id = await addRow(house);
    expect(listed(await page("?queue=archived&after=x"))).toEqual([id]);
  });
});

/** How SQLite goes about a query, a line a step. */
async function planOf(wish: Wish): Promise<string[]> {
  const { looks } = looksOf(wish, { at: 1, seq: 1 }, 51);
  const lines = await Promise.all(
    looks.map(async (look) => {
      const query = new SQLiteAsyncDialect().sqlToQuery(sql`explain query plan ${look}`);
      const { results } = await env.DB.prepare(query.sql)
        .bind(...query.params)
        .all<{ detail: string }>();
      return results.map(({ detail }) => detail);
    }),
  );
  return lines.flat();
}

const ours = { statuses: ["new", "open"], isByTarget: true } as const;
const newest = { statuses: AT_HAND, isByTarget: false } as const;

describe("of half a million conversations, a page", () => {
  it.each<[string, Wish, string]>([
    ["of what is due", ours, "conversations_due (status=? AND due_at>?)"],
    ["of what is due, of nobody", { ...ours, assignee: null }, "conversations_due (status=? AND due_at>?)"],
    ["of a queue", newest, "conversations_by_status (status=? AND last_at<?)"],
    ["of a member", { ...newest, assignee: "x" }, "conversations_assigned (assignee=? AND status=? AND last_at<?)"],
    ["of a topic", { ...newest, topicId: "x" }, "conversations_of_topic (topic_id=? AND status=? AND last_at<?)"],
    ["of an address", { ...newest, email: "x" }, "conversations_by_email (email=? AND last_at<?)"],
    [
      "of a customer",
      { ...newest, customerNumber: "x" },
      "conversations_by_customer (customer_number=? AND last_at<?)",
    ],
  ])("%s is read along an index, in its order", async (_, wish, index) => {
    const plan = await planOf(wish);
    expect(plan).toContain(`SEARCH conversations USING INDEX ${index}`);
    // Those of one moment may be sorted, which are few.
    expect(plan.filter((line) => /SCAN|TEMP B-TREE FOR ORDER BY/.test(line))).toEqual([]);
  });

  it.each<[string, Wish, string]>([
    ["member", { ...ours, assignee: "x" }, "conversations_assigned (assignee=? AND status=?)"],
    ["topic", { ...ours, topicId: "x" }, "conversations_of_topic (topic_id=? AND status=?)"],
  ])("of what is due of a %s looks at what is theirs alone", async (_, wish, index) => {
    expect(await planOf(wish)).toContain(`SEARCH conversations USING INDEX ${index}`);
  });

  it("with a filter that few come through ends where it has looked at many, and goes on from there", async () => {
    await house.rows(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 12000)
      insert into conversations
          (id, reference, status, email, lang, channel, surface, request_hash, created_at, last_at, due_at, assignee)
        select 'x' || i, 'x' || i, 'open', 'x@example.nl', 'en', 'widget', 'site', 'x', 1, 1, i, 'somebody' from n`,
    );
    const first = await addRow(house, { due_at: 0 });
    const last = await addRow(house, { due_at: 20_000 });
    const met: string[] = [];
    let query: string | undefined = "?assignee=nobody";
    let pages = 0;
    for (; query !== undefined && pages < 9; pages++) {
      const html = await page(query);
      met.push(...listed(html));
      const next = nextOf(html);
      query = next === undefined ? undefined : `?${next}`;
    }
    expect(met).toEqual([first, last]);
    expect(pages).toBe(3);
  });
});
