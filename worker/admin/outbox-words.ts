import type { Language } from "../platform/languages.ts";

const nl = {
  intro:
    "Elke mail die eruit gaat of ging. Lukt een mail niet, dan proberen we het vanzelf opnieuw. Na tien pogingen, of als een server definitief weigert, staat hij bij Mislukt.",
  tabs: "Stand van de mails",
  states: {
    dead: "Mislukt",
    queued: "Wacht",
    sending: "Bezig",
    sent: "Verstuurd",
    held: "Gepauzeerd",
    dropped: "Vervallen",
    all: "Alles",
  },
  is: {
    dead: "mislukt",
    queued: "wacht",
    again: "wacht op nieuwe poging",
    sending: "wordt verstuurd",
    sent: "verstuurd",
    held: "gepauzeerd",
    dropped: "vervallen",
  },
  recipient: "Ontvanger",
  template: "Soort mail",
  everyTemplate: "Alle soorten",
  mail: "Mail",
  state: "Stand",
  tries: "Pogingen",
  due: "Aan de beurt",
  created: "Gemaakt",
  sent: "Verstuurd",
  why: "Waarom niet",
  empty: {
    dead: "Er zijn geen mislukte mails.",
    queued: "Er wacht geen mail.",
    sending: "Er wordt nu geen mail verstuurd.",
    sent: "Er is de laatste 90 dagen geen mail verstuurd.",
    held: "Er is geen mail gepauzeerd.",
    dropped: "Er is geen mail vervallen.",
  },
  emptyFiltered: "Er zijn geen mails die bij deze filters passen.",
  notYet: "Hier zit er nog geen tussen.",
  lookedTo: "Er zijn veel mails. We zochten nu tot",
  goOn: "Kies Volgende om verder te zoeken.",
  retryAll: "Mislukte mails opnieuw versturen",
  retryAllTitle: "Mislukte mails opnieuw versturen?",
  retryAllText: {
    one: "Er is één mislukte mail. Die gaat nu opnieuw de deur uit.",
    some: (count: string) => `Er zijn ${count} mislukte mails. Ze gaan nu allemaal opnieuw de deur uit.`,
    many: (count: string) =>
      `Er zijn meer dan ${count} mislukte mails. De ${count} oudste gaan nu opnieuw de deur uit. Daarna kun je de rest doen.`,
  },
  retryAllNote: "Is de oorzaak nog niet weg, dan mislukken ze weer. Wat verstuurd is, is niet terug te halen.",
  retry: "Opnieuw versturen",
  lang: "Taal",
  id: "Nummer",
  from: "Van",
  to: "Aan",
  subject: "Onderwerp",
  date: "Datum",
  asSent: "De mail zelf",
  asSentText:
    "We bewaren de tekst niet. We maken de mail opnieuw met dezelfde gegevens. Is de tekst van deze soort sindsdien veranderd, dan zie je de nieuwe.",
  masked:
    "De links staan hier zonder hun sleutel: daar staan puntjes. Wie de sleutel heeft, kan zich aanmelden of iets bevestigen alsof hij de ontvanger is. Daarom ziet niemand hem hier.",
  unwritable:
    "Deze mail is niet te tonen: de soort bestaat niet meer, of hij zou nu niet weggaan. Opnieuw versturen lukt dan ook niet.",
  headers: "Kopregels",
  text: "Tekst",
  html: "Bekijk de opgemaakte mail",
  newTab: "(opent in een nieuw tabblad)",
  done: {
    retried: "De mail gaat opnieuw de deur uit.",
    "all-retried": "De mislukte mails gaan opnieuw de deur uit. Bij veel mails duurt dat even.",
    "not-failed": "Er is niets veranderd: deze mail is niet mislukt, of iemand anders was je voor.",
    "none-failed": "Er is niets veranderd: er was niets mislukt, of iemand anders was je voor.",
  } as Readonly<Record<string, string>>,
};

