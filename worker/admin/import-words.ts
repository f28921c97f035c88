import type { FileFault } from "../platform/csv-file.ts";
import type { FieldError } from "../platform/errors.ts";
import type { Language } from "../platform/languages.ts";
import { FIELD_WORDS } from "../platform/words.ts";

const nl = {
  file: "Bestand",
  noScript: "Zonder JavaScript kan een bestand tot 1 MB.",
  tooLarge: "Dit bestand is te groot om zonder JavaScript te sturen.",
  send: "Bestand sturen",
  sending: "Bezig met sturen",
  again: "De verbinding is weg. We proberen het zo weer.",
  other: "Dit is een ander bestand dan waarmee je begon.",
  stopped: "Het sturen is niet gelukt. Laad de pagina opnieuw en probeer het nog eens.",
  goOn: "Verder sturen",
  goOnText: "Nog niet alles is er. Kies hetzelfde bestand, dan gaan we verder waar we bleven.",
  none: "Er is nog niets geïmporteerd.",
  when: "Wanneer",
  state: "Stand",
  states: {
    uploading: "wordt gestuurd",
    ready: "klaar om te bekijken",
    checking: "wordt gecontroleerd",
    running: "bezig",
    paused: "gepauzeerd",
    done: "klaar",
    failed: "mislukt",
    cancelled: "gestopt",
  },
  unchanged: "Al hetzelfde",
  refused: "Geweigerd",
  startedAt: "Gestart",
  finishedAt: "Geëindigd",
  reading: "Zo lezen we het bestand",
  encoding: "Tekens",
  encodings: { "utf-8": "UTF-8", "windows-1252": "Windows-1252 (Excel)", "utf-16le": "UTF-16" } as Readonly<
    Record<string, string>
  >,
  encodingHint: "Staan er vreemde tekens in de namen hieronder, kies dan een andere.",
  delimiter: "Tussen de kolommen staat",
  delimiters: { ",": "een komma", ";": "een puntkomma", "\t": "een tab" } as Readonly<Record<string, string>>,
  columns: "In welke kolom staat wat",
  noColumn: "staat er niet in",
  defaults: "Als een rij het niet zegt",
  lang: "Taal",
  source: "Gekomen via",
  firstRows: "De eerste rijen, zoals we ze bewaren",
  noRows: "Onder de kopregel staat niets.",
  row: "Rij",
  wrong: "Wat er niet klopt",
  fine: "niets",
  look: "Opnieuw bekijken",
  run: "Importeren",
  cancel: "Import stoppen",
  cancelTitle: "Deze import stoppen?",
  cancelText: "Rijen die al klaar zijn, blijven. De rest van het bestand gooien we weg.",
  pause: "Pauzeren",
  resume: "Verdergaan",
  progress: "Hoe ver het is",
  progressText: (percent: string) => `Ongeveer ${percent}% is gedaan.`,
  checkingText: (percent: string) =>
    `We lezen het bestand eerst helemaal door; daarna pas bewaren we rijen. Ongeveer ${percent}% is gelezen.`,
  atRow: (row: string) => `Het gaat mis bij rij ${row}.`,
  result: {
    done: "Alle rijen zijn gedaan.",
    failed: "We kunnen dit bestand niet lezen. Er is niets van bewaard.",
    cancelled: "De import is gestopt. Rijen die al klaar waren, zijn gebleven.",
  },
  faults: "Geweigerde rijen",
  download: "Geweigerde rijen downloaden",
  firstFaults: "De eerste geweigerde rijen",
  heads: ["rij", "wat er niet klopt"] as readonly [string, string],
  more: "Meer imports",
  fileFaults: {
    not_text: "Dit is geen tekstbestand. Sla het in je rekenblad op als CSV, en stuur dat.",
    bad_encoding:
      "Dit bestand heeft andere tekens dan gekozen. Kies bij het bekijken andere tekens, zoals Windows-1252.",
    unclosed_quote: 'Een aanhalingsteken wordt nergens gesloten. Zoek in je bestand naar een " die alleen staat.',
    record_too_long: "Een rij is langer dan 256 KB. Vaak wordt dan een aanhalingsteken niet gesloten.",
    no_heading: "Het bestand is leeg: er is geen kopregel.",
    step_failed:
      "Een stap is vijf keer mislukt. Waarom staat in het logboek van de server. Is dat opgelost, laat de import dan verdergaan.",
  } as Readonly<Record<FileFault | "step_failed", string>>,
  done: { paused: "De import is gepauzeerd.", resumed: "De import gaat verder." } as Readonly<Record<string, string>>,
};

