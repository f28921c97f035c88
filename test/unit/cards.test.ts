import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasCard, maskCards } from "../../worker/contact/cards.ts";

describe("card numbers in a message", () => {
  it.each([
    ["Mijn kaart is 4111 1111 1111 1111.", "Mijn kaart is •••• •••• •••• 1111."],
    ["4111111111111111", "••••••••••••1111"],
    ["a 5555-5555-5555-4444 b 378282246310005 c", "a ••••-••••-••••-4444 b •••••••••••0005 c"],
    ["4111\n1111\n1111\n1111", "••••\n••••\n••••\n1111"],
  ])("%j is shown as %j", (text, masked) => {
    expect(hasCard(text)).toBe(true);
    expect(maskCards(text)).toBe(masked);
    expect(hasCard(masked)).toBe(false);
  });

  it.each(["", "Bel 06-12345678", "Factuur 2026-000123", "NL91 ABNA 0417 1643 00", "0000 0000 0000 0000"])(
    "%j stays",
    (text) => {
      expect(hasCard(text)).toBe(false);
      expect(maskCards(text)).toBe(text);
    },
  );

  it("nothing is left that is one, and nothing else changes", () => {
    const text = fc.array(fc.constantFrom("4", "1", "0", "5", " ", "-", "a", "4111111111111111"), { maxLength: 60 });
    fc.assert(
      fc.property(text, (parts) => {
        const given = parts.join("");
        const masked = maskCards(given);
        expect(masked.length).toBe(given.length);
        expect(masked.replace(/[\d•]/g, "#")).toBe(given.replace(/\d/g, "#"));
        if (!hasCard(given)) expect(masked).toBe(given);
      }),
      { numRuns: 2_000 },
    );
  });

  it("long runs of digits take no time", () => {
    const before = performance.now();
    maskCards("4111".repeat(25_000));
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});
