import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createDesk, fields } from "./admin-campaigns.ts";
import { createHouse, START } from "./house.ts";
import { addSubscribers } from "./sending.ts";
import { type SignedIn, signedIn } from "./staff.ts";

const house = createHouse({ COMPANY_ADDRESS: "", TOPICS: "news,offers" });
const desk = createDesk(house);
let writer: SignedIn;

beforeAll(async () => {
  writer = await signedIn(house, "marketing");
  await addSubscribers(house, 2);
  await addSubscribers(house, 1, { lang: "en" });
});

/** What the servers of images answer, by address. */
let servers: Record<string, () => Response | Promise<Response>> = {};
const asked: string[] = [];
beforeEach(() => {
  servers = {};
  asked.length = 0;
  vi.stubGlobal("fetch", async (url: string, { method = "GET" }: RequestInit = {}) => {
    asked.push(`${method} ${url}`);
    const answer = servers[`${method} ${url}`] ?? servers[url];
    if (!answer) throw new TypeError("no route");
    return answer();
  });
});
afterEach(() => vi.unstubAllGlobals());

const image = (status = 200) => new Response(null, { status, headers: { "Content-Type": "image/png" } });
const moved = (to: string) => new Response(null, { status: 302, headers: { Location: to } });

/** A newsletter that is written; gives its path. */
async function written(changes: Record<string, string> = {}): Promise<string> {
  const path = await desk.start(writer);
  expect((await desk.send(path, "", writer, 1, fields(changes))).status).toBe(303);
  return path;
}

const checksOf = async (markdown: string, changes: Record<string, string> = {}) =>
  (await desk.textOf(`${await written({ "nl-markdown": markdown, ...changes })}/send`, writer)).replaceAll(
    "&#39;",
    "'",
  );

const entries = (path: string) =>
  house.rows<{ kind: string }>(
    "select kind from ledger_entries where body ->> 'campaign' = ? order by rowid",
    path.split("/").at(-1),
  );

describe("the checks before sending", () => {
  it("ask for each image once, by HEAD, and say which are not to be seen", async () => {
    servers = {
      "HEAD https://beeld.example/goed.png": () => image(),
      "HEAD https://beeld.example/weg.png": () => image(404),
      "HEAD https://beeld.example/oud.png": () => image(405),
      "GET https://beeld.example/oud.png": () => image(),
      "HEAD https://beeld.example/pagina": () => new Response("<p>", { headers: { "Content-Type": "text/html" } }),
      "HEAD https://beeld.example/verhuisd.png": () => moved("https://beeld.example/goed.png"),
      "HEAD https://beeld.example/binnen.png": () => moved("https://10.0.0.1/a.png"),
    };
    const names = ["goed.png", "goed.png", "weg.png", "oud.png", "pagina", "verhuisd.png", "binnen.png", "stil.png"];
    const html = await checksOf(names.map((name) => `![Foto](https://beeld.example/${name})`).join("\n\n"));
    for (const text of [
      "weg.png cannot be seen: the server gave 404",
      "pagina cannot be seen: there is no image there",
      "binnen.png cannot be seen: not everybody can reach this address",
      "stil.png cannot be seen: the server gave no answer",
    ]) {
      expect(html).toContain(text);
    }
    expect(html).not.toMatch(/(goed|oud|verhuisd)\.png cannot/);
    expect(asked.filter((one) => one.endsWith("goed.png"))).toHaveLength(2);
    expect(html).toContain("Send to 3 people");
  });

  it.each(["127.0.0.1", "10.1.2.3", "[::1]", "localhost", "printer", "nas.local", "db.internal", "a.example:8443"])(
    "ask nothing of %s",
    async (host) => {
      expect(await checksOf(`![Foto](https://${host}/a.png)`)).toContain("not everybody can reach this address");
      expect(asked).toEqual([]);
    },
  );

  it("ask for no more than twenty", async () => {
    await checksOf(Array.from({ length: 25 }, (_, at) => `![Foto](https://beeld.example/${at}.png)`).join("\n\n"));
    expect(new Set(asked).size).toBe(20);
  });

  it("say which images have no description, who reads another language, and that the address is missing", async () => {
    servers = { "https://beeld.example/a.png": () => image() };
    const html = await checksOf("![](https://beeld.example/a.png)");
    for (const text of [
      "the image https://beeld.example/a.png has no description",
      "Part of them (1) chose English. They get the text in Nederlands.",
      "No postal address is set",
    ]) {
      expect(html).toContain(text);
    }
    const both = await checksOf("Dag", { "en-subject": "News", "en-markdown": "Hello" });
    expect(both).not.toContain("chose English");
  });

  it.each<[string, Record<string, string>, string]>([
    ["nobody is in the audience", { "topic-offers": "on", "topic-news": "" }, "Nobody would get it."],
    ["a text lacks a subject", { "nl-subject": "" }, "Subject (Nederlands): Please fill in this field."],
    ["a language is half written", { "en-subject": "News" }, "Text (English): Please fill in this field."],
  ])("stop it when %s", async (_, changes, said) => {
    const path = await desk.start(writer);
    const values = fields(changes);
    const kept = Object.fromEntries(Object.entries(values).filter(([name, value]) => name !== "topic-news" || value));
    await desk.send(path, "", writer, 1, kept);
    const html = await desk.textOf(`${path}/send`, writer);
    expect(html).toContain(said);
    expect(html).not.toContain("Send now");
    expect([409, 422]).toContain((await desk.send(path, "send", writer, 2)).status);
    expect((await desk.rowAt(path))?.state).toBe("draft");
  });

  it("stop it when its segment is gone", async () => {
    const segment = crypto.randomUUID();
    await house.rows(
      "insert into segments (id, name, filter, created_at, created_by, changed_at) values (?, ?, '{}', 0, 'command', 0)",
      ...[segment, segment],
    );
    const path = await written({ segment });
    await house.rows("delete from segments where id = ?", segment);
    expect(await desk.textOf(`${path}/send`, writer)).toContain("The segment is gone.");
    expect(await desk.textOf(path, writer)).toContain("The segment that is chosen is gone.");
    expect((await desk.send(path, "send", writer, 2)).status).toBe(409);
  });
});

