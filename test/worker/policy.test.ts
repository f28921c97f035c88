import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../../worker/platform/bytes.ts";
import { apiKey, createHouse, DAY, panelToken, START, version } from "./house.ts";

const LOADER = "console.log(__FINEPRINT__.surface)";
const ASSETS = { fetch: async () => new Response(LOADER) } as unknown as Fetcher;
const house = createHouse({ ASSETS });
let key = "";
const publish = (body: object, token = key) =>
  house.post("/v1/policy/versions", body, { Authorization: `Bearer ${token}` });
const page = async (path: string) => (await house.fetch(path)).text();
const FIRST = version({ date: "2015-03-04", effective: "2015-03-04", history: true });
const SECOND = version({
  date: "2016-01-01",
  effective: "2016-01-01",
  significance: "minor",
  history: true,
  texts: { ...version().texts, nl: { ...version().texts.nl, markdown: "## Gegevens\n\nWe bewaren je adres." } },
});

beforeAll(async () => {
  key = await apiKey("policy:write");
  for (const one of [FIRST, SECOND, version()]) expect((await publish(one)).status).toBe(201);
});

describe("publishing", () => {
  it("needs a key with the scope", async () => {
    const body = version({ date: "2030-01-01", effective: "2030-01-01" });
    const none = await house.post("/v1/policy/versions", body);
    expect([none.status, ((await none.json()) as { code: string }).code]).toEqual([401, "unauthorized"]);
    expect((await publish(body, "fp_wrong")).status).toBe(401);
    expect((await publish(body, await apiKey("mail:read"))).status).toBe(403);
    const revoked = await apiKey("policy:write");
    await env.DB.prepare("update api_keys set revoked_at = 1 where hash = ?")
      .bind(await sha256(revoked))
      .run();
    expect((await publish(body, revoked)).status).toBe(401);
  });

  it("enters the ledger with the hashes, and not the key", async () => {
    const [entry] = await house.rows<{ body: string }>(
      "select body from ledger_entries where kind = 'policy.published' order by seq desc",
    );
    const body = JSON.parse(entry?.body ?? "");
    expect(body).toMatchObject({ policyDate: "2026-11-22", sha256: { nl: await sha256(version().texts.nl.markdown) } });
    expect(entry?.body).not.toContain(key);
  });

  it.each([
    ["a missing language", { texts: { nl: version().texts.nl } }, "texts.en", "required"],
    ["a day that does not exist", { date: "2026-02-30" }, "date", "invalid"],
    ["an effect before its date", { effective: "2026-11-21" }, "effective", "invalid"],
    ["an unknown significance", { significance: "huge" }, "significance", "unknown_value"],
  ])("refuses %s", async (_, changes, path, code) => {
    const reply = await publish(version(changes));
    expect([reply.status, ((await reply.json()) as { errors: object[] }).errors[0]]).toEqual([422, { path, code }]);
  });
});

describe("Invariant 5: a published policy version never changes; its SHA-256 is shown beside it", () => {
  it("the same version again is 200 and changes nothing; another text for its date is refused", async () => {
    expect((await publish(version())).status).toBe(200);
    for (const changes of [{ significance: "minor" }, { effective: "2027-01-01" }, { noticeUntil: "2027-06-01" }]) {
      const other = await publish(version(changes));
      expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([409, "version_published"]);
    }
    const edited = structuredClone(version());
    edited.texts.en.markdown += " Almost.";
    expect((await publish(edited)).status).toBe(409);
    expect(await house.rows("select count(*) as n from ledger_entries where kind = 'policy.published'")).toEqual([
      { n: 3 },
    ]);
  });

  it.each([
    "update policy_versions set significance = 'minor'",
    "delete from policy_versions",
    "insert or replace into policy_versions values ('2026-11-22', '2026-12-22', 'minor', '2026-11-22', 0, null)",
    "update policy_texts set markdown = 'x' where lang = 'nl'",
    "update policy_texts set date = '2015-03-04' where lang = 'nl' and date = '2026-11-22'",
    "delete from policy_texts where lang = 'nl'",
    "insert into policy_texts values ('2026-11-22', 'de', 't', 's', 'm', 'h')",
    "insert or replace into policy_texts values ('2026-11-22', 'nl', 't', 's', 'm', 'h')",
  ])("the database refuses: %s", async (sql) => {
    await expect(env.DB.prepare(sql).run()).rejects.toThrow(/version_published/);
  });

  it.each([
    "delete from ledger_entries",
    "update ledger_entries set body = '{}'",
    "update ledger_entries set body = null",
    "update ledger_entries set at = 0",
  ])("the ledger only grows: %s", async (sql) => {
    await expect(env.DB.prepare(sql).run()).rejects.toThrow(/ledger_append_only/);
  });

  it("shows the hash of the very Markdown that can be fetched", async () => {
    const markdown = await page("/policy/versions/2026-11-22/en.md");
    expect(markdown).toBe(version().texts.en.markdown);
    expect(await page("/policy/versions/2026-11-22?lang=en")).toContain(await sha256(markdown));
  });
});

