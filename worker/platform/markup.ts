const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text that stays text in HTML and XML, in an attribute too. */
export const escapeMarkup = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? "");

/** Text for XML 1.0: marks escaped, and left out what no XML document may hold. */
export const escapeXml = (text: string): string =>
  escapeMarkup(
    text.toWellFormed().replace(/[\p{Cc}\uFFFE\uFFFF]/gu, (character) => (/[\t\n\r]/.test(character) ? character : "")),
  );
