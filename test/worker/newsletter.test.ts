import { describe, expect, it } from "vitest";
import { createHouse, DAY, freshAddress, linkIn, ORIGIN, type TestHouse } from "./house.ts";

const house = createHouse();
const subscribe = (email: string, more: object = {}, path = "/v1/newsletter/subscriptions") =>
  house.post(path, { email, ...more });
const confirmLink = async (email: string) =>
  linkIn(
    (await house.mailsTo(email)).findLast(({ subject }) => /Bevestig|Confirm/.test(subject)),
    "/newsletter/confirm",
  );
const leaveLink = async (email: string) => linkIn((await house.mailsTo(email)).at(-1), "/newsletter/unsubscribe");
const statusOf = async (email: string) =>
  (await house.rows<{ status: string }>("select status from subscribers where email = ?", email))[0]?.status;
const entriesOf = async (kind: string, email: string) =>
  (await house.rows<{ body: string }>("select body from ledger_entries where kind = ?", kind))
    .map(({ body }) => JSON.parse(body))
    .filter((body) => body.email === email);

async function activeSubscriber(): Promise<string> {
  const email = freshAddress();
  await subscribe(email);
  expect((await house.fetch(await confirmLink(email), { method: "POST" })).status).toBe(200);
  return email;
}

/** Everything in the tables that a request could change. */
const snapshot = async ({ rows }: TestHouse) =>
  JSON.stringify(
    await Promise.all(
      [
        "acknowledgements",
        "policy_versions",
        "policy_texts",
        "spent_challenges",
        "api_keys",
        "subscribers",
        "signups",
        "tokens",
        "outbox",
        "ledger_entries",
        "conversations",
        "messages",
      ].map((table) => rows(`select * from ${table}`)),
    ),
  );

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
    const page = await house.fetch(link, { method: "POST" });
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
    expect((await entriesOf("consent.given", email))[0].wording).toEqual({ sha256: wording, text: WORDINGS.nl[0] });
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
    await house.round();
    expect(await statusOf(email)).toBeUndefined();
  });
});

/** A house whose commits wait until as many have come as are told, so that all have read before any writes. */
function gatedHouse(together: number): TestHouse {
  let waiting: (() => void)[] = [];
  const DB = new Proxy(house.bindings.DB, {
    get(target, name: keyof D1Database) {
      const value = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== "batch") return value.bind(target);
      return async (statements: D1PreparedStatement[]) => {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length < together) return;
          for (const go of waiting) go();
          waiting = [];
        });
        return target.batch(statements);
      };
    },
  });
  const gated = createHouse({ DB });
  gated.clock.now = house.clock.now;
  return gated;
}

