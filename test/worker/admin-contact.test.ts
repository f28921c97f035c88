import { beforeAll, describe, expect, it } from "vitest";
import { manyMessages } from "./contact-people.ts";
import { addRow, conversationRow, versionOf, writeToUs } from "./conversations.ts";
import { addCustomer, createHouse, ORIGIN } from "./house.ts";
import { entriesBy, getPage, postForm, type SignedIn, signedIn } from "./staff.ts";

const house = createHouse({ INBOUND_ADDRESS: "post@in.example.nl" });
let support: SignedIn;
let colleague: SignedIn;
beforeAll(async () => {
  support = await signedIn(house, "support");
  colleague = await signedIn(house, "owner");
});

const PATH = "/admin/contact";
const page = async (id: string, by = support) => (await getPage(house, `${PATH}/${id}`, by)).text();
const post = (id: string, what: string, fields: Record<string, string>, by = support) =>
  postForm(house, `${PATH}/${id}/${what}`, fields, by);
/** The fields of an answer's form, as the page has them. */
const answerOf = async (id: string, more: Record<string, string> = {}) => ({
  body: "We look into it.",
  quotes: "yes",
  after: "waiting",
  version: await versionOf(house, id),
  seen: String(house.clock.now),
  key: crypto.randomUUID(),
  ...more,
});
const answersTo = (email: string) =>
  house.rows<{ id: string }>("select * from outbox where recipient = ? and template = 'contact.answer'", email);
const messagesOf = (id: string) =>
  house.rows<{ id: string; body: string; author: string | null }>(
    "select * from messages where conversation_id = ? order by seq",
    id,
  );

/** Sends a form with files, as a browser does. */
async function postFiles(id: string, fields: Record<string, string>, files: readonly File[], what = "answer") {
  const form = new FormData();
  for (const [name, value] of Object.entries({ "form-token": support.formToken, ...fields })) form.set(name, value);
  for (const file of files) form.append("files", file);
  return house.fetch(`${PATH}/${id}/${what}`, {
    method: "POST",
    headers: { ...support.headers, Origin: ORIGIN, "Sec-Fetch-Site": "same-origin" },
    body: form,
  });
}
const keptIn = (html: string) => [...html.matchAll(/name="(kept-[\w-]{22})"/g)].map(([, name]) => name ?? "");

