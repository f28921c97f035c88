/**
 * The test server's own database, written to while it runs: rows that no button makes, and commands run beside it.
 * workerd does not wait for another's lock as we do for its own: a request that meets a row being written here fails with 500.
 * So no page that sends by itself, as one of a conversation does, is open while a test writes.
 */
import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { promisify } from "node:util";
import type { Role } from "../../worker/platform/access.ts";
import { origin, someone, state } from "./visit.ts";

const root = join(import.meta.dirname, "../..");
/** Where Miniflare keeps D1's databases, each a file of SQLite. */
const FOLDER = "v3/d1/miniflare-D1DatabaseObject";
const HOUR = 3_600_000;

/** Runs one of our scripts on the server's data, as a person beside it would, and gives what it prints. */
export async function runScript(script: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, FINEPRINT_STATE: state, PORT: new URL(origin).port };
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { cwd: root, env });
  return stdout.trim();
}

/** Starts one of our scripts on the server's data, to be stopped by a signal. `ended` gives its exit code. */
export function startScript(script: string, ...args: string[]) {
  const env = { ...process.env, FINEPRINT_STATE: state, PORT: new URL(origin).port };
  const child = spawn(process.execPath, [script, ...args], { cwd: root, env, stdio: "ignore" });
  return { child, ended: new Promise<number | null>((resolve) => child.on("close", resolve)) };
}

