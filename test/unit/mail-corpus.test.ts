import { describe, expect, it } from "vitest";
import { automaticReason, isByProgram } from "../../worker/mail/automatic.ts";
import { type ParsedMail, parseMail } from "../../worker/mail/incoming.ts";
import { bounceIn, complaintIn } from "../../worker/mail/report.ts";
import { corpus } from "../worker/mail-corpus.ts";
import { expectPromises } from "./mail-promises.ts";

function endOf(mail: ParsedMail | null, envelopeFrom: string): string {
  if (mail && (bounceIn(mail) || complaintIn(mail))) return "returned";
  if (!mail?.from) return "unreadable";
  const reason = automaticReason(envelopeFrom, mail, { addresses: ["post@in.example.nl"] });
  return reason !== null && isByProgram(reason) ? "automatic" : "conversation";
}

it("has more than a hundred mails, each with a name of its own", () => {
  expect(corpus.length).toBeGreaterThan(100);
  expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
});

describe("a mail of the corpus is read as it must be", () => {
  it.each(corpus.map((entry) => [entry.name, entry] as const))("%s", async (_, entry) => {
    const mail = await parseMail(entry.raw);
    if (mail) await expectPromises(mail);
    expect(endOf(mail, entry.envelopeFrom)).toBe(entry.ends);
    if (entry.ends !== "unreadable") expect(mail).not.toBeNull();
    const { says = [], never = [], subject, from, name, files } = entry.check ?? {};
    for (const words of says) expect(mail?.text).toContain(words);
    for (const words of never) expect(mail?.text).not.toContain(words);
    if (subject !== undefined) expect(mail?.subject).toBe(subject);
    if (from !== undefined) expect(mail?.from?.email).toBe(from);
    if (name !== undefined) expect(mail?.from?.name).toBe(name);
    if (files !== undefined) expect(mail?.files.map((file) => file.name)).toEqual(files);
  });
});
