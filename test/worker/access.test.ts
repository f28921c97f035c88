import { describe, expect, it } from "vitest";
import { createApp } from "../../worker/app.ts";
import type { Role } from "../../worker/platform/access.ts";
import { systemChance } from "../../worker/platform/runtime.ts";
import {
  DEVELOPMENT_ROUTES,
  EVERYONE,
  MIDDLEWARE,
  OPEN_ROUTES,
  PANEL_ROUTES,
  PUBLIC_ROUTES,
  SCOPED_ROUTES,
  STAFF_ROUTES,
} from "./access-table.ts";
import { createHouse, ORIGIN } from "./house.ts";
import { addMember, type Browser, everything, newBrowser, openSession, postForm, signedIn } from "./staff.ts";

const house = createHouse();
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

it("the table names every route there is, and none that is gone", () => {
  const mounted = createApp(systemChance).routes.map(({ method, path }) => `${method} ${path}`);
  const listed = [STAFF_ROUTES, OPEN_ROUTES, SCOPED_ROUTES, PANEL_ROUTES].flatMap(Object.keys);
  expect([...new Set(mounted)].sort()).toEqual(
    [...listed, ...PUBLIC_ROUTES, ...DEVELOPMENT_ROUTES, ...MIDDLEWARE].sort(),
  );
});

/** A browser that was signed in as an owner, and is no longer, or never was: by what has come between. */
const STALE: Readonly<Record<string, () => Promise<Browser>>> = {
  async "expired session"() {
    const owner = await signedIn(house, "owner");
    await house.rows("update staff_sessions set expires_at = ? where id = ?", house.clock.now, owner.session);
    return owner;
  },
  async "removed member"() {
    const owner = await signedIn(house, "owner");
    await house.rows("update staff_members set removed_at = ? where id = ?", house.clock.now, owner.member);
    return owner;
  },
  async "ended session"() {
    const [owner, colleague] = [await signedIn(house, "owner"), await signedIn(house, "owner")];
    await postForm(house, `/admin/staff/${owner.member}/sessions/end`, { id: owner.session }, colleague);
    return owner;
  },
  async "changed role"() {
    const [owner, colleague] = [await signedIn(house, "support"), await signedIn(house, "owner")];
    const promoted = { name: "Sam", role: "owner", lang: "en", version: "1" };
    await postForm(house, `/admin/staff/${owner.member}`, promoted, colleague);
    return owner;
  },
  async "signed out"() {
    const owner = await signedIn(house, "owner");
    await postForm(house, "/admin/sign-out", {}, owner);
    return owner;
  },
  async "made-up cookie"() {
    const owner = await signedIn(house, "owner");
    return { ...owner, headers: { ...owner.headers, Cookie: `__Host-fineprint=${crypto.randomUUID()}` } };
  },
  async "session id as cookie"() {
    const owner = await signedIn(house, "owner");
    return { ...owner, headers: { ...owner.headers, Cookie: `__Host-fineprint=${owner.session}` } };
  },
  async "cookie without its prefix"() {
    const owner = await signedIn(house, "owner");
    return { ...owner, headers: { ...owner.headers, Cookie: owner.headers.Cookie.replace("__Host-", "") } };
  },
};

/** Ways to send a form that is not our own page's, by a browser that is signed in. */
const FORGED: Readonly<Record<string, (who: Browser) => Promise<RequestInit>>> = {
  "no token": async () => form({}),
  "token of another session": async () => form({ token: (await signedIn(house, "owner")).formToken }),
  "token of who is not signed in": async () => form({ token: (await newBrowser(house)).formToken }),
  "foreign origin": async ({ formToken }) => form({ token: formToken, origin: "https://evil.example" }),
  "origin that begins as ours": async ({ formToken }) => form({ token: formToken, origin: `${ORIGIN}.evil.example` }),
  "origin null": async ({ formToken }) => form({ token: formToken, origin: "null" }),
  "no origin": async ({ formToken }) => form({ token: formToken, origin: null }),
  "cross-site": async ({ formToken }) => form({ token: formToken, site: "cross-site" }),
  "same-site": async ({ formToken }) => form({ token: formToken, site: "same-site" }),
  "plain text": async ({ formToken }) => ({
    ...form({ token: formToken }),
    body: new Blob([`form-token=${formToken}`], { type: "text/plain" }),
  }),
};

function form({ token, origin = ORIGIN, site }: { token?: string; origin?: string | null; site?: string }): RequestInit {
  const headers = { ...(origin === null ? {} : { Origin: origin }), ...(site ? { "Sec-Fetch-Site": site } : {}) };
  return { method: "POST", headers, body: new URLSearchParams(token === undefined ? {} : { "form-token": token }) };
}

type Who = Role | keyof typeof STALE | "nobody";

/** One request: who asks, how it differs from what our own page sends, and what must come of it. */
interface Case {
  who: Who;
  twist: { method?: string; path?: (path: string) => string; forged?: string; demand?: boolean; by?: "passkey" };
  expected: string;
}

const SLASHED: Readonly<Record<string, (path: string) => string>> = {
  "slash at the end": (path) => `${path}/`,
  "slash before": (path) => `/${path}`,
  "slash in between": (path) => path.replace(/(?<=.)\//, "//"),
  "capital letter": (path) => path.replace("/admin", "/Admin"),
};

/** All that is tried on a route for members of staff. Those that are let in come last: what they do may end their session. */
function casesOf(route: string): Case[] {
  const [method = "", path = ""] = route.split(" ");
  const { roles, reply, demanded } = STAFF_ROUTES[route] ?? { roles: [], reply: 0 };
  const isGet = method === "GET";
  const outside = isGet ? "to sign-in" : "401";
  const needsPasskey = demanded === undefined ? (isGet ? "to account" : "403") : String(demanded);
  const others = METHODS.filter((other) => other !== method && !(`${other} ${path}` in STAFF_ROUTES));
  const everybody: Who[] = [...EVERYONE, "nobody"];
  const cases: Case[] = [
    ...["nobody", ...Object.keys(STALE)].map((who) => ({ who, twist: {}, expected: outside })),
    ...everybody.flatMap((who) => [
      ...others.map((other) => ({ who, twist: { method: other }, expected: headOr(other) })),
      ...Object.values(SLASHED).map((slashed) => ({ who, twist: { path: slashed }, expected: "404" })),
    ]),
    ...EVERYONE.flatMap((who) => [
      { who, twist: {}, expected: roles.includes(who) ? String(reply) : "403" },
      { who, twist: { demand: true }, expected: needsPasskey },
      { who, twist: { demand: true, by: "passkey" as const }, expected: roles.includes(who) ? String(reply) : "403" },
    ]),
    ...(isGet ? [] : Object.keys(FORGED).map((forged) => ({ who: "owner", twist: { forged }, expected: "403" }))),
  ];
  function headOr(other: string): string {
    return other === "HEAD" && isGet ? "like GET" : "closed";
  }
  return cases;
}
void openSession;
void addMember;
void describe;
void casesOf;
void everything;
void house;
