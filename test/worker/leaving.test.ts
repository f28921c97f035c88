import { describe, expect, it } from "vitest";
import { addressHash, allow, suppress, suppressionsOf } from "../../worker/mail/suppression.ts";
import { eraseSubscriber, leaveSubscriber } from "../../worker/newsletter/leaving.ts";
import { keyOf } from "../../worker/platform/kv.ts";
import { createHouse, DAY, freshAddress } from "./house.ts";
import { createSubscribers } from "./subscribers.ts";

const house = createHouse();
const { subscribe, confirmLink, leaveLink, statusOf, entriesOf, activeSubscriber } = createSubscribers(house);

const one = async <T = Record<string, unknown>>(sql: string, ...values: unknown[]) =>
  (await house.rows<T>(sql, ...values))[0];
const idOf = async (email: string) =>
  (await one<{ id: string }>("select id from subscribers where email = ?", email))?.id ?? "";
const suppressionOf = async (email: string) =>
  one("select * from mail_suppressions where hash = ?", await addressHash(house.rt, email));
const reasonsOf = async (email: string) => {
  const sql = "select reason from mail_suppressions where hash = ? order by reason";
  return (await house.rows(sql, await addressHash(house.rt, email))).map(({ reason }) => reason);
};
const inKv = async (email: string) =>
  house.bindings.KV.get(keyOf("suppression", await addressHash(house.rt, email)), "json");

/** A newsletter that went to subscribers, as rows. */
async function addCampaign(...emails: string[]): Promise<string> {
  const id = crypto.randomUUID();
  await house.rows(
    `insert into campaigns (id, state, name, texts, audience, is_public, version, created_at, created_by, changed_at, changed_by)
      values (?, 'sent', 'News', '{}', '{"topics":[],"segment":null}', 0, 1, 0, 'staff:x', 0, 'staff:x')`,
    id,
  );
  for (const email of emails) {
    await house.rows(
      "insert into campaign_recipients (campaign_id, seq, state) select ?, seq, 'sent' from subscribers where email = ?",
      id,
      email,
    );
  }
  return id;
}

describe("the one-click POST of RFC 8058", () => {
  const ONE_CLICK = "List-Unsubscribe=One-Click";
  const form = new FormData();
  form.set("List-Unsubscribe", "One-Click");
  const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
  const JSON_TYPE = { "Content-Type": "application/json" };
  const bodies: [string, RequestInit, string][] = [
    ["urlencoded", { headers: FORM, body: ONE_CLICK }, "one-click"],
    ["multipart", { body: form }, "one-click"],
    ["no body at all", {}, "link"],
    ["JSON", { headers: JSON_TYPE, body: '{"List-Unsubscribe":"One-Click"}' }, "link"],
    ["JSON that is none", { headers: JSON_TYPE, body: "{" }, "link"],
    [
      "multipart without its end",
      { headers: { "Content-Type": "multipart/form-data; boundary=x" }, body: "--x\r\n" },
      "link",
    ],
    ["text of no type", { headers: { "Content-Type": "text/plain" }, body: ONE_CLICK }, "link"],
  ];

  it.each(bodies)("leaves at once, without a cookie or a redirect, twice: %s", async (_, init, by) => {
    const email = await activeSubscriber();
    const link = await leaveLink(email);
    for (const turn of [1, 2]) {
      const reply = await house.fetch(link, { method: "POST", ...init });
      expect([turn, reply.status, reply.headers.get("set-cookie")]).toEqual([turn, 200, null]);
    }
    expect(await statusOf(email)).toBe("left");
    expect(await entriesOf("consent.withdrawn", email)).toMatchObject([{ by }]);
  });

  it("with a wrong token, none, or one for something else, is refused and changes nothing", async () => {
    const email = await activeSubscriber();
    const link = await leaveLink(email);
    const pending = freshAddress();
    await subscribe(pending);
    const other = (await confirmLink(pending)).replace("/confirm", "/unsubscribe");
    for (const wrong of [
      `${link}x`,
      link.slice(0, -1),
      "/newsletter/unsubscribe",
      `${link}&token=x`.slice(0, 30),
      other,
    ]) {
      const reply = await house.fetch(wrong, { method: "POST", headers: FORM, body: ONE_CLICK });
      expect([wrong, reply.status]).toEqual([wrong, 400]);
      expect(await reply.json()).toMatchObject({ code: "token_invalid" });
    }
    expect([await statusOf(email), await statusOf(pending)]).toEqual(["active", "pending"]);
  });

  it("marks the recipient of the newsletter it came with, theirs alone and once", async () => {
    const [email, other] = [await activeSubscriber(), await activeSubscriber()];
    const [campaign, later] = [await addCampaign(email, other), await addCampaign(email)];
    const link = await leaveLink(email);
    await house.fetch(`${link}&campaign=${campaign}`, { method: "POST" });
    await house.fetch(`${link}&campaign=${later}`, { method: "POST" });
    await house.fetch(`${await leaveLink(other)}&campaign=nonsense'--`, { method: "POST" });
    const left = "select count(left_at) as n from campaign_recipients where campaign_id = ?";
    expect([await one(left, campaign), await one(left, later)]).toEqual([{ n: 1 }, { n: 0 }]);
    expect(await one("select count from campaign_tallies where campaign_id = ? and what = 'left'", campaign)).toEqual({
      count: 1,
    });
    expect(await statusOf(other)).toBe("left");
  });
});

