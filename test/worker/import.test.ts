import { beforeAll, describe, expect, it } from "vitest";
import { numberOf } from "../../worker/customers/number.ts";
import { PART } from "../../worker/platform/csv-file.ts";
import { createHouse, DAY, hourFrom } from "./house.ts";
import { bytesOf, type Importer, newImporter, partOf, workOff } from "./importing.ts";

const house = createHouse();
let importer: Importer;
beforeAll(async () => {
  importer = await newImporter(house);
});

let made = 0;
/** A number of the host's own that no other test has. */
const fresh = () => `H-${Date.now().toString(36)}-${made++}`;
const HEAD = "klantnummer;naam;e-mail";

const customer = async (number: string) => (await house.rows("select * from customers where number = ?", number))[0];
const countOf = async (prefix: string) =>
  (await house.rows<{ n: number }>("select count(*) n from customers where number like ?", `${prefix}%`))[0]?.n;

describe("an import", () => {
  it("adds customers with all their fields, and is in the ledger from start to end, about nobody", async () => {
    const number = fresh();
    const file = [
      "Klantnummer,Naam,E-mailadres,Soort,Bedrijfsnaam,Taal,Telefoon,Straat,Huisnummer,Postcode,Plaats,Land,Factuurstraat,Factuurpostcode,Factuurplaats,IBAN",
      `${number},Ann Jansen,ANN@Example.NL,zakelijk,Jansen BV,Engels,+31 20 1234567,Dam,1 A,1012 JS,Amsterdam,Nederland,Plein 2,2511 CS,Den Haag,NL•• INGB •••• 5678`,
    ].join("\r\n");
    const done = await importer.run(file, { source: "crm" });
    expect(done).toMatchObject({ state: "done", added: 1, changed: 0, unchanged: 0, refused: 0, fault: null });
    expect(await customer(number)).toMatchObject({
      name: "Ann Jansen",
      email: "ann@example.nl",
      kind: "company",
      organisation: "Jansen BV",
      lang: "en",
      phone: "+31 20 1234567",
      address: '{"street":"Dam 1 A","postalCode":"1012 JS","city":"Amsterdam","country":"NL"}',
      billing_address: '{"street":"Plein 2","postalCode":"2511 CS","city":"Den Haag","country":"NL"}',
      payment_reference: "NL•• INGB •••• 5678",
      source: "crm",
      ip: null,
      closed_at: null,
    });
    const told = await house.rows<{ kind: string; subject: null; actor: string; body: string }>(
      "select kind, subject, actor, body from ledger_entries where body like ? order by seq",
      `%${done.id}%`,
    );
    expect(told.map(({ kind, subject, actor }) => [kind, subject, actor.slice(0, 4)])).toEqual([
      ["customers.import-started", null, "key:"],
      ["customers.imported", null, "key:"],
    ]);
    // No name of a file: it could name a person, and these entries are never erased.
    expect(JSON.parse(told[0]?.body ?? "")).toEqual({ import: done.id, source: "crm" });
    expect(JSON.parse(told[1]?.body ?? "")).toEqual({
      import: done.id,
      added: 1,
      changed: 0,
      unchanged: 0,
      refused: 0,
    });
    for (const table of ["parts", "numbers"]) {
      const left = `select 1 from customer_import_${table} where import_id = ?`;
      expect(await house.rows(left, done.id)).toEqual([]);
    }
  });

  it("gives a number to rows without one", async () => {
    const done = await importer.run(`naam;e-mail\nBob;bob@example.nl\nCas;cas@example.nl\n`, { source: "numberless" });
    expect(done).toMatchObject({ state: "done", added: 2 });
    const rows = await house.rows<{ number: string }>("select number from customers where source = 'numberless'");
    for (const { number } of rows) expect(number).toMatch(/^K\d{8}$/);
    expect(new Set(rows.map(({ number }) => number)).size).toBe(2);
  });

  it("changes only what the file mentions and what differs, and counts truthfully", async () => {
    const [one, two, three] = [fresh(), fresh(), fresh()];
    await importer.run(`${HEAD};telefoon\n${one};A;a@example.nl;+31 1\n${two};B;b@example.nl;+31 2\n`);
    const before = await customer(one);
    house.clock.now += 60_000;
    const done = await importer.run(`${HEAD}\n${one};A;a@example.nl\n${two};Bea;b@example.nl\n${three};C;c@example.nl`);
    expect(done).toMatchObject({ added: 1, changed: 1, unchanged: 1, refused: 0 });
    expect(await customer(one)).toEqual(before);
    expect(await customer(two)).toMatchObject({ name: "Bea", phone: "+31 2", changed_at: house.clock.now });
    const skipped = await importer.run(`${HEAD}\n${two};Other;b@example.nl`, { existing: "skip" });
    expect(skipped).toMatchObject({ added: 0, changed: 0, unchanged: 1 });
    expect(await customer(two)).toMatchObject({ name: "Bea" });
  });

  it("leaves kind, language and IP address as they were where a row does not say them", async () => {
    const [one, other] = [fresh(), fresh()];
    const head = `${HEAD};soort;organisatie;taal;ip`;
    await importer.run(`${head}\n${one};A;a@example.nl;company;A BV;en;192.0.2.7`);
    const before = await customer(one);
    const file = `${head}\n${one};A;a@example.nl;;A BV;;\n${other};B;b@example.nl;;;;`;
    const done = await importer.run(file, { kind: "employee", lang: "nl" });
    expect(done).toMatchObject({ added: 1, changed: 0, unchanged: 1 });
    expect(await customer(one)).toEqual(before);
    expect(await customer(other)).toMatchObject({ kind: "employee", lang: "nl", ip: null });
    const bare = await importer.run(`${HEAD}\n${one};Ann;a@example.nl`, { kind: "employee", lang: "nl" });
    expect(bare).toMatchObject({ changed: 1 });
    expect(await customer(one)).toMatchObject({ name: "Ann", kind: "company", lang: "en", ip: "192.0.2.7" });
  });

  it("takes a number of the host's own that begins like one of ours, as PUT does", async () => {
    const number = `K1234567890-${made++}`;
    expect(await importer.run(`${HEAD}\n${number};A;a@example.nl`)).toMatchObject({ added: 1, refused: 0 });
  });

  it("keeps no number of an account of a refused row, wherever it stands", async () => {
    const file = [
      `${HEAD};betaalkenmerk;notitie`,
      ";A;a@example.nl;NL91 ABNA 0417 1643 00;",
      ";B;nobody;;NL91ABNA0417164300",
      ";C;c@example.nl;0417164300 van C;",
      "te veel;D;d@example.nl;;;NL91ABNA0417164300",
    ].join("\n");
    const done = await importer.run(file);
    expect(done).toMatchObject({ added: 0, refused: 4 });
    const faults = await importer.faults(done.id);
    expect(faults).toContain(";A;a@example.nl;•••• •••• •••• ••43 00;;2;paymentReference: invalid");
    expect(faults).toContain("••••••••••••••4300;3;email: invalid_email");
    const kept = JSON.stringify(
      await house.rows("select cells from customer_import_faults where import_id = ?", done.id),
    );
    expect(kept).not.toMatch(/0417/);
  });

  it("refuses rows by what is wrong with each, keeps no card number, and gives them to mend", async () => {
    const [good, closed, twice] = [fresh(), fresh(), fresh()];
    await importer.run(`${HEAD}\n${closed};Z;z@example.nl`);
    await house.rows("update customers set closed_at = 1 where number = ?", closed);
    const [gone, loose] = [fresh(), numberOf("K", 9_000_000)];
    await importer.run(`${HEAD}\n${gone};G;g@example.nl`);
    await house.rows("delete from customers where number = ?", gone);
    const file = [
      `${HEAD};betaalkenmerk;telefoon`,
      `${good};A;a@example.nl;cst_8wmqcHMN4U;+31 20`,
      `${closed};B;b@example.nl;;`,
      `${gone};B;b@example.nl;;`,
      `${twice};C;c@example.nl;;`,
      `${twice};C;c@example.nl;;`,
      ";D;d@example.nl;4111 1111 1111 1111;",
      "K99999999;E;e@example.nl;;",
      `${loose};E;e@example.nl;;`,
      ";;geen adres;;",
      "niet goed!;F;f@example.nl;;=1+1",
      "",
    ].join("\n");
    const done = await importer.run(file);
    expect(done).toMatchObject({ state: "done", added: 2, refused: 8 });
    const faults = await importer.faults(done.id);
    const rows = faults.trim().split("\r\n");
    expect(rows[0]).toBe(`${HEAD};betaalkenmerk;telefoon;row;faults`);
    expect(rows.slice(1)).toEqual([
      `${closed};B;b@example.nl;;;3;number: closed`,
      `${gone};B;b@example.nl;;;4;number: closed`,
      `${twice};C;c@example.nl;;;6;number: taken`,
      ";D;d@example.nl;•••• •••• •••• 1111;;7;paymentReference: card_number",
      "K99999999;E;e@example.nl;;;8;number: check_digit",
      `${loose};E;e@example.nl;;;9;number: unknown_value`,
      ";;geen adres;;;10;name: required, email: invalid_email",
      `niet goed!;F;f@example.nl;;"'=1+1";11;number: invalid, phone: invalid`,
    ]);
    expect(JSON.stringify(await house.rows("select * from customer_import_faults"))).not.toContain("4111 1111");
  });

  it("takes back what it made harmless, and stores it as it was", async () => {
    const number = fresh();
    await importer.run(`${HEAD};telefoon\n${number};"=HYPERLINK(1)";f@example.nl;'+31 20`);
    expect(await customer(number)).toMatchObject({ name: "=HYPERLINK(1)", phone: "+31 20" });
  });
});

