import { beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../../worker/platform/bytes.ts";
import { createHouse, DAY, ORIGIN } from "./house.ts";
import { type SeedVersion, seedVersions } from "./policy-rows.ts";

const house = createHouse({ COMPANY: "Kaas & <Worst>" });
const NASTY = 'Minder < meer & "beter" ]]> \u0008 </summary>';

const texts = (summary: string): SeedVersion["texts"] => ({
  nl: { title: "Privacybeleid", summary, markdown: `## Gegevens\n\nOver ${summary.length} tekens.` },
  en: { title: "Privacy policy", summary: `EN ${summary}`, markdown: `## Data\n\nAbout ${summary.length} characters.` },
});

beforeAll(() =>
  seedVersions([
    { date: "2015-03-04", texts: texts("De eerste.") },
    { date: "2020-01-01", significance: "minor", texts: texts(NASTY) },
    { date: "2026-11-16", effective: "2026-12-16", texts: texts("We bewaren minder.") },
  ]),
);

const get = async (path: string, headers: Record<string, string> = {}) => {
  const reply = await house.fetch(path, { headers });
  return { reply, status: reply.status, text: await reply.text() };
};
const json = async (path: string) => JSON.parse((await get(path)).text);

const PATHS = [
  "/policy?lang=nl",
  "/policy/versions?lang=nl",
  "/policy/versions/2015-03-04?lang=nl",
  "/policy/versions/2015-03-04/nl.md",
  "/policy/compare?from=2015-03-04&to=2020-01-01&lang=nl",
  "/policy/feed.xml?lang=nl",
  "/policy/feed.json?lang=nl",
  "/v1/policy?lang=nl",
  "/v1/policy/versions",
  "/v1/policy/comparison?from=2015-03-04&to=2020-01-01&lang=nl",
];

describe.each(PATHS)("%s", (path) => {
  it("is not sent again to who has it: by ETag, strong, weak or among others", async () => {
    const { reply, status } = await get(path);
    const etag = reply.headers.get("etag") ?? "";
    expect([status, etag]).toEqual([200, expect.stringMatching(/^"[0-9a-f]{32}"$/)]);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await get(path, { "If-None-Match": known });
      expect([again.status, again.text, again.reply.headers.get("etag")]).toEqual([304, "", etag]);
      expect(again.reply.headers.get("cache-control")).toBe(reply.headers.get("cache-control"));
      expect(again.reply.headers.get("vary")).toBe(reply.headers.get("vary"));
    }
    expect((await get(path, { "If-None-Match": '"other"' })).status).toBe(200);
  });

  it("is not sent again to who has it: by the time it last changed, which an ETag outdoes", async () => {
    const modified = (await get(path)).reply.headers.get("last-modified") ?? "";
    expect(Date.parse(modified)).toBeLessThanOrEqual(house.clock.now);
    expect((await get(path, { "If-Modified-Since": modified })).status).toBe(304);
    const before = new Date(Date.parse(modified) - 1000).toUTCString();
    expect((await get(path, { "If-Modified-Since": before })).status).toBe(200);
    expect((await get(path, { "If-Modified-Since": "yesterday" })).status).toBe(200);
    expect((await get(path, { "If-Modified-Since": modified, "If-None-Match": '"other"' })).status).toBe(200);
  });
});

