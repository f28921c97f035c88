import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { utf8 } from "../../worker/platform/bytes.ts";
import { OPEN_ROUTES } from "./access-table.ts";
import { createHouse, freshAddress, ORIGIN, START } from "./house.ts";
import {
  addMember,
  type Browser,
  browserWith,
  everything,
  getPage,
  newBrowser,
  openSession,
  postForm,
} from "./staff.ts";

const TEAM = "example-team";
const ISSUER = `https://${TEAM}.cloudflareaccess.com`;
/** The team whose keys cannot be had. */
const DOWN = "https://down-team.cloudflareaccess.com";
const AUD = "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2";
const KID = "the-team's-key";
const house = createHouse({ ACCESS_TEAM: TEAM, ACCESS_AUD: AUD });

let teamKey: CryptoKey;
let otherKey: CryptoKey;
let publicText = "";

beforeAll(async () => {
  const team = await generateKeyPair("RS256");
  teamKey = team.privateKey;
  otherKey = (await generateKeyPair("RS256")).privateKey;
  const jwk = { ...(await exportJWK(team.publicKey)), kid: KID, alg: "RS256", use: "sig" };
  publicText = JSON.stringify(jwk);
  const real = globalThis.fetch;
  vi.stubGlobal("fetch", (input: RequestInfo | URL, init?: RequestInit) => {
    const url = input instanceof Request ? input.url : String(input);
    if (url === `${ISSUER}/cdn-cgi/access/certs`) return Promise.resolve(Response.json({ keys: [jwk] }));
    return url.startsWith(DOWN) ? Promise.resolve(new Response(null, { status: 503 })) : real(input, init);
  });
});
afterAll(() => vi.unstubAllGlobals());
beforeEach(() => {
  house.clock.now = START;
});

interface Claims {
  email?: unknown;
  aud?: string | string[];
  iss?: string;
  /** Seconds from now. */
  exp?: number | undefined;
  nbf?: number;
}

const seconds = () => Math.floor(house.clock.now / 1000);

/** The claims of a token as Cloudflare Access makes them. */
const claims = ({ exp = 3_600, nbf = -60, ...others }: Claims) => ({
  aud: [AUD],
  iss: ISSUER,
  sub: "a-user",
  type: "app",
  iat: seconds() - 60,
  nbf: seconds() + nbf,
  exp: seconds() + exp,
  ...others,
});

const token = (changes: Claims, { key = teamKey as CryptoKey | Uint8Array, alg = "RS256", kid = KID } = {}) =>
  new SignJWT(claims(changes)).setProtectedHeader({ alg, kid }).sign(key);

const asks = (jwt: string, path = "/admin", more: Record<string, string> = {}) =>
  house.fetch(path, { headers: { "Accept-Language": "en", "Cf-Access-Jwt-Assertion": jwt, ...more } });

const browserOf = async (email: string): Promise<Browser> =>
  browserWith(house, { "Cf-Access-Jwt-Assertion": await token({ email }), "Accept-Language": "en" });

