/** Half a million conversations in the worker's database, as a file that no worker has open. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { databaseFile, triggersOf } from "../subscribers/rows.ts";
import { dice, textOf } from "./texts.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The archive goes back so far; the oldest of it has lapsed. */
const DAYS = 740;
const KEPT = 730;
export const MEMBERS = 40;
export const TOPICS = 40;
export const CUSTOMERS = 100_000;
/** Who wrote far more than all others: a customer, and a program of theirs that mails. */
export const BUSY = { customer: 1, conversations: 1_000, address: "monitor@bedrijf1.example", mails: 5_000 };

/** How many there are of each state at hand, and how old the oldest of them is, in days. All others are archived. */
const AT_HAND = [
  { status: "closed", count: 20_000, days: 13.9 },
  { status: "waiting", count: 2_000, days: 29 },
  { status: "open", count: 800, days: 6 },
  { status: "new", count: 200, days: 2 },
] as const;

/** What is written in one message alone. */
export const RARE = "kwikstaartnest";

export const topicId = (at: number) => `topic-${String(at).padStart(4, "0")}`;
export const memberId = (at: number) => `member-${String(at).padStart(4, "0")}`;
export const conversationId = (at: number) => `c${String(at).padStart(21, "0")}`;
export const customerNumber = (at: number) => String(20_000_000 + at);
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export function referenceOf(at: number): string {
  let [text, left] = ["", (at * 2_654_435_761) % 2 ** 40];
  for (let i = 0; i < 8; i++, left = Math.floor(left / 32)) text += LETTERS[left % 32];
  return `FP-${text.slice(0, 4)}-${text.slice(4)}`;
}

const FIRST = ["Sam", "Noor", "Daan", "Fleur", "Milan", "Lotte", "Bram", "Sanne", "Thijs", "Iris", "Ruben", "Femke"];
const LAST = ["de Vries", "Jansen", "Bakker", "Visser", "Smit", "Meijer", "Mulder", "Bos", "Vos", "Peters", "Dekker"];

interface Person {
  email: string;
  name: string;
  customer: string | null;
}

/** Six in ten are of customers; the busy ones are spread over all days. */
function personOf(at: number, count: number, roll: (below: number) => number): Person {
  const step = Math.floor(count / BUSY.mails) || 1;
  const name = `${FIRST[roll(FIRST.length)]} ${LAST[roll(LAST.length)]}`;
  if (at % step === 3) return { email: BUSY.address, name: "Monitor", customer: null };
  const isBusy = at % (step * 5) === 7;
  if (isBusy || roll(10) < 6) {
    const customer = isBusy ? BUSY.customer : 1 + roll(CUSTOMERS);
    return { email: `info@bedrijf${customer}.example`, name, customer: customerNumber(customer) };
  }
  return { email: `${name.toLowerCase().replaceAll(" ", ".")}${roll(150_000)}@gmail.example`, name, customer: null };
}

/** Adds topics, members, customers and conversations with what hangs on them. `now` is when the youngest came. */
export function seedInbox(state: string, count: number, now = Date.now()): void {
  const db = new DatabaseSync(databaseFile(state), { timeout: 5_000 });
  try {
    db.exec(
      "pragma synchronous = off; pragma cache_size = -400000; pragma temp_store = memory; pragma foreign_keys = off",
    );
    const triggers = triggersOf(
      db,
      "conversations",
      "messages",
      "customers",
      "outbox",
      "ledger_entries",
      "contact_topics",
    );
    for (const { name } of triggers) db.exec(`drop trigger ${name}`);
    db.exec("begin");
    seedHouse(db, now);
    seedConversations(db, count, now);
    db.exec(`insert into contact_search (rowid, people, words)
      select m.seq, c.email || ' ' || coalesce(c.name, '') || ' ' || coalesce(c.customer_number, '') || ' ' || c.reference,
        coalesce(c.subject, '') || ' ' || m.body from messages m cross join conversations c on c.id = m.conversation_id order by m.seq`);
    // A seal that no verification would take: sealing is not what is measured here.
    db.exec(`insert into ledger_seals (number, at, first_seq, last_seq, root, previous, head, leaves)
      select coalesce((select max(number) from ledger_seals), 0) + 1, ${now}, 1, max(seq), '', '', '', '' from ledger_entries`);
    db.exec("commit");
    for (const { sql } of triggers) db.exec(sql);
    db.exec("pragma wal_checkpoint(truncate)");
  } finally {
    db.close();
  }
}

function seedHouse(db: DatabaseSync, now: number): void {
  const numbers = (below: number) =>
    `with recursive n (i) as (select 1 union all select i + 1 from n where i < ${below})`;
  db.exec(`
    ${numbers(TOPICS)} insert into contact_topics (id, names, first_hours, solved_hours, retention_months, version, changed_at, changed_by)
      select printf('topic-%04d', i), json_object('nl', 'Onderwerp ' || i, 'en', 'Topic ' || i), 8, 40, 24, 1, 0, 'staff:bench' from n;
    ${numbers(MEMBERS)} insert into staff_members (id, email, name, role, lang, version, changed_at, created_at, signed_in_at)
      select printf('member-%04d', i), 'member' || i || '@example.nl', 'Member ' || i, 'support', 'nl', 1, 1, 1, 1 from n;
    ${numbers(CUSTOMERS)} insert into customers (number, kind, name, email, lang, source, registered_at, changed_at)
      select ${20_000_000} + i, 'person', 'Bedrijf ' || i, 'info@bedrijf' || i || '.example', 'nl', 'import', 0, 0 from n;
    ${numbers(DAYS)} insert into contact_days (day, topic_id, event, count, ms, late)
      select date(${now} / 1000 - i * 86400, 'unixepoch'), t.id, e.value, 17, 17 * 3600000, 2
      from n, (select id from contact_topics union all select '') t, json_each('["received","answered","sent","closed"]') e`);
}

