import { beforeAll, describe, expect, it } from "vitest";
import { ANSWER_FIELDS, fillFields, unknownFields } from "../../worker/contact/answer-fields.ts";
import { createHouse } from "./house.ts";
import { entriesBy, getPage, postForm, type SignedIn, signedIn } from "./staff.ts";

const house = createHouse();
const PATH = "/admin/contact/settings/answers";
let support: SignedIn;

beforeAll(async () => {
  support = await signedIn(house, "support");
});

let counter = 0;
const fields = (more: Record<string, string> = {}) => ({
  name: `Answer ${counter++}`,
  nl: "Beste {name},\n\nJe nummer is {reference}.\n\n{agent}, {company}",
  en: "",
  ...more,
});

async function addAnswer(more: Record<string, string> = {}): Promise<string> {
  const sent = fields(more);
  expect((await postForm(house, PATH, sent, support)).status).toBe(303);
  const [row] = await house.rows<{ id: string }>("select id from contact_answers where name = ?", sent.name);
  return row?.id ?? "";
}
const answerRow = async (id: string) => (await house.rows("select * from contact_answers where id = ?", id))[0];

describe("the fields of a ready answer", () => {
  const values = {
    ...{ lang: "nl" as const, name: "Ann", reference: "FP-1", company: "Huis", customer: "K-1", agent: "Sam" },
  };

  it("are of a closed list, and filled in once", () => {
    expect(ANSWER_FIELDS).toEqual(["name", "reference", "company", "customer", "agent"]);
    expect(fillFields("{name} {reference} {company} {customer} {agent}", values)).toBe("Ann FP-1 Huis K-1 Sam");
    expect(fillFields("Beste {name}", { ...values, name: "{agent}" })).toBe("Beste {agent}");
    expect(unknownFields("{name} {password} { name } {} {constructor}")).toEqual([
      ...["password", " name ", "", "constructor"],
    ]);
  });

  it("say something neutral of who has no name and no number", () => {
    const unknown = { ...values, name: null, customer: null };
    expect(fillFields("Beste {name}, {customer}", unknown)).toBe("Beste lezer, onbekend");
    expect(fillFields("Dear {name}, {customer}", { ...unknown, lang: "en" })).toBe("Dear reader, unknown");
  });
});

describe("ready answers", () => {
  it("are saved by language, and each saving and removal is in the ledger", async () => {
    const id = await addAnswer();
    expect(JSON.parse(String((await answerRow(id))?.["texts"]))).toEqual({ nl: fields().nl });
    const sent = fields({ version: "1", en: "Dear {name}" });
    expect((await postForm(house, `${PATH}/${id}`, sent, support)).headers.get("location")).toContain("answer-saved");
    expect(await (await getPage(house, PATH, support)).text()).toContain("Nederlands, English");
    expect(await (await getPage(house, `${PATH}/${id}/remove`, support)).text()).toContain(sent.name);
    expect((await postForm(house, `${PATH}/${id}/remove`, { version: "1" }, support)).status).toBe(409);
    expect((await postForm(house, `${PATH}/${id}/remove`, { version: "2" }, support)).status).toBe(303);
    expect(await answerRow(id)).toBeUndefined();
    const told = (await entriesBy(house, support.member)).filter(({ answer }) => answer === id);
    expect(told.map(({ kind }) => kind)).toEqual([
      ...["contact.answer-saved", "contact.answer-saved", "contact.answer-removed"],
    ]);
  });

  it("with a field that there is not are refused, beside the text", async () => {
    const reply = await postForm(house, PATH, fields({ en: "Your password: {password}" }), support);
    expect(reply.status).toBe(422);
    const page = await reply.text();
    expect(page).toContain('id="en-error"');
    expect(page).not.toContain('id="nl-error"');
    expect(page).toContain("We do not know this field.");
    expect(page).toContain("Your password: {password}");
  });

  it("need a text and a name of their own", async () => {
    const id = await addAnswer();
    const name = String((await answerRow(id))?.["name"]);
    expect(await (await postForm(house, PATH, fields({ name }), support)).text()).toContain('id="name-error"');
    expect((await postForm(house, PATH, fields({ nl: " " }), support)).status).toBe(422);
    const other = await addAnswer();
    expect((await postForm(house, `${PATH}/${other}`, fields({ name, version: "1" }), support)).status).toBe(422);
  });

  it("are not overwritten unseen", async () => {
    const id = await addAnswer();
    await postForm(house, `${PATH}/${id}`, fields({ version: "1", nl: "De eerste" }), support);
    const reply = await postForm(house, `${PATH}/${id}`, fields({ version: "1", nl: "De tweede" }), support);
    expect(reply.status).toBe(409);
    const page = await reply.text();
    expect(page).toContain("De eerste");
    expect(page).toContain("De tweede");
    expect(JSON.parse(String((await answerRow(id))?.["texts"]))).toEqual({ nl: "De eerste" });
  });

  it("show how they read while they are written, with nothing saved", async () => {
    const id = await addAnswer();
    const before = await answerRow(id);
    const text = "<b>Beste {name}</b>, dit is {reference}";
    for (const path of [`${PATH}/preview`, `${PATH}/${id}/preview`]) {
      const page = await (await postForm(house, path, fields({ nl: text }), support)).text();
      expect(page).toContain("&lt;b&gt;Beste Sam de Vries&lt;/b&gt;, dit is FP-7K3M-9Q2X");
    }
    expect(await answerRow(id)).toEqual(before);
  });
});
