import { beforeEach, describe, expect, it } from "vitest";
import { tokenText } from "../../worker/platform/tokens.ts";
import { createHouse, DAY, freshAddress, START } from "./house.ts";
import {
  addMember,
  askLink,
  enteredBy,
  entriesAbout,
  everything,
  getPage,
  LINK,
  mailedToken,
  newBrowser,
  postForm,
  press,
  sessionCookie,
  signedIn,
} from "./staff.ts";
import { createSubscribers, gatedHouse } from "./subscribers.ts";

const house = createHouse();
const MINUTE = 60_000;

beforeEach(() => {
  house.clock.now = START;
  house.woken.length = 0;
});

/** Asks for a link and takes the token out of the mail. */
async function tokenFor(email: string): Promise<string> {
  await askLink(house, email);
  return mailedToken(house, email);
}

/** The page that a link leads to which does not work: it has the form to ask for another. */
async function expectAskAgain(reply: Response, status: number, says: string): Promise<void> {
  const html = await reply.text();
  expect([reply.status, sessionCookie(reply)]).toEqual([status, undefined]);
  expect(html).toContain(`${says}. Ask for a new one below.`);
  expect(html).toContain('<form method="post" action="/admin/sign-in">');
}

describe("asking for a link", () => {
  /** What a request does and says, without what belongs to the address itself. */
  async function trace(email: string) {
    const statements: string[] = [];
    const DB = new Proxy(house.bindings.DB, {
      get(target, name: keyof D1Database) {
        const value = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        if (name !== "prepare") return value.bind(target);
        return (sql: string) => {
          statements.push(sql);
          return target.prepare(sql);
        };
      },
    });
    const watched = createHouse({ DB });
    const browser = await newBrowser(watched);
    const reply = await postForm(watched, "/admin/sign-in", { email }, browser);
    const body = (await reply.text()).replaceAll(email, "ADDRESS");
    return { status: reply.status, headers: [...reply.headers], body, statements, woken: watched.woken.length };
  }

  it("Invariant 4: same status, headers, body, statements and queue messages for known, unknown, removed and capped", async () => {
    const [known, removed, capped] = await Promise.all([1, 2, 3].map(() => addMember(house, "support")));
    await house.rows("update staff_members set removed_at = 1 where id = ?", removed?.member);
    for (let i = 0; i < 6; i++) await askLink(house, capped?.email ?? "");
    const unknown = await trace(freshAddress());
    expect([unknown.status, unknown.statements.length, unknown.woken]).toEqual([200, 2, 1]);
    expect(unknown.body).toContain("If ADDRESS belongs to a member of staff, a mail will arrive in a moment.");
    for (const someone of [known, removed, capped]) expect(await trace(someone?.email ?? "")).toEqual(unknown);
  });

  it("mails a link to members only, in their own language, however they write their address", async () => {
    const { email } = await addMember(house, "support", "nl");
    const removed = await addMember(house, "support");
    await house.rows("update staff_members set removed_at = 1 where id = ?", removed.member);
    const stranger = freshAddress();
    for (const address of [` ${email.toUpperCase()} `, removed.email, stranger]) await askLink(house, address);
    expect((await house.mailsTo(email)).map(({ subject }) => subject)).toEqual(["Aanmelden bij het beheer"]);
    expect([await house.mailsTo(removed.email), await house.mailsTo(stranger)]).toEqual([[], []]);
  });

  it("makes a stranger no link, though a row stands for it: nobody's, whoever could guess its token", async () => {
    await house.rows("delete from tokens");
    await askLink(house, freshAddress());
    const [row, ...more] = await house.rows<{ id: string; subject: string }>("select id, subject from tokens");
    expect([row?.subject, more]).toEqual(["", []]);
    const token = await tokenText(house.rt, "staff.sign-in", row?.id ?? "");
    await expectAskAgain(await press(house, token), 400, "This link is not right");
  });

  it("sends five mails in a quarter of an hour at most, without telling", async () => {
    const { email } = await addMember(house, "support");
    const bodies = new Set<string>();
    for (let i = 0; i < 10; i++) {
      const reply = await askLink(house, email);
      bodies.add(`${reply.status} ${await reply.text()}`);
      house.clock.now += 6_000;
    }
    expect(bodies.size).toBe(1);
    expect(await house.mailsTo(email)).toHaveLength(5);
    house.clock.now = START + 15 * MINUTE + 6_000;
    for (let i = 0; i < 9; i++) await askLink(house, email);
    expect((await house.mailsTo(email)).length).toBe(5 + 2);
    house.clock.now += 15 * MINUTE;
    await askLink(house, email);
    expect(await house.mailsTo(email)).toHaveLength(8);
  });

  it("sends twenty mails a day at most, without telling", async () => {
    const { email } = await addMember(house, "support");
    for (let i = 0; i < 25; i++) {
      expect((await askLink(house, email)).status).toBe(200);
      house.clock.now += 5 * MINUTE;
    }
    expect(await house.mailsTo(email)).toHaveLength(20);
    house.clock.now = START + DAY;
    await askLink(house, email);
    expect(await house.mailsTo(email)).toHaveLength(21);
  });

  it("says beside the field what is not an address, keeps what was typed, and mails nobody", async () => {
    for (const email of ["", "sam", 'sam@example.nl"><script>', "sam@example.nl\r\nBcc: eve@example.nl"]) {
      const before = await everything(house);
      const reply = await askLink(house, email);
      const html = await reply.text();
      expect(reply.status).toBe(422);
      expect(html).toContain('aria-invalid="true"');
      expect(html).not.toContain("<script>");
      if (email === "sam") expect(html).toContain('value="sam"');
      expect(await everything(house)).toBe(before);
    }
  });
});

