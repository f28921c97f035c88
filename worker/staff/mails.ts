import type { Block, LetterJob, LetterWriters } from "../mail/letter.ts";
import type { SignInPurpose } from "./sign-in.ts";

const WORDS = {
  nl: {
    "staff.sign-in": {
      subject: "Aanmelden bij het beheer",
      preheader: "De link werkt een kwartier.",
      text: (company: string) => `Met deze knop meld je je aan bij het beheer van ${company}.`,
      note: "De link werkt één keer, en een kwartier lang.",
      button: "Aanmelden",
      ignore: "Vroeg je hier niet om? Dan hoef je niets te doen. Geef de link aan niemand door.",
      reason: "Je krijgt deze mail omdat iemand je adres invulde op de aanmeldpagina van het beheer.",
    },
    "staff.invite": {
      subject: "Je bent uitgenodigd voor het beheer",
      preheader: "Meld je aan met de knop.",
      text: (company: string) => `Een collega geeft je toegang tot het beheer van ${company}.`,
      note: "Met de knop meld je je voor het eerst aan. De link werkt één keer, en zeven dagen lang.",
      button: "Uitnodiging aannemen",
      ignore: "Verwachtte je dit niet? Vraag je collega ernaar. Geef de link aan niemand door.",
      reason: "Je krijgt deze mail omdat een collega je uitnodigde.",
    },
    "staff.alert": {
      subject: (count: number) =>
        count === 1 ? "Er wacht een nieuw gesprek" : `Er wachten ${count} nieuwe gesprekken`,
      preheader: "Ze staan in het beheer.",
      text: (count: number) =>
        count === 1
          ? "Sinds de vorige mail kwam er een nieuw gesprek binnen. Niemand heeft het nog beantwoord."
          : `Sinds de vorige mail kwamen er ${count} nieuwe gesprekken binnen. Niemand heeft ze nog beantwoord.`,
      button: "Gesprekken openen",
      reason: "Je krijgt deze mail omdat je dat koos bij je account in het beheer. Daar zet je het ook uit.",
    },
  },
  en: {
    "staff.sign-in": {
      subject: "Sign in to the admin",
      preheader: "The link works for fifteen minutes.",
      text: (company: string) => `This button signs you in to the admin of ${company}.`,
      note: "The link works once, for fifteen minutes.",
      button: "Sign in",
      ignore: "Did you not ask for this? Then do nothing. Never pass the link on.",
      reason: "You get this mail because someone entered your address on the admin's sign-in page.",
    },
    "staff.invite": {
      subject: "You are invited to the admin",
      preheader: "Sign in with the button.",
      text: (company: string) => `A colleague gives you access to the admin of ${company}.`,
      note: "The button signs you in for the first time. The link works once, for seven days.",
      button: "Accept the invitation",
      ignore: "Did you not expect this? Ask your colleague. Never pass the link on.",
      reason: "You get this mail because a colleague invited you.",
    },
    "staff.alert": {
      subject: (count: number) => (count === 1 ? "A new conversation waits" : `${count} new conversations wait`),
      preheader: "They are in the admin.",
      text: (count: number) =>
        count === 1
          ? "Since the last mail one new conversation came in. Nobody has answered it yet."
          : `Since the last mail ${count} new conversations came in. Nobody has answered them yet.`,
      button: "Open conversations",
      reason: "You get this mail because you chose so at your account in the admin. There you can turn it off, too.",
    },
  },
} as const;

/** Where the link of each kind leads. */
export const SIGN_IN_PATHS: Readonly<Record<SignInPurpose, string>> = {
  "staff.sign-in": "/admin/sign-in/link",
  "staff.invite": "/admin/join",
};

const writer = (purpose: SignInPurpose) => async (job: LetterJob) => {
  const words = WORDS[job.lang][purpose];
  const { settings } = job.rt;
  // Behind Cloudflare Access our own links are closed; there the address itself is the way in.
  const url =
    settings.ACCESS_TEAM === ""
      ? await job.link(SIGN_IN_PATHS[purpose], purpose, job.params["token"] ?? "")
      : `${settings.ORIGIN}/admin`;
  return {
    subject: words.subject,
    preheader: words.preheader,
    blocks: [
      { kind: "text", text: words.text(job.rt.settings.COMPANY) },
      ...(settings.ACCESS_TEAM === "" ? [{ kind: "text", text: words.note } as const] : []),
      { kind: "button", label: words.button, url },
      { kind: "text", text: words.ignore },
    ] satisfies Block[],
    reason: words.reason,
  };
};

/** The mails that sign members in, and the one that says how many conversations wait: it tells nothing of them. */
export const staffMails: LetterWriters = {
  "staff.sign-in": writer("staff.sign-in"),
  "staff.invite": writer("staff.invite"),
  async "staff.alert"({ rt, lang, params }) {
    const words = WORDS[lang]["staff.alert"];
    const count = Number(params["count"]);
    return {
      subject: words.subject(count),
      preheader: words.preheader,
      blocks: [
        { kind: "text", text: words.text(count) },
        { kind: "button", label: words.button, url: `${rt.settings.ORIGIN}/admin/contact?queue=new` },
      ],
      reason: words.reason,
    };
  },
};
