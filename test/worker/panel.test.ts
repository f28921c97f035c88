import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it, vi } from "vitest";
import { utf8 } from "../../worker/platform/bytes.ts";
import {
  addCustomer,
  apiKey,
  createHouse,
  freshAddress,
  ORIGIN,
  panelToken,
  type TestHouse,
  version,
} from "./house.ts";

const [OLD, NEW] = ["an-old-secret-of-the-panel-0123456789", "a-new-secret-of-the-panel-0123456789"];
const CUSTOMER = "10004217";

type Key = Parameters<SignJWT["sign"]>[0];
interface Claims {
  [name: string]: unknown;
}

const seconds = (house: TestHouse) => Math.floor(house.clock.now / 1000);

/** A token of the panel's for a customer, with claims changed; undefined takes one away. */
async function mint(house: TestHouse, key: Key, header: { alg: string; kid?: string }, changes: Claims = {}) {
  await addCustomer(CUSTOMER);
  const now = seconds(house);
  const claims = { iss: "panel", aud: ORIGIN, sub: CUSTOMER, iat: now, exp: now + 300, ...changes };
  return new SignJWT(JSON.parse(JSON.stringify(claims))).setProtectedHeader(header).sign(key);
}

const ask = async (house: TestHouse, token: string) => {
  const reply = await house.fetch("/v1/me/notices", { headers: { Authorization: `Bearer ${token}` } });
  const body = (await reply.json()) as { code?: string };
  return { status: reply.status, code: body.code, headers: reply.headers };
};
const statusOf = async (house: TestHouse, token: string) => (await ask(house, token)).status;

const withSecrets = (panel: unknown) => createHouse({ PANEL_SECRETS: JSON.stringify({ panel }) });
const withKeys = (jwks: unknown) =>
  createHouse({ SURFACES: JSON.stringify({ panel: { kind: "panel", origins: [], jwks } }) });

describe("the address of a panel's keys", () => {
  it("is of https, but on this machine; else the setting is named", () => {
    const wrong = /SURFACES\.panel\.jwks is an https: address \(http: on this machine only\), or an object with keys/;
    for (const jwks of ["http://mijn.example.nl/jwks.json", "ftp://localhost/x", "data:application/json,{}", "x", {}]) {
      expect(() => withKeys(jwks), String(jwks)).toThrow(wrong);
    }
    for (const host of ["localhost:8787", "127.0.0.1", "[::1]:1", "panel.test"]) withKeys(`http://${host}/jwks.json`);
    withKeys("https://mijn.example.nl/jwks.json");
  });
});

describe("a panel's secret", () => {
  it("is changed without anyone noticing: two are valid at once, then the old one is not", async () => {
    const byOld = (house: TestHouse) => mint(house, utf8(OLD), { alg: "HS256" });
    const byNew = (house: TestHouse) => mint(house, utf8(NEW), { alg: "HS256" });
    const statuses = async (secrets: unknown) => {
      const house = withSecrets(secrets);
      return [await statusOf(house, await byOld(house)), await statusOf(house, await byNew(house))];
    };
    expect(await statuses(OLD)).toEqual([200, 401]);
    expect(await statuses([OLD, NEW])).toEqual([200, 200]);
    expect(await statuses([NEW, OLD])).toEqual([200, 200]);
    expect(await statuses([NEW])).toEqual([401, 200]);
  });

  it("may not be three, nor short", () => {
    expect(() => withSecrets([OLD, NEW, `${NEW}-3`])).toThrow(/PANEL_SECRETS.panel is one secret, or a list of two/);
    expect(() => withSecrets("short")).toThrow(/PANEL_SECRETS.panel .* at least 32 characters/);
  });
});

