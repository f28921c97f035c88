import { beforeEach, describe, expect, it } from "vitest";
import { createHouse, START } from "./house.ts";
import {
  addPasskeyRow,
  askLink,
  entriesAbout,
  everything,
  getPage,
  isIn,
  LINK,
  mailedToken,
  openSession,
  postForm,
  press,
  type SignedIn,
  signedIn,
} from "./staff.ts";
import { gatedHouse } from "./subscribers.ts";

const house = createHouse();
let owner: SignedIn;

beforeEach(async () => {
  house.clock.now = START;
  for (const table of ["staff_passkeys", "staff_sessions", "staff_members"]) {
    await house.rows(`delete from ${table}`);
  }
  owner = await signedIn(house, "owner");
});

const edit = (changes: Record<string, string> = {}) => ({
  name: "Sam",
  role: "support",
  lang: "en",
  version: "1",
  ...changes,
});
const save = (who: SignedIn, { member }: SignedIn, fields: Record<string, string>, at = house) =>
  postForm(at, `/admin/staff/${member}`, fields, who);
const remove = (who: SignedIn, { member }: SignedIn, version = "1", at = house) =>
  postForm(at, `/admin/staff/${member}/remove`, { version }, who);

const memberRow = async ({ member }: SignedIn) =>
  (await house.rows("select name, role, lang, version, removed_at from staff_members where id = ?", member))[0];
const rename = ({ member }: SignedIn, name: string) =>
  house.rows("update staff_members set name = ? where id = ?", name, member);
const owners = () => house.rows("select 1 from staff_members where role = 'owner' and removed_at is null");
const passkeysOf = ({ member }: SignedIn) => house.rows("select 1 from staff_passkeys where member_id = ?", member);

describe("a change of role", () => {
  it("ends all sessions of the member at once, and nobody else's; another name ends none", async () => {
    const [support, colleague] = [await signedIn(house, "support"), await signedIn(house, "support")];
    const elsewhere = await openSession(house, support);
    await save(owner, support, edit());
    expect(await isIn(house, support)).toBe(true);
    const reply = await save(owner, support, edit({ role: "auditor", version: "2" }));
    expect(reply.headers.get("location")).toBe(`/admin/staff/${support.member}?done=saved`);
    for (const browser of [support, elsewhere]) expect(await isIn(house, browser)).toBe(false);
    expect(await isIn(house, colleague)).toBe(true);
    const again = await openSession(house, support);
    expect((await getPage(house, "/admin/staff", again)).status).toBe(200);
    expect(await entriesAbout(house, support.member)).toMatchObject([
      { kind: "staff.changed", from: { name: "The support" }, to: { name: "Sam", role: "support" }, by: owner.member },
      { kind: "staff.changed", from: { role: "support" }, to: { role: "auditor" }, by: owner.member },
    ]);
  });

  it("takes the links with it by which they could still sign in; another name does not", async () => {
    const support = await signedIn(house, "support");
    await askLink(house, support.email);
    const token = await mailedToken(house, support.email);
    const page = () => house.fetch(`${LINK}?token=${token}`);
    await save(owner, support, edit());
    expect((await page()).status).toBe(200);
    await save(owner, support, edit({ role: "owner", version: "2" }));
    expect([(await page()).status, (await press(house, token)).status]).toEqual([410, 410]);
  });

  it("of one's own ends one's own session, too", async () => {
    const colleague = await signedIn(house, "owner");
    await save(owner, owner, edit({ role: "marketing" }));
    expect([await isIn(house, owner), await isIn(house, colleague)]).toEqual([false, true]);
  });
});

