import { describe, expect, it } from "vitest";
import { advanceCampaign } from "../../worker/newsletter/campaign-run.ts";
import { insertLinks, linkTokens } from "../../worker/newsletter/links.ts";
import { commit } from "../../worker/platform/db.ts";
import { keyed, tokenText } from "../../worker/platform/tokens.ts";
import { createHouse, DAY, freshAddress, hourFrom, linkIn, type TestHouse } from "./house.ts";
import { newListImporter, PROVEN } from "./list-importing.ts";
import { createDesk } from "./sending.ts";
import { createSubscribers, gatedHouse } from "./subscribers.ts";

const house = createHouse();
const { press, subscribe, confirmLink, leaveLink, statusOf, activeSubscriber } = createSubscribers(house);

/** Somebody who confirmed, and the way to their preferences. */
async function chooser() {
  house.clock.now += 3_600_000;
  const email = await activeSubscriber();
  return { email, link: linkIn((await house.mailsTo(email)).at(-1), "/newsletter/preferences") };
}

const ask = (link: string, email: string) => press(link, { do: "move", email });
const newest = async (email: string, path: string) => linkIn((await house.mailsTo(email)).at(-1), path);
const subjectsTo = async (email: string) => (await house.mailsTo(email)).map(({ subject }) => subject);

/** Somebody who asked to move, with both links. */
async function asked(to = freshAddress()) {
  const { email, link } = await chooser();
  expect((await ask(link, to)).headers.get("location")).toBe(`${link}&done=asked`);
  const from = await newest(email, "/newsletter/move-from");
  return { email, link, to, sides: [from, await newest(to, "/newsletter/move-to")] };
}

const movesOf = (email: string) =>
  house.rows("select body from ledger_entries where kind = 'subscriber.moved' and body like ?", `%"from":"${email}"%`);

/** The links in the next mail to somebody, made when they had an address. */
async function nextLinks(email: string, id: string) {
  const { rows, byId } = await linkTokens(house.rt, [{ id, email }]);
  await commit(house.rt, [insertLinks(rows)]);
  const { preferences = "" } = byId.get(id) ?? {};
  return `/newsletter/preferences?token=${await tokenText(house.rt, "newsletter.preferences", preferences)}`;
}

const idOf = async (email: string) =>
  (await house.rows<{ id: string }>("select id from subscribers where email = ?", email))[0]?.id ?? "";

async function stop(email: string, reason: string): Promise<void> {
  const hash = await keyed(house.rt, "suppression", email);
  await house.rows("insert into mail_suppressions (hash, reason, at) values (?, ?, 0)", hash, reason);
}

