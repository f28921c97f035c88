/** A run of digits as long as a card number (ISO/IEC 7812-1) or longer, however they are spaced. */
const RUN = /\d(?:[\s._/\p{Pd}]?\d){12,}/gu;
const SHORTEST = 13;
const LONGEST = 19;

/** The check of ISO/IEC 7812-1 annex B ("Luhn"). */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = digit * 2;
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Whether a card number stands in a text, also as a part of a longer run of digits. */
export function looksLikeCard(text: string): boolean {
  return [...text.matchAll(RUN)].some(([found]) => {
    const digits = found.replace(/\D/g, "");
    for (let from = 0; from + SHORTEST <= digits.length; from++) {
      const longest = Math.min(LONGEST, digits.length - from);
      for (let length = SHORTEST; length <= longest; length++) {
        if (digits[from] !== "0" && passesLuhn(digits.slice(from, from + length))) return true;
      }
    }
    return false;
  });
}

const WHOLE_IBAN = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/i;
const MASKED_IBAN = /^[A-Z]{2}[*•x]{2}[A-Z]{0,4}[*•x]{4,26}[A-Z0-9]{1,4}$/i;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const OPAQUE = /^[A-Za-z0-9][\w.:/-]{2,79}$/;

const compactOf = (text: string): string => text.replace(/[\s.-]/g, "");

/** Whether a text is an IBAN of which everything can be read. */
export const isWholeIban = (text: string): boolean => WHOLE_IBAN.test(compactOf(text));

/**
 * What is wrong with a payment reference, null when nothing is. It is an opaque id of a payment provider
 * ("cst_8wmqcHMN4U"), or an IBAN of which at most the country, the bank and the last four characters can be read
 * ("NL•• INGB •••• 5678").
 */
export function paymentFault(text: string): "card_number" | "invalid" | null {
  if (UUID.test(text) || MASKED_IBAN.test(compactOf(text))) return null;
  if (isWholeIban(text)) return "invalid";
  if (looksLikeCard(text)) return "card_number";
  return OPAQUE.test(text) ? null : "invalid";
}
