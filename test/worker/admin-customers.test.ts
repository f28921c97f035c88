import { beforeAll, describe, expect, it } from "vitest";
import { createHouse } from "./house.ts";
import { bytesOf, workOff } from "./importing.ts";
import { getPage, postForm, type SignedIn, signedIn } from "./staff.ts";

const house = createHouse();
let support: SignedIn;
beforeAll(async () => {
  support = await signedIn(house, "support");
});

const PATH = "/admin/customers";
const fields = {
  kind: "private",
  name: "Ann Jansen",
  organisation: "",
  email: "ann@example.nl",
  lang: "en",
  phone: "",
  "address.street": "Dam 1",
  "address.postalCode": "1012 JS",
  "address.city": "Amsterdam",
  "address.country": "NL",
  "billingAddress.country": "",
  paymentReference: "",
};
const rowOf = async (number: string) => (await house.rows("select * from customers where number = ?", number))[0];
const page = async (path: string, by = support) => (await getPage(house, path, by)).text();

/** Registers a customer by the form; gives the number. */
async function register(changes: Partial<typeof fields> = {}): Promise<string> {
  const reply = await postForm(house, `${PATH}/new`, { ...fields, ...changes, form: crypto.randomUUID() }, support);
  return /customers\/(K\d+)\?done=registered/.exec(reply.headers.get("location") ?? "")?.[1] ?? "";
}

describe("a customer registered by hand", () => {
  it("gets a number once, however often the form is sent", async () => {
    const form = { ...fields, form: crypto.randomUUID() };
    const replies = [
      await postForm(house, `${PATH}/new`, form, support),
      await postForm(house, `${PATH}/new`, form, support),
    ];
    const [first, second] = replies.map((reply) => reply.headers.get("location"));
    expect(first).toMatch(/^\/admin\/customers\/K\d{8}\?done=registered$/);
    expect(second).toBe(first);
    const other = await postForm(house, `${PATH}/new`, { ...form, name: "Bob" }, support);
    expect(other.status).toBe(409);
    expect(await other.text()).toContain('value="Bob"');
  });

  it("is refused with what was typed, and every fault by its field", async () => {
    const wrong = { ...fields, email: "nobody", paymentReference: "4111 1111 1111 1111", form: "x" };
    const reply = await postForm(house, `${PATH}/new`, { ...wrong, "address.postalCode": "" }, support);
    expect(reply.status).toBe(422);
    const html = await reply.text();
    for (const field of ["email", "paymentReference", "address.postalCode"]) {
      expect(html).toContain(`<a href="#${field}">`);
      expect(html).toContain(`id="${field}-error"`);
    }
    expect(html).toContain('value="Ann Jansen"');
  });
});

describe("a customer's page", () => {
  it("shows what is kept and, to who may see the ledger, what happened", async () => {
    const number = await register();
    const owner = await signedIn(house, "owner");
    const [seen, whole] = [await page(`${PATH}/${number}`), await page(`${PATH}/${number}`, owner)];
    for (const html of [seen, whole]) expect(html).toContain("Dam 1, 1012 JS Amsterdam, NL");
    expect(seen).not.toContain("Customer registered");
    expect(whole).toContain("Customer registered");
    expect(whole).toContain("The support");
  });

  it("changes what was changed, and shows both when somebody else was first", async () => {
    const number = await register();
    const seen = String((await rowOf(number))?.["changed_at"]);
    const saved = await postForm(house, `${PATH}/${number}`, { ...fields, name: "Ann Smit", seen }, support);
    expect(saved.headers.get("location")).toBe(`${PATH}/${number}?done=saved`);
    expect(await rowOf(number)).toMatchObject({ name: "Ann Smit", source: "staff" });
    const late = await postForm(house, `${PATH}/${number}`, { ...fields, phone: "+31 20", seen }, support);
    expect(late.status).toBe(409);
    const html = await late.text();
    expect(html).toContain("Someone else has just changed this customer.");
    expect(html).toContain('value="+31 20"');
    expect(await rowOf(number)).toMatchObject({ name: "Ann Smit", phone: null });
  });

  it("closes after a question, and then takes no changes", async () => {
    const number = await register();
    expect(await page(`${PATH}/${number}/close`)).toContain(`Close customer ${number}?`);
    expect(await rowOf(number)).toMatchObject({ closed_at: null });
    await postForm(house, `${PATH}/${number}/close`, {}, support);
    expect(await rowOf(number)).toMatchObject({ closed_at: house.clock.now });
    expect(await page(`${PATH}/${number}`)).not.toContain("Change the customer");
    const seen = String((await rowOf(number))?.["changed_at"]);
    expect((await postForm(house, `${PATH}/${number}`, { ...fields, name: "X", seen }, support)).status).toBe(409);
  });
});