describe("the page of a conversation", () => {
  it("shows nothing of a message as HTML", async () => {
    const message = `<script>alert(1)</script> <img src=x onerror="alert(2)"> </textarea>`;
    const { id } = await writeToUs(house, { message, name: "<b>Ann</b>", subject: "<i>Slow</i>" });
    for (const html of [await page(id), await (await getPage(house, PATH, support)).text()]) {
      expect(html).not.toMatch(/<script>|<img|<b>|<i>Slow/);
      expect(html).toContain("&lt;i&gt;Slow");
    }
    expect(await page(id)).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  });

  it("shows 200 messages with the notes from among them, the newest, and leads to the older ones and back", async () => {
    const { id, reference } = await writeToUs(house);
    await post(id, "notes", { note: "An early note." });
    house.clock.now += 60_000;
    await manyMessages(house, reference, 49);
    house.clock.now += 60_000;
    await post(id, "notes", { note: "A note between." });
    house.clock.now += 60_000;
    await manyMessages(house, reference, 200, 50);
    house.clock.now += 60_000;
    await post(id, "notes", { note: "A late note." });
    const newest = await page(id);
    for (const words of ["bericht 50.", "bericht 249.", "A note between.", "A late note.", 'name="body"'])
      expect(newest).toContain(words);
    for (const words of ["bericht 49.", "An early note."]) expect(newest).not.toContain(words);
    const [, before = ""] = /\?(before=\d+)">Older messages/.exec(newest) ?? [];
    const older = await page(`${id}?${before}`);
    for (const words of ["bericht 1.", "bericht 49.", "An early note.", "To the newest messages"])
      expect(older).toContain(words);
    // Who answers has seen what came last: not here.
    for (const words of ["bericht 50.", "A note between.", "A late note.", "Older messages", 'name="body"'])
      expect(older).not.toContain(words);
  });

  it("folds what is quoted, and says which checks of a mail failed", async () => {
    const { id } = await writeToUs(house);
    await house.rows(
      `insert into messages (id, conversation_id, channel, body, quoted_from, marks, created_at)
        values (?, ?, 'mail', 'Still slow.' || char(10) || '> We look.', 11, ?, ?)`,
      ...[
        crypto.randomUUID(),
        id,
        '{"failed":["spf","dmarc"],"automatic":"auto-submitted","isCut":true}',
        house.clock.now,
      ],
    );
    const html = await page(id);
    expect(html).toMatch(/Still slow\.<\/div><details><summary>Quoted text and signature<\/summary>/);
    expect(html).toContain("Take care: SPF, DMARC did not check out.");
    expect(html).toContain("This message seems to be sent by a program.");
    expect(html).toContain("This message was too long to show here.");
  });

  it("has the person's other conversations beside it; of what is in the archive only the reference, the day and the topic", async () => {
    const { id, email } = await writeToUs(house);
    const other = await addRow(house, { email, subject: "An earlier matter", status: "closed", due_at: null });
    const archived = { email, subject: "A secret", reference: "FP-AAAA-BBBB", status: "archived", due_at: null };
    const hidden = await addRow(house, archived);
    const html = await page(id);
    expect(html).toContain(`href="${PATH}/${other}"`);
    expect(html).toContain(`<a href="${PATH}/archive/${hidden}">FP-AAAA-BBBB</a>`);
    expect(html).not.toContain("A secret");
  });

  it("has a few facts of the customer beside it, also that they are closed; nothing of one whose number is gone", async () => {
    const [number, email] = [`K-${crypto.randomUUID().slice(0, 8)}`, `${crypto.randomUUID()}@example.nl`];
    await addCustomer(number, { email });
    await house.rows(
      "update customers set organisation = '<b>Zon</b> BV', phone = '0612345678' where number = ?",
      number,
    );
    const id = await addRow(house, { customer_number: number });
    const beside = async () =>
      /<section aria-labelledby="customer-facts">.*?<\/section>/s.exec(await page(id))?.[0] ?? "";
    const open = await beside();
    for (const said of [
      "Sam de Vries",
      "&lt;b&gt;Zon&lt;/b&gt; BV",
      email,
      "active",
      `href="/admin/customers/${number}"`,
    ])
      expect(open).toContain(said);
    expect(open).toMatch(/<dt>Registered<\/dt><dd><time datetime="/);
    expect(open).not.toContain("0612345678");
    await house.rows("update customers set closed_at = ? where number = ?", house.clock.now, number);
    expect(await beside()).toContain("closed");
    await house.rows("delete from customers where number = ?", number);
    expect(await beside()).toBe("");
    expect(await page(id)).toContain(number);
  });

  it("is printed with what became of each file: a refused one is not shown as if we had it", async () => {
    const { id } = await writeToUs(house);
    const [message] = await messagesOf(id);
    for (const [name, refused] of [
      ["kept.png", null],
      ["virus.exe", "dangerous"],
    ] as const) {
      await house.rows(
        `insert into contact_files (id, message_id, name, type, size, sha256, refused, created_at)
          values (?, ?, ?, 'image/png', 1200, 'x', ?, ?)`,
        ...[crypto.randomUUID(), message?.id ?? "", name, refused, house.clock.now],
      );
    }
    const printed = await (await post(id, "print", {})).text();
    expect(printed).toMatch(/<bdi>kept\.png<\/bdi>, 1\.2 kB/);
    expect(printed).toMatch(/<bdi>virus\.exe<\/bdi>, not kept: this kind of file can do harm/);
  });

  it("shows of one in the archive only the way there, and of one that nobody confirmed nothing", async () => {
    const id = await addRow(house, { status: "archived", subject: "A secret", due_at: null });
    const html = await page(id);
    expect(html).toContain(`href="${PATH}/archive/${id}"`);
    expect(html).not.toContain("A secret");
    const unconfirmed = await addRow(house, { status: "unconfirmed", due_at: null });
    expect((await getPage(house, `${PATH}/${unconfirmed}`, support)).status).toBe(404);
  });

  it("changes nothing when it is looked at (Invariant 2)", async () => {
    const { id } = await writeToUs(house);
    const before = [await conversationRow(house, id), await house.rows("select * from contact_presence")];
    await page(id);
    expect([await conversationRow(house, id), await house.rows("select * from contact_presence")]).toEqual(before);
  });
});

describe("an answer", () => {
  it("goes out as a mail that can be answered, with their message quoted, and leaves the conversation waiting", async () => {
    const { id, email } = await writeToUs(house);
    await house.rows("update messages set message_id = '<theirs@example.nl>' where conversation_id = ?", id);
    const reply = await post(id, "answer", await answerOf(id));
    expect(reply.headers.get("location")).toBe(`${PATH}/${id}?done=sent`);
    expect(await answersTo(email)).toHaveLength(1);
    const mail = (await house.mailsTo(email)).at(-1);
    expect(mail?.subject).toBe("Re: Slow site");
    expect(mail?.text).toContain("We look into it.");
    expect(mail?.text).toContain("My site is slow.");
    expect(JSON.stringify(mail)).toContain("theirs@example.nl");
    expect(JSON.stringify(mail)).toContain("@in.example.nl");
    expect(await conversationRow(house, id)).toMatchObject({ status: "waiting", first_response_ms: 0 });
    expect((await messagesOf(id)).at(-1)).toMatchObject({
      author: `staff:${support.member}`,
      body: "We look into it.",
    });
    expect((await entriesBy(house, support.member)).at(-1)).toMatchObject({ kind: "conversation.answered" });
    expect(await page(id)).toContain("The support");
  });

  it("quotes nothing when that is not wished, and closes when it is said to be the end", async () => {
    const { id, email } = await writeToUs(house);
    const { quotes: _, ...fields } = await answerOf(id, { after: "closed" });
    await post(id, "answer", fields);
    expect((await house.mailsTo(email)).at(-1)?.text).not.toContain("My site is slow.");
    expect(await conversationRow(house, id)).toMatchObject({ status: "closed", close_reason: "solved" });
  });

  it("goes out once, however often its button is pressed", async () => {
    const { id, email } = await writeToUs(house);
    const fields = await answerOf(id);
    const replies = await Promise.all([post(id, "answer", fields), post(id, "answer", fields)]);
    replies.push(await post(id, "answer", fields));
    expect(replies.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await answersTo(email)).toHaveLength(1);
  });

  it("of two members at once, one goes out; the other comes back with its text, what came in between, and a way to send it all the same", async () => {
    const { id, email } = await writeToUs(house);
    const seen = String(house.clock.now);
    const [first, second] = [await answerOf(id, { seen }), await answerOf(id, { seen, body: "It is <mine>." })];
    house.clock.now += 60_000;
    expect((await post(id, "answer", first, colleague)).status).toBe(303);
    const late = await post(id, "answer", second);
    expect(late.status).toBe(409);
    const html = await late.text();
    expect(html).toContain("the conversation went on while you wrote");
    expect(html.match(/We look into it\./g)).toHaveLength(2);
    expect(html).toMatch(/<textarea[^>]*>It is &lt;mine&gt;\.<\/textarea>/);
    expect(html).toContain("Send anyway");
    expect(await answersTo(email)).toHaveLength(1);
    const version = /<option value="(\d+)" selected/.exec(html)?.[1] ?? "";
    const anyway = await post(id, "answer", { ...second, version });
    expect(anyway.status).toBe(303);
    expect(await answersTo(email)).toHaveLength(2);
  });

  it("with another text by a form that was used before is held, and can be sent as another", async () => {
    const { id, email } = await writeToUs(house);
    const fields = await answerOf(id);
    await post(id, "answer", fields);
    const again = await post(id, "answer", { ...fields, body: "And this." });
    expect(again.status).toBe(422);
    const html = await again.text();
    expect(html).toContain("An answer was sent from this form before.");
    const [key = "", version = ""] = [/name="key" value="([^"]+)"/, /<option value="(\d+)" selected/].map(
      (pattern) => pattern.exec(html)?.[1],
    );
    expect((await post(id, "answer", { ...fields, body: "And this.", key, version })).status).toBe(303);
    expect(await answersTo(email)).toHaveLength(2);
  });

  it("without a text comes back with all that was chosen", async () => {
    const { id } = await writeToUs(house);
    const reply = await post(id, "answer", await answerOf(id, { body: " ", after: "closed" }));
    expect(reply.status).toBe(422);
    const html = await reply.text();
    expect(html).toContain('<a href="#body">');
    expect(html).toMatch(/<option value="closed" selected/);
  });

  it("that comes back for a fault is still based on what its writer saw", async () => {
    const { id } = await writeToUs(house);
    const fields = await answerOf(id, { body: " " });
    house.clock.now += 1_000;
    await post(id, "notes", { note: "Wait for me." }, colleague);
    const html = await (await post(id, "answer", fields)).text();
    const version = /name="seen"[^>]*><select name="version"[^>]*><option value="(\d+)" selected/.exec(html)?.[1];
    expect(version).toBe(fields.version);
    expect((await post(id, "answer", { ...fields, body: "Mine." })).status).toBe(409);
  });

  it("to what was erased, archived or put with the spam meanwhile keeps what was typed", async () => {
    for (const status of ["archived", "quarantined", "gone"]) {
      const id = await addRow(house, { status: "open" });
      const fields = await answerOf(id, { body: "My long answer." });
      if (status === "gone") await post(id, "erase", {});
      else await house.rows("update conversations set status = ? where id = ?", status, id);
      const reply = await post(id, "answer", fields);
      expect(reply.status).toBe(status === "gone" ? 404 : 409);
      expect(await reply.text()).toMatch(/<textarea[^>]*>My long answer\.<\/textarea>/);
    }
  });

  it("takes files along, keeps them when the rest is not right, and sends each once", async () => {
    const { id, email, reference } = await writeToUs(house);
    const files = [new File(["one"], "één.txt"), new File([new Uint8Array(2_000_000).fill(65)], "big.txt")];
    const fields = await answerOf(id, { body: "" });
    const refused = await postFiles(id, fields, files);
    expect(refused.status).toBe(422);
    const html = await refused.text();
    const kept = keptIn(html);
    expect(kept).toHaveLength(2);
    expect(html).toContain("één.txt");
    const again = { ...fields, body: "Here.", ...Object.fromEntries(kept.map((name) => [name, "yes"])) };
    expect((await postFiles(id, again, files)).status).toBe(303);
    expect((await postFiles(id, again, [])).status).toBe(303);
    expect(await answersTo(email)).toHaveLength(1);
    const answer = (await messagesOf(id)).at(-1);
    const stored = await house.rows("select name from contact_files where message_id = ?", answer?.id);
    expect(stored).toHaveLength(2);
    // Its mail goes out whatever was written meanwhile.
    await manyMessages(house, reference, 250);
    const text = (await house.mailsTo(email)).at(-1)?.text;
    expect(text).toContain("2 files go with this answer.");
    expect(text).not.toContain("bericht");
  });

  it("says which file is not taken, and keeps the others", async () => {
    const { id } = await writeToUs(house);
    const files = [new File(["MZ"], "run.exe"), new File(["text"], "fine.txt")];
    const reply = await postFiles(id, await answerOf(id), files);
    expect(reply.status).toBe(422);
    const html = await reply.text();
    expect(html).toContain('<a href="#files">');
    expect(keptIn(html)).toHaveLength(1);
    expect(html).toMatch(/<textarea[^>]*>We look into it\.<\/textarea>/);
  });
});

