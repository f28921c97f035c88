import { beforeEach, describe, expect, it } from "vitest";
import { type Authenticator, newAuthenticator } from "./authenticator.ts";
import { createHouse, START } from "./house.ts";
import { createPasskeys, expectRefused } from "./passkeys.ts";
import {
  enteredBy,
  entriesAbout,
  entriesBy,
  getPage,
  isIn,
  openSession,
  postForm,
  type SignedIn,
  signedIn,
} from "./staff.ts";
import { gatedHouse } from "./subscribers.ts";

const house = createHouse();
const { toAdd, toSignIn, add, enrol, signIn, rowsOf } = createPasskeys(house);
let member: SignedIn;
let passkey: Authenticator;

beforeEach(async () => {
  house.clock.now = START;
  await house.rows("delete from staff_roles");
  member = await signedIn(house, "support");
  passkey = await newAuthenticator();
});

const FAILED = "Adding it did not work. Please try again.";
const refuses = (ask: () => Promise<Response>, what: string) => expectRefused(house, ask, FAILED, what);

describe("removing a passkey", () => {
  const remove = (by: SignedIn) => postForm(house, "/admin/account/passkeys/remove", { id: passkey.id }, by);

  it("ends what it opened elsewhere, and neither the session at hand nor what was opened otherwise", async () => {
    await enrol(member, passkey);
    const byPasskey = await enteredBy(house, await signIn(passkey));
    const byMail = await openSession(house, member);
    const page = await getPage(house, `/admin/account/passkeys/remove?id=${passkey.id}`, member);
    expect(await page.text()).toContain(`name="id" value="${passkey.id}"`);
    await remove(member);
    expect(await Promise.all([member, byMail, byPasskey].map((browser) => isIn(house, browser)))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("of a colleague is not possible, and ends nothing", async () => {
    await enrol(member, passkey);
    const byPasskey = await enteredBy(house, await signIn(passkey));
    const eve = await signedIn(house, "owner");
    expect((await getPage(house, `/admin/account/passkeys/remove?id=${passkey.id}`, eve)).status).toBe(404);
    await remove(eve);
    expect([await rowsOf(member), await isIn(house, byPasskey)]).toEqual([[expect.anything()], true]);
    expect(await entriesBy(house, eve.member)).toEqual([]);
  });
});

describe("adding a passkey", () => {
  it("is refused beside its button when anything about it is not right", async () => {
    const colleague = await signedIn(house, "support");
    const challenge = await toAdd(member);
    const wrong: Record<string, () => Promise<string>> = {
      "another site": () => passkey.create({ challenge, origin: "https://evil.example" }),
      "another site's id": () => passkey.create({ challenge, rpId: "evil.example" }),
      "nobody touched it": () => passkey.create({ challenge, isPresent: false }),
      "it does not know who touched it": () => passkey.create({ challenge, isVerified: false }),
      "made for signing in": () => passkey.create({ challenge, type: "webauthn.get" }),
      "another member's challenge": async () => passkey.create({ challenge: await toAdd(colleague) }),
      "a challenge for signing in": async () => passkey.create({ challenge: await toSignIn() }),
      "not our challenge": () => passkey.create({ challenge: "bm90LW91cnM" }),
      "no JSON": async () => "{",
    };
    for (const [what, credential] of Object.entries(wrong)) {
      await refuses(async () => add(member, await credential()), what);
    }
    expect((await add(member, await passkey.create({ challenge }))).status).toBe(303);
    const again = await newAuthenticator();
    await refuses(async () => add(member, await again.create({ challenge })), "used");
    expect(await rowsOf(member)).toHaveLength(1);
  });

  it("that another member has is refused, and leaves it theirs", async () => {
    await enrol(member, passkey);
    const thief = await signedIn(house, "support");
    await refuses(async () => add(thief, await passkey.create({ challenge: await toAdd(thief) })), "taken");
    expect(await rowsOf(member)).toHaveLength(1);
  });

  it("without a name is refused beside the field", async () => {
    const credential = await passkey.create({ challenge: await toAdd(member) });
    const reply = await postForm(house, "/admin/account/passkeys", { name: "a\nb", credential }, member);
    expect(reply.status).toBe(422);
    expect(await reply.text()).toContain('id="name-error"');
    expect(await rowsOf(member)).toEqual([]);
  });
});

describe("a role that asks for a passkey", () => {
  beforeEach(async () => {
    await house.rows("insert into staff_roles values ('support', 1, 1, 0, 'test')");
  });

  it("lets who has none yet add one after signing in by mail, which opens the rest", async () => {
    expect((await getPage(house, "/admin", member)).status).toBe(303);
    await enrol(member, passkey);
    expect((await getPage(house, "/admin", member)).status).toBe(200);
  });

  it("lets two sessions by mail add one passkey at the same moment, not two", async () => {
    const browsers = [member, await openSession(house, member)];
    const credentials = await Promise.all(
      browsers.map(async (by) => (await newAuthenticator()).create({ challenge: await toAdd(by) })),
    );
    const gated = gatedHouse(house, 2);
    const replies = await Promise.all(browsers.map((by, i) => add(by, credentials[i] ?? "", gated)));
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 422]);
    expect(await rowsOf(member)).toHaveLength(1);
    expect(await entriesAbout(house, member.member)).toHaveLength(1);
  });

  it("leaves a session by mail of who has one no way to add, remove or change anything, or to see the rest", async () => {
    await enrol(member, passkey);
    const byMail = await openSession(house, member);
    const account = await getPage(house, "/admin/account", byMail);
    const html = await account.text();
    expect(account.status).toBe(200);
    expect(html).toContain("Sign out, and sign in with your passkey.");
    expect(html).not.toContain("data-passkey");
    const another = await newAuthenticator();
    const challenge = await toAdd(member);
    const tries = {
      add: await add(byMail, await another.create({ challenge })),
      remove: await postForm(house, "/admin/account/passkeys/remove", { id: passkey.id }, byMail),
      retry: await postForm(house, "/admin/outbox/retry", {}, byMail),
    };
    for (const [what, reply] of Object.entries(tries)) expect([403, 422], what).toContain(reply.status);
    for (const path of ["/admin", "/admin/outbox", "/admin/help"]) {
      expect((await getPage(house, path, byMail)).headers.get("location"), path).toBe("/admin/account");
    }
    expect(await rowsOf(member)).toMatchObject([{ id: passkey.id }]);
    expect((await signIn(passkey)).status).toBe(303);
  });

  it("leaves such a session no way to change the name or language of its member", async () => {
    await enrol(member, passkey);
    const byMail = await openSession(house, member);
    await postForm(house, "/admin/account", { name: "Eve", lang: "nl", version: "1" }, byMail);
    const [row] = await house.rows("select name, lang from staff_members where id = ?", member.member);
    expect(row).toEqual({ name: "The support", lang: "en" });
  });
});