describe("the list of customers", () => {
  it("finds by how a name, an address or a number begins, page by page, each once", async () => {
    const mark = crypto.randomUUID().slice(0, 8);
    const insert = `insert into customers (number, kind, name, email, lang, source, registered_at, changed_at)
      values (?, 'private', ?, ?, 'nl', 'test', 1, 1)`;
    for (let i = 0; i < 120; i++) {
      await house.rows(insert, `${mark}-${i}`, `${mark} Naam ${i % 3}`, `${mark}.${i}@example.nl`);
    }
    for (const [by, start] of [
      ["name", `${mark.toUpperCase()} naam`],
      ["email", `${mark.toUpperCase()}.`],
      ["number", `${mark}-`],
    ]) {
      const met: string[] = [];
      let path: string | undefined = `${PATH}?${new URLSearchParams({ by: by ?? "", start: start ?? "" })}`;
      for (; path !== undefined && met.length < 500; ) {
        const html = await page(path);
        met.push(...[...html.matchAll(/customers\/([0-9a-f]{8}-\d+)"/g)].map(([, number]) => number ?? ""));
        path = /href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
      }
      expect(met.length, by).toBe(120);
      expect(new Set(met).size, by).toBe(120);
    }
    expect(await page(`${PATH}?by=name&start=${mark}%25`)).toContain("No customer found.");
  });
});

describe("an import by people", () => {
  const HEAD = "klantnummer;naam;e-mail";

  /** Sends a file as a browser without script does; gives the address of its import. */
  async function send(file: string | Uint8Array, name = "klanten.csv"): Promise<string> {
    const body = new FormData();
    body.set("form-token", support.formToken);
    body.set("file", new File([typeof file === "string" ? bytesOf(file) : file], name));
    const headers = { ...support.headers, Origin: "https://fineprint.test", "Sec-Fetch-Site": "same-origin" };
    const reply = await house.fetch(`${PATH}/imports/file`, { method: "POST", headers, body });
    return reply.headers.get("location") ?? `${reply.status}`;
  }

  it("shows how a file is read before anything is done, and takes corrections", async () => {
    const mark = crypto.randomUUID().slice(0, 8);
    const path = await send(`nr;wie;e-mail\n${mark};Ann;ann@example.nl\n;Bob;geen\n`);
    const first = await page(path);
    expect(first).toContain("a semicolon");
    expect(first).toContain(mark);
    // Which column holds the name could not be guessed.
    const refused = await postForm(
      house,
      `${path}/start`,
      { "columns.number": "nr", "columns.email": "e-mail" },
      support,
    );
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain("Choose the column that holds this.");
    const plan = { "columns.number": "nr", "columns.name": "wie", "columns.email": "e-mail", existing: "skip" };
    const look = await (await postForm(house, `${path}/start`, { ...plan, look: "1" }, support)).text();
    expect(look).toContain("E-mail address: This is not an e-mail address.");
    expect(await rowOf(mark)).toBeUndefined();
    expect((await postForm(house, `${path}/start`, plan, support)).headers.get("location")).toBe(path);
    expect(await page(path)).toContain("data-refresh");
    await workOff(house, path.split("/").at(-1) ?? "");
    expect(await rowOf(mark)).toMatchObject({ name: "Ann", source: "import" });
    expect(await page(path)).toContain("Download the refused rows");
    const faults = await page(`${path}/faults.csv`);
    expect(faults).toContain(";Bob;geen;3;E-mail address: This is not an e-mail address.");
  });

  it("is paused, goes on, and stops after a question", async () => {
    const path = await send(`${HEAD}\n;Ann;ann@example.nl`);
    await postForm(house, `${path}/start`, { "columns.name": "naam", "columns.email": "e-mail" }, support);
    await postForm(house, `${path}/pause`, {}, support);
    expect(await page(path)).not.toContain("data-refresh");
    await postForm(house, `${path}/resume`, {}, support);
    expect(await page(`${path}/cancel`)).toContain("Stop this import?");
    await postForm(house, `${path}/cancel`, {}, support);
    expect(await page(path)).toContain("The import was stopped.");
  });

  it("says in words of a file that cannot be read why, and of one that is empty", async () => {
    const zip = await page(await send(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0, 8]), "klanten.xlsx"));
    expect(zip).toContain("This is not a text file. Save it as CSV");
    expect(await send("")).toBe("422");
    const blank = await send("\n\n");
    expect(await page(blank)).toContain("The file is empty: there is no heading.");
    await postForm(house, `${blank}/start`, {}, support);
    expect(await page(blank)).toContain("We cannot read this file. Nothing of it was stored.");
  });

  it("says that a file is checked first, and at which row it cannot be read", async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `;Naam ${i};naam${i}@example.nl\n`).join("");
    const path = await send(Uint8Array.from([...bytesOf(`${HEAD}\n${rows}`), 0xeb, 0x0a]));
    await postForm(house, `${path}/start`, { "columns.name": "naam", "columns.email": "e-mail" }, support);
    expect(await page(path)).toContain(
      "We first read the file to its end; only then we store rows. About 0% has been read.",
    );
    await workOff(house, path.split("/").at(-1) ?? "");
    const failed = await page(path);
    expect(failed).toContain("Choose others when you look at it, such as Windows-1252. It goes wrong at row 20,002.");
    expect(failed).toContain("Nothing of it was stored.");
  });

  it("says of one that is held up why it is, and that it can go on", async () => {
    const path = await send(`${HEAD}\n;Ann;ann@example.nl`);
    await postForm(house, `${path}/start`, { "columns.name": "naam", "columns.email": "e-mail" }, support);
    const id = path.split("/").at(-1) ?? "";
    await house.rows("update customer_imports set state = 'paused', fault = 'step_failed', tries = 5 where id = ?", id);
    const held = await page(path);
    expect(held).toContain("A step has failed five times.");
    expect(held).toContain("Go on");
    await postForm(house, `${path}/resume`, {}, support);
    expect(await page(path)).not.toContain("A step has failed");
  });
});
