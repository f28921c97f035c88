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

/** Where in a text card numbers stand, in order, also as a part of a longer run of digits; those that overlap are one. */
export function cardSpans(text: string): { from: number; to: number }[] {
  return [...text.matchAll(RUN)].flatMap((found) => {
    const places = [...found[0].matchAll(/\d/g)].map(({ index }) => found.index + index);
    const digits = found[0].replace(/\D/g, "");
    const spans: { from: number; to: number }[] = [];
    for (let first = 0; first + SHORTEST <= digits.length; first++) {
      const length = cardLength(digits, first);
      if (length === 0) continue;
      const [from, to] = [places[first] ?? 0, (places[first + length - 1] ?? 0) + 1];
      const last = spans.at(-1);
      if (last && from < last.to) last.to = Math.max(last.to, to);
      else spans.push({ from, to });
    }
    return spans;
  });
}

/** The length of the longest card number that begins at a digit; 0 when none does. */
function cardLength(digits: string, first: number): number {
  if (digits[first] === "0") return 0;
  let length = Math.min(LONGEST, digits.length - first);
  while (length >= SHORTEST && !passesLuhn(digits.slice(first, first + length))) length--;
  return length < SHORTEST ? 0 : length;
}

/** Whether a card number stands in a text, also as a part of a longer run of digits. */
export const looksLikeCard = (text: string): boolean => cardSpans(text).length > 0;

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
