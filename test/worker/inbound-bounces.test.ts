import { describe, expect, it } from "vitest";
import { addressHash, allow, suppress } from "../../worker/mail/suppression.ts";
import { eraseSubscriber } from "../../worker/newsletter/leaving.ts";
import { DAY, freshAddress, hourFrom, START } from "./house.ts";
import { createInbound } from "./inbound.ts";
import { type About, complaint, exchange, FIELDS, gmail, postfix, qmail } from "./returned-mails.ts";

const { house, people, take, addressOf, sentMail, sentCampaign, reader, tally, stopOf } = createInbound({
  SOFT_BOUNCES: "3",
});

/** A bounce about a reader's newsletter comes in. */
async function bounce(write: (about: About) => string) {
  const { email, mail, campaign } = await reader();
  const to = await addressOf("bounce", mail);
  const taken = await take(to, write({ to, recipient: email }));
  return { email, mail, campaign, to, taken };
}

const isStopped = async (email: string) => ({ status: await people.statusOf(email), stop: await stopOf(email) });
const BOUNCED = { status: "bounced", stop: "bounced" };
const UNTOUCHED = { status: "active", stop: undefined };
const quiet = { forwarded: [], rejected: [] };

describe("a mail that comes back for good", () => {
  for (const [server, write] of [
    ["Postfix", (about: About) => postfix(about, FIELDS.unknown)],
    ["Exchange", exchange],
    ["Gmail", gmail],
    ["a server that knows 5.0.0 only and quotes 5.1.1", (about: About) => postfix(about, FIELDS.quoted)],
    ["a server that says 551", (about: About) => postfix(about, FIELDS.notHere)],
  ] as const) {
    it(`stops its reader at once, as ${server} reports it`, async () => {
      const { email, campaign, taken } = await bounce(write);
      expect(await isStopped(email)).toEqual(BOUNCED);
      expect(await tally(campaign, "bounced")).toBe(1);
      expect(taken).toEqual(quiet);
      const [entry, ...more] = await people.entriesOf("subscriber.stopped", email);
      expect(entry).toMatchObject({ email, reason: "bounced", status: expect.stringMatching(/^5\.1\./) });
      expect(more).toEqual([]);
    });
  }

  it("comes back in capitals, from a server that folds case the other way", async () => {
    const { email, mail } = await reader();
    const to = (await addressOf("bounce", mail)).toUpperCase();
    await take(to, postfix({ to, recipient: email }, FIELDS.unknown));
    expect(await isStopped(email)).toEqual(BOUNCED);
  });

  it("counts once, however often it comes, also after the reader signed up anew", async () => {
    const { email, mail, campaign, to } = await bounce(gmail);
    await take(to, gmail({ to, recipient: email }));
    expect(await tally(campaign, "bounced")).toBe(1);
    expect(await house.rows("select 1 from mail_returns where mail_id = ?", mail)).toHaveLength(1);
    await people.subscribe(email);
    expect((await house.fetch(await people.confirmLink(email), { method: "POST" })).status).toBe(200);
    await take(to, gmail({ to, recipient: email }));
    expect(await people.statusOf(email)).toBe("active");
    expect(await people.entriesOf("subscriber.stopped", email)).toHaveLength(1);
  });

  it("stops an address that is no subscriber's, with an entry that does not name it", async () => {
    const email = freshAddress();
    const to = await addressOf("bounce", await sentMail(email));
    await take(to, gmail({ to, recipient: email }));
    expect(await stopOf(email)).toBe("bounced");
    const subject = `address:${await addressHash(house.rt, email)}`;
    const entries = await house.rows("select kind, body from ledger_entries where subject = ?", subject);
    expect(entries).toEqual([{ kind: "mail.suppressed", body: '{"reason":"bounced"}' }]);
  });

  it("leaves a reader alone who has another address by now", async () => {
    const { email, mail } = await reader();
    const other = freshAddress();
    await house.rows("update subscribers set email = ? where email = ?", other, email);
    const to = await addressOf("bounce", mail);
    await take(to, gmail({ to, recipient: email }));
    expect(await isStopped(other)).toEqual(UNTOUCHED);
    expect(await stopOf(email)).toBe("bounced");
  });

  it("after so long that nobody knows to which address it went stops nobody; a complaint does", async () => {
    const { email, mail } = await reader();
    await house.rows("delete from outbox where id = ?", mail);
    const to = await addressOf("bounce", mail);
    await take(to, gmail({ to, recipient: email }));
    expect(await isStopped(email)).toEqual(UNTOUCHED);
    await take(to, complaint({ to, recipient: email }));
    expect(await isStopped(email)).toEqual({ status: "complained", stop: "complained" });
  });

  it("is about the newsletter that came back, and about none beside it", async () => {
    const email = await people.activeSubscriber();
    const [first, second] = [await sentCampaign([email]), await sentCampaign([email])];
    const to = await addressOf("bounce", second.mails[0] ?? "");
    await take(to, gmail({ to, recipient: email }));
    expect([await tally(first.campaign, "bounced"), await tally(second.campaign, "bounced")]).toEqual([0, 1]);
  });
});

