import { describe, expect, it } from "vitest";
import { commitmentOf, leafOf } from "../../worker/ledger/commitment.ts";
import { rootFromPath } from "../../worker/ledger/merkle.ts";
import { headOf } from "../../worker/ledger/seal.ts";
import { insertLinks, linkTokens } from "../../worker/newsletter/links.ts";
import { type Receipt, receiptShape } from "../../worker/newsletter/receipt-shapes.ts";
import { CONFIRM_WORDINGS, WORDINGS } from "../../worker/newsletter/wording.ts";
import { sha256 } from "../../worker/platform/bytes.ts";
import { commit } from "../../worker/platform/db.ts";
import { tokenText } from "../../worker/platform/tokens.ts";
import { apiKey, createHouse, DAY, freshAddress, hourFrom, linkIn, ORIGIN, version } from "./house.ts";
import { newListImporter, PROVEN, rowOf, STATED, WORDS } from "./list-importing.ts";
import { BROWSER, createSubscribers } from "./subscribers.ts";

const house = createHouse();
const { subscribe, press, confirmLink, leaveLink } = createSubscribers(house);

const MINUTE = 60_000;

/** Somebody who confirmed a moment ago, and the way to their receipt. */
async function confirmed(more: object = {}) {
  house.clock.now += 60 * MINUTE;
  const email = freshAddress();
  await subscribe(email, more);
  house.clock.now += MINUTE;
  await press(await confirmLink(email));
  const preferences = linkIn((await house.mailsTo(email)).at(-1), "/newsletter/preferences");
  return { email, preferences, link: preferences.replace("preferences", "receipt") };
}

/** The way to the receipt of somebody as their next newsletter brings it. */
async function receiptLink(email: string): Promise<string> {
  const id = (await rowOf(house, email))?.id ?? "";
  const { rows, byId } = await linkTokens(house.rt, [{ id, email }]);
  await commit(house.rt, [insertLinks(rows)]);
  const token = byId.get(id)?.preferences ?? "";
  return `/newsletter/receipt?token=${await tokenText(house.rt, "newsletter.preferences", token)}`;
}

async function receiptAt(link: string): Promise<Receipt> {
  const reply = await house.fetch(link, { headers: { Accept: "application/json" } });
  expect([reply.status, reply.headers.get("content-type")]).toEqual([200, "application/json"]);
  return receiptShape.parse(await reply.json());
}

/** Seals all entries so far: the round waits some minutes for a seal to fill. */
async function seal(): Promise<void> {
  house.clock.now += 15 * MINUTE;
  await house.round();
}

