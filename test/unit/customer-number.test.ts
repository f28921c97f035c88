import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkDigit, numberFault, numberOf, placeOf } from "../../worker/customers/number.ts";
import type { Settings } from "../../worker/platform/settings.ts";

const settings = { CUSTOMER_PREFIX: "K" } as Settings;
const fault = (number: string) => numberFault(settings, number);
const place = fc.integer({ min: 1, max: 999_999_999 });

describe("the check digit of a customer number (ISO/IEC 7064, MOD 11,10)", () => {
  it("is that of the standard's own example", () => {
    expect(checkDigit("0794")).toBe("5");
  });

  it("a number given out is right, and says its place", () => {
    fc.assert(
      fc.property(place, (place) => {
        const number = numberOf("K", place);
        expect([fault(number), placeOf("K", number)]).toEqual([null, place]);
      }),
    );
  });

  it("finds every single wrong digit", () => {
    fc.assert(
      fc.property(place, fc.nat(), fc.integer({ min: 1, max: 9 }), (place, where, by) => {
        const digits = numberOf("K", place).slice(1);
        const at = where % digits.length;
        const wrong = (Number(digits[at]) + by) % 10;
        expect(fault(`K${digits.slice(0, at)}${wrong}${digits.slice(at + 1)}`)).toBe("check_digit");
      }),
      { numRuns: 2_000 },
    );
  });

  it("finds 98 of 100 swaps of two neighbours: all that one digit can", () => {
    let [swaps, missed] = [0, 0];
    for (let place = 1; place < 20_000; place++) {
      const digits = numberOf("K", place).slice(1);
      for (let at = 0; at + 1 < digits.length; at++) {
        const [first = "", second = ""] = digits.slice(at, at + 2);
        if (first === second) continue;
        swaps++;
        if (fault(`K${digits.slice(0, at)}${second}${first}${digits.slice(at + 2)}`) === null) missed++;
      }
    }
    expect(swaps).toBeGreaterThan(80_000);
    expect(missed / swaps).toBeLessThan(0.02);
  });

  it("takes the host's own numbers as they are, and no number that a token could not carry", () => {
    for (const own of ["10004217", "K12", "C-2026-0007", "k00000018", "x".repeat(40)]) expect(fault(own)).toBeNull();
    for (const wrong of ["", "a b", "a_b", "é", "x".repeat(41), "K0000001\n"]) expect(fault(wrong)).toBe("invalid");
    expect(fault("K000000000012")).toBe("check_digit");
  });
});
