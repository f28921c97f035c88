import type { Language } from "../platform/languages.ts";

type Paragraphs = readonly [title: string, ...paragraphs: string[]];

/** Why a message is kept, by whom it is sent: both purposes, and until when each lasts (handling.ts, ARCHIVE_MONTHS). */
export const PURPOSE: Readonly<Record<Language, string>> = {
  nl: "We bewaren je bericht om je te antwoorden, tot alles is afgehandeld. Daarna bewaren we het hooguit 24 maanden in ons archief, om je later beter te helpen.",
  en: "We keep your message to answer you, until all is settled. After that we keep it in our archive for at most 24 months, to help you better later.",
};

/** What is said beside a message with a card number, and its sender's two ways on. */
export const CARD_WORDS: Readonly<Record<Language, Readonly<Record<"found" | "mask" | "keep", string>>>> = {
  nl: {
    found:
      "Hier lijkt het nummer van een betaalkaart in te staan. Dat hebben we niet nodig. Zullen we het onleesbaar maken?",
    mask: "Nummer onleesbaar maken en versturen",
    keep: "Versturen zoals het is",
  },
  en: {
    found: "There seems to be the number of a payment card in this. We do not need it. Shall we mask it?",
    mask: "Mask the number and send",
    keep: "Send as it is",
  },
};

/** What is said of a file with nothing in it. */
export const EMPTY_FILE: Readonly<Record<Language, string>> = {
  nl: "Er staat niets in dit bestand.",
  en: "There is nothing in this file.",
};

interface Words {
  title(reference: string): string;
  about(reference: string): string;
  says: Readonly<Record<"received" | "open" | "waiting", string>>;
  closed(day: string): string;
  kept: string;
  keptUntil(day: string): string;
  you: string;
  us: string;
  quoted: string;
  /** In a panel, of a conversation with more messages than `count`. */
  newest(count: number): string;
  older: string;
  toNewest: string;
  notKept: string;
  file(name: string, size: string): string;
  done: Readonly<Record<"added" | "closed", string>>;
  faults: string;
  add: {
    title: string;
    message: string;
    files: string;
    filesHint: string;
    kept: string;
    label: string;
    /** What the script says of sending. */
    said: Readonly<Record<"sending" | "lost" | "refused" | "unsent", string>>;
  };
  close: { title: string; text: string; label: string };
  erase: { title: string; text: string; label: string };
  eraseAsk: { title: string; text: string; label: string };
  erased: Paragraphs;
  gone: { title: string; text: string; label: string };
  expired: { title: string; text: string; label: string };
  linkSent: Paragraphs;
  find: { title: string; text: string; reference: string; email: string; label: string };
  found: Paragraphs;
}

