import { beforeAll, describe, expect, it } from "vitest";
import { eraseSubscriber } from "../../worker/newsletter/leaving.ts";
import { normaliseAddress } from "../../worker/platform/address.ts";
import { createHouse, freshAddress } from "./house.ts";
import {
  addSubscriber,
  bytesOf,
  EVIDENCE,
  type ListImporter,
  newListImporter,
  PROVEN,
  rowOf,
  STATED,
  WORDS,
} from "./list-importing.ts";

const house = createHouse();
let importer: ListImporter;
beforeAll(async () => {
  importer = await newListImporter(house);
});

let made = 0;
const domain = () => `b${Date.now().toString(36)}${made++}`;
const errorsOf = async (reply: Response) => [reply.status, (await reply.json<{ errors?: object[] }>()).errors];
const latin = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe("an address", () => {
  const host = domain();
  const long = `${"a".repeat(64)}@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(58)}.nl`;
  it.each([
    ["with a plus sign", `ann+news@${host}.nl`, `ann+news@${host}.nl`],
    ["in capitals, with spaces around it", ` BOB@${host}.NL `, `bob@${host}.nl`],
    ["of an international domain", `cas@bücher-${host}.de`, `cas@xn--bcher-${host}-kvb.de`],
    ["of 254 characters", long, long],
    ["with an apostrophe", `o'neil@${host}.nl`, `o'neil@${host}.nl`],
  ])("%s is taken", async (_, written, stored) => {
    const done = await importer.run(`email\n"${written}"\n`, PROVEN);
    const kept = await house.rows<{ email: string }>(
      "select s.email from subscribers s join signups g on g.subscriber_id = s.id where g.import_id = ?",
      done.id,
    );
    expect(done).toMatchObject({ active: 1, refused: 0 });
    // Which letters an international domain becomes is for the IDNA library to say.
    expect(kept[0]?.email.replace(/@xn--[^@]*$/, "@idn")).toBe(stored.replace(/@xn--[^@]*$/, "@idn"));
  });

  it.each([
    ["in quotes", `"""ann b""@${host}.nl"`, "invalid_email"],
    ["of 255 characters", long.replace("dd", "ddd"), "invalid_email"],
    ["with a name around it", `Ann <ann@${host}.nl>`, "invalid_email"],
    ["with a line break and a header", `"ann@${host}.nl\nBcc: x@example.nl"`, "invalid_email"],
    ["of two people", `ann@${host}.nl|bob@${host}.nl`, "invalid_email"],
    ["that is empty", `""`, "required"],
  ])("%s is refused, and said why", async (_, written, code) => {
    const done = await importer.run(`email;naam\n${written};A\n`, PROVEN);
    expect(done).toMatchObject({ state: "done", active: 0, refused: 1 });
    expect((await importer.faults(done.id)).trim()).toMatch(new RegExp(`;2;email: ${code}$`));
  });
});

it("a row that was refused goes with the owner of its address when they are erased, however the file writes that", async () => {
  const host = domain();
  const owners = [`jan@bücher-${host}.de`, `+${host}@example.nl`].map((address) => normaliseAddress(address) ?? "");
  const written = [
    `"Jan Jansen <JAN@bücher-${host}.de>",nl`,
    `${owners[0]?.toUpperCase()}|bo@${host}.nl,nl`,
    `'+${host}@example.nl,xx`,
    `xjan@bücher-${host}.de,xx`,
  ];
  for (const email of owners) await addSubscriber(house, "left", email);
  const done = await importer.run(`email,lang\n${written.join("\n")}\n${owners[0]},nl\n`, STATED);
  expect(done).toMatchObject({ refused: 4, blocked: 1 });
  for (const email of owners) await eraseSubscriber(house.rt, (await rowOf(house, email))?.id ?? "", "staff:x");
  expect(await house.rows("select row from subscriber_import_faults where import_id = ?", done.id)).toEqual([
    { row: 5 },
  ]);
});

it("a name that turns the text around is refused", async () => {
  const done = await importer.run(`email,name\n${freshAddress()},a\u202egpj.exe\n`, STATED);
  expect(await importer.faults(done.id)).toContain(",2,name: ");
});

it("a row is refused for what is wrong with it, and the others come", async () => {
  const [good, host] = [freshAddress(), domain()];
  const file = [
    "email;naam;taal;onderwerpen;label;datum",
    `${good};Ann;;News|offers;;`,
    `a@${host}.nl;"Ann\nBcc: x@example.nl";;;;`,
    `b@${host}.nl;Bo\u0007;;;;`,
    `c@${host}.nl;${"x".repeat(121)};;;;`,
    `d@${host}.nl;D;fr;;;`,
    `e@${host}.nl;E;;weather;;`,
    `f@${host}.nl;F;;;no-such-label;`,
    `g@${host}.nl;G;;;;2026-02-30`,
    `h@${host}.nl;H;;;;2026-11-23`,
    `i@${host}.nl;I;;;`,
    `j@${host}.nl;J;;;;;;te veel`,
  ].join("\n");
  const done = await importer.run(file, PROVEN);
  expect(done).toMatchObject({ state: "done", active: 1, refused: 10 });
  expect(await rowOf(house, good)).toMatchObject({ topics: '["news","offers"]' });
  const lines = (await importer.faults(done.id)).trim().split("\r\n").slice(1);
  expect(lines.map((line) => line.split(";").slice(-2).join(" "))).toEqual([
    "3 name: invalid",
    "4 name: invalid",
    "5 name: too_long",
    "6 lang: unknown_value",
    "7 topics: unknown_value",
    "8 labels: unknown_value",
    "9 date: invalid",
    "10 date: invalid",
    "11 row: required",
    "12 row: too_long",
  ]);
});

