import { beforeAll, describe, expect, it } from "vitest";
import { createHouse, DAY, START } from "./house.ts";

const house = createHouse({ COMPANY: "Kaas & <Worst>" });
const ARCHIVE = "/newsletter/archive";

const text = (subject: string, markdown: string, preheader = "") => ({ subject, preheader, markdown });

/** A newsletter as it stands after some step. */
async function addCampaign(slug: string, changes: Record<string, unknown> = {}): Promise<void> {
  const campaign = {
    ...{ id: slug, state: "sent", name: "Intern", is_public: 1, slug, version: 2 },
    texts: JSON.stringify({ nl: text(`Over ${slug}`, "Dag {{name|lezer}}.") }),
    audience: JSON.stringify({ topics: ["news"], segment: null }),
    ...{ created_at: START, created_by: "staff:x", changed_at: START, changed_by: "staff:x", started_at: START - DAY },
    ...{ cursor: 0, recipients: 0 },
    ...changes,
  };
  const names = Object.keys(campaign);
  await house.rows(
    `insert into campaigns (${names.join(", ")}) values (${names.map(() => "?").join(", ")})`,
    ...Object.values(campaign),
  );
}

const get = async (path: string, headers: Record<string, string> = {}) => {
  const reply = await house.fetch(path, { headers: { Accept: "text/html", ...headers } });
  return { reply, status: reply.status, text: await reply.text() };
};

const NASTY = [
  "## Nieuws & meer",
  "Dag {{name|lezer}} van {{company}}, op {{email|je adres}}. <script>alert(1)</script>",
  "[elders](https://elders.example/a?b=1&c=2) en [hier](https://fineprint.test/policy)",
  '[Bekijk](https://elders.example/b "button")',
  "![Een foto](https://beeld.example/a.png)",
  "- een\n- twee",
].join("\n\n");

beforeAll(async () => {
  await addCampaign("eerste", { started_at: START - 9 * DAY });
  await addCampaign("lopend", { state: "sending", started_at: START - 2 * DAY });
  await addCampaign("kaas", {
    started_at: START - DAY,
    texts: JSON.stringify({
      nl: text("{{name|Lezer}}, kaas & <worst>", NASTY, "Lees dit, {{name|lezer}}"),
      en: text("Cheese", "Hello {{name|reader}}."),
    }),
  });
  await addCampaign("besloten", { is_public: 0, slug: null });
  for (const state of ["draft", "scheduled", "freezing", "cancelled"]) await addCampaign(`nog-${state}`, { state });
});

describe("the archive", () => {
  it("lists what is public and goes out or went out, newest first, with nobody's fields", async () => {
    const { status, text: html } = await get(`${ARCHIVE}?lang=nl`);
    expect(status).toBe(200);
    const links = [...html.matchAll(/href="\/newsletter\/archive\/([a-z-]+)\?lang=nl"/g)].map(([, slug]) => slug);
    expect(links).toEqual(["kaas", "lopend", "eerste"]);
    expect(html).toContain("Lezer, kaas &amp; &lt;worst&gt;");
    expect(html).toContain("Lees dit, lezer");
    expect(html).toContain("Meld je aan op");
  });

  it("shows a newsletter with fallbacks, marked links and images, and no link of anybody's own", async () => {
    const { reply, text: html } = await get(`${ARCHIVE}/kaas?lang=nl`);
    expect(html).toContain("<h1>Lezer, kaas &amp; &lt;worst&gt;</h1>");
    expect(html).toContain("Dag lezer van Kaas &amp; &lt;Worst&gt;, op je adres. &lt;script&gt;");
    expect(html).toContain(
      '<a href="https://elders.example/a?b=1&amp;c=2" class="leaves" rel="external noreferrer">elders<span class="hidden"> (andere website)',
    );
    expect(html).toContain('<a href="https://fineprint.test/policy">hier</a>');
    expect(html).toContain('<a href="https://elders.example/b" class="button leaves"');
    expect(html).toContain('<img src="https://beeld.example/a.png" alt="Een foto"');
    expect(html).not.toMatch(/unsubscribe|preferences|token=/);
    expect(reply.headers.get("content-security-policy")).toContain("img-src https: data:;");
    expect(reply.headers.get("content-security-policy")).not.toContain("unsafe");
  });

  it("gives another language where one is missing, and says which", async () => {
    expect((await get(`${ARCHIVE}/kaas?lang=en`)).text).toContain("Hello reader.");
    const { text: html } = await get(`${ARCHIVE}/eerste?lang=en`);
    expect(html).toContain('<article lang="nl" class="newsletter">');
    expect(html).toContain("Sign up on");
  });

  it.each(["besloten", "nog-draft", "nog-scheduled", "nog-freezing", "nergens", "%00", "a%2Fb"])(
    "has no %s",
    async (slug) => {
      expect((await get(`${ARCHIVE}/${slug}`)).status).toBe(404);
    },
  );

  it("says of one that was cancelled that it was withdrawn", async () => {
    const { status, text: html } = await get(`${ARCHIVE}/nog-cancelled?lang=nl`);
    expect(status).toBe(410);
    expect(html).toContain("Deze nieuwsbrief is ingetrokken");
  });

  it("goes on page by page", async () => {
    const many = Array.from({ length: 51 }, (_, at) => at);
    for (const at of many) await addCampaign(`week-${at}`, { started_at: START - (100 + at) * DAY });
    const first = await get(`${ARCHIVE}?lang=nl`);
    const next = /href="([^"]+)" rel="next"/.exec(first.text)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const second = await get(next);
    const slugs = (html: string) => [...html.matchAll(/archive\/([a-z0-9-]+)\?lang/g)].map(([, slug]) => slug);
    expect(slugs(first.text)).toHaveLength(50);
    expect(slugs(second.text)).toEqual(["week-47", "week-48", "week-49", "week-50"]);
    expect(second.text).not.toContain('rel="next"');
    await house.rows("delete from campaigns where id like 'week-%'");
  });
});

