import { describe, expect, it } from "vitest";
import { mailInbox, messageTo } from "./contact.ts";
import { DAY, freshAddress } from "./house.ts";

const inbox = mailInbox();
const { house, take, conversationsOf, messagesIn, replyAddress } = inbox;

describe("a mail to us", () => {
  it("becomes a conversation with a receipt that no program answers, and its original goes", async () => {
    const email = freshAddress();
    await take({
      from: email,
      headers: { Subject: "Mijn site is traag", "Message-ID": "<a1@example.org>" },
      text: "Hoi,\n\nHij is traag.",
    });
    const [conversation] = await conversationsOf(email);
    expect(conversation).toMatchObject({ status: "new", channel: "mail", subject: "Mijn site is traag", surface: "" });
    expect(await messagesIn(conversation?.id)).toMatchObject([{ body: "Hoi,\n\nHij is traag.", channel: "mail" }]);
    const [receipt, ...more] = await house.mailsTo(email);
    expect(more).toEqual([]);
    expect(receipt?.headers).toMatchObject({
      "Auto-Submitted": "auto-replied",
      "In-Reply-To": "<a1@example.org>",
      "Reply-To": await replyAddress(conversation?.id),
    });
    expect(JSON.stringify(receipt)).not.toMatch(/traag/);
    expect(await house.rows("select * from contact_originals")).toEqual([]);
    await house.round();
    expect((await house.bindings.FILES.list()).objects).toEqual([]);
  });

  it("that comes twice, as mail does, is one message", async () => {
    const email = freshAddress();
    const mail = {
      from: email,
      headers: { Subject: "Dubbel", "Message-ID": "<twice@example.org>" },
      text: "Eén keer.",
    };
    await Promise.all([take(mail), take(mail)]);
    await take(mail);
    expect(await conversationsOf(email)).toHaveLength(1);
    expect(await house.rows("select * from contact_originals")).toEqual([]);
  });

  it("with the same words and no Message-ID may be another", async () => {
    const email = freshAddress();
    await take({ from: email, headers: { Subject: "Hallo" }, text: "Is daar iemand?" });
    await take({ from: email, headers: { Subject: "Hallo" }, text: "Is daar iemand?" });
    expect(await conversationsOf(email)).toHaveLength(2);
  });

  it("is kept when whoever reads it dies, and read by the next round", async () => {
    const email = freshAddress();
    await house.rows("create trigger shaky before insert on messages begin select raise(abort, 'gone'); end");
    await take({ from: email, headers: { Subject: "Blijft" }, text: "Raak dit niet kwijt." });
    expect(await conversationsOf(email)).toEqual([]);
    expect(await house.rows("select state from contact_originals")).toEqual([{ state: "received" }]);
    await house.rows("drop trigger shaky");
    house.clock.now += 6 * 60_000;
    await house.round();
    expect(await conversationsOf(email)).toHaveLength(1);
    expect(await house.rows("select * from contact_originals")).toEqual([]);
  });

  it("that cannot be read in five tries is kept with the reason, thirty days", async () => {
    const email = freshAddress();
    await house.rows("create trigger shaky before insert on messages begin select raise(abort, 'gone'); end");
    await take({ from: email, headers: { Subject: "Stuk" }, text: "x" });
    for (let round = 0; round < 6; round++) {
      house.clock.now += 6 * 60_000;
      await house.round();
    }
    await house.rows("drop trigger shaky");
    expect(await house.rows("select state, reason from contact_originals")).toEqual([
      { state: "unreadable", reason: "failed" },
    ]);
    house.clock.now += 31 * DAY;
    await inbox.sweep();
    expect(await house.rows("select * from contact_originals")).toEqual([]);
    expect((await house.bindings.FILES.list()).objects).toEqual([]);
  });

  it("throws when it cannot be kept, so that its server tries again", async () => {
    const FILES = { ...house.bindings.FILES, put: () => Promise.reject(new Error("R2 is away")) };
    const away = mailInbox({ FILES });
    await expect(away.take({ from: freshAddress(), text: "x" })).rejects.toThrow("R2 is away");
  });
});

