import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntry, ENTERED } from "../ledger/store.ts";
import { base64url, sha256 } from "../platform/bytes.ts";
import { commit, conflictOn } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { findApiKeyById, insertApiKey, revokeApiKey } from "../platform/store.ts";
import type { NewKey } from "./shapes.ts";
import { appendKeyRevoked, type Member } from "./store.ts";

/**
 * Makes an API key and gives its text, which is shown once: only its hash is kept. `form` names the form it was asked for
 * with: a second time, by a reload, is refused with idempotency_key_reused.
 */
export async function makeApiKey(rt: Runtime, by: Member, { name, scopes }: NewKey, form: string): Promise<string> {
  const id = base64url(rt.random(12));
  const text = `fp_${base64url(rt.random(32))}`;
  const entry = await ledgerEntry(rt, "key.made", {
    event: `${by.id}:${form}`,
    subject: null,
    actor: `staff:${by.id}`,
    body: { key: id, name, scopes },
  });
  const row = { id, name, hash: await sha256(text), scopes, createdAt: rt.now(), createdBy: by.id };
  try {
    await commit(rt, [insertApiKey(row), appendEntry(entry)]);
  } catch (error) {
    throw conflictOn(error, ENTERED) ? new Refusal("idempotency_key_reused") : error;
  }
  return text;
}

/** Ends a key at once. Refuses not_found; ending one that has ended is fine. */
export async function endApiKey(rt: Runtime, by: Member, id: string): Promise<void> {
  const key = await findApiKeyById(rt.db, id);
  if (!key) throw new Refusal("not_found");
  if (key.revokedAt !== null) return;
  const entry = await ledgerEntry(rt, "key.revoked", {
    event: id,
    subject: null,
    actor: `staff:${by.id}`,
    body: { key: id },
  });
  await commit(rt, [appendKeyRevoked({ ...entry, key: id }), revokeApiKey(rt.db, id, rt.now())]);
}