describe("behind Cloudflare Access", () => {
  it("its token signs in as the member of its address, however that is written, with the rights of their role", async () => {
    const { email } = await addMember(house, "auditor");
    for (const written of [email, email.toUpperCase()]) {
      const jwt = await token({ email: written });
      const page = await asks(jwt);
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("The auditor")]);
      expect((await asks(jwt, "/admin/staff")).status).toBe(200);
      expect((await asks(jwt, "/admin/outbox/retry")).status).toBe(403);
    }
  });

  it("forms work with the token of the page, which is of one browser", async () => {
    const [support, other] = [await addMember(house, "support"), await addMember(house, "support")];
    const browser = await browserOf(support.email);
    expect(await (await getPage(house, "/admin/account", browser)).text()).toContain(
      "Signing in and out goes through Cloudflare Access.",
    );
    const save = (by: Browser) => postForm(house, "/admin/account", { name: "Sam", lang: "en", version: "1" }, by);
    const forged = { ...(await browserOf(other.email)), formToken: browser.formToken };
    expect((await save(forged)).status).toBe(403);
    expect((await save(browser)).status).toBe(303);
  });

  it("anything about the token that is not right lets nobody in", async () => {
    const { email } = await addMember(house, "owner");
    const good = await token({ email });
    const [head = "", body = ""] = good.split(".");
    const unsigned = new UnsecuredJWT(claims({ email })).encode();
    const withoutEnd = new SignJWT({ email, aud: [AUD], iss: ISSUER }).setProtectedHeader({ alg: "RS256", kid: KID });
    const wrong: Record<string, string> = {
      "another application": await token({ email, aud: "another" }),
      "another team": await token({ email, iss: "https://evil.cloudflareaccess.com" }),
      "another key": await token({ email }, { key: otherKey }),
      "another key of another name": await token({ email }, { key: otherKey, kid: "evil" }),
      "run out": await token({ email, exp: 0 }),
      "not begun": await token({ email, nbf: 60 }),
      "without an end": await withoutEnd.sign(teamKey),
      unsigned,
      "unsigned, with the head of a good one": `${head}.${unsigned.split(".")[1]}.`,
      "without its signature": `${head}.${body}.`,
      "signed with the public key as a secret": await token({ email }, { key: utf8(publicText), alg: "HS256" }),
      "without an address": await token({}),
      "with a list of addresses": await token({ email: [email] }),
      "with two addresses": await token({ email: `${email},eve@example.nl` }),
      "no token": "x",
      nothing: "",
    };
    const before = await everything(house);
    for (const [what, jwt] of Object.entries(wrong)) {
      const reply = await asks(jwt);
      const text = await reply.text();
      expect([reply.status, text.includes("The owner")], what).toEqual([401, false]);
    }
    // A cookie is what other sites can make a browser send; the header is Cloudflare's own.
    expect((await house.fetch("/admin", { headers: { Cookie: `CF_Authorization=${good}` } })).status).toBe(401);
    expect(await everything(house)).toBe(before);
    expect((await asks(good)).status).toBe(200);
  });

  it("an address that is no member's gets a page that says who can help, and no name of anyone", async () => {
    const removed = await addMember(house, "owner");
    await house.rows("update staff_members set removed_at = 1 where id = ?", removed.member);
    for (const email of [freshAddress(), removed.email]) {
      const reply = await asks(await token({ email }), "/admin/staff");
      const html = await reply.text();
      expect(reply.status).toBe(403);
      expect(html).toContain("Your address is not known here. Ask an owner to invite you.");
      expect(html).not.toContain("mailto:");
    }
  });

  it("a member who is removed is out at the next click, though the token still holds", async () => {
    const { member, email } = await addMember(house, "owner");
    const jwt = await token({ email });
    expect((await asks(jwt)).status).toBe(200);
    await house.rows("update staff_members set removed_at = 1 where id = ?", member);
    expect((await asks(jwt)).status).toBe(403);
  });

  it("our own ways in are closed, and a session of ours does not count", async () => {
    const owner = await addMember(house, "owner");
    const ours = await openSession(house, owner);
    for (const path of ["/admin", "/admin/staff", "/admin/account"]) {
      expect((await getPage(house, path, ours)).status, path).toBe(401);
    }
    const support = await addMember(house, "support");
    const jwt = await token({ email: support.email });
    expect((await asks(jwt, "/admin/staff", ours.headers)).status).toBe(403);
    const before = await everything(house);
    const nobody = await newBrowser(createHouse());
    for (const route of Object.keys(OPEN_ROUTES)) {
      const [method, path = ""] = route.split(" ");
      if (route === "GET /admin/sign-in") continue;
      const reply =
        method === "GET" ? await house.fetch(path) : await postForm(house, path, { email: owner.email }, nobody);
      expect(reply.status, route).toBe(404);
    }
    const page = await (await house.fetch("/admin/sign-in", { headers: { "Accept-Language": "en" } })).text();
    expect(page).toContain("Signing in goes through Cloudflare Access here.");
    expect(page).not.toContain("<form");
    expect(await everything(house)).toBe(before);
  });

  it("an invitation leads to a page that works", async () => {
    const owner = await addMember(house, "owner");
    const email = freshAddress();
    const fields = { email, name: "Noor", role: "support", lang: "en" };
    expect((await postForm(house, "/admin/staff", fields, await browserOf(owner.email))).status).toBe(303);
    const invited = await token({ email });
    const links = (await house.mailsTo(email)).flatMap(
      ({ text }) => text.match(new RegExp(`${ORIGIN}/admin\\S*`, "g")) ?? [],
    );
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect((await asks(invited, link.slice(ORIGIN.length))).status, link).toBe(200);
  });

  it("when its keys cannot be had, nobody is let in", async () => {
    const down = createHouse({ ACCESS_TEAM: "down-team", ACCESS_AUD: AUD });
    const { email } = await addMember(house, "owner");
    const jwt = await token({ email, iss: DOWN });
    const reply = await down.fetch("/admin", { headers: { "Cf-Access-Jwt-Assertion": jwt } });
    expect(reply.status).toBe(500);
  });
});

describe("the settings of Cloudflare Access", () => {
  it.each([
    { ACCESS_TEAM: TEAM },
    { ACCESS_AUD: AUD },
    { ACCESS_TEAM: "evil.example/x?", ACCESS_AUD: AUD },
    { ACCESS_TEAM: `${TEAM}.cloudflareaccess.com`, ACCESS_AUD: AUD },
  ])("are refused when they do not belong together or name no team (%j)", (vars) => {
    expect(() => createHouse(vars)).toThrow(/^Settings are not right: ACCESS_/);
  });

  it("without them its token counts for nothing", async () => {
    const ordinary = createHouse();
    const { email } = await addMember(house, "owner");
    const headers = { "Cf-Access-Jwt-Assertion": await token({ email }) };
    expect((await ordinary.fetch("/admin", { headers })).headers.get("location")).toBe("/admin/sign-in");
  });
});
