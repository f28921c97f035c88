import { beforeEach, describe, expect, it } from "vitest";
import { createHouse, START } from "./house.ts";
import {
  addMember,
  askLink,
  enterByMail,
  enteredBy,
  entriesAbout,
  everything,
  getPage,
  isIn,
  openSession,
  postForm,
  sessionCookie,
  signedIn,
} from "./staff.ts";

const house = createHouse();
const MINUTE = 60_000;

beforeEach(() => {
  house.clock.now = START;
});

describe("the session", () => {
  it("is a cookie that only this host gets, over HTTPS only, out of reach of scripts and other sites' forms", async () => {
    const { email } = await addMember(house, "support");
    const reply = await enterByMail(house, email);
    expect(sessionCookie(reply)).toMatch(/^__Host-fineprint=[\w-]{43};/);
    expect(sessionCookie(reply)?.split("; ").slice(1).sort()).toEqual([
      "HttpOnly",
      "Max-Age=43200",
      "Path=/",
      "SameSite=Lax",
      "Secure",
    ]);
  });

  it("ends after the hours that are set, and looking around does not make it longer", async () => {
    const brief = createHouse({ STAFF_SESSION_HOURS: "2" });
    const { member, email } = await addMember(house, "support");
    const reply = await enterByMail(brief, email);
    expect(sessionCookie(reply)).toContain("Max-Age=7200");
    const browser = await enteredBy(brief, reply);
    brief.clock.now += 120 * MINUTE - 1;
    expect(await isIn(brief, browser)).toBe(true);
    brief.clock.now += 1;
    expect(await isIn(brief, browser)).toBe(false);
    brief.clock.now += 1;
    await brief.round();
    expect(await house.rows("select 1 from staff_sessions where member_id = ?", member)).toEqual([]);
  });

  it("ends by signing out, which the ledger tells once", async () => {
    const { member, email } = await addMember(house, "support");
    const browser = await enteredBy(house, await enterByMail(house, email));
    const reply = await postForm(house, "/admin/sign-out", {}, browser);
    expect([reply.status, reply.headers.get("location")]).toEqual([303, "/admin/sign-in?done=signed-out"]);
    expect(sessionCookie(reply)).toMatch(/^__Host-fineprint=; Max-Age=0;/);
    expect(await isIn(house, browser)).toBe(false);
    const again = await postForm(house, "/admin/sign-out", {}, browser);
    expect(again.headers.get("location")).toBe("/admin/sign-in");
    expect((await entriesAbout(house, member)).map(({ kind }) => kind)).toEqual([
      "staff.signed-in",
      "staff.signed-out",
    ]);
  });
});

describe("after signing in", () => {
  it.each([
    "//evil.example",
    "/\\evil.example",
    "https://evil.example/admin",
    "javascript:alert(1)",
    "/admin/../x",
    "/admin//evil.example",
    "/admin@evil.example",
    "/adminx",
    "/policy",
    "/admin\nx",
    "/admin?x=//evil.example",
    '/admin"><script>',
  ])("never leads to %s afterwards", async (next) => {
    const asked = await house.fetch(`/admin/sign-in?next=${encodeURIComponent(next)}`);
    const failed = await askLink(house, "sam", { next });
    for (const page of [asked, failed]) {
      expect((await page.text()).match(/name="next" value="[^"]*"/g)).toEqual(
        Array.from({ length: 2 }, () => 'name="next" value="/admin"'),
      );
    }
  });

  it("leads on to the page that was asked for, filters included", async () => {
    const path = "/admin/ledger?kind=staff.changed&from=2026-11-22&subject=staff%3Ax";
    const sent = await house.fetch(path, { headers: { "Accept-Language": "en" } });
    const page = await house.fetch(sent.headers.get("location") ?? "");
    expect(await page.text()).toContain(`name="next" value="${path.replaceAll("&", "&amp;")}"`);
  });
});

describe("one's own sessions", () => {
  const end = (who: Parameters<typeof postForm>[3], id: string) =>
    postForm(house, "/admin/account/sessions/end", { id }, who);

  it("are listed with their device and how one came in, those that have ended not", async () => {
    const phone = await signedIn(house, "support", { method: "passkey" });
    const laptop = await openSession(house, phone);
    const over = await openSession(house, phone);
    await house.rows("update staff_sessions set device = 'Safari, iOS' where id = ?", phone.session);
    await house.rows(
      "update staff_sessions set device = 'Edge, Windows', expires_at = ? where id = ?",
      ...[house.clock.now, over.session],
    );
    const html = await (await getPage(house, "/admin/account", laptop)).text();
    expect(html).toContain("Safari, iOS");
    expect(html).toContain("Firefox, Linux (this device)");
    expect(html).not.toContain("Edge, Windows");
    expect(html).not.toContain(`value="${laptop.session}"`);
    expect(html).toContain(`value="${phone.session}"`);
  });

  it("can be ended one by one: the other browser is out at once, with one entry in the ledger however often it is asked", async () => {
    const here = await signedIn(house, "support");
    const there = await openSession(house, here);
    for (let i = 0; i < 2; i++) {
      const reply = await end(here, there.session);
      expect(reply.headers.get("location")).toBe("/admin/account?done=session-ended");
    }
    expect([await isIn(house, here), await isIn(house, there)]).toEqual([true, false]);
    expect(await entriesAbout(house, here.member)).toEqual([
      { kind: "staff.signed-out", session: there.session, by: here.member },
    ]);
  });

  it("can all be ended but the one in use, which the ledger tells one by one", async () => {
    const here = await signedIn(house, "support");
    const others = [await openSession(house, here), await openSession(house, here)];
    const stranger = await signedIn(house, "support");
    await postForm(house, "/admin/account/sessions/end-others", {}, here);
    expect(await Promise.all([here, ...others, stranger].map((browser) => isIn(house, browser)))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    const entries = await entriesAbout(house, here.member);
    expect(entries.map(({ session }) => session).sort()).toEqual(others.map(({ session }) => session).sort());
  });

  it("of somebody else cannot be ended from the account page, and nobody's ledger says so", async () => {
    const [eve, owner] = [await signedIn(house, "support"), await signedIn(house, "owner")];
    const before = await everything(house);
    await end(eve, owner.session);
    expect(await isIn(house, owner)).toBe(true);
    expect(await everything(house)).toBe(before);
  });

  it("of a member can be ended by an owner on that member's page, and of that member only", async () => {
    const [owner, support, other] = [
      await signedIn(house, "owner"),
      await signedIn(house, "support"),
      await signedIn(house, "support"),
    ];
    const path = `/admin/staff/${support.member}/sessions/end`;
    expect(await (await getPage(house, `/admin/staff/${support.member}`, owner)).text()).toContain(support.session);
    await postForm(house, path, { id: other.session }, owner);
    expect(await isIn(house, other)).toBe(true);
    await postForm(house, path, { id: support.session }, owner);
    expect(await isIn(house, support)).toBe(false);
    expect(await entriesAbout(house, support.member)).toEqual([
      { kind: "staff.signed-out", session: support.session, by: owner.member },
    ]);
  });
});
