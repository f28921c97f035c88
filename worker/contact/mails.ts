import { type Block, type LetterWriters, type Span, Unwanted } from "../mail/letter.ts";
import { PURPOSE } from "./person-words.ts";
import { ANSWER_MAIL } from "./receipt.ts";
import { findAnswer, findMessageId } from "./thread-store.ts";

const WORDS = {
  nl: {
    receipt: {
      subject: (reference: string) => `We hebben je bericht ontvangen (${reference})`,
      preheader: "We antwoorden per e-mail.",
      intro: (reference: string) => `Bedankt voor je bericht. Het is bewaard onder nummer ${reference}.`,
      next: "We antwoorden op dit adres. Wil je nog iets toevoegen? Gebruik de knop, of beantwoord deze mail.",
      button: "Mijn bericht bekijken",
      kept: "Op de pagina achter de knop kun je het afsluiten of wissen. De link werkt dertig dagen.",
      reason:
        "Je krijgt deze mail omdat iemand met dit adres ons een bericht stuurde. Was jij dat niet? Laat het ons weten.",
    },
    answer: {
      subject: (subject: string) => `Re: ${subject}`,
      about: (reference: string) => `Je bericht ${reference}`,
      preheader: "Ons antwoord op je bericht.",
      files: (count: number) =>
        count === 1
          ? "Er hoort een bestand bij dit antwoord. Het staat op de pagina achter de knop."
          : `Er horen ${count} bestanden bij dit antwoord. Ze staan op de pagina achter de knop.`,
      next: "Antwoorden kan door deze mail te beantwoorden, of op de pagina achter de knop.",
      button: "Het hele gesprek bekijken",
      quoted: "Je schreef:",
      reason: (reference: string) => `Je krijgt deze mail omdat je ons schreef. Nummer: ${reference}.`,
    },
    link: {
      subject: (reference: string) => `De link naar je gesprek (${reference})`,
      preheader: "De link werkt dertig dagen.",
      intro: (reference: string) => `Met de knop open je je gesprek ${reference}. De link werkt dertig dagen.`,
      button: "Mijn gesprek bekijken",
      ignore: "Vroeg je hier niet om? Dan hoef je niets te doen.",
      reason: "Je krijgt deze mail omdat iemand om de link naar een gesprek met dit adres vroeg.",
    },
    confirm: {
      subject: "Bevestig je bericht",
      preheader: "Nog één stap: klik op de knop.",
      intro: (company: string) => `Iemand, waarschijnlijk jij, schreef met dit adres een bericht aan ${company}.`,
      ask: "Klopt dat? Klik dan op de knop. Pas daarna komt het bericht bij ons aan. De link werkt zeven dagen.",
      button: "Bericht versturen",
      ignore: "Was jij het niet? Dan hoef je niets te doen. Het bericht wordt dan gewist.",
      reason: "Je krijgt deze mail één keer, omdat iemand dit adres invulde op onze website.",
    },
  },
  en: {
    receipt: {
      subject: (reference: string) => `We received your message (${reference})`,
      preheader: "We will answer by e-mail.",
      intro: (reference: string) => `Thank you for your message. It is kept under number ${reference}.`,
      next: "We will answer to this address. Is there more to say? Use the button, or answer this mail.",
      button: "See my message",
      kept: "On the page behind the button you can close it or erase it. The link works for thirty days.",
      reason: "You get this mail because someone with this address wrote to us. Was it not you? Please tell us.",
    },
    answer: {
      subject: (subject: string) => `Re: ${subject}`,
      about: (reference: string) => `Your message ${reference}`,
      preheader: "Our answer to your message.",
      files: (count: number) =>
        count === 1
          ? "A file goes with this answer. It is on the page behind the button."
          : `${count} files go with this answer. They are on the page behind the button.`,
      next: "To answer, reply to this mail, or use the page behind the button.",
      button: "See the whole conversation",
      quoted: "You wrote:",
      reason: (reference: string) => `You get this mail because you wrote to us. Number: ${reference}.`,
    },
    link: {
      subject: (reference: string) => `The link to your conversation (${reference})`,
      preheader: "The link works for thirty days.",
      intro: (reference: string) => `The button opens your conversation ${reference}. The link works for thirty days.`,
      button: "See my conversation",
      ignore: "Did you not ask for this? Then there is nothing to do.",
      reason: "You get this mail because someone asked for the link to a conversation with this address.",
    },
    confirm: {
      subject: "Confirm your message",
      preheader: "One more step: press the button.",
      intro: (company: string) => `Someone, probably you, wrote a message to ${company} with this address.`,
      ask: "Is that right? Then press the button. Only after that the message reaches us. The link works for seven days.",
      button: "Send message",
      ignore: "Was it not you? Then do nothing. The message will be deleted.",
      reason: "You get this mail once, because someone entered this address on our website.",
    },
  },
} as const;

