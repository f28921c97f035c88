import { beforeEach, describe, expect, it } from "vitest";
import { createHouse, START } from "./house.ts";
import {
  addPasskeyRow,
  entriesAbout,
  entriesBy,
  everything,
  getPage,
  isIn,
  openSession,
  postForm,
  type SignedIn,
  signedIn,
} from "./staff.ts";
import { gatedHouse } from "./subscribers.ts";

const house = createHouse();
let owner: SignedIn;

beforeEach(async () => {
  house.clock.now = START;
  // Not deleted: the ledger knows each change by its version.
  await house.rows("update staff_roles set demands_passkey = 0");
  owner = await signedIn(house, "owner");
});

/** What a role's rule is now. */
async function ruleOf(role: string) {
  const found = await house.rows<{ demands_passkey: number; version: number; changed_by: string }>(
    "select demands_passkey, version, changed_by from staff_roles where role = ?",
    role,
  );
  return found[0] ?? { demands_passkey: 0, version: 0, changed_by: "" };
}
/** Sends the form of a role's rule, as it is now or as `seen`. */
async function demand(who: SignedIn, role: string, demands: boolean, seen?: number): Promise<Response> {
  const version = String(seen ?? (await ruleOf(role)).version);
  return postForm(house, "/admin/staff/roles", { role, demandsPasskey: String(demands), version }, who);
}

describe("a role that asks for a passkey", () => {
  it("leaves those who came in by mail their account page alone, at once, until it asks no more", async () => {
    const [byLink, byPasskey, other] = [
      await signedIn(house, "support"),
      await signedIn(house, "support", { method: "passkey" }),
      await signedIn(house, "marketing"),
    ];
    expect((await demand(owner, "support", true)).headers.get("location")).toBe("/admin/staff?done=rule-saved");
    const home = await getPage(house, "/admin", byLink);
    expect([home.status, home.headers.get("location")]).toEqual([303, "/admin/account"]);
    const account = await (await getPage(house, "/admin/account", byLink)).text();
    expect(account).toContain("Your role needs a passkey. Add one below; after that you can go on.");
    const sent = await postForm(house, "/admin/outbox/retry", {}, byLink);
    expect([sent.status, await sent.text()]).toEqual([403, expect.stringContaining("Sign in with your passkey")]);
    for (const browser of [byPasskey, other]) expect((await getPage(house, "/admin", browser)).status).toBe(200);
    await demand(owner, "support", false);
    expect((await getPage(house, "/admin", byLink)).status).toBe(200);
  });

  it("goes for an owner, too, and for who gets the role later", async () => {
    const support = await signedIn(house, "support");
    await demand(owner, "marketing", true);
    await demand(owner, "owner", true);
    expect((await getPage(house, "/admin/staff", owner)).status).toBe(303);
    const byPasskey = await openSession(house, owner, { method: "passkey" });
    const edit = { name: "Sam", role: "marketing", lang: "en", version: "1" };
    await postForm(house, `/admin/staff/${support.member}`, edit, byPasskey);
    expect((await getPage(house, "/admin", await openSession(house, support))).status).toBe(303);
  });

  it("is an entry in the ledger, once for each change, in the name of who made it", async () => {
    const { version } = await ruleOf("support");
    for (let i = 0; i < 2; i++) await demand(owner, "support", true, version);
    await demand(owner, "support", false, version + 1);
    const said = { kind: "staff.role-changed", role: "support", by: owner.member };
    expect(await entriesBy(house, owner.member)).toEqual([
      { ...said, demandsPasskey: true },
      { ...said, demandsPasskey: false },
    ]);
  });

  it("changed by two at the same moment, or on an old page, is changed by one, and the other is told", async () => {
    const other = await signedIn(house, "owner");
    const { version } = await ruleOf("support");
    const gated = gatedHouse(house, 2);
    const fields = { role: "support", demandsPasskey: "true", version: String(version) };
    const replies = await Promise.all([owner, other].map((who) => postForm(gated, "/admin/staff/roles", fields, who)));
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 409]);
    const first = replies[0]?.status === 303 ? owner : other;
    expect(await ruleOf("support")).toEqual({ demands_passkey: 1, version: version + 1, changed_by: first.member });
    const before = await everything(house);
    const late = await demand(owner, "support", false, version);
    expect([late.status, await late.text()]).toEqual([
      409,
      expect.stringContaining("Someone else was first. Below is what holds now."),
    ]);
    expect(await everything(house)).toBe(before);
  });

  it.each([{ role: "visitor" }, { demandsPasskey: "perhaps" }, { version: "x" }])("refuses %j", async (wrong) => {
    const before = await everything(house);
    const fields = { role: "auditor", demandsPasskey: "true", version: "0", ...wrong };
    expect((await postForm(house, "/admin/staff/roles", fields, owner)).status).toBe(422);
    expect(await everything(house)).toBe(before);
  });
});

