import { describe, expect, it } from "vitest";
import { numberFault } from "../../worker/customers/number.ts";
import { ADDRESS, createCustomers, someone } from "./customers.ts";
import { createHouse, DAY, freshAddress, linkIn } from "./house.ts";
import { newImporter } from "./importing.ts";
import { everything } from "./staff.ts";
import { gatedHouse } from "./subscribers.ts";

const house = createHouse();
const send = (body: object, headers: Record<string, string> = {}, query = "") =>
  house.post(`/v1/registrations${query}`, body, headers);
const sendForm = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  house.fetch("/v1/registrations?surface=site", { method: "POST", body: new URLSearchParams(fields), headers });
const customersOf = (email: string) => house.rows("select * from customers where email = ?", email);
const registrationsOf = (email: string) => house.rows("select * from registrations where email = ?", email);
const confirmLink = async (email: string) => linkIn((await house.mailsTo(email)).at(-1), "/register/confirm");
const press = async (link: string) => {
  const reply = await house.fetch(link, { method: "POST", headers: { Accept: "text/html" } });
  return { status: reply.status, html: await reply.text() };
};
const numberIn = (html: string) => /\bK\d{8,}\b/.exec(html)?.[0] ?? "";

describe("registering by the form", () => {
  it("gives a number after a click in a mail: one, shown, mailed and entered", async () => {
    const registration = someone({
      kind: "company",
      organisation: "Voorbeeld BV",
      address: ADDRESS,
      phone: "020 1234567",
    });
    const { email } = registration;
    const asked = await send({ ...registration, lang: "en" }, { "CF-Connecting-IP": "192.0.2.44" });
    expect([asked.status, await asked.json()]).toEqual([202, { status: "pending" }]);
    expect(await customersOf(email)).toEqual([]);
    const link = await confirmLink(email);
    const page = await (await house.fetch(link)).text();
    expect(page).toContain('<form method="post">');
    expect(await customersOf(email)).toEqual([]);
    const { status, html } = await press(link);
    const number = numberIn(html);
    expect([status, numberFault(house.rt.settings, number)]).toEqual([200, null]);
    const { get, entriesOf } = createCustomers(house);
    expect((await get(`/${number}`)).body).toMatchObject({
      ...registration,
      lang: "en",
      ip: "192.0.2.44",
      source: "form",
    });
    const welcome = (await house.mailsTo(email)).at(-1);
    expect(welcome?.subject).toBe(`Your customer number is ${number}`);
    expect(await entriesOf(number)).toEqual([
      {
        kind: "customer.registered",
        by: null,
        body: { customerNumber: number, kind: "company", source: "form", policyDate: null },
      },
    ]);
    expect(await registrationsOf(email)).toMatchObject([{ number, filled_in: null }]);
  });

  it("a link that was used says so, and makes no second customer", async () => {
    const { email, ...rest } = someone();
    await send({ ...rest, email });
    const link = await confirmLink(email);
    await press(link);
    const again = await press(`${link}&lang=nl`);
    expect([again.status, again.html.includes("al gebruikt")]).toEqual([410, true]);
    expect((await house.fetch(link)).status).toBe(410);
    expect(await customersOf(email)).toHaveLength(1);
    expect(await house.mailsTo(email)).toHaveLength(2);
  });

  it("pressed by several at once, each having read before any wrote, it gives one number", async () => {
    const { email, ...rest } = someone();
    await send({ ...rest, email });
    const link = await confirmLink(email);
    const gated = gatedHouse(house, 2);
    const replies = await Promise.all([1, 2].map(() => gated.fetch(link, { method: "POST" })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 410]);
    expect(await customersOf(email)).toHaveLength(1);
    expect(await house.mailsTo(email)).toHaveLength(2);
  });

  it("many who confirm at once, while others are registered over the API, get a number each", async () => {
    const people = Array.from({ length: 8 }, () => someone());
    for (const person of people) await send(person);
    const links = await Promise.all(people.map(({ email }) => confirmLink(email)));
    const { post } = createCustomers(house);
    const pages = await Promise.all([...links.map(press), ...people.map(() => post(someone()))]);
    expect(pages.map(({ status }) => status).sort()).toEqual([...Array(8).fill(200), ...Array(8).fill(201)]);
    const rows = await house.rows<{ number: string }>("select number from customers");
    const shown = pages.map((page) => ("html" in page ? numberIn(page.html) : page.body["number"]));
    expect(new Set(shown).size).toBe(16);
    expect(rows.map(({ number }) => number)).toEqual(expect.arrayContaining(shown));
  });

  it("an expired link gives nothing; a week later what was typed is gone", async () => {
    const { email, ...rest } = someone();
    await send({ ...rest, email });
    const link = await confirmLink(email);
    const later = createHouse();
    later.clock.now += 7 * DAY;
    const reply = await later.fetch(link, { method: "POST" });
    expect([reply.status, await customersOf(email)]).toEqual([410, []]);
    later.clock.now += 1;
    await later.round();
    expect(await registrationsOf(email)).toEqual([]);
  });

  it("mails an address three times a day, and says the same a fourth time", async () => {
    const { email, ...rest } = someone();
    const replies: unknown[] = [];
    for (let sent = 0; sent < 5; sent++) {
      const reply = await send({ ...rest, email });
      replies.push([reply.status, await reply.text()]);
    }
    expect(replies).toEqual(Array(5).fill([202, '{"status":"pending"}']));
    expect([(await house.mailsTo(email)).length, (await registrationsOf(email)).length]).toEqual([3, 3]);
  });

  it("takes no payment reference, no robot, no other page, and asks for the proof of work", async () => {
    const person = someone();
    await send({ ...person, paymentReference: "cst_8wmqcHMN4U", ip: "192.0.2.1", source: "x" });
    const [row] = await registrationsOf(person.email);
    expect(JSON.stringify(row)).not.toMatch(/cst_8|192\.0\.2\.1/);
    const codeOf = async (reply: Response) => ((await reply.json()) as { code: string }).code;
    expect(await codeOf(await send({ ...someone(), website: "x" }))).toBe("looks_automated");
    expect(await codeOf(await send(someone(), { Origin: "https://evil.example" }))).toBe("origin_not_allowed");
    expect(await codeOf(await send(someone(), {}, "?surface=nowhere"))).toBe("unknown_surface");
    expect(await codeOf(await send(someone({ kind: "company" })))).toBe("invalid_input");
    const guarded = createHouse({ CHALLENGE_COST: "10" });
    expect(await codeOf(await guarded.post("/v1/registrations", someone()))).toBe("challenge_invalid");
  });

  it("keeps no address of a developer's own machine, and believes no other header", async () => {
    for (const ip of ["127.0.0.1", "::1"]) {
      const { email, ...rest } = someone();
      await send({ ...rest, email }, { "CF-Connecting-IP": ip });
      expect(await registrationsOf(email)).toMatchObject([{ ip: null }]);
    }
    const { email, ...rest } = someone();
    await send({ ...rest, email }, { "X-Forwarded-For": "203.0.113.9" });
    expect(await registrationsOf(email)).toMatchObject([{ ip: null }]);
  });
});