/** What the pages about outgoing mail say. */
export const OUTBOX: Readonly<Record<Language, typeof nl>> = {
  nl,
  en: {
    intro:
      "Every mail that goes or went out. When a mail does not go out, we try again. After ten tries, or when a server refuses for good, it is under Failed.",
    tabs: "State of the mails",
    states: {
      dead: "Failed",
      queued: "Waiting",
      sending: "Under way",
      sent: "Sent",
      held: "Paused",
      dropped: "Dropped",
      all: "All",
    },
    is: {
      dead: "failed",
      queued: "waiting",
      again: "waiting for another try",
      sending: "being sent",
      sent: "sent",
      held: "paused",
      dropped: "dropped",
    },
    recipient: "Recipient",
    template: "Kind of mail",
    everyTemplate: "All kinds",
    mail: "Mail",
    state: "State",
    tries: "Tries",
    due: "Due",
    created: "Made",
    sent: "Sent",
    why: "Why not",
    empty: {
      dead: "No mail has failed.",
      queued: "No mail is waiting.",
      sending: "No mail is being sent right now.",
      sent: "No mail was sent in the last 90 days.",
      held: "No mail is paused.",
      dropped: "No mail was dropped.",
    },
    emptyFiltered: "No mail matches these filters.",
    notYet: "None of these so far.",
    lookedTo: "There are many mails. So far we looked up to",
    goOn: "Choose Next to go on.",
    retryAll: "Send failed mails again",
    retryAllTitle: "Send failed mails again?",
    retryAllText: {
      one: "One mail has failed. It goes out again now.",
      some: (count) => `${count} mails have failed. All of them go out again now.`,
      many: (count) =>
        `More than ${count} mails have failed. The ${count} oldest go out again now. After that you can do the rest.`,
    },
    retryAllNote: "If the cause is still there, they will fail again. A mail that was sent cannot be taken back.",
    retry: "Send again",
    lang: "Language",
    id: "Number",
    from: "From",
    to: "To",
    subject: "Subject",
    date: "Date",
    asSent: "The mail itself",
    asSentText:
      "We do not keep the text. We write the mail again from the same data. If the text of this kind has changed since, you see the new one.",
    masked:
      "The links are shown without their key: there are dots in its place. Who has the key can sign in or confirm something as if they were the recipient. So nobody sees it here.",
    unwritable:
      "This mail cannot be shown: its kind no longer exists, or it would not go as things are now. Sending it again will not work either.",
    headers: "Headers",
    text: "Text",
    html: "See the mail as designed",
    newTab: "(opens in a new tab)",
    done: {
      retried: "The mail goes out again.",
      "all-retried": "The failed mails go out again. With many mails that takes a while.",
      "not-failed": "Nothing has changed: this mail has not failed, or somebody else was first.",
      "none-failed": "Nothing has changed: nothing had failed, or somebody else was first.",
    },
  },
};

/** Every template of worker/letters.ts in words. */
export const TEMPLATES: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  nl: {
    "policy.notice": "Privacybeleid: bericht van een wijziging",
    "customers.confirm": "Klanten: registratie bevestigen",
    "customers.welcome": "Klanten: klantnummer",
    "newsletter.campaign": "Nieuwsbrief",
    "newsletter.test": "Nieuwsbrief: test",
    "newsletter.confirm": "Nieuwsbrief: aanmelding bevestigen",
    "newsletter.import-confirm": "Nieuwsbrief: bevestigen na een import",
    "newsletter.welcome": "Nieuwsbrief: welkom",
    "newsletter.already": "Nieuwsbrief: al aangemeld",
    "newsletter.leave": "Nieuwsbrief: afmeldlink",
    "newsletter.move-from": "Nieuwsbrief: adres wijzigen, oud adres",
    "newsletter.move-to": "Nieuwsbrief: adres wijzigen, nieuw adres",
    "newsletter.move-taken": "Nieuwsbrief: adres wijzigen, adres al bekend",
    "contact.receipt": "Contact: ontvangstbewijs",
    "contact.confirm": "Contact: bericht bevestigen",
    "staff.sign-in": "Beheer: aanmeldlink",
    "staff.invite": "Beheer: uitnodiging",
  },
  en: {
    "policy.notice": "Privacy policy: notice of a change",
    "customers.confirm": "Customers: confirm the registration",
    "customers.welcome": "Customers: customer number",
    "newsletter.campaign": "Newsletter",
    "newsletter.test": "Newsletter: test",
    "newsletter.confirm": "Newsletter: confirm the sign-up",
    "newsletter.import-confirm": "Newsletter: confirm after an import",
    "newsletter.welcome": "Newsletter: welcome",
    "newsletter.already": "Newsletter: signed up before",
    "newsletter.leave": "Newsletter: unsubscribe link",
    "newsletter.move-from": "Newsletter: change of address, old address",
    "newsletter.move-to": "Newsletter: change of address, new address",
    "newsletter.move-taken": "Newsletter: change of address, address known",
    "contact.receipt": "Contact: receipt",
    "contact.confirm": "Contact: confirm the message",
    "staff.sign-in": "Admin: sign-in link",
    "staff.invite": "Admin: invitation",
  },
};

