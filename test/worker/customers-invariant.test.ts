import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createCustomers, freshNumber, someone } from "./customers.ts";
import { createHouse, DAY, freshAddress, linkIn } from "./house.ts";
import { newImporter } from "./importing.ts";
import { createSubscribers } from "./subscribers.ts";

const house = createHouse();
const api = createCustomers(house);
const people = createSubscribers(house);

/** What came of one way in: the numbers of the customers it has made. */
type Way = (email: string) => Promise<string[]>;

const numberOf = ({ body }: { body: Record<string, unknown> }) => String(body["number"]);

/** Every way by which somebody becomes a customer, is changed or goes. A new one belongs in this list. */
const WAYS: Readonly<Record<string, Way>> = {
  async "registered over the API, and sent again with the same key"(email) {
    const customer = someone({ email });
    const key = crypto.randomUUID();
    await Promise.all([api.post(customer, key), api.post(customer, key)]);
    return [numberOf(await api.post(customer, key))];
  },
  async "put by an order system, again and again, and changed"(email) {
    const number = freshNumber();
    for (const name of ["Sam", "Sam", "Sam de Vries"])
      await api.put(number, someone({ email, name, source: "orders" }));
    return [number];
  },
  async "given the address later"(email) {
    const number = freshNumber();
    await api.put(number, someone());
    await api.put(number, someone({ email }));
    return [number];
  },
  async "sent with words that mean something to the newsletter"(email) {
    const more = {
      topics: ["news"],
      newsletter: true,
      subscribe: true,
      wording: "x",
      consent: "yes",
      status: "active",
    };
    await house.post("/v1/registrations", { ...someone({ email }), ...more });
    return [numberOf(await api.post({ ...someone({ email }), ...more }))];
  },
  async "registered by the form, confirmed, and confirmed again"(email) {
    await house.post("/v1/registrations", someone({ email }));
    const link = linkIn((await house.mailsTo(email)).at(-1), "/register/confirm");
    for (const method of ["GET", "POST", "POST"]) await house.fetch(link, { method });
    const rows = await house.rows<{ number: string }>("select number from customers where email = ?", email);
    return rows.map(({ number }) => number);
  },
  async "registered by the form without JavaScript"(email) {
    const body = new URLSearchParams({ kind: "private", name: "Sam", email, lang: "nl" });
    await house.fetch("/v1/registrations?surface=site", { method: "POST", body });
    await house.fetch(linkIn((await house.mailsTo(email)).at(-1), "/register/confirm"), { method: "POST" });
    const rows = await house.rows<{ number: string }>("select number from customers where email = ?", email);
    return rows.map(({ number }) => number);
  },
  async "imported from a file that speaks of the newsletter, and imported again with another name"(email) {
    const importer = await newImporter(house);
    const number = freshNumber();
    for (const name of ["Sam", "Sam", "Sam de Vries"]) {
      const file = `number,name,email,newsletter,status,topics\n${number},${name},${email},yes,active,news\n`;
      expect(await importer.run(file)).toMatchObject({ state: "done", refused: 0 });
    }
    return [number];
  },
  async "looked up, closed, and put again"(email) {
    const number = freshNumber();
    await api.put(number, someone({ email }));
    await api.get(`/${number}`);
    await api.get(`?email=${email}`);
    await api.close(number);
    await api.put(number, someone({ email, name: "Back again" }));
    return [number];
  },
};

const subscribers = () => house.rows("select * from subscribers order by id");
const signups = () => house.rows("select * from signups order by id");
const consents = () => house.rows("select id from ledger_entries where kind like 'consent.%' order by seq");
const newsletter = async () => ({
  subscribers: await subscribers(),
  signups: await signups(),
  consents: await consents(),
  mails: await house.rows("select id from outbox where template like 'newsletter.%' order by id"),
});

/** Addresses that the newsletter knows: who reads it, who waits, who left. */
const known: Record<string, string> = {};