/** What the pages say of any import from a file. */
export const FILE_IMPORTS: Readonly<Record<Language, typeof nl>> = {
  nl,
  en: {
    file: "File",
    noScript: "Without JavaScript a file can have up to 1 MB.",
    tooLarge: "This file is too large to send without JavaScript.",
    send: "Send the file",
    sending: "Sending",
    again: "The connection is gone. We will try again shortly.",
    other: "This is another file than the one you began with.",
    stopped: "Sending failed. Reload the page and try again.",
    goOn: "Go on sending",
    goOnText: "Not all of it is here yet. Choose the same file, and we go on where we stopped.",
    none: "Nothing was imported yet.",
    when: "When",
    state: "State",
    states: {
      uploading: "being sent",
      ready: "ready to be looked at",
      checking: "being checked",
      running: "under way",
      paused: "paused",
      done: "done",
      failed: "failed",
      cancelled: "stopped",
    },
    unchanged: "The same already",
    refused: "Refused",
    startedAt: "Started",
    finishedAt: "Ended",
    reading: "How we read the file",
    encoding: "Characters",
    encodings: { "utf-8": "UTF-8", "windows-1252": "Windows-1252 (Excel)", "utf-16le": "UTF-16" },
    encodingHint: "If the names below have odd characters, choose another.",
    delimiter: "Between the columns stands",
    delimiters: { ",": "a comma", ";": "a semicolon", "\t": "a tab" },
    columns: "Which column holds what",
    noColumn: "is not in it",
    defaults: "When a row does not say",
    lang: "Language",
    source: "Came by",
    firstRows: "The first rows, as we will keep them",
    noRows: "There is nothing below the heading.",
    row: "Row",
    wrong: "What is not right",
    fine: "nothing",
    look: "Look again",
    run: "Import",
    cancel: "Stop the import",
    cancelTitle: "Stop this import?",
    cancelText: "Rows that are done stay. The rest of the file is thrown away.",
    pause: "Pause",
    resume: "Go on",
    progress: "How far it is",
    progressText: (percent) => `About ${percent}% is done.`,
    checkingText: (percent) =>
      `We first read the file to its end; only then we store rows. About ${percent}% has been read.`,
    atRow: (row) => `It goes wrong at row ${row}.`,
    result: {
      done: "All rows are done.",
      failed: "We cannot read this file. Nothing of it was stored.",
      cancelled: "The import was stopped. Rows that were done have stayed.",
    },
    faults: "Refused rows",
    download: "Download the refused rows",
    firstFaults: "The first refused rows",
    heads: ["row", "what is not right"],
    more: "More imports",
    fileFaults: {
      not_text: "This is not a text file. Save it as CSV in your spreadsheet, and send that.",
      bad_encoding:
        "This file has other characters than chosen. Choose others when you look at it, such as Windows-1252.",
      unclosed_quote: 'A quotation mark is never closed. Look in your file for a " that stands alone.',
      record_too_long: "A row is longer than 256 KB. Often a quotation mark is not closed then.",
      no_heading: "The file is empty: there is no heading.",
      step_failed:
        "A step has failed five times. Why stands in the server's log. Once that is mended, let the import go on.",
    },
    done: { paused: "The import is paused.", resumed: "The import goes on." },
  },
};

interface FaultWords {
  /** What is said of a code of a field, where it is not what is said of any field. */
  special: Readonly<Record<string, string>>;
  fields: Readonly<Record<string, string>>;
  encoding: string;
}

/** What is wrong with a field of a row or of a plan, in a sentence that names it. */
export function sayFault(lang: Language, words: FaultWords, { path, code }: FieldError): string {
  const [isColumn, field] = path.startsWith("columns.") ? [true, path.slice("columns.".length)] : [false, path];
  const said = words.special[`${isColumn ? "columns" : field} ${code}`] ?? FIELD_WORDS[lang][code];
  const fields: Readonly<Record<string, string>> = { ...words.fields, encoding: words.encoding, row: "" };
  const label = fields[field] ?? field;
  return label === "" ? said : `${label}: ${said}`;
}
