import { beforeEach, describe, expect, it } from "vitest";
import { type Authenticator, type Ceremony, newAuthenticator } from "./authenticator.ts";
import { createHouse, START } from "./house.ts";
import {
  type Browser,
  enteredBy,
  entriesAbout,
  entriesBy,
  everything,
  getPage,
  isIn,
  newBrowser,
  openSession,
  postForm,
  type SignedIn,
  sessionCookie,
  signedIn,
} from "./staff.ts";
import { gatedHouse } from "./subscribers.ts";

const house = createHouse();
const MINUTE = 60_000;
let member: SignedIn;
let passkey: Authenticator;

beforeEach(async () => {
  house.clock.now = START;
  await house.rows("delete from staff_roles");
  member = await signedIn(house, "support");
  passkey = await newAuthenticator();
});

/** The challenge in the form of a page. */
async function challengeOn(page: Promise<Response>): Promise<string> {
  const options = /data-options="([^"]+)"/.exec(await (await page).text())?.[1]?.replaceAll("&quot;", '"') ?? "{}";
  return (JSON.parse(options) as { challenge: string }).challenge;
}
const toAdd = (who: Browser) => challengeOn(getPage(house, "/admin/account", who));
const toSignIn = () => challengeOn(house.fetch("/admin/sign-in"));

const add = async (who: Browser, credential: string, at = house) =>
  postForm(at, "/admin/account/passkeys", { name: "Key ring", credential }, who);

/** Adds the test's passkey to a member. */
async function enrol(who = member, authenticator = passkey): Promise<void> {
  const reply = await add(who, await authenticator.create({ challenge: await toAdd(who) }));
  expect(reply.headers.get("location")).toBe("/admin/account?done=passkey-added");
}

const enter = async (
  credential: string,
  { by, next = "/admin", at = house }: { by?: Browser; next?: string; at?: typeof house } = {},
) => postForm(at, "/admin/sign-in/passkey", { credential, next }, by ?? (await newBrowser(house)));

const signIn = async (changes: Partial<Ceremony> = {}) =>
  enter(await passkey.get({ challenge: await toSignIn(), ...changes }));

const passkeysOf = ({ member: id }: SignedIn) => house.rows("select * from staff_passkeys where member_id = ?", id);

const FAILED = "Signing in with your passkey did not work. Try again, or ask for a link.";

/** A refusal that says nothing of why, and changes nothing. */
async function expectRefused(ask: () => Promise<Response>, what: string, says = FAILED): Promise<void> {
  const before = await everything(house);
  const reply = await ask();
  expect([reply.status, sessionCookie(reply)], what).toEqual([422, undefined]);
  expect(await reply.text(), what).toContain(says);
  expect(await everything(house), what).toBe(before);
}

describe("a passkey", () => {
  it("is added by who is signed in; their session counts as opened by it from then on", async () => {
    await enrol();
    expect(await passkeysOf(member)).toMatchObject([
      { id: passkey.id, name: "Key ring", transports: '["internal"]', used_at: null },
    ]);
    const sessions = await house.rows("select method from staff_sessions where id = ?", member.session);
    expect(sessions).toEqual([{ method: "passkey" }]);
    expect(await entriesAbout(house, member.member)).toEqual([
      { kind: "staff.passkey-added", passkey: passkey.id, name: "Key ring", by: member.member },
    ]);
  });

  it("signs in by itself, and leads on to the page that was asked for", async () => {
    await enrol();
    house.clock.now += MINUTE;
    const by = await newBrowser(house);
    const reply = await enter(await passkey.get({ challenge: await toSignIn() }), {
      by,
      next: "/admin/outbox?state=dead",
    });
    expect([reply.status, reply.headers.get("location")]).toEqual([303, "/admin/outbox?state=dead"]);
    const browser = await enteredBy(house, reply);
    expect((await getPage(house, "/admin", browser)).status).toBe(200);
    expect(await passkeysOf(member)).toMatchObject([{ used_at: START + MINUTE }]);
    expect((await entriesAbout(house, member.member)).at(-1)).toMatchObject({
      kind: "staff.signed-in",
      method: "passkey",
    });
  });

  it("never leads elsewhere", async () => {
    await enrol();
    for (const next of ["//evil.example", "https://evil.example", "/admin/../policy"]) {
      const reply = await enter(await passkey.get({ challenge: await toSignIn() }), { next });
      expect(reply.headers.get("location")).toBe("/admin");
    }
  });

  it("is refused, on the same page and without a word of why, when anything about it is not right", async () => {
    await enrol();
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
      await expectRefused(async () => enter(await credential()), what);
    }
    expect((await enter(await passkey.get({ challenge }))).status).toBe(303);
  });

  it("is refused with a challenge that was used or has run out", async () => {
    await enrol();
    const challenge = await toSignIn();
    expect((await enter(await passkey.get({ challenge }))).status).toBe(303);
    await expectRefused(async () => enter(await passkey.get({ challenge })), "used");
    const late = await passkey.get({ challenge: await toSignIn() });
    house.clock.now += 30 * MINUTE;
    await expectRefused(() => enter(late), "run out");
    house.clock.now -= 1;
    expect((await enter(late)).status).toBe(303);
  });

  it("handed in twice at the same moment signs in once", async () => {
    await enrol();
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
    expect((await signIn({ counter: 7 })).status).toBe(303);
    for (const counter of [7, 6, 0]) await expectRefused(() => signIn({ counter }), `counter ${counter}`);
    expect((await signIn({ counter: 8 })).status).toBe(303);
  });

  it("that was removed, or whose member was, is refused", async () => {
    await enrol();
    const another = await newAuthenticator();
    await enrol(member, another);
    const reply = await postForm(house, "/admin/account/passkeys/remove", { id: another.id }, member);
    expect(reply.headers.get("location")).toBe("/admin/account?done=passkey-removed");
    await expectRefused(async () => enter(await another.get({ challenge: await toSignIn() })), "removed");
    expect((await signIn()).status).toBe(303);
    await house.rows("update staff_members set removed_at = 1 where id = ?", member.member);
    await expectRefused(() => signIn(), "removed member");
    expect((await entriesAbout(house, member.member)).filter(({ kind }) => kind === "staff.passkey-removed")).toEqual([
      { kind: "staff.passkey-removed", passkey: another.id, by: member.member },
    ]);
  });
});