describe("a file of several parts", () => {
  const rowsOf = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${prefix}-${i};Naam é ${i} "x";klant${i}@example.nl`);
  const fileOf = (prefix: string, count: number) => `${HEAD}\n${rowsOf(prefix, count).join("\n")}\n`;

  it("is done row by row, each once, whichever workers run and however often", async () => {
    const prefix = fresh();
    const bytes = bytesOf(fileOf(prefix, 15_000));
    expect(bytes.byteLength).toBeGreaterThan(2 * PART);
    const id = await importer.send(bytes);
    await importer.post(id, "start");
    await Promise.all([house.consume([id], "import"), house.consume([id], "import"), house.consume([id], "import")]);
    await workOff(house, id);
    expect(await importer.get(id)).toMatchObject({
      state: "done",
      added: 15_000,
      changed: 0,
      unchanged: 0,
      refused: 0,
    });
    expect(await countOf(prefix)).toBe(15_000);
    const last = await customer(`${prefix}-14999`);
    expect(last).toMatchObject({ name: 'Naam é 14999 "x"', email: "klant14999@example.nl" });
  });

  it("finds a number that stood in an earlier part", async () => {
    const prefix = fresh();
    const done = await importer.run(`${fileOf(prefix, 9_000)}${prefix}-0;Again;again@example.nl\n`);
    expect(done).toMatchObject({ added: 9_000, refused: 1 });
    expect(await importer.faults(done.id)).toContain(`${prefix}-0;Again;again@example.nl;9002;number: taken`);
  });

  it("goes on after a step whose commit was lost, by cron alone", async () => {
    const prefix = fresh();
    const id = await importer.send(fileOf(prefix, 8_000));
    await importer.post(id, "start");
    house.woken.length = 0;
    house.clock.now += 60_000;
    await house.round();
    expect(house.woken).toContain(id);
    await workOff(house, id);
    expect(await importer.get(id)).toMatchObject({ state: "done", added: 8_000 });
  });

  it("can be sent again, in any order, and says where to go on", async () => {
    const bytes = bytesOf(fileOf(fresh(), 12_000));
    const { id, parts } = await importer.begin(bytes);
    expect(parts).toBe(3);
    await importer.put(id, 0, partOf(bytes, 0));
    await importer.put(id, 2, partOf(bytes, 2));
    expect(await importer.get(id)).toMatchObject({ state: "uploading", received: 1 });
    expect((await importer.post(id, "start")).status).toBe(409);
    await importer.put(id, 0, partOf(bytes, 0));
    await importer.put(id, 1, partOf(bytes, 1));
    expect(await importer.get(id)).toMatchObject({ state: "ready", received: 3 });
  });

  it("is checked to its end first, goes on with that after a kill, and can be held up meanwhile", async () => {
    const prefix = fresh();
    const file = fileOf(prefix, 80_000);
    const id = await importer.send(file);
    expect(await (await importer.post(id, "start")).json()).toMatchObject({ state: "checking", row: 2 });
    await house.consume([id], "import");
    const halfway = await importer.get(id);
    expect(halfway).toMatchObject({ state: "checking", added: 0 });
    expect(halfway.offset).toBeGreaterThan(PART);
    expect((await importer.post(id, "pause")).status).toBe(200);
    expect(await (await importer.post(id, "resume")).json()).toMatchObject({
      state: "checking",
      offset: halfway.offset,
    });
    house.woken.length = 0;
    house.clock.now += 60_000;
    await house.round();
    expect(house.woken).toContain(id);
    expect(await countOf(prefix)).toBe(0);
    expect((await importer.post(id, "cancel")).status).toBe(200);
    await workOff(house, id);
    expect(await importer.get(id)).toMatchObject({ state: "cancelled", added: 0 });
  });

  it("is held up by a step that keeps failing, says so, and goes on where it was", async () => {
    const prefix = fresh();
    const id = await importer.send(`${fileOf(prefix, 10)}`);
    await importer.post(id, "start");
    await house.rows(
      `create trigger boom before insert on customers when new.number like '${prefix}%' begin select raise(abort, 'boom'); end`,
    );
    for (let minute = 1; minute < 5; minute++) await house.consume([id], "import");
    expect(await importer.get(id)).toMatchObject({ state: "running", fault: null });
    await house.consume([id], "import");
    expect(await importer.get(id)).toMatchObject({ state: "paused", fault: "step_failed", added: 0 });
    await house.rows("drop trigger boom");
    expect((await importer.post(id, "resume")).status).toBe(200);
    await workOff(house, id);
    expect(await importer.get(id)).toMatchObject({ state: "done", fault: null, added: 10 });
  });

  it("is held up, goes on and is ended by order", async () => {
    const prefix = fresh();
    const id = await importer.send(fileOf(prefix, 15_000));
    await importer.post(id, "start");
    expect((await importer.post(id, "pause")).status).toBe(200);
    await workOff(house, id);
    expect(await countOf(prefix)).toBe(0);
    expect((await importer.post(id, "pause")).status).toBe(409);
    expect((await importer.post(id, "resume")).status).toBe(200);
    expect((await importer.post(id, "cancel")).status).toBe(200);
    await workOff(house, id);
    expect(await importer.get(id)).toMatchObject({ state: "cancelled", added: 0 });
    expect(await countOf(prefix)).toBe(0);
    expect((await importer.post(id, "resume")).status).toBe(409);
    expect((await importer.put(id, 0, bytesOf(fileOf(prefix, 15_000)).slice(0, PART))).status).toBe(409);
  });
});

it("two imports at once do not mix", async () => {
  const [one, two] = [fresh(), fresh()];
  const ids = await Promise.all(
    [one, two].map((p) => importer.send(`${HEAD}\n${p};A;a@example.nl\n${p}-2;B;b@example.nl`)),
  );
  for (const id of ids) await importer.post(id, "start");
  await Promise.all(ids.map((id) => workOff(house, id)));
  for (const id of ids) expect(await importer.get(id)).toMatchObject({ state: "done", added: 2, refused: 0 });
});

it("a file that nobody starts goes after 2 days, whatever befalls another; one that is paused after 30", async () => {
  const [stuck, waiting, paused] = [
    await importer.send(`${HEAD}\nx;A;a@example.nl`),
    await importer.send(`${HEAD}\nx;A;a@example.nl`),
    await importer.send(`${HEAD}\nx;A;a@example.nl`),
  ];
  await importer.post(paused, "start");
  await importer.post(paused, "pause");
  await house.rows(
    `create trigger boom before update on customer_imports when new.id = '${stuck}' begin select raise(abort, 'boom'); end`,
  );
  const stateAfter = async (days: number, id: string) => {
    house.clock.now += days * DAY;
    await house.round();
    return (await importer.get(id)).state;
  };
  expect(await stateAfter(1, waiting)).toBe("ready");
  expect(await stateAfter(2, waiting)).toBe("cancelled");
  expect(await house.rows("select 1 from customer_import_parts where import_id = ?", waiting)).toEqual([]);
  await house.rows("drop trigger boom");
  expect(await stateAfter(1, stuck)).toBe("cancelled");
  expect(await stateAfter(0, paused)).toBe("paused");
  expect(await stateAfter(27, paused)).toBe("cancelled");
});

it("refused rows go after 30 days, imports after a year", async () => {
  const { id } = await importer.run(`${HEAD}\n;A;nobody`);
  const left = async (table: string, key: string) =>
    (await house.rows(`select 1 from customer_${table} where ${key} = ?`, id)).length;
  const faults = () => left("import_faults", "import_id");
  const imports = () => left("imports", "id");
  expect(await faults()).toBe(1);
  house.clock.now = hourFrom(house.clock.now + 31 * DAY);
  await house.round();
  expect([await faults(), await imports()]).toEqual([0, 1]);
  house.clock.now += 335 * DAY;
  await house.round();
  expect(await imports()).toBe(0);
});