describe("a change of address", () => {
  it.each([
    ["the old address first", 0],
    ["the new address first", 1],
  ])("is done when both agree, %s", async (_, first) => {
    const { email, to, sides } = await asked();
    const [one = "", other = ""] = first === 0 ? sides : sides.toReversed();
    const waits = await press(one);
    expect([waits.status, (await waits.text()).includes("Nog één stap")]).toEqual([200, true]);
    expect([await statusOf(email), await statusOf(to)]).toEqual(["active", undefined]);
    // Again, by whoever agreed: nothing more happens.
    expect((await press(one)).status).toBe(200);
    expect(await statusOf(to)).toBeUndefined();
    const moved = await press(other);
    expect(await moved.text()).toContain("Je adres is gewijzigd");
    expect([await statusOf(email), await statusOf(to)]).toEqual([undefined, "active"]);
    expect(await movesOf(email)).toEqual([{ body: JSON.stringify({ from: email, to }) }]);
    expect(await house.rows("select * from address_changes where email = ?", to)).toEqual([]);
    for (const side of sides) expect((await press(side)).status).toBe(410);
  });

  it("takes a newsletter that is under way along, with a way to the preferences that is good", async () => {
    const { email, to, sides } = await asked();
    const desk = await createDesk(house);
    const campaign = await desk.begun();
    await advanceCampaign(house.rt, campaign);
    const mailsTo = (address: string) =>
      house.rows(
        "select 1 from outbox where recipient = ? and json_extract(params, '$.campaign') = ?",
        address,
        campaign,
      );
    expect(await mailsTo(email)).toHaveLength(1);
    for (const side of sides) await press(side);
    expect([await mailsTo(email), await mailsTo(to)].map(({ length }) => length)).toEqual([0, 1]);
    const link = linkIn((await house.mailsTo(to)).at(-1), "/newsletter/preferences");
    expect((await house.fetch(link)).status).toBe(200);
    await desk.take(campaign, "cancel");
  });

  it("keeps the consents, and no mail follows; who has the old mailbox can leave, and see or change nothing", async () => {
    const { email, link, to, sides } = await asked();
    const leave = linkIn((await house.mailsTo(email))[1], "/newsletter/unsubscribe");
    for (const side of sides) await press(side);
    expect(await subjectsTo(to)).toHaveLength(1);
    const id = await idOf(to);
    // The page of a newsletter that read the address before the move, and is committed after it.
    const late = await nextLinks(email, id);
    for (const old of [link, link.replace("preferences", "receipt"), late]) {
      const reply = await house.fetch(old);
      expect([reply.status, (await reply.text()).includes(to)], old).toEqual([400, false]);
    }
    expect((await press(link, { do: "move", email: freshAddress() })).status).toBe(400);
    const own = await nextLinks(to, id);
    expect(await (await house.fetch(own)).text()).toContain(to);
    expect(await (await house.fetch(own.replace("preferences", "receipt"))).text()).toContain("Adres gewijzigd");
    await press(leave);
    expect(await statusOf(to)).toBe("left");
  });

  it("Invariant 8: no import brings the old address back, not even when the database forgot; its owner can sign it up anew", async () => {
    const { email, to, sides } = await asked();
    for (const side of sides) await press(side);
    const importer = await newListImporter(house);
    expect(await importer.run(`email\n${email}\n${to}\n`, PROVEN)).toMatchObject({
      active: 0,
      blocked: 1,
      unchanged: 1,
    });
    const hash = await keyed(house.rt, "suppression", email);
    await house.rows("delete from mail_suppressions where hash = ?", hash);
    expect(await importer.run(`email\n${email}\n`, PROVEN)).toMatchObject({ active: 0, blocked: 1 });
    expect(await statusOf(email)).toBeUndefined();
    await subscribe(email);
    await press(await confirmLink(email));
    expect(await statusOf(email)).toBe("active");
    expect(await statusOf(to)).toBe("active");
  });

  it("mails a new address three times a day at most, whoever asks", async () => {
    const to = freshAddress();
    for (const _ of [1, 2, 3, 4]) {
      const email = await activeSubscriber();
      const link = linkIn((await house.mailsTo(email)).at(-1), "/newsletter/preferences");
      expect((await ask(link, to)).status).toBe(303);
    }
    expect(await subjectsTo(to)).toHaveLength(3);
  });

  it("both at the same moment move once", async () => {
    const { email, to, sides } = await asked();
    const gated = gatedHouse(house, 2);
    const replies = await Promise.all(sides.map((side) => gated.fetch(side, { method: "POST" })));
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    expect(await statusOf(to)).toBe("active");
    expect(await movesOf(email)).toHaveLength(1);
  });

  it("tells the old address where the newsletter would go, and mails neither a stranger's words", async () => {
    const { email, to, sides } = await asked();
    expect(await (await house.fetch(sides[0] ?? "")).text()).toContain(to);
    expect(JSON.stringify((await house.mailsTo(email)).at(-1))).not.toContain(to);
    expect(JSON.stringify({ ...(await house.mailsTo(to)).at(-1), to: "" })).not.toContain(email);
  });

  it("is asked three times a day at most, and the last one counts", async () => {
    const { email, link } = await chooser();
    const all = Array.from({ length: 4 }, freshAddress);
    for (const to of all) expect((await ask(link, to)).status).toBe(303);
    const got = await Promise.all(all.map(async (to) => (await subjectsTo(to)).length));
    expect(got).toEqual([1, 1, 1, 0]);
    expect(await newest(all[0] ?? "", "/newsletter/move-to").then((side) => press(side))).toMatchObject({
      status: 410,
    });
    await press(await newest(email, "/newsletter/move-from"));
    await press(await newest(all[2] ?? "", "/newsletter/move-to"));
    expect(await statusOf(all[2] ?? "")).toBe("active");
  });

  it("lapses after seven days, and is dropped", async () => {
    const { to, sides } = await asked();
    await press(sides[0] ?? "");
    house.clock.now += 7 * DAY + 1;
    expect((await press(sides[1] ?? "")).status).toBe(410);
    house.clock.now = hourFrom(house.clock.now);
    await house.round();
    expect(await house.rows("select * from address_changes")).toEqual([]);
    expect(await statusOf(to)).toBeUndefined();
  });

  it("to the address that they have is refused beside the field", async () => {
    const { email, link } = await chooser();
    const reply = await ask(link, email.toUpperCase());
    expect([reply.status, (await reply.text()).includes('id="email-error"')]).toEqual([422, true]);
  });

  it("ends with leaving", async () => {
    const { email, sides } = await asked();
    await press(sides[0] ?? "");
    await press(linkIn((await house.mailsTo(email))[1], "/newsletter/unsubscribe"));
    expect((await press(sides[1] ?? "")).status).toBe(410);
    expect(await statusOf(email)).toBe("left");
  });

  it.each(["subscriber", "suppression"])(
    "never takes an address that became one's own meanwhile (%s)",
    async (what) => {
      const { email, to, sides } = await asked();
      await press(sides[0] ?? "");
      if (what === "subscriber") await subscribe(to);
      else await stop(to, "left");
      const reply = await press(sides[1] ?? "");
      expect(await reply.text()).toContain("Dit ging niet door");
      expect(await statusOf(email)).toBe("active");
      expect(await movesOf(email)).toEqual([]);
    },
  );
});