describe("a file of a conversation", () => {
  it("is only ever downloaded, and only from its own conversation", async () => {
    const [{ id }, other] = [await writeToUs(house), await writeToUs(house)];
    await postFiles(id, await answerOf(id), [new File(["only text"], "it's (é).txt")]);
    const html = await page(id);
    const href = /href="([^"]+\/files\/[\w-]+)"/.exec(html)?.[1] ?? "";
    const reply = await getPage(house, href, support);
    expect(await reply.text()).toBe("only text");
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="it's (_).txt"; filename*=UTF-8''it%27s%20%28%C3%A9%29.txt`,
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
    });
    expect((await getPage(house, href.replace(id, other.id), support)).status).toBe(404);
    await house.rows("update conversations set status = 'archived' where id = ?", id);
    expect((await getPage(house, href, support)).status).toBe(404);
  });
});

describe("a draft", () => {
  it("is kept of each member by itself, shown again, and gone when its answer is sent", async () => {
    const { id } = await writeToUs(house);
    const fields = await answerOf(id, { body: "Half an answer" });
    expect((await post(id, "draft", fields)).headers.get("location")).toBe(`${PATH}/${id}?done=draft`);
    expect((await post(id, "draft", { ...fields, body: "Half an answer, more", quietly: "yes" })).status).toBe(204);
    const html = await page(id);
    expect(html).toContain("Your draft of");
    expect(html).toMatch(/<textarea[^>]*>Half an answer, more<\/textarea>/);
    expect(await page(id, colleague)).not.toContain("Half an answer");
    expect((await messagesOf(id)).length).toBe(1);
    await post(id, "answer", { ...fields, body: "Whole" });
    expect(await house.rows("select * from contact_drafts where conversation_id = ?", id)).toEqual([]);
    // The script's last one may come after the answer.
    expect((await post(id, "draft", { ...fields, quietly: "yes" })).status).toBe(204);
    expect(await house.rows("select * from contact_drafts where conversation_id = ?", id)).toEqual([]);
  });

  it("says that the conversation has gone on since, and goes when it is emptied", async () => {
    const { id } = await writeToUs(house);
    const fields = await answerOf(id, { body: "Half" });
    await post(id, "draft", fields);
    await post(id, "notes", { note: "I called them." }, colleague);
    expect(await page(id)).toContain("The conversation has gone on since");
    await post(id, "draft", { ...fields, body: " " });
    expect(await page(id)).not.toContain("Your draft of");
  });
});

describe("a ready answer", () => {
  it("is offered in the conversation's language with its fields filled in, and put in without a script", async () => {
    const name = `Greeting ${crypto.randomUUID()}`;
    const id = crypto.randomUUID();
    await house.rows(
      `insert into contact_answers values (?, ?, ?, 1, 0, 'command')`,
      ...[id, name, '{"nl":"Dag {name}","en":"Dear {name}, about {reference}. {agent}"}'],
    );
    const begun = await writeToUs(house);
    expect(await page(begun.id)).toContain(`data-text="Dear Ann Jansen, about ${begun.reference}. The support"`);
    const reply = await post(begun.id, "insert", { ...(await answerOf(begun.id)), ready: id });
    expect(await reply.text()).toMatch(/>We look into it\.\n\nDear Ann Jansen, about FP-[^<]+The support<\/textarea>/);
    expect((await messagesOf(begun.id)).length).toBe(1);
  });
});

describe("a note", () => {
  it("stands in the thread as not sent, holds an answer that was begun before it, and is in no mail", async () => {
    const { id, email } = await writeToUs(house);
    const begun = await answerOf(id);
    house.clock.now += 1_000;
    expect((await post(id, "notes", { note: "Not in any mail: call first." }, colleague)).status).toBe(303);
    const html = await page(id);
    expect(html).toMatch(/for colleagues only, not sent<\/strong>.*Not in any mail/s);
    const held = await post(id, "answer", begun);
    expect(held.status).toBe(409);
    expect((await held.text()).match(/Not in any mail/g)).toHaveLength(2);
    await post(id, "answer", await answerOf(id));
    for (const mail of await house.mailsTo(email)) expect(JSON.stringify(mail)).not.toContain("Not in any mail");
    expect((await post(id, "notes", { note: " " })).status).toBe(422);
  });
});

describe("presence", () => {
  const tell = async (id: string, by: SignedIn, fields: Record<string, string> = {}) =>
    (await post(id, "presence", fields, by)).json();

  it("says who else looks and who writes, for three quarters of a minute, and which version there is", async () => {
    const { id } = await writeToUs(house);
    expect(await tell(id, support)).toEqual({ version: 1, here: [], said: "" });
    expect(await tell(id, colleague, { writing: "yes" })).toEqual({
      version: 1,
      here: [{ name: "The support", isWriting: false }],
      said: "The support is looking, too.",
    });
    expect(await tell(id, support)).toMatchObject({ said: "The owner is writing an answer." });
    await post(id, "assign", { assignee: support.member, version: "1" });
    house.clock.now += 46_000;
    expect(await tell(id, support)).toEqual({ version: 2, here: [], said: "" });
  });
});

describe("care", () => {
  it("assigns, sorts, ties, closes and opens again, each by the version that was seen", async () => {
    const { id } = await writeToUs(house);
    const [topic, number] = [crypto.randomUUID(), crypto.randomUUID()];
    await addCustomer(number);
    await house.rows(
      `insert into contact_topics values (?, '{"nl":"Storing","en":"Outage"}', 1, 16, 12, 1, 0, 'command', null)`,
      topic,
    );
    const act = async (what: string, fields: Record<string, string>) => {
      const reply = await post(id, what, { ...fields, version: await versionOf(house, id) });
      expect(reply.status).toBe(303);
    };
    await act("assign", { assignee: colleague.member });
    await act("topic", { topic });
    await act("customer", { customer: ` ${number} ` });
    await act("close", { reason: "duplicate" });
    expect(await conversationRow(house, id)).toMatchObject({
      ...{ assignee: colleague.member, topic_id: topic, customer_number: number },
      ...{ status: "closed", close_reason: "duplicate" },
    });
    const html = await page(id);
    for (const said of ["The owner", "Outage", `href="/admin/customers/${number}"`, "double"])
      expect(html).toContain(said);
    await act("reopen", {});
    await act("assign", { assignee: "" });
    await act("topic", { topic: "" });
    await act("customer", { customer: "" });
    const row = await conversationRow(house, id);
    expect(row).toMatchObject({ assignee: null, topic_id: null, customer_number: null, status: "open" });
  });

  it("refuses a member who may not read it, a topic and a customer that are none, and says so by the field", async () => {
    const { id } = await writeToUs(house);
    const auditor = await signedIn(house, "auditor");
    const version = await versionOf(house, id);
    for (const [what, field, value] of [
      ["assign", "assignee", auditor.member],
      ["topic", "topic", "nothing"],
      ["customer", "customer", "nothing"],
    ] as const) {
      const reply = await post(id, what, { [field]: value, version });
      expect(reply.status).toBe(422);
      expect(await reply.text()).toContain(`id="${field}-error"`);
    }
  });

  it("does nothing when somebody else was first, and shows how it is now", async () => {
    const { id } = await writeToUs(house);
    await post(id, "assign", { assignee: colleague.member, version: "1" }, colleague);
    const late = await post(id, "close", { reason: "solved", version: "1" });
    expect(late.status).toBe(409);
    expect(await late.text()).toContain("Someone else has just changed this conversation.");
    expect(await conversationRow(house, id)).toMatchObject({ status: "new", assignee: colleague.member });
  });

  it("puts spam aside, blocks its sender when asked, and releases it again", async () => {
    const { id, email } = await writeToUs(house);
    const reply = await post(id, "spam", { block: "yes", version: "1" });
    expect(reply.headers.get("location")).toBe(`${PATH}?done=spam`);
    expect(await house.rows("select sender from contact_blocks where sender = ?", email)).toHaveLength(1);
    const html = await page(id);
    expect(html).toContain("it may be spam");
    expect(html).not.toContain("Send the answer");
    expect((await post(id, "reopen", { version: "2" })).status).toBe(409);
    await post(id, "release", {});
    expect(await conversationRow(house, id)).toMatchObject({ status: "new", quarantined_for: null });
  });

  it("erases all of it after a question", async () => {
    const { id, reference } = await writeToUs(house);
    await post(id, "draft", await answerOf(id));
    expect(await (await getPage(house, `${PATH}/${id}/erase`, support)).text()).toContain(
      `Erase conversation ${reference}?`,
    );
    const replies = [await post(id, "erase", {}), await post(id, "erase", {})];
    for (const reply of replies) expect(reply.headers.get("location")).toBe(`${PATH}?done=erased`);
    for (const table of ["messages", "contact_drafts"]) {
      expect(await house.rows(`select * from ${table} where conversation_id = ?`, id)).toEqual([]);
    }
    expect((await getPage(house, `${PATH}/${id}`, support)).status).toBe(404);
  });
});

describe("the first page", () => {
  it("leads to what is new and to what is late, those who handle it alone", async () => {
    await addRow(house, { due_at: house.clock.now - 1 });
    await writeToUs(house);
    const html = await (await getPage(house, "/admin", support)).text();
    expect(html).toContain(`<a href="${PATH}?queue=new">`);
    expect(html).toMatch(new RegExp(`<a href="${PATH}">Conversations over their target: \\d+\\.`));
    const marketing = await signedIn(house, "marketing");
    expect(await (await getPage(house, "/admin", marketing)).text()).not.toContain(`${PATH}?queue=new`);
  });
});