describe("the link", () => {
  it("Invariant 2: opening it changes nothing, by GET or HEAD, signed in or not, as often as anyone likes", async () => {
    const { email } = await addMember(house, "support");
    const token = await tokenFor(email);
    const someone = await signedIn(house, "owner");
    const before = await everything(house);
    for (const headers of [{}, someone.headers, { "Sec-Purpose": "prefetch;prerender" }]) {
      for (const method of ["GET", "HEAD"]) {
        const reply = await house.fetch(`${LINK}?token=${token}`, { method, headers });
        expect([reply.status, sessionCookie(reply)]).toEqual([200, undefined]);
      }
    }
    expect(await everything(house)).toBe(before);
    expect((await press(house, token)).status).toBe(303);
  });

  it("signs in by its button, once, and says so in the ledger", async () => {
    const { member, email } = await addMember(house, "support");
    const token = await tokenFor(email);
    const page = await house.fetch(`${LINK}?token=${token}`, { headers: { "Accept-Language": "en" } });
    expect(await page.text()).toContain("Welcome, The support. Press the button to sign in on this device.");
    const reply = await press(house, token);
    expect([reply.status, reply.headers.get("location")]).toEqual([303, "/admin"]);
    expect((await getPage(house, "/admin", await enteredBy(house, reply))).status).toBe(200);
    expect(await entriesAbout(house, member)).toMatchObject([{ kind: "staff.signed-in", by: member, method: "link" }]);
    await expectAskAgain(await press(house, token), 410, "This link was used before");
    await expectAskAgain(
      await getPage(house, `${LINK}?token=${token}`, await newBrowser(house)),
      410,
      "This link was used before",
    );
    expect(await entriesAbout(house, member)).toHaveLength(1);
  });

  it("signs in one of two who press at the same moment, with one entry in the ledger", async () => {
    const { member, email } = await addMember(house, "support");
    const token = await tokenFor(email);
    const browsers = await Promise.all([newBrowser(house), newBrowser(house)]);
    const gated = gatedHouse(house, 2);
    const replies = await Promise.all(browsers.map((by) => press(gated, token, { by })));
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 410]);
    expect(replies.filter((reply) => sessionCookie(reply) !== undefined)).toHaveLength(1);
    expect(await house.rows("select 1 from staff_sessions where member_id = ?", member)).toHaveLength(1);
    expect(await entriesAbout(house, member)).toHaveLength(1);
  });

  it("takes every other link of its member with it, and nobody else's", async () => {
    const { email } = await addMember(house, "support");
    const other = await tokenFor((await addMember(house, "support")).email);
    const [first, second] = [await tokenFor(email), await tokenFor(email)];
    expect((await press(house, second)).status).toBe(303);
    await expectAskAgain(await press(house, first), 410, "This link was used before");
    expect((await press(house, other)).status).toBe(303);
  });

  it("works for fifteen minutes", async () => {
    const { email } = await addMember(house, "support");
    const token = await tokenFor(email);
    const page = `${LINK}?token=${token}`;
    house.clock.now += 15 * MINUTE - 1;
    expect((await house.fetch(page)).status).toBe(200);
    house.clock.now += 1;
    await expectAskAgain(await getPage(house, page, await newBrowser(house)), 410, "This link has expired");
    await expectAskAgain(await press(house, token), 410, "This link has expired");
  });

  it("of a removed member is worth nothing, even one whose page stood open", async () => {
    const { member, email } = await addMember(house, "support");
    const token = await tokenFor(email);
    await house.rows("update staff_members set removed_at = 1 where id = ?", member);
    await expectAskAgain(await press(house, token), 400, "This link is not right");
    expect(await house.rows("select 1 from staff_sessions where member_id = ?", member)).toEqual([]);
  });

  it("Invariant 11: altered, cut, missing or made for another purpose it is refused, and changes nothing", async () => {
    const { member, email } = await addMember(house, "support");
    const token = await tokenFor(email);
    const subscriber = freshAddress();
    await createSubscribers(house).subscribe(subscriber);
    const flipped = token.slice(0, -1) + (token.endsWith("A") ? "B" : "A");
    const cases = [
      ...[
        "",
        "x",
        flipped,
        token.slice(0, -5),
        `${token}x`,
        token.split(".")[0] ?? "",
        await mailedToken(house, subscriber, "/newsletter/confirm"),
      ].map((wrong) => [LINK, wrong] as const),
      ["/admin/join", token] as const,
    ];
    const before = await everything(house);
    for (const [path, wrong] of cases) {
      await expectAskAgain(await press(house, wrong, { path }), 400, "This link is not right");
      const page = await getPage(house, `${path}?token=${encodeURIComponent(wrong)}`, await newBrowser(house));
      await expectAskAgain(page, 400, "This link is not right");
    }
    expect((await house.fetch(`/newsletter/confirm?token=${token}`, { method: "POST" })).status).toBe(400);
    expect(await everything(house)).toBe(before);
    expect(await entriesAbout(house, member)).toEqual([]);
  });

  it("Invariant 11: neither its token nor the session's cookie stands in the database or the queue", async () => {
    const { email } = await addMember(house, "support");
    const token = await tokenFor(email);
    const rows = await house.rows(
      "select purpose, expires_at, length(hash) as hash from tokens where id = ?",
      token.split(".")[0],
    );
    expect(rows).toEqual([{ purpose: "staff.sign-in", expires_at: START + 15 * MINUTE, hash: 64 }]);
    const cookie = sessionCookie(await press(house, token))?.split(/[=;]/)[1] ?? "";
    expect(cookie.length).toBeGreaterThan(40);
    const kept = (await everything(house)) + house.woken.join();
    for (const secret of [cookie, token, token.split(".")[1] ?? ""]) expect(kept).not.toContain(secret);
  });
});
