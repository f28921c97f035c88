import type { Language } from "../platform/languages.ts";
import type { Standing } from "./preferences.ts";

type Paragraphs = readonly [title: string, ...paragraphs: string[]];

interface Words {
  title: string;
  /** What is the case for somebody, whichever it is. */
  states: Readonly<Record<Standing, (email: string) => string>>;
  saved: string;
  asked: string;
  rejoined: string;
  faults: string;
  topics: string;
  /** Before and after the words of consent. */
  consent: string;
  language: string;
  name: string;
  nameHint: string;
  save: string;
  none: { title: string; text: string; label: string };
  move: { title: string; text: string; email: string; label: string };
  receipt: { title: string; text: string; label: string };
  leave: { title: string; text: string; label: string };
  rejoin: { title: string; text: string; label: string };
  moveFrom: { title: string; text: (to: string) => string; label: string };
  moveTo: { title: string; text: string; label: string };
  waits: Paragraphs;
  moved: Paragraphs;
  stopped: Paragraphs;
}

/** What the preference centre and the change of address say. */
export const PREFERENCES_WORDS: Readonly<Record<Language, Words>> = {
  nl: {
    title: "Je voorkeuren voor de nieuwsbrief",
    states: {
      active: (email) => `We sturen de nieuwsbrief naar ${email}.`,
      pending: (email) =>
        `${email} is aangemeld, maar nog niet bevestigd. Klik op de knop in de mail die we je stuurden, of vraag hieronder een nieuwe.`,
      left: (email) => `${email} is afgemeld. We sturen je geen nieuwsbrief.`,
      bounced: (email) => `Mail aan ${email} kwam terug. Daarom sturen we je geen nieuwsbrief meer.`,
      complained: (email) =>
        `Onze mail aan ${email} is als ongewenst gemeld. Daarom sturen we dit adres nooit meer een nieuwsbrief. Wil je hem toch? Meld je dan aan met een ander adres.`,
      stopped: (email) =>
        `Naar ${email} sturen we geen mail meer: een medewerker heeft dat gestopt. Neem contact met ons op als je dat anders wilt.`,
    },
    saved: "Je keuze is opgeslagen.",
    asked:
      "We sturen een mail naar je oude en naar je nieuwe adres, hooguit drie op een dag. Klik in allebei op de knop. Tot die tijd verandert er niets.",
    rejoined:
      "We sturen je een mail, hooguit drie op een dag. Klik op de knop in de nieuwste: pas dan sta je weer op de lijst.",
    faults: "Er klopt nog iets niet. Er is niets opgeslagen. Wat je invulde staat er nog.",
    topics: "Waarover wil je mail?",
    consent: "Vink je iets nieuws aan, dan zeg je hier ja op:",
    language: "Taal van de nieuwsbrief",
    name: "Naam (mag leeg)",
    nameHint: "Alleen om je in de nieuwsbrief mee aan te spreken.",
    save: "Voorkeuren opslaan",
    none: {
      title: "Wil je je afmelden?",
      text: "Je vinkte niets aan. Dan krijg je niets meer van ons: dat is afmelden. Er is nog niets veranderd.",
      label: "Ja, meld me af",
    },
    move: {
      title: "Een ander adres",
      text: "We mailen je op beide adressen. Pas als je in allebei op de knop klikt, wijzigen we je adres.",
      email: "Nieuw e-mailadres",
      label: "Adres wijzigen",
    },
    receipt: {
      title: "Waar je ja op zei",
      text: "Je kunt bekijken en bewaren wanneer en waarvoor je toestemming gaf, met het bewijs erbij.",
      label: "Bewijs van je toestemming bekijken",
    },
    leave: {
      title: "Afmelden",
      text: "Daarna krijg je geen nieuwsbrief meer van ons, over geen enkel onderwerp.",
      label: "Afmelden voor alles",
    },
    rejoin: {
      title: "Weer aanmelden",
      text: "Kies waarover je mail wilt. Je krijgt dan een mail om je aanmelding te bevestigen.",
      label: "Weer aanmelden",
    },
    moveFrom: {
      title: "Je adres wijzigen",
      text: (to) =>
        `Klik op de knop als je de nieuwsbrief voortaan wilt ontvangen op ${to}, en niet meer op dit adres.`,
      label: "Ja, wijzig mijn adres",
    },
    moveTo: {
      title: "De nieuwsbrief op dit adres",
      text: "Klik op de knop als je de nieuwsbrief voortaan op dit adres wilt ontvangen.",
      label: "Ja, stuur hem hierheen",
    },
    waits: [
      "Nog één stap",
      "Klik ook op de knop in de mail aan je andere adres. Tot die tijd verandert er niets.",
      "De link daarin werkt zeven dagen.",
    ],
    moved: [
      "Je adres is gewijzigd",
      "We sturen de nieuwsbrief voortaan naar je nieuwe adres. Je hoeft niets meer te doen.",
    ],
    stopped: [
      "Dit ging niet door",
      "Er is intussen iets veranderd, zodat we je adres niet konden wijzigen. Vraag het nog een keer aan bij je voorkeuren.",
    ],
  },
  en: {
    title: "Your newsletter preferences",
    states: {
      active: (email) => `We send the newsletter to ${email}.`,
      pending: (email) =>
        `${email} is signed up, but not confirmed yet. Press the button in the mail that we sent you, or ask for a new one below.`,
      left: (email) => `${email} has left. We send you no newsletter.`,
      bounced: (email) => `Mail to ${email} came back. That is why we send you no newsletter any more.`,
      complained: (email) =>
        `Our mail to ${email} was reported as unwanted. That is why we never send this address a newsletter again. Would you like it after all? Then sign up with another address.`,
      stopped: (email) =>
        `We no longer send mail to ${email}: a member of our staff stopped it. Contact us if you want that changed.`,
    },
    saved: "Your choice is saved.",
    asked:
      "We send a mail to your old and to your new address, at most three a day. Press the button in both. Until then nothing changes.",
    rejoined:
      "We send you a mail, at most three a day. Press the button in the newest: only then you are on the list again.",
    faults: "Something is not right yet. Nothing was saved. What you filled in is still here.",
    topics: "What would you like mail about?",
    consent: "If you tick something new, this is what you agree to:",
    language: "Language of the newsletter",
    name: "Name (optional)",
    nameHint: "Only to address you by in the newsletter.",
    save: "Save preferences",
    none: {
      title: "Do you want to leave?",
      text: "You ticked nothing. Then you get nothing from us any more: that is leaving. Nothing has changed yet.",
      label: "Yes, unsubscribe me",
    },
    move: {
      title: "Another address",
      text: "We mail you at both addresses. Only when you press the button in both, we change your address.",
      email: "New e-mail address",
      label: "Change address",
    },
    receipt: {
      title: "What you agreed to",
      text: "You can see and keep when and for what you gave consent, with the proof of it.",
      label: "See the receipt of your consent",
    },
    leave: {
      title: "Leave",
      text: "After that you get no newsletter from us any more, on any topic.",
      label: "Unsubscribe from everything",
    },
    rejoin: {
      title: "Join again",
      text: "Choose what you would like mail about. You then get a mail to confirm your sign-up.",
      label: "Join again",
    },
    moveFrom: {
      title: "Change your address",
      text: (to) =>
        `Press the button if you want the newsletter at ${to} from now on, and not at this address any more.`,
      label: "Yes, change my address",
    },
    moveTo: {
      title: "The newsletter at this address",
      text: "Press the button if you want the newsletter at this address from now on.",
      label: "Yes, send it here",
    },
    waits: [
      "One more step",
      "Press the button in the mail to your other address, too. Until then nothing changes.",
      "The link in it works for seven days.",
    ],
    moved: [
      "Your address is changed",
      "From now on we send the newsletter to your new address. There is nothing left to do.",
    ],
    stopped: [
      "This did not go through",
      "Something changed meanwhile, so that we could not change your address. Ask for it again among your preferences.",
    ],
  },
};