function withDatabase<T>(of: string, act: (db: DatabaseSync) => T): T {
  const folder = join(of, FOLDER);
  const file = readdirSync(folder).find((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite");
  const db = new DatabaseSync(join(folder, file ?? ""), { timeout: 5_000 });
  try {
    return act(db);
  } finally {
    db.close();
  }
}

/** Runs a statement; gives how many rows it changed. */
const change = (sql: string, ...values: SQLInputValue[]): number =>
  withDatabase(state, (db) => Number(db.prepare(sql).run(...values).changes));

/** The rows of a query in the database of a server whose data are in the folder `of`. */
export const rowsIn = (of: string, sql: string, ...values: SQLInputValue[]): unknown[] =>
  withDatabase(of, (db) =>
    db
      .prepare(sql)
      .all(...values)
      .map((row) => ({ ...row })),
  );

/** Makes a link as old as one that has run out. */
export function expire(link: string): void {
  const [id = ""] = (new URL(link).searchParams.get("token") ?? "").split(".");
  if (change("update tokens set expires_at = ? where id = ?", Date.now() - HOUR, id) !== 1)
    throw new Error(`There is no token ${id}`);
}

const anId = (): string => randomBytes(16).toString("base64url");

export interface Member {
  id: string;
  email: string;
  name: string;
}

/** Makes a member of staff whom no other test knows. */
export function addMember({ role, lang = "nl" }: { role: Role; lang?: "nl" | "en" }): Member {
  const member = { id: anId(), email: someone(), name: `Sam ${randomBytes(4).toString("hex")}` };
  const now = Date.now();
  change(
    `insert into staff_members (id, email, name, role, lang, version, changed_at, created_at, signed_in_at)
      values (?, ?, ?, ?, ?, 1, ?, ?, ?)`,
    ...[member.id, member.email, member.name, role, lang, now, now, now],
  );
  return member;
}

/** Makes a session of a member, opened by mail; gives its cookie. */
export function addSession({ id }: Member): string {
  const cookie = anId();
  const now = Date.now();
  change(
    `insert into staff_sessions (id, hash, member_id, method, device, created_at, expires_at)
      values (?, ?, ?, 'link', 'Firefox, Linux', ?, ?)`,
    ...[anId(), createHash("sha256").update(cookie).digest("hex"), id, now, now + HOUR],
  );
  return cookie;
}

/** Makes a customer of a number. */
export function addCustomer(number: string): void {
  const now = Date.now();
  change(
    `insert into customers (number, kind, name, email, lang, source, registered_at, changed_at)
      values (?, 'private', 'Sam de Vries', ?, 'nl', 'test', ?, ?)`,
    ...[number, someone(), now, now],
  );
}

interface SubscriberRow {
  email: string;
  status?: "pending" | "active" | "left" | "bounced" | "complained";
  source?: string;
  lang?: "nl" | "en";
  topics?: readonly string[];
  /** Why a person may not have confirmed it. */
  flags?: readonly ("fast" | "burst" | "scanner")[];
}

/** Puts somebody on the list, with a signup that was confirmed unless they are pending; gives their id. */
export function addSubscriber({
  email,
  status = "active",
  source = "site",
  lang = "nl",
  topics: chosen = ["news"],
  flags = [],
}: SubscriberRow): string {
  const [id, signup, now] = [anId(), anId(), Date.now()];
  const topics = JSON.stringify(chosen);
  change(
    `insert into subscribers (id, email, status, lang, topics, labels, source, requested_at)
      values (?, ?, 'pending', ?, ?, '[]', ?, ?)`,
    ...[id, email, lang, topics, source, now - HOUR],
  );
  change(
    `insert into signups (id, subscriber_id, method, lang, topics, surface, page_origin, policy_date, requested_at)
      values (?, ?, 'form', ?, ?, 'site', 'http://localhost', null, ?)`,
    ...[signup, id, lang, topics, now - HOUR],
  );
  if (status === "pending") return id;
  change("update subscribers set status = 'active', confirmed_at = ? where id = ?", now, id);
  change("update signups set confirmed_at = ?, flags = ? where id = ?", now, JSON.stringify(flags), signup);
  for (const topic of chosen) {
    change(
      "insert into consents (signup_id, topic, subscriber_id, given_at) values (?, ?, ?, ?)",
      signup,
      topic,
      id,
      now,
    );
  }
  if (status !== "active") change("update subscribers set status = ?, left_at = ? where id = ?", status, now, id);
  return id;
}

interface MailRow {
  recipient: string;
  state: "queued" | "sending" | "sent" | "dead";
  template?: string;
  error?: string;
}

/** Puts a mail in the outbox, in a state that it keeps for the time of the tests; gives its id. */
export function addMail({ recipient, state, template = "newsletter.confirm", error }: MailRow): string {
  const now = Date.now();
  const id = anId();
  const later = now + HOUR;
  change(
    `insert into outbox
      (id, template, recipient, lang, params, state, attempts, due_at, lease_until, created_at, sent_at, last_error)
      values (?, ?, ?, 'nl', '{"token":"x"}', ?, ?, ?, ?, ?, ?, ?)`,
    ...[id, template, recipient, state, state === "sent" ? 1 : 10, state === "queued" ? later : now],
    ...[state === "sending" ? later : null, now - HOUR, state === "sent" ? now : null, error ?? null],
  );
  return id;
}

/** Puts a newsletter that was sent among the others: how many got it, and how many did something. */
export function addSentNewsletter(name: string, tallies: Readonly<Record<string, number>>): void {
  const [id, now] = [anId(), Date.now()];
  change(
    `insert into campaigns (id, state, name, texts, audience, is_public, version, created_at, created_by, changed_at, changed_by, started_at, finished_at)
      values (?, 'sent', ?, '{}', '{"topics":[],"segment":null}', 0, 1, ?, 'staff:x', ?, 'staff:x', ?, ?)`,
    ...[id, name, now, now, now, now],
  );
  for (const [what, count] of Object.entries(tallies)) {
    change("insert into campaign_tallies (campaign_id, what, count) values (?, ?, ?)", id, what, count);
  }
}

interface ConversationRow {
  subject: string;
  /** What was written: by its person, or by a member of staff of that id. */
  messages: readonly { body: string; by?: string; quotedFrom?: number; marks?: object; file?: string }[];
  email?: string;
  name?: string;
  status?: "new" | "open" | "waiting" | "closed" | "quarantined" | "archived";
  /** Until when it should be answered: so many milliseconds from now. */
  dueIn?: number;
}

/** Makes a conversation as it was written an hour ago; gives its id. */
export function addConversation({
  subject,
  messages,
  email = someone(),
  name = "Ann Jansen",
  status = "new",
  dueIn = HOUR,
}: ConversationRow): string {
  const [id, now] = [anId(), Date.now()];
  const reference = `FP-${randomBytes(2).toString("hex").toUpperCase()}-${randomBytes(2).toString("hex").toUpperCase()}`;
  const due = status === "new" || status === "open" ? now + dueIn : null;
  change(
    `insert into conversations
        (id, reference, status, email, name, subject, lang, channel, surface, request_hash, created_at, last_at, due_at, quarantined_for)
      values (?, ?, ?, ?, ?, ?, 'nl', 'mail', '', 'x', ?, ?, ?, ?)`,
    ...[id, reference, status, email, name, subject, now - HOUR, now - HOUR, due],
    status === "quarantined" ? "hasty" : null,
  );
  for (const { body, by, quotedFrom, marks, file } of messages) {
    const message = anId();
    change(
      `insert into messages (id, conversation_id, channel, author, body, quoted_from, marks, created_at)
        values (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[message, id, by ? "desk" : "mail", by ? `staff:${by}` : null, body, quotedFrom ?? null],
      ...[marks ? JSON.stringify(marks) : null, now - HOUR],
    );
    if (file === undefined) continue;
    change(
      "insert into contact_files (id, message_id, name, type, size, sha256, created_at) values (?, ?, ?, 'text/plain', 120400, 'x', ?)",
      ...[anId(), message, file, now - HOUR],
    );
  }
  return id;
}

/** Makes a mail that nobody could read. */
export function addOriginal(reason: string): void {
  change(
    `insert into contact_originals (id, state, envelope_from, envelope_to, size, reason, tries, received_at)
      values (?, 'unreadable', ?, 'post@in.example.nl', 48200, ?, 1, ?)`,
    ...[anId(), someone(), reason, Date.now()],
  );
}

/** Counts in the figures of conversations, on a day so many days ago. */
export function addContactDay(daysAgo: number, event: string, count: number, hours = 0, late = 0): void {
  const day = new Date(Date.now() - daysAgo * 24 * HOUR).toISOString().slice(0, 10);
  change(
    `insert into contact_days (day, topic_id, event, count, ms, late) values (?, '', ?, ?, ?, ?)
      on conflict do update set count = count + excluded.count`,
    ...[day, event, count, hours * HOUR, late],
  );
}
