import type { ListImportField } from "../newsletter/list-import-row.ts";
import type { FieldError } from "../platform/errors.ts";
import type { Language } from "../platform/languages.ts";
import { FILE_IMPORTS, sayFault } from "./import-words.ts";

const nl = {
  ...FILE_IMPORTS.nl,
  title: "Abonnees importeren",
  intro:
    "Je stuurt een CSV-bestand, bekijkt hoe wij het lezen, zegt waar de toestemming vandaan komt, en start daarna pas. Wie zich afmeldde of wiens mail terugkwam, komt hierdoor nooit terug.",
  start: "Nieuwe import",
  back: "Alle abonnees",
  fileHint: "Een CSV-bestand met een kopregel, tot 100 MB. Elke rij is iemand met een e-mailadres.",
  ready: "klaar om te bekijken",
  active: "Meteen abonnee",
  pending: "Moet nog bevestigen",
  unchanged: "Stond er al",
  blocked: "Overgeslagen",
  asked: "Gevraagd om te bevestigen",
  confirmed: "Bevestigden",
  askedOf: (asked: string, pending: string) => `${asked} van ${pending}`,
  defaults: "Voor alle rijen",
  topics: "Onderwerpen",
  topicsHint: "Voor wie de rij zelf geen onderwerpen noemt.",
  labels: "Interne onderwerpen",
  sourceHint: "Eén woord in kleine letters; het staat daarna bij elke nieuwe abonnee.",
  several: "Meer dan één onderwerp in een cel? Zet er een puntkomma of een | tussen.",
  consent: "Waar de toestemming vandaan komt",
  consentIntro:
    "Dit leggen we vast, met jouw naam erbij. Zonder bewijs vragen we iedereen eerst per mail om te bevestigen.",
  text: "De woorden waarmee ze toestemming gaven",
  textHint: "Zoals ze op het formulier stonden.",
  date: "De dag, of de eerste dag, waarop ze dat deden",
  proof: "Bewijs van dubbele aanmelding",
  isDoubleOptIn: "Het bewijs laat zien dat elk van hen bevestigde met een link in een mail",
  isDoubleOptInHint: "Alleen dan worden ze meteen abonnee.",
  evidence: "Bestand met het bewijs",
  evidenceHint:
    "Het bestand blijft bij jou. We bewaren alleen zijn naam en zijn SHA-256, zodat je later kunt tonen dat het dit was.",
  hashing: "Bezig met rekenen",
  hashed: "Naam en SHA-256 zijn ingevuld.",
  evidenceName: "Naam van dat bestand",
  evidenceHash: "SHA-256 van dat bestand",
  evidenceHashHint: "64 tekens. Op je eigen computer: sha256sum BESTAND.",
  try: "Proef draaien",
  tried: "Uitkomst van de proef",
  triedText:
    "Zo zou het gaan, met wat je toen koos. Er is nog niets bewaard. Een adres dat ver uit elkaar twee keer voorkomt, telt hier twee keer.",
  tryingText: (percent: string) =>
    `We lezen het bestand door en tellen. Er wordt niets bewaard. Ongeveer ${percent}% is gedaan.`,
  stopTrying: "Proef stoppen",
  becomes: "Wat het wordt",
  outcomes: { active: "meteen abonnee", pending: "krijgt een mail om te bevestigen", unchanged: "staat er al" },
  askingText: (rate: string) =>
    `We vragen hun per mail om te bevestigen: hoogstens ${rate} per minuut. Wie niet bevestigt, gaat na zeven dagen weg.`,
  stopAsking: "Niet verder vragen",
  stopAskingTitle: "Niemand meer vragen om te bevestigen?",
  stopAskingText: "Wie al een mail kreeg, kan nog bevestigen. Wie er nog geen kreeg, gaat na zeven dagen weg.",
  faults: "Geweigerde en overgeslagen rijen",
  faultsText:
    "Download ze, verbeter de geweigerde in je rekenblad, en importeer alleen die. Overgeslagen rijen zijn van wie zich afmeldde of geen mail meer krijgt. We bewaren ze 30 dagen.",
  download: "Deze rijen downloaden",
  firstFaults: "De eerste van deze rijen",
  fields: {
    email: "E-mailadres",
    name: "Naam",
    lang: "Taal",
    topics: "Onderwerpen",
    labels: "Interne onderwerpen",
    date: "Dag van toestemming",
  } as Readonly<Record<ListImportField, string>>,
  special: {
    "row too_long":
      "Er staan meer cellen dan er kolommen zijn. Zet tekst met een scheidingsteken tussen aanhalingstekens.",
    "row required": "Er staan minder cellen dan er kolommen zijn.",
    "email.left closed": "Meldde zich af, en komt alleen zelf terug.",
    "email.bounced closed": "Mail aan dit adres kwam terug.",
    "email.complained closed": "Noemde onze mail ongewenst, en krijgt die nooit meer.",
    "email.staff closed": "Een medewerker zette mail aan dit adres stop.",
    "lang unknown_value": "Deze taal kennen we niet. Gebruik nl of en.",
    "topics unknown_value": "Dit onderwerp bestaat niet.",
    "topics required": "Kies er minstens één.",
    "labels unknown_value": "Dit interne onderwerp bestaat niet. Maak het eerst aan, of haal het uit de rij.",
    "date invalid": "Dit is geen dag, of hij ligt in de toekomst. Schrijf hem als 2026-11-23.",
    "consent.date invalid": "Dit is geen dag, of hij ligt in de toekomst.",
    "consent.evidence.sha256 required": "Kies het bestand, of vul zijn SHA-256 in.",
    "consent.evidence.sha256 invalid": "Een SHA-256 heeft 64 tekens: cijfers, en letters van a tot f.",
    "columns required": "Kies de kolom waarin dit staat.",
  } as Readonly<Record<string, string>>,
};

