import type { Recipient } from "../platform/inventory.ts";
import type { Language } from "../platform/languages.ts";
import type { ReceiptEvent } from "./receipt-shapes.ts";

/** What a receipt says in one language. */
export interface ReceiptWords {
  title: string;
  intro: (company: string) => string;
  download: string;
  preferences: string;
  now: string;
  noConsent: string;
  since: string;
  ended: string;
  history: string;
  states: Readonly<Record<ReceiptEvent["event_state"], string>>;
  facts: Readonly<
    Record<
      | "topics"
      | "added"
      | "removed"
      | "method"
      | "asked"
      | "page"
      | "wording"
      | "hash"
      | "notice"
      | "doubts"
      | "stated"
      | "evidence"
      | "entry"
      | "commitment"
      | "seal",
      string
    >
  >;
  /** How it was asked, given up or stopped. */
  methods: Readonly<Record<string, string>>;
  doubts: Readonly<Record<string, string>>;
  noDoubt: string;
  /** How sure a consent is that nobody confirmed here. */
  onStatement: string;
  byStaff: string;
  proof: string;
  notSealed: string;
  sealed: (number: number) => string;
  who: string;
  party: Readonly<
    Record<"name" | "address" | "email" | "basis" | "data" | "recipients" | "kept" | "leave" | "rights", string>
  >;
  basis: string;
  pii: Readonly<Record<"email" | "name" | "lang" | "topics", string>>;
  collection: { byYou: string; imported: string };
  processing: readonly string[];
  storage: string;
  retention: string;
  recipients: Readonly<Record<Recipient, string>>;
  withdrawal: readonly string[];
  withdrawalByReply: string;
  rights: readonly string[];
  check: string;
}

