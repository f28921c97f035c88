import { beforeAll, describe, expect, it } from "vitest";
import { PART } from "../../worker/platform/csv-file.ts";
import { createHouse } from "./house.ts";
import { bytesOf, type Importer, newImporter, partOf, workOff } from "./importing.ts";

const house = createHouse();
let importer: Importer;
beforeAll(async () => {
  importer = await newImporter(house);
});

const HEAD = "klantnummer;naam;e-mail";
let made = 0;
const fresh = () => `B-${Date.now().toString(36)}-${made++}`;
const nameOf = async (number: string) =>
  (await house.rows<{ name: string }>("select name from customers where number = ?", number))[0]?.name;
/** Bytes of a text in which every character is one byte. */
const latin = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf16 = (text: string) =>
  new Uint8Array([0xff, 0xfe, ...[...text].flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8])]);

describe("a file is read that", () => {
  const number = fresh();
  const row = `${number};Zoë;zoe@example.nl`;
  it.each([
    ["has a byte order mark", bytesOf(`\uFEFF${HEAD}\n${row}`)],
    ["has Windows line ends", bytesOf(`${HEAD}\r\n${row}\r\n`)],
    ["has old Mac line ends", bytesOf(`${HEAD}\r${row}\r`)],
    ["has empty lines and lines of delimiters", bytesOf(`\n${HEAD}\n\n;;\n${row}\n;;\n\n`)],
    ["has commas", bytesOf(`${HEAD}\n${row}`.replaceAll(";", ","))],
    ["begins with Excel's own line", bytesOf(`sep=;\r\n${HEAD}\r\n${row}\r\n`)],
    ["begins with Excel's own line, and a mark", utf16(`sep=,\r\n${HEAD}\r\n${row}\r\n`.replaceAll(";", ","))],
    ["has tabs", bytesOf(`${HEAD}\n${row}`.replaceAll(";", "\t"))],
    ["has quotes everywhere", bytesOf(`${HEAD}\n${row}`.replace(/[^;\n]+/g, '"$&"'))],
    ["is Windows-1252", latin(`${HEAD}\n${row}`)],
    ["is UTF-16", utf16(`${HEAD}\r\n${row}\r\n`)],
    ["has 200 columns", bytesOf(`${HEAD}${";x".repeat(197)}\n${row}${";y".repeat(197)}`)],
    ["has two columns of one name", bytesOf(`${HEAD};naam;naam\n${row};an;other`)],
    ["has a column without a name", bytesOf(`${HEAD};\n${row};z`)],
  ])("%s", async (_, file) => {
    await house.rows("update customers set name = 'before' where number = ?", number);
    expect(await importer.run(file)).toMatchObject({ state: "done", refused: 0, unchanged: 0 });
    expect(await nameOf(number)).toBe("Zoë");
  });

  it.each([
    ["quotes with line breaks and doubled quotes", `"Jan ""de\nBeer"""`, "refused"],
    ["doubled quotes", `"Jan ""de Beer"""`, 'Jan "de Beer"'],
    ["emoji", "Zoë 🦊👩‍💻", "Zoë 🦊👩‍💻"],
    ["a delimiter in quotes", `"Beer; Jan"`, "Beer; Jan"],
    ["a quote within", `5" schijf`, '5" schijf'],
    ["a formula", "=2+2", "=2+2"],
    ["a formula over two lines", `"=2+2\n@x"`, "refused"],
  ])("has %s", async (_, cell, expected) => {
    const one = fresh();
    const done = await importer.run(`${HEAD}\n${one};${cell};a@example.nl\n${fresh()};After;b@example.nl`);
    expect(done).toMatchObject({ state: "done", added: expected === "refused" ? 1 : 2 });
    expect(await nameOf(one)).toBe(expected === "refused" ? undefined : expected);
    // The row after a line break within quotes is told by its place among rows, not lines.
    const faults = await importer.faults(done.id);
    if (expected === "refused") {
      expect(faults).toContain(";2;name: invalid");
      expect(faults).not.toMatch(/[;"]=2/);
    }
  });

  it("has a heading only: there is nothing to do", async () => {
    expect(await importer.run(HEAD)).toMatchObject({ state: "done", added: 0, refused: 0 });
    expect(await importer.run(`${HEAD}\r\n`)).toMatchObject({ state: "done", added: 0, refused: 0 });
  });

  it("begins with a delimiter that only Excel's own line tells: rows count as Excel shows them", async () => {
    const one = fresh();
    const done = await importer.run(`sep=;\nklantnummer;naam, voornaam, van;e-mail, of niet\n${one};A;nobody`, {
      columns: { number: "klantnummer", name: "naam, voornaam, van", email: "e-mail, of niet" },
    });
    expect(await importer.faults(done.id)).toContain(`${one};A;nobody;2;email: invalid_email`);
  });

  it("has a row of too many or too few cells: that row is refused, not shifted", async () => {
    const [good, many, few] = [fresh(), fresh(), fresh()];
    const done = await importer.run(
      `${HEAD};plaats\r\n${many};A;a@example.nl;x;y\r\n${few};B;b@example.nl\r\n${good};C;c@example.nl;;;\r\n`,
    );
    expect(done).toMatchObject({ state: "done", added: 1, refused: 2 });
    const faults = await importer.faults(done.id);
    expect(faults).toContain(`${many};A;a@example.nl;x;y;2;row: too_long`);
    expect(faults).toContain(`${few};B;b@example.nl;;3;row: required`);
    expect(faults.replaceAll("\r\n", "")).not.toContain("\r");
  });
});

describe("a file ends as failed, and says why, that", () => {
  it.each([
    ["is no text", new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 1, 0]), "not_text"],
    ["has NUL bytes further on", bytesOf(`${HEAD}\n;a\0;b@example.nl`), "not_text"],
    ["is blank", bytesOf("\r\n \r\n"), "no_heading"],
    ["never closes a quote", bytesOf(`${HEAD}\n;"Ann;ann@example.nl\n;Bob;bob@example.nl`), "unclosed_quote"],
    ["has a cell of 300 KB", bytesOf(`${HEAD}\n;${"x".repeat(300_000)};b@example.nl`), "record_too_long"],
    ["has no line of an end within 600 KB", bytesOf(`${HEAD}\n;"${"x\n".repeat(300_000)}`), "record_too_long"],
  ])("%s", async (_, file, fault) => {
    const before = await house.rows("select count(*) n from customers");
    const failed = await importer.run(file);
    expect(failed).toMatchObject({ state: "failed", fault, added: 0 });
    expect(await house.rows("select count(*) n from customers")).toEqual(before);
    expect(await house.rows("select 1 from customer_import_parts where import_id = ?", failed.id)).toEqual([]);
    expect((await importer.post(failed.id, "start")).status).toBe(409);
  });

  const rows = Array.from({ length: 25_000 }, (_, i) => `;Naam ${i};naam${i}@example.nl\n`).join("");
  it.each([
    ["is of another encoding", latin(";Zoë;zoe@example.nl\n"), "bad_encoding"],
    ["ends within a character", bytesOf(";Zoë").slice(0, -1), "bad_encoding"],
    ["has a NUL byte", bytesOf(";Z\0;z@example.nl\n"), "not_text"],
    ["never closes a quote", bytesOf(`;"Z;z@example.nl\n`), "unclosed_quote"],
    ["has a cell of 300 KB", bytesOf(`;${"x".repeat(300_000)};z@example.nl\n`), "record_too_long"],
  ])("%s after 25,000 rows: at which row, and nothing of it was stored", async (_, end, fault) => {
    const before = await house.rows("select count(*) n from customers");
    const failed = await importer.run(Uint8Array.from([...bytesOf(`${HEAD}\n${rows}`), ...end]));
    expect(failed).toMatchObject({ state: "failed", fault, row: 25_002, added: 0, refused: 0 });
    expect(await house.rows("select count(*) n from customers")).toEqual(before);
    const told = await house.rows<{ body: string }>(
      "select body from ledger_entries where kind = 'customers.imported' and body like ?",
      `%${failed.id}%`,
    );
    expect(JSON.parse(told[0]?.body ?? "")).toMatchObject({ added: 0, refused: 0 });
  });
});

