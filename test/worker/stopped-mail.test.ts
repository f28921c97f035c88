import { describe, expect, it } from "vitest";
import { newMail } from "../../worker/mail/outbox.ts";
import { insertMailUpTo, type NewMail } from "../../worker/mail/store.ts";
import { allow, suppress } from "../../worker/mail/suppression.ts";
import { commit } from "../../worker/platform/db.ts";
import { freshAddress } from "./house.ts";
import { createInbound } from "./inbound.ts";
import { complaint } from "./returned-mails.ts";
import { serverOf } from "./sending.ts";

const inbound = createInbound(serverOf(() => undefined));
const { house, people } = inbound;

/** What became of the mails that were made to an address from its nth on, when their turn has come. */
async function goneOut(email: string, from = 0): Promise<object[]> {
  const mails = await house.rows<{ id: string }>(
    "select id from outbox where recipient = ? order by rowid limit -1 offset ?",
    ...[email, from],
  );
  const ids = mails.map(({ id }) => id);
  await house.consume(ids);
  return house.rows(
    `select template, state, last_error as why from outbox where id in (select value from json_each(?)) order by rowid`,
    JSON.stringify(ids),
  );
}

/** A mail that was made, and waits. */
async function waits(template: string, email: string, params = {}, more: Partial<NewMail> = {}): Promise<void> {
  const mail = { ...newMail(house.rt, template, email, "nl", params), ...more };
  await commit(house.rt, [insertMailUpTo({ ...mail, most: 100, since: 0 })]);
}

const dropped = (template: string, why: string) => ({ template, state: "dropped", why });
const sent = (template: string) => ({ template, state: "sent", why: null });

/** A reader who complained of a newsletter, and how many mails they had. */
async function complainer(before: (email: string) => Promise<void> = async () => undefined) {
  const { email, mail } = await inbound.reader();
  const had = (await goneOut(email)).length;
  await before(email);
  const to = await inbound.addressOf("bounce", mail);
  await inbound.take(to, complaint({ to, recipient: email }), "feedback@isp.example");
  return { email, had };
}

describe("who complained", () => {
  it("gets nothing that somebody asks for in their name", async () => {
    const { email, had } = await complainer();
    expect((await house.post("/v1/contact/messages", { email, message: "Hallo" })).status).toBe(201);
    const form = new URLSearchParams({ email, message: "Hoi" });
    await house.fetch("/v1/contact/messages?surface=site", { method: "POST", body: form });
    expect(await goneOut(email, had)).toEqual([
      dropped("contact.receipt", "complained"),
      dropped("contact.confirm", "complained"),
    ]);
  });

  it("gets none of the mails that waited when the complaint came", async () => {
    const { email, had } = await complainer(async (waiting) => {
      await waits("contact.receipt", waiting, { reference: "A" });
      await waits("policy.notice", waiting, { date: "2026-01-01" }, { lane: "bulk" });
    });
    expect(await goneOut(email, had)).toEqual([
      dropped("contact.receipt", "complained"),
      dropped("policy.notice", "complained"),
    ]);
  });

  it("can still sign in as a member of staff, and gets mail again when staff allow it", async () => {
    const { email, had } = await complainer(async (staff) => waits("staff.sign-in", staff, { token: "A" }));
    expect(await goneOut(email, had)).toEqual([sent("staff.sign-in")]);
    expect(await allow(house.rt, "staff:x", email)).toBe(true);
    await house.post("/v1/contact/messages", { email, message: "Hallo" });
    expect(await goneOut(email, had + 1)).toEqual([sent("contact.receipt")]);
  });
});

describe("to whom mail was stopped otherwise", () => {
  for (const reason of ["staff", "bounced"] as const) {
    it(`a notice that was made before does not go, what they ask for does: ${reason}`, async () => {
      const email = freshAddress();
      await waits("policy.notice", email, { date: "2026-01-01" }, { lane: "bulk" });
      await suppress(house.rt, "staff:x", email, reason);
      await house.post("/v1/contact/messages", { email, message: "Hallo" });
      expect(await goneOut(email)).toEqual([dropped("policy.notice", reason), sent("contact.receipt")]);
    });
  }

  it("who left the newsletter is no one to whom notices stop", async () => {
    const email = await people.activeSubscriber();
    const had = (await goneOut(email)).length;
    await house.fetch(await people.leaveLink(email), { method: "POST" });
    await waits("contact.receipt", email, { reference: "A" }, { lane: "bulk" });
    expect(await goneOut(email, had)).toEqual([sent("contact.receipt")]);
  });
});
