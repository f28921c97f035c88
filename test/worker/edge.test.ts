import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createApp } from "../../worker/app.ts";
import { REFUSALS } from "../../worker/platform/errors.ts";
import { systemChance } from "../../worker/platform/runtime.ts";
import { createHouse, freshAddress } from "./house.ts";

const house = createHouse();
const TABLES = [
  "subscribers",
  "signups",
  "tokens",
  "outbox",
  "ledger_entries",
  "conversations",
  "messages",
  "acknowledgements",
  "policy_versions",
  "customers",
  "registrations",
];
const counts = TABLES.map((table) => `(select count(*) from ${table}) as ${table}`).join(", ");
const countRows = async () => (await house.rows(`select ${counts}`))[0];

/** Every route that is mounted, as method and path with its parameters filled. */
const ROUTES = [
  ...new Set(
    createApp(systemChance)
      .routes.filter(({ method }) => method !== "ALL")
      .map(
        ({ method, path }) =>
          `${method} ${path
            .replace(/:date/, "2015-03-04")
            .replace(/:file\{.*\}/, "nl.md")
            .replace(/:\w+/, "x")}`,
      ),
  ),
].map((route) => route.split(" ") as [string, string]);
const POSTS = ROUTES.filter(([method]) => method === "POST").map(([, path]) => path);
const JSON_POSTS = ["/v1/newsletter/subscriptions", "/v1/newsletter/unsubscriptions", "/v1/contact/messages"];

async function refused(reply: Response) {
  expect(reply.headers.get("content-type")).toContain("application/problem+json");
  const problem = (await reply.json()) as { status: number; code: keyof typeof REFUSALS; type: string; title: string };
  expect(problem.status).toBe(reply.status);
  expect(problem.type).toBe(`urn:fineprint:problem:${problem.code}`);
  expect(REFUSALS[problem.code]).toEqual([reply.status, problem.title]);
  return `${reply.status} ${problem.code}`;
}

/** A refusal with nothing stored. */
async function refuses(path: string, init: RequestInit, expected: string) {
  const before = await countRows();
  expect(await refused(await house.fetch(path, init)), path).toBe(expected);
  expect(await countRows()).toEqual(before);
}

const json = (body: string, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": "application/json", ...headers },
  body,
});