describe("at the same moment", () => {
  it("two confirmation links of one person give one consent and one welcome", async () => {
    const email = freshAddress();
    await subscribe(email);
    const first = await confirmLink(email);
    await subscribe(email);
    const second = await confirmLink(email);
    expect(second).not.toBe(first);
    const gated = gatedHouse(2);
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
    const gated = gatedHouse(2);
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
    const gated = gatedHouse(3);
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

describe("Invariant 2: no GET changes anything", () => {
  it("every link of every mail, by GET and HEAD, as scanners do", async () => {
    const email = await activeSubscriber();
    const waiting = freshAddress();
    await subscribe(waiting);
    await house.post("/v1/newsletter/unsubscriptions", { email });
    const form = new URLSearchParams({ email: waiting, message: "hallo" });
    await house.fetch("/v1/contact/messages", { method: "POST", body: form });
    const mails = [...(await house.mailsTo(email)), ...(await house.mailsTo(waiting))];
    const links = mails
      .flatMap(({ text, html }) => [...`${text} ${html}`.matchAll(/https:\/\/fineprint\.test[^\s"<]+/g)])
      .map(([url]) => url.replaceAll("&amp;", "&"));
    expect(links.length).toBeGreaterThan(8);
    const before = await snapshot(house);
    for (const link of links) {
      for (const method of ["GET", "HEAD"]) {
        for (const headers of [{}, { Purpose: "prefetch", "Sec-Purpose": "prefetch;prerender" }]) {
          const reply = await house.fetch(link.slice(ORIGIN.length), { method, headers });
          // 410: a link that its owner has used, which is a page of its own.
          expect([200, 410], link).toContain(reply.status);
        }
      }
    }
    expect(await snapshot(house)).toBe(before);
  });
});

describe("Invariant 4: a public reply tells nobody whether an address is known", () => {
  /** The replies and database calls of a request, without what is random in them. */
  async function trace(path: string, email: string, asForm = false) {
    const calls: string[] = [];
    const DB = new Proxy(house.bindings.DB, {
      get(target, name: keyof D1Database) {
        const value = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          calls.push(name === "batch" ? `batch of ${(args[0] as unknown[]).length}` : `${name} ${String(args[0])}`);
          return Reflect.apply(value, target, args);
        };
      },
    });
    const watched = createHouse({ DB });
    watched.clock.now = house.clock.now;
    await watched.fetch("/v1/notices");
    calls.length = 0;
    const message = "hallo";
    const reply = asForm
      ? await watched.fetch(path, { method: "POST", body: new URLSearchParams({ email, message }) })
      : await watched.post(path, { email, message });
    const headers = Object.fromEntries(reply.headers);
    const body = (await reply.text()).replace(/FP-[0-9A-Z]{4}-[0-9A-Z]{4}/, "FP");
    return { status: reply.status, headers, body, calls, woken: watched.woken.length };
  }

  it.each([false, true])(
    "/v1/contact/messages, as a form: %s: the same for somebody who wrote before and a stranger",
    async (asForm) => {
      const known = await activeSubscriber();
      for (const message of ["een", "twee"]) {
        await house.post("/v1/contact/messages", { email: known, message });
        await house.fetch("/v1/contact/messages", {
          method: "POST",
          body: new URLSearchParams({ email: known, message }),
        });
      }
      const stranger = await trace("/v1/contact/messages", freshAddress(), asForm);
      expect(stranger.status).toBe(asForm ? 303 : 201);
      expect(await trace("/v1/contact/messages", known, asForm)).toEqual(stranger);
    },
  );

  it.each(["/v1/newsletter/subscriptions", "/v1/newsletter/unsubscriptions"])(
    "%s: same status, headers, body, statements and queue messages for unknown, pending, active, left and capped",
    async (path) => {
      const pending = freshAddress();
      await subscribe(pending);
      const left = await activeSubscriber();
      await house.fetch(await leaveLink(left), { method: "POST" });
      const capped = freshAddress();
      for (let i = 0; i < 4; i++) await subscribe(capped);
      const unknown = await trace(path, freshAddress());
      expect(unknown.status).toBe(202);
      for (const email of [pending, await activeSubscriber(), left, capped]) {
        expect(await trace(path, email)).toEqual(unknown);
      }
      const trips = unknown.calls.filter((call) => call.startsWith("batch"));
      expect(trips).toHaveLength(1);
    },
  );
});

describe("Invariant 11: tokens have one purpose, expire, are stored hashed", () => {
  it("no token stands in the database, the outbox or the queue", async () => {
    const email = await activeSubscriber();
    const secrets = (await house.mailsTo(email)).flatMap(({ text }) =>
      [...text.matchAll(/token=[^.\s]+\.(\S+)/g)].map(([, mac]) => mac ?? ""),
    );
    expect(secrets.length).toBeGreaterThanOrEqual(2);
    const everything = (await snapshot(house)) + house.woken.join();
    for (const secret of secrets) expect(everything).not.toContain(secret);
  });

  it("a token for one purpose is worth nothing for another", async () => {
    const email = freshAddress();
    await subscribe(email);
    const token = new URL(`${ORIGIN}${await confirmLink(email)}`).searchParams.get("token") ?? "";
    const reply = await house.fetch(`/newsletter/unsubscribe?token=${token}`, { method: "POST" });
    expect([reply.status, ((await reply.json()) as { code: string }).code]).toEqual([400, "token_invalid"]);
  });

  it("an altered, cut or missing token is refused and changes nothing", async () => {
    const email = freshAddress();
    await subscribe(email);
    const link = await confirmLink(email);
    const flipped = link.slice(0, -1) + (link.endsWith("A") ? "B" : "A");
    for (const wrong of [
      flipped,
      link.slice(0, -5),
      `${link}x`,
      "/newsletter/confirm",
      "/newsletter/confirm?token=%00",
    ]) {
      const reply = await house.fetch(wrong, { method: "POST" });
      expect([reply.status, ((await reply.json()) as { code: string }).code], wrong).toEqual([400, "token_invalid"]);
    }
    expect(await statusOf(email)).toBe("pending");
  });

  it("every kind of link expires", async () => {
    const email = await activeSubscriber();
    const leave = await leaveLink(email);
    await house.fetch("/v1/contact/messages", { method: "POST", body: new URLSearchParams({ email, message: "m" }) });
    const contact = linkIn((await house.mailsTo(email)).at(-1), "/contact/confirm");
    const later = createHouse();
    for (const [link, days] of [
      [contact, 7],
      [leave, 730],
    ] as const) {
      later.clock.now = house.clock.now + days * DAY;
      for (const method of ["GET", "POST"]) {
        const reply = await later.fetch(link, { method });
        expect([reply.status, ((await reply.json()) as { code: string }).code]).toEqual([410, "token_expired"]);
      }
    }
    expect(await statusOf(email)).toBe("active");
  });

  it("an IP address is not kept, whatever header it comes in", async () => {
    const email = freshAddress();
    await house.post(
      "/v1/newsletter/subscriptions",
      { email },
      { "CF-Connecting-IP": "203.0.113.77", "X-Forwarded-For": "198.51.100.8" },
    );
    const everything = await snapshot(house);
    expect(everything).not.toContain("203.0.113.77");
    expect(everything).not.toContain("198.51.100.8");
  });
});
