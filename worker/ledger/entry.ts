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
    /** The words beside the button, when our own form showed them; of an import that states proof, what it stated, by the hash alone. */
    wording: { sha256: string; text?: string } | null;
    policyDate: string | null;
    surface: string;
    pageOrigin: string | null;
    /** By which way they asked; see SIGNUP_METHODS of the newsletter. */
    method: string;
    /** Why a person may not have confirmed it: "fast", "burst", "scanner". */
    flags: readonly string[];
    /** The import that brought it, whose entry says where the consent comes from. */
    import: string | null;
    requestedAt: string;
    confirmedAt: string;
  };
  /** Topics that somebody, already a subscriber, took up or gave up. */
  "consent.changed": {
    email: string;
    added: readonly string[];
    removed: readonly string[];
    by: "preferences" | "panel" | "staff" | "key";
    wording: { sha256: string; text: string } | null;
    /** As of "consent.given": of what was taken up by the person themself. */
    flags?: readonly string[];
    policyDate: string | null;
    changedAt: string;
  };
  "consent.withdrawn": {
    email: string;
    /** "suppression": they had left before, as the list of suppressions outside the database says of a backup that was restored. */
    by: "link" | "one-click" | "preferences" | "panel" | "reply" | "staff" | "key" | "erasure" | "suppression";
    withdrawnAt: string;
  };
  /** Mail came back, or was called unwanted. */
  "subscriber.stopped": { email: string; reason: "bounced" | "complained"; status: string };
  "subscriber.moved": { from: string; to: string };
  /** Names the fields, not what they hold. */
  "subscriber.changed": { fields: readonly string[] };
  "subscriber.erased": { subscriber: string };
  "subscribers.import-started": {
    import: string;
    source: string;
    /** Where the consent comes from, as who started it states: the words, the day, and the file that proves it. */
    consent: {
      wording: string;
      date: string;
      evidence: { sha256: string; name: string } | null;
      isDoubleOptIn: boolean;
    };
  };
  "subscribers.imported": {
    import: string;
    active: number;
    pending: number;
    unchanged: number;
    blocked: number;
    refused: number;
  };
  "subscribers.exported": { filter: object; matched: number };
  "subscribers.action-started": {
    action: string;
    kind: string;
    argument: string | null;
    filter: object;
    matched: number;
  };
  "subscribers.action-undone": { action: string };
  "segment.saved": { segment: string; name: string; filter: object };
  "segment.removed": { segment: string };
  "label.added": { label: string };
  "label.removed": { label: string };
  "campaign.drafted": { campaign: string };
  "campaign.dropped": { campaign: string };
  "campaign.scheduled": { campaign: string; version: number; at: string };
  "campaign.unscheduled": { campaign: string };
  "campaign.started": {
    campaign: string;
    version: number;
    /** Of the text in each language. */
    sha256: Readonly<Record<string, string>>;
    audience: object;
  };
  "campaign.paused": { campaign: string };
  "campaign.resumed": { campaign: string };
  "campaign.cancelled": { campaign: string };
  "campaign.withdrawn": { campaign: string };
  "campaign.sent": { campaign: string; sent: number; failed: number; dropped: number };
  "conversation.answered": { conversation: string; message: string };
  "conversation.closed": { conversation: string; reason: string };
  "conversation.reopened": { conversation: string };
  "conversation.assigned": { conversation: string; assignee: string | null };
  "conversation.sorted": { conversation: string; topic: string | null };
  /** Tied to a customer number, or loose again. */
  "conversation.tied": { conversation: string; customerNumber: string | null };
  "conversation.quarantined": { conversation: string; reason: string };
  "conversation.released": { conversation: string };
  "conversation.archive-read": { conversation: string };
  "conversation.exported": { conversation: string };
  "conversation.erased": { conversation: string; by: "person" | "staff" };
  /** What was searched for, as a keyed hash: it may be an address. */
  "conversations.archive-searched": { search: string; found: number };
  "contact.original-read": { original: string };
  "contact.topic-saved": { topic: string; firstHours: number; solvedHours: number; retentionMonths: number };
  "contact.topic-removed": { topic: string };
  "contact.answer-saved": { answer: string };
  "contact.answer-removed": { answer: string };
  /** Name the sender by their subject alone, a keyed hash. */
  "contact.sender-blocked": Record<string, never>;
  "contact.sender-allowed": Record<string, never>;
  "customer.registered": { customerNumber: string; kind: string; source: string; policyDate: string | null };
  /** Names the fields, not what they hold: that stands with the customer. */
  "customer.changed": { customerNumber: string; fields: readonly string[] };
  "customer.closed": { customerNumber: string };
  "customers.import-started": { import: string; source: string };
  "customers.imported": { import: string; added: number; changed: number; unchanged: number; refused: number };
  "policy.drafted": { draft: string };
  "policy.submitted": { draft: string; version: number };
  "policy.sent-back": { draft: string; version: number };
  "policy.scheduled": {
    draft: string;
    version: number;
    policyDate: string;
    effective: string;
    significance: string;
    sha256: Readonly<Record<string, string>>;
  };
  "policy.draft-dropped": { draft: string };
  "notice.paused": { policyDate: string };
  "notice.resumed": { policyDate: string };
  "notice.exported": { policyDate: string };
  "notice.due": { customerNumber: string; policyDate: string; channel: "mail"; mail: string };
  "notice.sent": { customerNumber: string; policyDate: string; channel: "mail"; mail: string; sentAt: string };
  "notice.failed": { customerNumber: string; policyDate: string; channel: "mail"; mail: string; reason: string };
  "notice.suppressed": { customerNumber: string; policyDate: string; channel: "mail"; reason: string };
  "notice.shown": { customerNumber: string; policyDate: string; surface: string; shownAt: string };
  /** These two name the address by their subject alone, a keyed hash, so that nothing is left to erase. */
  "mail.suppressed": { reason: string };
  "mail.allowed": Record<string, never>;
  "notice.acknowledged": { customerNumber: string; policyDate: string; surface: string; acknowledgedAt: string };
  "policy.published": {
    policyDate: string;
    effective: string;
    significance: string;
    sha256: Readonly<Record<string, string>>;
    /** The key it was published with; null when staff did, or cron for a version that was scheduled. */
    apiKey: string | null;
  };
  "staff.invited": { member: string; email: string; name: string; role: string };
  "staff.signed-in": { session: string; method: string; device: string };
  "staff.signed-out": { session: string };
  "staff.changed": { from: StaffFacts; to: StaffFacts };
  "staff.removed": { member: string };
  "staff.passkey-added": { passkey: string; name: string };
  /** "*" for all that a member had. */
  "staff.passkey-removed": { passkey: string };
  "staff.role-changed": { role: string; demandsPasskey: boolean };
  "key.made": { key: string; name: string; scopes: readonly string[] };
  "key.revoked": { key: string };
  "mail.retried": { mail: string };
  "mail.all-retried": { mails: readonly string[] };
  "ledger.check-asked": Record<string, never>;
}