describe("bad input gets the right refusal and leaves no row", () => {
  it.each(JSON_POSTS)("%s", async (path) => {
    await refuses(path, json("{"), "400 malformed_body");
    await refuses(path, json(""), "400 malformed_body");
    for (const body of ["null", "[]", '"x"', "1"]) await refuses(path, json(body), "422 invalid_input");
    await refuses(path, json("{}"), "422 invalid_input");
    for (const email of [null, 1, [], {}, "", "x", "x@", "x@y", "a@b.nl\r\nBcc: c@d.nl", "a b@c.nl"]) {
      await refuses(path, json(JSON.stringify({ email, message: "m" })), "422 invalid_input");
    }
    await refuses(
      path,
      { method: "POST", body: "email=a@b.nl", headers: { "Content-Type": "text/plain" } },
      "415 unsupported_media_type",
    );
    await refuses(path, { method: "POST" }, "415 unsupported_media_type");
    await refuses(path, json(JSON.stringify({ email: "a@b.nl", message: "m".repeat(70_000) })), "413 body_too_large");
    await refuses(`${path}?surface=nowhere`, json("{}"), "404 unknown_surface");
    await refuses(`${path}?surface=__proto__`, json("{}"), "404 unknown_surface");
    const body = JSON.stringify({ email: freshAddress(), message: "m" });
    await refuses(path, json(body, { Origin: "https://evil.example" }), "403 origin_not_allowed");
    await refuses(path, json(body, { Origin: "null" }), "403 origin_not_allowed");
    await refuses(
      path,
      json(JSON.stringify({ email: freshAddress(), message: "m", website: "http://spam" })),
      "422 looks_automated",
    );
    await refuses(path, { method: "PUT" }, "405 method_not_allowed");
    expect((await house.fetch(path)).headers.get("allow")).toBe("POST");
  });

  it("names each field that is wrong, with a code", async () => {
    const reply = await house.post("/v1/contact/messages", {
      email: "x",
      name: "a\nb",
      subject: 5,
      message: " ",
      lang: "fr",
    });
    expect(((await reply.json()) as { errors: object[] }).errors).toEqual([
      { path: "email", code: "invalid_email" },
      { path: "name", code: "invalid" },
      { path: "subject", code: "invalid" },
      { path: "message", code: "required" },
      { path: "lang", code: "unknown_value" },
    ]);
    const long = await house.post("/v1/contact/messages", { email: "a@b.nl", message: "m".repeat(20_001) });
    expect(await long.json()).toMatchObject({ errors: [{ path: "message", code: "too_long" }] });
  });

  it("a broken multipart form, an unknown path, a key that is none", async () => {
    const broken = { method: "POST", headers: { "Content-Type": "multipart/form-data" }, body: "x" };
    await refuses("/v1/contact/messages", broken, "400 malformed_body");
    await refuses("/v1/nothing", {}, "404 not_found");
    await refuses(
      "/v1/contact/messages",
      json('{"email":"a@b.nl","message":"m"}', { "Idempotency-Key": "k ".repeat(200) }),
      "422 invalid_input",
    );
  });

  it("too many requests: by address, and by the one IP header that is believed", async () => {
    const ask = (email: string, headers: Record<string, string> = {}) =>
      house.post("/v1/newsletter/unsubscriptions", { email }, headers);
    /** The binding counts by the minute of the real clock, so a new minute may begin once: twice the limit is surely over it. */
    const firstRefusal = async (limit: number, once: () => Promise<Response>) => {
      for (let sent = 0; sent <= 2 * limit; sent++) {
        const reply = await once();
        if (reply.status !== 202) return { sent, reply };
      }
      throw new Error("never refused");
    };
    const email = freshAddress();
    const { sent, reply } = await firstRefusal(10, () => ask(email));
    expect(sent).toBeGreaterThanOrEqual(10);
    expect([await refused(reply), reply.headers.get("retry-after")]).toEqual(["429 rate_limited", "60"]);
    const busy = { "CF-Connecting-IP": "203.0.113.5" };
    const byIp = await firstRefusal(120, () => ask(freshAddress(), busy));
    expect([byIp.sent >= 120, byIp.reply.status]).toEqual([true, 429]);
    expect(
      (await ask(freshAddress(), { "CF-Connecting-IP": "203.0.113.6", "X-Forwarded-For": "203.0.113.5" })).status,
    ).toBe(202);
  });
});

