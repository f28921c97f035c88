import { describe, expect, it } from "vitest";
import { addressHash, allow, suppress } from "../../worker/mail/suppression.ts";
import { eraseSubscriber } from "../../worker/newsletter/leaving.ts";
import { type Dump, dumpOf, restore } from "./dump.ts";
import { DAY, freshAddress, linkIn } from "./house.ts";
import { createInbound, INBOUND_ADDRESS } from "./inbound.ts";
import { listApi } from "./list.ts";
import { newListImporter, PROVEN } from "./list-importing.ts";
import { FIELDS, postfix } from "./returned-mails.ts";
import { createDesk, passMinutes, recipientsOf, sendingHouse, workOff } from "./sending.ts";
import { createSubscribers, moveAway } from "./subscribers.ts";

const { house, sent } = sendingHouse({ INBOUND_ADDRESS });
const people = createSubscribers(house);
const { activeSubscriber, leaveLink, statusOf, entriesOf, subscribe, confirmLink } = people;
const desk = await createDesk(house);
const list = await listApi(house);

const idOf = async (email: string) =>
  (await house.rows<{ id: string }>("select id from subscribers where email = ?", email))[0]?.id ?? "";
const leave = async (email: string) =>
  expect((await house.fetch(await leaveLink(email), { method: "POST" })).status).toBe(200);
const erase = async (email: string) => eraseSubscriber(house.rt, await idOf(email), "staff:x");
const mailedTo = (...emails: string[]) => sent.map(({ to }) => to).filter((to) => emails.includes(to));
const stopsOf = async (email: string) =>
  house.rows("select reason from mail_suppressions where hash = ?", await addressHash(house.rt, email));

/** What the database says of an address: entries of the ledger, and mails. */
const said = async (email: string) =>
  house.rows(
    "select kind from ledger_entries where instr(body, ?1) > 0 union all select template from outbox where recipient = ?1",
    email,
  );
/** The stops of those who are `gone` in restoredAfter. */
const STOPS = ["left", "erased", "bounced", "staff"].map((reason) => [{ reason }]);

/** A mail to a subscriber comes back for good. */
async function bounce(email: string): Promise<void> {
  const inbound = createInbound();
  inbound.house.clock.now = house.clock.now;
  const { mails } = await inbound.sentCampaign([email]);
  const to = await inbound.addressOf("bounce", mails[0] ?? "");
  await inbound.take(to, postfix({ to, recipient: email }, FIELDS.unknown));
  await inbound.house.round();
}

/** Five who get the newsletter; after `backup` four of them leave in ways of their own, and the database is put back. */
async function restoredAfter(backup: () => Promise<Dump>) {
  const [stays, left, erased, bounced, stopped] = [
    await activeSubscriber(),
    await activeSubscriber(),
    await activeSubscriber(),
    await activeSubscriber(),
    await activeSubscriber(),
  ];
  await workOff(house);
  const dump = await backup();
  house.clock.now += 60_000;
  await leave(left);
  await erase(erased);
  await bounce(bounced);
  await suppress(house.rt, "staff:x", stopped, "staff");
  await house.round();
  expect([await statusOf(left), await statusOf(erased), await statusOf(bounced)]).toEqual([
    "left",
    undefined,
    "bounced",
  ]);
  await restore(house, dump);
  for (const email of [stays, left, erased, bounced, stopped]) {
    expect([await statusOf(email), await stopsOf(email)]).toEqual(["active", []]);
  }
  sent.length = 0;
  return { stays, left, erased, bounced, stopped, gone: [left, erased, bounced, stopped] };
}

