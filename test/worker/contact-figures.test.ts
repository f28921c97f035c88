import { beforeAll, describe, expect, it } from "vitest";
import { conversationRow, versionOf, writeToUs } from "./conversations.ts";
import { createHouse, DAY, hourFrom, START } from "./house.ts";
import { getPage, postForm, type SignedIn, signedIn } from "./staff.ts";

const house = createHouse();
const PATH = "/admin/contact/figures";
const HOUR = 3_600_000;
let support: SignedIn;
let topic = "";

beforeAll(async () => {
  support = await signedIn(house, "support");
  topic = crypto.randomUUID();
  await house.rows(
    `insert into contact_topics (id, names, first_hours, solved_hours, retention_months, version, changed_at, changed_by)
      values (?, '{"nl":"Storing","en":"Outage"}', 4, 8, 1, 1, 0, 'command')`,
    topic,
  );
  const days: [string, string, string, number, number, number][] = [
    ["2026-10-05", topic, "received", 8, 0, 0],
    ["2026-10-05", topic, "answered", 4, 10 * HOUR, 1],
    ["2026-10-05", topic, "sent", 9, 0, 0],
    ["2026-10-06", topic, "closed", 2, 33 * HOUR, 2],
    ["2026-10-07", "", "received", 4, 0, 0],
    ["2026-10-13", "", "received", 1, 0, 0],
    ["2026-10-13", "gone", "answered", 1, 8 * HOUR, 0],
  ];
  for (const row of days) {
    await house.rows(
      "insert into contact_days (day, topic_id, event, count, ms, late) values (?, ?, ?, ?, ?, ?)",
      ...row,
    );
  }
});

const page = async (query = "", path = PATH) => {
  const reply = await getPage(house, `${path}${query}`, support);
  expect(reply.status).toBe(200);
  return reply.text();
};
const factIn = (html: string, name: string) => new RegExp(`<dt>${name}</dt><dd>([^<]*)</dd>`).exec(html)?.[1];
const RANGE = "?from=2026-10-01&to=2026-10-18";

describe("the figures of conversations", () => {
  it("say how many, how fast and how many in time, with charts that say in words what they show", async () => {
    const html = await page(RANGE);
    expect(factIn(html, "Came in")).toBe("13");
    expect(factIn(html, "Answers sent")).toBe("9");
    expect(factIn(html, "To the first answer, on average")).toBe("3.6 hours");
    expect(factIn(html, "First answer in time")).toBe("80%");
    expect(factIn(html, "To the solution, on average")).toBe("16.5 hours");
    expect(factIn(html, "Solved in time")).toBe("0%");
    expect(html).toContain("13 in all. Most of them in the period 5 October 2026: 8.");
    expect(html).toContain("3.6 hours on average over all. The longest in the period 13 October 2026: 8 hours.");
    expect(html.match(/<svg [^>]*role="img"/g)).toHaveLength(5);
    expect(html).toContain("unknown topic");
    expect(html).not.toMatch(/style=|onload/);
  });

  it("go by weeks, and are one topic's when asked", async () => {
    const html = await page(`${RANGE}&by=week&topic=${topic}`);
    expect(html).toContain("week of 5 October 2026");
    expect(factIn(html, "Came in")).toBe("8");
    expect(factIn(html, "First answer in time")).toBe("75%");
    expect(factIn(await page(`${RANGE}&topic=none`), "Came in")).toBe("5");
    expect(await page("?from=2026-11-22&to=2026-11-01")).toContain('id="from-error"');
  });

  it("are a file of the same numbers", async () => {
    const csv = await page(`${RANGE}&by=week`, `${PATH}/figures.csv`);
    expect(csv).toContain("from,topic,received,answered,sent,closed,first_answer_hours,first_answer_in_time");
    expect(csv).toContain("2026-10-05,Outage,8,4,9,2,2.5,3,16.5,0\r\n");
    expect(csv).toContain("2026-10-12,without a topic,1,0,0,0,,0,,0\r\n");
  });

  it("say that there was nothing, instead of empty charts", async () => {
    const html = await page("?from=2001-01-01&to=2001-01-31");
    expect(html).toContain("There was nothing to count in this period.");
    expect(factIn(html, "First answer in time")).toBe("–");
  });

  it("tell what took no time at all from what there was none of", async () => {
    for (const [day, event, count] of [
      ["2026-09-01", "received", 1],
      ["2026-09-03", "answered", 2],
      ["2026-09-03", "closed", 1],
    ] as const) {
      await house.rows(
        "insert into contact_days (day, topic_id, event, count, ms, late) values (?, '', ?, ?, 0, 0)",
        ...[day, event, count],
      );
    }
    const html = await page("?from=2026-09-01&to=2026-09-04");
    expect(factIn(html, "To the first answer, on average")).toBe("0 hours");
    expect(html).not.toContain("There was nothing to count in this period.");
    expect(html).toContain("0 hours on average over all. The longest in the period 3 September 2026: 0 hours.");
    const hours = /<section aria-labelledby="first">.*?<\/section>/s.exec(html)?.[0] ?? "";
    expect(hours).toContain("<title>3 September 2026: 0</title>");
    expect(hours).toContain("<title>2 September 2026: –</title>");
    expect([...hours.matchAll(/<td[^>]*class="number"[^>]*>(?:<[^>]*>)*([^<]*)/g)].map(([, value]) => value)).toEqual([
      ...["–", "–", "0", "–"],
    ]);
  });

  it("count what came in under the topic that it was given, and stay when conversations are deleted", async () => {
    const day = "?from=2026-11-22&to=2026-11-22";
    const { id, email } = await writeToUs(house);
    expect(factIn(await page(`${day}&topic=none`), "Came in")).toBe("1");
    const sorted = { topic, version: await versionOf(house, id) };
    expect((await postForm(house, `/admin/contact/${id}/topic`, sorted, support)).status).toBe(303);
    expect(factIn(await page(`${day}&topic=none`), "Came in")).toBe("0");
    expect(factIn(await page(`${day}&topic=${topic}`), "Came in")).toBe("1");
    await house.rows("update conversations set status = 'archived', delete_at = ? where id = ?", START + DAY, id);
    expect(await conversationRow(house, id)).toMatchObject({ email });
    const before = await page(day);
    // They stay signed in for longer than usual.
    await house.rows("update staff_sessions set expires_at = ?", START + 9 * DAY);
    house.clock.now = hourFrom(START + 2 * DAY);
    await house.round();
    expect(await house.rows("select 1 from conversations where id = ?", id)).toEqual([]);
    expect(await house.rows("select 1 from messages where conversation_id = ?", id)).toEqual([]);
    house.clock.now = START;
    const after = await page(day);
    expect(factIn(after, "Came in")).toBe("1");
    expect(after.replace(/value="[^"]*"/g, "")).toBe(before.replace(/value="[^"]*"/g, ""));
  });
});
