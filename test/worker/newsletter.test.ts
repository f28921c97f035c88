import { describe, expect, it } from "vitest";
import { createHouse, DAY, freshAddress, hourFrom, linkIn, ORIGIN } from "./house.ts";
import { createSubscribers, gatedHouse } from "./subscribers.ts";

const house = createHouse();
const { subscribe, press, confirmLink, leaveLink, statusOf, entriesOf, activeSubscriber } = createSubscribers(house);

describe("double opt-in", () => {
  it("goes from pending to active by a POST, with one consent that says everything", async () => {
    const email = freshAddress();
    const asked = await house.post(
      "/v1/newsletter/subscriptions?surface=site",
      { email: ` ${email.toUpperCase()} `, topics: ["offers"], lang: "en" },
      { Origin: "https://www.example.nl" },
    );
    expect(asked.status).toBe(202);
    expect(await asked.json()).toEqual({ status: "pending" });
    expect(await statusOf(email)).toBe("pending");
    const link = await confirmLink(email);
    house.clock.now += 60_000;
    const page = await press(link);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("You are signed up");
    expect(await statusOf(email)).toBe("active");
    expect(await entriesOf("consent.given", email)).toEqual([
      {
        email,
        topics: ["offers"],
        lang: "en",
        wording: null,
        policyDate: null,
        surface: "site",
        pageOrigin: "https://www.example.nl",
        requestedAt: new Date(house.clock.now - 60_000).toISOString(),
        confirmedAt: new Date(house.clock.now).toISOString(),
        method: "form",
        flags: [],
        import: null,
      },
    ]);
    const welcome = (await house.mailsTo(email)).at(-1);
    expect(welcome?.headers).toMatchObject({
      "List-Unsubscribe": `<${ORIGIN}${linkIn(welcome, "/newsletter/unsubscribe")}>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    });
  });

  it("keeps the consent sentence that was shown, by its hash, and refuses one that we never showed", async () => {
    const email = freshAddress();
    const shown = "9d6ef3ba5f0d9a1e8f6f1d6e2f1b3ad0a2d1c9b8f7e6d5c4b3a291807f6e5d4c";
    const refused = await subscribe(email, { wording: shown });
    expect(await refused.json()).toMatchObject({
      code: "invalid_input",
      errors: [{ path: "wording", code: "unknown_value" }],
    });
    const { WORDINGS } = await import("../../worker/newsletter/wording.ts");
    const { sha256 } = await import("../../worker/platform/bytes.ts");
    const wording = await sha256(WORDINGS.nl[0]);
    await subscribe(email, { wording });
    await house.fetch(await confirmLink(email), { method: "POST" });
    expect((await entriesOf("consent.given", email))[0]?.["wording"]).toEqual({
      sha256: wording,
      text: WORDINGS.nl[0],
    });
  });

  it("refuses a topic that is not offered, and takes the first when none is named", async () => {
    const email = freshAddress();
    expect(await (await subscribe(email, { topics: ["spam"] })).json()).toMatchObject({
      errors: [{ path: "topics.0", code: "unknown_value" }],
    });
    await subscribe(email);
    expect(
      await house.rows(
        "select s.topics from signups s join subscribers p on p.id = s.subscriber_id where email = ?",
        email,
      ),
    ).toEqual([{ topics: '["news"]' }]);
  });

  it("resends while pending, three times a day at most, without telling", async () => {
    const email = freshAddress();
    for (let i = 0; i < 5; i++) expect((await subscribe(email)).status).toBe(202);
    expect(await house.mailsTo(email)).toHaveLength(3);
    house.clock.now += DAY + 1;
    await subscribe(email);
    expect(await house.mailsTo(email)).toHaveLength(4);
  });

  it("when active, changes nothing and sends one note a day", async () => {
    const email = await activeSubscriber();
    const before = await house.rows("select * from subscribers where email = ?", email);
    await subscribe(email, { lang: "en", topics: ["offers"] });
    await subscribe(email, { lang: "en" });
    expect(await house.rows("select * from subscribers where email = ?", email)).toEqual(before);
    expect((await house.mailsTo(email)).filter(({ subject }) => subject.includes("already"))).toHaveLength(1);
  });

  it("a link works once; a second use, at once or later, adds no second consent and no second welcome", async () => {
    const email = freshAddress();
    await subscribe(email);
    const link = await confirmLink(email);
    const replies = await Promise.all([1, 2, 3].map(() => house.fetch(link, { method: "POST" })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 410, 410]);
    const again = await house.fetch(link, { method: "POST" });
    expect(again.status).toBe(410);
    expect(await again.json()).toMatchObject({ code: "token_used" });
    expect(await entriesOf("consent.given", email)).toHaveLength(1);
    expect(await house.mailsTo(email)).toHaveLength(2);
  });

  it("lapses after seven days: the link says so, and the round removes what was pending", async () => {
    const email = freshAddress();
    await subscribe(email);
    const link = await confirmLink(email);
    house.clock.now += 7 * DAY + 1;
    const late = await house.fetch(link, { method: "POST" });
    expect(late.status).toBe(410);
    expect(await late.json()).toMatchObject({ code: "token_expired" });
    house.clock.now = hourFrom(house.clock.now);
    await house.round();
    expect(await statusOf(email)).toBeUndefined();
  });
});

describe("at the same moment", () => {
  it("two confirmation links of one person give one consent and one welcome", async () => {
    const email = freshAddress();
    await subscribe(email);
    const first = await confirmLink(email);
    await subscribe(email);
    const second = await confirmLink(email);
    expect(second).not.toBe(first);
    const gated = gatedHouse(house, 2);
    const replies = await Promise.all([first, second].map((link) => gated.fetch(link, { method: "POST" })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 410]);
    expect(await entriesOf("consent.given", email)).toHaveLength(1);
    expect((await house.mailsTo(email)).filter(({ subject }) => subject.startsWith("Je bent aangemeld"))).toHaveLength(
      1,
    );
  });

  it("a leave that commits first is not undone by a confirmation that had read before it", async () => {
    const email = freshAddress();
    await subscribe(email);
    const confirm = await confirmLink(email);
    await house.post("/v1/newsletter/unsubscriptions", { email });
    const leave = await leaveLink(email);
    const gated = gatedHouse(house, 2);
    const [left, confirmed] = await Promise.all([leave, confirm].map((link) => gated.fetch(link, { method: "POST" })));
    expect(left?.status).toBe(200);
    const isLeft = (await statusOf(email)) === "left";
    expect(isLeft).toBe(true);
    expect([200, 410]).toContain(confirmed?.status);
  });
});

describe("leaving", () => {
  it("by the one-click POST of RFC 8058, twice without harm", async () => {
    const email = await activeSubscriber();
    const link = await leaveLink(email);
    const oneClick = {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: "List-Unsubscribe=One-Click",
    };
    expect((await house.fetch(link, oneClick)).status).toBe(200);
    expect(await statusOf(email)).toBe("left");
    expect((await house.fetch(link, oneClick)).status).toBe(200);
    expect(await entriesOf("consent.withdrawn", email)).toEqual([
      { email, by: "one-click", withdrawnAt: new Date(house.clock.now).toISOString() },
    ]);
  });

  it("again, after asking to join anew, ends that sign-up too", async () => {
    const email = await activeSubscriber();
    const leave = await leaveLink(email);
    await house.fetch(leave, { method: "POST" });
    await subscribe(email);
    const confirm = await confirmLink(email);
    expect((await house.fetch(leave, { method: "POST" })).status).toBe(200);
    expect((await house.fetch(confirm, { method: "POST" })).status).toBe(410);
    expect(await statusOf(email)).toBe("left");
    expect(await entriesOf("consent.withdrawn", email)).toHaveLength(1);
  });

  it("by the same link three times at once is one entry", async () => {
    const email = await activeSubscriber();
    const link = await leaveLink(email);
    const gated = gatedHouse(house, 3);
    const replies = await Promise.all([1, 2, 3].map(() => gated.fetch(link, { method: "POST" })));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await entriesOf("consent.withdrawn", email)).toHaveLength(1);
  });

  it("by multipart one-click and by the button", async () => {
    for (const body of [
      (() => {
        const form = new FormData();
        form.set("List-Unsubscribe", "One-Click");
        return form;
      })(),
      undefined,
    ]) {
      const email = await activeSubscriber();
      expect((await house.fetch(await leaveLink(email), { method: "POST", ...(body ? { body } : {}) })).status).toBe(
        200,
      );
      expect(await statusOf(email)).toBe("left");
    }
  });

  it("by asking for a link, three mails a day at most; a stranger's address gets none", async () => {
    const email = await activeSubscriber();
    for (let i = 0; i < 5; i++) {
      const reply = await house.post("/v1/newsletter/unsubscriptions", { email });
      expect([reply.status, await reply.json()]).toEqual([202, { status: "requested" }]);
    }
    expect((await house.mailsTo(email)).filter(({ subject }) => subject.startsWith("Afmelden"))).toHaveLength(3);
    expect((await house.fetch(await leaveLink(email), { method: "POST" })).status).toBe(200);
    expect(await statusOf(email)).toBe("left");
    const stranger = freshAddress();
    expect((await house.post("/v1/newsletter/unsubscriptions", { email: stranger })).status).toBe(202);
    expect(await house.mailsTo(stranger)).toEqual([]);
  });

  it("a confirmation link from before does not bring the address back; a new sign-up does, with a consent of its own", async () => {
    const email = freshAddress();
    await subscribe(email);
    const old = await confirmLink(email);
    await house.post("/v1/newsletter/unsubscriptions", { email });
    await house.fetch(await leaveLink(email), { method: "POST" });
    expect((await house.fetch(old, { method: "POST" })).status).toBe(410);
    expect(await statusOf(email)).toBe("left");
    await subscribe(email);
    await house.fetch(await confirmLink(email), { method: "POST" });
    expect(await statusOf(email)).toBe("active");
    await house.fetch(await leaveLink(email), { method: "POST" });
    expect(await statusOf(email)).toBe("left");
    expect(await entriesOf("consent.withdrawn", email)).toHaveLength(2);
  });
});
