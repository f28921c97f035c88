import { beforeAll, describe, expect, it } from "vitest";
import { conversationExport } from "../../worker/contact/export-shapes.ts";
import { keepFile } from "../../worker/platform/files.ts";
import { manyMessages } from "./contact-people.ts";
import { addRow, conversationRow } from "./conversations.ts";
import { createHouse, DAY, freshAddress, START } from "./house.ts";
import { entriesBy, everything, getPage, postForm, type SignedIn, signedIn } from "./staff.ts";

const house = createHouse();
const PATH = "/admin/contact/archive";
let support: SignedIn;
let privacy: SignedIn;

beforeAll(async () => {
  support = await signedIn(house, "support");
  privacy = await signedIn(house, "privacy");
});

/** An archived conversation with two messages, a note and a file. */
async function archived(more: Record<string, string | number | null> = {}) {
  const reference = `FP-${crypto.randomUUID().slice(0, 4)}-${crypto.randomUUID().slice(0, 4)}`.toUpperCase();
  const row = {
    ...{ reference, email: freshAddress(), name: "Ann Canary", subject: "Canary subject", status: "archived" },
    ...{ closed_at: START - 20 * DAY, close_reason: "solved", archived_at: START - DAY, delete_at: START + 700 * DAY },
    ...{ due_at: null, ...more },
  };
  const id = await addRow(house, row);
  const [theirs, file] = [crypto.randomUUID(), crypto.randomUUID().replaceAll("-", "").slice(0, 22)];
  const add = (message: string, author: string | null, body: string, at: number) =>
    house.rows(
      `insert into messages (id, conversation_id, channel, author, body, quoted_from, created_at)
        values (?, ?, 'mail', ?, ?, ?, ?)`,
      ...[message, id, author, body, author === null ? null : body.indexOf(">"), at],
    );
  await add(theirs, null, "<b>Canary words</b> of theirs", START - 30 * DAY);
  await add(crypto.randomUUID(), `staff:${support.member}`, "Our answer\n\n> Canary quoted", START - 29 * DAY);
  await house.rows(
    "insert into contact_notes (id, conversation_id, author, body, created_at) values (?, ?, ?, 'A note', ?)",
    ...[crypto.randomUUID(), id, `staff:${support.member}`, START],
  );
  await house.rows(
    `insert into contact_files (id, message_id, name, type, size, sha256, created_at)
      values (?, ?, 'photo.png', 'image/png', 3, 'x', ?)`,
    ...[file, theirs, START],
  );
  await keepFile(house.rt, "files", file, new Uint8Array([1, 2, 3]));
  return { id, reference, email: row.email, file };
}

const search = async (by: string, text: string, who = privacy) => {
  const reply = await postForm(house, PATH, { by, text }, who);
  expect(reply.status).toBe(200);
  return reply.text();
};
const kindsOf = async (who: SignedIn, id: string) =>
  (await entriesBy(house, who.member)).filter(({ conversation }) => conversation === id).map(({ kind }) => kind);

