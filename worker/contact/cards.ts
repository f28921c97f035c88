import { cardSpans, looksLikeCard } from "../customers/payment.ts";

/** So many digits stay to know a card by, as banks print them. */
const SHOWN = 4;

/** Whether a card number stands in a text. */
export const hasCard = (text: string): boolean => looksLikeCard(text);

/** A text in which of every card number each digit but the last four is a dot. */
export function maskCards(text: string): string {
  let [masked, at] = ["", 0];
  for (const { from, to } of cardSpans(text)) {
    masked += text.slice(at, from) + dotted(text.slice(from, to));
    at = to;
  }
  return masked + text.slice(at);
}

function dotted(number: string): string {
  let left = number.replace(/\D/g, "").length - SHOWN;
  return number.replace(/\d/g, (digit) => (left-- > 0 ? "•" : digit));
}
