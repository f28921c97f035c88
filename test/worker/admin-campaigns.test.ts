import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createDesk, fields, LIST } from "./admin-campaigns.ts";
import { createHouse, START } from "./house.ts";
import { addSubscribers } from "./sending.ts";
import { getPage, postForm, type SignedIn, signedIn } from "./staff.ts";

const house = createHouse({ COMPANY_ADDRESS: "Dorpsstraat 1, Ons Dorp", TOPICS: "news,offers" });
const desk = createDesk(house);
let writer: SignedIn;

beforeAll(async () => {
  writer = await signedIn(house, "marketing");
  await addSubscribers(house, 1);
  await addSubscribers(house, 1, { lang: "en" });
});

const nothing = () => new Response(null, { status: 200, headers: { "Content-Type": "image/png" } });
const asked = vi.fn<typeof fetch>();
beforeEach(() => {
  asked.mockReset().mockImplementation(async () => nothing());
  vi.stubGlobal("fetch", asked);
});
afterEach(() => vi.unstubAllGlobals());

const unescaped = (html: string) =>
  html.replaceAll("\r\n", "\n").replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

describe("writing a newsletter", () => {
  it("goes from the list to a draft, which is saved with one kind of line break and only the languages it has", async () => {
    const path = await desk.start(writer);
    expect((await desk.send(path, "", writer, 1, fields({ public: "on" }))).headers.get("location")).toBe(
      `${path}?done=saved`,
    );
    const row = await desk.rowAt(path);
    expect(row).toMatchObject({ state: "draft", version: 2, is_public: 1, name: "Nieuws van november" });
    expect(JSON.parse(row?.texts ?? "")).toEqual({
      nl: {
        subject: "Nieuws, {{name|lezer}}",
        preheader: "Over november",
        markdown: "## Nieuws\n\nDag {{name|lezer}}.",
      },
    });
    expect(await desk.textOf(`${LIST}?lang=nl`, writer)).toContain("Nieuws van november");
  });

  it("may be half done: an empty draft is saved, and cannot be sent", async () => {
    const path = await desk.start(writer);
    const empty = { "nl-subject": "", "nl-preheader": "", "nl-markdown": "" };
    expect((await desk.send(path, "", writer, 1, fields(empty))).status).toBe(303);
    const html = await desk.textOf(`${path}/send`, writer);
    expect(html).toContain("There is no text yet.");
    expect(html).not.toContain(`action="${path}/send"`);
    expect((await desk.send(path, "send", writer, 2)).status).toBe(422);
    expect(await desk.rowAt(path)).toMatchObject({ state: "draft" });
  });

  it.each<[string, Record<string, string>, string]>([
    [
      "a field that is not ours",
      { "nl-markdown": "Dag\r\n\r\n{{voornaam}}" },
      "Text (Nederlands), line 3: We do not know",
    ],
    ["a field without a fallback in the subject", { "nl-subject": "{{name}}" }, "Subject (Nederlands): We do not know"],
    ["a link that is not https", { "nl-markdown": "[x](http://a.example)" }, "line 1: Use an address that begins"],
    ["javascript:", { "nl-markdown": "[x](javascript:alert(1))" }, "line 1: Use an address that begins"],
    ["200 characters and one", { "nl-subject": "a".repeat(201) }, "Subject (Nederlands): This is too long"],
    ["200 KB", { "nl-markdown": "woord ".repeat(34_000) }, "Text (Nederlands): This is too long"],
    ["half links", { "nl-markdown": "[a](".repeat(4_000) }, "Text (Nederlands): This markup is too tangled"],
    ["a topic that is not offered", { "topic-elders": "on" }, "Topics: "],
    ["a segment that is not there", { segment: "weg" }, "Segment: "],
    ["no name", { name: " " }, "Name: Please fill in"],
  ])("refuses %s beside what was typed", async (_, changes, said) => {
    const path = await desk.start(writer);
    const values = fields({ "en-subject": "Mine & yours", ...changes });
    const reply = await desk.send(path, "", writer, 1, values);
    const html = unescaped(await reply.text());
    expect(reply.status).toBe(422);
    expect(html).toContain(said);
    expect(html).toContain('value="Mine & yours"');
    expect(html).toContain((values["nl-markdown"] ?? "").replaceAll("\r\n", "\n").trim().slice(0, 1_000));
    expect(await desk.rowAt(path)).toMatchObject({ version: 1 });
  });

  it("may have a rate and an address in the archive of its own, which stay when it is refused", async () => {
    const path = await desk.start(writer);
    await desk.send(path, "", writer, 1, fields({ rate: "60", slug: "voorjaar", public: "on" }));
    expect(await house.rows("select rate, slug from campaigns where id = ?", path.split("/").at(-1))).toEqual([
      { rate: 60, slug: "voorjaar" },
    ]);
    expect(await desk.textOf(`${path}/preview?text=nl`, writer)).toContain("/newsletter/archive/voorjaar");
    const wrong = await desk.send(path, "", writer, 2, fields({ rate: "snel", slug: "Voor Jaar" }));
    const html = await wrong.text();
    expect(wrong.status).toBe(422);
    expect(html).toMatch(/<details open/);
    for (const typed of ['value="snel"', 'value="Voor Jaar"']) expect(html).toContain(typed);
    await desk.send(path, "", writer, 2, fields());
    expect(await house.rows("select rate, slug from campaigns where id = ?", path.split("/").at(-1))).toEqual([
      { rate: null, slug: null },
    ]);
  });

  it("counts who would get it while one chooses", async () => {
    const path = await desk.start(writer);
    const none = await desk.send(path, "count", writer, 1, fields({ "topic-news": "on", "nl-subject": "Typed" }));
    const html = await none.text();
    expect(html).toMatch(/id="audience-count"[^>]*>Now that is \d+ people/);
    expect(html).toContain('value="Typed"');
    const { "topic-news": _, ...without } = fields();
    expect(await (await desk.send(path, "count", writer, 1, without)).text()).toContain("Now that is nobody.");
  });

  it("a copy is a draft of its own with the same text", async () => {
    const path = await desk.start(writer);
    await desk.send(path, "", writer, 1, fields());
    const reply = await desk.send(path, "copy", writer, 2);
    const copy = (reply.headers.get("location") ?? "").split("?")[0] ?? "";
    expect(copy).not.toBe(path);
    const [one, other] = [await desk.rowAt(path), await desk.rowAt(copy)];
    expect([other?.texts, other?.audience, other?.state]).toEqual([one?.texts, one?.audience, "draft"]);
    expect(other?.name).toBe("Nieuws van november (copy)");
  });

  it("is thrown away after asking", async () => {
    const path = await desk.start(writer);
    expect(await desk.textOf(`${path}/drop`, writer)).toContain("Throw this newsletter away?");
    expect(await desk.rowAt(path)).toBeDefined();
    await desk.send(path, "drop", writer, 1);
    expect(await desk.rowAt(path)).toBeUndefined();
  });
});

