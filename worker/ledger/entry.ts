import canonicalize from "canonicalize";
import { base64url, sha256 } from "../platform/bytes.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import type { LedgerRow } from "./store.ts";

/** Everything the ledger may be told, with the body each kind carries. Times are ISO 8601, UTC. */
export interface LedgerBodies {
  "consent.given": {
    email: string;
    topics: readonly string[];
    lang: string;
    /** The words beside the button, when our own form showed them. */
    wording: { sha256: string; text: string } | null;
    policyDate: string | null;
    surface: string;
    pageOrigin: string | null;
    requestedAt: string;
    confirmedAt: string;
  };
  "consent.withdrawn": { email: string; by: "link" | "one-click"; withdrawnAt: string };
  "notice.acknowledged": { customerNumber: string; policyDate: string; surface: string; acknowledgedAt: string };
  "policy.published": {
    policyDate: string;
    effective: string;
    significance: string;
    sha256: Readonly<Record<string, string>>;
    apiKey: string;
  };
}

export type LedgerKind = keyof LedgerBodies;

/**
 * Makes an entry and its commitment, SHA-256(salt ‖ canonical JSON) (RFC 8785). Its id is a keyed hash of `event`,
 * so that the same event cannot be entered twice and the id, which stays after erasure, says nothing about anyone.
 * `subject` is the opaque key by which a person's entries are found.
 */
export async function ledgerEntry<K extends LedgerKind>(
  rt: Runtime,
  kind: K,
  entry: { event: string; subject: string | null; body: LedgerBodies[K] },
): Promise<LedgerRow> {
  const at = rt.now();
  const id = await keyed(rt, "ledger", `${kind}:${entry.event}`);
  const salt = base64url(rt.random(32));
  const body = canonical(entry.body);
  const commitment = await sha256(salt + canonical({ id, kind, at, subject: entry.subject, body: entry.body }));
  return { id, kind, at, subject: entry.subject, body, salt, commitment };
}

function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error("A ledger body must be JSON");
  return text;
}
