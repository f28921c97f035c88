import { beforeEach, describe, expect, it } from "vitest";
import { type Authenticator, newAuthenticator } from "./authenticator.ts";
import { createHouse, START } from "./house.ts";
import { createPasskeys, expectRefused } from "./passkeys.ts";
import { enteredBy, entriesAbout, getPage, newBrowser, postForm, type SignedIn, signedIn } from "./staff.ts";
import { gatedHouse } from "./subscribers.ts";

const house = createHouse();
const MINUTE = 60_000;
const { toAdd, toSignIn, add, enrol, enter, signIn, rowsOf } = createPasskeys(house);
let member: SignedIn;
let passkey: Authenticator;

beforeEach(async () => {
  house.clock.now = START;
  await house.rows("delete from staff_roles");
  member = await signedIn(house, "support");
  passkey = await newAuthenticator();
});

const FAILED = "Signing in with your passkey did not work. Try again, or ask for a link.";
const refuses = (ask: () => Promise<Response>, what: string) => expectRefused(house, ask, FAILED, what);

/** The challenge, with another end of its life. */
function lasting(challenge: string): string {
  const [, ...rest] = atob(challenge.replaceAll("-", "+").replaceAll("_", "/")).split(".");
  return btoa([String(START * 2), ...rest].join("."))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

describe("a passkey", () => {
  it("is added by who is signed in; their session counts as opened by it from then on", async () => {
    await enrol(member, passkey);
    expect(await rowsOf(member)).toMatchObject([
      { id: passkey.id, name: "Key ring", transports: '["internal"]', used_at: null },
    ]);
    const sessions = await house.rows("select method from staff_sessions where id = ?", member.session);
    expect(sessions).toEqual([{ method: "passkey" }]);
    expect(await entriesAbout(house, member.member)).toEqual([
      { kind: "staff.passkey-added", passkey: passkey.id, name: "Key ring", by: member.member },
    ]);
  });

  it("signs in by itself, and leads on to the page that was asked for", async () => {
    await enrol(member, passkey);
    house.clock.now += MINUTE;
    const by = await newBrowser(house);
    const reply = await enter(await passkey.get({ challenge: await toSignIn() }), {
      by,
      next: "/admin/outbox?state=dead",
    });
    expect([reply.status, reply.headers.get("location")]).toEqual([303, "/admin/outbox?state=dead"]);
    const browser = await enteredBy(house, reply);
    expect((await getPage(house, "/admin", browser)).status).toBe(200);
    expect(await rowsOf(member)).toMatchObject([{ used_at: START + MINUTE }]);
    expect((await entriesAbout(house, member.member)).at(-1)).toMatchObject({
      kind: "staff.signed-in",
      method: "passkey",
    });
  });

  it("never leads elsewhere", async () => {
    await enrol(member, passkey);
    for (const next of ["//evil.example", "https://evil.example", "/admin/../policy"]) {
      const reply = await enter(await passkey.get({ challenge: await toSignIn() }), { next });
      expect(reply.headers.get("location")).toBe("/admin");
    }
  });

  it("is refused, on the same page and without a word of why, when anything about it is not right", async () => {
    await enrol(member, passkey);
    const other = await newAuthenticator();
    const challenge = await toSignIn();
    const wrong: Record<string, () => Promise<string>> = {
      "another site": () => passkey.get({ challenge, origin: "https://evil.example" }),
      "this site without HTTPS": () => passkey.get({ challenge, origin: "http://fineprint.test" }),
      "another site's id": () => passkey.get({ challenge, rpId: "evil.example" }),
      "nobody touched it": () => passkey.get({ challenge, isPresent: false }),
      "it does not know who touched it": () => passkey.get({ challenge, isVerified: false }),
      "made for adding": () => passkey.get({ challenge, type: "webauthn.create" }),
      "signed by another": () => passkey.get({ challenge }, other),
      unknown: () => other.get({ challenge }),
      "not our challenge": () => passkey.get({ challenge: "bm90LW91cnM" }),
      "no challenge": () => passkey.get({ challenge: "" }),
      "a challenge for adding": async () => passkey.get({ challenge: await toAdd(member) }),
      "a challenge made longer": () => passkey.get({ challenge: lasting(challenge) }),
      "no passkey": async () => "{}",
      "no JSON": async () => "{",
      nothing: async () => "",
    };
    for (const [what, credential] of Object.entries(wrong)) {
      await refuses(async () => enter(await credential()), what);
    }
    expect((await enter(await passkey.get({ challenge }))).status).toBe(303);
  });

  it("is refused with a challenge that was used or has run out", async () => {
    await enrol(member, passkey);
    const challenge = await toSignIn();
    expect((await enter(await passkey.get({ challenge }))).status).toBe(303);
    await refuses(async () => enter(await passkey.get({ challenge })), "used");
    const late = await passkey.get({ challenge: await toSignIn() });
    house.clock.now += 30 * MINUTE;
    await refuses(() => enter(late), "run out");
    house.clock.now -= 1;
    expect((await enter(late)).status).toBe(303);
  });

  it("handed in twice at the same moment signs in once", async () => {
    await enrol(member, passkey);
    const credential = await passkey.get({ challenge: await toSignIn() });
    const browsers = await Promise.all([newBrowser(house), newBrowser(house)]);
    const gated = gatedHouse(house, 2);
    const replies = await Promise.all(browsers.map((by) => enter(credential, { by, at: gated })));
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 422]);
    expect(await house.rows("select 1 from staff_sessions where member_id = ?", member.member)).toHaveLength(2);
  });

  it("whose counter does not go forward was copied, and is refused", async () => {
    const first = await toAdd(member);
    await add(member, await passkey.create({ challenge: first, counter: 5 }));
    expect((await signIn(passkey, { counter: 7 })).status).toBe(303);
    for (const counter of [7, 6, 0]) await refuses(() => signIn(passkey, { counter }), `counter ${counter}`);
    expect((await signIn(passkey, { counter: 8 })).status).toBe(303);
  });

  it("that was removed, or whose member was, is refused", async () => {
    await enrol(member, passkey);
    const another = await newAuthenticator();
    await enrol(member, another);
    const reply = await postForm(house, "/admin/account/passkeys/remove", { id: another.id }, member);
    expect(reply.headers.get("location")).toBe("/admin/account?done=passkey-removed");
    await refuses(async () => enter(await another.get({ challenge: await toSignIn() })), "removed");
    expect((await signIn(passkey)).status).toBe(303);
    await house.rows("update staff_members set removed_at = 1 where id = ?", member.member);
    await refuses(() => signIn(passkey), "removed member");
    expect((await entriesAbout(house, member.member)).filter(({ kind }) => kind === "staff.passkey-removed")).toEqual([
      { kind: "staff.passkey-removed", passkey: another.id, by: member.member },
    ]);
  });
});