/** What the pages about imports of subscribers say. */
export const LIST_IMPORTS: Readonly<Record<Language, typeof nl>> = {
  nl,
  en: {
    ...FILE_IMPORTS.en,
    title: "Import subscribers",
    intro:
      "You send a CSV file, see how we read it, say where the consent comes from, and only then start. Nobody who left, or whose mail came back, ever comes back by this.",
    start: "New import",
    back: "All subscribers",
    fileHint: "A CSV file with a heading, up to 100 MB. Each row is somebody with an e-mail address.",
    ready: "ready to be looked at",
    active: "Subscribers at once",
    pending: "Still to confirm",
    unchanged: "There already",
    blocked: "Passed over",
    asked: "Asked to confirm",
    confirmed: "Confirmed",
    askedOf: (asked, pending) => `${asked} of ${pending}`,
    defaults: "For all rows",
    topics: "Topics",
    topicsHint: "For rows that name no topics themselves.",
    labels: "Internal topics",
    sourceHint: "One word in small letters; it then stands with every new subscriber.",
    several: "More than one topic in a cell? Put a semicolon or a | between them.",
    consent: "Where the consent comes from",
    consentIntro: "We write this down, with your name. Without proof we first ask everybody by mail to confirm.",
    text: "The words by which they consented",
    textHint: "As they stood on the form.",
    date: "The day, or the first day, on which they did",
    proof: "Proof of double opt-in",
    isDoubleOptIn: "The proof shows that each of them confirmed by a link in a mail",
    isDoubleOptInHint: "Only then they are subscribers at once.",
    evidence: "File with the proof",
    evidenceHint:
      "The file stays with you. We keep only its name and its SHA-256, so that you can show later that it was this one.",
    hashing: "Working it out",
    hashed: "Name and SHA-256 are filled in.",
    evidenceName: "Name of that file",
    evidenceHash: "SHA-256 of that file",
    evidenceHashHint: "64 characters. On your own computer: sha256sum FILE.",
    try: "Dry run",
    tried: "What the dry run says",
    triedText:
      "So it would go, with what you chose then. Nothing was stored yet. An address that stands twice, far apart, counts twice here.",
    tryingText: (percent) => `We read the file through and count. Nothing is stored. About ${percent}% is done.`,
    stopTrying: "Stop the dry run",
    becomes: "What it becomes",
    outcomes: { active: "subscriber at once", pending: "gets a mail to confirm", unchanged: "is there already" },
    askingText: (rate) =>
      `We ask them by mail to confirm: at most ${rate} a minute. Who does not confirm goes after seven days.`,
    stopAsking: "Ask no more",
    stopAskingTitle: "Ask nobody more to confirm?",
    stopAskingText: "Who had a mail can still confirm. Who had none goes after seven days.",
    faults: "Rows refused and passed over",
    faultsText:
      "Download them, mend the refused ones in your spreadsheet, and import only those. Rows passed over are of people who left or get no more mail. We keep them for 30 days.",
    download: "Download these rows",
    firstFaults: "The first of these rows",
    fields: {
      email: "E-mail address",
      name: "Name",
      lang: "Language",
      topics: "Topics",
      labels: "Internal topics",
      date: "Day of consent",
    },
    special: {
      "row too_long": "There are more cells than columns. Put text with a delimiter in it between quotation marks.",
      "row required": "There are fewer cells than columns.",
      "email.left closed": "Left, and comes back only by themselves.",
      "email.bounced closed": "Mail to this address came back.",
      "email.complained closed": "Called our mail unwanted, and never gets it again.",
      "email.staff closed": "A member of staff stopped mail to this address.",
      "lang unknown_value": "We do not know this language. Use nl or en.",
      "topics unknown_value": "There is no such topic.",
      "topics required": "Choose at least one.",
      "labels unknown_value": "There is no such internal topic. Add it first, or take it out of the row.",
      "date invalid": "This is no day, or it lies in the future. Write it as 2026-11-23.",
      "consent.date invalid": "This is no day, or it lies in the future.",
      "consent.evidence.sha256 required": "Choose the file, or fill in its SHA-256.",
      "consent.evidence.sha256 invalid": "A SHA-256 has 64 characters: digits, and letters from a to f.",
      "columns required": "Choose the column that holds this.",
    },
  },
};

/** What is wrong with a field of a row or of a plan, in a sentence that names it. */
export function listFaultInWords(lang: Language, fault: FieldError): string {
  const words = LIST_IMPORTS[lang];
  const gone = Object.fromEntries(
    ["left", "bounced", "complained", "staff"].map((why) => [`email.${why}`, words.blocked]),
  );
  const consent = {
    "consent.text": words.text,
    "consent.date": words.date,
    "consent.evidence.sha256": words.evidenceHash,
    "consent.evidence.name": words.evidenceName,
    source: words.source,
  };
  return sayFault(lang, { ...words, fields: { ...words.fields, ...gone, ...consent } }, fault);
}
