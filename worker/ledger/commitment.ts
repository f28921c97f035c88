import { hash } from "node:crypto";
import canonicalize from "canonicalize";
import { leafHash } from "./merkle.ts";
import type { LedgerRow } from "./store.ts";

/** A value as canonical JSON (RFC 8785). Throws for what is not JSON. */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error("The ledger holds JSON");
  return text;
}

/**
 * The commitment to an entry: SHA-256(salt ‖ canonical JSON of {at, body, id, kind, subject}). The body, canonical JSON
 * itself, goes in as it is kept: a changed byte shows even where it means the same.
 */
export function commitmentOf({ id, kind, at, subject, body, salt }: Omit<LedgerRow, "commitment">): string {
  const [who, what, whose] = [id, kind, subject].map((value) => JSON.stringify(value));
  return hash("sha256", `${salt}{"at":${at},"body":${body},"id":${who},"kind":${what},"subject":${whose}}`);
}

/** The leaf by which an entry is sealed. It leaves out all that erasure empties. */
export function leafOf({ id, kind, at, commitment }: Pick<LedgerRow, "id" | "kind" | "at" | "commitment">): string {
  return leafHash(canonical([id, kind, at, commitment]));
}