describe("Invariant 8: leaving survives a restored backup", () => {
  it("nobody who left, was erased, bounced or was stopped is mailed by a newsletter; the database knows it again", async () => {
    const { stays, left, erased, bounced, stopped, gone } = await restoredAfter(() => dumpOf(house));
    const id = await desk.begun();
    await workOff(house);
    expect(mailedTo(stays, ...gone)).toEqual([stays]);

    expect(await Promise.all(gone.map(statusOf))).toEqual(["left", undefined, "bounced", "active"]);
    expect(await Promise.all(gone.map(stopsOf))).toEqual(STOPS);
    expect(await entriesOf("consent.withdrawn", left)).toMatchObject([{ by: "suppression" }]);
    const ended = "select withdrawn_by from consents where subscriber_id = ?";
    expect(await house.rows(ended, await idOf(left))).toEqual([{ withdrawn_by: "suppression" }]);
    expect(await said(erased)).toEqual([]);
    expect(await entriesOf("subscriber.stopped", bounced)).toMatchObject([{ reason: "bounced" }]);
    await passMinutes(house, 1);
    const rows = (await recipientsOf(house, id)).filter(({ email }) => [stays, ...gone].includes(email));
    expect(rows.map(({ state }) => state).sort()).toEqual(["dropped", "dropped", "dropped", "sent"]);
    expect(mailedTo(stopped)).toEqual([]);

    await desk.begun();
    await workOff(house);
    expect(mailedTo(stays, ...gone)).toEqual([stays, stays]);
    expect(await entriesOf("consent.withdrawn", left)).toHaveLength(1);
  });

  it("nor by mails of a newsletter that waited in the backup", async () => {
    let waiting: string[] = [];
    const { stays, gone } = await restoredAfter(async () => {
      const id = await desk.begun();
      await house.consume([id], "campaign");
      waiting = (
        await house.rows<{ id: string }>(
          "select id from outbox where state = 'queued' and template = 'newsletter.campaign'",
        )
      ).map((row) => row.id);
      return dumpOf(house);
    });
    expect(waiting.length).toBeGreaterThanOrEqual(5);
    await house.consume(waiting, "bulk-mail");
    expect(mailedTo(stays, ...gone)).toEqual([stays]);
  });

  it("nor does an import bring them back, with proof of their consent or without", async () => {
    const { gone } = await restoredAfter(() => dumpOf(house));
    // As after a backup from before they ever signed up.
    for (const email of gone) await house.rows("delete from subscribers where email = ?", email);
    const importer = await newListImporter(house);
    const file = `email\n${gone.join("\n")}\n`;
    for (const plan of [PROVEN, { consent: { text: "Ja.", date: "2026-03-01" } }]) {
      const { active, pending, blocked } = await importer.run(file, plan);
      expect({ active, pending, blocked }).toEqual({ active: 0, pending: 0, blocked: gone.length });
    }
  });

  it("the rounds after it bring back what KV alone knows, for notices and whatever else asks the database", async () => {
    // As cron does each minute; KV keeps what was lifted and allowed before, which is not brought back.
    const [back, allowed] = [await activeSubscriber(), await activeSubscriber()];
    house.clock.now += 60_000;
    await leave(back);
    await suppress(house.rt, "staff:x", allowed, "staff");
    house.clock.now += 60_000;
    await house.round();
    house.clock.now += DAY + 1;
    await subscribe(back);
    expect((await house.fetch(await confirmLink(back), { method: "POST" })).status).toBe(200);
    await allow(house.rt, "staff:x", allowed);
    house.clock.now += 10 * 60_000;
    await house.round();
    house.clock.now += 60_000;
    await house.round();
    const { stays, gone } = await restoredAfter(async () => {
      const dump = await dumpOf(house);
      house.clock.now += 10 * 60_000;
      return dump;
    });
    const lately = "select count(*) as n from ledger_entries where kind = 'mail.suppressed'";
    const [before] = await house.rows<{ n: number }>(lately);
    await house.round();
    expect(await Promise.all(gone.map(stopsOf))).toEqual(STOPS);
    expect(await Promise.all([stays, back, allowed].map(stopsOf))).toEqual([[], [], []]);
    expect(await house.rows(lately)).toEqual([{ n: (before?.n ?? 0) + gone.length }]);
    house.clock.now += 60_000;
    await house.round();
    expect(await house.rows(lately)).toEqual([{ n: (before?.n ?? 0) + gone.length }]);
    await desk.begun();
    await workOff(house);
    expect(mailedTo(stays, ...gone)).toEqual([stays]);
    expect(await Promise.all(gone.map(statusOf))).toEqual(["left", undefined, "bounced", "active"]);
  });

  it("the rounds after it put subscribers right, before any newsletter: who left has left, who was erased is erased", async () => {
    const { stays, left, erased, bounced, stopped } = await restoredAfter(() => dumpOf(house));
    expect(await said(erased)).not.toEqual([]);
    house.clock.now += 10 * 60_000;
    await passMinutes(house, 1);
    expect(await Promise.all([stays, stopped, left, erased, bounced].map(statusOf))).toEqual([
      ...["active", "active", "left", undefined, "bounced"],
    ]);
    expect(await entriesOf("consent.withdrawn", left)).toMatchObject([{ by: "suppression" }]);
    expect(await entriesOf("subscriber.stopped", bounced)).toMatchObject([{ reason: "bounced" }]);
    expect([await said(erased), await stopsOf(erased)]).toEqual([[], [{ reason: "erased" }]]);
    const asked = { filter: { status: ["active"] } };
    const file = await house.post("/v1/subscribers/exports", asked, { Authorization: `Bearer ${list.key}` });
    const text = await file.text();
    expect([stays, left, erased, bounced].filter((email) => text.includes(email))).toEqual([stays]);
    const entries = "select count(*) as n from ledger_entries";
    const before = await house.rows(entries);
    await passMinutes(house, 2);
    expect(await house.rows(entries)).toEqual(before);
  });

  it("who was erased and came back by themselves since stays; who moved and was erased then is erased with both addresses", async () => {
    const [back, moved] = [await activeSubscriber(), await activeSubscriber()];
    house.clock.now += DAY;
    await erase(back);
    house.clock.now += 60_000;
    await subscribe(back);
    expect((await people.press(await confirmLink(back))).status).toBe(200);
    await house.round();
    const dump = await dumpOf(house);
    house.clock.now += 60_000;
    const to = await moveAway(people, house, moved);
    house.clock.now += 60_000;
    await erase(to);
    await house.round();
    await restore(house, dump);
    expect(await statusOf(moved)).toBe("active");
    house.clock.now += 10 * 60_000;
    await passMinutes(house, 1);
    expect(await Promise.all([back, moved, to].map(statusOf))).toEqual(["active", undefined, undefined]);
  });

  it("the way out in a mail that the backup does not know of works all the same", async () => {
    const email = freshAddress();
    await (await newListImporter(house)).run(`email\n${email}\n`, PROVEN);
    const dump = await dumpOf(house);
    house.clock.now += 60_000;
    await desk.begun();
    await workOff(house);
    const link = linkIn((await house.mailsTo(email)).at(-1), "/newsletter/unsubscribe");
    await restore(house, dump);
    const body = new URLSearchParams({ "List-Unsubscribe": "One-Click" });
    expect((await house.fetch(link, { method: "POST", body })).status).toBe(200);
    expect([await statusOf(email), await stopsOf(email)]).toEqual(["left", [{ reason: "left" }]]);
  });

  it("KV that is away stops newsletters, not leaving: nobody is mailed unasked", async () => {
    const { left, stays, gone } = await restoredAfter(() => dumpOf(house));
    const away = sendingHouse({ KV: { ...house.bindings.KV, get: () => Promise.reject(new Error("away")) } });
    away.house.clock.now = house.clock.now;
    const id = await desk.begun();
    await house.consume([id], "campaign");
    const mails = await house.rows<{ id: string }>("select id from outbox where recipient in (?, ?)", left, stays);
    await expect(
      away.house.consume(
        mails.map((row) => row.id),
        "bulk-mail",
      ),
    ).rejects.toThrow("away");
    expect(away.sent).toEqual([]);
    house.clock.now += 10 * 60_000;
    await house.round();
    await workOff(house);
    expect(mailedTo(stays, ...gone)).toEqual([stays]);
  });
});

