import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { looksLikeCard, passesLuhn, paymentFault } from "../../worker/customers/payment.ts";

/** Numbers that card schemes publish for tests. */
const CARDS = [
  "4111111111111111",
  "5555555555554444",
  "2223003122003222",
  "378282246310005",
  "30569309025904",
  "6011111111111117",
  "3530111333300000",
  "6759649826438453",
  "4222222222222",
  "6304000000000000",
];

/** IBANs that countries publish as their example. */
const IBANS = [
  "NL91 ABNA 0417 1643 00",
  "DE89370400440532013000",
  "BE68 5390 0754 7034",
  "FR14 2004 1010 0505 0001 3M02 606",
  "GB29 NWBK 6016 1331 9268 19",
  "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
  "NO93 8601 1117 947",
];

const digits = (least: number, most: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most }).map((all) => all.join(""));

/** Any card number: 13 to 19 digits, the last of which makes the sum right. */
const card = fc.tuple(fc.integer({ min: 1, max: 9 }), digits(11, 17)).map(([first, rest]) => {
  const body = `${first}${rest}`;
  const last = [..."0123456789"].find((digit) => passesLuhn(body + digit)) ?? "";
  return body + last;
});

describe("a payment reference is never a card number", () => {
  it("knows the numbers that card schemes publish, however they are written", () => {
    expect(CARDS.length).toBeGreaterThan(8);
    for (const number of CARDS) {
      const fours = number.match(/.{1,4}/g) ?? [];
      for (const written of [number, ...[" ", "-", ".", "/", "_", "\u2013", "\u00a0"].map((by) => fours.join(by))]) {
        expect([written, paymentFault(written)]).toEqual([written, "card_number"]);
        expect(paymentFault(`visa:${written}`)).toBe("card_number");
      }
    }
  });

  it("finds any card number of 13 to 19 digits, within other digits and text, too", () => {
    fc.assert(
      fc.property(
        card,
        digits(0, 6),
        digits(0, 6),
        fc.constantFrom("", "cst_", "card "),
        (number, before, after, word) => {
          expect(looksLikeCard(`${word}${before}${number}${after}`)).toBe(true);
          expect(paymentFault(`${word}${before}${number}${after}`)).toBe("card_number");
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("Luhn's check finds every single wrong digit, and every two swapped neighbours but 0 and 9", () => {
    fc.assert(
      fc.property(card, fc.nat(), fc.integer({ min: 1, max: 9 }), (number, where, by) => {
        const at = where % number.length;
        const wrong = (Number(number[at]) + by) % 10;
        expect(passesLuhn(`${number.slice(0, at)}${wrong}${number.slice(at + 1)}`)).toBe(false);
        const [first = "", second = ""] = number.slice(at, at + 2);
        const isBlind = first === second || second === "" || ["09", "90"].includes(first + second);
        const swapped = `${number.slice(0, at)}${second}${first}${number.slice(at + 2)}`;
        if (!isBlind) expect(passesLuhn(swapped)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it("refuses an IBAN that can be read whole, as invalid", () => {
    for (const iban of IBANS) expect([iban, paymentFault(iban)]).toEqual([iban, "invalid"]);
  });

  it("takes opaque ids and masked IBANs", () => {
    const fine = [
      "cst_8wmqcHMN4U",
      "tr_7UhSN1zuXS",
      "cus_NffrFeUfNV2Hib",
      "M-2026-000123",
      "pi/3MtwBwLkdIwHu7ix28a3tqPa",
      "550e8400-e29b-41d4-a716-446655440000",
      "NL•• INGB •••• 5678",
      "NL**INGB******5678",
      "nlxx ingb xxxx xxxx 5678",
      "DE•• •••• •••• 3000",
    ];
    for (const reference of fine) expect([reference, paymentFault(reference)]).toEqual([reference, null]);
    for (const wrong of ["ab", "a b c", "x".repeat(81), "<b>", "_abc", "NL12 INGB •••• 5678"]) {
      expect([wrong, paymentFault(wrong)]).toEqual([wrong, "invalid"]);
    }
  });
});