describe("the search of the archive", () => {
  it("finds by address, customer number, reference and words, and shows no more than the subject", async () => {
    await house.rows(
      `insert into customers (number, kind, name, email, lang, source, registered_at, changed_at)
        values ('K-77', 'private', 'Ann', 'k77@example.nl', 'nl', 'test', 0, 0)`,
    );
    const word = `w${crypto.randomUUID().replaceAll("-", "")}`;
    const { id, reference, email } = await archived({ customer_number: "K-77", subject: `About ${word}` });
    const open = await addRow(house, { email, subject: `About ${word}` });
    for (const [by, text] of [
      ["email", ` ${email.toUpperCase()} `],
      ["customerNumber", "K-77"],
      ["reference", reference.toLowerCase()],
      ["words", word],
    ] as const) {
      const page = await search(by, text);
      expect(page, by).toContain(`${PATH}/${id}`);
      expect(page, by).toContain(word);
      expect(page, by).not.toContain(`${PATH}/${open}`);
      expect(page, by).not.toContain("Canary words");
      expect(page.replace(/<input[^>]*>/g, ""), by).not.toContain(email);
    }
    expect(await search("email", freshAddress())).toContain("No conversation found in the archive.");
  });

  it("is in the ledger, without what was searched for", async () => {
    const { email } = await archived();
    const by = await signedIn(house, "privacy");
    await search("email", email, by);
    await search("email", email, by);
    await search("reference", "FP-0000-0000", by);
    const told = await entriesBy(house, by.member);
    expect(told.map(({ kind, found }) => [kind, found])).toEqual([
      ...[["conversations.archive-searched", 1] as const, ["conversations.archive-searched", 1] as const],
      ["conversations.archive-searched", 0],
    ]);
    expect(told[0]?.["search"]).toMatch(/^[\w-]{43}$/);
    expect(told[0]?.["search"]).toBe(told[1]?.["search"]);
    expect(JSON.stringify(told)).not.toContain(email);
  });

  it("goes on where a page ends", async () => {
    const email = freshAddress();
    for (let i = 0; i < 51; i++) await addRow(house, { email, status: "archived", due_at: null });
    const links = (page: string) =>
      [...page.matchAll(/href="(\/admin\/contact\/archive\/[^"]+)"/g)].map(([, to]) => to);
    const first = await search("email", email);
    const after = /name="after" value="(\d+)"/.exec(first)?.[1] ?? "";
    const second = await (await postForm(house, PATH, { by: "email", text: email, after }, privacy)).text();
    expect([links(first).length, links(second).length]).toEqual([50, 1]);
    expect(links(first)).not.toContain(links(second)[0]);
  });

  it("says what is no address, and needs something to search for", async () => {
    for (const [by, text] of [
      ["email", "nobody"],
      ["words", " "],
      ["everything", "x"],
    ] as const) {
      expect((await postForm(house, PATH, { by, text }, privacy)).status).toBe(422);
    }
  });
});