describe("Invariant 8: leaving survives erasure and imports; coming back is the person's own", () => {
  it("an import brings back nobody who left or was erased; their own sign-up does, also for the gate", async () => {
    const [left, erased] = [await activeSubscriber(), await activeSubscriber()];
    house.clock.now += 60_000;
    await leave(left);
    await erase(erased);
    const importer = await newListImporter(house);
    const { active, pending } = await importer.run(`email\n${left}\n${erased}\n`, PROVEN);
    expect({ active, pending }).toEqual({ active: 0, pending: 0 });
    house.clock.now += DAY + 1;
    for (const email of [left, erased]) {
      await subscribe(email);
      expect((await house.fetch(await confirmLink(email), { method: "POST" })).status).toBe(200);
    }
    await workOff(house);
    sent.length = 0;
    await desk.begun();
    await workOff(house);
    expect(mailedTo(left, erased).sort()).toEqual([left, erased].sort());
  });

  it("who leaves between being frozen as a recipient and their mail's turn gets nothing", async () => {
    const [stays, leaves, erased] = [await activeSubscriber(), await activeSubscriber(), await activeSubscriber()];
    await workOff(house);
    sent.length = 0;
    const id = await desk.begun();
    await house.consume([id], "campaign");
    house.clock.now += 1_000;
    await leave(leaves);
    await erase(erased);
    await workOff(house);
    expect(mailedTo(stays, leaves, erased)).toEqual([stays]);
  });
});