describe("removing a member", () => {
  it("ends their sessions and passkeys at once, and gives them no more mail; the ledger tells it once", async () => {
    const support = await signedIn(house, "support");
    await addPasskeyRow(house, support);
    const elsewhere = await openSession(house, support, { method: "passkey" });
    const confirm = await getPage(house, `/admin/staff/${support.member}/remove`, owner);
    expect(await confirm.text()).toContain('name="version" value="1"');
    const reply = await remove(owner, support);
    expect(reply.headers.get("location")).toBe("/admin/staff?done=removed");
    for (const browser of [support, elsewhere]) expect(await isIn(house, browser)).toBe(false);
    expect(await passkeysOf(support)).toEqual([]);
    await askLink(house, support.email);
    expect(await house.mailsTo(support.email)).toEqual([]);
    expect(await (await getPage(house, "/admin/staff", owner)).text()).not.toContain(support.email);
    expect((await remove(owner, support, "2")).status).toBe(404);
    expect(await entriesAbout(house, support.member)).toEqual([
      { kind: "staff.removed", member: support.member, by: owner.member },
    ]);
  });

  it("as they were before somebody else's edit is refused, with who made it, and they stay", async () => {
    const support = await signedIn(house, "support");
    const other = await signedIn(house, "owner");
    await rename(other, "Ada");
    await save(other, support, edit({ name: "Sam de Wit" }));
    const reply = await remove(owner, support);
    const html = await reply.text();
    expect([reply.status, html.includes("Ada was first."), html.includes("Sam de Wit")]).toEqual([409, true, true]);
    expect(await isIn(house, support)).toBe(true);
    expect((await remove(owner, support, "2")).status).toBe(303);
  });
});

describe("the last owner", () => {
  it("can neither be removed nor given another role, and nothing of the attempt stays", async () => {
    await addPasskeyRow(house, owner);
    const before = await everything(house);
    for (const reply of [await remove(owner, owner), await save(owner, owner, edit({ role: "support" }))]) {
      expect(reply.status).toBe(409);
      expect(await reply.text()).toContain("There must be an owner");
    }
    expect(await everything(house)).toBe(before);
    expect(await isIn(house, owner)).toBe(true);
  });

  it("stays when two owners remove each other at the same moment", async () => {
    const other = await signedIn(house, "owner");
    const gated = gatedHouse(house, 2);
    const replies = await Promise.all([remove(owner, other, "1", gated), remove(other, owner, "1", gated)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await owners()).toHaveLength(1);
    expect([await isIn(house, owner), await isIn(house, other)].sort()).toEqual([false, true]);
  });

  it("stays when two owners step down at the same moment", async () => {
    const other = await signedIn(house, "owner");
    const gated = gatedHouse(house, 2);
    const replies = await Promise.all([owner, other].map((who) => save(who, who, edit({ role: "privacy" }), gated)));
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await owners()).toHaveLength(1);
  });
});

