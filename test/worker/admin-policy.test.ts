import { beforeAll, describe, expect, it } from "vitest";
import { inventory } from "../../worker/inventory.ts";
import { addVersion, createDesk, fields, LIST } from "./drafts.ts";
import { createHouse, START } from "./house.ts";
import { type SignedIn, signedIn } from "./staff.ts";

const house = createHouse();
const desk = createDesk(house);
let writer: SignedIn;

beforeAll(async () => {
  writer = await signedIn(house, "privacy");
});

/** What could do harm if it reached a page as it is typed. */
const CORPUS = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg/onload=alert(1)>",
  "<iframe src=https://evil.example></iframe>",
  "<a href='javascript:alert(1)'>x</a>",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](&#106;avascript:alert(1))",
  "[x](java\tscript:alert(1))",
  "[x](<javascript:alert(1)>)",
  "[x](data:text/html;base64,PHNjcmlwdD4=)",
  "[x](vbscript:msgbox(1))",
  "![x](javascript:alert(1))",
  '![x](https://ok.example/"onerror="alert(1))',
  "<javascript:alert(1)>",
  "[x]: javascript:alert(1)\n\n[x]",
  "</textarea><script>alert(1)</script>",
  '"><script>alert(1)</script>',
  "</section><form action=https://evil.example>",
  "## <b onclick=alert(1)>x</b>",
  "`<script>alert(1)</script>`",
  "<!-- --><script>alert(1)</script>",
];

/** The tags of a page, without the texts between them and without the texts of fields. */
const tagsOf = (html: string) => html.replace(/<textarea[^>]*>[^<]*<\/textarea>/g, "").match(/<[a-z][^>]*>/gi) ?? [];