/** The challenge, with another end of its life. */
function lasting(challenge: string): string {
  const [, ...rest] = atob(challenge.replaceAll("-", "+").replaceAll("_", "/")).split(".");
  return btoa([String(START * 2), ...rest].join("."))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

describe("removing a passkey", () => {
  const remove = (by: SignedIn) => postForm(house, "/admin/account/passkeys/remove", { id: passkey.id }, by);

  it("ends what it opened elsewhere, and neither the session at hand nor what was opened otherwise", async () => {
    await enrol();
    const byPasskey = await enteredBy(house, await signIn());
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
    await enrol();
    const byPasskey = await enteredBy(house, await signIn());
    const eve = await signedIn(house, "owner");
    expect((await getPage(house, `/admin/account/passkeys/remove?id=${passkey.id}`, eve)).status).toBe(404);
    await remove(eve);
    expect([await passkeysOf(member), await isIn(house, byPasskey)]).toEqual([[expect.anything()], true]);
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
      await expectRefused(
        async () => add(member, await credential()),
        what,
        "Adding it did not work. Please try again.",
      );
    }
    expect((await add(member, await passkey.create({ challenge }))).status).toBe(303);
    const again = await newAuthenticator();
    await expectRefused(
      async () => add(member, await again.create({ challenge })),
      "used",
      "Adding it did not work. Please try again.",
    );
    expect(await passkeysOf(member)).toHaveLength(1);
  });

  it("that another member has is refused, and leaves it theirs", async () => {
    await enrol();
    const thief = await signedIn(house, "support");
    await expectRefused(
      async () => add(thief, await passkey.create({ challenge: await toAdd(thief) })),
      "taken",
      "Adding it did not work. Please try again.",
    );
    expect(await passkeysOf(member)).toHaveLength(1);
  });

  it("without a name is refused beside the field", async () => {
    const credential = await passkey.create({ challenge: await toAdd(member) });
    const reply = await postForm(house, "/admin/account/passkeys", { name: "a\nb", credential }, member);
    expect(reply.status).toBe(422);
    expect(await reply.text()).toContain('id="name-error"');
    expect(await passkeysOf(member)).toEqual([]);
  });
});

describe("a role that asks for a passkey", () => {
  beforeEach(async () => {
    await house.rows("insert into staff_roles values ('support', 1, 1, 0, 'test')");
  });

  it("lets who has none yet add one after signing in by mail, which opens the rest", async () => {
    expect((await getPage(house, "/admin", member)).status).toBe(303);
    await enrol();
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
    expect(await passkeysOf(member)).toHaveLength(1);
    expect(await entriesAbout(house, member.member)).toHaveLength(1);
  });

  it("leaves a session by mail of who has one no way to add, remove or change anything, or to see the rest", async () => {
    await enrol();
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
    expect(await passkeysOf(member)).toMatchObject([{ id: passkey.id }]);
    expect((await signIn()).status).toBe(303);
  });

  it("leaves such a session no way to change the name or language of its member", async () => {
    await enrol();
    const byMail = await openSession(house, member);
    await postForm(house, "/admin/account", { name: "Eve", lang: "nl", version: "1" }, byMail);
    const [row] = await house.rows("select name, lang from staff_members where id = ?", member.member);
    expect(row).toEqual({ name: "The support", lang: "en" });
  });
});