describe("the policy for programs", () => {
  it("gives the version in force, the one to come and the one before", async () => {
    const found = await json("/v1/policy?lang=nl");
    expect(found.inForce).toEqual({
      date: "2020-01-01",
      effective: "2020-01-01",
      significance: "minor",
      state: "in-force",
      dateText: "1 januari 2020",
      effectiveText: "1 januari 2020",
      title: "Privacybeleid",
      summary: NASTY,
      sha256: await sha256(texts(NASTY).nl.markdown),
      url: `${ORIGIN}/policy/versions/2020-01-01?lang=nl`,
      markdownUrl: `${ORIGIN}/policy/versions/2020-01-01/nl.md`,
      compareUrl: `${ORIGIN}/policy/compare?from=2015-03-04&to=2020-01-01&lang=nl`,
    });
    expect(found.upcoming).toMatchObject({ date: "2026-11-16", state: "upcoming", effectiveText: "16 december 2026" });
    expect(found.previous).toMatchObject({ date: "2015-03-04", state: "superseded", compareUrl: null });
    expect((await json("/v1/policy?lang=en")).upcoming.effectiveText).toBe("16 December 2026");
  });

  it("says otherwise when the next version takes effect, and that it changed", async () => {
    const later = createHouse();
    later.clock.now += 30 * DAY;
    const known = (await get("/v1/policy?lang=nl")).reply.headers.get("last-modified") ?? "";
    const reply = await later.fetch("/v1/policy?lang=nl", { headers: { "If-Modified-Since": known } });
    expect(reply.status).toBe(200);
    expect(await reply.json()).toMatchObject({ inForce: { date: "2026-11-16" }, upcoming: null });
  });

  it("lists every version with its state, its hashes and where to find it, to any page", async () => {
    const { reply, text } = await get("/v1/policy/versions", { Origin: "https://anywhere.example" });
    const { versions } = JSON.parse(text);
    expect(reply.headers.get("access-control-allow-origin")).toBe("*");
    expect(versions.map(({ date, state }: { date: string; state: string }) => [date, state])).toEqual([
      ["2026-11-16", "upcoming"],
      ["2020-01-01", "in-force"],
      ["2015-03-04", "superseded"],
    ]);
    for (const { sha256: hashes, markdownUrl, url, compareUrl } of versions) {
      for (const lang of ["nl", "en"]) {
        const markdown = await get(new URL(markdownUrl[lang]).pathname);
        expect(await sha256(markdown.text)).toBe(hashes[lang]);
      }
      for (const found of [url, compareUrl ?? url]) {
        expect((await get(found.slice(ORIGIN.length))).status, found).toBe(200);
      }
    }
  });
});

describe("the feeds", () => {
  it("are found from every page of the policy", async () => {
    for (const path of ["/policy", "/policy/versions", "/policy/versions/2015-03-04", "/policy/compare"]) {
      const { text } = await get(`${path}?lang=en`);
      const head = text.slice(0, text.indexOf("</head>"));
      expect(head, path).toMatch(
        /<link rel="alternate" type="application\/atom\+xml"[^>]* href="\/policy\/feed.xml\?lang=en"/,
      );
      expect(head, path).toMatch(
        /<link rel="alternate" type="application\/feed\+json"[^>]* href="\/policy\/feed.json\?lang=en"/,
      );
    }
  });

  it("Atom: every version, minor ones too, with ids that stay, and text that stays text", async () => {
    const { reply, text } = await get("/policy/feed.xml?lang=nl");
    expect(reply.headers.get("content-type")).toBe("application/atom+xml; charset=utf-8");
    expect([...text.matchAll(/<id>(.*)<\/id>/g)].map(([, id]) => id)).toEqual([
      "tag:fineprint.test,2015-03-04:all:policy:nl",
      "tag:fineprint.test,2026-11-16:policy:nl",
      "tag:fineprint.test,2020-01-01:policy:nl",
      "tag:fineprint.test,2015-03-04:policy:nl",
    ]);
    expect(text).toContain("<name>Kaas &amp; &lt;Worst&gt;</name>");
    expect(text).toContain("Minder &lt; meer &amp; &quot;beter&quot; ]]&gt; ");
    expect(text).toContain("<updated>2026-11-16T09:30:00.000Z</updated>");
    expect(text).toContain(
      'rel="self" type="application/atom+xml" hreflang="nl" href="https://fineprint.test/policy/feed.xml?lang=nl"',
    );
    expect(text).toContain(`href="${ORIGIN}/policy/compare?from=2020-01-01&amp;to=2026-11-16&amp;lang=nl"`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what no XML document may hold.
    expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  });

  it("JSON Feed 1.1: the same", async () => {
    const { reply, text } = await get("/policy/feed.json", { "Accept-Language": "en-GB,en;q=0.9" });
    expect(reply.headers.get("content-type")).toBe("application/feed+json; charset=utf-8");
    expect(reply.headers.get("vary")).toContain("Accept-Language");
    const feed = JSON.parse(text);
    expect(feed).toMatchObject({
      version: "https://jsonfeed.org/version/1.1",
      feed_url: `${ORIGIN}/policy/feed.json?lang=en`,
      language: "en",
      authors: [{ name: "Kaas & <Worst>" }],
    });
    expect(feed.items).toHaveLength(3);
    expect(feed.items[0]).toMatchObject({
      id: "tag:fineprint.test,2026-11-16:policy:en",
      title: "Privacy policy, version of 16 November 2026 (significant change)",
      content_text: "EN We bewaren minder.",
      date_published: "2026-11-15T23:00:00.000Z",
      tags: ["significant"],
    });
  });
});
