import { describe, expect, it } from "vitest";
import { freshAddress } from "./house.ts";
import { createInbound, INBOUND_ADDRESS } from "./inbound.ts";
import { complaint, FIELDS, postfix, written } from "./returned-mails.ts";

const inbound = createInbound({ INBOUND_FORWARD: "redactie@example.nl" });
const { people, house, take, addressOf, sentCampaign, reader, tally, stopOf } = inbound;
const alone = createInbound();

const FORWARDED = { forwarded: ["redactie@example.nl"], rejected: [] };
const QUIET = { forwarded: [], rejected: [] };
/** What the contact room has of somebody. */
const bodiesOf = async (email: string) =>
  (
    await house.rows<{ body: string }>(
      "select body from messages where conversation_id in (select id from conversations where email = ?)",
      email,
    )
  ).map(({ body }) => body);

describe("a complaint", () => {
  const statusOf = async (email: string) => [await people.statusOf(email), await stopOf(email)];

  it("stops its reader at once, and stays stronger than all else", async () => {
    const { email, mail, campaign } = await reader();
    const to = await addressOf("bounce", mail);
    expect(await take(to, complaint({ to, recipient: email }), "feedback@isp.example")).toEqual(QUIET);
    expect(await statusOf(email)).toEqual(["complained", "complained"]);
    expect(await tally(campaign, "complained")).toBe(1);
    expect(await people.entriesOf("subscriber.stopped", email)).toEqual([
      { email, reason: "complained", status: "abuse" },
    ]);
    const consents = await house.rows(
      "select withdrawn_by from consents where subscriber_id = (select id from subscribers where email = ?)",
      email,
    );
    expect(consents).toEqual([{ withdrawn_by: "complained" }]);
    await take(to, postfix({ to, recipient: email }, FIELDS.unknown));
    await take(to, complaint({ to, recipient: email }));
    expect(await statusOf(email)).toEqual(["complained", "complained"]);
    expect([await tally(campaign, "complained"), await tally(campaign, "bounced")]).toEqual([1, 1]);
    expect(await people.entriesOf("subscriber.stopped", email)).toHaveLength(1);
  });

  for (const [header, line] of [
    ["Return-Path", (address: string) => `Return-Path: <${address}>`],
    ["CFBL-Address", (address: string) => `CFBL-Address: ${address}; report=arf`],
    ["List-Unsubscribe", (address: string) => `List-Unsubscribe: <https://x.example>,\n <mailto:${address}?subject=x>`],
  ] as const) {
    it(`to a common address finds the mail by its ${header}`, async () => {
      const { email, mail } = await reader();
      const kind = header === "List-Unsubscribe" ? "leave" : "bounce";
      const original = `Subject: Nieuws\n${line(await addressOf(kind, mail))}\n`;
      expect(await take(INBOUND_ADDRESS, complaint({ to: INBOUND_ADDRESS, recipient: email, original }))).toEqual(
        QUIET,
      );
      expect(await statusOf(email)).toEqual(["complained", "complained"]);
    });
  }

  it("by somebody who had left keeps them from ever coming back", async () => {
    const email = await people.activeSubscriber();
    await house.fetch(await people.leaveLink(email), { method: "POST" });
    const to = await addressOf("bounce", (await sentCampaign([email])).mails[0] ?? "");
    await take(to, complaint({ to, recipient: email }));
    expect(await statusOf(email)).toEqual(["complained", "complained"]);
  });

  for (const type of ["not-spam", "auth-failure", "virus", "nonsense"]) {
    it(`is not what a report of type ${type} is`, async () => {
      const { email, mail, campaign } = await reader();
      const to = await addressOf("bounce", mail);
      expect(await take(to, complaint({ to, recipient: email }, type))).toEqual(QUIET);
      expect(await statusOf(email)).toEqual(["active", undefined]);
      expect(await tally(campaign, "complained")).toBe(0);
    });
  }

  it("about a mail from before a change of address stops both, whether or not we still know where it went", async () => {
    for (const isKnown of [true, false]) {
      const { email, mail } = await reader();
      const moved = freshAddress();
      await house.rows("update subscribers set email = ? where email = ?", moved, email);
      if (!isKnown) await house.rows("delete from outbox where id = ?", mail);
      const to = await addressOf("bounce", mail);
      await take(to, complaint({ to, recipient: email }));
      expect(await statusOf(moved)).toEqual(["complained", "complained"]);
      expect(await stopOf(email)).toBe(isKnown ? "complained" : undefined);
      expect(await people.entriesOf("subscriber.stopped", isKnown ? email : moved)).toHaveLength(1);
    }
  });

  it("names no mail of ours by what the mail quotes below its head", async () => {
    const { email, mail } = await reader();
    const original = `Subject: x\n\n> ${await addressOf("bounce", mail)}`;
    await take(INBOUND_ADDRESS, complaint({ to: INBOUND_ADDRESS, recipient: email, original }));
    expect(await statusOf(email)).toEqual(["active", undefined]);
  });
});

