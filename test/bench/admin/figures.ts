/**
 * How long the admin's pages take with a long ledger and a full outbox (issue 3), many customers, and many who were told
 * of a version (issue 4): under 100 ms of server time.
 */
import { createHash } from "node:crypto";
import { median, percentile } from "../stats.ts";
import { printTable, round } from "../table.ts";
import { type Database, startHouse } from "../worker/house.ts";

const ENTRIES = 100_000;
const MAILS = 100_000;
const CUSTOMERS = 200_000;
/** Customers who were told of the version, and imports. */
const TOLD = 100_000;
const IMPORTS = 500;
const VERSION = "2026-06-01";
const REQUESTS = 100;
const LIMIT = 100;
const COOKIE = "a-cookie-of-the-bench";

/** Prints the times of every kind of page, one request after another. */
export async function printAdminFigures(): Promise<void> {
  const house = await startHouse();
  try {
    await house.setConsumer("leave");
    await seed(house.db);
    const { results } = await house.db
      .prepare("select id, seq from ledger_entries where seq in (1, ?)")
      .bind(ENTRIES / 2)
      .all<{ id: string; seq: number }>();
    const [first, middle] = results;
    const pages = [
      "/admin",
      "/admin/ledger",
      "/admin/ledger?sort=at",
      `/admin/ledger?after=${middle?.seq}`,
      "/admin/ledger?kind=consent.given",
      `/admin/ledger?kind=consent.given&after=${middle?.seq}`,
      "/admin/ledger?subject=subscriber:77",
      "/admin/ledger?from=2026-01-10&until=2026-01-11",
      "/admin/ledger?kind=staff.removed&from=2026-01-10",
      `/admin/ledger/${first?.id}`,
      "/admin/outbox?state=sent",
      "/admin/outbox?state=dead",
      "/admin/outbox?state=sent&recipient=someone77@example.nl",
      "/admin/customers",
      `/admin/customers?after=${CUSTOMERS / 2}`,
      "/admin/customers?by=name&start=Klant+1234",
      `/admin/customers?by=name&start=Klant&after=${CUSTOMERS / 2}`,
      "/admin/customers?by=email&start=klant1234",
      "/admin/customers?by=number&start=C777",
      "/admin/customers?by=number&start=C77777",
      "/admin/customers?by=name&start=Nobody",
      "/admin/customers/C77777",
      "/admin/customers/imports",
      "/admin/customers/imports/i7",
      "/admin/policy",
      `/admin/policy/versions/${VERSION}`,
      ...["reached", "unreached", "failed", "acknowledged"].map(
        (filter) => `/admin/policy/versions/${VERSION}?filter=${filter}`,
      ),
      `/admin/policy/versions/${VERSION}?number=C77777`,
      "/admin/staff",
      "/admin/keys",
      "/admin/account",
    ];
    console.log(
      `\nPages of the admin, ${ENTRIES} ledger entries, ${MAILS} mails, ${CUSTOMERS} customers, ${TOLD} told, ${REQUESTS} requests each (ms)`,
    );
    const rows = [];
    for (const page of pages) {
      const times = await ask(`${house.urls.default}${page}`);
      const worst = percentile(times, 0.95);
      rows.push([page, round(median(times), 1), round(worst, 1), worst < LIMIT ? "ok" : "OVER"]);
    }
    printTable(["page", "median", "p95", `under ${LIMIT}`], rows);
  } finally {
    await house.stop();
  }
}

async function ask(url: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = -10; i < REQUESTS; i++) {
    const began = performance.now();
    const reply = await fetch(url, { headers: { Cookie: `__Host-fineprint=${COOKIE}` }, redirect: "manual" });
    const body = await reply.text();
    if (reply.status !== 200) throw new Error(`${url}: ${reply.status} ${body.slice(0, 200)}`);
    if (i >= 0) times.push(performance.now() - began);
  }
  return times;
}

