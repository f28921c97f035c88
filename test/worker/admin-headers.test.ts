import { beforeAll, describe, expect, it } from "vitest";
import { OPEN_ROUTES, STAFF_ROUTES } from "./access-table.ts";
import { type AdminRows, addAdminRows, pathTo } from "./admin-rows.ts";
import { createHouse, DAY, ORIGIN } from "./house.ts";
import { askLink, getPage, newBrowser, postForm, type SignedIn, signedIn } from "./staff.ts";

const house = createHouse();
const PATTERNS = Object.keys({ ...STAFF_ROUTES, ...OPEN_ROUTES }).flatMap((route) => {
  const [method, path = ""] = route.split(" ");
  return method === "GET" ? [path] : [];
});
/** A mail as it went out stands in a frame that nothing may leave. */
const MAIL = "/admin/outbox/:id/html";
/** So does a newsletter as it would look, beside its text. */
const LOOK = "/admin/newsletters/:id/preview";
const LOOKED_AT = "/admin/newsletters/:id";
let owner: SignedIn;
let rows: AdminRows;

beforeAll(async () => {
  owner = await signedIn(house, "owner");
  rows = await addAdminRows(house);
});

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

function expectHeaders({ headers }: Response, what: string, csp = CSP): void {
  expect(Object.fromEntries(headers), what).toMatchObject({
    "content-security-policy": csp,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "content-type": "text/html; charset=UTF-8",
  });
  expect(headers.get("access-control-allow-origin"), what).toBeNull();
  for (const cookie of headers.getSetCookie()) {
    expect(cookie, what).toMatch(/^__Host-fineprint-form=[\w-]{22}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  }
}

/** Nothing that the policy would stop: no script, style or handler within the page, and none from elsewhere. */
function expectNothingInline(html: string, what: string): void {
  for (const [tag] of html.matchAll(/<[a-z][^>]*>/gi)) {
    expect(tag.replace(/"[^"]*"/g, '""'), what).not.toMatch(/\s(on[a-z]+|style|srcdoc)\s*=/i);
    expect(tag, what).not.toMatch(/=\s*["']?\s*javascript:/i);
    expect(tag, what).not.toMatch(/^<(style|object|embed|base)[\s>]/i);
    if (/^<iframe/i.test(tag)) expect(tag, what).toMatch(/\ssrc="\/admin\/newsletters\/[^"]*"/);
    if (/^<(script|link|img)/i.test(tag)) expect(tag, what).toMatch(/\s(src|href)="(\/(?!\/)|data:,)/);
  }
  expect(html, what).not.toMatch(/<script[^>]*>[^<]/i);
  expect(html, what).not.toMatch(/>undefined<|\[object Object\]/);
}

describe("every page of /admin", () => {
  it.each(PATTERNS.filter((pattern) => ![MAIL, LOOK].includes(pattern) && !pattern.endsWith(".csv")))(
    "%s has strict headers and nothing inline, in nl and en",
    async (pattern) => {
      for (const lang of ["nl", "en"]) {
        const path = `${pathTo(pattern, rows)}?lang=${lang}`;
        const reply = await getPage(house, path, owner);
        expect([200, 400, 404, 409]).toContain(reply.status);
        expectHeaders(reply, path, pattern === LOOKED_AT ? `${CSP}; frame-src 'self'` : CSP);
        expect(reply.headers.get("content-language")).toBe(lang);
        const html = await reply.text();
        expect(html).toMatch(new RegExp(`^<!doctype html><html lang="${lang}">`));
        expectNothingInline(html, path);
      }
    },
  );

  it("shows how a newsletter looks in a frame of our own that runs nothing and leads nowhere", async () => {
    const reply = await getPage(house, pathTo(LOOK, rows), owner);
    expectHeaders(
      reply,
      LOOK,
      "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin",
    );
    expect(await reply.text()).not.toMatch(/<(script|iframe|object|embed|form)/i);
  });

  it("that refuses or answers a form has them, too", async () => {
    const support = await signedIn(house, "support");
    const typed = { email: '"><script>alert(1)</script>', name: "' onclick=alert(1) x='", role: "x", lang: "en" };
    const replies = {
      "wrong role": await getPage(house, "/admin/staff", support),
      "wrong role, form": await postForm(house, "/admin/staff", {}, support),
      "no such member": await getPage(house, "/admin/staff/nobody", owner),
      "signed out": await postForm(house, "/admin/staff", {}, await newBrowser(house)),
      "stale form": await postForm(house, "/admin/staff", { "form-token": "x" }, owner),
      "wrong fields": await postForm(house, "/admin/staff", typed, owner),
      "wrong address": await askLink(house, typed.email),
      "link on its way": await askLink(house, "sam@example.nl"),
      "key made": await postForm(house, "/admin/keys", { name: "x", "scope.mail:read": "on" }, owner),
      "old version": await postForm(
        house,
        `/admin/staff/${rows["staff"]}`,
        { ...typed, role: "support", version: "9" },
        owner,
      ),
    };
    for (const [what, reply] of Object.entries(replies)) {
      expect(reply.status, what).not.toBe(303);
      expectHeaders(reply, what);
      expectNothingInline(await reply.text(), what);
    }
  });

  it("that takes no such method says so under the headers of all pages", async () => {
    const headers = { ...owner.headers, Accept: "text/html" };
    const page = await house.fetch("/admin/staff", { method: "DELETE", headers });
    expect(page.status).toBe(405);
    expectHeaders(page, "method", CSP.replace(/ (script|connect)-src 'self';/g, ""));
  });

  it("a mail as it went out may do nothing but be looked at", async () => {
    const reply = await getPage(house, pathTo(MAIL, rows), owner);
    expectHeaders(
      reply,
      "mail",
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
    );
    expect(await reply.text()).not.toMatch(/<script|\son[a-z]+=|javascript:/i);
  });

  it("a way to another page is not kept and stays on this site", async () => {
    for (const reply of [
      await house.fetch("/admin/staff?sort=-name"),
      await house.fetch("//evil.example/admin"),
      await postForm(house, "/admin/account/sessions/end", { id: "x" }, owner),
    ]) {
      expect(reply.headers.get("cache-control")).toBe("no-store");
      expect(reply.headers.get("location") ?? "/").toMatch(/^\/(?!\/)/);
    }
  });

  it("asks for HTTPS only where it has it", async () => {
    const local = createHouse({ ORIGIN: "http://localhost:8787" });
    expect((await local.fetch("/admin/sign-in")).headers.get("strict-transport-security")).toBeNull();
  });
});

describe("the language", () => {
  it("is the member's own, then the one asked for in the address, whatever the browser says", async () => {
    const dutch = await signedIn(house, "support", { lang: "nl" });
    const browser = { headers: { ...dutch.headers, "Accept-Language": "en" } };
    for (const [path, lang] of [
      ["/admin", "nl"],
      ["/admin?lang=en", "en"],
      ["/admin?lang=xx", "nl"],
    ] as const) {
      expect(await (await getPage(house, path, browser)).text(), path).toContain(`<html lang="${lang}">`);
    }
  });

  it("is the browser's for who is not signed in, with a way to the other one", async () => {
    for (const [lang, other] of [
      ["nl", "en"],
      ["en", "nl"],
    ]) {
      const html = await (await house.fetch("/admin/sign-in", { headers: { "Accept-Language": `${lang}-x` } })).text();
      expect(html).toContain(`<html lang="${lang}">`);
      expect(html).toContain(`<a href="/admin/sign-in?lang=${other}" lang="${other}"`);
    }
  });
});

describe("/.well-known/security.txt", () => {
  it("says where to report a problem, in what languages, and until when that holds: less than a year", async () => {
    const fieldsAt = async (now: number) => {
      house.clock.now = now;
      const reply = await house.fetch("/.well-known/security.txt");
      expect(reply.headers.get("content-type")).toMatch(/^text\/plain; ?charset=utf-8$/i);
      const lines = (await reply.text()).trim().split("\n");
      return Object.fromEntries(lines.map((line) => line.split(/: (.*)/).slice(0, 2) as [string, string]));
    };
    for (const now of [house.clock.now, house.clock.now + 400 * DAY]) {
      const { Expires, ...others } = await fieldsAt(now);
      expect(others).toEqual({
        Contact: "mailto:security@example.nl",
        "Preferred-Languages": "nl, en",
        Canonical: `${ORIGIN}/.well-known/security.txt`,
      });
      expect(Expires).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
      expect(Date.parse(Expires ?? "")).toBeGreaterThan(now + 30 * DAY);
      expect(Date.parse(Expires ?? "")).toBeLessThan(now + 365 * DAY);
    }
  });
});