describe("a conversation in the archive", () => {
  it("shows its facts without a word; its words after a press that is in the ledger", async () => {
    const { id, reference, email } = await archived();
    const facts = await (await getPage(house, `${PATH}/${id}`, privacy)).text();
    expect(facts).toContain(reference);
    for (const secret of ["Canary", email, "A note", "Our answer"]) expect(facts).not.toContain(secret);
    expect(await kindsOf(privacy, id)).toEqual([]);
    const reply = await postForm(house, `${PATH}/${id}/read`, {}, privacy);
    const page = await reply.text();
    expect(page).toContain("&lt;b&gt;Canary words&lt;/b&gt;");
    expect(page).toMatch(/<details>.*Canary quoted/s);
    expect(page).toContain("A note");
    expect(page).not.toContain(`${PATH}/${id}/reopen`);
    expect(await kindsOf(privacy, id)).toEqual(["conversation.archive-read"]);
  });

  it("that is longer than a page says where the rest is, and the export has it", async () => {
    const { id, reference } = await archived();
    await manyMessages(house, reference, 250);
    const read = await (await postForm(house, `${PATH}/${id}/read`, {}, privacy)).text();
    expect(read).toContain("These are the newest 200 messages. The older ones are in the export.");
    expect(read).not.toContain("Canary words");
    const exported = await (await postForm(house, `/admin/contact/${id}/export`, {}, privacy)).text();
    expect(conversationExport.parse(JSON.parse(exported)).messages).toHaveLength(252);
  });

  it("is read there alone, and is no conversation of the inbox; nor is one of the inbox here", async () => {
    const { id } = await archived();
    expect(await (await getPage(house, `/admin/contact/${id}`, support)).text()).not.toContain("Canary words");
    const open = await addRow(house);
    for (const what of ["read", "reopen"]) {
      expect((await postForm(house, `${PATH}/${open}/${what}`, {}, support)).status).toBe(404);
    }
    expect((await getPage(house, `${PATH}/${open}`, support)).status).toBe(404);
  });

  it("gives its files to who read it that day, and to nobody else", async () => {
    const { id, file } = await archived();
    const page = await (await postForm(house, `${PATH}/${id}/read`, {}, privacy)).text();
    const path = /href="([^"]+\/files\/[^"]+)"/.exec(page)?.[1] ?? "";
    expect(path).toContain(file);
    const reply = await getPage(house, path, privacy);
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-disposition")).toContain("attachment");
    expect(new Uint8Array(await reply.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
    expect((await getPage(house, path, support)).status).toBe(404);
    expect((await getPage(house, path.replace(id, (await archived()).id), privacy)).status).toBe(404);
    const later = createHouse();
    later.clock.now = house.clock.now + DAY;
    await house.rows("update staff_sessions set expires_at = expires_at + ? where id = ?", DAY, privacy.session);
    expect((await getPage(later, path, privacy)).status).toBe(404);
  });

  it("is taken up again by who may answer, once", async () => {
    const { id } = await archived();
    const reply = await postForm(house, `${PATH}/${id}/reopen`, {}, support);
    expect(reply.headers.get("location")).toBe(`/admin/contact/${id}`);
    expect(await conversationRow(house, id)).toMatchObject({
      ...{ status: "open", archived_at: null, delete_at: null, closed_at: null, due_at: expect.any(Number) },
    });
    expect((await postForm(house, `${PATH}/${id}/reopen`, {}, support)).status).toBe(404);
    expect(await kindsOf(support, id)).toEqual(["conversation.reopened"]);
    expect((await postForm(house, `${PATH}/${(await archived()).id}/reopen`, {}, privacy)).status).toBe(403);
  });
});

describe("an export of a conversation", () => {
  it("is JSON of a known shape that names nobody of ours, without notes unless they are asked for; it is in the ledger", async () => {
    const { id, reference, email } = await archived();
    const path = `/admin/contact/${id}/export`;
    const reply = await postForm(house, path, {}, support);
    expect(reply.headers.get("content-disposition")).toBe(`attachment; filename="${reference}.json"`);
    const text = await reply.text();
    expect(text).not.toContain(support.member);
    const exported = conversationExport.parse(JSON.parse(text));
    expect(exported).toMatchObject({ reference, email, status: "archived", closeReason: "solved", topic: null });
    expect(exported.messages.map(({ author, body }) => [author, body])).toEqual([
      ["them", "<b>Canary words</b> of theirs"],
      ["us", "Our answer\n\n> Canary quoted"],
    ]);
    expect(exported.messages[0]?.files).toMatchObject([{ name: "photo.png", size: 3, refused: null }]);
    expect("notes" in exported).toBe(false);
    const whole = conversationExport.parse(await (await postForm(house, path, { notes: "on" }, support)).json());
    expect(whole.notes).toEqual([{ createdAt: new Date(START).toISOString(), body: "A note" }]);
    expect(JSON.stringify(whole)).not.toContain(support.member);
    expect(await kindsOf(support, id)).toEqual(["conversation.exported", "conversation.exported"]);
  });

  it("is a page to print, whole, as text", async () => {
    const { id, reference } = await archived();
    const page = await (await postForm(house, `/admin/contact/${id}/print`, {}, privacy)).text();
    expect(page).toContain(reference);
    expect(page).toContain("&lt;b&gt;Canary words&lt;/b&gt;");
    expect(page).not.toContain("<details>");
    expect(page).toContain("Canary quoted");
    expect(page).not.toContain("A note");
    expect(await kindsOf(privacy, id)).toEqual(["conversation.exported"]);
  });

  it("of the archive is for who may read that, and of the inbox for who may read that", async () => {
    const open = await addRow(house);
    const [marketing, owner] = [await signedIn(house, "marketing"), await signedIn(house, "owner")];
    const status = async (id: string, who: SignedIn) =>
      (await postForm(house, `/admin/contact/${id}/export`, {}, who)).status;
    expect(await status(open, support)).toBe(200);
    expect(await status(open, privacy)).toBe(403);
    expect(await status((await archived()).id, owner)).toBe(200);
    expect(await status((await archived()).id, privacy)).toBe(200);
    expect(await status(open, marketing)).toBe(403);
    expect(await status("nothing", support)).toBe(404);
    expect(await status(await addRow(house, { status: "unconfirmed" }), support)).toBe(404);
  });
});

it("Invariant 2: no GET of the archive changes anything", async () => {
  const { id } = await archived();
  const before = await everything(house);
  for (const path of [PATH, `${PATH}/${id}`]) expect((await getPage(house, path, privacy)).status, path).toBe(200);
  expect(await everything(house)).toBe(before);
});