describe("an address", () => {
  it("may be left out as a whole, also with a country filled in; of one that is begun, all of it is needed", async () => {
    const none = { street: " ", postalCode: "", city: "", country: "NL" };
    const person = someone({ address: { country: "NL" }, billingAddress: none });
    expect((await send(person)).status).toBe(202);
    const [row] = await house.rows<{ filled_in: string }>(
      "select filled_in from registrations where email = ?",
      person.email,
    );
    expect(JSON.parse(row?.filled_in ?? "")).toMatchObject({ address: null, billingAddress: null });
    const { post } = createCustomers(house);
    expect((await post(someone({ address: none, billingAddress: null }))).body).toMatchObject({ address: null });
    const reply = await send(someone({ billingAddress: { ...none, city: "Utrecht" } }));
    const { errors } = await reply.json<{ errors: object[] }>();
    expect(errors).toEqual(
      ["street", "postalCode"].map((part) => ({ path: `billingAddress.${part}`, code: "required" })),
    );
  });
});

describe("a company without an organisation", () => {
  it("is told with all else that is wrong, by the API, the form and the import alike", async () => {
    const reply = await send({ kind: "company", name: "", email: "x", organisation: " " });
    const { errors } = await reply.json<{ errors: { path: string }[] }>();
    expect(errors.map(({ path }) => path).sort()).toEqual(["email", "name", "organisation"]);
    const html = await (await sendForm({ kind: "company", name: "", email: "x", lang: "nl" })).text();
    for (const field of ["name", "email", "organisation"]) expect(html).toContain(`id="${field}-error"`);
    const { post } = createCustomers(house);
    const { body } = await post({ kind: "company", organisation: null });
    expect(body["errors"]).toHaveLength(3);
    const importer = await newImporter(house);
    const { id } = await importer.run("naam;e-mail;soort\nSam;x;bedrijf");
    expect(await importer.faults(id)).toContain("email: invalid_email, organisation: required");
  });

  it("whose organisation is too long is told that alone; so is a body that is none", async () => {
    const reply = await send(someone({ kind: "company", organisation: "x".repeat(161) }));
    expect((await reply.json<{ errors: object[] }>()).errors).toEqual([{ path: "organisation", code: "too_long" }]);
    expect((await send([])).status).toBe(422);
  });
});

