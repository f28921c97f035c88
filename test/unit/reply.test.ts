import { describe, expect, it } from "vitest";
import { wishIn } from "../../worker/newsletter/reply.ts";

const QUOTED =
  "Op 22 nov 2026 om 10:00 schreef Voorbeeld\n<post@example.nl>:\n> Nieuws van november\n>\n> Afmelden: https://…";
/** As Outlook quotes: nothing marks what is not theirs. */
const UNMARKED = "-----Original Message-----\nFrom: Voorbeeld\nSubject: Nieuws\n\n> Een citaat\n\nAfmelden: https://…";

describe("a reply is a wish to leave", () => {
  it.each([
    "Afmelden",
    "afmelden.",
    "  UNSUBSCRIBE!",
    "Uitschrijven aub",
    "Hallo,\n\nafmelden",
    "Hallo afmelden",
    "Hallo redactie, graag afmelden",
    "Beste mensen,\n\nIk wil me graag afmelden voor deze nieuwsbrief.\n\nGroet, Sam",
    "Goedemorgen\n\nKun je me afmelden?",
    "Goedemiddag,\nKunt u mij uitschrijven a.u.b.?",
    "Geachte heer De Vries,\n\nA.u.b. uitschrijven",
    "L.S.,\n\nHierbij wil ik mij uitschrijven.",
    "Graag afmelden",
    "Meld me af",
    "Schrijf mij hier aub uit",
    "Ik wil uitgeschreven worden.",
    "Ik wil graag afgemeld worden",
    "Please unsubscribe me",
    "Pls unsubscribe",
    "Hi there,\n\nI'd like to unsubscribe, thanks.",
    "Good morning,\nI want to unsubscribe from this.",
    "Hello!\nCould you please unsubscribe me?",
    "Dear all,\n\nplease remove me from this list",
    "I want to opt out",
    "Stop",
    "STOP!",
    "Stop hiermee aub",
    "Please stop sending me these emails.",
    "Hallo,\n\nstop met mailen",
    "Afmelden lukt niet via de knop.",
    `Afmelden\n\n${QUOTED}`,
    `${QUOTED}\n\nGraag afmelden`,
    `Hoi,\n\n${QUOTED}\n\nAfmelden\n\nSam`,
    `> Nieuws van november\n\nPlease unsubscribe me`,
    `Unsubscribe\n\n${UNMARKED}`,
  ])("%j", (text) => {
    expect(wishIn("Re: Nieuws", text).leaves).toBe(true);
  });

  it.each(["Afmelden", "Please unsubscribe me", "Stop", "Graag afmelden"])("by its own subject, %s", (subject) => {
    expect(wishIn(subject, "").leaves).toBe(true);
  });
});

describe("a reply is no wish to leave", () => {
  it.each([
    "Stop! Wat een goed stuk",
    "Stop! What a good read.",
    "Stop de persen, dit moet iedereen lezen",
    "Stopcontact kapot, help!",
    "Ik wil me niet afmelden, ik wil een ander adres.",
    "Please do not unsubscribe me.",
    "Leuk!\nAfmelden staat verkeerd gespeld.",
    "Ik heb me vorige week voor de cursus afgemeld.",
    "Hallo,\n\nMooi stuk.\n\nAfmelden hoeft niet.",
    "Hallo,",
    "",
    "Afmeldenknop ontbreekt",
    QUOTED,
    `Hallo,\n\n${UNMARKED}`,
    UNMARKED,
    `Leuk stuk!\n\n${QUOTED}`,
    `${QUOTED}\n\nMooi!`,
    "> Afmelden",
  ])("%j", (text) => {
    expect(wishIn("Re: Nieuws", text).leaves).toBe(false);
  });

  it.each(["Re: Stop", "Antw: Afmelden", "Re[2]: Unsubscribe", "Stop! Wat een goed stuk"])(
    "by the subject %s",
    (subject) => {
      expect(wishIn(subject, "Mooi!").leaves).toBe(false);
    },
  );

  it("reads a line of nothing but small words at once", () => {
    expect(wishIn("Re: x", `${"ik wil graag ".repeat(70_000)}\n${"> x\n".repeat(1_000)}`).leaves).toBe(false);
  });
});

describe("what more a reply says", () => {
  it.each([
    "Graag afmelden. En zeg ook mijn hosting op per 1 januari.",
    "Afmelden lukt niet. Bel me even: 06-12345678",
    "Unsubscribe rates look great in your article",
    "Afmelden\n\nHelp!",
    "Afmelden\n\nGroet, Sam\nPS mijn site ligt plat",
    "Hallo bel mij\nAfmelden",
    `${QUOTED}\n\nAfmelden\n\nEn kunnen jullie mij bellen?`,
  ])("is for people to read, however short, above or below the quote: %j", (text) => {
    expect(wishIn("Re: Nieuws", text)).toMatchObject({ saysMore: true });
  });

  it.each([
    ["Unsubscribe", "mijn site ligt plat, help!"],
    ["Mijn site ligt plat", "afmelden"],
    ["Afmelden, en bel mij", ""],
  ])("is for people to read beside or in a subject of its own: %s", (subject, text) => {
    expect(wishIn(subject, text)).toEqual({ leaves: true, saysMore: true });
  });

  it.each([
    "Graag afmelden, Sam",
    "Afmelden\n\nSam",
    "Hallo Sam,\n\nAfmelden a.u.b., alvast bedankt!",
    "Geachte heer De Vries,\n\nHierbij wil ik mij uitschrijven.\n\nMet vriendelijke groet,\n\nJan-Willem van der Berg",
    "Please remove me from this list.\n\nKind regards\nJ. Jansen",
    "Stop hiermee\n\nVerstuurd vanaf mijn iPhone",
    "Unsubscribe\nSent from Outlook for Android",
    `Graag afmelden, Sam\n\n${QUOTED}`,
  ])("is nothing when it is but manners and a name: %j", (text) => {
    expect(wishIn("Re: Nieuws", text)).toEqual({ leaves: true, saysMore: false });
  });

  it("is looked for in long texts at once", () => {
    const long = `Afmelden\n${"Aa ".repeat(200_000)}${"groet ,".repeat(50_000)}${" ".repeat(100_000)}`;
    expect(wishIn("Re: x", long).saysMore).toBe(true);
  });
});
