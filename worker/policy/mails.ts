import type { LetterJob, LetterWriters } from "../mail/letter.ts";
import { dayInWords } from "../platform/calendar.ts";
import { versionOn, versionsOf } from "./version.ts";

const WORDS = {
  nl: {
    subject: "Ons privacybeleid verandert",
    preheader: (day: string) => `De nieuwe versie geldt vanaf ${day}.`,
    intro: (company: string, day: string) =>
      `${company} verandert het privacybeleid. De nieuwe versie geldt vanaf ${day}. Dit verandert er:`,
    read: "Lees de nieuwe versie",
    compare: "Bekijk wat er is veranderd, woord voor woord",
    panel: "Je hoeft niets te doen. Je vindt dit bericht ook in je klantomgeving en op onze website.",
    reason: "Je krijgt deze mail omdat je klant bij ons bent. Het is geen nieuwsbrief: elke klant krijgt hem één keer.",
  },
  en: {
    subject: "Our privacy policy is changing",
    preheader: (day: string) => `The new version is in force from ${day}.`,
    intro: (company: string, day: string) =>
      `${company} is changing its privacy policy. The new version is in force from ${day}. This is what changes:`,
    read: "Read the new version",
    compare: "See what has changed, word by word",
    panel: "You need not do anything. You also find this message in your control panel and on our website.",
    reason: "You get this mail because you are a customer of ours. It is no newsletter: every customer gets it once.",
  },
} as const;

/** The mail about a significant change. Its version is kept in memory: a hundred thousand mails read it a few times. */
async function writeNotice({ rt, lang, params }: LetterJob) {
  const version = await versionOn(rt, params["date"] ?? "");
  const versions = await versionsOf(rt);
  const previous = versions[versions.findIndex(({ date }) => date === version.date) - 1];
  const words = WORDS[lang];
  const { ORIGIN, COMPANY } = rt.settings;
  const day = dayInWords(version.effective, lang);
  const policy = `${ORIGIN}/policy`;
  return {
    subject: words.subject,
    preheader: words.preheader(day),
    blocks: [
      { kind: "text", text: words.intro(COMPANY, day) },
      { kind: "text", text: version.texts[lang].summary },
      { kind: "button", label: words.read, url: `${policy}/versions/${version.date}?lang=${lang}` },
      ...(previous
        ? [
            {
              kind: "link",
              label: words.compare,
              url: `${policy}/compare?from=${previous.date}&to=${version.date}&lang=${lang}`,
            } as const,
          ]
        : []),
      { kind: "text", text: words.panel },
    ],
    reason: words.reason,
  } as const;
}

/** The mails of the policy room. */
export const policyMails: LetterWriters = { "policy.notice": writeNotice };