describe("sending", () => {
  it("pressed twice, at once or later, sends once", async () => {
    const path = await written();
    const replies = await Promise.all([1, 2, 3].map(() => desk.send(path, "send", writer, 2)));
    expect(replies.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect((await desk.send(path, "send", writer, 2)).status).toBe(303);
    expect((await entries(path)).filter(({ kind }) => kind === "campaign.started")).toHaveLength(1);
    expect(await desk.rowAt(path)).toMatchObject({ state: "freezing" });
  });

  it("of what somebody has changed meanwhile is asked again", async () => {
    const path = await written();
    await desk.send(path, "", await signedIn(house, "owner"), 2, fields({ "nl-subject": "Anders" }));
    const reply = await desk.send(path, "send", writer, 2);
    expect([reply.status, await reply.text()]).toEqual([409, expect.stringContaining("has changed meanwhile")]);
    expect((await desk.rowAt(path))?.state).toBe("draft");
  });

  it("is shown while it goes, held up, taken up again and ended, and each button is asked or told once", async () => {
    const path = await written({ public: "on" });
    await desk.send(path, "send", writer, 2);
    const page = () => desk.textOf(path, writer);
    expect(await page()).toMatch(/data-refresh="3"[\s\S]*We are writing down who gets it/);
    await desk.send(path, "pause", writer, 0);
    const paused = await page();
    expect(paused).toContain("It stands still.");
    expect(paused).not.toContain("data-refresh");
    await desk.send(path, "resume", writer, 0);
    expect(await page()).toContain("data-refresh");
    expect(await desk.textOf(`${path}/cancel`, writer)).toContain("Cancel this newsletter?");
    await desk.send(path, "cancel", writer, 0);
    expect(await page()).toContain("This newsletter is cancelled.");
    expect((await desk.send(path, "resume", writer, 0)).status).toBe(303);
    expect((await desk.rowAt(path))?.state).toBe("cancelled");
    expect((await entries(path)).map(({ kind }) => kind.replace("campaign.", ""))).toEqual([
      "drafted",
      "started",
      "paused",
      "resumed",
      "cancelled",
    ]);
  });

  it("later: it is shown when, in the zone that was chosen, and taken back", async () => {
    house.clock.now = START;
    const path = await written();
    await desk.send(path, "schedule", writer, 2, { at: "2026-12-01T09:30", zone: "America/New_York" });
    const html = await desk.textOf(path, writer);
    expect(html).toContain("1 Dec 2026, 09:30 (America/New_York)");
    expect(html).not.toContain("<textarea");
    await desk.send(path, "unschedule", writer, 3);
    expect(await desk.textOf(path, writer)).toContain("<textarea");
  });

  it("a test goes to oneself, in each language that is written", async () => {
    const path = await desk.start(writer);
    const values = { "en-subject": "News, {{name|reader}}", "en-markdown": "Hello {{name|reader}}.", next: "test" };
    const reply = await desk.send(path, "", writer, 1, fields(values));
    expect(reply.headers.get("location")).toBe(`${path}?done=tested`);
    const mails = await house.mailsTo(writer.email);
    expect(mails.map(({ subject }) => subject)).toEqual(["[test] Nieuws, lezer", "[test] News, reader"]);
    expect(mails.every(({ headers }) => !("List-Unsubscribe" in headers))).toBe(true);
    expect((await desk.rowAt(path))?.version).toBe(2);
  });

  it("is not for who may only read", async () => {
    const path = await written();
    const reader = await signedIn(house, "privacy");
    const html = await desk.textOf(path, reader);
    expect(html).toContain("Preview: Nederlands");
    expect(html).not.toMatch(/<textarea|Send now|Use again/);
  });
});
