import { beforeAll, describe, expect, it } from "vitest";
import { suppress } from "../../worker/mail/suppression.ts";
import { createHouse, freshAddress, linkIn } from "./house.ts";
import {
  addLabel,
  addSubscriber,
  EVIDENCE,
  type ListImporter,
  newListImporter,
  PROVEN,
  rowOf,
  STATED,
  WORDS,
  wordingHash,
} from "./list-importing.ts";
import { createSubscribers } from "./subscribers.ts";

const house = createHouse();
const people = createSubscribers(house);
let importer: ListImporter;
beforeAll(async () => {
  importer = await newListImporter(house);
  await addLabel(house, "vip");
  await addLabel(house, "beurs");
});

const HEAD = "E-mail;Naam;Taal;Onderwerpen;Label";
const signupsOf = (email: string) =>
  house.rows<Record<string, unknown>>(
    "select g.* from signups g join subscribers s on s.id = g.subscriber_id where s.email = ?",
    email,
  );
const askingMails = async (email: string) =>
  (await house.mailsTo(email)).filter(({ subject }) => /Wil je onze nieuwsbrief|Would you like/.test(subject));

describe("with proof of double opt-in", () => {
  it("newcomers are subscribers at once, with the evidence of it", async () => {
    const email = freshAddress();
    const done = await importer.run(
      `${HEAD};Datum\n${email.toUpperCase()};Ann Jansen;Engels;news;vip;03-02-2026 10:00\n`,
      {
        ...PROVEN,
        labels: ["beurs"],
        source: "trade-fair",
      },
    );
    expect(done).toMatchObject({
      state: "done",
      active: 1,
      pending: 0,
      unchanged: 0,
      blocked: 0,
      refused: 0,
      fault: null,
    });
    const row = await rowOf(house, email);
    expect(row).toMatchObject({ status: "active", name: "Ann Jansen", lang: "en", topics: '["news"]' });
    expect(row).toMatchObject({ labels: '["beurs","vip"]', source: "trade-fair", confirmed_at: house.clock.now });
    expect(await signupsOf(email)).toMatchObject([
      { method: "import", surface: "import", import_id: done.id, wording: await wordingHash(), mail_id: null },
    ]);
    expect(
      await house.rows("select topic, given_at, withdrawn_at from consents where subscriber_id = ?", row?.id),
    ).toEqual([{ topic: "news", given_at: house.clock.now, withdrawn_at: null }]);
    expect(await people.entriesOf("consent.given", email)).toEqual([
      {
        email,
        topics: ["news"],
        lang: "en",
        wording: { sha256: await wordingHash() },
        policyDate: null,
        surface: "import",
        pageOrigin: null,
        method: "import",
        flags: [],
        import: done.id,
        requestedAt: "2026-02-02T23:00:00.000Z",
        confirmedAt: new Date(house.clock.now).toISOString(),
      },
    ]);
    expect(await house.mailsTo(email)).toEqual([]);
    expect(await house.rows("select text from consent_wordings where sha256 = ?", await wordingHash())).toEqual([
      { text: WORDS },
    ]);
  });

  it("who waits to confirm need not any more, and an old link to confirm by does nothing", async () => {
    const email = freshAddress();
    await people.subscribe(email);
    const link = await people.confirmLink(email);
    expect(await importer.run(`${HEAD}\n${email};Bo;;;`, PROVEN)).toMatchObject({ active: 1, unchanged: 0 });
    expect(await rowOf(house, email)).toMatchObject({ status: "active", name: "Bo", source: "site" });
    expect(await signupsOf(email)).toHaveLength(1);
    expect((await house.fetch(link, { method: "POST" })).status).toBe(410);
    expect(await people.entriesOf("consent.given", email)).toHaveLength(1);
  });

  it("says of double opt-in without a file that shows it: that is missing", async () => {
    const id = await importer.send(`${HEAD}\n${freshAddress()};A;;;`);
    const consent = { ...STATED.consent, isDoubleOptIn: true };
    const refused = await importer.post(id, "start", { consent });
    expect([refused.status, (await refused.json<{ errors: object[] }>()).errors]).toEqual([
      422,
      [{ path: "consent.evidence", code: "required" }],
    ]);
  });
});

