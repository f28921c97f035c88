import Papa from "papaparse";

/** What a spreadsheet takes for a formula. Papa's own pattern misses one that has a second line. */
const RUNS = /^[\t\r\n]|^\s*[=+\-@＝＋－＠]/;

/** What an export begins with, so that spreadsheets read it as UTF-8. */
export const CSV_START = "\uFEFF";

/**
 * One record of a CSV file (RFC 4180), its line end included. A text that a spreadsheet would run gets an apostrophe
 * before it; every export of the house goes through here.
 */
export function csvRow(cells: readonly (string | number | null)[], delimiter: "," | ";" | "\t" = ","): string {
  return `${Papa.unparse([[...cells]], { delimiter, escapeFormulae: RUNS })}\r\n`;
}

/** A cell as it was before `csvRow` made it harmless: who mends an export of ours and sends it back has the same text. */
export function withoutApostrophe(cell: string): string {
  return cell.startsWith("'") && RUNS.test(cell.slice(1)) ? cell.slice(1) : cell;
}

/** A file that is made while it is read: each text that `pages` yields is fetched when the reader has room for it. */
export function csvStream(pages: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pages.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pages.return(undefined);
    },
  });
}