describe("the policy's pages", () => {
  it("/policy shows the version in force, its last-changed date on top, and what is coming", async () => {
    const html = await page("/policy?lang=nl");
    expect(html).toContain('Laatst gewijzigd op <time datetime="2016-01-01">1 januari 2016</time>');
    expect(html).toContain("Er komt een nieuwe versie");
    const later = createHouse();
    later.clock.now += 30 * DAY;
    expect(await (await later.fetch("/policy?lang=en")).text()).toContain("22 November 2026");
  });

  it("lists versions, shows one, compares two, word by word", async () => {
    expect(await page("/policy/versions?lang=nl")).toContain("4 maart 2015");
    expect(await page("/policy/versions/2015-03-04?lang=nl")).toContain("We bewaren je naam.");
    const html = await page("/policy/compare?from=2015-03-04&to=2016-01-01&lang=nl");
    expect(html).toMatch(/<del>.*naam\..*<\/del>/);
    expect(html).toMatch(/<ins>.*adres\..*<\/ins>/);
    expect(html).toContain("toegevoegd:");
  });

  it("says 404 for a version that is none, as a page for people and a problem for programs", async () => {
    for (const path of [
      "/policy/versions/1999-01-01",
      "/policy/versions/x",
      "/policy/compare?from=2015-03-04",
      "/policy/versions/2026-11-22/de.md",
    ]) {
      expect((await house.fetch(path)).status, path).toBe(404);
    }
    const html = await house.fetch("/policy/versions/1999-01-01?lang=nl", { headers: { Accept: "text/html" } });
    expect(await html.text()).toContain("Deze pagina bestaat niet");
  });
});

