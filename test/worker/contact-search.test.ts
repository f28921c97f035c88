import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { assign, close, erase, tie } from "../../worker/contact/care.ts";
import { addMessage } from "../../worker/contact/more.ts";
import { type ConversationQuery, searchConversations } from "../../worker/contact/search-store.ts";
import { findMatter } from "../../worker/contact/store.ts";
import { hasWords, matchOf, searchWords } from "../../worker/platform/search-words.ts";
import { addCustomer, createHouse, freshAddress, hourFrom } from "./house.ts";

const house = createHouse();
const ALL = ["quarantined", "new", "open", "waiting", "closed", "archived"] as const;

/** A word that no other test wrote. */
const aWord = () => `w${crypto.randomUUID().replaceAll("-", "")}`;

async function written(message: string, more: { email?: string; name?: string; subject?: string } = {}) {
  const email = more.email ?? freshAddress();
  const reply = await house.post("/v1/contact/messages", { email, message, ...more });
  expect(reply.status).toBe(201);
  const { reference } = (await reply.json()) as { reference: string };
  const [row] = await house.rows<{ id: string }>("select id from conversations where reference = ?", reference);
  house.clock.now += 1_000;
  return { id: row?.id ?? "", email, reference };
}

/** All pages of a search. */
async function search(text: string, more: Partial<ConversationQuery> = {}, limit = 50): Promise<string[]> {
  const ids: string[] = [];
  for (let after: number | null = null; ; ) {
    const page = await searchConversations(house.rt.db, { text, statuses: ALL, ...more }, after, limit);
    expect(page.found.length).toBeLessThanOrEqual(limit);
    ids.push(...page.found.map(({ id }) => id));
    if (page.next === null) return ids;
    after = page.next;
  }
}

/** What is found before cron has put it into the index, and after. */
async function twice<T>(look: () => Promise<T>): Promise<T> {
  const before = await look();
  await house.round();
  expect(await look()).toEqual(before);
  return before;
}

const matterOf = async (id: string) => {
  const matter = await findMatter(house.rt.db, id);
  if (!matter) throw new Error(`There is no conversation ${id}`);
  return matter;
};

beforeAll(() => house.round());