/** When each conversation began, the oldest first, and what it is now. */
function* beginnings(count: number, now: number) {
  const atHand = AT_HAND.flatMap(({ status, count: many, days }) =>
    Array.from({ length: Math.ceil((many * count) / 500_000) }, (_, at, of = Math.ceil((many * count) / 500_000)) => ({
      status: status as string,
      at: now - HOUR - ((of - at) / of) * days * DAY,
    })),
  );
  const archived = count - atHand.length;
  const all = Array.from({ length: archived }, (_, at) => ({
    status: "archived",
    at: now - DAYS * DAY + (at / archived) * (DAYS - 15) * DAY,
  }));
  yield* [...all, ...atHand].map(({ status, at }) => ({ status, at: Math.floor(at) })).sort((a, b) => a.at - b.at);
}

interface Said {
  at: number;
  conversation: number;
  lang: "nl" | "en";
  author: string | null;
}

function seedConversations(db: DatabaseSync, count: number, now: number): void {
  const roll = dice(6);
  const insert = inserting(db);
  const said: Said[] = [];
  let seq = 0;
  for (const { status, at } of beginnings(count, now)) {
    seq++;
    const lang = roll(10) < 7 ? "nl" : "en";
    const { email, name, customer } = personOf(seq, count, roll);
    const isNew = status === "new";
    // What waits for them or is over was answered; of what is open they wrote last.
    const authors = isNew
      ? [null]
      : status === "open"
        ? [null, ...(roll(2) ? ["us", null] : [])]
        : [null, "us", ...(roll(9) ? [] : [null, "us"])];
    const member = isNew && roll(2) ? null : memberId(1 + roll(MEMBERS));
    const times = authors.map((_, index) => Math.min(at + index * (1 + roll(20)) * 600_000, now - 60_000));
    const last = times.at(-1) ?? at;
    const closedAt = status === "closed" || status === "archived" ? last + HOUR : null;
    authors.forEach((author, index) => {
      said.push({ at: times[index] ?? at, conversation: seq, lang, author: author && `staff:${member}` });
    });
    insert.conversation.run(
      ...[seq, conversationId(seq), referenceOf(seq), status, email, roll(3) ? name : null],
      ...[
        roll(4) ? textOf(lang, 4, roll).trim() : null,
        customer,
        lang,
        customer ? "panel" : roll(2) ? "mail" : "widget",
      ],
      ...["site", "", roll(10) < 8 ? topicId(1 + roll(TOPICS)) : null, member, authors.length, at, at, last],
      ...[isNew || status === "open" ? at + (2 + roll(60)) * HOUR : null, status === "waiting" ? last : null],
      ...[isNew ? null : HOUR, closedAt && 2 * HOUR, closedAt, closedAt && "solved"],
      ...[status === "archived" ? last + 14 * DAY : null, closedAt && closedAt + KEPT * DAY],
    );
    if (closedAt)
      insert.entry.run(`l${seq}`, closedAt, `conversation:${conversationId(seq)}`, `staff:${member}`, `h${seq}`);
    if (at > now - 90 * DAY) {
      const params = JSON.stringify({ conversation: conversationId(seq), reference: referenceOf(seq) });
      insert.mail.run(`o${seq}`, email, lang, params, at, at, at);
    }
    if (seq % 10 === 0)
      insert.note.run(`n${seq}`, conversationId(seq), `staff:${member}`, textOf(lang, 12, roll), last);
  }
  said.sort((a, b) => a.at - b.at);
  said.forEach(({ at, conversation, lang, author }, index) => {
    const body = textOf(lang, 15 + roll(60), roll) + (index === Math.floor(said.length / 2) ? RARE : "");
    const id = `m${String(index + 1).padStart(21, "0")}`;
    insert.message.run(index + 1, id, conversationId(conversation), author ? "desk" : "widget", author, body, at);
    if (index % 20 === 0) insert.file.run(`f${index}`, id, at);
  });
}

function inserting(
  db: DatabaseSync,
): Record<"conversation" | "message" | "entry" | "mail" | "note" | "file", StatementSync> {
  const marks = (count: number) => Array(count).fill("?").join(", ");
  return {
    conversation:
      db.prepare(`insert into conversations (seq, id, reference, status, email, name, subject, customer_number, lang, channel,
      surface, request_hash, topic_id, assignee, version, created_at, confirmed_at, last_at, due_at, waiting_since, first_response_ms,
      resolved_ms, closed_at, close_reason, archived_at, delete_at) values (${marks(26)})`),
    message: db.prepare(
      `insert into messages (seq, id, conversation_id, channel, author, body, created_at) values (${marks(7)})`,
    ),
    entry: db.prepare(`insert into ledger_entries (id, kind, at, subject, actor, body, salt, commitment)
      values (?, 'conversation.closed', ?, ?, ?, '{"reason":"solved"}', 'salt', ?)`),
    mail: db.prepare(`insert into outbox (id, template, recipient, lang, params, state, attempts, due_at, created_at, sent_at)
      values (?, 'contact.receipt', ?, ?, ?, 'sent', 1, ?, ?, ?)`),
    note: db.prepare(`insert into contact_notes (id, conversation_id, author, body, created_at) values (${marks(5)})`),
    file: db.prepare(`insert into contact_files (id, message_id, name, type, size, sha256, created_at)
      values (?, ?, 'schermafdruk.png', 'image/png', 40000, '', ?)`),
  };
}
