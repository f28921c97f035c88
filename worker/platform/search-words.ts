/** A word as it is searched for: the parts of what was typed between two spaces, which stand side by side. */
export type SearchWord = readonly string[];

/** What is searched for: all of these words. */
export type SearchWords = readonly SearchWord[];

/** More words than these make no search better. */
const WORDS_AT_MOST = 12;
/** From this many letters on the last word may be the beginning of one: it may not have been typed to its end. */
const BEGINS_FROM = 3;

/** The parts of a text as the index keeps them ("unicode61 remove_diacritics 2"): letters and digits, without case and accents. */
const partsOf = (text: string): string[] =>
  text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .normalize("NFC")
    .toLowerCase()
    .match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];

/** The words of what somebody typed, the first twelve. Signs alone are none. */
export const searchWords = (typed: string): SearchWords =>
  typed
    .split(/\s+/)
    .map(partsOf)
    .filter((parts) => parts.length > 0)
    .slice(0, WORDS_AT_MOST);

/** Whether the last word may go on. */
const goesOn = (words: SearchWords): boolean => (words.at(-1)?.at(-1)?.length ?? 0) >= BEGINS_FROM;

/** The last part alone, when it may be the beginning of a word. */
export const beginningOf = (words: SearchWords): SearchWords | null =>
  goesOn(words) ? [words.at(-1)?.slice(-1) ?? []] : null;

/** Words but for that beginning. */
export const withoutBeginning = (words: SearchWords): SearchWords =>
  [...words.slice(0, -1), words.at(-1)?.slice(0, -1) ?? []].filter((parts) => parts.length > 0);

/** What FTS5 is asked for words; `mayGoOn` says whether for the last one as a beginning. Quoted, nothing is a word of its language. */
export const matchOf = (words: SearchWords, mayGoOn: boolean): string =>
  words.map((parts) => `"${parts.join(" ")}"`).join(" AND ") + (mayGoOn && goesOn(words) ? " *" : "");

/** Whether texts have all words, each in one of them: what FTS5 says of a row that has these columns. */
export function hasWords(words: SearchWords, texts: readonly string[]): boolean {
  const lines = texts.map((text) => ` ${partsOf(text).join(" ")} `);
  return words.every((parts, index) => {
    const end = index === words.length - 1 && goesOn(words) ? "" : " ";
    return lines.some((line) => line.includes(` ${parts.join(" ")}${end}`));
  });
}
