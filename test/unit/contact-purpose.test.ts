import { expect, it } from "vitest";
import { en } from "../../widget/i18n/en.ts";
import { nl } from "../../widget/i18n/nl.ts";
import { ARCHIVE_MONTHS } from "../../worker/contact/handling.ts";
import { PERSON_WORDS, PURPOSE } from "../../worker/contact/person-words.ts";

it.each([
  ["nl", nl],
  ["en", en],
] as const)("in %s the form, the plain form and the private page name the same clock as the rules", (lang, texts) => {
  expect(texts.contact.purpose).toBe(PURPOSE[lang]);
  for (const words of [PURPOSE[lang], PERSON_WORDS[lang].kept]) expect(words).toContain(`${ARCHIVE_MONTHS} `);
});