describe("without proof", () => {
  it("newcomers wait, are asked by mail, and are subscribers once they confirm", async () => {
    const email = freshAddress();
    const done = await importer.run(`${HEAD}\n${email};Ann;;;vip\n`);
    expect(done).toMatchObject({ state: "done", active: 0, pending: 1 });
    expect(await rowOf(house, email)).toMatchObject({ status: "pending", labels: '["vip"]', confirmed_at: null });
    expect(await people.entriesOf("consent.given", email)).toEqual([]);
    const [mail, ...more] = await askingMails(email);
    expect(more).toEqual([]);
    // Nothing of what staff wrote or the file says of them stands in it.
    expect(mail?.text).not.toContain(WORDS);
    expect(mail?.text).not.toContain("Ann");
    expect((await house.fetch(linkIn(mail, "/newsletter/confirm"), { method: "POST" })).status).toBe(200);
    expect(await rowOf(house, email)).toMatchObject({ status: "active", name: "Ann", labels: '["vip"]' });
    expect(await people.entriesOf("consent.given", email)).toMatchObject([{ method: "import", import: done.id }]);
  });

  it("who does not want it leaves by the same mail, and is not brought back by another import", async () => {
    const email = freshAddress();
    await importer.run(`${HEAD}\n${email};;;;`);
    const [mail] = await askingMails(email);
    expect(mail?.headers["List-Unsubscribe-Post"]).toBe("List-Unsubscribe=One-Click");
    expect((await house.fetch(linkIn(mail, "/newsletter/unsubscribe"), { method: "POST" })).status).toBe(200);
    expect(await importer.run(`${HEAD}\n${email};;;;`, PROVEN)).toMatchObject({ active: 0, blocked: 1 });
    expect(await rowOf(house, email)).toMatchObject({ status: "left" });
  });

  it("who waits already is asked no second time", async () => {
    const email = freshAddress();
    await importer.run(`${HEAD}\n${email};;;;`);
    expect(await importer.run(`${HEAD}\n${email};;;;vip`)).toMatchObject({ pending: 0, unchanged: 1 });
    expect(await askingMails(email)).toHaveLength(1);
    expect(await signupsOf(email)).toHaveLength(1);
    expect(await rowOf(house, email)).toMatchObject({ labels: '["vip"]' });
  });
});

describe("who is there already", () => {
  it("stays as they are, but for labels: no topic is added that nobody consented to", async () => {
    const email = await addSubscriber(house, "active");
    const before = await rowOf(house, email);
    const done = await importer.run(`${HEAD}\n${email};Other;en;news;vip|beurs`, { ...PROVEN, source: "other" });
    expect(done).toMatchObject({ active: 0, unchanged: 1 });
    expect(await rowOf(house, email)).toEqual({ ...before, labels: '["beurs","vip"]' });
    expect(await importer.run(`${HEAD}\n${email};;;;vip`, PROVEN)).toMatchObject({ unchanged: 1 });
    expect(await rowOf(house, email)).toMatchObject({ labels: '["beurs","vip"]' });
  });

  it("twice in a file is once", async () => {
    const email = freshAddress();
    const file = `${HEAD}\n${email};One;;;vip\n${email};Two;;;beurs\n`;
    expect(await importer.run(file, PROVEN)).toMatchObject({ active: 1, unchanged: 1 });
    expect(await rowOf(house, email)).toMatchObject({ name: "One" });
    expect(await signupsOf(email)).toHaveLength(1);
  });

  it("Invariant 8: an import never revives who left, bounced or complained, nor whom only the list of suppressions knows", async () => {
    const gone = await Promise.all(["left", "bounced", "complained"].map((status) => addSubscriber(house, status)));
    const erased = freshAddress();
    await suppress(house.rt, "test", erased, "left");
    const waiting = await addSubscriber(house, "pending");
    await suppress(house.rt, "test", waiting, "bounced");
    const before = await Promise.all(gone.map((email) => rowOf(house, email)));
    const file = `${HEAD}\n${[...gone, erased, waiting].map((email) => `${email};A;;;vip`).join("\n")}`;
    for (const plan of [PROVEN, STATED]) {
      const done = await importer.run(file, plan);
      expect(done).toMatchObject({ active: 0, pending: 0, unchanged: 0, blocked: 5, refused: 0 });
      expect(await Promise.all(gone.map((email) => rowOf(house, email)))).toEqual(before);
      expect(await rowOf(house, erased)).toBeUndefined();
      expect(await rowOf(house, waiting)).toMatchObject({ status: "pending", labels: "[]" });
      const faults = await importer.faults(done.id);
      expect(
        faults
          .trim()
          .split("\r\n")
          .slice(1)
          .map((line) => line.split(";").at(-1)),
      ).toEqual([
        "email.left: closed",
        "email.bounced: closed",
        "email.complained: closed",
        "email.left: closed",
        "email.bounced: closed",
      ]);
    }
    for (const email of [...gone, erased, waiting]) expect(await askingMails(email)).toEqual([]);
  });
});