describe("the preview", () => {
  const post = async (path: string, values: Record<string, string>) => {
    const reply = await desk.send(path, "preview?text=nl", writer, 1, fields(values));
    return { reply, html: await reply.text() };
  };

  it("is a mail in a frame that runs nothing, with what is typed in it", async () => {
    const path = await desk.start(writer);
    const markdown = "<script>alert(1)</script>\n\n![x](https://beeld.example/a.png)";
    const { reply, html } = await post(path, { "nl-markdown": markdown });
    expect(html).toContain("&lt;script&gt;");
    expect(html).not.toContain("<script");
    const csp = reply.headers.get("content-security-policy") ?? "";
    for (const part of ["default-src 'none'", "img-src https: data:", "frame-ancestors 'self'", "sandbox"]) {
      expect(csp).toContain(part);
    }
    expect(csp).not.toMatch(/script-src|allow-(?!same-origin)/);
    expect(await desk.rowAt(path)).toMatchObject({ version: 1, texts: "{}" });
  });

  it("is light, dark, as on a phone, or plain text, whatever the device likes", async () => {
    const path = await desk.start(writer);
    const look = async (name: string) => (await post(path, { "nl-look": name })).html;
    expect(await look("light")).toContain("@media not all");
    expect(await look("dark")).toContain("@media all");
    expect(await look("phone")).toContain("max-width: 375px");
    const text = await look("text");
    expect(text).toContain("<pre");
    expect(text).toContain("Nieuws\n======");
    expect(text).toContain("Dag The marketing.");
  });

  it("is of what was saved, by its address; only the page of a newsletter may frame", async () => {
    const path = await desk.start(writer);
    await desk.send(path, "", writer, 1, fields());
    const reply = await getPage(house, `${path}/preview?text=nl&look=dark`, writer);
    expect(await reply.text()).toContain("Dag The marketing.");
    const csp = async (page: string) => (await getPage(house, page, writer)).headers.get("content-security-policy");
    expect(await csp(path)).toContain("frame-src 'self'");
    expect(await csp(LIST)).not.toContain("frame-src");
  });
});

