import type { LetterWriters } from "../mail/letter.ts";

const WORDS = {
  nl: {
    subject: "Wil je onze nieuwsbrief ontvangen?",
    preheader: "We sturen hem alleen als je op de knop klikt.",
    intro: (company: string) =>
      `${company} zette je adres op de lijst voor de nieuwsbrief. Volgens onze gegevens gaf je daar eerder toestemming voor.`,
    ask: "Klopt dat, en wil je de nieuwsbrief? Klik dan op de knop. Pas daarna sta je op de lijst. De link werkt zeven dagen.",
    button: "Ja, stuur me de nieuwsbrief",
    ignore: "Klopt het niet, of wil je de nieuwsbrief niet? Dan hoef je niets te doen. Je krijgt hem dan niet.",
    leave: "Nee, en vraag het me niet meer",
    reason: "Je krijgt deze mail omdat we je adres overnamen uit een lijst van eerdere aanmeldingen.",
  },
  en: {
    subject: "Would you like our newsletter?",
    preheader: "We only send it if you press the button.",
    intro: (company: string) =>
      `${company} put your address on the list for the newsletter. Our records say that you agreed to that before.`,
    ask: "Is that right, and do you want the newsletter? Then press the button. Only after that you are on the list. The link works for seven days.",
    button: "Yes, send me the newsletter",
    ignore: "Is it not right, or do you not want the newsletter? Then do nothing. You will not get it.",
    leave: "No, and do not ask me again",
    reason: "You get this mail because we took your address over from a list of earlier sign-ups.",
  },
} as const;

/** The mail that asks somebody of an imported list to confirm. Nothing in it was written by who imported the list. */
export const askingMails: LetterWriters = {
  async "newsletter.import-confirm"(job) {
    const words = WORDS[job.lang];
    const url = await job.link("/newsletter/confirm", "newsletter.confirm", job.params["token"] ?? "");
    const wayOut = await job.link("/newsletter/unsubscribe", "newsletter.unsubscribe", job.params["leave"] ?? "");
    return {
      subject: words.subject,
      preheader: words.preheader,
      blocks: [
        { kind: "text", text: words.intro(job.rt.settings.COMPANY) },
        { kind: "text", text: words.ask },
        { kind: "button", label: words.button, url },
        { kind: "text", text: words.ignore },
        { kind: "link", label: words.leave, url: wayOut },
      ],
      reason: words.reason,
      unsubscribe: wayOut,
    };
  },
};