interface StaffFacts {
  name: string;
  role: string;
  lang: string;
}

export type LedgerKind = keyof LedgerBodies;

/** Kinds that are about what the house did and about no person: nothing of them is ever erased. The database refuses it. */
export const NEVER_ERASED: readonly string[] = [
  "subscriber.erased",
  "subscribers.import-started",
  "subscribers.imported",
  "subscribers.exported",
  "subscribers.action-started",
  "subscribers.action-undone",
  "segment.saved",
  "segment.removed",
  "label.added",
  "label.removed",
  "campaign.drafted",
  "campaign.dropped",
  "campaign.scheduled",
  "campaign.unscheduled",
  "campaign.started",
  "campaign.paused",
  "campaign.resumed",
  "campaign.cancelled",
  "campaign.withdrawn",
  "campaign.sent",
  "conversation.erased",
  "conversations.archive-searched",
  "contact.original-read",
  "contact.topic-saved",
  "contact.topic-removed",
  "contact.answer-saved",
  "contact.answer-removed",
  "customers.import-started",
  "customers.imported",
  "policy.drafted",
  "policy.submitted",
  "policy.sent-back",
  "policy.scheduled",
  "policy.draft-dropped",
  "policy.published",
  "notice.paused",
  "notice.resumed",
  "notice.exported",
  "staff.role-changed",
  "key.made",
  "key.revoked",
  "mail.retried",
  "mail.all-retried",
  "ledger.check-asked",
] satisfies LedgerKind[];

/** Whom an entry is about, who did it, and what it says. */
interface Told<K extends LedgerKind> {
  /** Names what happened: the same event cannot be entered twice. */
  event: string;
  /** The opaque key by which a person's entries are found; null for what is about nobody. */
  subject: string | null;
  /** "staff:" or "key:" and an id, or "command"; left out for what the person did themself. */
  actor?: string;
  body: LedgerBodies[K];
}

/** Makes an entry with its commitment. Its id is a keyed hash of the event: it stays after erasure and says nothing about anyone. */
export async function ledgerEntry<K extends LedgerKind>(
  rt: TokenMaker,
  kind: K,
  { event, subject, actor, body }: Told<K>,
): Promise<LedgerRow> {
  const at = rt.now();
  const id = await keyed(rt, "ledger", `${kind}:${event}`);
  const salt = base64url(rt.random(32));
  const row = { id, kind, at, subject, actor: actor ?? null, body: canonical(body), salt };
  return { ...row, commitment: commitmentOf(row) };
}
