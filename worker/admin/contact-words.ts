import type { Conversation, Topic } from "../contact/store.ts";
import type { Language } from "../platform/languages.ts";

type Status = Conversation["status"];

const nl = {
  intro:
    "Berichten van het formulier, uit het klantenpaneel en per e-mail. Wat het eerst beantwoord moet zijn, staat bovenaan.",
  queues: "Wachtrijen",
  queue: {
    ours: "Wacht op ons",
    new: "Nieuw",
    open: "Open",
    waiting: "Wacht op hen",
    closed: "Gesloten",
    all: "Alles",
  },
  lateCount: (count: string) => `${count} te laat`,
  elsewhere: "Andere bladzijden over gesprekken",
  spam: "Spam",
  archive: "Archief",
  figures: "Cijfers",
  settings: "Onderwerpen, vaste antwoorden en blokkades",
  words: "Zoeken in berichten",
  person: "Klantnummer of e-mailadres",
  assignee: "Behandelaar",
  everyone: "Iedereen",
  me: "Ik",
  nobody: "Niemand",
  topic: "Onderwerp",
  everyTopic: "Alle",
  noTopic: "Geen",
  noneYet: "Er wacht niets op jullie.",
  noneFound: "Geen gesprek gevonden. Kijk of je het goed schreef, of zoek in een andere wachtrij.",
  noneSoFar: "In wat bekeken is, staat geen gesprek dat past. Kijk verder met ‘Volgende’.",
  lookedTo: "Gezocht tot en met",
  subject: "Bericht",
  noSubject: (reference: string) => `Bericht ${reference}`,
  from: "Van",
  status: "Stand",
  target: "Streven",
  late: "Te laat, sinds",
  before: "Vóór",
  last: "Laatste bericht",
  statuses: {
    unconfirmed: "niet bevestigd",
    quarantined: "misschien spam",
    new: "nieuw",
    open: "wacht op ons",
    waiting: "wacht op hen",
    closed: "gesloten",
    archived: "in het archief",
  } as Readonly<Record<Status, string>>,
  done: {
    erased: "Het gesprek is gewist.",
    spam: "Het gesprek staat bij de spam.",
  } as Readonly<Record<string, string>>,
};

/** What the inbox says. */
export const CONTACT: Readonly<Record<Language, typeof nl>> = {
  nl,
  en: {
    intro: "Messages by the form, from the customer panel and by e-mail. What has to be answered first stands on top.",
    queues: "Queues",
    queue: {
      ours: "Waits for us",
      new: "New",
      open: "Open",
      waiting: "Waits for them",
      closed: "Closed",
      all: "All",
    },
    lateCount: (count) => `${count} late`,
    elsewhere: "Other pages about conversations",
    spam: "Spam",
    archive: "Archive",
    figures: "Figures",
    settings: "Topics, ready answers and blocks",
    words: "Search in messages",
    person: "Customer number or e-mail address",
    assignee: "Handled by",
    everyone: "Everyone",
    me: "Me",
    nobody: "Nobody",
    topic: "Topic",
    everyTopic: "All",
    noTopic: "None",
    noneYet: "Nothing waits for you.",
    noneFound: "No conversation found. See whether it is spelt right, or look in another queue.",
    noneSoFar: "Nothing fits in what was looked at. Look further with ‘Next’.",
    lookedTo: "Searched back to",
    subject: "Message",
    noSubject: (reference) => `Message ${reference}`,
    from: "From",
    status: "State",
    target: "Target",
    late: "Late, since",
    before: "Before",
    last: "Last message",
    statuses: {
      unconfirmed: "not confirmed",
      quarantined: "may be spam",
      new: "new",
      open: "waits for us",
      waiting: "waits for them",
      closed: "closed",
      archived: "in the archive",
    },
    done: { erased: "The conversation is erased.", spam: "The conversation is with the spam." },
  },
};

/** What a conversation is called: its subject, or its reference when it has none. */
export const titleOf = (lang: Language, { subject, reference }: Pick<Conversation, "subject" | "reference">): string =>
  subject ?? CONTACT[lang].noSubject(reference);

/** A topic's name; of none, that there is none. */
export const topicName = (lang: Language, topic: Pick<Topic, "names"> | null | undefined): string =>
  topic ? topic.names[lang] : CONTACT[lang].noTopic;