describe("the claims of a panel token", () => {
  const house = withSecrets([OLD, NEW]);
  const now = seconds(house);
  const given = (changes: Claims, alg = "HS256") => mint(house, utf8(NEW), { alg }, changes);

  it.each<[string, Claims]>([
    ["a clock a minute behind: expired 59 s ago", { exp: now - 59 }],
    ["a clock a minute ahead: issued in 60 s, for ten minutes", { iat: now + 60, nbf: now + 60, exp: now + 660 }],
    ["no iat", { iat: undefined }],
    ["several audiences, ours among them", { aud: ["https://elsewhere.test", ORIGIN] }],
    ["more claims than we know", { role: "owner", name: "x" }],
  ])("are taken with %s", async (_, changes) => {
    expect(await statusOf(house, await given(changes))).toBe(200);
  });

  it.each<[string, Claims]>([
    ["expired a minute ago", { exp: now - 60 }],
    ["for longer than ten minutes and the skew", { exp: now + 661 }],
    ["for ever", { exp: undefined }],
    ["from the future", { iat: now + 61 }],
    ["not valid yet", { nbf: now + 61 }],
    ["for another origin", { aud: "https://elsewhere.test" }],
    ["for no origin", { aud: undefined }],
    ["of another surface", { iss: "site" }],
    ["of no surface", { iss: undefined }],
    ["of a surface named like what every object has", { iss: "constructor" }],
    ["about nobody", { sub: undefined }],
    ["about a number that is a number", { sub: 10004217 }],
    ["about a number that is none", { sub: "1' or 1=1" }],
    ["of which a time is text", { exp: String(now + 300) }],
  ])("are refused when they are %s", async (_, changes) => {
    const { status, code, headers } = await ask(house, await given(changes));
    expect([status, code, headers.get("www-authenticate")]).toEqual([401, "unauthorized", "Bearer"]);
  });

  it("are refused with another algorithm, and without a signature", async () => {
    expect(await statusOf(house, await given({}, "HS512"))).toBe(401);
    const [header, claims] = (await given({})).split(".");
    const none = btoa('{"alg":"none"}').replace(/=/g, "");
    for (const token of [`${none}.${claims}.`, `${header}.${claims}.`, `${header}.${claims}`, "x", "."]) {
      expect(await statusOf(house, token), token).toBe(401);
    }
  });
});

