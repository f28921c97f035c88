import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntry } from "../ledger/store.ts";
import { base64url, sha256 } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { findApiKeyById, insertApiKey, revokeApiKey } from "../platform/store.ts";
import type { NewKey } from "./shapes.ts";
import { appendKeyRevoked, type Member } from "./store.ts";

/** Makes an API key and gives its text, which is shown once: only its hash is kept. */
export async function makeApiKey(rt: Runtime, by: Member, { name, scopes }: NewKey): Promise<string> {
  const id = base64url(rt.random(12));
  const text = `fp_${base64url(rt.random(32))}`;
  const entry = await ledgerEntry(rt, "key.made", {
    event: id,
    subject: `staff:${by.id}`,
    body: { key: id, name, scopes, by: by.id },
  });
  const row = { id, name, hash: await sha256(text), scopes, createdAt: rt.now(), createdBy: by.id };
  await commit(rt, [insertApiKey(row), appendEntry(entry)]);
  return text;
}

/** Ends a key at once. Refuses not_found; ending one that has ended is fine. */
export async function endApiKey(rt: Runtime, by: Member, id: string): Promise<void> {
  const key = await findApiKeyById(rt.db, id);
  if (!key) throw new Refusal("not_found");
  if (key.revokedAt !== null) return;
  const entry = await ledgerEntry(rt, "key.revoked", {
    event: id,
    subject: `staff:${by.id}`,
    body: { key: id, by: by.id },
  });
  await commit(rt, [appendKeyRevoked({ ...entry, key: id }), revokeApiKey(rt.db, id, rt.now())]);
}
