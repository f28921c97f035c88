import { describe, expect, it } from "vitest";
import { WORDINGS } from "../../worker/newsletter/wording.ts";
import { sha256 } from "../../worker/platform/bytes.ts";
import { keyed } from "../../worker/platform/tokens.ts";
import { createHouse, freshAddress, linkIn } from "./house.ts";
import { BROWSER, createSubscribers } from "./subscribers.ts";

const house = createHouse();
const { subscribe, press, confirmLink, leaveLink, statusOf, entriesOf, activeSubscriber } = createSubscribers(house);

const HOUR = 3_600_000;
/** Far enough from what went before that nothing counts as a burst. */
const quiet = () => {
  house.clock.now += HOUR;
};

const consentsOf = (email: string) =>
  house.rows<{ topic: string; given_at: number; withdrawn_at: number | null; withdrawn_by: string | null }>(
    `select c.topic, c.given_at, c.withdrawn_at, c.withdrawn_by from consents c
      join subscribers s on s.id = c.subscriber_id where s.email = ? order by c.given_at, c.topic`,
    email,
  );

const flagsOf = async (email: string) => (await entriesOf("consent.given", email)).at(-1)?.["flags"];

/** Writes that mail to an address was stopped, as staff or a complaint do. */
async function stop(email: string, reason: string): Promise<void> {
  const hash = await keyed(house.rt, "suppression", email);
  await house.rows("insert into mail_suppressions (hash, reason, at) values (?, ?, 0)", hash, reason);
}

describe("evidence", () => {
  it("has a consent for each topic, in the order of the settings, and the words once", async () => {
    quiet();
    const wording = await sha256(WORDINGS.nl[0]);
    for (const email of [freshAddress(), freshAddress()]) {
      await subscribe(email, { topics: ["maintenance", "news", "news"], wording });
      expect(await consentsOf(email)).toEqual([]);
      await press(await confirmLink(email));
      const given = { given_at: house.clock.now, withdrawn_at: null, withdrawn_by: null };
      expect(await consentsOf(email)).toEqual([
        { topic: "maintenance", ...given },
        { topic: "news", ...given },
      ]);
      expect(await house.rows("select topics from subscribers where email = ?", email)).toEqual([
        { topics: '["news","maintenance"]' },
      ]);
    }
    expect(await house.rows("select sha256, text from consent_wordings where sha256 = ?", wording)).toEqual([
      { sha256: wording, text: WORDINGS.nl[0] },
    ]);
  });

  it("names the mail that asked", async () => {
    const email = freshAddress();
    await subscribe(email);
    const [row] = await house.rows<{ template: string }>(
      `select o.template from signups g join subscribers s on s.id = g.subscriber_id
        join outbox o on o.id = g.mail_id where s.email = ?`,
      email,
    );
    expect(row?.template).toBe("newsletter.confirm");
  });

  it("of who left and comes back are new consents beside the ended ones, and no suppression", async () => {
    quiet();
    const email = await activeSubscriber();
    const leave = await leaveLink(email);
    house.clock.now += HOUR;
    await press(leave);
    const hash = await keyed(house.rt, "suppression", email);
    const stops = () => house.rows<{ reason: string }>("select reason from mail_suppressions where hash = ?", hash);
    expect(await stops()).toEqual([{ reason: "left" }]);
    await subscribe(email, { topics: ["offers"] });
    house.clock.now += HOUR;
    await press(await confirmLink(email));
    expect((await consentsOf(email)).map(({ topic, withdrawn_by }) => [topic, withdrawn_by])).toEqual([
      ["news", "link"],
      ["offers", null],
    ]);
    expect(await stops()).toEqual([]);
  });

  it("takes the place of consents that mail's coming back left open", async () => {
    quiet();
    const email = await activeSubscriber();
    await house.rows("update subscribers set status = 'bounced', left_at = ? where email = ?", house.clock.now, email);
    await stop(email, "bounced");
    quiet();
    await subscribe(email, { topics: ["offers"] });
    await press(await confirmLink(email));
    expect((await consentsOf(email)).map(({ topic, withdrawn_by }) => [topic, withdrawn_by])).toEqual([
      ["news", "confirmation"],
      ["offers", null],
    ]);
    expect(await statusOf(email)).toBe("active");
  });
});

