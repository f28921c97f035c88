import type { LetterWriters } from "../mail/letter.ts";

const WORDS = {
  nl: {
    receipt: {
      subject: (reference: string) => `We hebben je bericht ontvangen (${reference})`,
      preheader: "We antwoorden per e-mail.",
      intro: (reference: string) => `Bedankt voor je bericht. Het is bewaard onder nummer ${reference}.`,
      next: "We antwoorden op dit adres. Noem het nummer als je ons er nog eens over schrijft of belt.",
      kept: "We bewaren je bericht om je te antwoorden, en daarna een tijd om je later beter te helpen.",
      reason:
        "Je krijgt deze mail omdat iemand met dit adres ons een bericht stuurde. Was jij dat niet? Laat het ons weten.",
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
      next: "We will answer to this address. Mention the number if you write or call us about it again.",
      kept: "We keep your message to answer you, and for a while after that to help you better later.",
      reason: "You get this mail because someone with this address wrote to us. Was it not you? Please tell us.",
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

/** The mails about messages. None repeats a word of the message, its subject or its sender's name. */
export const contactMails: LetterWriters = {
  async "contact.receipt"({ lang, params }) {
    const words = WORDS[lang].receipt;
    const reference = params["reference"] ?? "";
    return {
      subject: words.subject(reference),
      preheader: words.preheader,
      blocks: [
        { kind: "text", text: words.intro(reference) },
        { kind: "text", text: words.next },
        { kind: "text", text: words.kept },
      ],
      reason: words.reason,
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
