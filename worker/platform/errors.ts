/**
 * The closed list of refusals: code → HTTP status and English title. The words a visitor reads live with whoever
 * shows them (widget/i18n, platform/words.ts); a code is never renamed, only added.
 */
export const REFUSALS = {
  malformed_body: [400, "The body could not be read"],
  token_invalid: [400, "This link is not valid"],
  unauthorized: [401, "A valid token or API key is needed"],
  forbidden: [403, "This key may not do that"],
  origin_not_allowed: [403, "This page may not use this surface"],
  form_stale: [403, "This form is from another page, or from before signing in"],
  unknown_customer: [403, "There is no such customer"],
  passkey_needed: [403, "This role signs in by passkey"],
  not_found: [404, "Not found"],
  unknown_surface: [404, "There is no such surface"],
  method_not_allowed: [405, "This address does not take that method"],
  version_published: [409, "This version is published and never changes"],
  version_overlaps: [409, "This version is not later than the ones before it"],
  not_in_review: [409, "This version is not where that can be done"],
  customer_closed: [409, "This customer is closed, and the number is never used again"],
  number_not_issued: [409, "Numbers of this series are given out by Fineprint, and this one was not"],
  import_not_ready: [409, "This import is not where that can be done"],
  campaign_not_ready: [409, "This newsletter is not where that can be done"],
  no_recipients: [409, "Nobody would get this newsletter"],
  smtp_needed: [409, "Newsletters go by SMTP only"],
  segment_gone: [409, "The segment of this newsletter is gone"],
  segment_in_use: [409, "A newsletter that is to be sent uses this segment"],
  conversation_archived: [409, "This conversation is in the archive"],
  answered_meanwhile: [409, "This conversation has gone on meanwhile"],
  action_not_ready: [409, "This action is not where that can be done"],
  mail_stopped: [409, "Mail to this address was stopped"],
  edited_meanwhile: [409, "Someone else changed this meanwhile"],
  last_owner: [409, "Somebody must be the owner"],
  not_sealed_yet: [409, "This entry is not sealed yet"],
  challenge_used: [409, "This proof of work was used before"],
  campaign_withdrawn: [410, "This newsletter was withdrawn"],
  token_expired: [410, "This link has expired"],
  token_used: [410, "This link was used before"],
  body_too_large: [413, "The body is larger than this address takes"],
  unsupported_media_type: [415, "The body is of a type this address does not take"],
  invalid_input: [422, "Some fields are not right"],
  challenge_invalid: [422, "The proof of work is missing or not right"],
  passkey_invalid: [422, "This passkey was not accepted"],
  file_refused: [422, "This file is not taken"],
  looks_automated: [422, "This looks like an automated submission"],
  idempotency_key_reused: [422, "This Idempotency-Key was used for another request"],
  rate_limited: [429, "Too many requests"],
  panel_keys_unavailable: [503, "The keys of this panel could not be fetched"],
  internal: [500, "Something went wrong here"],
} as const satisfies Record<string, readonly [number, string]>;

export type RefusalCode = keyof typeof REFUSALS;

/** What can be wrong with one field; the closed list beside REFUSALS. */
export const FIELD_CODES = [
  "required",
  "invalid",
  "invalid_email",
  "too_long",
  "unknown_value",
  "taken",
  "card_number",
  "check_digit",
  "closed",
  "past",
  "too_soon",
  "too_tangled",
  "unknown_field",
  "not_https",
  "not_lower",
  "too_large",
  "too_many",
  "dangerous",
  "gone",
  "invalid_sender",
  "own_address",
  "invalid_number",
] as const;
export type FieldCode = (typeof FIELD_CODES)[number];

export interface FieldError {
  /** Name of the field; nested names are joined by dots. */
  path: string;
  code: FieldCode;
}

/** A refusal by the rules. Thrown anywhere, turned into RFC 9457 problem+json or a page by app.ts alone. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: RefusalCode, options: { errors?: readonly FieldError[]; headers?: Record<string, string> } = {}) {
    super(code);
    this.code = code;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }

  get status(): (typeof REFUSALS)[RefusalCode][0] {
    return REFUSALS[this.code][0];
  }
}

/** A problem document (RFC 9457 section 3). `detail` of an unknown failure names the request and nothing else. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: RefusalCode;
  errors?: readonly FieldError[];
}

export function problemOf(refusal: Refusal, requestId: string): Problem {
  const [status, title] = REFUSALS[refusal.code];
  return {
    type: `urn:fineprint:problem:${refusal.code}`,
    title,
    status,
    detail: refusal.code === "internal" ? `Request ${requestId}` : title,
    code: refusal.code,
    ...(refusal.errors ? { errors: refusal.errors } : {}),
  };
}