describe("Invariant 12: what inbound mail says of itself is not believed", () => {
  const begun = async () => {
    const email = freshAddress();
    await take({
      from: email,
      headers: { Subject: "Begin", "Message-ID": `<${crypto.randomUUID()}@x.example>` },
      text: "Een.",
    });
    const [conversation] = await conversationsOf(email);
    return { email, id: conversation?.id ?? "", reference: conversation?.reference ?? "" };
  };

  it("a reply joins by the full keyed address, from its person alone", async () => {
    const { email, id } = await begun();
    await take({ from: email, to: await replyAddress(id), headers: { Subject: "Iets heel anders" }, text: "Twee." });
    expect(await messagesIn(id)).toHaveLength(2);
    const other = freshAddress();
    await take({
      from: other,
      to: await replyAddress(id),
      headers: { Subject: "Re: Begin" },
      text: "Ik ben een ander.",
    });
    expect(await messagesIn(id)).toHaveLength(2);
    expect(await conversationsOf(other)).toMatchObject([{ linked_to: id, status: "new" }]);
  });

  it("a forged or shortened address joins nothing", async () => {
    const { email, id } = await begun();
    const address = await replyAddress(id);
    const forged = [
      address.replace(/.(?=@)/, (last) => (last === "a" ? "b" : "a")),
      address.replace(/.@/, "@"),
      address.replace("+c-", "+r-"),
    ];
    for (const to of forged) await take({ from: email, to, headers: { Subject: "Re: Begin" }, text: "Namaak." });
    expect(await messagesIn(id)).toHaveLength(1);
    expect(await conversationsOf(email)).toHaveLength(4);
  });

  it("an answer to a Message-ID of ours joins, a Message-ID that only looks like one does not", async () => {
    const { email, id } = await begun();
    const [receipt] = await house.mailsTo(email);
    await take({ from: email, headers: { Subject: "Re: x", "In-Reply-To": receipt?.messageId ?? "" }, text: "Twee." });
    await take({
      from: email,
      headers: { Subject: "Re: x", References: `<old@x.example> ${receipt?.messageId}` },
      text: "Drie.",
    });
    expect(await messagesIn(id)).toHaveLength(3);
    await take({
      from: email,
      headers: { Subject: "Re: x", References: `<${"A".repeat(22)}@example.nl>` },
      text: "Vier.",
    });
    await take({
      from: freshAddress(),
      headers: { Subject: "Re: x", "In-Reply-To": receipt?.messageId ?? "" },
      text: "Vijf.",
    });
    expect(await messagesIn(id)).toHaveLength(3);
  });

  it("a reference in the subject joins nothing", async () => {
    const { email, id, reference } = await begun();
    await take({ from: email, headers: { Subject: `Re: ${reference}` }, text: "Zelfde zaak." });
    expect(await messagesIn(id)).toHaveLength(1);
  });

  it("what the receiving server says of the sender is marked, what the mail says of itself is not", async () => {
    const email = freshAddress();
    const verdict = "mx.cloudflare.net; dkim=fail header.d=x.example; spf=softfail smtp.mailfrom=x.example; dmarc=fail";
    await take({
      from: email,
      head: `Received: from x\nAuthentication-Results: ${verdict}\nReceived: from y`,
      text: "Nep.",
    });
    const [conversation] = await conversationsOf(email);
    const [message] = await messagesIn(conversation?.id);
    expect(JSON.parse(String(message?.["marks"])).failed).toEqual(expect.arrayContaining(["dkim", "dmarc"]));
    // Its address never wrote to us: it gets nothing.
    expect(await house.mailsTo(email)).toEqual([]);
    const liar = freshAddress();
    await take({
      from: liar,
      head: `Received: from x\nReceived: from y\nAuthentication-Results: ${verdict}`,
      text: "Echt.",
    });
    const [believed] = await conversationsOf(liar);
    expect(JSON.parse(String((await messagesIn(believed?.id))[0]?.["marks"]))).toBeNull();
  });
});

describe("no loops", () => {
  for (const [what, mail] of Object.entries({
    "Auto-Submitted": { headers: { "Auto-Submitted": "auto-replied" } },
    "the null sender": { envelopeFrom: "" },
  })) {
    it(`what a program sent lies aside, without a receipt: ${what}`, async () => {
      const email = freshAddress();
      await take({ from: email, text: "Ik ben er niet.", ...mail });
      expect(await conversationsOf(email)).toMatchObject([{ status: "quarantined", quarantined_for: "automatic" }]);
      expect(await house.mailsTo(email)).toEqual([]);
    });
  }

  for (const [what, mail] of Object.entries({
    "X-Auto-Response-Suppress": { headers: { "X-Auto-Response-Suppress": "All" } },
    Precedence: { headers: { Precedence: "bulk" } },
    "List-Id": { headers: { "List-Id": "<list.example.org>" } },
    "a no-reply name": { from: `no-reply-${crypto.randomUUID()}@example.org` },
  })) {
    it(`what people may have sent is read, without a receipt: ${what}`, async () => {
      const email = "from" in mail ? mail.from : freshAddress();
      await take({ from: email, text: "Lees mij.", ...("headers" in mail ? { headers: mail.headers } : {}) });
      expect(await conversationsOf(email)).toMatchObject([{ status: "new" }]);
      expect(await house.mailsTo(email)).toEqual([]);
    });
  }

  it("an automatic answer to what is over opens nothing: it lies aside, linked", async () => {
    const email = freshAddress();
    await take({ from: email, text: "Vraag." });
    const [conversation] = await conversationsOf(email);
    const id = String(conversation?.id);
    await house.rows(
      "update conversations set status = 'closed', closed_at = ?, delete_at = ? where id = ?",
      1,
      9e15,
      id,
    );
    const headers = { "Auto-Submitted": "auto-replied" };
    await take({ from: email, to: await replyAddress(id), headers, text: "Ik ben er niet." });
    expect(await messagesIn(id)).toHaveLength(1);
    expect(await conversationsOf(email)).toMatchObject([
      { status: "closed" },
      { status: "quarantined", linked_to: id },
    ]);
    // A person's mail with a header that programs use opens it.
    await take({ from: email, to: await replyAddress(id), headers: { Precedence: "bulk" }, text: "Help toch." });
    expect((await conversationsOf(email))[0]).toMatchObject({ status: "open", closed_at: null });
  });

  it("an address gets one receipt for mail a day, whatever it sends", async () => {
    const email = freshAddress();
    for (let time = 0; time < 5; time++) await take({ from: email, headers: { Subject: `Nr ${time}` }, text: "Weer." });
    expect(await conversationsOf(email)).toHaveLength(5);
    expect(await house.mailsTo(email)).toHaveLength(1);
    house.clock.now += DAY + 1;
    await take({ from: email, headers: { Subject: "Morgen" }, text: "Weer." });
    expect(await house.mailsTo(email)).toHaveLength(2);
  });

  it("all together get so many an hour", async () => {
    const few = mailInbox({ CONTACT_RECEIPTS_PER_HOUR: "3" });
    few.house.clock.now += 100 * DAY;
    const emails = Array.from({ length: 6 }, freshAddress);
    for (const from of emails) await few.take({ from, text: "Vloed." });
    const mails = await Promise.all(emails.map((email) => house.mailsTo(email)));
    expect(mails.flat()).toHaveLength(3);
  });

  it("an automatic answer to a receipt joins its conversation, and wakes nobody", async () => {
    const email = freshAddress();
    await take({ from: email, text: "Vraag." });
    const [conversation] = await conversationsOf(email);
    const before = await house.rows("select due_at, status from conversations where id = ?", conversation?.id);
    await take({
      from: email,
      to: await replyAddress(conversation?.id),
      headers: { "Auto-Submitted": "auto-replied" },
      text: "Ik ben er niet.",
    });
    expect(await messagesIn(conversation?.id)).toHaveLength(2);
    expect(await house.rows("select due_at, status from conversations where id = ?", conversation?.id)).toEqual(before);
    expect(await house.mailsTo(email)).toHaveLength(1);
  });
});