it("the ledger has who stated what, from start to end, about nobody", async () => {
  const done = await importer.run(`${HEAD}\n${freshAddress()};;;;\n;;;;\nnobody;;;;`, PROVEN);
  const told = await house.rows<{ kind: string; subject: null; actor: string; body: string }>(
    "select kind, subject, actor, body from ledger_entries where body like ? and kind like 'subscribers.%' order by seq",
    `%${done.id}%`,
  );
  expect(told.map(({ kind, subject, actor }) => [kind, subject, actor.slice(0, 4)])).toEqual([
    ["subscribers.import-started", null, "key:"],
    ["subscribers.imported", null, "key:"],
  ]);
  expect(told.map(({ body }) => JSON.parse(body))).toEqual([
    {
      import: done.id,
      source: "import",
      consent: { wording: WORDS, date: "2026-03-01", evidence: EVIDENCE, isDoubleOptIn: true },
    },
    { import: done.id, active: 1, pending: 0, unchanged: 0, blocked: 0, refused: 1 },
  ]);
  expect(await house.rows("select 1 from subscriber_import_parts where import_id = ?", done.id)).toEqual([]);
});

it("Invariant 1: an import of customers subscribes nobody, whatever its columns are called", async () => {
  const { newImporter } = await import("./importing.ts");
  const customers = await newImporter(house);
  const email = freshAddress();
  const before = await house.rows("select count(*) n from subscribers");
  await customers.run(`klantnummer;naam;e-mail;nieuwsbrief;topics;labels\n;A;${email};ja;news;vip`);
  expect(await house.rows("select count(*) n from subscribers")).toEqual(before);
  expect(await house.rows("select count(*) n from customers where email = ?", email)).toEqual([{ n: 1 }]);
  // Nor does an import of subscribers make a customer.
  const subscriber = freshAddress();
  await importer.run(`klantnummer;naam;e-mail\n;A;${subscriber}`, PROVEN);
  expect(await rowOf(house, subscriber)).toMatchObject({ status: "active" });
  expect(await house.rows("select count(*) n from customers where email = ?", subscriber)).toEqual([{ n: 0 }]);
});

it("imports are listed, the newest first, page by page; two that began at one moment both stand there", async () => {
  house.clock.now += 1_000;
  const ids = await Promise.all([1, 2, 3].map(async () => (await importer.begin(new Uint8Array(10))).id));
  type Page = { imports: { id: string; createdAt: string }[]; next: string | null };
  const pageAt = async (query: string): Promise<Page> =>
    (await house.fetch(`/v1/subscribers/imports?${query}`, { headers: importer.headers })).json();
  const listed: string[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const page: Page = await pageAt(`limit=2${next === "" ? "" : `&after=${next}`}`);
    expect(page.imports.length).toBeLessThanOrEqual(2);
    listed.push(...page.imports.map(({ id }) => id));
    next = page.next;
  }
  expect(new Set(listed).size).toBe(listed.length);
  expect(new Set(listed.slice(0, 3))).toEqual(new Set(ids));
  expect(listed).toEqual((await pageAt("limit=100")).imports.map(({ id }) => id));
  for (const wrong of ["after=x", "limit=0", "limit=101"]) {
    expect((await house.fetch(`/v1/subscribers/imports?${wrong}`, { headers: importer.headers })).status, wrong).toBe(
      422,
    );
  }
});
