import { beforeEach, describe, expect, it } from "vitest";
import { START } from "./house.ts";
import { createInbound, INBOUND_ADDRESS } from "./inbound.ts";
import { gmail, written } from "./returned-mails.ts";
import { createDesk, passMinutes, recipientsOf, serverOf, workOff } from "./sending.ts";

const sent: string[] = [];
const { house, people, take, addressOf, reader, stopOf } = createInbound({
  ...serverOf(({ to }) => sent.push(to)),
  ...{ NEWSLETTER_RATE: "1000000", INBOUND_ADDRESS },
});

beforeEach(() => {
  house.clock.now = START;
  house.jobs.length = 0;
  sent.length = 0;
});

describe("Invariant 12: what inbound mail says of itself is not believed, only the keyed address it came to", () => {
  /** Whoever a mail says it is from, or is about, in all the ways there are. */
  const claiming = (email: string, mail: string) =>
    [`Reply-To: ${email}`, `Sender: ${email}`, `X-Original-To: ${email}`, `In-Reply-To: <${mail}@example.nl>`].join(
      "\n",
    );

  it("a stranger who has a reader's address of reply makes that reader leave, and nobody else", async () => {
    const [one, other] = [await reader(), await reader()];
    const to = await addressOf("reply", one.mail);
    const mail = written(to, "Re: Nieuws", "Afmelden", `${claiming(other.email, other.mail)}\n`);
    await take(to, mail.replaceAll("sam@example.nl", other.email), other.email);
    expect([await people.statusOf(one.email), await people.statusOf(other.email)]).toEqual(["left", "active"]);
    expect(await people.entriesOf("consent.withdrawn", other.email)).toEqual([]);
  });

  it("who writes in a reader's name to an address that anybody knows makes nobody leave", async () => {
    const { email, mail } = await reader();
    for (const to of [INBOUND_ADDRESS, `unsubscribe@${INBOUND_ADDRESS.split("@")[1]}`]) {
      const forged = written(to, "Afmelden", "Afmelden", `${claiming(email, mail)}\n`);
      await take(to, forged.replaceAll("sam@example.nl", email), email);
    }
    expect([await people.statusOf(email), await stopOf(email)]).toEqual(["active", undefined]);
  });

  it("a bounce that names another recipient stops the one whose mail it is about", async () => {
    const [one, other] = [await reader(), await reader()];
    const to = await addressOf("bounce", one.mail);
    await take(to, gmail({ to, recipient: other.email }));
    expect([await people.statusOf(one.email), await people.statusOf(other.email)]).toEqual(["bounced", "active"]);
    expect([await stopOf(one.email), await stopOf(other.email)]).toEqual(["bounced", undefined]);
  });

  it("an address for bounces is none for leaving, and the other way round", async () => {
    const { email, mail } = await reader();
    const bounce = await addressOf("bounce", mail);
    await take(bounce, written(bounce, "Afmelden", "Afmelden"), email);
    const reply = await addressOf("reply", mail);
    await take(reply, gmail({ to: reply, recipient: email }));
    expect([await people.statusOf(email), await stopOf(email)]).toEqual(["active", undefined]);
  });
});

describe("Invariant 8: leaving by mail survives a newsletter that is under way", () => {
  for (const kind of ["reply", "leave"] as const) {
    it(`who leaves by ${kind} while it goes out gets nothing after that moment; all others do`, async () => {
      const desk = await createDesk(house);
      const leaver = await reader();
      const stayer = await reader();
      // What they were asked when they signed up is no part of this.
      await house.rows("delete from outbox where state = 'queued'");
      house.jobs.length = 0;
      const id = await desk.begun();
      const begin = house.jobs.splice(0).map((job) => job.id);
      await house.consume(begin, "campaign");
      const mailOf = async (email: string) =>
        (await recipientsOf(house, id)).find((recipient) => recipient.email === email)?.mail_id ?? "";
      expect(await mailOf(leaver.email)).not.toBe("");
      // They answer the newsletter before this one, whose mail is made and waits.
      const to = await addressOf(kind, leaver.mail);
      await take(to, written(to, "Re: Nieuws", "Hallo,\n\ngraag afmelden"), leaver.email);
      expect(await people.statusOf(leaver.email)).toBe("left");
      await workOff(house);
      await passMinutes(house, 2);
      expect(sent).toContain(stayer.email);
      expect(sent).not.toContain(leaver.email);
      expect((await recipientsOf(house, id)).find(({ email }) => email === leaver.email)).toMatchObject({
        ...{ state: "dropped", reason: "left" },
      });
    });
  }
});