describe("a blocked sender", () => {
  it("opens nothing of theirs that was there before", async () => {
    const email = "piet@was-goed.example";
    await take({ from: email, text: "Begin." });
    const [conversation] = await conversationsOf(email);
    await house.rows("insert into contact_blocks (sender, created_at, created_by) values ('was-goed.example', 0, 'x')");
    await take({ from: email, to: await replyAddress(conversation?.id), text: "Koop dit." });
    expect(await messagesIn(conversation?.id)).toHaveLength(1);
    expect((await conversationsOf(email))[1]).toMatchObject({ status: "quarantined", linked_to: conversation?.id });
  });

  it("lies aside without being told, by address and by domain", async () => {
    await house.rows("insert into contact_blocks (sender, created_at, created_by) values ('spam.example', 0, 'x')");
    const email = `jan@spam.example`;
    await take({ from: email, text: "Koop dit." });
    const reply = await house.post("/v1/contact/messages", { email, message: "Koop dit ook." });
    expect(reply.status).toBe(201);
    expect(await conversationsOf(email)).toMatchObject([
      { status: "quarantined", quarantined_for: "blocked" },
      { status: "quarantined", quarantined_for: "blocked" },
    ]);
    expect(await house.mailsTo(email)).toEqual([]);
  });
});

it("a mail with more files than anybody looks at is kept whole beside the first of them", async () => {
  const email = freshAddress();
  const file = (n: number) =>
    `--b\nContent-Type: text/plain; name="${n}.txt"\nContent-Disposition: attachment\n\n${n}\n`;
  const text = `--b\nContent-Type: text/plain\n\nVijftig.\n${Array.from({ length: 50 }, (_, n) => file(n)).join("")}--b--\n`;
  await take({ from: email, headers: { "Content-Type": 'multipart/mixed; boundary="b"' }, text });
  const [conversation] = await conversationsOf(email);
  const [message] = await messagesIn(conversation?.id);
  expect(JSON.parse(String(message?.["marks"]))).toEqual({ isCut: true });
  const kept = await house.rows<{ name: string }>(
    "select name from contact_files where message_id = ? and refused is null order by rowid",
    message?.["id"],
  );
  expect(kept.map(({ name }) => name)).toEqual(["mail.eml", ...Array.from({ length: 9 }, (_, n) => `${n}.txt`)]);
});

it("a message that is larger than its room is cut, and kept whole as a file", async () => {
  const email = freshAddress();
  await take({ from: email, headers: { "Message-ID": "<long@example.org>" }, text: "Lang verhaal. ".repeat(20_000) });
  const [conversation] = await conversationsOf(email);
  const [message] = await messagesIn(conversation?.id);
  expect(String(message?.["body"]).length).toBeLessThanOrEqual(100_000);
  const files = await house.rows<{ id: string; name: string }>(
    "select id, name from contact_files where message_id = ?",
    message?.["id"],
  );
  expect(files).toMatchObject([{ name: "mail.eml" }]);
  const kept = await house.bindings.FILES.get(`files/${files[0]?.id}`);
  expect(await kept?.text()).toContain(messageTo("post@in.example.nl").split("\n")[0]);
});
