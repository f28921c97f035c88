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
import { type AdminRows, addAdminRows, pathTo } from "./admin-rows.ts";
import { createHouse, ORIGIN } from "./house.ts";
import { type Browser, everything, newBrowser, postForm, signedIn } from "./staff.ts";

const house = createHouse();

it("the table names every route there is, and none that is gone", () => {
  const mounted = createApp(systemChance).routes.map(({ method, path }) => `${method} ${path}`);
  const listed = [STAFF_ROUTES, OPEN_ROUTES, SCOPED_ROUTES, PANEL_ROUTES].flatMap(Object.keys);
  expect([...new Set(mounted)].sort()).toEqual(
    [...listed, ...PUBLIC_ROUTES, ...DEVELOPMENT_ROUTES, ...MIDDLEWARE].sort(),
  );
});

/** One request: who asks, how it differs from what our own page sends, and what must come of it. */
interface Case {
  who: string;
  expected: string;
  method?: string;
  /** One of SPELLINGS. */
  spelt?: string;
  /** One of FORGERIES. */
  forged?: string;
  /** Whether every role asks for a passkey. */
  demand?: boolean;
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Other ways to write an address, none of which is the same address. */
const SPELLINGS: Readonly<Record<string, (path: string) => string>> = {
  "slash at the end": (path) => `${path}/`,
  "slash before": (path) => `/${path}`,
  "capital letter": (path) => path.replace("/admin", "/Admin"),
  "encoded slash at the end": (path) => `${path}%2F`,
};

interface Posted {
  token?: string;
  origin?: string | null;
  site?: string;
  isPlain?: boolean;
}

/** A form as our page sends it, or otherwise. */
function posted({ token = "", origin = ORIGIN, site, isPlain = false }: Posted): RequestInit {
  const fields = new URLSearchParams({ "form-token": token });
  return {
    headers: { ...(origin === null ? {} : { Origin: origin }), ...(site ? { "Sec-Fetch-Site": site } : {}) },
    body: isPlain ? fields.toString() : fields,
  };
}

/** Ways in which a form is not our own page's, though it may have the right token. */
const FORGERIES: Readonly<Record<string, (token: string, cast: Cast) => Posted>> = {
  "no token": () => ({}),
  "token of another session": (_, cast) => ({ token: named(cast, "another").formToken }),
  "token of another browser": (_, cast) => ({ token: named(cast, "elsewhere").formToken }),
  "token in plain text": (token) => ({ token, isPlain: true }),
  "foreign origin": (token) => ({ token, origin: "https://evil.example" }),
  "origin that begins as ours": (token) => ({ token, origin: `${ORIGIN}.evil.example` }),
  "origin null": (token) => ({ token, origin: "null" }),
  "no origin": (token) => ({ token, origin: null }),
  "cross-site": (token) => ({ token, site: "cross-site" }),
  "same-site": (token) => ({ token, site: "same-site" }),
};

/** An owner's browser that lost its session, or never had one. */
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
    const [promoted, owner] = [await signedIn(house, "support"), await signedIn(house, "owner")];
    const edit = { name: "Sam", role: "owner", lang: "en", version: "1" };
    await postForm(house, `/admin/staff/${promoted.member}`, edit, owner);
    return promoted;
  },
  async "signed out"() {
    const owner = await signedIn(house, "owner");
    await postForm(house, "/admin/sign-out", {}, owner);
    return owner;
  },
  "made-up cookie": () => withCookie(() => `__Host-fineprint=${crypto.randomUUID()}`),
  "session's id as cookie": () => withCookie((_, session) => `__Host-fineprint=${session}`),
  "cookie without its prefix": () => withCookie((cookie) => cookie.replace("__Host-", "")),
};

async function withCookie(change: (cookie: string, session: string) => string): Promise<Browser> {
  const { headers, formToken, session } = await signedIn(house, "owner");
  return { headers: { ...headers, Cookie: change(headers.Cookie, session) }, formToken };
}

/** What a member of a role is called who has signed in by passkey. */
const byPasskey = (role: Role) => `${role} by passkey`;

/** All that is tried on a route for members of staff. */
function casesOf(route: string): Case[] {
  const [method = "", path = ""] = route.split(" ");
  const { roles, reply, demanded, outside } = named(STAFF_ROUTES, route);
  const isGet = method === "GET";
  const usual = (role: Role) => (roles.includes(role) ? String(reply) : "403");
  const taken = Object.keys(STAFF_ROUTES).filter((known) => known.endsWith(` ${path}`));
  const others = METHODS.filter((other) => !taken.includes(`${other.replace("HEAD", "GET")} ${path}`));
  return [
    ...EVERYONE.flatMap((who): Case[] => [
      { who, expected: usual(who) },
      ...(isGet ? [{ who, method: "HEAD", expected: usual(who) }] : []),
      { who, demand: true, expected: demanded === undefined ? (isGet ? "to account" : "403") : String(demanded) },
      { who: byPasskey(who), demand: true, expected: usual(who) },
    ]),
    ...["nobody", ...Object.keys(STALE)].flatMap((who): Case[] => [
      { who, expected: outside ?? (isGet ? "to sign-in" : "401") },
      { who, method: "HEAD", expected: isGet ? "401" : "closed" },
    ]),
    ...[...EVERYONE, "nobody"].flatMap((who): Case[] => [
      ...others.map((other) => ({ who, method: other, expected: "closed" })),
      ...Object.keys(SPELLINGS).map((spelt) => ({ who, spelt, expected: "closed" })),
    ]),
    ...(isGet ? [] : forgeries("owner")),
  ];
}

