import { base64url } from "../platform/bytes.ts";
import { keyed, type TokenMaker } from "../platform/tokens.ts";
import { canonical, commitmentOf } from "./commitment.ts";
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
  "staff.invited": { member: string; email: string; name: string; role: string; by: string };
  "staff.signed-in": { member: string; session: string; method: string; device: string };
  "staff.signed-out": { member: string; session: string; by: string };
  "staff.changed": { member: string; from: StaffFacts; to: StaffFacts; by: string };
  "staff.removed": { member: string; by: string };
  "staff.passkey-added": { member: string; passkey: string; name: string };
  "staff.passkey-removed": { member: string; passkey: string; by: string };
  "staff.role-changed": { role: string; demandsPasskey: boolean; by: string };
  "key.made": { key: string; name: string; scopes: readonly string[]; by: string };
  "key.revoked": { key: string; by: string };
  "mail.retried": { mail: string; by: string };
  "mail.all-retried": { mails: number; by: string };
  "ledger.check-asked": { by: string };
}

interface StaffFacts {
  name: string;
  role: string;
  lang: string;
}

export type LedgerKind = keyof LedgerBodies;

const kinds: Readonly<Record<LedgerKind, true>> = {
  "consent.given": true,
  "consent.withdrawn": true,
  "notice.acknowledged": true,
  "policy.published": true,
  "staff.invited": true,
  "staff.signed-in": true,
  "staff.signed-out": true,
  "staff.changed": true,
  "staff.removed": true,
  "staff.passkey-added": true,
  "staff.passkey-removed": true,
  "staff.role-changed": true,
  "key.made": true,
  "key.revoked": true,
  "mail.retried": true,
  "mail.all-retried": true,
  "ledger.check-asked": true,
};

/** Every kind of entry, for those who choose from a list; one that is missing above does not compile. */
export const LEDGER_KINDS = Object.keys(kinds) as readonly LedgerKind[];

/**
 * Makes an entry with its commitment. Its id is a keyed hash of `event`, so that the same event cannot be entered twice
 * and the id, which stays after erasure, says nothing about anyone. `subject` is the opaque key by which a person's
 * entries are found.
 */
export async function ledgerEntry<K extends LedgerKind>(
  rt: TokenMaker,
  kind: K,
  entry: { event: string; subject: string | null; body: LedgerBodies[K] },
): Promise<LedgerRow> {
  const at = rt.now();
  const id = await keyed(rt, "ledger", `${kind}:${entry.event}`);
  const salt = base64url(rt.random(32));
  const row = { id, kind, at, subject: entry.subject, body: canonical(entry.body), salt };
  return { ...row, commitment: commitmentOf(row) };
}
