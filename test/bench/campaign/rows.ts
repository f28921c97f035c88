/** The worker's database as a file, seeded while no worker runs and read while one does. */
import { createHash, randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { databaseFile } from "../subscribers/rows.ts";

function withDatabase<T>(state: string, act: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(databaseFile(state), { timeout: 5_000 });
  try {
    return act(db);
  } finally {
    db.close();
  }
}

/** The address of a subscriber. */
export const addressOf = (number: number): string => `lezer${number}@example.nl`;

/**
 * Adds so many subscribers to "news", the first `few` of them to "offers", too, and an API key that may do all with newsletters;
 * gives the key.
 */
export function seed(state: string, subscribers: number, few: number): string {
  const key = `fp_${randomUUID()}`;
  const hash = createHash("sha256").update(key).digest("hex");
  withDatabase(state, (db) => {
    db.prepare("insert into api_keys (id, name, hash, scopes, created_at) values ('bench', 'bench', ?, ?, 0)").run(
      hash,
      '["newsletter:read","newsletter:write","newsletter:send"]',
    );
    db.exec("begin");
    db.prepare(
      `with recursive n (i) as (select 1 union all select i + 1 from n where i < ?)
        insert into subscribers (id, email, name, status, lang, topics, source, requested_at)
        select printf('bench%017d', i), 'lezer' || i || '@example.nl', 'Sam', 'pending', iif(i % 3 = 0, 'en', 'nl'),
          iif(i <= ?, '["news","offers"]', '["news"]'), 'bench', 0 from n`,
    ).run(subscribers, few);
    db.exec(`insert into signups (id, subscriber_id, lang, topics, surface, requested_at)
      select 'g' || id, id, lang, topics, 'bench', 0 from subscribers where source = 'bench'`);
    db.exec("update subscribers set status = 'active', confirmed_at = 0 where source = 'bench'");
    db.exec("update signups set confirmed_at = 0 where surface = 'bench'");
    db.exec("commit");
  });
  return key;
}

/** How many recipients of a newsletter stand where, by state; and what the newsletter itself is. */
export const standing = (state: string, id: string): { state: string; tallies: Record<string, number> } =>
  withDatabase(state, (db) => {
    const rows = db.prepare(
      "select state as name, count(*) as count from campaign_recipients where campaign_id = ? group by state",
    );
    const tallies = (rows.all(id) as { name: string; count: number }[]).map(
      ({ name, count }) => [name, count] as const,
    );
    const campaign = db.prepare("select state from campaigns where id = ?").get(id) as { state: string };
    return { state: campaign.state, tallies: Object.fromEntries(tallies) };
  });
