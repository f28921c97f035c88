/** A million subscribers in the worker's database, as a file that no worker has open. */
import { createHash, randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Where Miniflare keeps D1's databases, each a file of SQLite. */
const FOLDER = "v3/d1/miniflare-D1DatabaseObject";
const DAY = 86_400_000;
/** The cookie of a browser in which an owner is signed in. */
export const COOKIE = "a-cookie-of-the-bench";
/** Over how many days they came. */
const DAYS = 1_500;

/** The file of the database below a folder of state. */
export function databaseFile(state: string): string {
  const folder = join(state, FOLDER);
  const name = readdirSync(folder).find((file) => file.endsWith(".sqlite") && file !== "metadata.sqlite");
  return join(folder, name ?? "");
}

/** The triggers of tables, which slow seeding down, with the statements that make them again. */
export function triggersOf(db: DatabaseSync, ...tables: string[]): { name: string; sql: string }[] {
  const all = db.prepare("select name, sql, tbl_name from sqlite_master where type = 'trigger'").all();
  return (all as { name: string; sql: string; tbl_name: string }[]).filter(({ tbl_name }) => tables.includes(tbl_name));
}

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
/** One of a few values by a number from 0 up to (not) 100, each with its share of those. */
const shared = (of: string, shares: readonly (readonly [number, string])[]): string => {
  let upTo = 0;
  const cases = shares.map(([share, value]) => {
    upTo += share;
    return `when ${of} < ${upTo} then ${value}`;
  });
  return `case ${cases.join(" ")} end`;
};
const values = (of: string, shares: readonly (readonly [number, string])[]) =>
  shared(
    of,
    shares.map(([share, value]) => [share, text(value)] as const),
  );

const NAMES =
  "'Sam','Noor','Daan','Fleur','Milan','Lotte','Bram','Sanne','Thijs','Iris','Joris','Eva','Ruben','Femke','Koen','Maud'";
const SURNAMES =
  "'de Vries','Jansen','Bakker','Visser','Smit','Meijer','Mulder','Bos','Vos','Peters','Hendriks','Dekker','Brouwer','Dijkstra','Kok','Jacobs','Vermeulen','Schouten','Willems','Hoekstra'";

/**
 * Adds subscribers whose status, language, source, topics and labels vary, unevenly and not independent of each other: an old
 * import came in one block, and the rarest label stands on its oldest. Signups and consents come with them; who confirmed did so
 * yesterday, as if all came by one import, and of some it is doubted.
 */
export function seedSubscribers(state: string, count: number): void {
  const db = new DatabaseSync(databaseFile(state), { timeout: 5_000 });
  try {
    db.exec("pragma synchronous = off; pragma cache_size = -400000; pragma temp_store = memory");
    const triggers = triggersOf(db, "subscribers", "signups", "consents");
    for (const { name } of triggers) db.exec(`drop trigger ${name}`);
    const start = Date.now() - DAYS * DAY;
    db.exec(`begin;
      create temp table first_names as select key as i, value as name from json_each(json_array(${NAMES}));
      create temp table surnames as select key as i, value as name from json_each(json_array(${SURNAMES}));
      create temp table drawn as
        with recursive n (i) as (select 1 union all select i + 1 from n where i < ${count})
        select i, i * 1.0 / ${count} as place, abs(random()) % 100 as a, abs(random()) % 100 as b, abs(random()) % 100 as c,
          abs(random()) % 100 as d, abs(random()) % 100 as e, abs(random()) % 16 as first, abs(random()) % 20 as last,
          abs(random()) % 2000 as domain, abs(random()) % 100 as host from n;
      insert into subscribers (seq, id, email, name, status, lang, source, topics, labels, requested_at, confirmed_at, left_at)
      select drawn.i, printf('s%021d', drawn.i),
        lower(f.name) || '.' || replace(lower(l.name), ' ', '') || drawn.i || '@' || ${shared("host", [
          [30, "'gmail.com'"],
          [15, "'hotmail.com'"],
          [8, "'ziggo.nl'"],
          [47, "'bedrijf' || domain || '.nl'"],
        ])},
        case when a < 60 then f.name || ' ' || l.name end,
        case when place > 0.999 then 'pending' else ${values("a", [
          [4, "pending"],
          [74, "active"],
          [17, "left"],
          [4, "bounced"],
          [1, "complained"],
        ])} end,
        case when b < 72 then 'nl' else 'en' end,
        case when place between 0.1 and 0.13 then 'import-2015' else ${values("c", [
          [50, "site"],
          [18, "panel"],
          [12, "webshop"],
          [8, "beurs"],
          [6, "partner"],
          [4, "app"],
          [2, "winkel"],
        ])} end,
        ${values("d", [
          [38, '["news"]'],
          [21, '["news","offers"]'],
          [12, '["offers"]'],
          [9, '["news","maintenance"]'],
          [7, '["news","offers","maintenance"]'],
          [5, '["maintenance"]'],
          [3, '["events"]'],
          [2, '["news","events"]'],
          [1, '["offers","events"]'],
          [1, '["offers","maintenance"]'],
          [1, '["maintenance","events"]'],
        ])},
        case when place < 0.0005 then '["founder"]' when c = 99 then '["dealer","vip"]' else ${values("e", [
          [70, "[]"],
          [8, '["klant"]'],
          [7, '["proef"]'],
          [5, '["dealer"]'],
          [4, '["klant","vip"]'],
          [3, '["vip"]'],
          [1, '["pers"]'],
          [1, '["klant","proef"]'],
          [1, '["school"]'],
        ])} end,
        ${start} + cast(place * ${DAYS} * ${DAY} as integer), null, null
      from drawn join first_names f on f.i = first join surnames l on l.i = last order by drawn.i;
      update subscribers set confirmed_at = requested_at + 3600000 where status <> 'pending';
      update subscribers set left_at = requested_at + (${Date.now()} - requested_at) / 2 where status in ('left', 'bounced', 'complained');
      insert into signups (id, subscriber_id, method, lang, topics, surface, requested_at, confirmed_at, flags)
        select 'u' || substr(id, 2), id, 'form', lang, topics, 'site', requested_at,
          iif(confirmed_at is null, null, ${Date.now() - DAY}), case when confirmed_at is null then null when seq % 20000 = 0 then '["fast"]' else '[]' end
        from subscribers;
      insert into consents (signup_id, topic, subscriber_id, given_at, withdrawn_at, withdrawn_by)
        select 'u' || substr(s.id, 2), t.value, s.id, s.confirmed_at, s.left_at, iif(s.left_at is null, null, 'link')
        from subscribers s, json_each(s.topics) t where s.confirmed_at is not null;
      delete from subscriber_cohorts;
      insert into subscriber_cohorts (status, lang, source, topics, labels, members)
        select status, lang, source, topics, labels, count(*) from subscribers group by 1, 2, 3, 4, 5;
      delete from subscriber_days;
      insert into subscriber_days (day, source, event, count)
        select date(confirmed_at / 1000, 'unixepoch'), source, 'joined', count(*) from subscribers where confirmed_at is not null group by 1, 2;
      insert into subscriber_days (day, source, event, count)
        select date(left_at / 1000, 'unixepoch'), source, status, count(*) from subscribers where left_at is not null group by 1, 2, 3;
      insert into subscriber_search (subscriber_search) values ('rebuild');
      commit`);
    for (const { sql } of triggers) db.exec(sql);
    db.exec("pragma wal_checkpoint(truncate)");
  } finally {
    db.close();
  }
}

/**
 * Adds what a newsletter to all of them left that ended 91 days ago: recipients, one in twenty of whom failed, and mails, as if those
 * were due only 31 days ago.
 */
export function seedNewsletter(state: string): void {
  const db = new DatabaseSync(databaseFile(state), { timeout: 5_000 });
  try {
    db.exec("pragma synchronous = off; pragma cache_size = -400000");
    const triggers = triggersOf(db, "campaign_recipients", "outbox");
    for (const { name } of triggers) db.exec(`drop trigger ${name}`);
    const ended = Date.now() - 91 * DAY;
    const due = Date.now() - 31 * DAY;
    db.exec(`begin;
      insert into campaigns (id, state, name, texts, audience, is_public, version, created_at, created_by, changed_at, changed_by,
          started_at, started_by, finished_at, recipients)
        select 'old', 'sent', 'Old', '{}', '{"topics":["news"],"segment":null}', 0, 1, ${ended}, 'key:bench', ${ended}, 'key:bench',
          ${ended}, 'key:bench', ${ended}, count(*) from subscribers;
      insert into campaign_recipients (campaign_id, seq, state, mail_id, reason, sent_at)
        select 'old', seq, iif(seq % 20 = 0, 'failed', 'sent'), printf('m%021d', seq), iif(seq % 20 = 0, 'SMTP 550', null),
          iif(seq % 20 = 0, null, ${ended}) from subscribers;
      insert into campaign_tallies (campaign_id, what, count)
        select campaign_id, state, count(*) from campaign_recipients group by 1, 2;
      insert into outbox (id, template, recipient, lang, params, state, lane, attempts, due_at, created_at, sent_at, last_error)
        select printf('m%021d', seq), 'newsletter.campaign', email, lang,
          json_object('campaign', 'old', 'subscriber', id, 'unsubscribe', id, 'preferences', id),
          iif(seq % 20 = 0, 'dead', 'sent'), 'bulk', 1, ${due}, ${due}, ${due}, iif(seq % 20 = 0, 'SMTP 550', null) from subscribers;
      commit`);
    for (const { sql } of triggers) db.exec(sql);
    db.exec("pragma wal_checkpoint(truncate)");
  } finally {
    db.close();
  }
}

const LIST_SCOPES = ["newsletter:read", "newsletter:write", "newsletter:export"];

/** Adds an API key with scopes, of the list unless others are said, and an owner who is signed in; gives the key. */
export function seedKey(state: string, scopes: readonly string[] = LIST_SCOPES): string {
  const key = `fp_${randomUUID()}`;
  const db = new DatabaseSync(databaseFile(state), { timeout: 5_000 });
  try {
    db.prepare("insert into api_keys (id, name, hash, scopes, created_at) values (?, 'bench', ?, ?, 0)").run(
      randomUUID(),
      createHash("sha256").update(key).digest("hex"),
      JSON.stringify(scopes),
    );
    db.exec(`insert or ignore into staff_members (id, email, name, role, lang, version, changed_at, created_at, signed_in_at)
      values ('bench', 'bench@example.nl', 'Bench', 'owner', 'nl', 1, 1, 1, 1)`);
    db.prepare(
      `insert or replace into staff_sessions (id, hash, member_id, method, device, created_at, expires_at)
        values ('bench', ?, 'bench', 'passkey', 'bench', 1, ?)`,
    ).run(createHash("sha256").update(COOKIE).digest("hex"), Date.now() + DAY);
  } finally {
    db.close();
  }
  return key;
}
