import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { runScript, startScript } from "./database.ts";
import { someone, state } from "./visit.ts";

/** Rows of the server's database. */
function rows(sql: string, ...values: string[]): Record<string, unknown>[] {
  const folder = join(state, "v3/d1/miniflare-D1DatabaseObject");
  const file = readdirSync(folder).find((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite");
  const db = new DatabaseSync(join(folder, file ?? ""), { timeout: 5_000 });
  try {
    return db.prepare(sql).all(...values);
  } finally {
    db.close();
  }
}

/** Somebody who signed up and has not confirmed. */
function subscriber(): string {
  const email = someone();
  rows(
    `insert into subscribers (id, email, status, lang, topics, source, requested_at)
      values (?, ?, 'pending', 'nl', '["news"]', 'site', 0)`,
    ...[randomUUID(), email],
  );
  return email;
}

/** Somebody who wrote, and what they wrote: words that no other message has. */
function message(): string {
  const [conversation, word] = [randomUUID(), `w${randomUUID().replaceAll("-", "")}`];
  rows(
    `insert into conversations (id, reference, status, email, lang, channel, surface, request_hash, created_at, last_at)
      values (?, ?, 'new', ?, 'nl', 'widget', 'site', '', 0, 0)`,
    ...[conversation, `FP-${conversation}`, someone()],
  );
  rows(
    "insert into messages (id, conversation_id, channel, body, created_at) values (?, ?, 'widget', ?, 0)",
    ...[randomUUID(), conversation, `Over ${word} heb ik een vraag.`],
  );
  return word;
}

const inIndex = (email: string) =>
  rows("select rowid from subscriber_search where subscriber_search match ?", `"${email}"`).length;
const inContactIndex = (word: string) =>
  rows("select rowid from contact_search where contact_search match ?", `"${word}"`).length;
const triggers = () =>
  rows(
    `select name from sqlite_master
      where type = 'trigger' and (sql like '%into subscriber_search%' or sql like '%from contact_search%' or sql like '%into contact_search%')`,
  ).length;
/** What keeps both searches right: two triggers for the one, three for the other. */
const TRIGGERS = 5;

/** Each calls wrangler some times, which takes its time to start. */
const PATIENCE = 180_000;

describe("npm run export", { timeout: PATIENCE }, () => {
  test("writes all that is in the database but the searches, which are there again afterwards", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fineprint-export-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [email, word] = [subscriber(), message()];
    // D1 writes this row before the table that it refers to.
    rows(
      "insert into acknowledgements (customer_number, date, surface, at) select ?, min(date), 'panel', 0 from policy_versions",
      randomUUID(),
    );
    const file = join(folder, "all.sql");
    expect(await runScript("scripts/export.ts", "--output", file)).toContain(file);
    const text = readFileSync(file, "utf8");
    expect(text).toContain(email);
    expect(text).toContain(word);
    expect(text).toContain("CREATE TRIGGER subscribers_take_all");
    expect(text).not.toMatch(
      /VIRTUAL|subscriber_search_|contact_search_|subscribers_search|messages_search|conversations_search/,
    );
    expect([inIndex(email), inContactIndex(word), triggers()]).toEqual([1, 1, TRIGGERS]);

    // What it wrote can be loaded, and the search made for it.
    const loaded = new DatabaseSync(":memory:");
    loaded.exec(text);
    expect(loaded.prepare("select count(*) as count from subscribers where email = ?").get(email)).toMatchObject({
      count: 1,
    });
  });

  test.for(["SIGINT", "SIGTERM"] as const)("makes the searches again when it is stopped by %s", async (name) => {
    const [email, word] = [subscriber(), message()];
    const folder = mkdtempSync(join(tmpdir(), "fineprint-export-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { child, ended } = startScript("scripts/export.ts", "--output", join(folder, "all.sql"));
    await expect.poll(triggers, { timeout: 60_000, interval: 100 }).toBe(0);
    child.kill(name);
    expect(await ended).toBe(1);
    expect([inIndex(email), inContactIndex(word), triggers()]).toEqual([1, 1, TRIGGERS]);
  });

  test("makes the searches again also when there is nowhere to write to", async () => {
    const [email, word] = [subscriber(), message()];
    await expect(runScript("scripts/export.ts", "--output", "/nowhere/at/all.sql")).rejects.toThrow();
    expect([inIndex(email), inContactIndex(word), triggers()]).toEqual([1, 1, TRIGGERS]);
  });
});
