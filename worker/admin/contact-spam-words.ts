import type { Conversation } from "../contact/store.ts";
import type { Language } from "../platform/languages.ts";

const nl = {
  title: "Spam",
  back: "Alle gesprekken",
  blocked: "Geblokkeerde afzenders",
  intro:
    "Wat misschien spam is, ligt hier 30 dagen en wordt dan gewist. Vrijgeven zet een gesprek tussen de nieuwe; de afzender merkt van dit alles niets.",
  quarantine: "In quarantaine",
  empty: "Er ligt niets in quarantaine.",
  choose: "Kies",
  choice: (who: string) => `Kies het bericht van ${who}`,
  from: "Van",
  why: "Waarom",
  whys: {
    staff: "een medewerker zette het hier",
    blocked: "de afzender is geblokkeerd",
    automatic: "een programma stuurde het",
    hasty: "het was te snel ingevuld",
  } satisfies Record<NonNullable<Conversation["quarantinedFor"]>, string>,
  whyUnknown: "onbekend",
  message: "Begin van het bericht",
  last: "Laatste bericht",
  all: "Alles op deze bladzijde",
  release: "Vrijgeven",
  erase: "Wissen",
  chooseOne: "Kies eerst wat je wilt vrijgeven of wissen.",
  eraseTitle: (count: number) => (count === 1 ? "Dit gesprek wissen?" : `Deze ${count} gesprekken wissen?`),
  eraseText: "Berichten en bijlagen verdwijnen meteen. Dit is niet terug te draaien.",
  released: (done: number, left: number) =>
    `${done === 1 ? "Eén gesprek is" : `${done} gesprekken zijn`} vrijgegeven.${left > 0 ? ` ${nl.leftAlone(left)}` : ""}`,
  erased: (done: number, left: number) =>
    `${done === 1 ? "Eén gesprek is" : `${done} gesprekken zijn`} gewist.${left > 0 ? ` ${nl.leftAlone(left)}` : ""}`,
  leftAlone: (left: number) =>
    left === 1
      ? "Aan één is niets gedaan: een collega deed er intussen iets mee."
      : `Aan ${left} is niets gedaan: een collega deed er intussen iets mee.`,
  unreadable: "Mails die niemand kon lezen",
  unreadableIntro:
    "Ze zijn er nog zoals ze kwamen, 30 dagen lang. Download er een en open hem met zorg: er kan van alles in zitten. Wie hem ophaalt, staat in het logboek.",
  noUnreadable: "Alle mails konden gelezen worden.",
  received: "Ontvangen",
  sender: "Afzender volgens de server",
  noSender: "geen",
  size: "Grootte",
  bytes: (kilobytes: string) => `${kilobytes} kB`,
  action: "Actie",
  download: "Downloaden",
  drop: "Weggooien",
  dropTitle: "Deze mail weggooien?",
  dropText: "Hij verdwijnt meteen, en is niet terug te halen.",
  reasons: {
    "no-sender": "er staat geen afzender in",
    unreadable: "het is geen leesbare mail",
    failed: "het lezen mislukte vijf keer",
    lost: "de inhoud is kwijt",
    complaint: "een klacht over een mail die we niet kennen",
    "no-bounce": "kwam terug bij een adres voor teruggekomen mail, maar is dat niet",
    "mail-gone": "gaat over een mail die we niet meer kennen",
  } as Readonly<Record<string, string>>,
  reasonUnknown: "onbekend",
  done: { dropped: "De mail is weggegooid." } as Readonly<Record<string, string>>,
};

const en: typeof nl = {
  title: "Spam",
  back: "All conversations",
  blocked: "Blocked senders",
  intro:
    "What may be spam lies here for 30 days and is then erased. To release puts a conversation among the new ones; the sender notices nothing of all this.",
  quarantine: "In quarantine",
  empty: "Nothing is in quarantine.",
  choose: "Choose",
  choice: (who) => `Choose the message of ${who}`,
  from: "From",
  why: "Why",
  whys: {
    staff: "a member of staff put it here",
    blocked: "the sender is blocked",
    automatic: "a program sent it",
    hasty: "it was filled in too fast",
  },
  whyUnknown: "unknown",
  message: "Start of the message",
  last: "Last message",
  all: "All on this page",
  release: "Release",
  erase: "Erase",
  chooseOne: "First choose what you want to release or erase.",
  eraseTitle: (count) => (count === 1 ? "Erase this conversation?" : `Erase these ${count} conversations?`),
  eraseText: "Messages and attachments go at once. This cannot be undone.",
  released: (done, left) =>
    `${done === 1 ? "One conversation is" : `${done} conversations are`} released.${left > 0 ? ` ${en.leftAlone(left)}` : ""}`,
  erased: (done, left) =>
    `${done === 1 ? "One conversation is" : `${done} conversations are`} erased.${left > 0 ? ` ${en.leftAlone(left)}` : ""}`,
  leftAlone: (left) =>
    left === 1
      ? "Nothing was done to one: a colleague did something with it meanwhile."
      : `Nothing was done to ${left}: a colleague did something with them meanwhile.`,
  unreadable: "Mails that nobody could read",
  unreadableIntro:
    "They are still as they came, for 30 days. Download one and open it with care: anything may be in it. Who fetches it stands in the ledger.",
  noUnreadable: "All mails could be read.",
  received: "Received",
  sender: "Sender according to the server",
  noSender: "none",
  size: "Size",
  bytes: (kilobytes) => `${kilobytes} kB`,
  action: "Action",
  download: "Download",
  drop: "Throw away",
  dropTitle: "Throw this mail away?",
  dropText: "It goes at once, and cannot be brought back.",
  reasons: {
    "no-sender": "there is no sender in it",
    unreadable: "it is no readable mail",
    failed: "reading it failed five times",
    lost: "its content is lost",
    complaint: "a complaint about a mail that we do not know",
    "no-bounce": "came to an address for mail that comes back, but is none",
    "mail-gone": "is about a mail that we no longer know",
  },
  reasonUnknown: "unknown",
  done: { dropped: "The mail is thrown away." },
};

/** What the pages about spam and unreadable mails say. */
export const SPAM: Readonly<Record<Language, typeof nl>> = { nl, en };
