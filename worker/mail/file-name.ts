/** What would make a name look like another, or begin a line (UAX 9 section 2, Unicode 16 section 23.2). */
const HIDDEN = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const LONGEST = 100;
/** Names of files in a mail that have none, by their type. */
const ENDINGS: Readonly<Record<string, string>> = {
  "text/plain": ".txt",
  "text/html": ".html",
  "text/calendar": ".ics",
  "text/csv": ".csv",
  "message/rfc822": ".eml",
  "application/pdf": ".pdf",
  "application/ms-tnef": ".dat",
  "application/pkcs7-signature": ".p7s",
  "application/pgp-signature": ".asc",
  "image/png": ".png",
  "image/jpeg": ".jpg",
  "image/gif": ".gif",
  "image/webp": ".webp",
};

/**
 * A file's name as it may be shown and saved: without a path, control characters and marks that turn writing round, at most
 * 100 characters, its ending kept. A file without a name is called by its place and type; an attached mail ends in ".eml".
 */
export function fileName(given: string, type: string, place: number): string {
  const ending = ENDINGS[type] ?? "";
  const name = plain(given);
  if (name === "") return `attachment-${place}${ending}`;
  return type === "message/rfc822" && !/\.eml$/i.test(name)
    ? `${shortened(name, LONGEST - 4)}.eml`
    : shortened(name, LONGEST);
}

function plain(given: string): string {
  const base = given.slice(0, 10_000).replace(HIDDEN, "").split(/[/\\]/).at(-1) ?? "";
  return base
    .replace(/[<>:"|?*]/g, "_")
    .replace(/\s+/g, " ")
    .replace(/^[. ]+/, "")
    .replace(/(?<![. ])[. ]+$/, "");
}

function shortened(name: string, most: number): string {
  if (name.length <= most) return name;
  const [ending = ""] = /\.[^. ]{1,10}$/.exec(name) ?? [];
  // Neither half a character nor a dot or space comes to stand where it is cut.
  const start = name.slice(0, most - ending.length).replace(/[\ud800-\udbff]$/, "");
  return `${start.replace(/[. ]+$/, "")}${ending}`;
}