describe("two people who edit the same member", () => {
  it("one after the other: the second is told who changed what, keeps what was typed, and can save again", async () => {
    const [other, support] = [await signedIn(house, "owner"), await signedIn(house, "support")];
    await rename(other, "Ada");
    await save(other, support, edit({ name: "Sam de Wit", role: "auditor" }));
    const typed = edit({ name: "Sam <Zwart>", lang: "nl" });
    const reply = await save(owner, support, typed);
    const html = await reply.text();
    expect(reply.status).toBe(409);
    expect(html).toContain("Ada was first.");
    const told = [...html.matchAll(/<td data-label="[^"]*"><div>([^<]*)<\/div><\/td>/g)]
      .map(([, cell]) => cell)
      .slice(0, 9);
    expect(told).toEqual([
      ...["Name", "Sam de Wit", "Sam &lt;Zwart&gt;"],
      ...["Role", "auditor (read only)", "support"],
      ...["Language", "English", "Nederlands"],
    ]);
    expect(html).toContain('value="Sam &lt;Zwart&gt;"');
    expect(await memberRow(support)).toMatchObject({ name: "Sam de Wit", role: "auditor", lang: "en", version: 2 });
    const version = /name="version" value="(\d+)"/.exec(html)?.[1] ?? "";
    expect((await save(owner, support, { ...typed, version })).status).toBe(303);
    expect(await memberRow(support)).toMatchObject({ name: "Sam <Zwart>", role: "support", lang: "nl", version: 3 });
    expect((await entriesAbout(house, support.member)).map(({ by }) => by)).toEqual([other.member, owner.member]);
  });

  it("at the same moment: one counts whole, with one entry, and the other is told", async () => {
    const [other, support] = [await signedIn(house, "owner"), await signedIn(house, "support")];
    const gated = gatedHouse(house, 2);
    const replies = await Promise.all([
      save(owner, support, edit({ name: "By owner" }), gated),
      save(other, support, edit({ name: "By other", role: "privacy" }), gated),
    ]);
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 409]);
    const row = await memberRow(support);
    const [name, role] = replies[0]?.status === 303 ? ["By owner", "support"] : ["By other", "privacy"];
    expect(row).toMatchObject({ name, role, version: 2 });
    expect(await isIn(house, support)).toBe(role === "support");
    expect(await entriesAbout(house, support.member)).toMatchObject([{ to: { name, role } }]);
  });

  it.each([{ version: "0" }, { version: "2" }, { version: "" }, { version: "1.5" }, { version: "x" }])(
    "with a version that nobody was shown (%j) change nothing",
    async (changes) => {
      const support = await signedIn(house, "support");
      const before = await everything(house);
      expect([409, 422]).toContain((await save(owner, support, edit(changes))).status);
      expect(await everything(house)).toBe(before);
    },
  );
});

describe("one's own account", () => {
  const keep = (who: SignedIn, fields: Record<string, string>, at = house) =>
    postForm(at, "/admin/account", fields, who);

  it("is for one's name and language; a role that is sent along counts for nothing", async () => {
    const support = await signedIn(house, "support");
    await keep(support, edit({ lang: "nl", role: "owner" }));
    expect(await memberRow(support)).toMatchObject({ name: "Sam", role: "support", lang: "nl", version: 2 });
    expect(await entriesAbout(house, support.member)).toMatchObject([{ kind: "staff.changed", by: support.member }]);
    expect(await isIn(house, support)).toBe(true);
  });

  it("that an owner has changed meanwhile is not overwritten unseen: what was typed is kept, and can be saved again", async () => {
    const support = await signedIn(house, "support");
    await save(owner, support, edit({ name: "Sam de Wit" }));
    const reply = await keep(support, edit({ name: "Sam Zwart" }));
    const html = await reply.text();
    expect(reply.status).toBe(409);
    expect(html).toContain("your name is &quot;Sam de Wit&quot; now");
    expect(html).toContain('value="Sam Zwart"');
    expect(await memberRow(support)).toMatchObject({ name: "Sam de Wit" });
    const version = /name="version" value="(\d+)"/.exec(html)?.[1] ?? "";
    expect((await keep(support, edit({ name: "Sam Zwart", version }))).status).toBe(303);
  });

  it("changed in two browsers at the same moment: the second is shown what holds now, and can save again", async () => {
    const support = await signedIn(house, "support");
    const browsers = [support, await openSession(house, support)];
    const gated = gatedHouse(house, 2);
    const replies = await Promise.all(browsers.map((by, i) => keep(by, edit({ name: `Sam ${i}` }), gated)));
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 409]);
    const html = (await replies.find(({ status }) => status === 409)?.text()) ?? "";
    expect(html).toContain('name="version" value="2"');
  });

  it.each([{ name: "" }, { name: "a\nb" }, { lang: "fr" }])("refuses %j beside the field", async (wrong) => {
    const support = await signedIn(house, "support");
    const reply = await keep(support, edit(wrong));
    expect(reply.status).toBe(422);
    expect(await reply.text()).toContain(`id="${Object.keys(wrong)[0]}-error"`);
    expect(await memberRow(support)).toMatchObject({ version: 1 });
  });
});
