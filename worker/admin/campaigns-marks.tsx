import type { Language } from "../platform/languages.ts";
import { CAMPAIGNS } from "./campaigns-words.ts";

/** What a button puts before and behind what is chosen in the text, and in its place when nothing is. */
type Mark = readonly [before: string, sample: string, behind: string];

/** Marks that begin a line are put at the beginning of one. */
function marksOf(lang: Language): Readonly<Record<keyof (typeof CAMPAIGNS)["nl"]["mark"], Mark>> {
  const { sample } = CAMPAIGNS[lang];
  return {
    heading: ["\n## ", sample.heading, ""],
    bold: ["**", sample.words, "**"],
    italic: ["*", sample.words, "*"],
    link: ["[", sample.link, "](https://)"],
    list: ["\n- ", sample.item, ""],
    quote: ["\n> ", sample.quote, ""],
    image: ["\n![", sample.image, "](https://)"],
    button: ["\n[", sample.button, '](https:// "button")'],
    divider: ["\n---\n", "", ""],
    name: ["{{name|", sample.fallback, "}}"],
  };
}

/** Buttons that put marks into a text. They are shown by the script, which they need. */
export function Marks({ lang, area }: { lang: Language; area: string }) {
  const words = CAMPAIGNS[lang];
  return (
    <fieldset class="marks" data-marks={area} hidden>
      <legend class="hidden">{words.marks}</legend>
      {Object.entries(marksOf(lang)).map(([name, [before, sample, behind]]) => (
        <button type="button" class="second" data-before={before} data-sample={sample} data-behind={behind}>
          {words.mark[name as keyof typeof words.mark] /* The keys are those of the marks. */}
        </button>
      ))}
    </fieldset>
  );
}
