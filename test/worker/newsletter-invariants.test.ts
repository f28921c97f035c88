import { describe, expect, it } from "vitest";
import { keyed } from "../../worker/platform/tokens.ts";
import { createHouse, DAY, freshAddress, linkIn, ORIGIN } from "./house.ts";
import { everything } from "./staff.ts";
import { createSubscribers } from "./subscribers.ts";

const house = createHouse();
const { subscribe, confirmLink, leaveLink, statusOf, activeSubscriber } = createSubscribers(house);

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
    const before = await everything(house);
    for (const link of links) {
      for (const method of ["GET", "HEAD"]) {
        for (const headers of [{}, { Purpose: "prefetch", "Sec-Purpose": "prefetch;prerender" }]) {
          const reply = await house.fetch(link.slice(ORIGIN.length), { method, headers });
          // 410: a link that its owner has used, which is a page of its own.
          expect([200, 410], link).toContain(reply.status);
        }
      }
    }
    expect(await everything(house)).toBe(before);
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
    "%s: same status, headers, body, statements and queue messages for unknown, pending, active, left, bounced, complained, stopped and capped",
    async (path) => {
      const pending = freshAddress();
      await subscribe(pending);
      const left = await activeSubscriber();
      await house.fetch(await leaveLink(left), { method: "POST" });
      const [bounced, complained, stopped] = [await activeSubscriber(), await activeSubscriber(), freshAddress()];
      for (const [email, status] of [
        [bounced, "bounced"],
        [complained, "complained"],
        [stopped, "staff"],
      ] as const) {
        await house.rows("update subscribers set status = ?, left_at = 0 where email = ?", status, email);
        const hash = await keyed(house.rt, "suppression", email);
        await house.rows("insert into mail_suppressions (hash, reason, at) values (?, ?, 0)", hash, status);
      }
      const capped = freshAddress();
      for (let i = 0; i < 4; i++) await subscribe(capped);
      const unknown = await trace(path, freshAddress());
      expect(unknown.status).toBe(202);
      for (const email of [pending, await activeSubscriber(), left, bounced, complained, stopped, capped]) {
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
    const stored = (await everything(house)) + house.woken.join();
    for (const secret of secrets) expect(stored).not.toContain(secret);
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
    const stored = await everything(house);
    expect(stored).not.toContain("203.0.113.77");
    expect(stored).not.toContain("198.51.100.8");
  });
});
