import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { runScript } from "./database.ts";
import { someone } from "./visit.ts";

/** Rows of the server's database. */
function rows(sql: string, ...values: string[]): Record<string, unknown>[] {
  const folder = join(inject("state"), "v3/d1/miniflare-D1DatabaseObject");
  const file = readdirSync(folder).find((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite");
  const db = new DatabaseSync(join(folder, file ?? ""), { timeout: 5_000 });
  try {
    return db.prepare(sql).all(...values);
  } finally {
    db.close();
  }
}

/** Somebody who signed up. */
async function subscriber(): Promise<string> {
  const email = someone();
  const reply = await fetch(`${inject("origin")}/v1/newsletter/subscriptions`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email }),
  });
  expect(reply.status).toBe(202);
  return email;
}

const inIndex = (email: string) =>
  rows("select rowid from subscriber_search where subscriber_search match ?", `"${email}"`).length;
const triggers = () =>
  rows("select name from sqlite_master where type = 'trigger' and name like 'subscribers_search%'").length;

describe("npm run export", () => {
  test("writes all that is in the database but the search, which is there again afterwards", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fineprint-export-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const email = await subscriber();
    const file = join(folder, "all.sql");
    expect(await runScript("scripts/export.ts", "--output", file)).toContain(file);
    const text = readFileSync(file, "utf8");
    expect(text).toContain(email);
    expect(text).toContain("CREATE TRIGGER subscribers_take_all");
    expect(text).not.toContain("subscriber_search");
    expect([inIndex(email), triggers()]).toEqual([1, 2]);

    // What it wrote can be loaded, and the search made for it.
    const loaded = new DatabaseSync(":memory:");
    loaded.exec(text);
    expect(loaded.prepare("select count(*) as count from subscribers where email = ?").get(email)).toMatchObject({
      count: 1,
    });
  });

  test("makes the search again also when there is nowhere to write to", async () => {
    const email = await subscriber();
    await expect(runScript("scripts/export.ts", "--output", "/nowhere/at/all.sql")).rejects.toThrow();
    expect([inIndex(email), triggers()]).toEqual([1, 2]);
  });
});