function expectHarmless(html: string, what: string): void {
  for (const tag of tagsOf(html)) {
    const bare = tag.replace(/"[^"]*"/g, '""');
    expect(bare, what).not.toMatch(/\son[a-z]+\s*=/i);
    expect(tag, what).not.toMatch(/(href|src|action)\s*=\s*["']?\s*(javascript|data:text|vbscript)/i);
    expect(tag, what).not.toMatch(/^<(iframe|object|embed|svg|base)/i);
    expect(tag.replace(/ value="[^"]*"/, ""), what).not.toMatch(/evil\.example/);
    if (/^<script/i.test(tag)) expect(tag, what).toBe('<script type="module" src="/admin.js">');
  }
}

describe("HTML and javascript: in a text", () => {
  it.each(CORPUS)("are harmless in the preview, the comparison and the published page: %s", async (text) => {
    const path = await desk.start(writer);
    const typed = fields({ "nl-markdown": text, "en-markdown": text, "nl-title": text, "nl-summary": text });
    const preview = await desk.send(path, "preview", writer, 1, typed);
    expect(preview.status).toBe(200);
    const html = await preview.text();
    expectHarmless(html, text);
    // What was typed is in the field as it was typed.
    expect(html).toContain(
      text
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
        .replaceAll("'", "&#39;"),
    );
    await desk.send(path, "", writer, 1, typed);
    expectHarmless(await desk.textOf(path, writer), text);
    await desk.send(path, "drop", writer, 2);
  });

  it("are harmless when published", async () => {
    const markdown = CORPUS.join("\n\n");
    const path = await desk.inReview(writer, { "en-markdown": markdown, "en-summary": CORPUS[0] ?? "" });
    await desk.send(path, "approve", writer, 2, { own: "on" });
    for (const page of ["/policy/versions/2026-11-22?lang=en", "/policy/versions?lang=en"]) {
      const html = (await (await house.fetch(page)).text()).replace(/<script[^>]*src="\/[^>]*>/g, "");
      expect(html).toContain("&lt;script&gt;");
      expect(
        tagsOf(html).filter((tag) => /^<script|javascript:|\son\w+=/i.test(tag.replace(/"[^"]*"/g, '""'))),
      ).toEqual([]);
      expect(html).not.toMatch(/(href|src)="\s*(javascript|data:text|vbscript)/i);
    }
  });
});

describe("what is wrong is said beside what was typed, and nothing typed is lost", () => {
  const LONG = "woord ".repeat(34_000);

  it.each<[string, string, Record<string, string>, string[]]>([
    ["200 KB of Markdown", "", { "nl-markdown": LONG }, ["Text in Markdown (Nederlands): This is too long."]],
    ["half links", "", { "nl-markdown": "[a](".repeat(9000) }, ["(Nederlands): This markup is too tangled."]],
    [
      "quotes within quotes, looked at",
      "preview",
      { "en-markdown": "> ".repeat(9000) },
      ["This markup is too tangled."],
    ],
    ["a day that does not exist", "", { date: "2026-02-30" }, ["Date of the version: This is not right."]],
    [
      "a language without a text",
      "submit",
      { "en-markdown": "", "en-title": "" },
      ["Title (English): Please fill in this field.", "Text in Markdown (English): Please fill in this field."],
    ],
    ["a significant version without a summary", "submit", { "nl-summary": "" }, ["Summary (Nederlands): Please fill"]],
    ["a version that takes effect too soon", "submit", { effective: "+3" }, ["In force from: This is too soon"]],
    [
      "no dates",
      "submit",
      { date: "", effective: "" },
      ["Date of the version: Please fill", "In force from: Please fill"],
    ],
  ])("%s", async (_, step, changes, said) => {
    house.clock.now += 40 * 86_400_000;
    await house.rows("update staff_sessions set expires_at = ?", house.clock.now + 3_600_000);
    const day = (ahead: number) => new Date(house.clock.now + ahead * 86_400_000).toISOString().slice(0, 10);
    const path = await desk.start(writer);
    const reply = await desk.send(path, step, writer, 1, {
      ...fields({ date: day(0), effective: day(30), "en-title": "Mine" }),
      ...changes,
      ...(changes["effective"] === "+3" ? { effective: day(3) } : {}),
    });
    const html = (await reply.text()).replaceAll("&#39;", "'");
    expect(reply.status).toBe(422);
    for (const text of said) expect(html).toContain(text);
    const kept = changes["nl-markdown"] ?? "We bewaren je naam.";
    expect(html).toContain(kept.trim());
    if (changes["en-title"] === undefined) expect(html).toContain('value="Mine"');
    expect(await desk.draftAt(path)).toMatchObject({ state: "draft", version: 1 });
    await desk.send(path, "drop", writer, 1);
  });

  it("a day that another version has", async () => {
    const later = house.clock.now;
    house.clock.now = START;
    const path = await desk.start(writer);
    const reply = await desk.send(path, "submit", writer, 1, fields({ date: "2026-11-22", effective: "2030-01-01" }));
    expect([reply.status, await reply.text()]).toEqual([
      409,
      expect.stringContaining("The dates must lie after those"),
    ]);
    await desk.send(path, "drop", writer, 1);
    house.clock.now = later;
  });
});

describe("the inventory in the editor", () => {
  it("proposes significant, says why, and refuses less", async () => {
    house.clock.now += 100 * 86_400_000;
    await house.rows("update staff_sessions set expires_at = ?", house.clock.now + 3_600_000);
    const day = (ahead: number) => new Date(house.clock.now + ahead * 86_400_000).toISOString().slice(0, 10);
    const { messages: _, ...fewer } = inventory.retention;
    const purposes = inventory.purposes.filter((purpose) => purpose !== "contact");
    const conversations = { days: 30, event: inventory.retention["conversations"]?.event ?? "" };
    const before = { ...inventory, purposes, retention: { ...fewer, conversations } };
    await addVersion(house, { date: day(-1), effective: day(-1), inventory: before });
    // Another isolate's copy of the versions lapses.
    house.clock.now += 60_000;
    const path = await desk.start(writer);
    expect(await desk.draftAt(path)).toMatchObject({ significance: "significant", date: day(0) });
    const html = await desk.textOf(path, writer);
    expect(html).toContain("This version has to be significant");
    for (const text of [
      "New purpose",
      "answering messages",
      "New store",
      "messages, 730 days from",
      "Kept longer",
      "30 days from",
    ]) {
      expect(html).toContain(text);
    }
    const minor = { date: day(0), effective: day(30), significance: "minor" };
    const refused = await desk.send(path, "submit", writer, 1, fields(minor));
    expect([refused.status, await refused.text()]).toEqual([
      422,
      expect.stringContaining("Kind of change: This cannot be lower"),
    ]);
  });
});

it("the list shows what is in the making and what is published, in Dutch too", async () => {
  const html = await desk.textOf(`${LIST}?lang=nl`, writer);
  for (const text of [
    "In de maak",
    "concept",
    "Gepubliceerd",
    "geldt nu",
    "Nieuwe versie beginnen",
    "/policy/compare?from=",
  ]) {
    expect(html).toContain(text);
  }
  expect(html).toMatch(/\/admin\/policy\/versions\/2026-11-22/);
});
