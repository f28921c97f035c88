import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normaliseAddress } from "../../worker/platform/address.ts";

describe("an e-mail address", () => {
  it.each([
    ["Ann@Example.NL", "ann@example.nl"],
    ["  ann+news@example.co.uk ", "ann+news@example.co.uk"],
    ["o'brien@example.nl", "o'brien@example.nl"],
    ["info@münchen.de", "info@xn--mnchen-3ya.de"],
    ["josé@example.nl", "josé@example.nl"],
  ])("%s is kept as %s", (typed, kept) => {
    expect(normaliseAddress(typed)).toBe(kept);
  });

  it.each([
    "",
    "ann",
    "ann@",
    "@example.nl",
    "ann@example",
    "ann@localhost",
    "ann@127.0.0.1",
    "ann@[::1]",
    "ann @example.nl",
    "ann@exa mple.nl",
    "ann@example.nl\nBcc: x@y.nl",
    "ann\r\n@example.nl",
    '"ann b"@example.nl',
    "ann@example.nl, x@y.nl",
    "<ann@example.nl>",
    "a..b@example.nl",
    ".a@example.nl",
    "ann@example.nl/path",
    "ann@example.nl:25",
    "ann@-example.nl",
    `${"a".repeat(65)}@example.nl`,
    `a@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(63)}.${"e".repeat(63)}.nl`,
  ])("%j is refused", (typed) => {
    expect(normaliseAddress(typed)).toBeNull();
  });

  it("what is kept holds one @, no space or control character, and stays the same when kept again", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.emailAddress(),
          fc.string(),
          fc.tuple(fc.string(), fc.domain()).map((parts) => parts.join("@")),
        ),
        (typed) => {
          const kept = normaliseAddress(typed);
          if (kept === null) return;
          expect(kept).toMatch(/^[^\s\p{Cc}@<>",;]+@[a-z0-9.-]+$/u);
          expect(kept.length).toBeLessThanOrEqual(254);
          expect(normaliseAddress(kept)).toBe(kept);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
