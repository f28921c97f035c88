import type { Letter, LetterJob, LetterWriters } from "../mail/letter.ts";

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
      leave: "Nee, en vraag het me niet meer",
      reason: "Je krijgt deze mail omdat iemand dit adres invulde op onze website.",
      reasonAgain: "Je krijgt deze mail omdat iemand dit adres invulde op onze website, en het nog niet bevestigd is.",
    },
    welcome: {
      subject: "Je bent aangemeld voor de nieuwsbrief",
      preheader: "Afmelden kan altijd, met één klik.",
      intro: "Bedankt. Je aanmelding is bevestigd. Vanaf nu krijg je onze nieuwsbrief.",
      preferences: "Onderwerpen kiezen, je adres wijzigen of zien waar je ja op zei",
      leave: "Wil je toch niet? Afmelden kan nu en later, met deze link. Dat is zo gebeurd.",
      button: "Afmelden",
      reason: "Je krijgt deze mail omdat je je aanmelding bevestigde.",
    },
    moveFrom: {
      subject: "Wil je de nieuwsbrief op een ander adres?",
      preheader: "Klik op de knop als jij dit vroeg.",
      intro: "Iemand, waarschijnlijk jij, vroeg om de nieuwsbrief voortaan naar een ander adres te sturen.",
      ask: "Klopt dat? Klik dan op de knop, en ook in de mail aan dat andere adres. Tot die tijd verandert er niets. De link werkt zeven dagen.",
      button: "Ja, dit adres mag weg",
      ignore: "Was jij het niet? Dan hoef je niets te doen. Er verandert niets.",
      reason: "Je krijgt deze mail omdat iemand bij je voorkeuren een ander adres invulde.",
    },
    moveTo: {
      subject: "Wil je de nieuwsbrief op dit adres?",
      preheader: "Klik op de knop als jij dit vroeg.",
      intro: (company: string) =>
        `Iemand, waarschijnlijk jij, wil de nieuwsbrief van ${company} voortaan op dit adres ontvangen.`,
      ask: "Klopt dat? Klik dan op de knop, en ook in de mail aan het oude adres. Pas daarna sturen we hem hierheen. De link werkt zeven dagen.",
      button: "Ja, stuur hem hierheen",
      ignore: "Was jij het niet? Dan hoef je niets te doen. Je krijgt niets van ons.",
      reason: "Je krijgt deze mail omdat iemand dit adres invulde om de nieuwsbrief op te ontvangen.",
    },
    moveTaken: {
      subject: "We kennen dit adres al",
      preheader: "Er verandert niets.",
      intro:
        "Iemand, waarschijnlijk jij, wilde de nieuwsbrief van een ander adres naar dit adres verplaatsen. Dat kan niet, want we kennen dit adres al. Er verandert niets.",
      ask: "Krijg je de nieuwsbrief hier nog niet? Meld dit adres dan aan op onze website. Het andere adres kun je afmelden met de link in elke nieuwsbrief.",
      reason: "Je krijgt deze mail omdat iemand dit adres invulde om de nieuwsbrief op te ontvangen.",
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
      leave: "No, and do not ask me again",
      reason: "You get this mail because someone entered this address on our website.",
      reasonAgain:
        "You get this mail because someone entered this address on our website, and it is not confirmed yet.",
    },
    welcome: {
      subject: "You are signed up for the newsletter",
      preheader: "You can leave at any time, in one click.",
      intro: "Thank you. Your sign-up is confirmed. From now on you get our newsletter.",
      preferences: "Choose topics, change your address or see what you agreed to",
      leave: "Changed your mind? You can leave now or later with this link. It takes a moment.",
      button: "Unsubscribe",
      reason: "You get this mail because you confirmed your sign-up.",
    },
    moveFrom: {
      subject: "Do you want the newsletter at another address?",
      preheader: "Press the button if it was you who asked.",
      intro: "Someone, probably you, asked us to send the newsletter to another address from now on.",
      ask: "Is that right? Then press the button, and the one in the mail to that other address, too. Until then nothing changes. The link works for seven days.",
      button: "Yes, drop this address",
      ignore: "Was it not you? Then do nothing. Nothing changes.",
      reason: "You get this mail because someone entered another address among your preferences.",
    },
    moveTo: {
      subject: "Do you want the newsletter at this address?",
      preheader: "Press the button if it was you who asked.",
      intro: (company: string) =>
        `Someone, probably you, wants the newsletter of ${company} at this address from now on.`,
      ask: "Is that right? Then press the button, and the one in the mail to the old address, too. Only after that we send it here. The link works for seven days.",
      button: "Yes, send it here",
      ignore: "Was it not you? Then do nothing. You will get nothing from us.",
      reason: "You get this mail because someone entered this address to get the newsletter at.",
    },
    moveTaken: {
      subject: "We know this address already",
      preheader: "Nothing changes.",
      intro:
        "Someone, probably you, wanted to move the newsletter from another address to this one. That cannot be done, because we know this address already. Nothing changes.",
      ask: "Do you not get the newsletter here yet? Then sign this address up on our website. You can leave with the other address by the link in every newsletter.",
      reason: "You get this mail because someone entered this address to get the newsletter at.",
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

async function movingLetter(
  job: LetterJob,
  intro: string,
  which: "moveFrom" | "moveTo",
  purpose: "newsletter.move-from" | "newsletter.move-to",
): Promise<Letter> {
  const words = WORDS[job.lang][which];
  const url = await job.link(`/${purpose.replace(".", "/")}`, purpose, job.params["token"] ?? "");
  return {
    subject: words.subject,
    preheader: words.preheader,
    blocks: [
      { kind: "text", text: intro },
      { kind: "text", text: words.ask },
      { kind: "button", label: words.button, url },
      { kind: "text", text: words.ignore },
    ],
    reason: words.reason,
  };
}

/** The newsletter's mails. None carries anything that a form's sender wrote. */
export const newsletterMails: LetterWriters = {
  async "newsletter.confirm"(job) {
    const words = WORDS[job.lang].confirm;
    const { token = "", leave } = job.params;
    const url = await job.link("/newsletter/confirm", "newsletter.confirm", token);
    // When it is sent again, to many: then nobody waits for it, and there is a way out.
    const wayOut = leave && (await job.link("/newsletter/unsubscribe", "newsletter.unsubscribe", leave));
    return {
      subject: words.subject,
      preheader: words.preheader,
      blocks: [
        { kind: "text", text: words.intro(job.rt.settings.COMPANY) },
        { kind: "text", text: words.ask },
        { kind: "button", label: words.button, url },
        { kind: "text", text: words.ignore },
        ...(wayOut ? [{ kind: "link" as const, label: words.leave, url: wayOut }] : []),
      ],
      reason: wayOut ? words.reasonAgain : words.reason,
      ...(wayOut ? { unsubscribe: wayOut } : {}),
    };
  },
  async "newsletter.welcome"(job) {
    const words = WORDS[job.lang].welcome;
    const url = await wayOut(job);
    const { preferences } = job.params;
    const choose = preferences && (await job.link("/newsletter/preferences", "newsletter.preferences", preferences));
    return {
      subject: words.subject,
      preheader: words.preheader,
      blocks: [
        { kind: "text", text: words.intro },
        { kind: "text", text: words.leave },
        { kind: "link", label: words.button, url },
        ...(choose ? [{ kind: "link" as const, label: words.preferences, url: choose }] : []),
      ],
      reason: words.reason,
      unsubscribe: url,
    };
  },
  async "newsletter.move-from"(job) {
    return movingLetter(job, WORDS[job.lang].moveFrom.intro, "moveFrom", "newsletter.move-from");
  },
  async "newsletter.move-to"(job) {
    const intro = WORDS[job.lang].moveTo.intro(job.rt.settings.COMPANY);
    return movingLetter(job, intro, "moveTo", "newsletter.move-to");
  },
  async "newsletter.move-taken"(job) {
    const words = WORDS[job.lang].moveTaken;
    return {
      subject: words.subject,
      preheader: words.preheader,
      blocks: [
        { kind: "text", text: words.intro },
        { kind: "text", text: words.ask },
      ],
      reason: words.reason,
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
