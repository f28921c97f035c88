import { beforeAll, describe, expect, it } from "vitest";
import { createHouse, freshAddress } from "./house.ts";
import { addSubscribers, type ListApi, listApi, subscriber } from "./list.ts";
import { createSubscribers } from "./subscribers.ts";

const house = createHouse({ TOPICS: "news,offers,maintenance" });
const { subscribe, activeSubscriber, confirmLink, entriesOf } = createSubscribers(house);
let api: ListApi;
beforeAll(async () => {
  api = await listApi(house);
  await api.send("POST", "/v1/newsletter/labels", { name: "vip" });
});

interface Step {
  kind: string;
  at: string;
  entry: string | null;
  actor: string | null;
  [more: string]: unknown;
}

const idOf = async (email: string) =>
  (await house.rows<{ id: string }>("select id from subscribers where email = ?", email))[0]?.id ?? "";
const timelineOf = async (id: string) => (await api.get<{ steps: Step[] }>(`/v1/subscribers/${id}/timeline`)).steps;
const change = (id: string, body: object) => api.send("PATCH", `/v1/subscribers/${id}`, body);

describe("the timeline of a subscriber", () => {
  it("has every step with its evidence, the newest first, and names the entry that a proof is asked for", async () => {
    const email = freshAddress();
    await subscribe(email, { topics: ["news", "offers"], lang: "en" });
    house.clock.now += 60_000;
    await house.fetch(await confirmLink(email), { method: "POST" });
    const id = await idOf(email);
    house.clock.now += 60_000;
    await change(id, { topics: ["news"] });
    house.clock.now += 60_000;
    await change(id, { name: "Noor" });
    house.clock.now += 60_000;
    await api.send("POST", `/v1/subscribers/${id}/leave`);
    const steps = await timelineOf(id);
    const kinds = steps.map(({ kind, what }) => what ?? kind);
    expect(kinds.slice(0, 3)).toEqual(["withdrawn", "subscriber.changed", "withdrawn"]);
    expect(kinds.slice(3).sort()).toEqual(["asked", "confirmed", "mail", "mail"]);
    expect(steps.map(({ at }) => at)).toEqual(
      steps
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
    const of = (kind: string) => steps.filter((step) => step.kind === kind);
    expect(of("asked")[0]).toMatchObject({
      signup: { topics: ["news", "offers"], surface: "site", method: "form", lang: "en" },
    });
    expect(of("confirmed")[0]?.entry).toMatch(/^[\w-]{43}$/);
    expect(of("withdrawn").map(({ topics, by }) => [topics, by])).toEqual([
      [["news"], "key"],
      [["offers"], "key"],
    ]);
    expect(of("withdrawn").every(({ entry, actor }) => entry !== null && actor?.startsWith("key:"))).toBe(true);
    house.clock.now += 3_600_000;
    await house.round();
    for (const { entry } of steps.filter((step) => step.entry !== null)) {
      expect((await house.fetch(`/v1/ledger/entries/${entry}/proof`)).status).toBe(200);
    }
  });

  it("shows the import that brought somebody, with what its maker states", async () => {
    const one = subscriber(house, { status: "pending" });
    await addSubscribers(house, [one]);
    const consent = { text: "Ik wil mail", date: "2025-01-01", evidence: null, isDoubleOptIn: false };
    await house.rows(
      `insert into subscriber_imports (id, state, file_name, size, plan, "offset", row, active, pending, unchanged, blocked, refused,
        created_at, created_by) values ('imp', 'done', 'a.csv', 1, ?, 1, 1, 0, 1, 0, 0, 0, 0, 'staff:maker')`,
      JSON.stringify({ consent, source: "beurs" }),
    );
    await house.rows("update signups set import_id = 'imp', method = 'import' where subscriber_id = ?", one.id);
    const [asked] = await timelineOf(one.id);
    expect(asked).toMatchObject({
      kind: "asked",
      actor: "staff:maker",
      signup: { method: "import", statement: consent },
    });
    // How the house keeps it is not told.
    expect(JSON.stringify(asked)).not.toMatch(/plan|mailId|subscriberId|importedBy/);
  });

  it("shows newsletters with what came of them, mails that came back, and actions on many", async () => {
    const email = await activeSubscriber();
    const id = await idOf(email);
    const [row] = await house.rows<{ seq: number }>("select seq from subscribers where id = ?", id);
    await house.rows(
      `insert into campaigns (id, state, name, texts, audience, is_public, version, created_at, created_by, changed_at, changed_by, started_at)
        values ('camp', 'sent', 'Winter', '{}', '{}', 0, 1, 0, 'staff:x', 0, 'staff:x', 5)`,
    );
    await house.rows(
      "insert into campaign_recipients (campaign_id, seq, state, sent_at, replied_at) values ('camp', ?, 'sent', 6, 7)",
      row?.seq,
    );
    const { json } = await api.send<{ id: string }>("POST", "/v1/subscribers/actions", {
      kind: "add-label",
      argument: "vip",
      filter: { search: email },
    });
    await house.consume([json.id], "list-action");
    const steps = await timelineOf(id);
    expect(steps.find(({ kind }) => kind === "newsletter")).toMatchObject({
      newsletter: { campaign: "camp", name: "Winter", sentAt: new Date(6).toISOString(), bouncedAt: null },
    });
    expect(steps.find(({ kind }) => kind === "action")).toMatchObject({
      action: { kind: "add-label", argument: "vip" },
    });
  });
});

describe("changing a subscriber", () => {
  it("changes name, language and labels, and the ledger names the fields and not what they hold", async () => {
    const one = subscriber(house);
    await addSubscribers(house, [one]);
    const { status, json } = await change(one.id, { name: " Noor ", lang: "en", labels: ["vip", "vip"] });
    expect([status, json]).toMatchObject([200, { name: "Noor", lang: "en", labels: ["vip"] }]);
    const [told] = await house.rows<{ body: string }>(
      "select body from ledger_entries where subject = ? and kind = 'subscriber.changed'",
      `subscriber:${one.id}`,
    );
    expect(JSON.parse(told?.body ?? "{}")).toEqual({ fields: ["name", "lang", "labels"] });
    expect((await change(one.id, { name: "" })).json).toMatchObject({ name: null });
  });

  it("takes topics off, which ends those consents, and never puts one on in somebody's place", async () => {
    const email = freshAddress();
    await subscribe(email, { topics: ["news", "offers"] });
    await house.fetch(await confirmLink(email), { method: "POST" });
    const id = await idOf(email);
    expect((await change(id, { topics: ["news"] })).json).toMatchObject({ topics: ["news"] });
    expect(await entriesOf("consent.changed", email)).toMatchObject([{ removed: ["offers"], added: [], by: "key" }]);
    for (const topics of [["news", "offers"], ["maintenance"], []]) {
      expect((await change(id, { topics })).status).toBe(422);
    }
    const open = await house.rows("select topic from consents where subscriber_id = ? and withdrawn_at is null", id);
    expect(open).toEqual([{ topic: "news" }]);
  });

  it("refuses labels there are not, languages there are not, and people there are not", async () => {
    const one = subscriber(house, { status: "left" });
    await addSubscribers(house, [one]);
    expect(await change(one.id, { labels: ["nobody's"] })).toMatchObject({
      status: 422,
      json: { errors: [{ path: "labels.0" }] },
    });
    expect((await change(one.id, { lang: "xx" })).status).toBe(422);
    expect((await change(one.id, { name: "Two\r\nlines: here" })).status).toBe(422);
    expect((await change("nobody", { name: "x" })).status).toBe(404);
    expect((await api.send("DELETE", "/v1/subscribers/nobody")).status).toBe(404);
  });
});