describe("the receipt as JSON", () => {
  it("says who agreed to what, when, where, under which words, and how sure that is", async () => {
    const wording = await sha256(WORDINGS.en[0]);
    const { email, link } = await confirmed({ lang: "en", topics: ["offers", "news"], wording });
    const at = new Date(house.clock.now).toISOString();
    const receipt = await receiptAt(link);
    expect(receipt).toMatchObject({ modelled_on: "ISO/IEC TS 27560:2023", pii_principal_id: email, issued_at: at });
    expect(receipt.party_identification).toMatchObject([
      { party_role: "pii-controller", party_name: house.rt.settings.COMPANY, party_url: ORIGIN },
    ]);
    expect(receipt.pii_processing.purposes).toMatchObject(
      ["News", "Offers"].map((purpose) => ({
        purpose,
        lawful_basis: "GDPR Article 6(1)(a): consent",
        state: "given",
        given_at: at,
        withdrawn_at: null,
      })),
    );
    expect(receipt.events).toMatchObject([
      {
        event_time: at,
        event_type: "expressed-consent",
        event_state: "given",
        entity_id: "pii-principal",
        topics_added: ["news", "offers"],
        method: "form",
        requested_at: new Date(house.clock.now - MINUTE).toISOString(),
        surface: "site",
        wording: { sha256: wording, text: WORDINGS.en[0] },
        doubts: [],
        ledger: { kind: "consent.given", sealed: null },
      },
    ]);
  });

  it("shows a doubt, changes and the end, and stays with who left", async () => {
    house.clock.now += 60 * MINUTE;
    const email = freshAddress();
    await subscribe(email);
    await house.fetch(await confirmLink(email), { method: "POST", headers: { ...BROWSER, "User-Agent": "curl/8" } });
    const preferences = linkIn((await house.mailsTo(email)).at(-1), "/newsletter/preferences");
    const link = preferences.replace("preferences", "receipt");
    house.clock.now += MINUTE;
    const wording = await sha256(WORDINGS.nl[0]);
    await press(preferences, { do: "save", seen: "news", wording, language: "nl", name: "", "topic.offers": "on" });
    house.clock.now += MINUTE;
    await press(await leaveLink(email));
    const receipt = await receiptAt(link);
    expect(receipt.events).toMatchObject([
      { event_state: "withdrawn", method: "link", doubts: null },
      { event_state: "changed", topics_added: ["offers"], topics_removed: ["news"], method: "preferences" },
      { event_state: "given", doubts: ["scanner"] },
    ]);
    expect(receipt.pii_processing.purposes).toMatchObject([
      { topic: "news", state: "withdrawn", withdrawn_by: "preferences" },
      { topic: "offers", state: "withdrawn", withdrawn_by: "link" },
    ]);
  });

  it("proves each event by itself: the commitment from what it holds, the seal from the commitment", async () => {
    const { link } = await confirmed();
    await seal();
    const { events, receipt_id } = await receiptAt(link);
    expect(events).toHaveLength(1);
    for (const { ledger } of events) {
      const { sealed, at, ...rest } = ledger;
      const entry = { ...rest, at: Date.parse(at) };
      expect(commitmentOf(entry)).toBe(ledger.commitment);
      const { seal: closing, index, size, path } = sealed ?? expect.fail("not sealed");
      expect(rootFromPath(leafOf(entry), index, size, path)).toBe(closing.root);
      const { firstEntry: firstSeq, lastEntry: lastSeq, at: sealedAt, ...head } = closing;
      expect(headOf({ ...head, firstSeq, lastSeq, at: Date.parse(sealedAt) })).toBe(closing.head);
      const { seals } = (await (await house.fetch("/v1/ledger/seals")).json()) as { seals: { head: string }[] };
      expect(seals.map(({ head: published }) => published)).toContain(closing.head);
      expect(JSON.parse(ledger.body)).toMatchObject({ topics: ["news"] });
    }
    expect((await receiptAt(link)).receipt_id).toBe(receipt_id);
  });

  it("hands out no proof for an entry that is not the one sealed", async () => {
    const { link, email } = await confirmed();
    await seal();
    await house.rows("drop trigger ledger_entries_only_erasure");
    await house.rows(
      "update ledger_entries set commitment = ? where kind = 'consent.given' and body like ?",
      "0".repeat(64),
      `%${email}%`,
    );
    expect((await house.fetch(link)).status).toBe(500);
  });

  it("holds no token: it may be handed on", async () => {
    const { link } = await confirmed();
    const token = new URL(link, ORIGIN).searchParams.get("token") ?? "";
    const json = await (await house.fetch(`${link}&format=json`, { headers: { Accept: "text/html" } })).text();
    expect(json).toContain("receipt_id");
    expect(json).not.toContain(token.split(".")[1]);
  });
});

