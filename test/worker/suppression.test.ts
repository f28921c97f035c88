import { describe, expect, it } from "vitest";
import { addressHash, allow, everStopped, mirrorSuppressions, suppress } from "../../worker/mail/suppression.ts";
import { newsletterGate } from "../../worker/newsletter/gate.ts";
import { eraseSubscriber } from "../../worker/newsletter/leaving.ts";
import { keyOf } from "../../worker/platform/kv.ts";
import { dumpOf, restore } from "./dump.ts";
import { createInbound, INBOUND_ADDRESS } from "./inbound.ts";
import { newListImporter, PROVEN } from "./list-importing.ts";
import { FIELDS, postfix } from "./returned-mails.ts";
import { createDesk, sendingHouse, workOff } from "./sending.ts";
import { createSubscribers } from "./subscribers.ts";

const { house, sent } = sendingHouse({ INBOUND_ADDRESS });
const { activeSubscriber, leaveLink, statusOf } = createSubscribers(house);
const inbound = createInbound();
const desk = await createDesk(house);

const MINUTE = 60_000;
const pass = (minutes = 1) => {
  house.clock.now += minutes * MINUTE;
  inbound.house.clock.now = house.clock.now;
};
const idOf = async (email: string) =>
  (await house.rows<{ id: string }>("select id from subscribers where email = ?", email))[0]?.id ?? "";
const leave = async (email: string) => {
  pass();
  expect((await house.fetch(await leaveLink(email), { method: "POST" })).status).toBe(200);
};
const byStaff = async (email: string, what: "stop" | "allow") => {
  pass();
  const did = what === "stop" ? suppress(house.rt, "staff:x", email, "staff") : allow(house.rt, "staff:x", email);
  expect(await did).toBe(true);
  await mirrorSuppressions(house.rt);
};
const erase = async (email: string) => {
  pass();
  expect(await eraseSubscriber(house.rt, await idOf(email), "staff:x")).toBe(true);
};
/** A mail to them comes back for good. */
const bounce = async (email: string) => {
  pass();
  const to = await inbound.addressOf("bounce", (await inbound.sentCampaign([email])).mails[0] ?? "");
  await inbound.take(to, postfix({ to, recipient: email }, FIELDS.unknown));
};
const reasonsOf = async (email: string) => {
  const sql = "select reason from mail_suppressions where hash = ? order by reason";
  return (await house.rows(sql, await addressHash(house.rt, email))).map(({ reason }) => reason);
};
const keyFor = async (email: string) => keyOf("suppression", await addressHash(house.rt, email));
const inKv = async (email: string) => Object.keys((await house.bindings.KV.get(await keyFor(email), "json")) ?? {});

