/** Rows for the addresses of /admin to name. */
import { freshAddress, type TestHouse } from "./house.ts";
import { addMember } from "./staff.ts";

/** By the part of the admin that shows it: the id of one row. */
export type AdminRows = Readonly<Record<string, string>>;

/** A failed mail, an API key, an entry in the ledger, a member of staff and a policy that is being written. */
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
  return { outbox: mail, keys: key, ledger: entry, staff: member, policy: draft };
}

/** The address of a route ("/admin/outbox/:id") that names one of the rows. */
export const pathTo = (pattern: string, rows: AdminRows): string =>
  pattern.replace("*", "nothing").replace(":id", rows[pattern.split("/")[2] ?? ""] ?? "");
