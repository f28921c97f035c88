import { ledgerEntry } from "../ledger/entry.ts";
import { base64url } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import {
  appendAllowed,
  appendSuppressed,
  deleteSuppression,
  findSuppressions,
  insertSuppression,
  type Suppression,
} from "./suppression-store.ts";

/** An address as the list of suppressions knows it: nobody can read it back. */
const hashOf = (rt: Runtime, email: string): Promise<string> => keyed(rt, "suppression", email);

/** Each time is an event of its own; the entry is found by the address's hash. */
const told = (rt: Runtime, actor: string, hash: string) => ({
  event: base64url(rt.random(12)),
  subject: `address:${hash}`,
  actor,
});

/**
 * Stops mail to an address that is made together with others (notices, and later newsletters). `by` is the ledger's actor.
 * Gives false, and changes nothing, when it was stopped before.
 */
export async function suppress(
  rt: Runtime,
  by: string,
  email: string,
  reason: Suppression["reason"],
): Promise<boolean> {
  const hash = await hashOf(rt, email);
  const entry = await ledgerEntry(rt, "mail.suppressed", { ...told(rt, by, hash), body: { email, reason } });
  const row = { hash, reason, at: rt.now() };
  const changes = await commit(rt, [appendSuppressed({ ...entry, hash }), insertSuppression(row)]);
  return changes.at(-1) === 1;
}

/** Allows mail to an address again. Gives false, and changes nothing, when it was not stopped. */
export async function allow(rt: Runtime, by: string, email: string): Promise<boolean> {
  const hash = await hashOf(rt, email);
  const entry = await ledgerEntry(rt, "mail.allowed", { ...told(rt, by, hash), body: { email } });
  const changes = await commit(rt, [appendAllowed({ ...entry, hash }), deleteSuppression({ hash })]);
  return changes.at(-1) === 1;
}

/** Which of these addresses get no mail that goes to many, and why. One statement, however many there are. */
export async function suppressionsOf(rt: Runtime, emails: readonly string[]): Promise<Map<string, Suppression>> {
  const hashes = await Promise.all(emails.map((email) => hashOf(rt, email)));
  const found = new Map((await findSuppressions(rt.db, hashes)).map((row) => [row.hash, row]));
  const pairs = emails.map((email, index) => [email, found.get(hashes[index] ?? "")] as const);
  return new Map(pairs.filter((pair): pair is readonly [string, Suppression] => pair[1] !== undefined));
}
