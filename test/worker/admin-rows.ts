/** Rows for the addresses of /admin to name. */
import { freshAddress, type TestHouse } from "./house.ts";
import { addMember } from "./staff.ts";

/** The date of a policy version that is earlier than those of other tests. */
const VERSION = "2001-01-01";

/** By the part of the admin that shows it: the id of one row. */
export type AdminRows = Readonly<Record<string, string>>;

/** A failed mail, an API key, an entry in the ledger, a member of staff, a customer with an import, a subscriber, and a policy that is being written. */
export async function addAdminRows(house: TestHouse): Promise<AdminRows> {
  const [mail, key, entry] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
  await house.rows(
    `insert into outbox (id, template, recipient, lang, params, state, attempts, due_at, created_at)
      values (?, 'contact.receipt', ?, 'en', '{"reference":"2026-ABCD"}', 'dead', 10, 0, 0)`,
    ...[mail, freshAddress()],
  );
  await house.rows(
    "insert into api_keys (id, name, hash, scopes, created_at) values (?, 'test', ?, '[]', 0)",
    ...[key, crypto.randomUUID()],
  );
  await house.rows(
    "insert into ledger_entries (id, kind, at, body, salt, commitment) values (?, 'ledger.check-asked', 0, '{}', 's', 'c')",
    entry,
  );
  const { member } = await addMember(house, "support");
  const draft = crypto.randomUUID();
  await house.rows(
    `insert into policy_drafts
        (id, state, date, effective, significance, texts, version, created_at, created_by, changed_at, changed_by)
      values (?, 'draft', '2027-01-01', '2027-03-01', 'minor', '{}', 1, 0, ?, 0, ?)`,
    ...[draft, `staff:${member}`, `staff:${member}`],
  );
  await addOldVersion(house);
  // A customer and an import by one name: both stand below /admin/customers.
  const customer = crypto.randomUUID();
  await house.rows(
    `insert into customers (number, kind, name, email, lang, source, registered_at, changed_at)
      values (?, 'private', 'Ann', ?, 'nl', 'test', 0, 0)`,
    ...[customer, freshAddress()],
  );
  await house.rows(
    `insert into customer_imports (id, state, file_name, size, "offset", row, added, changed, unchanged, refused, created_at, created_by)
      values (?, 'done', 'klanten.csv', 1, 1, 2, 0, 0, 0, 0, 0, 'command')`,
    customer,
  );
  return {
    subscribers: await addListRows(house),
    newsletters: await addNewsletter(house),
    contact: await addConversation(house),
    customers: customer,
    outbox: mail,
    keys: key,
    ledger: entry,
    staff: member,
    policy: draft,
  };
}

/** A subscriber, a segment, an internal topic, an action and an import by one name: all stand below /admin/subscribers. */
async function addListRows(house: TestHouse): Promise<string> {
  const id = crypto.randomUUID();
  await house.rows(
    `insert into subscribers (id, email, status, lang, topics, labels, source, requested_at)
      values (?, ?, 'pending', 'nl', '["news"]', '[]', 'site', 0)`,
    ...[id, freshAddress()],
  );
  await house.rows(
    `insert into segments (id, name, filter, created_at, created_by, changed_at) values (?, ?, '{}', 0, 'command', 0)`,
    ...[id, id],
  );
  await house.rows("insert into newsletter_labels (name, created_at, created_by) values (?, 0, 'command')", id);
  await house.rows(
    `insert into list_actions
        (id, kind, argument, filter, state, matched, changed, cursor, last_seq, created_at, created_by, finished_at)
      values (?, 'leave', null, '{}', 'done', 0, 0, 0, 0, 0, 'command', 0)`,
    id,
  );
  await house.rows(
    `insert into subscriber_imports (id, state, file_name, size, "offset", row, active, pending, unchanged, blocked, refused,
        created_at, created_by)
      values (?, 'done', 'lijst.csv', 1, 1, 2, 0, 0, 0, 0, 0, 0, 'command')`,
    id,
  );
  return id;
}

/** A newsletter that is being written. */
async function addNewsletter(house: TestHouse): Promise<string> {
  const id = crypto.randomUUID();
  await house.rows(
    `insert into campaigns
        (id, state, name, texts, audience, is_public, version, created_at, created_by, changed_at, changed_by, cursor, recipients)
      values (?, 'draft', 'News', '{}', '{"topics":["news"],"segment":null}', 0, 1, 0, 'command', 0, 'command', 0, 0)`,
    id,
  );
  return id;
}

/** A conversation with one message, and by the same name a topic, a ready answer and an unreadable mail. */
async function addConversation(house: TestHouse): Promise<string> {
  const id = crypto.randomUUID();
  await house.rows(
    `insert into conversations
        (id, reference, status, email, lang, channel, surface, request_hash, created_at, last_at, due_at)
      values (?, ?, 'open', ?, 'nl', 'widget', 'site', 'x', 1, 1, 1)`,
    ...[id, id, freshAddress()],
  );
  await house.rows(
    "insert into messages (id, conversation_id, channel, body, created_at) values (?, ?, 'widget', 'Hello', 0)",
    ...[crypto.randomUUID(), id],
  );
  await house.rows(
    `insert into contact_topics
        (id, names, first_hours, solved_hours, retention_months, version, changed_at, changed_by)
      values (?, ?, 8, 40, 24, 1, 0, 'command')`,
    ...[id, JSON.stringify({ nl: id, en: id })],
  );
  await house.rows(
    "insert into contact_answers (id, name, texts, version, changed_at, changed_by) values (?, ?, '{}', 1, 0, 'command')",
    ...[id, id],
  );
  await house.rows(
    `insert into contact_originals (id, state, envelope_from, envelope_to, size, reason, tries, received_at)
      values (?, 'unreadable', '', 'post@in.example.nl', 1, 'unreadable', 1, 0)`,
    id,
  );
  return id;
}

/** A version stays for good: it is there from the first rows on. */
async function addOldVersion(house: TestHouse): Promise<void> {
  if ((await house.rows("select 1 from policy_versions where date = ?", VERSION)).length > 0) return;
  for (const lang of ["nl", "en"]) {
    await house.rows(
      "insert into policy_texts (date, lang, title, summary, markdown, sha256) values (?, ?, 'Policy', 'New', 'Text', 'x')",
      ...[VERSION, lang],
    );
  }
  await house.rows(
    `insert into policy_versions (date, effective, significance, notice_until, published_at)
      values (?, ?, 'significant', ?, 0)`,
    ...[VERSION, VERSION, VERSION],
  );
}

/** The address of a route ("/admin/outbox/:id") that names one of the rows. */
export const pathTo = (pattern: string, rows: AdminRows): string =>
  pattern
    .replace("*", "nothing")
    .replace(":date", VERSION)
    .replace(":id", rows[pattern.split("/")[2] ?? ""] ?? "");