describe("a mail that comes back for a while", () => {
  for (const name of ["full", "expired", "blocked", "oursWrong", "bare"] as const) {
    it(`is counted and stops nobody by itself: ${name}`, async () => {
      const { email, mail, campaign } = await bounce((about) => postfix(about, FIELDS[name]));
      expect(await isStopped(email)).toEqual(UNTOUCHED);
      expect(await tally(campaign, "bounced")).toBe(1);
      expect(await house.rows("select kind from mail_returns where mail_id = ?", mail)).toEqual([{ kind: "soft" }]);
    });
  }

  it("stops its reader after as many mails as are set, not after as many reports", async () => {
    const email = await people.activeSubscriber();
    const { mails: first } = await sentCampaign([email]);
    const back = async (mail: string) => {
      const to = await addressOf("bounce", mail);
      await take(to, postfix({ to, recipient: email }, FIELDS.full));
    };
    for (let again = 0; again < 5; again++) await back(first[0] ?? "");
    await back((await sentCampaign([email])).mails[0] ?? "");
    expect(await isStopped(email)).toEqual(UNTOUCHED);
    await back((await sentCampaign([email])).mails[0] ?? "");
    expect(await isStopped(email)).toEqual(BOUNCED);
    expect(await people.entriesOf("subscriber.stopped", email)).toEqual([
      { email, reason: "bounced", status: "5.2.2" },
    ]);
  });

  it("is forgotten when its reader confirms anew, or staff allow mail again", async () => {
    const email = await people.activeSubscriber();
    const back = async () => {
      const to = await addressOf("bounce", (await sentCampaign([email])).mails[0] ?? "");
      await take(to, postfix({ to, recipient: email }, FIELDS.full));
      house.clock.now += 1;
    };
    for (let mails = 0; mails < 3; mails++) await back();
    expect(await isStopped(email)).toEqual(BOUNCED);
    house.clock.now += 2 * DAY;
    await people.subscribe(email);
    await people.press(await people.confirmLink(email));
    house.clock.now += 1;
    for (let mails = 0; mails < 2; mails++) await back();
    expect(await isStopped(email)).toEqual(UNTOUCHED);
    await suppress(house.rt, "staff:x", email, "staff");
    await allow(house.rt, "staff:x", email);
    house.clock.now += 1;
    for (let mails = 0; mails < 2; mails++) await back();
    expect(await isStopped(email)).toEqual(UNTOUCHED);
    await back();
    expect(await isStopped(email)).toEqual(BOUNCED);
    house.clock.now = START;
  });

  it("is forgotten after ninety days", async () => {
    const email = await people.activeSubscriber();
    for (const day of [0, 45, 91]) {
      house.clock.now = START + day * DAY;
      const to = await addressOf("bounce", (await sentCampaign([email])).mails[0] ?? "");
      await take(to, postfix({ to, recipient: email }, FIELDS.full));
    }
    house.clock.now = START;
    expect(await isStopped(email)).toEqual(UNTOUCHED);
  });
});

it("what mail servers said of a mail goes with its reader", async () => {
  const { email, mail } = await bounce((about) => postfix(about, FIELDS.full));
  const [reader] = await house.rows<{ id: string }>("select id from subscribers where email = ?", email);
  expect(await eraseSubscriber(house.rt, reader?.id ?? "", "staff:x")).toBe(true);
  expect(await house.rows("select 1 from mail_returns where mail_id = ?", mail)).toEqual([]);
});

it("what mail servers said of a mail is kept for a year", async () => {
  const { mail } = await bounce(gmail);
  const kept = () => house.rows("select 1 from mail_returns where mail_id = ?", mail);
  house.clock.now = hourFrom(START + 365 * DAY - 3_600_000);
  await house.round();
  expect(await kept()).toHaveLength(1);
  house.clock.now = hourFrom(START + 365 * DAY + 1);
  await house.round();
  expect(await kept()).toEqual([]);
  house.clock.now = START;
});

describe("what is no bounce changes nothing", () => {
  for (const [what, write] of [
    ["a mail that is only late", (about: About) => postfix(about, FIELDS.late)],
    ["a mail that was passed on", (about: About) => postfix(about, FIELDS.relayed)],
    ["a mail to several, of whom one got it", (about: About) => postfix(about, FIELDS.twoOfWhichOneCame)],
    ["words of a server that have no form", qmail],
  ] as const) {
    it(what, async () => {
      const { email, mail, campaign, taken } = await bounce(write);
      expect(await isStopped(email)).toEqual(UNTOUCHED);
      expect(await tally(campaign, "bounced")).toBe(0);
      expect(await house.rows("select 1 from mail_returns where mail_id = ?", mail)).toEqual([]);
      expect(taken).toEqual(quiet);
    });
  }
});