describe("notices", () => {
  it("a significant version is announced from its date until its notice ends, in the language asked", async () => {
    const at = async (day: string) => {
      house.clock.now = Date.parse(`${day}T12:00:00Z`);
      return ((await (await house.fetch("/v1/notices?surface=site&lang=en")).json()) as { notices: object[] }).notices;
    };
    expect(await at("2026-11-21")).toEqual([]);
    expect(await at("2026-11-22")).toEqual([
      {
        date: "2026-11-22",
        effective: "2026-12-22",
        effectiveText: "22 December 2026",
        isComing: true,
        summary: "We keep less.",
        url: "https://fineprint.test/policy/versions/2026-11-22?lang=en",
        compareUrl: expect.stringMatching(/\/policy\/compare\?from=2016-01-01&to=2026-11-22&lang=en$/),
      },
    ]);
    expect(await at("2027-02-20")).toHaveLength(1);
    expect(await at("2027-02-21")).toEqual([]);
    house.clock.now = START;
  });

  it("are in force from midnight where the house is, whatever day a browser has", async () => {
    const isComing = async (time: string) => {
      house.clock.now = Date.parse(time);
      const reply = await house.fetch("/v1/notices?surface=site&lang=en");
      const { notices } = (await reply.json()) as { notices: { isComing: boolean }[] };
      const script = await (await house.fetch("/embed.js?surface=site")).text();
      expect(script).toContain(`"isComing":${notices[0]?.isComing}`);
      return notices[0]?.isComing;
    };
    expect(await isComing("2026-12-21T22:59:59Z")).toBe(true);
    expect(await isComing("2026-12-21T23:00:10Z")).toBe(false);
    house.clock.now = START;
  });

  it("stand in the loader of the surface, with an ETag; the same again is 304", async () => {
    const reply = await house.fetch("/embed.js?surface=site");
    expect(reply.headers.get("cache-control")).toBe("public, max-age=60, stale-while-revalidate=600");
    expect(reply.headers.get("content-type")).toContain("text/javascript");
    const script = await reply.text();
    expect(script).toContain(LOADER);
    expect(script).toContain("We keep less.");
    const etag = reply.headers.get("etag") ?? "";
    const again = await house.fetch("/embed.js?surface=site", { headers: { "If-None-Match": `"other", W/${etag}` } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect((await house.fetch("/embed.js?surface=nowhere")).status).toBe(404);
  });

  it("a page from before a deployment gets the views that took the place of its own", async () => {
    const asked: string[] = [];
    const assets = {
      async fetch(url: string) {
        asked.push(url);
        return new Response("export {}", { status: url.includes("gone") ? 404 : 200 });
      },
    };
    const deployed = createHouse({ ASSETS: assets });
    const reply = await deployed.fetch("/w/oldbuild/nl/contact.js");
    expect([reply.status, await reply.text(), reply.headers.get("cache-control")]).toEqual([
      200,
      "export {}",
      "no-store",
    ]);
    expect(reply.headers.get("access-control-allow-origin")).toBe("*");
    expect(asked).toEqual(["https://fineprint.test/w/latest/nl/contact.js"]);
    expect((await deployed.fetch("/w/oldbuild/nl/gone.js")).status).toBe(404);
  });

  it("a script that a summary tries to break out of stays a string", async () => {
    const summary = '</script>";alert(1);//\u2028';
    const texts = { nl: { ...version().texts.nl, summary }, en: { ...version().texts.en, summary } };
    house.clock.now = Date.parse("2027-03-01T10:00:00Z");
    expect((await publish(version({ date: "2027-03-01", effective: "2027-04-01", texts }))).status).toBe(201);
    const script = await page("/embed.js?surface=panel");
    house.clock.now = START;
    const [line = ""] = script.split("\n");
    const config: unknown = JSON.parse(line.slice("const __FINEPRINT__=".length, -1));
    expect(config).toMatchObject({ surface: "panel", kind: "panel", notices: [{ summary: { nl: summary.trim() } }] });
  });
});

describe("acknowledgement in a panel", () => {
  const as = async (number: string) => ({ Authorization: `Bearer ${await panelToken(house.clock.now, { number })}` });
  const noticesOf = async (number: string) =>
    (
      (await (await house.fetch("/v1/me/notices?surface=panel", { headers: await as(number) })).json()) as {
        notices: { date: string }[];
      }
    ).notices;
  const acknowledge = async (number: string, date: string) =>
    house.fetch(`/v1/me/notices/${date}/acknowledgement?surface=panel`, { method: "POST", headers: await as(number) });

  it("is kept once per customer with its ledger entry, and takes the notice away for that customer alone", async () => {
    const [notice] = await noticesOf("10000001");
    const date = notice?.date ?? "";
    const replies = await Promise.all([1, 2, 3].map(() => acknowledge("10000001", date)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await noticesOf("10000001")).toEqual([]);
    expect(await noticesOf("10000002")).toHaveLength(1);
    const entries = await house.rows<{ body: string }>(
      "select body from ledger_entries where kind = 'notice.acknowledged'",
    );
    expect(entries.map(({ body }) => JSON.parse(body))).toEqual([
      {
        customerNumber: "10000001",
        policyDate: date,
        surface: "panel",
        acknowledgedAt: new Date(house.clock.now).toISOString(),
      },
    ]);
  });

  it("takes the surface from the token when the address names none, as the contract has it", async () => {
    const headers = await as("10000004");
    expect((await house.fetch("/v1/me/notices", { headers })).status).toBe(200);
    const strange = { Authorization: `Bearer ${await panelToken(house.clock.now, { issuer: "nowhere" })}` };
    expect((await house.fetch("/v1/me/notices", { headers: strange })).status).toBe(401);
    expect((await house.fetch("/v1/me/notices", { headers: { Authorization: "Bearer x" } })).status).toBe(401);
  });

  it("is refused without a token, by a token of another surface, and for a version that is none", async () => {
    expect((await house.fetch("/v1/me/notices?surface=panel")).status).toBe(401);
    expect((await house.fetch("/v1/me/notices?surface=site", { headers: await as("1") })).status).toBe(401);
    expect((await acknowledge("10000003", "1999-01-01")).status).toBe(404);
  });
});