describe("what does not fit together is refused", () => {
  it("an encoding that the file does not have can be chosen anew", async () => {
    const id = await importer.send(latin(`${HEAD}\n;Zoë;z@example.nl`));
    const refused = await importer.post(id, "start", { encoding: "utf-8" });
    expect([refused.status, (await refused.json<{ errors: object[] }>()).errors]).toEqual([
      422,
      [{ path: "encoding", code: "invalid" }],
    ]);
    expect((await importer.post(id, "start")).status).toBe(202);
  });

  it("a plan without the columns that are needed, or with columns that are not there", async () => {
    const id = await importer.send("a;b\n1;2");
    const errorsOf = async (plan: object) =>
      (await (await importer.post(id, "start", plan)).json<{ errors: object[] }>()).errors;
    expect(await errorsOf({})).toEqual([
      { path: "columns.name", code: "required" },
      { path: "columns.email", code: "required" },
    ]);
    expect(await errorsOf({ columns: { name: "a", email: "c" } })).toEqual([
      { path: "columns.email", code: "unknown_value" },
    ]);
    expect((await importer.post(id, "start", { columns: { shoe: "a" } })).status).toBe(422);
  });

  it("a file of no bytes, or of more than 100 MB", async () => {
    for (const size of [0, -1, 1.5, 104_857_601]) {
      const reply = await house.post("/v1/customers/imports", { fileName: "x.csv", size }, importer.headers);
      expect(reply.status, String(size)).toBe(422);
    }
  });

  it("parts of a wrong size, one too many, and a start before all are there", async () => {
    const bytes = bytesOf(`${HEAD}\n${`;Ann;ann@example.nl\n`.repeat(20_000)}`);
    const { id, parts } = await importer.begin(bytes);
    expect(parts).toBe(2);
    expect((await importer.put(id, 0, bytes.slice(0, PART - 1))).status).toBe(422);
    expect((await importer.put(id, 1, bytes.slice(PART, PART + 10))).status).toBe(422);
    expect((await importer.put(id, 2, bytes.slice(0, 10))).status).toBe(422);
    expect((await importer.put(id, 0, partOf(bytes, 0))).status).toBe(200);
    expect((await importer.post(id, "start")).status).toBe(409);
    expect((await importer.put(crypto.randomUUID(), 0, partOf(bytes, 0))).status).toBe(404);
    // The one who sends was wrong about the size: what is there never becomes a whole.
    const other = await importer.begin(bytes, bytes.byteLength + 5);
    expect((await importer.put(other.id, 1, partOf(bytes, 1))).status).toBe(422);
    expect((await importer.put(id, 1, partOf(bytes, 1))).status).toBe(200);
    expect(await importer.get(id)).toMatchObject({ state: "ready" });
    await workOff(house, id);
    expect(await importer.get(id)).toMatchObject({ state: "ready", added: 0 });
  });
});