/** What the receipt says, on its page and where its JSON has words. */
export const RECEIPT_WORDS: Readonly<Record<Language, ReceiptWords>> = {
  nl: {
    title: "Bewijs van je toestemming",
    intro: (company) =>
      `Hier staat wanneer en waarvoor je ${company} toestemming gaf voor de nieuwsbrief, en wat je daarna veranderde. Bewaar het gerust: je hebt het niet nodig om je af te melden.`,
    download: "Downloaden als JSON",
    preferences: "Naar je voorkeuren",
    now: "Waarvoor je toestemming gaf",
    noConsent: "Je gaf nog geen toestemming.",
    since: "vanaf",
    ended: "tot",
    history: "Wat er gebeurde",
    states: {
      given: "Toestemming gegeven",
      changed: "Onderwerpen gewijzigd",
      withdrawn: "Afgemeld",
      stopped: "Gestopt met mailen",
      moved: "Adres gewijzigd",
    },
    facts: {
      topics: "Onderwerpen",
      added: "Erbij",
      removed: "Eraf",
      method: "Hoe",
      asked: "Gevraagd op",
      page: "Op de pagina",
      wording: "Waar je ja op zei",
      hash: "Controlegetal van die woorden (SHA-256)",
      notice: "Privacybeleid van toen",
      doubts: "Hoe zeker",
      stated: "Volgens wie je adres overnam",
      evidence: "Bewijsstuk (SHA-256)",
      entry: "Nummer in het logboek",
      commitment: "Zegelwaarde",
      seal: "Verzegeld",
    },
    methods: {
      form: "met het formulier, bevestigd per mail",
      panel: "in het klantenpaneel",
      preferences: "bij je voorkeuren",
      import: "overgenomen uit een lijst van eerdere aanmeldingen",
      link: "met de link in een mail",
      "one-click": "met de afmeldknop van je mailprogramma",
      reply: "door op een mail te antwoorden",
      staff: "door een medewerker",
      key: "door een programma van ons",
      erasure: "bij het wissen van je gegevens",
      suppression: "omdat je je eerder had afgemeld",
      bounced: "mail kwam terug",
      complained: "mail is als ongewenst gemeld",
      confirmation: "vervangen door een nieuwe aanmelding",
    },
    doubts: {
      fast: "bevestigd binnen vijf seconden na het versturen van de mail",
      burst: "bevestigd tegelijk met veel anderen",
      scanner: "bevestigd door een programma, zoals een virusscanner voor mail",
    },
    onStatement: "dit rust op de verklaring van wie je adres overnam; hier is het niet bevestigd",
    noDoubt: "er is geen reden om te twijfelen dat een mens op de knop klikte",
    byStaff: "Dit deed niet jij, maar wij.",
    proof: "Bewijs bekijken",
    notSealed: "Nog niet: dat gebeurt binnen een kwartier.",
    sealed: (number) => `Ja, met zegel ${number}.`,
    who: "Wie, wat en hoe lang",
    party: {
      name: "Verantwoordelijke",
      address: "Adres",
      email: "E-mailadres",
      basis: "Grondslag",
      data: "Gegevens",
      recipients: "Wie het voor ons verwerkt",
      kept: "Bewaard",
      leave: "Zo trek je je toestemming in",
      rights: "Je rechten",
    },
    basis: "toestemming (AVG artikel 6 lid 1 onder a)",
    pii: { email: "e-mailadres", name: "naam", lang: "taal", topics: "gekozen onderwerpen" },
    collection: { byYou: "door jou ingevuld", imported: "overgenomen uit een lijst van eerdere aanmeldingen" },
    processing: ["bewaren", "gebruiken om de nieuwsbrief te versturen", "bewijzen dat je toestemming gaf"],
    storage: "bij de partij die onze database beheert; zie het privacybeleid",
    retention: "tot je vraagt om je gegevens te wissen; een aanmelding die je nooit bevestigt zeven dagen",
    recipients: {
      "hosting-provider": "de partij die onze database beheert",
      "mail-provider": "de partij die onze mail verstuurt",
    },
    withdrawal: ["met de link in elke nieuwsbrief", "bij je voorkeuren", "op onze website"],
    withdrawalByReply: "door een nieuwsbrief te beantwoorden met 'afmelden'",
    rights: ["inzien", "verbeteren", "wissen", "beperken", "meenemen", "een klacht indienen bij de toezichthouder"],
    check:
      "Zo controleer je dit zelf: de stappen staan in de documentatie van Fineprint, bij het bewijs voor één inschrijving in het logboek.",
  },
  en: {
    title: "Receipt of your consent",
    intro: (company) =>
      `This says when and for what you gave ${company} consent for the newsletter, and what you changed since. Keep it if you like: you do not need it to leave.`,
    download: "Download as JSON",
    preferences: "To your preferences",
    now: "What you gave consent for",
    noConsent: "You have not given consent yet.",
    since: "from",
    ended: "until",
    history: "What happened",
    states: {
      given: "Consent given",
      changed: "Topics changed",
      withdrawn: "Left",
      stopped: "Mail stopped",
      moved: "Address changed",
    },
    facts: {
      topics: "Topics",
      added: "Added",
      removed: "Removed",
      method: "How",
      asked: "Asked for on",
      page: "On the page",
      wording: "What you agreed to",
      hash: "Checksum of those words (SHA-256)",
      notice: "Privacy policy of that day",
      doubts: "How sure",
      stated: "According to whoever took over your address",
      evidence: "Evidence (SHA-256)",
      entry: "Number in the ledger",
      commitment: "Commitment",
      seal: "Sealed",
    },
    methods: {
      form: "by the form, confirmed by mail",
      panel: "in the control panel",
      preferences: "among your preferences",
      import: "taken over from a list of earlier sign-ups",
      link: "by the link in a mail",
      "one-click": "by the unsubscribe button of your mail program",
      reply: "by replying to a mail",
      staff: "by a member of our staff",
      key: "by a program of ours",
      erasure: "when your data was erased",
      suppression: "because you had left before",
      bounced: "mail came back",
      complained: "mail was reported as unwanted",
      confirmation: "replaced by a new sign-up",
    },
    doubts: {
      fast: "confirmed within five seconds after the mail was sent",
      burst: "confirmed at the same time as many others",
      scanner: "confirmed by a program, such as a virus scanner for mail",
    },
    onStatement: "this rests on the statement of whoever took over your address; it was not confirmed here",
    noDoubt: "there is no reason to doubt that a person pressed the button",
    byStaff: "This was not done by you, but by us.",
    proof: "See the proof",
    notSealed: "Not yet: that happens within a quarter of an hour.",
    sealed: (number) => `Yes, by seal ${number}.`,
    who: "Who, what and how long",
    party: {
      name: "Controller",
      address: "Address",
      email: "E-mail address",
      basis: "Legal basis",
      data: "Data",
      recipients: "Who processes it for us",
      kept: "Kept",
      leave: "How to withdraw your consent",
      rights: "Your rights",
    },
    basis: "consent (GDPR Article 6(1)(a))",
    pii: { email: "e-mail address", name: "name", lang: "language", topics: "chosen topics" },
    collection: { byYou: "filled in by you", imported: "taken over from a list of earlier sign-ups" },
    processing: ["keeping it", "using it to send the newsletter", "proving that you gave consent"],
    storage: "with whoever runs our database; see the privacy policy",
    retention: "until you ask us to erase your data; a sign-up that you never confirm for seven days",
    recipients: {
      "hosting-provider": "whoever runs our database",
      "mail-provider": "whoever sends our mail",
    },
    withdrawal: ["by the link in every newsletter", "among your preferences", "on our website"],
    withdrawalByReply: "by replying 'unsubscribe' to a newsletter",
    rights: [
      "access",
      "rectification",
      "erasure",
      "restriction",
      "portability",
      "a complaint with the supervisory authority",
    ],
    check:
      "How to check this yourself: the steps are in the documentation of Fineprint, under the proof for one entry of the ledger.",
  },
};
