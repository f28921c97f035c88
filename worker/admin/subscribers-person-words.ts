import type { SUPPRESSION_REASONS } from "../mail/tables.ts";
import type { Language } from "../platform/languages.ts";

const nl = {
  sure: "Hoe zeker",
  flagged: "De bevestiging lijkt niet door een mens gedaan. Zij telt, maar weet dit:",
  imported: "Toestemming volgens de import",
  importedText: "Wij zagen deze toestemming niet zelf. Wie importeerde, verklaart dit:",
  statement: "Waarmee zij instemden",
  statementDay: "Op of vanaf",
  evidence: "Bewijsbestand",
  noEvidence: "geen",
  hash: "SHA-256",
  doubleOptIn: "Ieder bevestigde via een link in een mail",
  yes: "ja",
  no: "nee",
  importedBy: "Geïmporteerd door",
  edit: "Abonnee wijzigen",
  nameHint: "Mag leeg blijven.",
  takeOff: "Afhalen van een onderwerp",
  takeOffHint: "Als iemand daarom vroeg. Erbij kiezen kan alleen de persoon zelf.",
  behind: "Iemand anders wijzigde deze abonnee net. Kijk wat er nu staat, en sla op als het jouwe moet gelden.",
  doFor: "Voor deze abonnee doen",
  resend: "Bevestigingsmail opnieuw sturen",
  leave: "Afmelden",
  leaveTitle: (email: string) => `${email} afmelden?`,
  leaveText:
    "Doe dit als iemand erom vroeg, aan de telefoon bijvoorbeeld. De nieuwsbrief stopt meteen. Alleen de persoon zelf kan dat terugdraaien, door zich weer aan te melden.",
  erase: "Wissen",
  eraseTitle: (email: string) => `${email} wissen?`,
  eraseText:
    "Alles over deze abonnee gaat weg, ook wat in het logboek staat. Dat dit adres geen nieuwsbrief wil, blijft bewaard zonder het adres zelf. Dit kan niet terug.",
  stopped: {
    complained: "Dit adres meldde onze mail als ongewenst. Het krijgt nooit meer een nieuwsbrief.",
    staff: "Een medewerker zette mail aan dit adres stop.",
    bounced: "Mail aan dit adres kwam terug. Het krijgt geen nieuwsbrief.",
    left: "Dit adres is afgemeld. Alleen wie zich zelf weer aanmeldt, krijgt de nieuwsbrief.",
    erased: "Dit adres is gewist. Alleen wie zich zelf weer aanmeldt, krijgt de nieuwsbrief.",
  } as Readonly<Record<(typeof SUPPRESSION_REASONS)[number], string>>,
  back: "Alle abonnees",
  done: {
    saved: "Opgeslagen.",
    resent: "De mail is onderweg.",
    "not-resent":
      "Er ging geen mail uit: dit adres kreeg er vandaag al drie, of de aanmelding is verlopen. Probeer het morgen, of laat de persoon zich opnieuw aanmelden.",
    left: "Afgemeld.",
  } as Readonly<Record<string, string>>,
};

/** What the page about one subscriber says. */
export const PERSON: Readonly<Record<Language, typeof nl>> = {
  nl,
  en: {
    sure: "How sure",
    flagged: "The confirmation looks as if no person did it. It counts, but know this:",
    imported: "Consent according to the import",
    importedText: "We did not see this consent ourselves. Whoever imported states this:",
    statement: "What they agreed to",
    statementDay: "On or from",
    evidence: "File that proves it",
    noEvidence: "none",
    hash: "SHA-256",
    doubleOptIn: "Everyone confirmed by a link in a mail",
    yes: "yes",
    no: "no",
    importedBy: "Imported by",
    edit: "Change the subscriber",
    nameHint: "May stay empty.",
    takeOff: "Take off a topic",
    takeOffHint: "When somebody asked for it. Only they themselves can add one.",
    behind: "Someone else has just changed this subscriber. See what stands there now, and save if yours is to hold.",
    doFor: "Do for this subscriber",
    resend: "Send the confirmation mail again",
    leave: "Unsubscribe",
    leaveTitle: (email) => `Unsubscribe ${email}?`,
    leaveText:
      "Do this when somebody asked for it, by telephone for instance. The newsletter stops at once. Only they themselves can turn that back, by signing up again.",
    erase: "Erase",
    eraseTitle: (email) => `Erase ${email}?`,
    eraseText:
      "All about this subscriber goes, also what the ledger says. That this address wants no newsletter is kept, without the address itself. This cannot be undone.",
    stopped: {
      complained: "This address reported our mail as unwanted. It never gets a newsletter again.",
      staff: "A member of staff stopped mail to this address.",
      bounced: "Mail to this address came back. It gets no newsletter.",
      left: "This address has left. Only by signing up again themselves they get the newsletter.",
      erased: "This address was erased. Only by signing up again themselves they get the newsletter.",
    },
    back: "All subscribers",
    done: {
      saved: "Saved.",
      resent: "The mail is on its way.",
      "not-resent":
        "No mail went out: this address had three of them today, or the sign-up has lapsed. Try tomorrow, or have the person sign up again.",
      left: "Unsubscribed.",
    },
  },
};
