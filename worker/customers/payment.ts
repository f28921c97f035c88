/** What a card number looks like: 12 to 19 digits (ISO/IEC 7812-1), however they are spaced. */
const CARD = /(?:\d[ .-]?){11,18}\d/g;

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

/** Whether a card number stands in a text. */
export function looksLikeCard(text: string): boolean {
  // A part of a longer run of digits can be one, too.
  return [...text.matchAll(CARD)].some(([found]) => {
    const digits = found.replace(/\D/g, "");
    for (let length = 13; length <= Math.min(19, digits.length); length++) {
      for (let from = 0; from + length <= digits.length; from++) {
        if (passesLuhn(digits.slice(from, from + length)) && digits[from] !== "0") return true;
      }
    }
    return false;
  });
}

/**
 * Whether a text may be kept as a payment reference: an opaque id of a payment provider ("cst_8wmqcHMN4U"), or an IBAN of
 * which at most the country, the bank and the last four characters can be read ("NL•• INGB •••• 5678").
 */
export function isPaymentReference(text: string): boolean {
  const compact = text.replace(/[\s.-]/g, "");
  const isWholeIban = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/i.test(compact);
  const isMasked = /^[A-Z]{2}[*•x]{2}[A-Z]{0,4}[*•x]{4,}[A-Z0-9]{1,4}$/i.test(compact);
  return isMasked || (!isWholeIban && /^[A-Za-z0-9][\w.:/-]{2,79}$/.test(text));
}