const forgeries = (who: string): Case[] => Object.keys(FORGERIES).map((forged) => ({ who, forged, expected: "403" }));

type Cast = Readonly<Record<string, Browser>>;

function named<T>(all: Readonly<Record<string, T>>, name: string): T {
  const found = all[name];
  if (found === undefined) throw new Error(`Nothing is called ${name}`);
  return found;
}

/** Everyone who asks, each with a browser of their own. */
const MAKERS: Readonly<Record<string, () => Promise<Browser>>> = {
  nobody: () => newBrowser(house),
  elsewhere: () => newBrowser(house),
  another: () => signedIn(house, "owner"),
  ...Object.fromEntries(
    EVERYONE.flatMap((role) => [
      [role, () => signedIn(house, role)],
      [byPasskey(role), () => signedIn(house, role, { method: "passkey" })],
    ]),
  ),
  ...STALE,
};

async function newCast(names = Object.keys(MAKERS)): Promise<Cast> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await named(MAKERS, name)()] as const)));
}

/** What a reply comes down to. */
function outcomeOf(reply: Response): string {
  const to = reply.headers.get("location") ?? "";
  if (/^\/admin\/sign-in(\?next=|$)/.test(to)) return "to sign-in";
  return to === "/admin/account" ? "to account" : String(reply.status);
}
const CLOSED = ["401", "403", "404", "405", "to sign-in", "to account"];
const isClosed = ({ expected }: Case) => expected === "closed" || CLOSED.includes(expected);

async function ask(route: string, rows: AdminRows, cast: Cast, one: Case): Promise<string> {
  const [usual = "", pattern = ""] = route.split(" ");
  const method = one.method ?? usual;
  const plain = pathTo(pattern, rows);
  const path = one.spelt ? named(SPELLINGS, one.spelt)(plain) : plain;
  const { headers, formToken: token } = named(cast, one.who);
  const sent = one.forged ? named(FORGERIES, one.forged)(token, cast) : { token };
  const init = /GET|HEAD/.test(method) ? {} : posted(sent);
  const reply = await house.fetch(path, { ...init, method, headers: { ...headers, ...init.headers } });
  await reply.arrayBuffer();
  return outcomeOf(reply);
}

/** Makes every role ask for a passkey, or none. */
async function demand(isOn: boolean): Promise<void> {
  await house.rows("delete from staff_roles");
  if (!isOn) return;
  for (const role of EVERYONE) {
    await house.rows("insert into staff_roles values (?, 1, 1, 0, 'test')", role);
  }
}

/** Asks all of it, those first who get nothing, so that it shows that they change nothing. Gives what came out otherwise. */
async function walk(route: string, cases: readonly Case[]): Promise<object[]> {
  await house.rows("delete from staff_sessions");
  await house.rows("delete from staff_members");
  const wrong: object[] = [];
  const rows = await addAdminRows(house);
  const cast = await newCast();
  const before = await everything(house);
  for (const isDemanding of [false, true]) {
    await demand(isDemanding);
    const asked = cases.filter((one) => isClosed(one) && (one.demand ?? false) === isDemanding);
    const outcomes = await Promise.all(asked.map((one) => ask(route, rows, cast, one)));
    asked.forEach((one, i) => {
      const outcome = outcomes[i] ?? "";
      const isRight = one.expected === "closed" ? CLOSED.includes(outcome) : outcome === one.expected;
      if (!isRight) wrong.push({ route, ...one, outcome });
    });
  }
  await demand(false);
  expect(await everything(house)).toBe(before);
  for (const one of cases.filter((one) => !isClosed(one))) {
    await demand(one.demand ?? false);
    const outcome = await ask(route, rows, await newCast([one.who]), one);
    if (outcome !== one.expected) wrong.push({ route, ...one, outcome });
  }
  await demand(false);
  return wrong;
}

const STAFF = Object.keys(STAFF_ROUTES).map((route) => ({ route, cases: casesOf(route) }));
const OPEN = Object.entries(OPEN_ROUTES).map(([route, reply]) => ({
  route,
  cases: [
    { who: "nobody", expected: String(reply) },
    // A session's token is for the forms behind the door, not for those before it.
    { who: "owner", expected: route.startsWith("POST") ? "403" : String(reply) },
    ...(route.startsWith("POST") ? forgeries("nobody") : []),
    ...["PUT", "PATCH", "DELETE", "OPTIONS"].map((method) => ({ who: "nobody", method, expected: "closed" })),
  ],
}));
const count = [...STAFF, ...OPEN].flatMap(({ cases }) => cases).length;

describe(`${count} requests to ${STAFF.length + OPEN.length} routes of /admin: none is open that should not be`, () => {
  it.each([...STAFF, ...OPEN])(
    "$route",
    async ({ route, cases }) => {
      expect(await walk(route, cases)).toEqual([]);
    },
    60_000,
  );
});