describe("leaving", () => {
  it("is one batch: consents end, the address is suppressed by its keyed hash, KV is told", async () => {
    const email = await activeSubscriber();
    const id = await idOf(email);
    house.clock.now += 60_000;
    await house.fetch(await leaveLink(email), { method: "POST" });
    const at = house.clock.now;
    expect(await suppressionOf(email)).toMatchObject({ reason: "left", at, mirrored_at: at });
    expect(await inKv(email)).toEqual({ left: at });
    const consents = await house.rows("select withdrawn_at, withdrawn_by from consents where subscriber_id = ?", id);
    expect(consents).toEqual([{ withdrawn_at: at, withdrawn_by: "link" }]);
    const hidden = await house.rows("select * from mail_suppressions");
    expect(JSON.stringify(hidden)).not.toContain(email);
  });

  it("KV is told by the round when it could not be told at once", async () => {
    const email = await activeSubscriber();
    const away = createHouse({ KV: { ...house.bindings.KV, put: () => Promise.reject(new Error("away")) } });
    away.clock.now = house.clock.now;
    expect((await away.fetch(await leaveLink(email), { method: "POST" })).status).toBe(200);
    expect([await statusOf(email), await inKv(email)]).toEqual(["left", null]);
    await house.round();
    expect(await inKv(email)).toEqual({ left: house.clock.now });
    expect(await suppressionOf(email)).toMatchObject({ mirrored_at: house.clock.now });
  });

  it("by staff is entered with who did it; again changes nothing; nobody to leave is no fault", async () => {
    const email = await activeSubscriber();
    const id = await idOf(email);
    expect(await leaveSubscriber(house.rt, id, "staff", "staff:x")).toBe(true);
    expect(await leaveSubscriber(house.rt, id, "staff", "staff:x")).toBe(false);
    expect(await leaveSubscriber(house.rt, "nobody", "staff", "staff:x")).toBe(false);
    const entries = await house.rows(
      "select actor from ledger_entries where subject = ? and kind = 'consent.withdrawn'",
      `subscriber:${id}`,
    );
    expect(entries).toEqual([{ actor: "staff:x" }]);
  });

  it("is a reason of its own, beside a stronger one; a new sign-up lifts it", async () => {
    const email = await activeSubscriber();
    expect(await suppress(house.rt, "staff:x", email, "staff")).toBe(true);
    await house.fetch(await leaveLink(email), { method: "POST" });
    expect(await reasonsOf(email)).toEqual(["left", "staff"]);
    expect(await inKv(email)).toEqual({ staff: house.clock.now, left: house.clock.now });
    const back = await activeSubscriber();
    await house.fetch(await leaveLink(back), { method: "POST" });
    house.clock.now += DAY + 1;
    await subscribe(back);
    expect(await suppressionOf(back)).toMatchObject({ reason: "left" });
    await house.fetch(await confirmLink(back), { method: "POST" });
    expect([await statusOf(back), await suppressionOf(back)]).toEqual(["active", undefined]);
  });

  it("stops newsletters and no notice; what staff stopped stops both, until they allow it", async () => {
    const [left, stopped] = [await activeSubscriber(), freshAddress()];
    await house.fetch(await leaveLink(left), { method: "POST" });
    await suppress(house.rt, "staff:x", stopped, "staff");
    const found = async (what: "notice" | "newsletter") => [
      ...(await suppressionsOf(house.rt, [left, stopped], what)).keys(),
    ];
    expect([await found("newsletter"), await found("notice")]).toEqual([[left, stopped], [stopped]]);
    await house.round();
    expect(await inKv(stopped)).toEqual({ staff: house.clock.now });
    expect([await allow(house.rt, "staff:x", stopped), await allow(house.rt, "staff:x", left)]).toEqual([true, false]);
    expect([await inKv(stopped), await suppressionOf(left)]).toMatchObject([null, { reason: "left" }]);
    expect(await found("newsletter")).toEqual([left]);
  });
});

