import { beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../../worker/platform/bytes.ts";
import { ALL_SCOPES, DEVELOPMENT_ROUTES, PANEL_ROUTES, PUBLIC_ROUTES, SCOPED_ROUTES } from "./access-table.ts";
import { addCustomer, apiKey, createHouse, panelToken, version } from "./house.ts";
import { everything, type SignedIn, signedIn } from "./staff.ts";

// The loader's file is there after a build only, and the tests run before it.
const house = createHouse({ ASSETS: { fetch: async () => new Response("export {};") } });
const MAIL = crypto.randomUUID();
const CUSTOMER = "10004217";
let owner: SignedIn;

beforeAll(async () => {
  owner = await signedIn(house, "owner");
  await addCustomer(CUSTOMER);
  await house.rows(
    `insert into outbox (id, template, recipient, lang, params, state, attempts, due_at, created_at)
      values (?, 'contact.receipt', 'visitor@example.nl', 'en', '{"reference":"2026-ABCD"}', 'dead', 10, 0, 0)`,
    MAIL,
  );
  const key = await apiKey("policy:write");
  const published = await house.post("/v1/policy/versions", version(), { Authorization: `Bearer ${key}` });
  expect(published.status).toBe(201);
});

type Sent = () => Promise<Record<string, string>>;

/** One request: what is sent along, how it differs from the route's own, and what may come of it. */
interface Case {
  who: string;
  sent: Sent;
  expected: readonly number[];
  method?: string;
  end?: string;
  /** Whether this is who may: past the guard, even where nothing is found. */
  isAllowed?: boolean;
}

const bearer = (text: string) => ({ Authorization: `Bearer ${text}` });
const withKey =
  (...scopes: string[]): Sent =>
  async () =>
    bearer(await apiKey(...scopes));
const withPanel =
  (changes: Parameters<typeof panelToken>[1] = {}, ago = 0): Sent =>
  async () =>
    bearer(await panelToken(house.clock.now - ago, changes));

async function revokedKey(scope: string): Promise<string> {
  const key = await apiKey(scope);
  await house.rows("update api_keys set revoked_at = ? where hash = ?", house.clock.now, await sha256(key));
  return key;
}

function scopedCases(route: string, { scope, reply }: { scope: string; reply: number }): Case[] {
  const [, path = ""] = route.split(" ");
  const others = ["PUT", "PATCH", "DELETE"].filter((method) => !(`${method} ${path}` in SCOPED_ROUTES));
  const unknown: Readonly<Record<string, Sent>> = {
    "no key": async () => ({}),
    "an empty key": async () => ({ Authorization: "Bearer " }),
    "a made-up key": async () => bearer(`fp_${crypto.randomUUID()}`),
    "a revoked key": async () => bearer(await revokedKey(scope)),
    "a key in another header": async () => ({ "X-Api-Key": await apiKey(scope) }),
    "a key as a password": async () => ({ Authorization: `Basic ${btoa(`:${await apiKey(scope)}`)}` }),
    "an owner's session": async () => owner.headers,
    "an owner's cookie as a key": async () => bearer(owner.headers.Cookie.split("=")[1] ?? ""),
    "a panel token": withPanel(),
  };
  const unfit: Readonly<Record<string, Sent>> = {
    "a key without scopes": withKey(),
    "a key with every other scope": withKey(...ALL_SCOPES.filter((other) => other !== scope)),
    "a key with what looks like the scope": withKey(scope.split(":")[0] ?? "", `${scope}s`, "*"),
  };
  return [
    ...Object.entries(unknown).map(([who, sent]) => ({ who, sent, expected: [401] })),
    ...Object.entries(unfit).map(([who, sent]) => ({ who, sent, expected: [403] })),
    ...others.map((method) => ({ who: method, sent: withKey(scope), expected: [405], method })),
    { who: "slash at the end", sent: withKey(scope), expected: [404], end: "/" },
    { who: "a key with the scope", sent: withKey(scope), expected: [reply], isAllowed: true },
  ];
}

function panelCases(reply: number): Case[] {
  const unknown: Readonly<Record<string, Sent>> = {
    "no token": async () => ({}),
    "a key with every scope": withKey(...ALL_SCOPES),
    "an owner's session": async () => owner.headers,
    "a token of another secret": withPanel({ secret: "x".repeat(32) }),
    "a token for another": withPanel({ audience: "https://evil.example" }),
    "a token that has expired": withPanel({}, 600_000),
  };
  return [
    ...Object.entries(unknown).map(([who, sent]) => ({ who, sent, expected: [401] })),
    { who: "a token", sent: withPanel(), expected: [reply] },
  ];
}

const nobody: Sent = async () => ({});
const publicCases: Case[] = [{ who: "nobody", sent: nobody, expected: [200, 400, 404, 415, 422] }];
const absentCases: Case[] = [
  { who: "nobody", sent: nobody, expected: [404] },
  { who: "an owner's session", sent: async () => owner.headers, expected: [404] },
  { who: "a key with every scope", sent: withKey(...ALL_SCOPES), expected: [404] },
];

const ROUTES = [
  ...Object.entries(SCOPED_ROUTES).map(([route, asks]) => ({ route, cases: scopedCases(route, asks) })),
  ...Object.entries(PANEL_ROUTES).map(([route, reply]) => ({ route, cases: panelCases(reply) })),
  ...PUBLIC_ROUTES.map((route) => ({ route, cases: publicCases })),
  ...DEVELOPMENT_ROUTES.map((route) => ({ route, cases: absentCases })),
];

async function ask(route: string, { method, end = "" }: Case, headers: Record<string, string>): Promise<number> {
  const [usual = "", pattern = ""] = route.split(" ");
  const path = pattern
    .replace(":id", MAIL)
    .replace(":date", version().date)
    .replace(":number", CUSTOMER)
    .replace(/:\w+(\{.*\})?/g, "x");
  const body = usual === "GET" && method === undefined ? {} : { body: "{}" };
  const sent = { method: method ?? usual, ...body, headers: { "Content-Type": "application/json", ...headers } };
  return (await house.fetch(`${path}${end}`, sent)).status;
}

const CLOSED = [401, 403, 404, 405];
const count = ROUTES.flatMap(({ cases }) => cases).length;
describe(`${count} requests to ${ROUTES.length} routes outside /admin: none is open that should not be`, () => {
  it.each(ROUTES)("$route", async ({ route, cases }) => {
    const asked = await Promise.all(cases.map(async (one) => ({ one, headers: await one.sent() })));
    const isClosed = ({ expected, isAllowed = false }: Case) =>
      !isAllowed && expected.every((status) => CLOSED.includes(status));
    const walk = async (isWanted: (one: Case) => boolean) => {
      for (const { one, headers } of asked.filter(({ one }) => isWanted(one))) {
        const status = await ask(route, one, headers);
        expect(one.expected, `${one.who}: ${status}`).toContain(status);
      }
    };
    const before = await everything(house);
    await walk(isClosed);
    expect(await everything(house)).toBe(before);
    await walk((one) => !isClosed(one));
  });

  it("a preflight is answered for anyone, and with nothing", async () => {
    const reply = await house.fetch("/v1/outbox", { method: "OPTIONS", headers: owner.headers });
    expect([reply.status, await reply.text()]).toEqual([204, ""]);
  });
});