async function seed(db: Database): Promise<void> {
  const hash = createHash("sha256").update(COOKIE).digest("hex");
  const counting = (most: number) =>
    `with recursive n (i) as (select 1 union all select i + 1 from n where i < ${most})`;
  const day = 86_400_000;
  const start = Date.parse("2026-01-01T00:00:00Z");
  const kinds =
    "case when i % 97 = 0 then 'notice.acknowledged' when i % 7 = 0 then 'staff.signed-in' else 'consent.given' end";
  await db.batch(
    [
      `insert into staff_members (id, email, name, role, lang, version, changed_at, created_at, signed_in_at)
        ${counting(40)} select 'm' || i, 'm' || i || '@example.nl', 'Member ' || i,
          case i when 1 then 'owner' else 'support' end, 'nl', 1, 1, 1, 1 from n`,
      `insert into staff_sessions (id, hash, member_id, method, device, created_at, expires_at)
        values ('s', '${hash}', 'm1', 'passkey', 'bench', 1, ${Date.now() + day})`,
      `insert into ledger_entries (id, kind, at, subject, body, salt, commitment)
        ${counting(ENTRIES)} select lower(hex(randomblob(21))), ${kinds}, ${start} + i * 60000, 'subscriber:' || (i % 5000),
          '{"email":"someone@example.nl","topics":["news"]}', hex(randomblob(16)), lower(hex(randomblob(32))) from n`,
      `insert into ledger_seals (number, at, first_seq, last_seq, root, previous, head, leaves)
        ${counting(390)} select i, ${start} + i * 60000, (i - 1) * 256 + 1, i * 256, hex(randomblob(32)), hex(randomblob(32)),
          hex(randomblob(32)), hex(randomblob(8192)) from n`,
      `insert into outbox (id, template, recipient, lang, params, state, attempts, due_at, created_at, sent_at, last_error)
        ${counting(MAILS)} select lower(hex(randomblob(11))), 'newsletter.welcome', 'someone' || (i % 2000) || '@example.nl',
          'nl', '{"token":"x"}', case when i % 50 = 0 then 'dead' else 'sent' end, 1, ${start} + i * 1000, ${start} + i * 1000,
          ${start} + i * 1000, case when i % 50 = 0 then 'SMTP 550' end from n`,
      `insert into customers (number, kind, name, email, lang, source, registered_at, changed_at, closed_at)
        ${counting(CUSTOMERS)} select 'C' || i, 'private', 'Klant ' || i, 'klant' || i || '@example.nl', 'nl', 'import',
          ${start} + i, ${start} + i, case when i % 50 = 0 then ${start} + i end from n`,
      `insert into customer_imports (id, state, file_name, size, plan, "offset", row, added, changed, unchanged, refused,
        created_at, created_by, started_at, finished_at)
        ${counting(IMPORTS)} select 'i' || i, 'done', 'klanten.csv', 1000, '{"headings":["naam"],"delimiter":";"}', 1000, 400, 300,
          0, 0, 100, ${start} + i, 'staff:m1', ${start} + i, ${start} + i from n`,
      `insert into customer_import_faults (import_id, row, cells, errors)
        ${counting(20_000)} select 'i' || (1 + i % 20), i, '["Klant"]', '[{"path":"email","code":"required"}]' from n`,
      ...["nl", "en"].map(
        (lang) => `insert into policy_texts (date, lang, title, summary, markdown, sha256)
          values ('${VERSION}', '${lang}', 'Privacy', 'It changes.', '# Privacy', '${hash}')`,
      ),
      `insert into policy_versions (date, effective, significance, notice_until, published_at)
        values ('${VERSION}', '2026-07-01', 'significant', '2026-09-01', ${start})`,
      `insert into notice_runs (date, state, cursor, taken, next_at, started_at)
        values ('${VERSION}', 'paused', ${TOLD}, ${TOLD}, ${start}, ${start})`,
      `insert into notice_mails (date, customer_number, mail_id, state, due_at, sent_at, failed_at, reason)
        ${counting(TOLD)} select '${VERSION}', 'C' || i, 'n' || i,
          case when i % 40 = 0 then 'failed' when i % 41 = 0 then 'due' when i % 97 = 0 then 'suppressed' else 'sent' end,
          ${start} + i, ${start} + i, case when i % 40 = 0 then ${start} + i end, case when i % 40 = 0 then 'SMTP 550' end from n`,
      `insert into notice_showings (customer_number, date, surface, at)
        ${counting(TOLD)} select 'C' || i, '${VERSION}', 'panel', ${start} + i from n where i % 3 = 0`,
      `insert into acknowledgements (customer_number, date, surface, at)
        ${counting(TOLD)} select 'C' || i, '${VERSION}', 'panel', ${start} + i from n where i % 6 = 0`,
    ].map((sql) => db.prepare(sql)),
  );
}