describe("two who write at once", () => {
  it("the second is shown what the first wrote beside their own, and may still save", async () => {
    const path = await desk.start(writer);
    const other = await signedIn(house, "owner");
    await desk.send(path, "", other, 1, fields({ "nl-markdown": "Van de eerste.", "nl-subject": "Eerste" }));
    const mine = fields({ "nl-markdown": "Van de tweede.", "nl-subject": "Tweede", "topic-offers": "on" });
    const reply = await desk.send(path, "", writer, 1, mine);
    const html = await reply.text();
    expect(reply.status).toBe(409);
    for (const text of ["The owner changed this newsletter", "Eerste", "Tweede", "News, Offers", "Van de tweede."]) {
      expect(html).toContain(text);
    }
    expect(html).toContain('<option value="2" selected');
    expect((await desk.send(path, "", writer, 2, mine)).status).toBe(303);
    expect(JSON.parse((await desk.rowAt(path))?.texts ?? "").nl.subject).toBe("Tweede");
  });

  it("a form that names no version, as of a page that one went back to, is based on what its writer saved last, or on an older one", async () => {
    const path = await desk.start(writer);
    const save = (by: SignedIn, subject: string) => postForm(house, path, fields({ "nl-subject": subject }), by);
    expect((await save(writer, "Van mij")).status).toBe(303);
    expect((await save(writer, "Weer van mij")).status).toBe(303);
    const reply = await save(await signedIn(house, "owner"), "Van een ander");
    expect([reply.status, await reply.text()]).toEqual([409, expect.stringContaining("Weer van mij")]);
  });

  it.each([
    ["sent", "update campaigns set state = 'sending' where id = ?", 409],
    ["thrown away", "delete from campaigns where id = ?", 404],
  ])("what is typed is kept when it was %s meanwhile", async (_, sql, status) => {
    const path = await desk.start(writer);
    await house.rows(sql, path.split("/").at(-1));
    for (const step of ["", "count"]) {
      const reply = await desk.send(path, step, writer, 1, fields({ "nl-markdown": "Mijn tekst & meer." }));
      expect([reply.status === status || reply.status === 409, unescaped(await reply.text())]).toEqual([
        true,
        expect.stringContaining("Mijn tekst & meer."),
      ]);
    }
  });
});

describe("dates in a zone", () => {
  it("a time on a clock in the reader's zone is the moment that is sent at", async () => {
    house.clock.now = START;
    const at = async (local: string, zone: string) => {
      const path = await desk.start(writer);
      await desk.send(path, "", writer, 1, fields());
      const reply = await desk.send(path, "schedule", writer, 2, { at: local, zone });
      return { reply, row: await desk.rowAt(path) };
    };
    const instant = (row: Awaited<ReturnType<typeof at>>["row"]) => new Date(row?.scheduled_at ?? 0).toISOString();
    expect(instant((await at("2026-12-01T09:30", "Europe/Amsterdam")).row)).toBe("2026-12-01T08:30:00.000Z");
    expect(instant((await at("2027-07-01T09:30", "Europe/Amsterdam")).row)).toBe("2027-07-01T07:30:00.000Z");
    expect(instant((await at("2027-07-01T09:30", "Asia/Kolkata")).row)).toBe("2027-07-01T04:00:00.000Z");
    expect(instant((await at("2026-12-01T09:30", "America/New_York")).row)).toBe("2026-12-01T14:30:00.000Z");
    for (const [local, zone] of [
      ["", "Europe/Amsterdam"],
      ["gisteren", "Europe/Amsterdam"],
      ["2026-12-01T09:30", "Europe/Nergens"],
      ["2026-11-01T09:30", "Europe/Amsterdam"],
    ] as const) {
      const { reply, row } = await at(local, zone);
      expect([reply.status, row?.state]).toEqual([422, "draft"]);
      expect(await reply.text()).toContain("Day and time: ");
    }
  });
});
