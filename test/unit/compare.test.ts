import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blocksOf, compareTexts, sectionsOf } from "../../worker/policy/compare.ts";

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

  it("pairs a paragraph with what became of it, wherever it stands now, and keeps new text under its heading", () => {
    const before = "## Een\n\nDe kat zit op de mat.\n\n## Twee\n\nHier staat iets heel anders.";
    const after = "## Een\n\nNieuw.\n\nDe kat ligt op de mat.\n\n## Drie\n\nWat hier staat, stond er nooit.";
    const shown = compareTexts(before, after).map(({ kind, spans }) =>
      [kind, ...spans.map((span) => `${{ same: "", added: "+", removed: "-" }[span.kind]}${span.text}`)].join(" "),
    );
    expect(shown).toEqual([
      "h2 Een",
      "p +Nieuw.",
      "p De kat -zit +ligt op de mat.",
      "h2 -Twee",
      "p -Hier staat iets heel anders.",
      "h2 +Drie",
      "p +Wat hier staat, stond er nooit.",
    ]);
  });

  it("takes few words between changes with them: one change is easier heard than three", () => {
    expect(
      spans("Je mag altijd je naam en adres zien, hier.", "Je mag altijd je e-mail en betaalgegevens zien, hier."),
    ).toEqual([
      { kind: "same", text: "Je mag altijd je" },
      { kind: "removed", text: "naam en adres" },
      { kind: "added", text: "e-mail en betaalgegevens" },
      { kind: "same", text: "zien, hier." },
    ]);
  });

  it("takes bullets and short lines of a pasted text for list items and headings; Markdown it leaves alone", () => {
    const kinds = (text: string) => blocksOf(text).map(({ kind, text }) => `${kind} ${text}`);
    expect(kinds("Beveiliging\n\nWe bewaren:\n\n  • je naam\n  • je adres\n\nTot slot")).toEqual([
      "h2 Beveiliging",
      "p We bewaren:",
      "li je naam",
      "li je adres",
      "p Tot slot",
    ]);
    expect(kinds("## Kop\n\nGeen kop\n\n• wel een punt")).toEqual(["h2 Kop", "p Geen kop", "li wel een punt"]);
  });

  it("compares long paragraphs sentence by sentence when much differs", () => {
    const words = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => `w${from + index}`).join(" ");
    const before = `${words(0, 900)}. Deze zin blijft staan. ${words(2_000, 900)}.`;
    const after = `${words(5_000, 900)}. Deze zin blijft staan. ${words(2_000, 900)}.`;
    expect(spans(before, after).map(({ kind }) => kind)).toEqual(["removed", "added", "same"]);
  });

  it("says which sections changed", () => {
    const sections = sectionsOf(
      compareTexts("Begin\n\n## A\n\nx y z\n\n## B\n\nq", "Begin\n\n## A\n\nx y w\n\n## B\n\nq"),
    );
    expect(sections.map(({ heading, isChanged }) => [heading?.spans[0]?.text, isChanged])).toEqual([
      [undefined, false],
      ["A", true],
      ["B", false],
    ]);
  });

  describe("loses no word: without what was added it is the old text, without what was removed the new", () => {
    const word = fc.constantFrom("a", "b", "c", "d.", "e", "f", "g;", "• h", "Lange kop", "**i**", "[j](https://k)");
    const gap = fc.constantFrom(" ", "\n", "\n\n", "\n\n## ", "\n\n### ", "\n- ", "\n• ", "\n1. ");
    const markdown = fc
      .array(fc.tuple(gap, word), { maxLength: 80 })
      .map((parts) => parts.map(([before, text]) => before + text).join(""));
    const keepsAll = (before: string, after: string) => {
      const left = (kind: string) =>
        spans(before, after)
          .filter((span) => span.kind !== kind)
          .flatMap((span) => span.text.split(" "));
      expect(left("removed").filter(Boolean)).toEqual(words(after).filter(Boolean));
      expect(left("added").filter(Boolean)).toEqual(words(before).filter(Boolean));
    };

    it("of any two texts", () => {
      fc.assert(fc.property(markdown, markdown, keepsAll), { numRuns: 500 });
    });

    it("of texts that differ too much for word by word", () => {
      const long = fc
        .array(fc.constantFrom("a", "b", "c", "d.", "e", "f"), { minLength: 600, maxLength: 900 })
        .map((parts) => parts.join(" "));
      fc.assert(fc.property(long, long, keepsAll), { numRuns: 20 });
    });
  });
});
