import type { LetterWriters } from "../mail/letter.ts";

const WORDS = {
  nl: {
    confirm: {
      subject: "Bevestig je registratie",
      preheader: "Nog één stap: klik op de knop.",
      intro: (company: string) =>
        `Iemand, waarschijnlijk jij, registreerde zich met dit adres als klant bij ${company}.`,
      ask: "Klopt dat? Klik dan op de knop. Daarna krijg je een klantnummer. De link werkt zeven dagen.",
      button: "Registratie bevestigen",
      ignore: "Was jij het niet? Dan hoef je niets te doen. Wat er is ingevuld, wordt dan gewist.",
      reason: "Je krijgt deze mail één keer, omdat iemand dit adres invulde op onze website.",
    },
    welcome: {
      subject: (number: string) => `Je klantnummer is ${number}`,
      preheader: "Bewaar deze mail.",
      intro: (company: string, number: string) =>
        `Welkom bij ${company}. Je bent geregistreerd. Je klantnummer is ${number}.`,
      use: "Noem dit nummer als je ons schrijft of belt.",
      newsletter: "Je krijgt onze nieuwsbrief niet vanzelf. Wil je die wel? Meld je dan aan op onze website.",
      reason: "Je krijgt deze mail omdat je je registratie bevestigde.",
    },
  },
  en: {
    confirm: {
      subject: "Confirm your registration",
      preheader: "One more step: press the button.",
      intro: (company: string) => `Someone, probably you, registered as a customer of ${company} with this address.`,
      ask: "Is that right? Then press the button. After that you get a customer number. The link works for seven days.",
      button: "Confirm registration",
      ignore: "Was it not you? Then do nothing. What was filled in will be deleted.",
      reason: "You get this mail once, because someone entered this address on our website.",
    },
    welcome: {
      subject: (number: string) => `Your customer number is ${number}`,
      preheader: "Keep this mail.",
      intro: (company: string, number: string) =>
        `Welcome to ${company}. You are registered. Your customer number is ${number}.`,
      use: "Mention this number when you write or call us.",
      newsletter: "You do not get our newsletter by itself. Would you like it? Then sign up on our website.",
      reason: "You get this mail because you confirmed your registration.",
    },
  },
} as const;

/** The mails about registrations. None repeats a word of what was filled in. */
export const customersMails: LetterWriters = {
  async "customers.confirm"({ rt, lang, params, link }) {
    const words = WORDS[lang].confirm;
    const url = await link("/register/confirm", "customers.confirm", params["token"] ?? "");
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
  async "customers.welcome"({ rt, lang, params }) {
    const words = WORDS[lang].welcome;
    const number = params["number"] ?? "";
    return {
      subject: words.subject(number),
      preheader: words.preheader,
      blocks: [
        { kind: "text", text: words.intro(rt.settings.COMPANY, number) },
        { kind: "text", text: words.use },
        { kind: "text", text: words.newsletter },
      ],
      reason: words.reason,
    };
  },
};