/** Characters that are quoted; the whole stands on the page. */
const QUOTED_AT_MOST = 2_000;

/** The mails about messages. None but an answer repeats a word of the message, its subject or its sender's name. */
export const contactMails: LetterWriters = {
  async "contact.receipt"({ rt, lang, params, link }) {
    const words = WORDS[lang].receipt;
    const { reference = "", conversation = "", page = "", message } = params;
    const answers = message === undefined ? null : await findMessageId(rt.db, message);
    return {
      subject: words.subject(reference),
      preheader: words.preheader,
      blocks: [
        { kind: "text", text: words.intro(reference) },
        { kind: "text", text: words.next },
        { kind: "button", label: words.button, url: await link("/contact/conversation", "contact.conversation", page) },
        { kind: "text", text: `${PURPOSE[lang]} ${words.kept}` },
      ],
      reason: words.reason,
      author: "responder",
      conversation: { id: conversation, answers },
    };
  },
  async [ANSWER_MAIL]({ rt, lang, params, link }) {
    const words = WORDS[lang].answer;
    const { message = "", page = "", quotes } = params;
    const found = await findAnswer(rt.db, message);
    if (!found) throw new Unwanted("The conversation was erased");
    const { conversation, theirs, files } = found;
    const { reference, subject } = conversation;
    const url = await link("/contact/conversation", "contact.conversation", page);
    return {
      subject: words.subject(subject?.replace(/^((re|antw|aw)\s*:\s*)+/i, "") || words.about(reference)),
      preheader: words.preheader,
      blocks: [
        ...paragraphs(found.message.body),
        ...(files.length > 0 ? [{ kind: "text" as const, text: words.files(files.length) }] : []),
        { kind: "text", text: words.next },
        { kind: "button", label: words.button, url },
        ...(theirs && quotes === "yes"
          ? [
              { kind: "text" as const, text: words.quoted },
              { kind: "quote" as const, blocks: paragraphs(ownWords(theirs)) },
            ]
          : []),
      ],
      reason: words.reason(reference),
      author: "person",
      conversation: { id: conversation.id, answers: theirs?.messageId ?? null },
    };
  },
  async "contact.link"({ lang, params, link }) {
    const words = WORDS[lang].link;
    const { reference = "", conversation = "", page = "" } = params;
    return {
      subject: words.subject(reference),
      preheader: words.preheader,
      blocks: [
        { kind: "text", text: words.intro(reference) },
        { kind: "button", label: words.button, url: await link("/contact/conversation", "contact.conversation", page) },
        { kind: "text", text: words.ignore },
      ],
      reason: words.reason,
      author: "responder",
      conversation: { id: conversation, answers: null },
    };
  },
  async "contact.confirm"({ rt, lang, params, link }) {
    const words = WORDS[lang].confirm;
    const url = await link("/contact/confirm", "contact.confirm", params["token"] ?? "");
    return {
      subject: words.subject,
      preheader: words.preheader,
      blocks: [
        { kind: "text", text: words.intro(rt.settings.COMPANY) },
        { kind: "text", text: words.ask },
        { kind: "button", label: words.button, url },
        { kind: "text", text: words.ignore },
      ],
      reason: words.reason,
    };
  },
};

/** What they wrote themselves, without what they quote of us. */
function ownWords({ body, quotedFrom }: { body: string; quotedFrom: number | null }): string {
  const own = body.slice(0, quotedFrom ?? undefined).trim();
  return own.length > QUOTED_AT_MOST ? `${own.slice(0, QUOTED_AT_MOST)}…` : own;
}

/** Plain text as paragraphs: an empty line begins another, and a line break stays one. */
function paragraphs(text: string): Block[] {
  return text
    .split(/\n[ \t]*\n+/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "")
    .map((paragraph) => ({ kind: "paragraph", spans: linesOf(paragraph) }));
}

const linesOf = (paragraph: string): Span[] =>
  paragraph
    .split("\n")
    .flatMap((line, at): Span[] => [...(at > 0 ? [{ kind: "break" } as const] : []), { kind: "words", text: line }]);