it("of newsletters that went out in the same moment none is lost between two pages", async () => {
  for (let at = 0; at < 52; at++) await addCampaign(`gelijk-${at}`, { started_at: START + DAY });
  const slugs = (html: string) => [...html.matchAll(/archive\/(gelijk-\d+)\?lang/g)].map(([, slug]) => slug);
  const first = await get(`${ARCHIVE}?lang=nl`);
  const next = /href="([^"]+)" rel="next"/.exec(first.text)?.[1]?.replaceAll("&amp;", "&") ?? "";
  const all = [...slugs(first.text), ...slugs((await get(next)).text)];
  expect([all.length, new Set(all).size]).toEqual([52, 52]);
  await house.rows("delete from campaigns where id like 'gelijk-%'");
});

describe("the feeds of the archive", () => {
  it("are Atom and JSON Feed, in which words stay words", async () => {
    const { reply, text: xml } = await get(`${ARCHIVE}/feed.xml?lang=nl`);
    expect(reply.headers.get("content-type")).toBe("application/atom+xml; charset=utf-8");
    expect(xml.match(/<entry>/g)).toHaveLength(3);
    expect(xml).toContain("<title>Lezer, kaas &amp; &lt;worst&gt;</title>");
    expect(xml).toContain('href="https://fineprint.test/newsletter/archive/kaas?lang=nl"');
    const json = JSON.parse((await get(`${ARCHIVE}/feed.json?lang=en`)).text);
    expect(json.items.map(({ title, language }: Record<string, string>) => [title, language])).toEqual([
      ["Cheese", "en"],
      ["Over lopend", "nl"],
      ["Over eerste", "nl"],
    ]);
  });

  it.each([ARCHIVE, `${ARCHIVE}/kaas`, `${ARCHIVE}/feed.xml`, `${ARCHIVE}/feed.json`])(
    "%s is not sent again to who has it",
    async (path) => {
      const { reply } = await get(`${path}?lang=nl`);
      const etag = reply.headers.get("etag") ?? "none";
      expect((await get(`${path}?lang=nl`, { "If-None-Match": etag })).status).toBe(304);
      expect((await get(`${path}?lang=en`, { "If-None-Match": etag })).status).toBe(200);
      expect(reply.headers.get("cache-control")).toContain("max-age=60");
    },
  );

  it("a newsletter that is cancelled after all is gone from all of them", async () => {
    await addCampaign("fout", { started_at: START });
    const before = (await get(`${ARCHIVE}?lang=nl`)).reply.headers;
    expect(before.get("last-modified")).toBeNull();
    await house.rows("update campaigns set state = 'cancelled' where id = 'fout'");
    for (const path of [ARCHIVE, `${ARCHIVE}/feed.xml`, `${ARCHIVE}/feed.json`]) {
      expect((await get(path)).text).not.toContain("fout");
    }
    expect((await get(`${ARCHIVE}/fout`)).status).toBe(410);
  });
});
