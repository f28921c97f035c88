import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { numberOf, reserveNumbers } from "../../worker/customers/number.ts";
import { ADDRESS, createCustomers, freshNumber, someone } from "./customers.ts";
import { createHouse, DAY, freshAddress, hourFrom } from "./house.ts";

const house = createHouse();
const { post, put, get, close, entriesOf } = createCustomers(house);
const countOf = async (email: string) =>
  (await house.rows<{ n: number }>("select count(*) as n from customers where email = ?", email))[0]?.n;

describe("POST /v1/customers", () => {
  it("gives a number of our series with its check digit, one after another", async () => {
    const [first, second] = [await post(someone()), await post(someone())];
    expect([first.status, second.status]).toEqual([201, 201]);
    const places = [first, second].map(({ body }) => Number(String(body["number"]).slice(1, -1)));
    expect(places[1]).toBe((places[0] ?? 0) + 1);
    expect(first.body["number"]).toBe(numberOf("K", places[0] ?? 0));
  });

  it("keeps all that it is given, and shows all but the hashes", async () => {
    const given = someone({
      kind: "company",
      organisation: "Voorbeeld BV",
      lang: "en",
      phone: "+31 (0)20 123 45 67",
      address: { ...ADDRESS, country: "nl" },
      billingAddress: { ...ADDRESS, street: "Postbus 2" },
      paymentReference: "NL•• INGB •••• 5678",
      ip: "2001:db8::1",
      source: "order-system",
    });
    const { body } = await post(given);
    const at = new Date(house.clock.now).toISOString();
    const expected = { ...given, address: ADDRESS, registeredAt: at, changedAt: at, closedAt: null };
    expect(body).toEqual({ ...expected, number: body["number"] });
    expect((await get(`/${body["number"]}`)).body).toEqual(body);
    const { number } = body;
    expect(await entriesOf(String(number))).toEqual([
      {
        kind: "customer.registered",
        by: "key",
        body: { customerNumber: number, kind: "company", source: "order-system", policyDate: null },
      },
    ]);
  });

  it("the same key with the same customer, also at once, gives the same number and one row", async () => {
    const customer = someone();
    const key = crypto.randomUUID();
    const replies = await Promise.all(Array.from({ length: 5 }, () => post(customer, key)));
    const later = await post(customer, key);
    expect(new Set([...replies, later].map(({ status, body }) => `${status} ${body["number"]}`)).size).toBe(1);
    expect(later.status).toBe(201);
    expect(await countOf(customer.email)).toBe(1);
    expect(await entriesOf(String(later.body["number"]))).toHaveLength(1);
  });

  it("the same key for another customer is refused, and nothing of them is stored", async () => {
    const key = crypto.randomUUID();
    await post(someone(), key);
    const other = someone();
    expect(await post(other, key)).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    expect(await countOf(other.email)).toBe(0);
  });

  it("an address may have several customers, and nobody can tell", async () => {
    const customer = someone();
    const [first, second] = [await post(customer), await post(customer)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(Object.keys(first.body)).toEqual(Object.keys(second.body));
    expect(await countOf(customer.email)).toBe(2);
  });

  it("passes over a number that the host uses already, as after a change of prefix", async () => {
    const [, place] = await reserveNumbers(createHouse({ CUSTOMER_PREFIX: "Q" }).rt, 2);
    expect(place).toBe(numberOf("Q", 2));
    expect((await put(numberOf("Q", 3), someone())).status).toBe(201);
    const moved = createHouse({ CUSTOMER_PREFIX: "Q" });
    expect((await createCustomers(moved).post(someone())).body["number"]).toBe(numberOf("Q", 4));
    expect((await put(numberOf("Q", 6), someone())).status).toBe(201);
    // As an import takes them, many at once.
    expect(await reserveNumbers(moved.rt, 3)).toEqual([5, 7, 8].map((one) => numberOf("Q", one)));
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ["no name", { name: " " }, "name", "required"],
    ["an unknown kind", { kind: "robot" }, "kind", "unknown_value"],
    ["a bad address", { email: "x@" }, "email", "invalid_email"],
    ["a line break", { name: "a\nb" }, "name", "invalid"],
    ["a company without a name", { kind: "company" }, "organisation", "required"],
    ["half a postal address", { address: { ...ADDRESS, postalCode: "" } }, "address.postalCode", "required"],
    ["a country that is a name", { address: { ...ADDRESS, country: "Nederland" } }, "address.country", "invalid"],
    ["a telephone number that is none", { phone: "call me" }, "phone", "invalid"],
    ["an IP address that is none", { ip: "300.1.1.1" }, "ip", "invalid"],
    ["a card number", { paymentReference: "4111 1111 1111 1111" }, "paymentReference", "card_number"],
    ["a whole IBAN", { paymentReference: "NL91 ABNA 0417 1643 00" }, "paymentReference", "invalid"],
    ["a name too long", { name: "x".repeat(121) }, "name", "too_long"],
  ])("refuses %s", async (_, changes, path, code) => {
    const customer = someone(changes);
    const { status, body } = await post(customer);
    expect([status, body["errors"]]).toEqual([422, [{ path, code }]]);
    expect(await countOf(customer.email)).toBe(0);
  });
});

describe("PUT /v1/customers/{number}", () => {
  it("is 201 for a new one, 200 after that; the same again changes nothing and enters nothing", async () => {
    const number = freshNumber();
    const customer = someone({ address: ADDRESS });
    expect((await put(number, customer)).status).toBe(201);
    const before = (await get(`/${number}`)).body;
    house.clock.now += 60_000;
    const again = await Promise.all([1, 2, 3].map(() => put(number, customer)));
    expect(again.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await get(`/${number}`)).body).toEqual(before);
    expect(await entriesOf(number)).toHaveLength(1);
  });

  it("replaces the whole, but language, IP address and source stay when they are left out", async () => {
    const number = freshNumber();
    const full = someone({ lang: "en", ip: "192.0.2.7", source: "orders", phone: "020 1234567", address: ADDRESS });
    await put(number, full);
    const { body } = await put(number, someone({ email: full.email, name: "Sam Bakker" }));
    expect(body).toMatchObject({ name: "Sam Bakker", lang: "en", ip: "192.0.2.7", source: "orders" });
    expect(body).toMatchObject({ phone: null, address: null });
    expect((await entriesOf(number))[1]).toEqual({
      kind: "customer.changed",
      by: "key",
      body: { customerNumber: number, fields: ["name", "phone", "address"] },
    });
  });

  it("several at once: one is new, each change has its entry, and the row is one of those sent", async () => {
    const number = freshNumber();
    const names = ["Ans", "Bea", "Cas", "Dirk"];
    const { email } = someone();
    const replies = await Promise.all(names.map((name) => put(number, someone({ email, name }))));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
    const entries = await entriesOf(number);
    expect(entries.map(({ body }) => body["fields"])).toEqual([undefined, ["name"], ["name"], ["name"]]);
    expect(names).toContain((await get(`/${number}`)).body["name"]);
  });

  it("refuses a number that is none, has a wrong check digit, or was not given out", async () => {
    const wrong = async (number: string) => {
      const { status, body } = await put(number, someone());
      return `${status} ${body["code"]} ${JSON.stringify(body["errors"] ?? null)}`;
    };
    const invalid = (code: string) => `422 invalid_input [{"path":"number","code":"${code}"}]`;
    expect(await wrong("a%20b")).toBe(invalid("invalid"));
    expect(await wrong("x".repeat(41))).toBe(invalid("invalid"));
    const issued = String((await post(someone())).body["number"]);
    const digit = (Number(issued.slice(-1)) + 1) % 10;
    expect(await wrong(issued.slice(0, -1) + digit)).toBe(invalid("check_digit"));
    expect(await wrong(numberOf("K", 9_000_000))).toBe("409 number_not_issued null");
    expect(await wrong(numberOf("K", 0))).toBe("409 number_not_issued null");
    expect((await put(issued, someone())).status).toBe(200);
    const [unused = ""] = await reserveNumbers(house.rt, 1);
    expect((await put(unused, someone())).status).toBe(201);
    expect((await put("K12", someone())).status).toBe(201);
  });
});