describe("the form without JavaScript", () => {
  it("ends on a page of its own, and takes postal addresses field by field", async () => {
    const email = freshAddress();
    const parts = Object.fromEntries(Object.entries(ADDRESS).map(([part, text]) => [`address.${part}`, text]));
    const reply = await sendForm({
      ...{ kind: "private", name: "Sam", email, lang: "nl", website: "", phone: "", organisation: "" },
      ...parts,
      "billingAddress.country": "NL",
    });
    expect([reply.status, reply.headers.get("location")]).toEqual([303, "/register/sent?lang=nl"]);
    expect(await (await house.fetch("/register/sent?lang=nl")).text()).toContain("Klik daarin op de knop");
    const number = numberIn((await press(await confirmLink(email))).html);
    const { get } = createCustomers(house);
    expect((await get(`/${number}`)).body).toMatchObject({ address: ADDRESS, billingAddress: null, phone: null });
  });

  it("comes back filled in, each error beside its field, and what is typed cannot break out", async () => {
    const name = `"><script>alert(1)</script>`;
    const reply = await sendForm({ kind: "company", name, email: "x", lang: "en", "address.street": "Dorpsstraat 1" });
    const html = await reply.text();
    expect(reply.status).toBe(422);
    expect(html).not.toContain("<script>");
    expect(html).toContain("&lt;script&gt;alert(1)");
    for (const field of ["email", "address.city"]) expect(html).toContain(`id="${field}-error"`);
    expect(html).toContain('value="Dorpsstraat 1"');
    expect(html).toMatch(/value="company" selected/);
  });
});

describe("Invariant 3: a retry with the same key gives the same answer and one row", () => {
  const key = () => ({ "Idempotency-Key": crypto.randomUUID() });
  const told = async (reply: Response) => [reply.status, await reply.json()];
  const PENDING = [202, { status: "pending" }];

  it("one registration, one mail and one link, however often and however close together it is sent", async () => {
    const [person, header] = [someone({ address: ADDRESS }), key()];
    expect(await told(await send(person, header))).toEqual(PENDING);
    const replies = await Promise.all([1, 2, 3].map(async () => told(await send(person, header))));
    expect(replies).toEqual([PENDING, PENDING, PENDING]);
    const { email } = person;
    expect([(await registrationsOf(email)).length, (await house.mailsTo(email)).length]).toEqual([1, 1]);
    await press(await confirmLink(email));
    expect(await told(await send(person, header))).toEqual(PENDING);
    expect((await registrationsOf(email)).length).toBe(1);
    expect(await house.mailsTo(email)).toHaveLength(2);
    expect(await customersOf(email)).toHaveLength(1);
  });

  it("also when the address had its mails for the day", async () => {
    const person = someone();
    const headers = [key(), key(), key()];
    for (const header of [...headers, ...headers]) expect(await told(await send(person, header))).toEqual(PENDING);
    expect((await registrationsOf(person.email)).length).toBe(3);
    expect(await house.mailsTo(person.email)).toHaveLength(3);
  });

  it("another registration with the same key is refused, and a key that is none", async () => {
    const [person, header] = [someone(), key()];
    await send(person, header);
    for (const other of [someone(), { ...person, name: "Another" }]) {
      const reply = await send(other, header);
      expect([reply.status, (await reply.json<{ code: string }>()).code]).toEqual([422, "idempotency_key_reused"]);
    }
    expect((await send(person, { "Idempotency-Key": "x".repeat(256) })).status).toBe(422);
    expect((await registrationsOf(person.email)).length).toBe(1);
  });
});

describe("Invariant 4: a registration tells nobody whether an address is known", () => {
  it("same status, same body, same statements for an unknown address, a customer's, and one who registers again", async () => {
    const customer = someone();
    await createCustomers(house).post(customer);
    const pending = someone();
    await send(pending);
    const counted: string[] = [];
    const DB = new Proxy(house.bindings.DB, {
      get(target, name: keyof D1Database) {
        const value = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        if (name !== "prepare") return value.bind(target);
        return (sql: string) => {
          counted.push(sql);
          return target.prepare(sql);
        };
      },
    });
    const watched = createHouse({ DB });
    await watched.post("/v1/registrations", someone());
    const seen = new Set<string>();
    for (const email of [freshAddress(), customer.email, pending.email]) {
      counted.length = 0;
      const reply = await watched.post("/v1/registrations", someone({ email }));
      seen.add(JSON.stringify([reply.status, await reply.text(), [...reply.headers], counted]));
    }
    expect(seen.size).toBe(1);
    expect([...seen][0]).toContain("insert into");
  });
});

describe("Invariant 10: mail never carries a stranger's words to a third person", () => {
  it("neither the confirmation nor the welcome repeats what was filled in", async () => {
    const words = {
      name: "Kanarie Naam",
      organisation: "Kanarie BV",
      address: { street: "Kanarielaan 1", postalCode: "1234 KN", city: "Kanariestad", country: "NL" },
    };
    const person = someone(words);
    await send(person);
    await press(await confirmLink(person.email));
    const mails = await house.mailsTo(person.email);
    expect(mails).toHaveLength(2);
    expect(JSON.stringify(mails)).not.toMatch(/kanarie/i);
    expect(JSON.stringify(await house.rows("select * from outbox where recipient = ?", person.email))).not.toMatch(
      /kanarie/i,
    );
  });
});

describe("Invariant 2: no GET changes anything", () => {
  it("a scanner may open the link as often as it likes", async () => {
    const { email, ...rest } = someone();
    await send({ ...rest, email });
    const link = await confirmLink(email);
    const before = await everything(house);
    for (const method of ["GET", "HEAD", "GET"]) await (await house.fetch(link, { method })).arrayBuffer();
    expect(await everything(house)).toBe(before);
    expect((await press(link)).status).toBe(200);
  });
});