/** KV, with another way of doing something. */
const kvWith = (other: object): KVNamespace =>
  new Proxy(house.bindings.KV, {
    get(target, name) {
      const value = Reflect.get({ ...other }, name) ?? Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });

const imported = async (email: string) => {
  const { active, pending, blocked } = await (await newListImporter(house)).run(`email\n${email}\n`, PROVEN);
  return { active, pending, blocked };
};
const BLOCKED = { active: 0, pending: 0, blocked: 1 };

/** Of a newsletter that goes out now, those of the addresses who get it. */
async function mailedOf(...emails: string[]): Promise<string[]> {
  await workOff(house);
  sent.length = 0;
  await desk.begun();
  await workOff(house);
  return sent.map(({ to }) => to).filter((to) => emails.includes(to));
}

describe("Invariant 8: that staff allow mail again brings nobody back who left", () => {
  it("stopped, left, erased and allowed again: no import brings them back", async () => {
    const email = await activeSubscriber();
    await byStaff(email, "stop");
    await leave(email);
    await erase(email);
    await byStaff(email, "allow");
    expect([await reasonsOf(email), await inKv(email)]).toEqual([
      ["erased", "left"],
      ["left", "erased"],
    ]);
    expect(await imported(email)).toEqual(BLOCKED);
  });

  it("left, bounced and allowed again: they have still left, in the database and in KV", async () => {
    const email = await activeSubscriber();
    const { mails } = await inbound.sentCampaign([email]);
    await leave(email);
    const to = await inbound.addressOf("bounce", mails[0] ?? "");
    await inbound.take(to, postfix({ to, recipient: email }, FIELDS.unknown));
    expect(await reasonsOf(email)).toEqual(["bounced", "left"]);
    await byStaff(email, "allow");
    expect([await reasonsOf(email), await inKv(email)]).toEqual([["left"], ["left"]]);
    await house.rows("delete from subscribers where email = ?", email);
    expect(await imported(email)).toEqual(BLOCKED);
  });

  it("stopped, left and allowed again, then a backup from before the leaving: nothing is mailed to them", async () => {
    const [email, stays] = [await activeSubscriber(), await activeSubscriber()];
    await workOff(house);
    await byStaff(email, "stop");
    const dump = await dumpOf(house);
    await leave(email);
    await byStaff(email, "allow");
    await restore(house, dump);
    // As it is when the backup is older than the stop, too.
    await house.rows("delete from mail_suppressions where hash = ?", await addressHash(house.rt, email));
    expect(await statusOf(email)).toBe("active");
    expect(await mailedOf(email, stays)).toEqual([stays]);
    expect(await statusOf(email)).toBe("left");
  });

  it("after a restored backup, what KV alone knew stays there when there is more to tell", async () => {
    const email = await activeSubscriber();
    const dump = await dumpOf(house);
    await leave(email);
    await restore(house, dump);
    await byStaff(email, "stop");
    expect(await inKv(email)).toEqual(["staff", "left"]);
    await byStaff(email, "allow");
    expect(await inKv(email)).toEqual(["left"]);
    expect(await mailedOf(email)).toEqual([]);
  });
});

describe("the ledger", () => {
  it("names nobody who was stopped, bounced, allowed again and then erased, nor whose mail bounced after that", async () => {
    const email = await activeSubscriber();
    await byStaff(email, "stop");
    await byStaff(email, "allow");
    await bounce(email);
    const { mails } = await inbound.sentCampaign([email]);
    // As entries were made before.
    await house.rows(
      `insert into ledger_entries (id, kind, at, subject, body, salt, commitment)
        values (?, 'mail.suppressed', 0, ?, ?, 'salt', 'commitment')`,
      ...[email, `address:${await addressHash(house.rt, email)}`, JSON.stringify({ email, reason: "x" })],
    );
    await erase(email);
    const to = await inbound.addressOf("bounce", mails[0] ?? "");
    await inbound.take(to, postfix({ to, recipient: email }, FIELDS.unknown));
    const entries = await house.rows("select kind, subject, body from ledger_entries");
    expect(JSON.stringify(entries)).not.toContain(email);
    const subject = `address:${await addressHash(house.rt, email)}`;
    expect(entries.filter((entry) => entry["subject"] === subject).map(({ kind }) => kind)).toEqual([
      "mail.suppressed",
      "mail.allowed",
    ]);
  });
});

describe("KV", () => {
  it("that could not be told that mail is allowed again is told by the round; until then it stops nothing", async () => {
    const email = await activeSubscriber();
    await byStaff(email, "stop");
    pass();
    const { rt } = house;
    const KV = kvWith({ delete: () => Promise.reject(new Error("away")) });
    expect(await allow({ ...rt, bindings: { ...rt.bindings, KV } }, "staff:x", email)).toBe(true);
    expect(await inKv(email)).toEqual(["staff"]);
    expect(await everStopped(rt, [email])).toEqual(new Map());
    await mirrorSuppressions(rt);
    expect(await inKv(email)).toEqual([]);
  });

  it("is told again when something changed while it was being told", async () => {
    const email = await activeSubscriber();
    const hash = await addressHash(house.rt, email);
    await house.rows("insert into mail_suppressions (hash, reason, at) values (?, 'left', 5)", hash);
    const { rt } = house;
    const KV = kvWith({
      async put(...put: Parameters<KVNamespace["put"]>) {
        // Another tells KV more, and is done before this one.
        const known = "select 1 from mail_suppressions where hash = ? and reason = 'complained'";
        if ((await house.rows(known, hash)).length === 0)
          await house.rows("insert into mail_suppressions values (?, 'complained', 6, 6)", hash);
        await rt.bindings.KV.put(...put);
      },
    });
    await mirrorSuppressions({ ...rt, bindings: { ...rt.bindings, KV } });
    expect(await inKv(email)).toEqual(["left"]);
    await mirrorSuppressions(rt);
    expect(await inKv(email)).toEqual(["complained", "left"]);
  });
});

it.each(["left", "bounced"])("a confirmation that comes while KV's word is put right stands: %s", async (reason) => {
  const email = await activeSubscriber();
  pass();
  await house.bindings.KV.put(await keyFor(email), JSON.stringify({ [reason]: house.clock.now }));
  pass();
  const DB = new Proxy(house.bindings.DB, {
    get(target, name: keyof D1Database) {
      const value = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== "batch") return value.bind(target);
      return async (statements: D1PreparedStatement[]) => {
        await house.rows("update subscribers set confirmed_at = ? where email = ?", house.clock.now, email);
        return target.batch(statements);
      };
    },
  });
  const rows = [{ id: "m", lane: "bulk", template: "newsletter.campaign", recipient: email }];
  const asked = rows as unknown as Parameters<typeof newsletterGate>[1]; // What the gate reads of them.
  await newsletterGate({ ...house.rt, bindings: { ...house.rt.bindings, DB } }, asked);
  expect([await statusOf(email), await reasonsOf(email)]).toEqual(["active", []]);
  expect(await newsletterGate(house.rt, asked)).toEqual(new Map());
});
