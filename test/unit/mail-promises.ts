import { expect } from "vitest";
import { quotedFrom } from "../../worker/contact/quote.ts";
import { authenticationMarks } from "../../worker/mail/authentication.ts";
import { automaticReason } from "../../worker/mail/automatic.ts";
import type { ParsedMail } from "../../worker/mail/incoming.ts";
import { normaliseAddress } from "../../worker/platform/address.ts";
import { fileKind } from "../../worker/platform/file-kind.ts";

const LINE = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u;
const REASONS = [
  ...["null-sender", "report", "auto-submitted", "precedence", "auto-reply"],
  ...["own-address", "no-reply", "auto-response-suppress", "list", null],
];

/** Checks all that is promised of any mail that was read, whatever it says. Throws where a promise is broken. */
export async function expectPromises(mail: ParsedMail): Promise<void> {
  expect(mail.text.length).toBeLessThanOrEqual(100_000);
  expect(mail.text).toMatch(/^(?:[^\p{Cc}]|[\n\t])*$/u);
  expect(mail.text.isWellFormed() && mail.subject.isWellFormed()).toBe(true);
  expect(mail.subject.length).toBeLessThanOrEqual(150);
  expect(mail.subject).toMatch(LINE);
  if (mail.from) {
    expect(normaliseAddress(mail.from.email)).toBe(mail.from.email);
    expect(mail.from.name ?? "").toMatch(LINE);
    expect(mail.from.name?.length ?? 1).toBeLessThanOrEqual(150);
  }
  for (const id of [mail.messageId ?? "<x>", ...mail.answers]) expect(id).toMatch(/^<[!-;=?-~]{1,248}>$/);
  expect(mail.answers.length).toBeLessThanOrEqual(50);
  expect(new Set(mail.answers).size).toBe(mail.answers.length);
  expect(mail.recipients.length).toBeLessThanOrEqual(100);
  for (const { name, value } of mail.headers) {
    expect(name).toMatch(/^[!-9;-@[-~]+$/);
    expect(value).toMatch(/^\P{Cc}*$/u);
  }
  expect(mail.files.length).toBeLessThanOrEqual(1_000);
  for (const { name, bytes } of mail.files) {
    expect(name).toMatch(LINE);
    expect(name).toMatch(/^[^/\\<>:"|?*]{1,100}$/);
    expect(name).not.toMatch(/^[. ]|[. ]$/);
    const kind = fileKind(name, bytes);
    expect("type" in kind ? kind.type : kind.refused).toMatch(/^(dangerous|empty|[a-z]+\/[a-z0-9.+-]+)$/);
  }
  const offset = quotedFrom(mail.text);
  if (offset !== null) {
    expect(offset > 0 && offset < mail.text.length).toBe(true);
    expect(mail.text.slice(0, offset).trim()).not.toBe("");
    expect(mail.text.slice(offset).trim()).not.toBe("");
  }
  expect(REASONS).toContain(automaticReason("x@example.org", mail, { addresses: ["post@example.nl"] }));
  for (const mark of authenticationMarks(mail, "mx.example.nl")) expect(["spf", "dkim", "dmarc"]).toContain(mark);
}