describe("a panel that signs with keys of its own (EdDSA)", () => {
  const pair = (kid: string) =>
    generateKeyPair("EdDSA", { extractable: true }).then(async ({ privateKey, publicKey }) => ({
      privateKey,
      jwk: { ...(await exportJWK(publicKey)), kid, alg: "EdDSA", use: "sig" },
    }));
  const header = (kid: string) => ({ alg: "EdDSA", kid });

  it("is known by the keys in the settings; a key that is taken out is refused", async () => {
    const [first, second] = [await pair("1"), await pair("2")];
    const both = withKeys({ keys: [first.jwk, second.jwk] });
    expect(await statusOf(both, await mint(both, first.privateKey, header("1")))).toBe(200);
    expect(await statusOf(both, await mint(both, second.privateKey, header("2")))).toBe(200);
    expect(await statusOf(both, await mint(both, first.privateKey, header("2")))).toBe(401);
    expect(await statusOf(both, await mint(both, first.privateKey, { alg: "EdDSA" }))).toBe(401);
    const one = withKeys({ keys: [second.jwk] });
    expect(await statusOf(one, await mint(one, first.privateKey, header("1")))).toBe(401);
    expect(await statusOf(one, await mint(one, second.privateKey, { alg: "EdDSA" }))).toBe(200);
  });

  it("takes no shared secret, not even that of the surface or the public key itself", async () => {
    const { jwk } = await pair("1");
    const house = createHouse({
      SURFACES: JSON.stringify({ panel: { kind: "panel", origins: [], jwks: { keys: [jwk] } } }),
      PANEL_SECRETS: JSON.stringify({ panel: OLD }),
    });
    for (const secret of [OLD, JSON.stringify(jwk), String(jwk.x)]) {
      expect(await statusOf(house, await mint(house, utf8(secret), { alg: "HS256", kid: "1" }))).toBe(401);
    }
    const shared = withSecrets(OLD);
    const { privateKey } = await pair("1");
    expect(await statusOf(shared, await mint(shared, privateKey, header("1")))).toBe(401);
  });

  it("is known by keys at an address; when that cannot be had, the token is neither right nor wrong", async () => {
    const { privateKey, jwk } = await pair("1");
    const fetched = vi.spyOn(globalThis, "fetch");
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    try {
      const house = withKeys(`https://keys.example.nl/${crypto.randomUUID()}`);
      const token = await mint(house, privateKey, header("1"));
      for (const broken of [
        () => Promise.reject(new TypeError("connect ECONNREFUSED")),
        async () => new Response("down", { status: 502 }),
        async () => new Response("<html>"),
        async () => Response.json({ keys: "none" }),
      ]) {
        fetched.mockImplementationOnce(broken);
        const { status, code, headers } = await ask(house, token);
        expect([status, code, headers.get("retry-after")]).toEqual([503, "panel_keys_unavailable", "30"]);
      }
      expect(log).toHaveBeenCalledTimes(4);
      fetched.mockImplementationOnce(async () => Response.json({ keys: [jwk] }));
      expect(await statusOf(house, token)).toBe(200);
      expect(await statusOf(house, token)).toBe(200);
      // A token of another algorithm, or of a key it does not know, makes no further call so soon.
      expect(await statusOf(house, await mint(house, utf8(OLD), { alg: "HS256", kid: "1" }))).toBe(401);
      expect(await statusOf(house, await mint(house, privateKey, header("2")))).toBe(401);
      expect(fetched).toHaveBeenCalledTimes(5);
    } finally {
      fetched.mockRestore();
      log.mockRestore();
    }
  });
});

describe("the customer of a panel token", () => {
  const house = createHouse();
  const unknown = async () => {
    const token = await panelToken(house.clock.now, { number: "N-unknown" });
    await house.rows("delete from customers where number = 'N-unknown'");
    return { Authorization: `Bearer ${token}` };
  };

  it("must be one: a number that nobody has is refused, and nothing is stored", async () => {
    const key = await apiKey("policy:write");
    await house.post("/v1/policy/versions", version(), { Authorization: `Bearer ${key}` });
    const headers = await unknown();
    const email = freshAddress();
    const replies = [
      await house.fetch("/v1/me/notices", { headers }),
      await house.fetch(`/v1/me/notices/${version().date}/acknowledgement`, { method: "POST", headers }),
      await house.post("/v1/contact/messages", { email, message: "Hallo" }, headers),
    ];
    for (const reply of replies) {
      expect([reply.status, ((await reply.json()) as { code: string }).code]).toEqual([403, "unknown_customer"]);
    }
    expect(await house.rows("select * from acknowledgements where customer_number = 'N-unknown'")).toEqual([]);
    expect(await house.rows("select * from conversations where email = ?", email)).toEqual([]);
    expect(await house.mailsTo(email)).toEqual([]);
  });

  it("may send the same token twice: an acknowledgement is one, with one entry", async () => {
    const number = "N-replay";
    const headers = { Authorization: `Bearer ${await panelToken(house.clock.now, { number })}` };
    const path = `/v1/me/notices/${version().date}/acknowledgement`;
    for (let sent = 0; sent < 3; sent++) {
      expect((await house.fetch(path, { method: "POST", headers })).status).toBe(200);
      house.clock.now += 1_000;
    }
    expect(await house.rows("select * from acknowledgements where customer_number = ?", number)).toHaveLength(1);
    const entries = "select * from ledger_entries where kind = 'notice.acknowledged' and subject = ?";
    expect(await house.rows(entries, `customer:${number}`)).toHaveLength(1);
  });
});