describe("clearing a member's passkeys", () => {
  const reset = (who: SignedIn, { member }: SignedIn, version = "1") =>
    postForm(house, `/admin/staff/${member}/reset-passkeys`, { version }, who);
  const passkeysOf = ({ member }: SignedIn) => house.rows("select 1 from staff_passkeys where member_id = ?", member);

  it("ends their sessions too, leaves everyone else's, and is one entry in the ledger", async () => {
    const [support, other] = [await signedIn(house, "support"), await signedIn(house, "support")];
    for (const member of [support, support, other]) await addPasskeyRow(house, member);
    const reply = await reset(owner, support);
    expect(reply.headers.get("location")).toBe(`/admin/staff/${support.member}?done=reset`);
    expect([await passkeysOf(support), await isIn(house, support)]).toEqual([[], false]);
    expect([(await passkeysOf(other)).length, await isIn(house, other)]).toEqual([1, true]);
    expect(await entriesAbout(house, support.member)).toEqual([
      { kind: "staff.passkey-removed", passkey: "*", by: owner.member },
    ]);
  });

  it("on an old page clears nothing", async () => {
    const support = await signedIn(house, "support");
    await addPasskeyRow(house, support);
    await house.rows("update staff_members set version = 2 where id = ?", support.member);
    const before = await everything(house);
    expect((await reset(owner, support)).status).toBe(409);
    expect(await everything(house)).toBe(before);
  });
});

describe("what a page says was done", () => {
  const pages = () => [
    "/admin/account",
    "/admin/staff",
    `/admin/staff/${owner.member}`,
    "/admin/keys",
    "/admin/outbox",
  ];

  it("is from its own list", async () => {
    for (const [path, done, says] of [
      ["/admin/account", "saved", "Saved."],
      ["/admin/staff", "invited", "The invitation is sent."],
      [`/admin/staff/${owner.member}`, "session-ended", "The session is ended."],
      ["/admin/keys", "revoked", "The key is revoked."],
    ] as const) {
      const html = await (await getPage(house, `${path}?done=${done}`, owner)).text();
      expect(html).toContain(`<p class="done" role="status">${says}</p>`);
    }
  });

  it.each(["constructor", "__proto__", "toString", "<script>alert(1)</script>", "", "SAVED", "asked&done=saved"])(
    "is nothing for the name %j",
    async (name) => {
      for (const path of [...pages(), "/admin/ledger", "/admin", "/admin/help"]) {
        const page = await getPage(house, `${path}?done=${encodeURIComponent(name)}`, owner);
        const html = await page.text();
        expect([page.status, html.includes('class="done"'), html.includes("alert(1)")], path).toEqual([
          200,
          false,
          false,
        ]);
      }
      const signIn = await (await house.fetch(`/admin/sign-in?done=${encodeURIComponent(name)}`)).text();
      expect(signIn).not.toContain('class="done"');
    },
  );
});
