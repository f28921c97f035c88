import { describe, expect, it } from "vitest";
import { quotedFrom } from "../../worker/contact/quote.ts";

const OWN = "Hallo,\n\nMijn site ligt plat.\n\nGroet, Sam";
const OUTLOOK =
  "From: Voorbeeld <post@example.nl>\nSent: Monday\nTo: Sam\nSubject: Re: x\n\nGoedendag,\nWij kijken ernaar.";

describe("what is quoted is folded from its first line on", () => {
  it.each([
    ["marked lines", "> Goedendag\n> Wij kijken ernaar."],
    ["Dutch", "Op 22 nov 2026 om 10:00 schreef Voorbeeld <post@example.nl>:\n\n> Goedendag"],
    ["over two lines", "Op ma 22 nov. 2026 om 10:00 schreef Voorbeeld Hosting\n<post@example.nl>:\n> Goedendag"],
    ["over three lines", "On Mon, 22 Nov 2026 at 10:00,\nVoorbeeld Hosting\n<post@example.nl> wrote:\n\n> Hello"],
    ["German", "Am 22.11.2026 um 10:00 schrieb Voorbeeld:\n> Guten Tag"],
    ["French", "Le lun. 22 nov. 2026 à 10:00, Voorbeeld <post@example.nl> a écrit :\n> Bonjour"],
    ["the name first", "Voorbeeld <post@example.nl> schreef op 22-11-2026 10:00:\n> Goedendag"],
    ["without marks", "On 22 Nov 2026, at 10:00, Voorbeeld <post@example.nl> wrote:\n\nHello,\nwe look into it."],
    ["Outlook, English", `-----Original Message-----\n${OUTLOOK}`],
    ["Outlook, Dutch", "-----Oorspronkelijk bericht-----\nVan: Voorbeeld\nGoedendag"],
    ["Outlook, German", "-----Ursprüngliche Nachricht-----\nVon: Voorbeeld\nGuten Tag"],
    ["Outlook's header alone", OUTLOOK],
    ["a line above it", `________________________________\n${OUTLOOK}`],
    ["a line from HTML above it", `* * *\n\nVan: Voorbeeld\nVerzonden: maandag\nAan: Sam\nOnderwerp: x\n\nHoi`],
    ["French, with its spaces", "De : Voorbeeld\nEnvoyé : lundi\nÀ : Sam\nObjet : x\n\nBonjour"],
    ["a signature", "-- \nSam de Vries\n06-12345678"],
    ["a telephone", "Verzonden vanaf mijn iPhone"],
    ["a telephone above a quote", "Sent from my iPhone\n\nOn 22 Nov 2026, at 10:00, X wrote:\n\n> Hello"],
    [
      "Outlook for a telephone",
      `Outlook voor iOS downloaden\n${OUTLOOK}`.replace("Outlook voor iOS downloaden", "Get Outlook for iOS"),
    ],
    ["a signature above a quote", "-- \nSam de Vries\n\nOn 22 Nov 2026 at 10:00 X wrote:\n> Hello\n> -- \n> X"],
  ])("%s", (_, below) => {
    const text = `${OWN}\n\n${below}\n`;
    const offset = quotedFrom(text);
    expect(text.slice(0, offset ?? 0).trim()).toBe(OWN);
    expect(offset === null ? null : text.slice(offset).trim()).toBe(below.trim());
  });
});

describe("nothing of their own is folded", () => {
  it.each([
    ["no quote", OWN],
    ["nothing", ""],
    ["blank lines", "\n\n\n"],
    ["a quote alone", "> Goedendag\n> Wij kijken ernaar."],
    ["a quoted mail alone", `-----Original Message-----\n${OUTLOOK}`],
    ["an attribution and a quote alone", "On 22 Nov 2026 at 10:00 X wrote:\n> Hello"],
    ["a signature alone", "-- \nSam"],
    ["a telephone alone", "Sent from my iPhone"],
    ["an answer below the quote", "On 22 Nov 2026 at 10:00 X wrote:\n> Hello\n\nMijn antwoord"],
    ["what I wrote", "Op 12 mei 2026 schreef ik:\n"],
    ["a mail that is handed on", "Zie hieronder.\n\n---------- Forwarded message ---------\nFrom: X\n\nDe vraag"],
    ["a line of dashes far above the end", `Hoi\n--\n${"Nog een regel.\n".repeat(30)}`],
    ["sent from a town", "Het pakket is\nverzonden van Amsterdam naar Utrecht"],
  ])("%s", (_, text) => {
    expect(quotedFrom(text)).toBeNull();
  });

  it("answers among quotes stay, the last quote is folded", () => {
    const text = "On 22 Nov 2026 at 10:00 X wrote:\n> een?\nJa.\n> twee?\nNee.\n> Groet\n";
    expect(text.slice(quotedFrom(text) ?? 0)).toBe("> Groet\n");
  });
});

it("long texts take no time", () => {
  for (const line of [
    "> x\n",
    "From: x\n",
    "On 1:00 2026 ",
    "On 10:00 x\n",
    "--\n",
    "a".repeat(400),
    "wrote: 2026:\n",
    "\n",
    " ",
  ]) {
    const text = `x\n${line.repeat(100_000 / line.length)}\n> x`;
    const before = performance.now();
    quotedFrom(text);
    expect(performance.now() - before).toBeLessThan(1_000);
  }
});