describe("closing", () => {
  it("is entered once; who is closed stays readable and is never changed again", async () => {
    const number = freshNumber();
    const customer = someone();
    await put(number, customer);
    const replies = [await close(number), await close(number)];
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    expect(replies[0]?.body).toEqual(replies[1]?.body);
    expect((await get(`/${number}`)).body["closedAt"]).toBe(new Date(house.clock.now).toISOString());
    expect(await put(number, { ...customer, name: "Other" })).toMatchObject({
      status: 409,
      body: { code: "customer_closed" },
    });
    expect((await put(number, customer)).status).toBe(409);
    expect((await entriesOf(number)).map(({ kind }) => kind)).toEqual(["customer.registered", "customer.closed"]);
    expect((await close("nobody")).status).toBe(404);
    expect((await get("/nobody")).status).toBe(404);
  });

  it("2557 days later the customer is gone, and the number is never used again", async () => {
    const later = createHouse();
    const [gone, kept] = [freshNumber(), freshNumber()];
    for (const number of [gone, kept]) await put(number, someone());
    house.clock.now = hourFrom(house.clock.now);
    await close(gone);
    later.clock.now = house.clock.now + 2557 * DAY;
    await later.round();
    expect((await get(`/${gone}`)).status).toBe(200);
    later.clock.now += 1;
    await later.round();
    expect((await get(`/${gone}`)).status).toBe(404);
    expect((await get(`/${kept}`)).status).toBe(200);
    expect(await put(gone, someone())).toMatchObject({ status: 409, body: { code: "customer_closed" } });
    expect((await get(`/${gone}`)).status).toBe(404);
    const insert = "insert into customers (number, kind, name, email, lang, source, registered_at, changed_at)";
    const again = env.DB.prepare(`${insert} values (?, 'private', 'x', 'x@example.nl', 'nl', 'x', 0, 0)`).bind(gone);
    await expect(again.run()).rejects.toThrow("number_retired");
  });

  it.each([
    "update customers set number = 'other' where number = ?",
    "delete from retired_numbers",
    "update customer_series set last = last - 1",
  ])("the database refuses: %s", async (statement) => {
    const number = freshNumber();
    await post(someone());
    await put(number, someone());
    await env.DB.prepare("insert or ignore into retired_numbers values ('R1', 0)").run();
    const prepared = env.DB.prepare(statement);
    await expect((statement.includes("?") ? prepared.bind(number) : prepared).run()).rejects.toThrow("number_retired");
  });
});

