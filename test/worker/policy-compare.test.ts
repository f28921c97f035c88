import { beforeAll, describe, expect, it } from "vitest";
import { createHouse } from "./house.ts";
import { seedVersions } from "./policy-rows.ts";

const house = createHouse();
const page = async (path: string, status = 200) => {
  const reply = await house.fetch(path, { headers: { Accept: "text/html" } });
  expect(reply.status, path).toBe(status);
  return reply.text();
};

const text = (markdown: string, summary = "Wat er anders is.") => ({ title: "Privacybeleid", summary, markdown });
const both = (nl: string) => ({ nl: text(nl), en: text(`In English.\n\n${nl}`) });
const PASTED = `Privacy Policy

Gebruik van gegevens

Wij gebruiken deze gegevens:

  • N.A.W. gegevens
  • Factuuradres

Beveiliging

We nemen maatregelen & letten op <b>.`;
const MARKDOWN = `## Gebruik van gegevens

Wij gebruiken deze gegevens:

- N.A.W. gegevens
- IP-adres

## Beveiliging

We nemen maatregelen & letten op <b>.

## Rechten

Je mag je gegevens inzien.`;

beforeAll(() =>
  seedVersions([
    { date: "2015-03-04", texts: both(PASTED) },
    { date: "2020-01-01", texts: both(MARKDOWN) },
    { date: "2021-01-01", texts: both(MARKDOWN), significance: "minor" },
  ]),
);

describe("the page of a comparison", () => {
  it("says what changed, keeps headings, and takes a pasted text for what it means", async () => {
    const html = await page("/policy/compare?from=2015-03-04&to=2020-01-01&lang=nl");
    expect(html).toContain("<h2>Gebruik van gegevens</h2>");
    expect(html).toContain("<ul><li>N.A.W. gegevens</li>");
    expect(html).toMatch(/<li><del><span class="hidden">vervallen: <\/span>Factuuradres/);
    expect(html).toContain("We nemen maatregelen &amp; letten op &lt;b&gt;.");
    expect(html).not.toContain("•");
  });

  it("shows a pasted version with a list and headings, too", async () => {
    const html = await page("/policy/versions/2015-03-04?lang=nl");
    expect(html).toContain("<h2>Gebruik van gegevens</h2>");
    expect(html).toContain("<li>Factuuradres</li>");
    expect(await page("/policy/versions/2015-03-04/nl.md")).toBe(PASTED);
  });

  it("lists the sections that changed, each with a link to it", async () => {
    const html = await page("/policy/compare?from=2015-03-04&to=2020-01-01&lang=nl");
    expect(html).toContain("3 onderdelen zijn veranderd");
    const links = [...html.matchAll(/<a href="#(part-\d+)">([^<]*)<\/a>([^<]*)/g)];
    expect(links.map(([, , title, addition]) => `${title}${addition}`)).toEqual([
      "Privacy Policy (vervallen)",
      "Gebruik van gegevens",
      "Rechten (nieuw)",
    ]);
    for (const [, id] of links) expect(html).toContain(`<div id="${id}">`);
  });

  it("has a form, that needs no JavaScript, to choose other versions", async () => {
    const html = await page("/policy/compare?from=2015-03-04&to=2020-01-01&lang=nl");
    const [form = ""] = /<form class="choose"[\s\S]*<\/form>/.exec(html) ?? [];
    expect(form).toContain('method="get" action="/policy/compare"');
    expect(form.match(/<option value="2021-01-01">1 januari 2021/g)).toHaveLength(2);
    expect(form.match(/<option value="2015-03-04" selected="">/g)).toHaveLength(1);
    expect(form.match(/<option value="2020-01-01" selected="">/g)).toHaveLength(1);
  });

  it("says so when no word changed, and when a version is compared with itself", async () => {
    const html = await page("/policy/compare?from=2020-01-01&to=2021-01-01&lang=nl");
    expect(html).toContain("Er is geen woord veranderd.");
    expect(html).not.toMatch(/<ins>|<del>/);
    expect(await page("/policy/compare?from=2020-01-01&to=2020-01-01&lang=nl")).toContain(
      "Dit is één en dezelfde versie.",
    );
  });

  it("goes from old to new, whichever way it was asked", async () => {
    const there = await page("/policy/compare?from=2015-03-04&to=2020-01-01&lang=nl");
    const back = await page("/policy/compare?from=2020-01-01&to=2015-03-04&lang=nl");
    const body = (html: string) => html.slice(html.indexOf("<main"));
    expect(body(back)).toBe(body(there));
  });

  it("compares the newest with the one before when none is named", async () => {
    expect(await page("/policy/compare?lang=en")).toMatch(
      /1 January 2020<\/a> with version of[\s\S]*1 January 2021<\/a>/,
    );
  });

  it("gives people who ask for a version that is none the list of those that are, and programs a 404", async () => {
    const html = await page("/policy/compare?from=1999-01-01&to=2020-01-01&lang=nl", 404);
    expect(html).toContain("Zo&#39;n versie is er niet.");
    expect(html).toContain('<option value="2015-03-04">');
    const reply = await house.fetch("/policy/compare?from=1999-01-01&to=2020-01-01");
    expect([reply.status, reply.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
  });
});

describe("the comparison for programs", () => {
  const compare = async (query: string) => {
    const reply = await house.fetch(`/v1/policy/comparison?${query}`);
    expect(reply.status).toBe(200);
    return (await reply.json()) as { from: string; to: string; blocks: { kind: string; spans: object[] }[] };
  };

  it("gives blocks of words that stayed, came or went, in the language asked", async () => {
    const found = await compare("from=2015-03-04&to=2020-01-01&lang=nl");
    expect([found.from, found.to]).toEqual(["2015-03-04", "2020-01-01"]);
    expect(found.blocks).toContainEqual({ kind: "h2", spans: [{ kind: "same", text: "Beveiliging" }] });
    expect(found.blocks).toContainEqual({ kind: "li", spans: [{ kind: "removed", text: "Factuuradres" }] });
    expect(found.blocks).toContainEqual({ kind: "h2", spans: [{ kind: "added", text: "Rechten" }] });
    const english = await compare("from=2015-03-04&to=2020-01-01&lang=en");
    expect(english.blocks[0]).toEqual({ kind: "p", spans: [{ kind: "same", text: "In English." }] });
  });

  it("takes `to` with the one before, and the newest when none is named", async () => {
    expect(await compare("to=2020-01-01")).toMatchObject({ from: "2015-03-04", to: "2020-01-01" });
    expect(await compare("")).toMatchObject({ from: "2020-01-01", to: "2021-01-01" });
    expect(await compare("to=2015-03-04")).toMatchObject({ from: "2015-03-04", to: "2015-03-04" });
  });

  it.each(["from=1999-01-01&to=2020-01-01", "from=2015-03-04", "to=x", "from=2015-03-04&to="])(
    "refuses %s",
    async (query) => {
      expect((await house.fetch(`/v1/policy/comparison?${query}`)).status).toBe(404);
    },
  );
});