describe("the search of conversations", () => {
  it("finds all words in any order, whatever their case and accents, the last one also where it begins so", async () => {
    const word = aWord();
    const { id } = await written(`Één café in ${word}, géén servér`, { subject: "Factuurvraag" });
    await written(`Niets over ${word}`);
    await twice(async () => {
      expect(await search(`een CAFE ${word}`)).toEqual([id]);
      expect(await search(`${word} factuurvraag`)).toEqual([id]);
      expect(await search(`${word} factuur`)).toEqual([id]);
      expect(await search(`factuur ${word}`)).toEqual([]);
      expect(await search(`${word} server`)).toEqual([id]);
      expect(await search(word.slice(0, 12))).toHaveLength(2);
      expect(await search(word.slice(1))).toEqual([]);
    });
  });

  it("finds who wrote: by address, by part of it, by name, by reference and by customer number", async () => {
    const mark = aWord();
    const person = { email: `anna.${mark}@voorbeeld.example`, name: `Anna ${mark.slice(0, 9)}-Smit` };
    const { id, reference, email } = await written("Hallo", person);
    await twice(async () => {
      for (const text of [email, email.toUpperCase(), `anna.${mark}`, person.name, reference, reference.toLowerCase()])
        expect(await search(text), text).toEqual([id]);
      expect(await search(`anna.${mark}@ander.example`)).toEqual([]);
    });
  });

  it("gives each conversation once, the one with the newest message first, over all pages", async () => {
    const word = aWord();
    const first = await written(`${word} een`);
    const second = await written(`${word} twee`);
    const third = await written(`${word} drie`);
    for (const text of [`${word} nog een keer`, `${word} en nog een`, "iets anders"])
      await addMessage(house.rt, await matterOf(first.id), {
        channel: "page",
        body: text,
        keyHash: null,
        requestHash: null,
      });
    const expected = [first.id, third.id, second.id];
    await twice(async () => {
      for (const limit of [1, 2, 50]) expect(await search(word, {}, limit), `${limit} a page`).toEqual(expected);
    });
    // Some in the index, some not yet.
    const late = await written(`${word} vier`);
    for (const limit of [1, 2, 50]) expect(await search(word, {}, limit)).toEqual([late.id, ...expected]);
  });

  it("finds those in some states, of somebody, or of a topic only", async () => {
    const word = aWord();
    const [mine, closed] = [await written(`${word} a`), await written(`${word} b`)];
    await assign(house.rt, await matterOf(mine.id), "staff:x", "x", 1);
    await close(house.rt, await matterOf(closed.id), "staff:x", "solved", 1);
    await twice(async () => {
      expect(await search(word, { assignee: "x" })).toEqual([mine.id]);
      expect(await search(word, { assignee: null })).toEqual([closed.id]);
      expect(await search(word, { topicId: null })).toEqual([closed.id, mine.id]);
      expect(await search(word, { topicId: "none" })).toEqual([]);
      expect(await search(word, { statuses: ["closed"] })).toEqual([closed.id]);
      expect(await search(word, { statuses: ["new", "open"] })).toEqual([mine.id]);
      expect(await search(word, { statuses: ["archived"] })).toEqual([]);
    });
  });

  it("follows a conversation that is tied to a customer, and one whose person is corrected", async () => {
    const word = aWord();
    const { id } = await written(`${word} klant`, { name: "Oude Naam" });
    await house.round();
    const number = "10004217";
    await addCustomer(number);
    await tie(house.rt, await matterOf(id), "staff:x", number, 1);
    expect(await search(`${number} ${word}`)).toEqual([id]);
    const renamed = aWord();
    await house.rows("update conversations set name = ?, subject = ? where id = ?", renamed, "Nieuw onderwerp", id);
    expect(await search(`${renamed} onderwerp ${word}`)).toEqual([id]);
    expect(await search(`Oude ${word}`)).toEqual([]);
    await tie(house.rt, await matterOf(id), "staff:x", null, 2);
    expect(await search(`${number} ${word}`)).toEqual([]);
    // One that changes before it is in the index comes into it as it is then, and nothing before it is passed over.
    const [before, late] = [await written(`${word} voor`), await written(`${word} laat`)];
    await tie(house.rt, await matterOf(late.id), "staff:x", number, 1);
    await house.round();
    expect(await search(`${number} ${word}`)).toEqual([late.id]);
    expect(await search(`${word} voor`)).toEqual([before.id]);
  });

  it("forgets what is erased", async () => {
    const word = aWord();
    const { id } = await written(word);
    await house.round();
    // A word's beginning may be shared with the one before it, and is then not written twice.
    const inIndex = () =>
      house.rows(
        "select id from contact_search_data where instr(block, cast(? as blob)) > 0",
        word.slice(Math.floor(word.length / 2)),
      );
    expect(await inIndex()).not.toEqual([]);
    await erase(house.rt, id, "staff", "staff:x");
    expect(await search(word)).toEqual([]);
    expect(await house.rows("select rowid from contact_search where contact_search match ?", `"${word}"`)).toEqual([]);
    expect(await inIndex()).toEqual([]);
  });

  it("looks at some hundred messages where there is no index, and says until when; cron then has nothing to do", async () => {
    const word = aWord();
    const old = await written(`${word} oud`);
    const [{ seq } = { seq: 0 }] = await house.rows<{ seq: number }>("select max(seq) as seq from messages");
    await house.rows(
      `insert into messages (id, conversation_id, channel, body, created_at)
        select ? || key, (select conversation_id from messages where seq = ?), 'widget', 'vulling', ? + key from json_each(?)`,
      ...[word, seq, house.clock.now, JSON.stringify(Array(600).fill(0))],
    );
    const [table] = await house.rows<{ sql: string }>("select sql from sqlite_master where name = 'contact_search'");
    const triggers = await house.rows<{ name: string; sql: string }>(
      "select name, sql from sqlite_master where type = 'trigger' and name in ('messages_search_gone', 'conversations_search_moves', 'conversations_search_moved')",
    );
    for (const { name } of triggers) await house.rows(`drop trigger ${name}`);
    await house.rows("drop table contact_search");
    try {
      const query = { text: word, statuses: ALL };
      const page = await searchConversations(house.rt.db, query, null, 50);
      expect(page).toMatchObject({ found: [], next: expect.any(Number), lookedTo: expect.any(Number) });
      expect(await search(word)).toEqual([old.id]);
      house.clock.now = hourFrom(house.clock.now);
      await house.round();
      expect(await house.rows("select error from cron_tasks where name = 'contact.search'")).toEqual([{ error: null }]);
    } finally {
      await house.rows(table?.sql ?? "");
      for (const trigger of triggers) await house.rows(trigger.sql);
    }
    await house.round();
    expect(await search(word)).toEqual([old.id]);
  });
});

describe("what is typed", () => {
  const typed = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(..."\"'*^:()-+{}ANDORNEAR wordé\0\n"), maxLength: 40 }),
  );

  it("is never read as the language of FTS5", async () => {
    await fc.assert(
      fc.asyncProperty(typed, async (text) => {
        const match = matchOf(searchWords(text), true);
        if (match !== "")
          await house.rows("select rowid from contact_search where contact_search match ? limit 1", match);
      }),
      { numRuns: 100 },
    );
  });

  it("is found by the index where it is found one by one", async () => {
    const ascii = fc.string({ unit: fc.constantFrom(...'abcABCéèü 19.-@"*'), maxLength: 12 });
    await house.rows(
      "create virtual table temp_search using fts5(people, words, tokenize='unicode61 remove_diacritics 2')",
    );
    try {
      await fc.assert(
        fc.asyncProperty(ascii, ascii, ascii, async (people, text, asked) => {
          const words = searchWords(asked);
          if (words.length === 0) return;
          await house.rows("insert into temp_search (rowid, people, words) values (1, ?, ?)", people, text);
          const found = await house.rows(
            "select rowid from temp_search where temp_search match ?",
            matchOf(words, true),
          );
          await house.rows("delete from temp_search");
          expect(hasWords(words, [people, text])).toBe(found.length === 1);
        }),
        { numRuns: 100 },
      );
    } finally {
      await house.rows("drop table temp_search");
    }
  });
});
