import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blocksOf, compareTexts } from "../../worker/policy/compare.ts";

const words = (text: string) => blocksOf(text).flatMap((block) => block.text.split(/\s+/));
const spans = (before: string, after: string) => compareTexts(before, after).flatMap((block) => block.spans);

describe("the comparison of two texts", () => {
  it("says word by word what came and what went", () => {
    expect(compareTexts("## Naam\n\nWe bewaren je naam lang.", "## Naam\n\nWe bewaren je naam kort.")).toEqual([
      { kind: "h2", spans: [{ kind: "same", text: "Naam" }] },
      {
        kind: "p",
        spans: [
          { kind: "same", text: "We bewaren je naam" },
          { kind: "removed", text: "lang." },
          { kind: "added", text: "kort." },
        ],
      },
    ]);
  });

  it("keeps headings and list items apart", () => {
    expect(compareTexts("- een\n- twee", "- een\n- twee\n- drie").map(({ kind }) => kind)).toEqual(["li", "li", "li"]);
    expect(compareTexts("", "### Kop\n\nTekst").map(({ kind }) => kind)).toEqual(["h3", "p"]);
  });

  it("says nothing came or went between equal texts", () => {
    fc.assert(fc.property(fc.string(), (text) => spans(text, text).every(({ kind }) => kind === "same")));
  });

  it("loses no word: without what went it is the new text, without what came the old", () => {
    const markdown = fc
      .array(fc.constantFrom("a", "b", "c", "\n\n", "## h\n\n", "- i\n"), { maxLength: 40 })
      .map((parts) => parts.join(" "));
    fc.assert(
      fc.property(markdown, markdown, (before, after) => {
        const left = (kind: string) =>
          spans(before, after)
            .filter((span) => span.kind !== kind)
            .flatMap((span) => span.text.split(" "));
        expect(left("removed").filter(Boolean)).toEqual(words(after).filter(Boolean));
        expect(left("added").filter(Boolean)).toEqual(words(before).filter(Boolean));
      }),
    );
  });
});
