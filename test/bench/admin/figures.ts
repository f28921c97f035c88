/** How long the admin's pages take with a long ledger and a full outbox (issue 3: under 100 ms with 100,000 entries). */
import { createHash } from "node:crypto";
import { median, percentile } from "../stats.ts";
import { printTable, round } from "../table.ts";
import { type Database, startHouse } from "../worker/house.ts";

const ENTRIES = 100_000;
const MAILS = 100_000;
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
      "/admin/staff",
      "/admin/keys",
      "/admin/account",
    ];
    console.log(`\nPages of the admin, ${ENTRIES} ledger entries, ${MAILS} mails, ${REQUESTS} requests each (ms)`);
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
    ].map((sql) => db.prepare(sql)),
  );
}
