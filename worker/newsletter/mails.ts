import type { LetterJob, LetterWriters } from "../mail/letter.ts";

const WORDS = {
  nl: {
    confirm: {
      subject: "Bevestig je aanmelding voor de nieuwsbrief",
      preheader: "Nog één stap: klik op de knop.",
      intro: (company: string) =>
        `Iemand, waarschijnlijk jij, meldde dit adres aan voor de nieuwsbrief van ${company}.`,
      ask: "Klopt dat? Klik dan op de knop. Pas daarna sta je op de lijst. De link werkt zeven dagen.",
      button: "Aanmelding bevestigen",
      ignore: "Was jij het niet? Dan hoef je niets te doen. Je krijgt niets van ons.",
      reason: "Je krijgt deze mail één keer, omdat iemand dit adres invulde op onze website.",
    },
    welcome: {
      subject: "Je bent aangemeld voor de nieuwsbrief",
      preheader: "Afmelden kan altijd, met één klik.",
      intro: "Bedankt. Je aanmelding is bevestigd. Vanaf nu krijg je onze nieuwsbrief.",
      leave: "Wil je toch niet? Afmelden kan nu en later, met deze link. Dat is zo gebeurd.",
      button: "Afmelden",
      reason: "Je krijgt deze mail omdat je je aanmelding bevestigde.",
    },
    already: {
      subject: "Je was al aangemeld voor de nieuwsbrief",
      preheader: "Er is niets veranderd.",
      intro:
        "Iemand, waarschijnlijk jij, meldde dit adres nog eens aan. Je staat al op de lijst. Er is niets veranderd.",
      leave:
        "Wil je je afmelden? Dat kan met de link in elke nieuwsbrief, of vraag op onze website een afmeldlink aan.",
      reason: "Je krijgt deze mail omdat iemand dit adres invulde op onze website.",
    },
    leave: {
      subject: "Afmelden voor de nieuwsbrief",
      preheader: "Klik op de knop om je af te melden.",
      intro: "Op onze website vroeg iemand, waarschijnlijk jij, om een link om dit adres af te melden.",
      button: "Afmelden",
      ignore: "Was jij het niet? Dan hoef je niets te doen. Er verandert niets.",
      reason: "Je krijgt deze mail omdat iemand er op onze website om vroeg.",
    },
  },
  en: {
    confirm: {
      subject: "Confirm your newsletter sign-up",
      preheader: "One more step: press the button.",
      intro: (company: string) => `Someone, probably you, signed this address up for the newsletter of ${company}.`,
      ask: "Is that right? Then press the button. Only after that you are on the list. The link works for seven days.",
      button: "Confirm sign-up",
      ignore: "Was it not you? Then do nothing. You will get nothing from us.",
      reason: "You get this mail once, because someone entered this address on our website.",
    },
    welcome: {
      subject: "You are signed up for the newsletter",
      preheader: "You can leave at any time, in one click.",
      intro: "Thank you. Your sign-up is confirmed. From now on you get our newsletter.",
      leave: "Changed your mind? You can leave now or later with this link. It takes a moment.",
      button: "Unsubscribe",
      reason: "You get this mail because you confirmed your sign-up.",
    },
    already: {
      subject: "You were already signed up for the newsletter",
      preheader: "Nothing has changed.",
      intro: "Someone, probably you, signed this address up again. You are already on the list. Nothing has changed.",
      leave: "Do you want to leave? Use the link in any newsletter, or ask for a link on our website.",
      reason: "You get this mail because someone entered this address on our website.",
    },
    leave: {
      subject: "Leave the newsletter",
      preheader: "Press the button to unsubscribe.",
      intro: "On our website someone, probably you, asked for a link to unsubscribe this address.",
      button: "Unsubscribe",
      ignore: "Was it not you? Then do nothing. Nothing changes.",
      reason: "You get this mail because someone asked for it on our website.",
    },
  },
} as const;

const wayOut = (job: LetterJob) =>
  job.link("/newsletter/unsubscribe", "newsletter.unsubscribe", job.params["token"] ?? "");

/** The newsletter's mails. None carries anything that a form's sender wrote. */
export const newsletterMails: LetterWriters = {
  async "newsletter.confirm"(job) {
    const words = WORDS[job.lang].confirm;
    const url = await job.link("/newsletter/confirm", "newsletter.confirm", job.params["token"] ?? "");
    return {
      subject: words.subject,
      preheader: words.preheader,
      blocks: [
        { kind: "text", text: words.intro(job.rt.settings.COMPANY) },
        { kind: "text", text: words.ask },
        { kind: "button", label: words.button, url },
        { kind: "text", text: words.ignore },
      ],
      reason: words.reason,
    };
  },
  async "newsletter.welcome"(job) {
    const words = WORDS[job.lang].welcome;
    const url = await wayOut(job);
    return {
      subject: words.subject,
      preheader: words.preheader,
      blocks: [
        { kind: "text", text: words.intro },
        { kind: "text", text: words.leave },
        { kind: "link", label: words.button, url },
      ],
      reason: words.reason,
      unsubscribe: url,
    };
  },
  async "newsletter.already"(job) {
    const words = WORDS[job.lang].already;
    return {
      subject: words.subject,
      preheader: words.preheader,
      blocks: [
        { kind: "text", text: words.intro },
        { kind: "text", text: words.leave },
      ],
      reason: words.reason,
    };
  },
  async "newsletter.leave"(job) {
    const words = WORDS[job.lang].leave;
    const url = await wayOut(job);
    return {
      subject: words.subject,
      preheader: words.preheader,
      blocks: [
        { kind: "text", text: words.intro },
        { kind: "button", label: words.button, url },
        { kind: "text", text: words.ignore },
      ],
      reason: words.reason,
      unsubscribe: url,
    };
  },
};