it("Invariant 8: who left before there was a list of suppressions is put there by the round, once", async () => {
  const [left, back] = [await activeSubscriber(), await activeSubscriber()];
  await house.fetch(await leaveLink(left), { method: "POST" });
  await house.rows("delete from mail_suppressions where hash = ?", await addressHash(house.rt, left));
  // As migration 0007 leaves them.
  for (const id of [await idOf(left), await idOf(back), "gone"])
    await house.rows("insert into mail_suppressions (hash, reason, at) values (?, 'left', 1)", `subscriber:${id}`);
  await house.round();
  expect([await reasonsOf(left), await reasonsOf(back)]).toEqual([["left"], []]);
  expect(await house.rows("select 1 from mail_suppressions where hash like 'subscriber:%'")).toEqual([]);
  await house.round();
  expect(Object.keys((await inKv(left)) ?? {})).toEqual(["left"]);
});

describe("erasing a subscriber", () => {
  it("keeps nothing of them but the hash, and that they were erased", async () => {
    const email = await activeSubscriber();
    const id = await idOf(email);
    const link = await leaveLink(email);
    await house.post("/v1/newsletter/unsubscriptions", { email });
    expect(await eraseSubscriber(house.rt, id, "staff:x")).toBe(true);
    expect(await eraseSubscriber(house.rt, id, "staff:x")).toBe(false);
    expect(await statusOf(email)).toBeUndefined();
    expect(await suppressionOf(email)).toMatchObject({ reason: "erased" });
    for (const table of ["signups", "consents", "address_changes"]) {
      expect(await house.rows(`select * from ${table} where subscriber_id = ?`, id), table).toEqual([]);
    }
    expect(await house.rows("select id from tokens where subject = ?", id)).toEqual([]);
    expect(await house.rows("select id from outbox where recipient = ?", email)).toEqual([]);
    const bodies = await house.rows<{ body: string | null }>("select body from ledger_entries");
    expect(JSON.stringify(bodies)).not.toContain(email);
    const erased = await house.rows(
      "select actor, body from ledger_entries where kind = 'subscriber.erased' and body like ?",
      `%${id}%`,
    );
    expect(erased).toMatchObject([{ actor: "staff:x" }]);
    expect((await house.fetch(link, { method: "POST" })).status).toBe(400);
  });

  it("takes mails to all their addresses, sent or not, and rows that an import refused; not those of others", async () => {
    const [email, other] = [await activeSubscriber(), await activeSubscriber()];
    const id = await idOf(email);
    const link = await leaveLink(other);
    const [before, next] = [freshAddress(), freshAddress()];
    await house.rows(
      "insert into address_changes (id, subscriber_id, email, lang, requested_at) values ('change', ?, ?, 'nl', 0)",
      ...[id, next],
    );
    await house.rows(
      `insert into ledger_entries (id, kind, at, subject, body, salt, commitment)
        values ('moved', 'subscriber.moved', 0, ?, ?, 'salt', 'c')`,
      ...[`subscriber:${id}`, JSON.stringify({ from: before, to: email })],
    );
    for (const [recipient, template] of [
      [email, "newsletter.campaign"],
      [before, "newsletter.welcome"],
      [next, "newsletter.move-to"],
      [email, "contact.confirm"],
      [other, "newsletter.campaign"],
    ]) {
      await house.rows(
        `insert into outbox (id, template, recipient, lang, params, state, attempts, due_at, created_at, sent_at)
          values (?, ?, ?, 'nl', '{}', 'sent', 1, 0, 0, 0)`,
        ...[crypto.randomUUID(), template, recipient],
      );
    }
    await house.rows(
      `insert into subscriber_imports (id, state, file_name, size, offset, row, active, pending, unchanged, blocked, refused, created_at, created_by)
        values ('import', 'done', 'x.csv', 1, 1, 1, 0, 0, 0, 0, 2, 0, 'staff:x')`,
    );
    for (const [row, one] of [email, `x${email}`, other].entries())
      await house.rows(
        "insert into subscriber_import_faults values ('import', ?, '[\"as it stood\"]', json_array(?), '[]')",
        ...[row, one],
      );
    expect(await eraseSubscriber(house.rt, id, "staff:x")).toBe(true);
    const mails = "select template from outbox where recipient in (?, ?, ?)";
    expect(await house.rows(mails, email, before, next)).toEqual([{ template: "contact.confirm" }]);
    expect(await house.rows("select row from subscriber_import_faults")).toEqual([{ row: 1 }, { row: 2 }]);
    expect((await house.rows("select id from outbox where recipient = ?", other)).length).toBeGreaterThan(1);
    expect((await house.fetch(link, { method: "POST" })).status).toBe(200);
  });

  it("does not keep them from signing up anew by themselves", async () => {
    const email = await activeSubscriber();
    await eraseSubscriber(house.rt, await idOf(email), "staff:x");
    house.clock.now += DAY + 1;
    await subscribe(email);
    expect((await house.fetch(await confirmLink(email), { method: "POST" })).status).toBe(200);
    expect([await statusOf(email), await suppressionOf(email)]).toEqual(["active", undefined]);
  });
});
