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
 * The commitment to an entry: SHA-256(salt ‖ canonical JSON of {actor, at, body, id, kind, subject}). The body, canonical
 * JSON itself, goes in as it is kept: a changed byte shows even where it means the same.
 */
export function commitmentOf({ id, kind, at, subject, actor, body, salt }: Omit<LedgerRow, "commitment">): string {
  const [who, what, whose, whom] = [id, kind, subject ?? null, actor ?? null].map((value) => JSON.stringify(value));
  const text = `{"actor":${whom},"at":${at},"body":${body},"id":${who},"kind":${what},"subject":${whose}}`;
  return hash("sha256", `${salt}${text}`);
}

/**
 * The leaf by which an entry is sealed: the leaf hash of [id, kind, at, commitment], all that erasure keeps. Of texts and
 * whole numbers JSON.stringify makes canonical JSON, in a quarter of the time.
 */
export function leafOf({ id, kind, at, commitment }: Pick<LedgerRow, "id" | "kind" | "at" | "commitment">): string {
  return leafHash(JSON.stringify([id, kind, at, commitment]));
}
