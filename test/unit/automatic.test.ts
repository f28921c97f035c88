import { describe, expect, it } from "vitest";
import { automaticReason, isByProgram } from "../../worker/mail/automatic.ts";
import { parseMail } from "../../worker/mail/incoming.ts";

const OWN = { addresses: ["post@example.nl", "hulp@in.example.nl"] };

async function reasonFor(headers: string, envelopeFrom = "sam@example.org", from = "Sam <sam@example.org>") {
  const mail = await parseMail(new TextEncoder().encode(`From: ${from}\r\n${headers}\r\n\r\nHoi`));
  if (!mail) throw new Error("This mail can be read");
  return automaticReason(envelopeFrom, mail, OWN);
}

describe("no person wrote a mail", () => {
  it.each([
    ["null-sender", "X: y", ""],
    ["null-sender", "X: y", "<>"],
    ["report", "Content-Type: multipart/report; boundary=x", "sam@example.org"],
    ["auto-submitted", "Auto-Submitted: auto-replied", "sam@example.org"],
    ["auto-submitted", "Auto-Submitted: auto-generated (by us)", "sam@example.org"],
    ["auto-reply", "X-Autoreply: yes", "sam@example.org"],
    ["auto-reply", "X-Autorespond: Re", "sam@example.org"],
  ])("%s: %s", async (reason, header, envelopeFrom) => {
    const found = await reasonFor(header, envelopeFrom);
    expect(found).toBe(reason);
    expect(found !== null && isByProgram(found)).toBe(true);
  });
});

describe("a person may have written a mail, but no program answers it", () => {
  it.each([
    ["auto-response-suppress", "X-Auto-Response-Suppress: All"],
    ["auto-response-suppress", "X-Auto-Response-Suppress: DR, OOF, AutoReply"],
    ["precedence", "Precedence: bulk"],
    ["precedence", "Precedence: list"],
    ["list", "List-Id: <x.example.org>"],
    ["list", "List-Unsubscribe: <mailto:x@example.org>"],
  ])("%s: %s", async (reason, header) => {
    const found = await reasonFor(header);
    expect(found).toBe(reason);
    expect(found !== null && isByProgram(found)).toBe(false);
  });

  it.each([
    "no-reply@example.org",
    "noreply@example.org",
    "no_reply@example.org",
    "NoReply+12@example.org",
    "noreply-12@example.org",
    "shop-noreply@example.org",
    "do-not-reply@example.org",
    "donotreply@example.org",
    "bounce@example.org",
    "bounces+12-sam=example.nl@example.org",
    "bounce-12@example.org",
    "postmaster@example.org",
    "MAILER-DAEMON@example.org",
    "niet-beantwoorden@example.org",
  ])("%s", async (address) => {
    expect(await reasonFor("X: y", address)).toBe("no-reply");
    expect(await reasonFor("X: y", "sam@example.org", address)).toBe("no-reply");
  });

  it.each(["post@example.nl", "Post@Example.NL", "post+r-abc@example.nl", "<hulp@in.example.nl>"])(
    "our own address %s",
    async (address) => {
      expect(await reasonFor("X: y", address)).toBe("own-address");
      expect(await reasonFor("X: y", "sam@example.org", address)).toBe("own-address");
    },
  );
});

it.each([
  ["X: y", "sam@example.org"],
  ["Auto-Submitted: no", "sam@example.org"],
  ["Precedence: normal", "sam@example.org"],
  ["X-Auto-Response-Suppress: None", "sam@example.org"],
  ["X: y", "noreplica@example.org"],
  ["X: y", "bouncer@example.org"],
  ["X: y", "post@example.org"],
  ["X: y", "arno.reply-all@example.org"],
])("%s from %s may be answered", async (header, address) => {
  expect(await reasonFor(header, address)).toBeNull();
});
