/** Languages that have texts. Adding one makes every text table that lacks it fail to compile. */
export const LANGUAGES = ["nl", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** What each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { nl: "Nederlands", en: "English" };

export const isLanguage = (value: unknown): value is Language => LANGUAGES.some((known) => known === value);

/** The first language asked for that has texts; `fallback` when none has. Takes a tag ("en-GB") or a header value. */
export function chooseLanguage(fallback: Language, ...wishes: (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    for (const tag of (wish ?? "").split(",")) {
      const primary = tag.split(";")[0]?.trim().slice(0, 2).toLowerCase();
      if (isLanguage(primary)) return primary;
    }
  }
  return fallback;
}