it("what a spreadsheet would run is made harmless in the file of refused rows, and taken back as it was", async () => {
  const host = domain();
  const done = await importer.run(`email;naam;taal\na@${host}.nl;=HYPERLINK(1);xx\n`, PROVEN);
  expect(await importer.faults(done.id)).toContain(`'=HYPERLINK(1)`);
  await importer.run(`email;naam\na@${host}.nl;'=HYPERLINK(1)\n`, PROVEN);
  expect(await rowOf(house, `a@${host}.nl`)).toMatchObject({ name: "=HYPERLINK(1)" });
});

describe("a plan", () => {
  const started = async (plan: object, order = "start") =>
    errorsOf(await importer.post(await importer.send(`email\n${freshAddress()}\n`), order, plan));

  it.each([
    ["without a statement of consent", {}, "consent", "required"],
    ["without words", { consent: { text: "  ", date: "2026-03-01" } }, "consent.text", "required"],
    ["without a day", { consent: { text: WORDS, date: "" } }, "consent.date", "required"],
    ["with a day that does not exist", { consent: { text: WORDS, date: "2026-02-30" } }, "consent.date", "invalid"],
    ["with a day to come", { consent: { text: WORDS, date: "2026-11-23" } }, "consent.date", "invalid"],
    [
      "that says double opt-in and shows nothing",
      { consent: { ...STATED.consent, isDoubleOptIn: true } },
      "consent.evidence",
      "required",
    ],
    [
      "with a hash that is none",
      { consent: { ...STATED.consent, evidence: { ...EVIDENCE, sha256: "abc" } } },
      "consent.evidence.sha256",
      "invalid",
    ],
    [
      "with a name of evidence that has a line break",
      { consent: { ...STATED.consent, evidence: { ...EVIDENCE, name: "a\nb" } } },
      "consent.evidence.name",
      "invalid",
    ],
    ["with a topic that is not offered", { ...STATED, topics: ["weather"] }, "topics", "unknown_value"],
    ["with no topic", { ...STATED, topics: [] }, "topics", "required"],
    ["with a label that there is not", { ...STATED, labels: ["nope"] }, "labels", "unknown_value"],
    ["with a source of two words", { ...STATED, source: "Two words" }, "source", "invalid"],
    ["without the column of the address", { ...STATED, columns: {} }, "columns.email", "required"],
    ["with a column that is not there", { ...STATED, columns: { email: "mail" } }, "columns.email", "unknown_value"],
    ["with a field that there is not", { ...STATED, columns: { shoe: "email" } }, "columns", "invalid"],
  ])("%s is refused, for a dry run as well", async (_, plan, path, code) => {
    expect(await started(plan)).toEqual([422, [{ path, code }]]);
    expect(await started(plan, "check")).toEqual([422, [{ path, code }]]);
  });

  it("with another encoding than the file's can be mended", async () => {
    const id = await importer.send(latin(`email;naam\n${freshAddress()};Zo\u00eb\n`));
    expect(await errorsOf(await importer.post(id, "start", { ...STATED, encoding: "utf-8" }))).toEqual([
      422,
      [{ path: "encoding", code: "invalid" }],
    ]);
    expect((await importer.post(id, "start", STATED)).status).toBe(202);
  });
});

describe("a file", () => {
  it.each([
    ["is no text", new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 1, 0]), "not_text"],
    ["is blank", bytesOf("\r\n \r\n"), "no_heading"],
    ["never closes a quote", bytesOf(`email;naam\n"ann@example.nl;Ann\n`), "unclosed_quote"],
    ["has a cell of 300 KB", bytesOf(`email;naam\n${"x".repeat(300_000)};A\n`), "record_too_long"],
  ])("that %s ends as failed, and says why; nobody came", async (_, file, fault) => {
    const before = await house.rows("select count(*) n from subscribers");
    const failed = await importer.run(file);
    expect(failed).toMatchObject({ state: "failed", fault, active: 0, pending: 0 });
    expect(await house.rows("select count(*) n from subscribers")).toEqual(before);
    expect(await house.rows("select 1 from subscriber_import_parts where import_id = ?", failed.id)).toEqual([]);
    expect((await importer.post(failed.id, "start", STATED)).status).toBe(409);
  });

  it("that cannot be read after 25,000 rows stores none of them, and says where", async () => {
    const host = domain();
    const rows = Array.from({ length: 25_000 }, (_, i) => `p${i}@${host}.nl;Naam\n`).join("");
    const failed = await importer.run(bytesOf(`email;naam\n${rows}"z@${host}.nl;Z\n`), PROVEN);
    expect(failed).toMatchObject({ state: "failed", fault: "unclosed_quote", row: 25_002, active: 0 });
    expect(await house.rows("select 1 from subscribers where email like ? limit 1", `%@${host}.nl`)).toEqual([]);
  });

  it("with a name that would be a header, of no bytes or of more than 100 MB, is not begun", async () => {
    for (const body of [
      { fileName: "a\r\nBcc: x", size: 10 },
      { fileName: "", size: 10 },
      { fileName: "x.csv", size: 0 },
      { fileName: "x.csv", size: 104_857_601 },
    ]) {
      expect((await house.post("/v1/subscribers/imports", body, importer.headers)).status).toBe(422);
    }
  });

  it("may be as large as a part where a file is sent, and only there", async () => {
    const big = "x".repeat(100_000);
    const reply = await house.post("/v1/subscribers/imports", { fileName: big, size: 1 }, importer.headers);
    expect(reply.status).toBe(413);
  });
});