describe("GET /v1/customers", () => {
  const numbersOf = ({ body }: { body: Record<string, unknown> }) =>
    (body["customers"] as { number: string }[]).map(({ number }) => number);

  it("finds by address and number, whole, and by how a name begins; a page goes on after the last number", async () => {
    const email = freshAddress();
    const word = crypto.randomUUID().slice(0, 8);
    const numbers = [freshNumber(), freshNumber(), freshNumber()];
    const names = [`${word} B`, `${word.toUpperCase()} a`, `${word} b`];
    for (const [index, number] of numbers.entries()) await put(number, someone({ email, name: names[index] }));
    expect(numbersOf(await get(`?email=${email.toUpperCase()}`))).toEqual(numbers);
    expect(numbersOf(await get(`?number=${numbers[1]}`))).toEqual([numbers[1]]);
    const byName = [numbers[1], numbers[0], numbers[2]];
    expect(numbersOf(await get(`?name=${word.slice(0, 7)}`))).toEqual(byName);
    for (const [search, order] of [
      [`email=${email}`, numbers],
      [`name=${word}`, byName],
    ] as const) {
      const walked: unknown[] = [];
      let page = await get(`?${search}&limit=1`);
      for (; page.body["next"] !== null; page = await get(`?${search}&limit=1&after=${page.body["next"]}`)) {
        walked.push(...numbersOf(page));
      }
      expect([...walked, ...numbersOf(page)]).toEqual(order);
    }
  });

  it("gives a hundred at most, and refuses what it cannot search for", async () => {
    expect((await get("?limit=101")).status).toBe(422);
    expect((await get("?email=x")).status).toBe(422);
    expect(numbersOf(await get("?name=%25"))).toEqual([]);
    expect(numbersOf(await get("?after=nobody"))).toEqual([]);
    const [word, other] = [`X${crypto.randomUUID()}`, freshNumber()];
    await put(other, someone({ name: "Aaron" }));
    await put(freshNumber(), someone({ name: "Bram" }));
    expect(numbersOf(await get(`?name=${word}&after=${other}`))).toEqual([]);
  });
});
