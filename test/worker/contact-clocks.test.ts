import { describe, expect, it } from "vitest";
import { answer } from "../../worker/contact/answer.ts";
import { findMatter } from "../../worker/contact/store.ts";
import { mailGate } from "../../worker/gate.ts";
import { findMail } from "../../worker/mail/store.ts";
import { mailInbox } from "./contact.ts";
import { DAY, freshAddress, hourFrom } from "./house.ts";

const inbox = mailInbox();
const { house, take, conversationsOf, messagesIn, replyAddress } = inbox;

/** A conversation that came with a file, and was answered. */
async function answered(): Promise<{ email: string; id: string }> {
  const email = freshAddress();
  const file = `Content-Type: text/plain; name="log.txt"\nContent-Disposition: attachment; filename="log.txt"\n\nregel`;
  const body = `--b\nContent-Type: text/plain\n\nHij doet het niet.\n--b\n${file}\n--b--\n`;
  await take({
    from: email,
    headers: { Subject: "Stuk", "MIME-Version": "1.0", "Content-Type": 'multipart/mixed; boundary="b"' },
    text: body,
  });
  const [conversation] = await conversationsOf(email);
  const id = String(conversation?.id);
  await answerIt(id);
  return { email, id };
}

async function answerIt(id: string): Promise<void> {
  const matter = await findMatter(house.rt.db, id);
  if (!matter) throw new Error("no conversation");
  const { version } = matter.conversation;
  const input = { body: "Het is gemaakt.", quotes: true, after: "waiting" as const, version, key: crypto.randomUUID() };
  await answer(house.rt, matter, { actor: "staff:x" }, input);
}

const statusOf = async (id: string) =>
  (await house.rows("select status, close_reason, closed_at, delete_at from conversations where id = ?", id))[0];
const figures = () => house.rows("select event, sum(count) as count from contact_days group by event order by event");

async function pass(days: number): Promise<void> {
  house.clock.now = hourFrom(house.clock.now + days * DAY);
  await house.round();
  // What a round takes from the database, the next takes from R2.
  await house.round();
}

describe("two clocks", () => {
  it("handling ends, the archive begins, and in the end nothing is left but figures and commitments", async () => {
    const { email, id } = await answered();
    const before = await figures();
    await pass(29);
    expect(await statusOf(id)).toMatchObject({ status: "waiting" });
    await pass(2);
    const closed = await statusOf(id);
    expect(closed).toMatchObject({ status: "closed", close_reason: "no-answer" });
    expect(Number(closed?.["delete_at"]) - Number(closed?.["closed_at"])).toBe(730 * DAY);
    await pass(15);
    expect(await statusOf(id)).toMatchObject({ status: "archived" });
    await pass(700);
    expect(await messagesIn(id)).toHaveLength(2);
    expect((await house.bindings.FILES.list({ prefix: "files/" })).objects).toHaveLength(1);
    await pass(16);
    expect(await conversationsOf(email)).toEqual([]);
    expect(await messagesIn(id)).toEqual([]);
    expect((await house.bindings.FILES.list()).objects).toEqual([]);
    expect(await house.rows("select * from outbox where recipient = ?", email)).toEqual([]);
    const entries = "select body, salt, subject from ledger_entries where kind = 'conversation.answered'";
    expect(await house.rows(entries)).toEqual([{ body: null, salt: null, subject: null }]);
    expect(await figures()).toEqual(
      [...before, { event: "closed", count: 1 }].sort((a, b) => (String(a["event"]) < String(b["event"]) ? -1 : 1)),
    );
  });

  it("who writes again in time opens it anew, and is deleted no more", async () => {
    const { email, id } = await answered();
    await pass(31);
    await pass(15);
    expect(await statusOf(id)).toMatchObject({ status: "archived" });
    await take({ from: email, to: await replyAddress(id), headers: { Subject: "Re: Stuk" }, text: "Toch weer stuk." });
    expect(await statusOf(id)).toEqual({ status: "open", close_reason: null, closed_at: null, delete_at: null });
    await pass(800);
    expect(await statusOf(id)).toMatchObject({ status: "open" });
  });

  it("spam goes after thirty days, and counts nowhere", async () => {
    const email = freshAddress();
    const before = await figures();
    await take({ from: email, headers: { "Auto-Submitted": "auto-generated" }, text: "Win!" });
    await pass(29);
    expect(await conversationsOf(email)).toHaveLength(1);
    await pass(2);
    expect(await conversationsOf(email)).toEqual([]);
    expect(await figures()).toEqual(before);
  });
});

it("what the version before this one adds while it still runs is as urgent as any", async () => {
  const email = freshAddress();
  await house.rows(
    `insert into conversations (id, reference, status, email, lang, surface, request_hash, created_at)
      values (?, ?, 'new', ?, 'nl', 'site', '', ?)`,
    ...[email, email, email, house.clock.now],
  );
  const now = house.clock.now;
  expect(await conversationsOf(email)).toMatchObject([{ channel: "widget", last_at: now, due_at: now + DAY }]);
});

describe("an answer", () => {
  it("goes by mail, below what they wrote, with the way back, and from no program", async () => {
    const { email, id } = await answered();
    const mail = (await house.mailsTo(email)).at(-1);
    expect(mail?.subject).toBe("Re: Stuk");
    expect(mail?.text).toContain("Het is gemaakt.");
    expect(mail?.text).toContain("> Hij doet het niet.");
    expect(mail?.headers["Reply-To"]).toBe(await replyAddress(id));
    expect(mail?.headers).not.toHaveProperty("Auto-Submitted");
  });

  it("is mailed once, however often its button is pressed, and not to what moved on", async () => {
    const { email, id } = await answered();
    const matter = await findMatter(house.rt.db, id);
    if (!matter) throw new Error("no conversation");
    const { version } = matter.conversation;
    const input = { body: "Nog iets.", quotes: false, after: "open" as const, version, key: crypto.randomUUID() };
    const press = () => answer(house.rt, matter, { actor: "staff:x" }, input);
    await Promise.all([press(), press(), press()]);
    await press();
    expect((await house.mailsTo(email)).filter(({ text }) => text.includes("Nog iets."))).toHaveLength(1);
    await expect(
      answer(house.rt, matter, { actor: "staff:y" }, { ...input, key: crypto.randomUUID() }),
    ).rejects.toMatchObject({
      code: "answered_meanwhile",
    });
  });

  it("reaches who complained about a newsletter", async () => {
    const { email } = await answered();
    const [row] = await house.rows<{ id: string }>(
      "select id from outbox where recipient = ? and template = 'contact.answer'",
      email,
    );
    await house.rows(
      "insert into mail_suppressions (hash, reason, at) values (?, 'complained', 0)",
      await inbox.hashOf(email),
    );
    const mails = await Promise.all([row?.id ?? ""].map((mail) => findMail(house.rt.db, mail)));
    expect(
      await mailGate(
        house.rt,
        mails.filter((mail) => mail !== undefined),
      ),
    ).toEqual(new Map());
  });
});
