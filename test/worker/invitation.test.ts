import { beforeEach, describe, expect, it } from "vitest";
import { createHouse, DAY, freshAddress, START } from "./house.ts";
import {
  enteredBy,
  entriesAbout,
  everything,
  getPage,
  mailedToken,
  postForm,
  press,
  type SignedIn,
  sessionCookie,
  signedIn,
} from "./staff.ts";
import { gatedHouse } from "./subscribers.ts";

const house = createHouse();
let owner: SignedIn;

beforeEach(async () => {
  house.clock.now = START;
  owner = await signedIn(house, "owner");
});

const wish = (changes: Record<string, string> = {}) => ({
  email: freshAddress(),
  name: "Noor",
  role: "privacy",
  lang: "en",
  ...changes,
});

const invite = (fields: Record<string, string>) => postForm(house, "/admin/staff", fields, owner);

async function idOf(email: string): Promise<string> {
  const rows = await house.rows<{ id: string }>("select id from staff_members where email = ?", email);
  return rows[0]?.id ?? "nobody";
}

const invitedToken = (email: string) => mailedToken(house, email, "/admin/join");

const join = (token: string) => press(house, token, { path: "/admin/join" });

describe("an invitation", () => {
  it("goes out by mail, says on its page in which role, and its button signs in", async () => {
    const fields = wish();
    const reply = await invite(fields);
    expect([reply.status, reply.headers.get("location")]).toEqual([303, "/admin/staff?done=invited"]);
    const [mail] = await house.mailsTo(fields.email);
    expect(mail?.subject).toBe("You are invited to the admin");
    const token = await invitedToken(fields.email);
    const before = await everything(house);
    const page = await house.fetch(`/admin/join?token=${token}`, { headers: { "Accept-Language": "en" } });
    expect(await page.text()).toContain("Noor, you are invited as privacy. Press the button to begin.");
    expect(await everything(house)).toBe(before);
    const entered = await join(token);
    expect([entered.status, entered.headers.get("location")]).toEqual([303, "/admin"]);
    const browser = await enteredBy(house, entered);
    expect((await getPage(house, "/admin/ledger", browser)).status).toBe(200);
    expect((await getPage(house, "/admin/staff", browser)).status).toBe(403);
    const id = await idOf(fields.email);
    expect(await entriesAbout(house, id)).toMatchObject([
      { kind: "staff.invited", member: id, email: fields.email, name: "Noor", role: "privacy", by: owner.member },
      { kind: "staff.signed-in", by: id, method: "link" },
    ]);
    expect((await join(token)).status).toBe(410);
  });

  it("works for seven days, and not on the path of a sign-in link", async () => {
    const fields = wish();
    const { email } = fields;
    await invite(fields);
    const token = await invitedToken(email);
    const crossed = await press(house, token);
    expect([crossed.status, sessionCookie(crossed)]).toEqual([400, undefined]);
    house.clock.now += 7 * DAY;
    expect((await join(token)).status).toBe(410);
    house.clock.now -= 1;
    expect((await join(token)).status).toBe(303);
  });

  it("goes out again until they have come in, and then the link before is worth nothing", async () => {
    const fields = wish();
    const { email } = fields;
    await invite(fields);
    const id = await idOf(email);
    const first = await invitedToken(email);
    const again = await postForm(house, `/admin/staff/${id}/invite`, {}, owner);
    expect(again.headers.get("location")).toBe(`/admin/staff/${id}?done=invited`);
    expect(await house.mailsTo(email)).toHaveLength(2);
    expect((await join(first)).status).toBe(410);
    expect((await join(await invitedToken(email))).status).toBe(303);
    expect((await postForm(house, `/admin/staff/${id}/invite`, {}, owner)).status).toBe(404);
    expect(await house.mailsTo(email)).toHaveLength(2);
  });

  it("that goes out again is an entry in the ledger, too", async () => {
    const fields = wish();
    const { email } = fields;
    await invite(fields);
    const id = await idOf(email);
    await postForm(house, `/admin/staff/${id}/invite`, {}, owner);
    expect(await entriesAbout(house, id)).toHaveLength(2);
  });

  it("to an address that is a member's is refused beside the field, and what was typed is kept", async () => {
    const fields = wish({ name: "Somebody else", role: "auditor" });
    await invite(fields);
    const before = await everything(house);
    const reply = await invite({ ...fields, email: fields.email.toUpperCase() });
    const html = await reply.text();
    expect(reply.status).toBe(422);
    expect(html).toMatch(/id="email-error">\s*This is there already\./);
    expect(html).toContain(`value="${fields.email.toUpperCase()}"`);
    expect(html).toContain('value="Somebody else"');
    expect(html).toMatch(/<option value="auditor" selected="">/);
    expect(await everything(house)).toBe(before);
  });

  it("of one address by two owners at the same moment makes one member and one mail", async () => {
    const fields = wish();
    const colleague = await signedIn(house, "owner");
    const gated = gatedHouse(house, 2);
    const replies = await Promise.all([owner, colleague].map((by) => postForm(gated, "/admin/staff", fields, by)));
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 422]);
    expect(await house.rows("select 1 from staff_members where email = ?", fields.email)).toHaveLength(1);
    expect(await house.mailsTo(fields.email)).toHaveLength(1);
  });

  it("to who was removed makes them a member anew; the old link stays worth nothing", async () => {
    const fields = wish();
    await invite(fields);
    const old = await invitedToken(fields.email);
    const first = await idOf(fields.email);
    await postForm(house, `/admin/staff/${first}/remove`, { version: "1" }, owner);
    expect((await join(old)).status).toBe(410);
    expect((await invite(fields)).status).toBe(303);
    expect((await join(old)).status).toBe(410);
    expect((await join(await invitedToken(fields.email))).status).toBe(303);
  });

  it.each([
    ["name", "Noor\r\nBcc: eve@example.nl"],
    ["name", "Noor\u0000"],
    ["name", " "],
    ["name", "n".repeat(101)],
    ["email", "noor@example.nl\r\nBcc: eve@example.nl"],
    ["email", "noor"],
    ["role", "admin"],
    ["role", "__proto__"],
    ["lang", "xx"],
  ])("with a wrong %s (%j) is refused beside the field and changes nothing", async (field, value) => {
    const before = await everything(house);
    const reply = await invite(wish({ [field]: value }));
    expect(reply.status).toBe(422);
    expect(await reply.text()).toContain(`id="${field}-error"`);
    expect(await everything(house)).toBe(before);
  });

  it("never carries what the owner typed but the address", async () => {
    const fields = wish({ name: "CLICK https://evil.example" });
    await invite(fields);
    expect(JSON.stringify(await house.mailsTo(fields.email))).not.toContain("evil.example");
  });

  it("shows a name as text, whatever it is", async () => {
    const fields = wish({ name: '<img src=x onerror="alert(1)">' });
    await invite(fields);
    const id = await idOf(fields.email);
    const token = await invitedToken(fields.email);
    for (const path of [
      "/admin/staff",
      `/admin/staff/${id}`,
      `/admin/staff/${id}/remove`,
      `/admin/join?token=${token}`,
    ]) {
      const html = await (await getPage(house, path, owner)).text();
      expect(html, path).toContain("&lt;img src=x");
      expect(html, path).not.toContain("<img");
    }
  });
});
