import { describe, expect, it } from "vitest";
import { createHouse, DAY, freshAddress, linkIn, panelToken } from "./house.ts";

const house = createHouse();
const send = (body: object, headers: Record<string, string> = {}, query = "") =>
  house.post(`/v1/contact/messages${query}`, body, headers);
const stored = (email: string) =>
  house.rows<{ reference: string; status: string; body: string; channel: string; customer_number: string | null }>(
    "select * from conversations c join messages m on m.conversation_id = c.id where email = ?",
    email,
  );
const sendForm = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  house.fetch("/v1/contact/messages?surface=site", { method: "POST", body: new URLSearchParams(fields), headers });

describe('Invariant 3: "sent" only after the commit; a retry with the same key gives the same answer and one row', () => {
  it("stores one conversation, however often and at once the same key comes", async () => {
    const email = freshAddress();
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const body = { email, message: "Mijn site is traag.", name: "Jan", subject: "Traag" };
    const replies = await Promise.all(Array.from({ length: 5 }, () => send(body, headers)));
    const references = await Promise.all(
      replies.map(async (reply) => ((await reply.json()) as { reference: string }).reference),
    );
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(references).size).toBe(1);
    expect(references[0]).toMatch(/^FP-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(await stored(email)).toMatchObject([
      { reference: references[0], status: "new", channel: "widget", body: body.message },
    ]);
    expect(await house.mailsTo(email)).toHaveLength(1);
  });

  it("refuses the same key for another message, and stores nothing of it", async () => {
    const email = freshAddress();
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    await send({ email, message: "een" }, headers);
    const other = await send({ email, message: "twee" }, headers);
    expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([422, "idempotency_key_reused"]);
    expect(await stored(email)).toHaveLength(1);
  });

  it("says nothing is sent when the commit fails", async () => {
    const email = freshAddress();
    const DB = new Proxy(house.bindings.DB, {
      get(target, name: keyof D1Database) {
        if (name === "batch") return () => Promise.reject(new Error("D1_ERROR: the disk is gone"));
        const value = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const broken = createHouse({ DB });
    const reply = await broken.post("/v1/contact/messages", { email, message: "hallo" });
    expect(reply.status).toBe(500);
    expect(await reply.json()).toEqual({
      type: "urn:fineprint:problem:internal",
      title: "Something went wrong here",
      status: 500,
      detail: expect.stringMatching(/^Request [\w-]{12}$/),
      code: "internal",
    });
    expect(broken.woken).toEqual([]);
    expect(await stored(email)).toEqual([]);
  });

  it("two messages without a key are two conversations", async () => {
    const email = freshAddress();
    await send({ email, message: "een" });
    await send({ email, message: "een" });
    expect(await stored(email)).toHaveLength(2);
  });
});

describe("Invariant 10: mail never carries a stranger's words to a third person", () => {
  it("neither receipt nor confirmation repeats name, subject or message", async () => {
    const words = { name: "Kanarie-naam", subject: "Kanarie-onderwerp", message: "Kanarie-bericht" };
    const email = freshAddress();
    await send({ email, ...words, lang: "en" });
    await sendForm({ email, ...words });
    const mails = await house.mailsTo(email);
    expect(mails).toHaveLength(2);
    expect(JSON.stringify(mails)).not.toMatch(/kanarie/i);
    expect(JSON.stringify(await house.rows("select * from outbox where recipient = ?", email))).not.toMatch(/kanarie/i);
  });

  it("a name or subject with a line break is refused", async () => {
    for (const field of ["name", "subject"]) {
      const reply = await send({ email: freshAddress(), message: "hallo", [field]: "a\r\nBcc: x@example.nl" });
      expect(await reply.json()).toMatchObject({ code: "invalid_input", errors: [{ path: field, code: "invalid" }] });
    }
  });
});

describe("from a control panel", () => {
  it("hangs the message on the customer number of a verified token", async () => {
    const email = freshAddress();
    const token = await panelToken(house.clock.now, { number: "10009999" });
    const reply = await send({ email, message: "hallo" }, { Authorization: `Bearer ${token}` }, "?surface=panel");
    expect(reply.status).toBe(201);
    expect(await stored(email)).toMatchObject([{ customer_number: "10009999", channel: "panel" }]);
  });

  it("refuses a claim that does not verify, and never takes it as anonymous", async () => {
    const now = house.clock.now;
    const wrong = {
      "another secret": await panelToken(now, { secret: "another-secret-of-at-least-32-characters" }),
      "another surface": await panelToken(now, { issuer: "site" }),
      "another audience": await panelToken(now, { audience: "https://elsewhere.test" }),
      expired: await panelToken(now - DAY),
      "too long": await panelToken(now, { life: 3600 }),
      unsigned: `${btoa('{"alg":"none"}')}.${btoa('{"sub":"1","iss":"panel"}')}.`,
      "no token": "hello",
      "a wrong number": await panelToken(now, { number: "10 or 1=1" }),
    };
    for (const [what, token] of Object.entries(wrong)) {
      const email = freshAddress();
      const reply = await send({ email, message: "hallo" }, { Authorization: `Bearer ${token}` }, "?surface=panel");
      expect([what, reply.status, ((await reply.json()) as { code: string }).code]).toEqual([
        what,
        401,
        "unauthorized",
      ]);
      expect(await stored(email)).toEqual([]);
    }
    const onSite = await send(
      { email: freshAddress(), message: "hallo" },
      { Authorization: `Bearer ${await panelToken(now)}` },
      "?surface=site",
    );
    expect(onSite.status).toBe(401);
  });
});

describe("a plain form", () => {
  it("waits for a click in a mail, then counts once, with a receipt", async () => {
    const email = freshAddress();
    const reply = await sendForm({ email, message: "Zonder script.", lang: "nl", website: "" });
    expect([reply.status, reply.headers.get("location")]).toEqual([303, "/contact/sent?lang=nl"]);
    expect(await (await house.fetch("/contact/sent?lang=nl")).text()).toContain("Klik daarin op de knop");
    expect(await stored(email)).toMatchObject([{ status: "unconfirmed", channel: "form" }]);
    const link = linkIn((await house.mailsTo(email))[0], "/contact/confirm");
    expect(await (await house.fetch(link)).text()).toContain('<form method="post">');
    expect(await stored(email)).toMatchObject([{ status: "unconfirmed" }]);
    const done = await Promise.all([1, 2].map(() => house.fetch(link, { method: "POST" })));
    expect(done.map(({ status }) => status)).toContain(200);
    expect((await house.fetch(link, { method: "POST" })).status).toBe(410);
    const [conversation] = await stored(email);
    expect(conversation?.status).toBe("new");
    const receipts = (await house.mailsTo(email)).filter(({ subject }) =>
      subject.includes(conversation?.reference ?? "-"),
    );
    expect(receipts).toHaveLength(1);
  });

  it("a double submit is one message and one mail", async () => {
    const email = freshAddress();
    await Promise.all([1, 2].map(() => sendForm({ email, message: "twee keer geklikt" })));
    expect(await stored(email)).toHaveLength(1);
    expect(await house.mailsTo(email)).toHaveLength(1);
  });

  it("comes back filled in, with the error beside the field, in the reader's language", async () => {
    const reply = await sendForm(
      { email: "geen adres", message: "Mijn <b>lange</b> verhaal", lang: "nl" },
      { Accept: "text/html" },
    );
    const html = await reply.text();
    expect(reply.status).toBe(422);
    expect(html).toContain("Mijn &lt;b&gt;lange&lt;/b&gt; verhaal");
    expect(html).toContain("Dit is geen e-mailadres");
    expect(html).toContain('aria-describedby="email-error"');
    const english = await sendForm({ email: "x@example.nl", message: " ", lang: "en" });
    expect(await english.text()).toContain("Please fill in this field.");
  });

  it("mails one address twenty times a day at most, and tells nobody that it stopped", async () => {
    const RATE_ADDRESS = { limit: async () => ({ success: true }) };
    const open = createHouse({ RATE_ADDRESS });
    const email = freshAddress();
    const post = (i: number) =>
      open.fetch("/v1/contact/messages", {
        method: "POST",
        body: new URLSearchParams({ email, message: `bericht ${i}` }),
      });
    const replies = await Promise.all(Array.from({ length: 25 }, (_, i) => post(i)));
    expect(replies.map(({ status }) => status)).toEqual(Array(25).fill(303));
    expect(await open.mailsTo(email)).toHaveLength(20);
    expect(await stored(email)).toHaveLength(25);
  });

  it("from one caller comes five times a minute at most, without losing the text", async () => {
    const headers = { "CF-Connecting-IP": "203.0.113.9" };
    let last = await sendForm({ email: freshAddress(), message: "eerste" }, headers);
    // The binding counts by the minute of the real clock: twice the limit is surely over it.
    for (let i = 0; i < 10 && last.status === 303; i++) {
      last = await sendForm({ email: freshAddress(), message: `bericht ${i}` }, headers);
    }
    expect(last.status).toBe(429);
    expect(await last.text()).toMatch(/bericht \d/);
  });

  it("with a panel token that does not verify is refused too", async () => {
    const reply = await sendForm({ email: freshAddress(), message: "hallo" }, { Authorization: "Bearer nonsense" });
    expect(reply.status).toBe(401);
  });

  it("lapses after seven days without a click", async () => {
    const email = freshAddress();
    await sendForm({ email, message: "vergeten" });
    const kept = freshAddress();
    await send({ email: kept, message: "blijft" });
    house.clock.now += 7 * DAY + 1;
    await house.round();
    expect(await stored(email)).toEqual([]);
    expect(await stored(kept)).toHaveLength(1);
  });
});
