import { z } from "zod";

// RFC 5321 section 4.5.3.1: local part 64, whole path 254 characters; RFC 5322 section 3.2.3: dot-atom.
const LOCAL = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/**
 * An e-mail address in the one form we store: trimmed, lower case, international domains in ASCII (IDNA).
 * Returns null for anything a mail server could read as something else: spaces, line breaks, quotes, no domain.
 */
export function normaliseAddress(text: string): string | null {
  const trimmed = text.trim().normalize("NFC");
  const at = trimmed.lastIndexOf("@");
  const local = trimmed.slice(0, at);
  const typed = trimmed.slice(at + 1);
  if (at < 1 || local.length > 64 || !LOCAL.test(local) || /[^\p{L}\p{N}.-]/u.test(typed)) return null;
  const domain = asciiDomain(typed);
  if (domain === null || !DOMAIN.test(domain)) return null;
  const address = `${local.toLowerCase()}@${domain}`;
  return address.length <= 254 ? address : null;
}

function asciiDomain(typed: string): string | null {
  try {
    return new URL(`http://${typed}`).hostname;
  } catch {
    return null;
  }
}

/** The addresses that stand in a text as words of their own, or in brackets, in the one form we store. */
export const addressesWithin = (text: string): string[] =>
  text.split(/[\s<>()[\],;:|"]+/).flatMap((word) => (word.includes("@") ? (normaliseAddress(word) ?? []) : []));

/** A field that takes one e-mail address and gives it normalised; refuses with invalid_email. */
export const emailField = z
  .string()
  .trim()
  .min(1)
  .transform((text, ctx) => {
    const address = normaliseAddress(text);
    if (address === null) ctx.addIssue({ code: "custom", params: { field: "invalid_email" } });
    return address ?? "";
  });