describe("a wish to leave by mail", () => {
  const reply = async (subject: string, text: string, headers = "", from = "sam@example.nl") => {
    const { email, mail, campaign } = await reader();
    const to = await addressOf("reply", mail);
    const taken = await take(to, written(to, subject, text, headers), from);
    return { email, campaign, taken };
  };
  const html = (body: string) =>
    `MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nSubject: Re: Nieuws\n\n${body}`;

  for (const [what, subject, text] of [
    ["in the first line", "Re: Nieuws van november", "Afmelden\n\nSam"],
    ["in capitals, with a full stop", "RE: Nieuws van november", "  UNSUBSCRIBE."],
    ["with more on the line", "Antw: Nieuws", "Stop hiermee aub"],
    ["below a greeting, with a please", "Re: Nieuws", "Hallo,\n\nGraag afmelden"],
    ["below what is quoted", "Re: Nieuws", "On 22 Nov 2026 Voorbeeld wrote:\n> Nieuws\n\nPlease unsubscribe me"],
    ["above what is quoted", "Re: Nieuws", "uitschrijven\n\nOp 22 nov 2026 om 10:00 schreef Voorbeeld:\n> Stop nooit!"],
    ["in a subject of their own", "afmelden", ""],
  ] as const) {
    it(`is heard ${what}`, async () => {
      const { email, campaign, taken } = await reply(subject, text);
      expect(await people.statusOf(email)).toBe("left");
      expect(taken).toEqual(QUIET);
      expect(await people.entriesOf("consent.withdrawn", email)).toMatchObject([{ email, by: "reply" }]);
      expect([await tally(campaign, "left"), await tally(campaign, "replied")]).toEqual([1, 0]);
    });
  }

  it("is heard in HTML without text", async () => {
    const { email, mail } = await reader();
    const body = "<style>p{}</style><div>&nbsp;Afmelden</div><blockquote>Stop nooit</blockquote>";
    await take(await addressOf("reply", mail), html(body), "sam@example.nl");
    expect(await people.statusOf(email)).toBe("left");
  });

  it("goes on to people as well when it says more than that", async () => {
    const more = "Graag afmelden. En zeg ook mijn hosting op per 1 januari.";
    const { email, taken } = await reply("Re: Nieuws", more);
    expect(await people.statusOf(email)).toBe("left");
    expect(taken).toEqual(FORWARDED);
  });

  it("is counted for its newsletter as it is heard, or comes again", async () => {
    const { email, mail, campaign } = await reader();
    const to = await addressOf("reply", mail);
    const again = () => take(to, written(to, "Re: Nieuws", "Afmelden"), "sam@example.nl");
    await house.rows(
      "create trigger shaky before update of left_at on campaign_recipients begin select raise(abort, 'gone for a moment'); end",
    );
    await expect(again()).rejects.toThrow();
    expect(await people.statusOf(email)).toBe("active");
    await house.rows("drop trigger shaky");
    await again();
    expect(await people.statusOf(email)).toBe("left");
    expect(await tally(campaign, "left")).toBe(1);
  });

  for (const [what, subject, text] of [
    ["a word that only begins so", "Re: Nieuws", "Stopcontact kapot, help!"],
    ["what they think of it", "Re: Nieuws", "Stop! Wat een goed stuk"],
    ["our own headline", "Re: Stop! Lees dit eerst", "Leuk stuk."],
    ["what stands further on", "Re: Nieuws", "Leuk!\nAfmelden staat verkeerd gespeld."],
    ["what is quoted", "Re: Nieuws", "Op 22 nov 2026 schreef Voorbeeld:\n> Afmelden"],
  ] as const) {
    it(`is not ${what}`, async () => {
      const { email, campaign, taken } = await reply(subject, text);
      expect(await people.statusOf(email)).toBe("active");
      expect(taken).toEqual(FORWARDED);
      expect([await tally(campaign, "left"), await tally(campaign, "replied")]).toEqual([0, 1]);
    });
  }

  for (const [what, headers, from] of [
    ["Auto-Submitted", "Auto-Submitted: auto-replied\n", "sam@example.nl"],
    ["X-Autoreply", "X-Autoreply: yes\n", "sam@example.nl"],
    ["no sender", "", ""],
  ] as const) {
    it(`is neither heard nor counted in an automatic answer: ${what}`, async () => {
      const { email, campaign, taken } = await reply("Afmelden", "Stop: ik ben er niet.", headers, from);
      expect(await people.statusOf(email)).toBe("active");
      expect(await tally(campaign, "replied")).toBe(0);
      expect(taken).toEqual(QUIET);
    });
  }

  it("is not heard in a mail that may be a list's, which people read all the same", async () => {
    const { email, campaign, taken } = await reply("Afmelden", "Stop: ik ben er niet.", "Precedence: bulk\n");
    expect(await people.statusOf(email)).toBe("active");
    expect(await tally(campaign, "replied")).toBe(0);
    expect(taken).toEqual(FORWARDED);
  });

  it("is what mail to the address for it always is; again is fine", async () => {
    const { email, mail, campaign } = await reader();
    const to = await addressOf("leave", mail);
    for (let again = 0; again < 2; again++)
      expect(await take(to, written(to, "", ""), "sam@example.nl")).toEqual(QUIET);
    expect(await people.statusOf(email)).toBe("left");
    expect(await tally(campaign, "left")).toBe(1);
    expect(await people.entriesOf("consent.withdrawn", email)).toHaveLength(1);
  });

  it.each(["leave", "reply"] as const)(
    "about a mail so old that nobody knows whose it was ends not in silence: %s",
    async (kind) => {
      const to = await addressOf(kind, "A".repeat(22));
      const email = freshAddress();
      const mail = written(to, "Re: Nieuws", "Afmelden", "", email);
      // To leave is for the contact room; a reply is for who reads those, when there is somebody.
      expect(await take(to, mail, email)).toEqual(kind === "reply" ? FORWARDED : QUIET);
      const own = await alone.addressOf(kind, "A".repeat(22));
      expect(await alone.take(own, mail, email)).toEqual(QUIET);
      // The same mail twice is one message.
      expect(await bodiesOf(email)).toEqual(["Afmelden"]);
    },
  );
});