describe("how sure", () => {
  /** A sign-up whose mail went out at the clock's time. */
  async function asked(email = freshAddress(), state = "sent") {
    await subscribe(email);
    await house.rows(
      "update outbox set state = ?1, sent_at = iif(?1 = 'sent', ?2, null), lease_until = iif(?1 = 'sent', null, ?2 + 300000) where recipient = ?3",
      state,
      house.clock.now,
      email,
    );
    return email;
  }

  it("is not doubted when a browser confirms after a while, and not by a GET in between", async () => {
    quiet();
    const email = await asked();
    house.clock.now += 5_000;
    for (const method of ["GET", "HEAD"]) await house.fetch(await confirmLink(email), { method });
    await press(await confirmLink(email));
    expect(await flagsOf(email)).toEqual([]);
    expect(
      await house.rows("select flags from signups g join subscribers s on s.id = subscriber_id where email = ?", email),
    ).toEqual([{ flags: "[]" }]);
  });

  it.each(["sent", "sending"])(
    "is doubted as fast within five seconds of the mail, which was then %s",
    async (state) => {
      quiet();
      const email = await asked(freshAddress(), state);
      house.clock.now += 4_999;
      await press(await confirmLink(email));
      expect(await flagsOf(email)).toEqual(["fast"]);
    },
  );

  it("is doubted as a burst from the third of one domain, and from the tenth of all, within five seconds", async () => {
    quiet();
    const ofOne = await Promise.all(["a", "b", "c"].map((name) => asked(`${name}.${freshAddress()}`)));
    const ofMany = await Promise.all(
      Array.from({ length: 7 }, (_, i) => asked(freshAddress().replace("example.nl", `m${i}.example.nl`))),
    );
    house.clock.now += 60_000;
    const flags = [];
    for (const email of [...ofOne, ...ofMany]) {
      await press(await confirmLink(email));
      flags.push(await flagsOf(email));
    }
    expect(flags).toEqual([[], [], ["burst"], [], [], [], [], [], [], ["burst"]]);
    const late = await asked();
    house.clock.now += 5_000;
    await press(await confirmLink(late));
    expect(await flagsOf(late)).toEqual([]);
  });

  it.each([
    ["a mail filter", { ...BROWSER, "User-Agent": "BarracudaSentinel/1.0" }],
    ["a preview of a link", { ...BROWSER, "User-Agent": "Mozilla/5.0 (compatible; Slackbot-LinkExpanding 1.0)" }],
    ["a script", { "User-Agent": "python-requests/2.32" }],
    ["nobody by name", {}],
    ["a browser that says no page", { "User-Agent": BROWSER["User-Agent"] ?? "" }],
  ])("is doubted as a scanner's when %s presses, and counts", async (_, headers) => {
    quiet();
    const email = await asked();
    house.clock.now += 60_000;
    const reply = await house.fetch(await confirmLink(email), { method: "POST", headers });
    expect(reply.status).toBe(200);
    expect(await flagsOf(email)).toEqual(["scanner"]);
    expect(await statusOf(email)).toBe("active");
  });

  it("is not doubted for a telephone whose name sounds like one, nor for a text browser", async () => {
    for (const agent of [
      "Mozilla/5.0 (Linux; Android 14; CUBOT P80) Chrome/142.0 Mobile",
      "Lynx/2.9.2 libssl-mm/2.15",
    ]) {
      quiet();
      const email = await asked();
      house.clock.now += 60_000;
      const headers = { ...BROWSER, "User-Agent": agent };
      await house.fetch(await confirmLink(email), { method: "POST", headers });
      expect(await flagsOf(email), agent).toEqual([]);
    }
  });
});

describe("an address that gets no mail any more", () => {
  it.each(["complained", "staff"])("%s: is neither mailed nor kept, known or not", async (reason) => {
    quiet();
    const stranger = freshAddress();
    await stop(stranger, reason);
    expect((await subscribe(stranger)).status).toBe(202);
    expect(await house.mailsTo(stranger)).toEqual([]);
    expect(await statusOf(stranger)).toBeUndefined();
    const left = await activeSubscriber();
    await press(await leaveLink(left));
    const active = await activeSubscriber();
    for (const email of [left, active]) {
      const hash = await keyed(house.rt, "suppression", email);
      await house.rows("delete from mail_suppressions where hash = ?", hash);
      await stop(email, reason);
      const before = (await house.mailsTo(email)).length;
      await subscribe(email);
      expect(await house.mailsTo(email)).toHaveLength(before);
    }
    expect(await statusOf(left)).toBe("left");
  });

  it("stopped by staff between asking and pressing: the link changes nothing", async () => {
    quiet();
    const email = freshAddress();
    await subscribe(email);
    const link = await confirmLink(email);
    await stop(email, "staff");
    expect((await press(link)).status).toBe(410);
    expect([await statusOf(email), await consentsOf(email)]).toEqual(["pending", []]);
    expect(await entriesOf("consent.given", email)).toEqual([]);
    const confirmed =
      "select confirmed_at from signups where subscriber_id = (select id from subscribers where email = ?)";
    expect(await house.rows(confirmed, email)).toEqual([{ confirmed_at: null }]);
  });

  it("a complaint between asking and pressing: the link is worth nothing any more", async () => {
    quiet();
    const email = await activeSubscriber();
    await press(await leaveLink(email));
    await subscribe(email);
    const link = await confirmLink(email);
    await house.rows("update subscribers set status = 'complained' where email = ?", email);
    expect((await press(link)).status).toBe(410);
    expect(await statusOf(email)).toBe("complained");
  });

  it("a welcome leads out, to the preferences, and each only there", async () => {
    quiet();
    const email = await activeSubscriber();
    const welcome = (await house.mailsTo(email)).at(-1);
    const [out, choose] = [linkIn(welcome, "/newsletter/unsubscribe"), linkIn(welcome, "/newsletter/preferences")];
    expect((await house.fetch(choose)).status).toBe(200);
    const wrong = choose.replace("preferences", "unsubscribe");
    expect((await press(wrong)).status).toBe(400);
    expect((await house.fetch(out.replace("unsubscribe", "preferences"))).status).toBe(400);
    expect(await statusOf(email)).toBe("active");
  });
});
