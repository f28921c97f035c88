import { beforeAll, expect, it } from "vitest";
import { runListImport } from "../../worker/newsletter/list-import-run.ts";
import { createHouse, type TestHouse } from "./house.ts";
import { addLabel, type ListImporter, newListImporter, PROVEN, wordingHash } from "./list-importing.ts";

const house = createHouse();
let importer: ListImporter;
beforeAll(async () => {
  importer = await newListImporter(house);
});

/** D1 takes a hundred statements in a batch, and two million bytes as one text. */
const [MOST, LONGEST] = [100, 2_000_000];

/** A house that writes down how many statements each batch has, and how long the longest text in it is. */
function measured(): { rt: TestHouse["rt"]; batches: number[]; texts: number[] } {
  const [batches, texts]: [number[], number[]] = [[], []];
  const measure = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get(target, name: keyof D1PreparedStatement) {
        const value = Reflect.get(target, name);
        if (name !== "bind") return typeof value === "function" ? value.bind(target) : value;
        return (...values: unknown[]) => {
          texts.push(...values.map((one) => (typeof one === "string" ? one.length : 0)));
          return target.bind(...values);
        };
      },
    });
  const DB = new Proxy(house.bindings.DB, {
    get(target, name: keyof D1Database) {
      const value = Reflect.get(target, name);
      if (name === "prepare") return (query: string) => measure(target.prepare(query));
      if (name !== "batch") return typeof value === "function" ? value.bind(target) : value;
      return (statements: D1PreparedStatement[]) => {
        batches.push(statements.length);
        return target.batch(statements);
      };
    },
  });
  return { rt: createHouse({ DB }).rt, batches, texts };
}

const rows = (domain: string, count: number) =>
  `email\n${Array.from({ length: count }, (_, i) => `p${i}@${domain}\n`).join("")}`;

it("a step stays below what D1 takes, with words of consent of 2,000 quotes; an entry names them by their hash", async () => {
  const text = '"'.repeat(2_000);
  const { rt, batches, texts } = measured();
  const id = await importer.send(rows("quotes.example.nl", 2_500));
  await importer.post(id, "start", { consent: { ...PROVEN.consent, text } });
  await runListImport(rt, id);
  expect(await importer.get(id)).toMatchObject({ state: "done", active: 2_500 });
  expect([Math.max(...batches) <= MOST, Math.max(...texts) <= LONGEST]).toEqual([true, true]);
  const [entry] = await house.rows<{ body: string }>(
    "select body from ledger_entries where kind = 'consent.given' and body like ? limit 1",
    `%"import":"${id}"%`,
  );
  expect(JSON.parse(entry?.body ?? "{}").wording).toEqual({ sha256: await wordingHash(text) });
  expect(await house.rows("select text from consent_wordings where sha256 = ?", await wordingHash(text))).toEqual([
    { text },
  ]);
}, 30_000);

it("and with fifty long internal topics for each, be they new or there already", async () => {
  const labels = Array.from({ length: 50 }, (_, i) => `${String(i).padStart(3, "0")} ${'"'.repeat(90)}`);
  for (const label of labels) await addLabel(house, label);
  for (const plan of [PROVEN, { ...PROVEN, labels }]) {
    const { rt, batches, texts } = measured();
    const id = await importer.send(rows("labels.example.nl", plan === PROVEN ? 700 : 1_400));
    await importer.post(id, "start", plan);
    for (let jobs = 0; jobs < 3; jobs++) await runListImport(rt, id);
    expect(await importer.get(id)).toMatchObject({ state: "done", active: 700 });
    expect([Math.max(...batches) <= MOST, Math.max(...texts) <= LONGEST]).toEqual([true, true]);
  }
  expect(await house.rows("select count(*) n from subscribers where labels = ?", JSON.stringify(labels))).toEqual([
    { n: 1_400 },
  ]);
}, 60_000);