/** What the private page of a conversation says, and the pages beside it. */
export const PERSON_WORDS: Readonly<Record<Language, Words>> = {
  nl: {
    title: (reference) => `Je gesprek ${reference}`,
    about: (reference) => `Je bericht ${reference}`,
    says: {
      received: "We hebben je bericht. Je krijgt antwoord per e-mail.",
      open: "We werken aan een antwoord. Je krijgt het per e-mail.",
      waiting: "We hebben je geantwoord, en wachten op jou.",
    },
    closed: (day) => `Dit gesprek is afgesloten op ${day}. Schrijf je weer, dan gaat het weer open.`,
    kept: "We bewaren dit gesprek om je te antwoorden, tot alles is afgehandeld. Daarna bewaren we het hooguit 24 maanden in ons archief, om je later beter te helpen. Dan wissen we het.",
    keptUntil: (day) =>
      `We bewaren dit gesprek nog in ons archief, om je later beter te helpen. Na ${day} wissen we het.`,
    you: "Jij",
    us: "Wij",
    quoted: "Aangehaalde tekst en ondertekening",
    newest: (count) => `Hier staan de nieuwste ${count} berichten. De oudere lees je via de link in onze mails.`,
    older: "Oudere berichten",
    toNewest: "Naar de nieuwste berichten",
    notKept: "niet bewaard",
    file: (name, size) => `${name} (${size})`,
    done: {
      added: "Je bericht is verstuurd. Het staat hieronder.",
      closed: "Het gesprek is afgesloten. Schrijf je weer, dan gaat het weer open.",
    },
    faults: "Er is nog niets verstuurd. Wat je typte staat er nog.",
    add: {
      title: "Iets toevoegen",
      message: "Bericht",
      files: "Bestanden (mag leeg)",
      filesHint: "Hooguit tien, elk tot 10 MB en samen tot 25 MB.",
      kept: "Deze bestanden gaan mee:",
      label: "Bericht versturen",
      said: {
        sending: "Bezig met bestand {at} van {count}: {percent} %",
        lost: "Er kwam geen antwoord: misschien is de verbinding weg. Wat je typte en koos staat er nog. Klik straks nog eens op de knop. Dubbel versturen kan niet.",
        refused: "Dit bestand is niet aangenomen.",
        unsent: "{files} Je bericht is nog niet verstuurd. Klik nog eens op de knop om het zonder te versturen.",
      },
    },
    close: {
      title: "Afsluiten",
      text: "Is alles opgelost? Dan kun je het gesprek afsluiten.",
      label: "Gesprek afsluiten",
    },
    erase: {
      title: "Wissen",
      text: "Je kunt het hele gesprek laten wissen, met alle bestanden.",
      label: "Gesprek wissen…",
    },
    eraseAsk: {
      title: "Dit gesprek wissen?",
      text: "Alles wordt gewist: wat jij schreef, wat wij schreven, en alle bestanden. Een vraag die nog open staat beantwoorden we dan niet. Dit kan niet ongedaan worden gemaakt.",
      label: "Ja, wis het gesprek",
    },
    erased: ["Het gesprek is gewist", "Alles wat erin stond is weg. Je hoeft niets meer te doen."],
    gone: {
      title: "Dit gesprek is er niet meer",
      text: "Het is gewist, of de tijd dat we het bewaren is voorbij. Heb je een vraag? Schrijf ons gerust opnieuw, op onze website.",
      label: "Een ander gesprek zoeken",
    },
    expired: {
      title: "Deze link is verlopen",
      text: "Een link naar een gesprek werkt dertig dagen. We mailen je graag een nieuwe, naar het adres waarmee je ons schreef.",
      label: "Mail me een nieuwe link",
    },
    linkSent: [
      "Kijk in je mail",
      "We mailen de nieuwe link naar het adres van het gesprek, hooguit vijf keer per dag.",
      "Geen mail? Kijk in de map met ongewenste mail.",
    ],
    find: {
      title: "Je gesprek terugvinden",
      text: "Ben je de link kwijt? Vul het nummer van je bericht in en het adres waarmee je ons schreef. Dan mailen we je een nieuwe.",
      reference: "Nummer, zoals FP-7K3M-9Q2X",
      email: "E-mailadres",
      label: "Mail me de link",
    },
    found: [
      "Kijk in je mail",
      "Klopten het nummer en het adres, dan mailen we je de link, hooguit vijf keer per dag.",
      "Geen mail? Controleer het nummer en het adres, en kijk in de map met ongewenste mail.",
    ],
  },
  en: {
    title: (reference) => `Your conversation ${reference}`,
    about: (reference) => `Your message ${reference}`,
    says: {
      received: "We have your message. We will answer by e-mail.",
      open: "We are working on an answer. You will get it by e-mail.",
      waiting: "We have answered, and are waiting for you.",
    },
    closed: (day) => `This conversation was closed on ${day}. When you write again, it opens again.`,
    kept: "We keep this conversation to answer you, until all is settled. After that we keep it in our archive for at most 24 months, to help you better later. Then we erase it.",
    keptUntil: (day) =>
      `We still keep this conversation in our archive, to help you better later. After ${day} we erase it.`,
    you: "You",
    us: "We",
    quoted: "Quoted text and signature",
    newest: (count) => `These are the newest ${count} messages. The link in our mails shows the older ones.`,
    older: "Older messages",
    toNewest: "To the newest messages",
    notKept: "not kept",
    file: (name, size) => `${name} (${size})`,
    done: {
      added: "Your message is sent. It is below.",
      closed: "The conversation is closed. When you write again, it opens again.",
    },
    faults: "Nothing was sent yet. What you typed is still here.",
    add: {
      title: "Add something",
      message: "Message",
      files: "Files (optional)",
      filesHint: "Ten at most, each up to 10 MB and together up to 25 MB.",
      kept: "These files go along:",
      label: "Send message",
      said: {
        sending: "Sending file {at} of {count}: {percent}%",
        lost: "There was no answer: the connection may be gone. What you typed and chose is still here. Press the button again in a while. Nothing can be sent twice.",
        refused: "This file was not taken.",
        unsent: "{files} Your message was not sent yet. Press the button again to send it without.",
      },
    },
    close: { title: "Close", text: "Is all solved? Then you can close the conversation.", label: "Close conversation" },
    erase: {
      title: "Erase",
      text: "You can have the whole conversation erased, with all files.",
      label: "Erase conversation…",
    },
    eraseAsk: {
      title: "Erase this conversation?",
      text: "All of it is erased: what you wrote, what we wrote, and all files. A question that is still open will not be answered then. This cannot be undone.",
      label: "Yes, erase the conversation",
    },
    erased: ["The conversation is erased", "All that was in it is gone. There is nothing more to do."],
    gone: {
      title: "This conversation is not there any more",
      text: "It was erased, or the time that we keep it is over. Do you have a question? Please write to us again, on our website.",
      label: "Find another conversation",
    },
    expired: {
      title: "This link has expired",
      text: "A link to a conversation works for thirty days. We will gladly mail you a new one, to the address you wrote to us with.",
      label: "Mail me a new link",
    },
    linkSent: [
      "Look in your mail",
      "We mail the new link to the address of the conversation, at most five times a day.",
      "No mail? Look in your spam folder.",
    ],
    find: {
      title: "Find your conversation",
      text: "Did you lose the link? Fill in the number of your message and the address you wrote to us with. Then we mail you a new one.",
      reference: "Number, such as FP-7K3M-9Q2X",
      email: "E-mail address",
      label: "Mail me the link",
    },
    found: [
      "Look in your mail",
      "If the number and the address were right, we mail you the link, at most five times a day.",
      "No mail? Check the number and the address, and look in your spam folder.",
    ],
  },
};