describe("whatever comes in", () => {
  const value = fc.jsonValue({ maxDepth: 2 });
  const body = fc.oneof(
    value.map((any) => JSON.stringify(any)),
    fc
      .record(
        { email: value, message: value, topics: value, lang: value, challenge: value, name: value, wording: value },
        { requiredKeys: [] },
      )
      .map((any) => JSON.stringify(any)),
    fc.string(),
  );
  const type = fc.constantFrom(
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "",
  );
  const query = fc.oneof(
    fc.constant(""),
    fc
      .record(
        { token: fc.string(), surface: fc.string(), lang: fc.string(), from: fc.string(), to: fc.string() },
        { requiredKeys: [] },
      )
      .map((any) => `?${new URLSearchParams(any)}`),
  );

  it("no public route ever answers 5xx, and every refusal is on the list", async () => {
    expect(ROUTES.length).toBeGreaterThan(20);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ROUTES),
        query,
        body,
        type,
        async ([method, path], search, text, contentType) => {
          // No surface's loader is built here; that is the build's matter.
          if (path === "/embed.js" || path.startsWith("/w/")) return;
          const init =
            method === "POST" ? { method, body: text, headers: { "Content-Type": contentType } } : { method };
          const reply = await house.fetch(`${path}${search}`, init);
          expect(reply.status, `${method} ${path}${search} ${text}`).toBeLessThan(500);
          const isPage = reply.headers.get("content-type")?.includes("text/html");
          if (reply.status >= 400 && !isPage) await refused(reply);
          else await reply.arrayBuffer();
        },
      ),
      { numRuns: 1_000 },
    );
  }, 60_000);

  it("Invariant 2: no GET changes anything, on any route", async () => {
    const before = await countRows();
    for (const [method, path] of ROUTES) {
      if (method !== "GET" || path === "/embed.js" || path.startsWith("/w/")) continue;
      for (const verb of ["GET", "HEAD"]) await (await house.fetch(path, { method: verb })).arrayBuffer();
    }
    expect(await countRows()).toEqual(before);
  });

  it("a refused POST leaves no row", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...POSTS), query, body, type, async (path, search, text, contentType) => {
        const before = await countRows();
        const reply = await house.fetch(`${path}${search}`, {
          method: "POST",
          body: text,
          headers: { "Content-Type": contentType },
        });
        await reply.arrayBuffer();
        if (reply.status >= 400) expect(await countRows(), `${path}${search} ${text}`).toEqual(before);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

describe("the edge", () => {
  it("answers a preflight of a page that the surface lists, and lets it read refusals too", async () => {
    const origin = "https://www.example.nl";
    const preflight = await house.fetch("/v1/contact/messages?surface=site", {
      method: "OPTIONS",
      headers: { Origin: origin, "Access-Control-Request-Method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe(origin);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("Idempotency-Key");
    const refusal = await house.post("/v1/contact/messages", {}, { Origin: origin });
    expect([refusal.status, refusal.headers.get("access-control-allow-origin")]).toEqual([422, origin]);
    const large = await house.fetch("/v1/contact/messages", json("x".repeat(70_000), { Origin: origin }));
    expect([large.status, large.headers.get("access-control-allow-origin")]).toEqual([413, origin]);
    const stranger = await house.fetch("/v1/contact/messages?surface=panel", {
      method: "OPTIONS",
      headers: { Origin: origin },
    });
    expect(stranger.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("pages have strict headers; no reply is sniffed, cached unasked, or sets a cookie", async () => {
    for (const path of ["/policy", "/nothing", "/contact/sent"]) {
      const { headers } = await house.fetch(path, { headers: { Accept: "text/html" } });
      expect(headers.get("content-type"), path).toContain("text/html");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("referrer-policy")).toBe("same-origin");
      expect(headers.get("strict-transport-security")).toContain("max-age=");
    }
    for (const path of ["/health", "/nothing", "/v1/challenge", "/contact/sent", "/newsletter/confirm?token=x"]) {
      const { headers } = await house.fetch(path);
      expect(headers.get("x-content-type-options"), path).toBe("nosniff");
      expect(headers.get("cache-control"), path).toBe("no-store");
      expect(headers.get("set-cookie"), path).toBeNull();
    }
  });

  it("nothing under /dev/ or of the demo exists when ENVIRONMENT is not development", async () => {
    for (const ENVIRONMENT of ["production", "test", "staging", ""]) {
      const other = createHouse({ ENVIRONMENT });
      for (const path of [
        "/",
        "/panel",
        "/en/",
        "/dev/mailbox",
        "/dev/mailbox.json",
        "/dev/mailbox/x",
        "/dev/anything",
      ]) {
        expect((await other.fetch(path)).status, path).toBe(404);
      }
      expect((await other.fetch("/panel/token", { method: "POST" })).status).toBe(404);
    }
    const development = createHouse({ ENVIRONMENT: "development", MAIL_TRANSPORT: "mailbox" });
    expect((await development.fetch("/dev/mailbox")).status).toBe(200);
    expect((await development.fetch("/panel/token", { method: "POST" })).status).toBe(200);
  });

  it("a page never links to another site by its own address", async () => {
    const html = await (await house.fetch("//evil.example/x", { headers: { Accept: "text/html" } })).text();
    expect(html).toContain("<html");
    expect(html).not.toContain('href="//');
  });

  it("describes every public route in /openapi.json", async () => {
    const { paths } = (await (await house.fetch("/openapi.json")).json()) as {
      paths: Record<string, Record<string, object>>;
    };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    for (const route of [
      "GET /embed.js",
      "GET /v1/notices",
      "GET /v1/challenge",
      "POST /v1/newsletter/subscriptions",
      "POST /v1/newsletter/unsubscriptions",
      "POST /newsletter/confirm",
      "POST /newsletter/unsubscribe",
      "POST /v1/contact/messages",
      "GET /v1/me/notices",
      "POST /v1/me/notices/{date}/acknowledgement",
      "POST /v1/policy/versions",
      "GET /policy/compare",
      "GET /v1/outbox",
      "GET /health",
    ]) {
      expect(described).toContain(route);
    }
  });

  it("says which setting is wrong, and no secret", async () => {
    expect(() => createHouse({ TOKEN_SECRET: "short-secret", MAIL_FROM: "nobody" })).toThrow(
      /^Settings are not right: MAIL_FROM is written as Name <address@domain>; TOKEN_SECRET is a secret of at least 32 characters$/,
    );
    expect(() => createHouse({ SURFACES: "{" })).toThrow(/SURFACES/);
    expect(() => createHouse({ MAIL_TRANSPORT: "mailbox" })).toThrow(/development only/);
  });
});