describe("Invariant 4: a change of address tells nobody whether an address is known", () => {
  /** The reply and the database calls of a request. */
  async function trace(link: string, email: string) {
    const calls: string[] = [];
    const DB = new Proxy(house.bindings.DB, {
      get(target, name: keyof D1Database) {
        const value = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          calls.push(name === "batch" ? `batch of ${(args[0] as unknown[]).length}` : `${name} ${String(args[0])}`);
          return Reflect.apply(value, target, args);
        };
      },
    });
    const watched: TestHouse = createHouse({ DB });
    watched.clock.now = house.clock.now;
    await watched.fetch("/v1/notices");
    calls.length = 0;
    const body = new URLSearchParams({ do: "move", email });
    const reply = await watched.fetch(link, { method: "POST", body });
    const place = reply.headers.get("location")?.replace(/token=[^&]+/, "");
    return { status: reply.status, place, calls, woken: watched.woken.length };
  }

  it("same reply, statements and queue messages for unknown, active, left, complained and stopped ones; only its owner is told", async () => {
    const stranger = freshAddress();
    const { link } = await chooser();
    const expected = await trace(link, stranger);
    expect(expected.status).toBe(303);
    expect(expected.calls.filter((call) => call.startsWith("batch"))).toHaveLength(1);
    expect(await subjectsTo(stranger)).toEqual(["Wil je de nieuwsbrief op dit adres?"]);
    const active = await activeSubscriber();
    const left = await activeSubscriber();
    await press(await leaveLink(left));
    const complained = await activeSubscriber();
    await house.rows("update subscribers set status = 'complained', left_at = 0 where email = ?", complained);
    const [stopped, erased] = [freshAddress(), freshAddress()];
    await stop(stopped, "staff");
    await stop(erased, "left");
    for (const [email, note] of [
      [active, "We kennen dit adres al"],
      [left, "We kennen dit adres al"],
      [complained, undefined],
      [stopped, undefined],
      [erased, "We kennen dit adres al"],
    ] as const) {
      const before = (await subjectsTo(email)).length;
      expect(await trace((await chooser()).link, email), email).toEqual(expected);
      expect((await subjectsTo(email)).at(before)).toBe(note);
      // A second one asks: the owner is not told twice a day.
      await ask((await chooser()).link, email);
      expect(await subjectsTo(email)).toHaveLength(before + (note ? 1 : 0));
    }
  });
});