/** A template in words; its own name when it is not one of ours any more. */
export const templateInWords = (template: string, lang: Language): string => TEMPLATES[lang][template] ?? template;

/** What worker/mail/outbox.ts and policy/returned.ts keep of a failure, from the telling to the vague: SMTP's answer, or the library's code. */
const FAILURES = [
  [/^SMTP 5\d\d 5\.(1\.([12346]|10)|2\.1)$/, "address"],
  [/^SMTP 55[013]$/, "address"],
  [/^SMTP (552|5\d\d 5\.2\.2)$/, "full"],
  [/^SMTP 5/, "refused"],
  [/\b(EAUTH|ENOAUTH|EOAUTH2)\b/, "login"],
  [/\b(ETLS|EREQUIRETLS)\b/, "tls"],
  [/\bEDNS\b/, "name"],
  [/\bETIMEDOUT\b/, "slow"],
  [/\b(ECONNECTION|ESOCKET|EPROXY)\b/, "unreachable"],
  [/ 4\d\d$/, "later"],
  [/^There is no template /, "template"],
  [/^bounced 5\.(1\.\d+|2\.[01])$/, "gone"],
  [/^bounced /, "returned"],
  [/^paused$/, "paused"],
  [/^cancelled$/, "cancelled"],
  [/^[a-z]+$/, "unwanted"],
] as const;

type Failure = (typeof FAILURES)[number][1] | "other";

const FAILURE_WORDS: Readonly<Record<Language, Readonly<Record<Failure, string>>>> = {
  nl: {
    address: "De mailserver weigert dit adres. Vaak bestaat het niet meer.",
    full: "De mailbox is vol, of de mail te groot.",
    refused: "De mailserver weigert de mail, bijvoorbeeld als spam.",
    login: "Onze mailserver weigert onze gebruikersnaam of ons wachtwoord.",
    tls: "De verbinding met onze mailserver is niet te beveiligen.",
    name: "De naam van onze mailserver is niet te vinden.",
    slow: "Onze mailserver geeft geen antwoord.",
    unreachable: "Onze mailserver is niet te bereiken.",
    later: "De mailserver vraagt om het later nog eens te proberen.",
    template: "Deze soort mail bestaat niet meer.",
    gone: "De mail kwam terug: dit adres bestaat niet meer.",
    returned: "De mail kwam terug, bijvoorbeeld omdat de mailbox vol is.",
    paused: "De nieuwsbrief is gepauzeerd.",
    cancelled: "De nieuwsbrief is geannuleerd.",
    unwanted: "De lezer krijgt deze mail niet meer: afgemeld, teruggekomen of stopgezet.",
    other: "Er ging iets anders mis. De beheerder vindt het in de logs.",
  },
  en: {
    address: "The mail server refuses this address. Often it no longer exists.",
    full: "The mailbox is full, or the mail too large.",
    refused: "The mail server refuses the mail, for example as spam.",
    login: "Our mail server refuses our user name or password.",
    tls: "The connection with our mail server cannot be secured.",
    name: "The name of our mail server cannot be found.",
    slow: "Our mail server does not answer.",
    unreachable: "Our mail server cannot be reached.",
    later: "The mail server asks us to try again later.",
    template: "This kind of mail no longer exists.",
    gone: "The mail came back: this address no longer exists.",
    returned: "The mail came back, for example because the mailbox is full.",
    paused: "The newsletter is paused.",
    cancelled: "The newsletter was cancelled.",
    unwanted: "The reader does not get this mail any more: they left, it came back, or mail to them was stopped.",
    other: "Something else went wrong. Whoever runs this finds it in the logs.",
  },
};

/** Why a mail did not go out, in words, by what its row says was wrong. */
export function failureInWords(error: string, lang: Language): string {
  const found = FAILURES.find(([pattern]) => pattern.test(error));
  return FAILURE_WORDS[lang][found?.[1] ?? "other"];
}