beforeAll(async () => {
  known["active"] = await people.activeSubscriber();
  known["pending"] = freshAddress();
  await people.subscribe(known["pending"]);
  const left = await people.activeSubscriber();
  await house.fetch(await people.leaveLink(left), { method: "POST" });
  known["left"] = left;
  const states = ["active", "pending", "left"].map((state) => people.statusOf(known[state] ?? ""));
  expect(await Promise.all(states)).toEqual(["active", "pending", "left"]);
});

describe("Invariant 1: no order, registration or customer import ever creates a subscription", () => {
  describe.each(Object.entries(WAYS))("%s", (_, way) => {
    it.each(["unknown", "active", "pending", "left"])("whose address is %s to the newsletter", async (state) => {
      const before = await newsletter();
      expect(before.subscribers.length).toBeGreaterThanOrEqual(3);
      const numbers = await way(known[state] ?? freshAddress());
      expect(numbers.length).toBeGreaterThan(0);
      for (const number of numbers) expect((await api.get(`/${number}`)).status).toBe(200);
      expect(await newsletter()).toEqual(before);
    });
  });

  it("nor does what becomes of them by itself: the mails that go out, and the years that pass", async () => {
    const number = freshNumber();
    await api.put(number, someone());
    await api.close(number);
    await house.post("/v1/registrations", someone());
    const later = createHouse({ ENVIRONMENT: "development", MAIL_TRANSPORT: "mailbox" });
    later.clock.now += DAY;
    const before = await newsletter();
    expect(house.woken.length).toBeGreaterThan(20);
    await later.consume(house.woken.slice(-50));
    expect(await newsletter()).toEqual(before);
    later.clock.now += 2600 * DAY;
    await later.round();
    expect((await api.get(`/${number}`)).status).toBe(404);
    // What waited for a click has lapsed by then, and who left is erased; nobody has come.
    const stay = before.subscribers.filter(({ status }) => status === "active");
    expect(stay).toHaveLength(1);
    expect(await subscribers()).toEqual(stay);
    expect(await consents()).toEqual(before.consents);
  });

  const insert = (status: string, id: string) =>
    env.DB.prepare(
      "insert into subscribers (id, email, status, lang, topics, source, requested_at) values (?, ?, ?, 'nl', '[]', 'site', 0)",
    ).bind(id, freshAddress(), status);

  it.each(["active", "left", ""])("the database takes no subscriber who begins as '%s'", async (status) => {
    await expect(insert(status, crypto.randomUUID()).run()).rejects.toThrow("no_signup");
  });

  it("the database makes no one active without a sign-up of their own that waits", async () => {
    const [id, other] = [crypto.randomUUID(), crypto.randomUUID()];
    await insert("pending", id).run();
    await insert("pending", other).run();
    const activate = (whose: string) =>
      env.DB.prepare("update subscribers set status = 'active', confirmed_at = 2 where id = ?").bind(whose).run();
    const signup = env.DB.prepare(
      "insert into signups (id, subscriber_id, lang, topics, surface, requested_at) values (?, ?, 'nl', '[]', 'site', 0)",
    );
    await expect(activate(id)).rejects.toThrow("no_signup");
    await signup.bind(crypto.randomUUID(), other).run();
    await expect(activate(id)).rejects.toThrow("no_signup");
    await env.DB.prepare("update signups set confirmed_at = 1 where subscriber_id = ?").bind(other).run();
    await expect(activate(other)).rejects.toThrow("no_signup");
    await signup.bind(crypto.randomUUID(), id).run();
    await activate(id);
    expect((await house.rows("select status from subscribers where id = ?", id))[0]).toEqual({ status: "active" });
    // "insert or replace" gets around no trigger.
    const replace =
      "insert or replace into subscribers (id, email, status, lang, topics, source, requested_at) select id, email, 'active', lang, topics, source, 1";
    await expect(env.DB.prepare(`${replace} from subscribers where id = ?`).bind(other).run()).rejects.toThrow(
      "no_signup",
    );
  });
});