describe("a reply that people should read", () => {
  it("is counted once for a mail, and handed on each time", async () => {
    const email = await people.activeSubscriber();
    const { campaign, mails } = await sentCampaign([email]);
    const to = await addressOf("reply", mails[0] ?? "");
    for (let again = 0; again < 2; again++) {
      expect(await take(to, written(to, "Re: Nieuws", "Mooi!"), "sam@example.nl")).toEqual(FORWARDED);
    }
    expect(await tally(campaign, "replied")).toBe(1);
  });

  it("is a conversation where nobody else reads it; it counts, too", async () => {
    const { mail, campaign } = await alone.reader();
    const to = await alone.addressOf("reply", mail);
    const email = freshAddress();
    expect(await alone.take(to, written(to, "Re: Nieuws", "Mooi!", "", email), email)).toEqual(QUIET);
    expect(await bodiesOf(email)).toEqual(["Mooi!"]);
    expect(await alone.tally(campaign, "replied")).toBe(1);
  });

  it("comes again when it cannot be handed on", async () => {
    const { mail } = await reader();
    const to = await addressOf("reply", mail);
    await expect(take(to, written(to, "Re: Nieuws", "Mooi!"), "sam@example.nl", false)).rejects.toThrow(
      "away for a moment",
    );
  });

  it("at any other address is a conversation, also where replies to newsletters are handed on", async () => {
    const email = freshAddress();
    const mail = written("info@in.example.nl", "Vraag", "Hallo?", "", email);
    expect(await take("info@in.example.nl", mail, email)).toEqual(QUIET);
    expect(await bodiesOf(email)).toEqual(["Hallo?"]);
  });
});