describe("the receipt as a page", () => {
  it.each([
    ["nl", "Bewijs van je toestemming", "Aanbiedingen", "Nog niet"],
    ["en", "Receipt of your consent", "Offers", "Not yet"],
  ])("in %s says the same in words, with a download", async (lang, title, topic, unsealed) => {
    const { link, email } = await confirmed({ topics: ["offers"] });
    const page = await house.fetch(`${link}&lang=${lang}`, { headers: { Accept: "text/html" } });
    const html = await page.text();
    for (const words of [title, topic, email, unsealed, "format=json"]) expect(html).toContain(words);
    // Moments are in words; as they were entered they stand for machines alone.
    expect(html).toMatch(/<time datetime="2026-[^"]+Z">\d+ \w+ 2026/);
    expect(html.replace(/<[^>]+>/g, " ")).not.toMatch(/\dT\d\d:\d\d:/);
    await seal();
    expect(await (await house.fetch(`${link}&lang=${lang}`)).text()).toContain("/proof");
  });

  it("of an imported consent says what whoever imported it stated", async () => {
    const { link, email, preferences } = await confirmed();
    const consent = {
      text: "Ik wil <b>tips</b>.",
      date: "2024-05-01",
      evidence: { sha256: "ab".repeat(32), name: "lijst.pdf" },
      isDoubleOptIn: false,
    };
    await house.rows(
      `insert into subscriber_imports (id, state, file_name, size, plan, offset, row, active, pending, unchanged, blocked, refused, created_at, created_by)
        values ('import-1', 'done', 'lijst.csv', 1, ?, 0, 0, 0, 0, 0, 0, 0, 0, 'staff:x')`,
      JSON.stringify({ consent }),
    );
    await press(await leaveLink(email));
    house.clock.now += MINUTE;
    await subscribe(email);
    await house.rows(
      "update signups set import_id = 'import-1', method = 'import' where confirmed_at is null and subscriber_id = (select id from subscribers where email = ?)",
      email,
    );
    await press(await confirmLink(email));
    const { events, pii_processing } = await receiptAt(preferences.replace("preferences", "receipt"));
    expect(events[0]).toMatchObject({ event_state: "given", method: "import", stated: consent, doubts: [] });
    expect(pii_processing.collection_method).toBe(
      "door jou ingevuld; overgenomen uit een lijst van eerdere aanmeldingen",
    );
    const html = await (await house.fetch(link)).text();
    for (const words of ["Ik wil &lt;b&gt;tips&lt;/b&gt;.", "op de knop klikte"]) expect(html).toContain(words);
  });

  it("of an import without proof says under which words they confirmed, and the policy in force then", async () => {
    const { date } = version();
    const publisher = { Authorization: `Bearer ${await apiKey("policy:write")}` };
    expect((await house.post("/v1/policy/versions", version(), publisher)).status).toBe(201);
    const importer = await newListImporter(house);
    const email = freshAddress();
    await importer.run(`email\n${email}\n`, STATED);
    const asking = (await house.mailsTo(email)).at(-1);
    const confirm = linkIn(asking, "/newsletter/confirm");
    const [text] = CONFIRM_WORDINGS.en;
    expect(await (await house.fetch(`${confirm}&lang=en`)).text()).toContain(text);
    expect((await press(`${confirm}&lang=en`)).status).toBe(200);
    const { events } = await receiptAt(await receiptLink(email));
    expect(events).toMatchObject([
      {
        ...{ entity_id: "pii-principal", method: "import", doubts: expect.any(Array), stated: STATED.consent },
        ...{ wording: { text, sha256: await sha256(text) }, privacy_notice: `${ORIGIN}/policy/versions/${date}` },
      },
    ]);
  });

  it("of an import that states proof says that it rests on that, and no more; for as long as they are a subscriber", async () => {
    const importer = await newListImporter(house);
    const email = freshAddress();
    await importer.run(`email\n${email}\n`, PROVEN);
    const link = await receiptLink(email);
    for (const days of [0, 731]) {
      house.clock.now = hourFrom(house.clock.now + days * DAY);
      await house.round();
      const { events, pii_processing } = await receiptAt(days === 0 ? link : await receiptLink(email));
      expect(pii_processing.collection_method).toBe("overgenomen uit een lijst van eerdere aanmeldingen");
      expect(events).toMatchObject([
        {
          ...{ entity_id: "controller", method: "import", doubts: null, stated: PROVEN.consent },
          wording: { text: WORDS, sha256: await sha256(WORDS) },
        },
      ]);
    }
    const html = await (await house.fetch(await receiptLink(email))).text();
    expect(html).toContain("dit rust op de verklaring van wie je adres overnam");
    expect(html).toContain(WORDS);
    expect(html).not.toContain("op de knop klikte");
  });

  it("promises leaving by a reply only where mail is read", async () => {
    const { link } = await confirmed();
    const reading = createHouse({ INBOUND_ADDRESS: "post@mail.example.nl" });
    reading.clock.now = house.clock.now;
    const deaf = createHouse({ INBOUND_ADDRESS: "" });
    deaf.clock.now = house.clock.now;
    expect(await (await reading.fetch(link)).text()).toContain("te beantwoorden met");
    expect(await (await deaf.fetch(link)).text()).not.toContain("te beantwoorden met");
  });
});
