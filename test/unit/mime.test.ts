import { describe, expect, it } from "vitest";
import type { OutgoingMail } from "../../worker/mail/letter.ts";
import { mimeOf } from "../../worker/mail/mime.ts";

const mail = (changes: Partial<OutgoingMail> = {}): OutgoingMail => ({
  id: "abc_DEF-123",
  from: "Voorbeeld Hosting <post@example.nl>",
  returnPath: "post@example.nl",
  to: "klant@example.nl",
  subject: "Hoi",
  text: "Hoi",
  html: "<p>Hoi</p>",
  headers: {},
  messageId: "<abc@example.nl>",
  date: Date.UTC(2026, 10, 2, 9, 5, 7),
  ...changes,
});

const fromHex = (text: string): Buffer =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );

/** Encoded words as RFC 2047 has them: each by itself, and the white space between two of them is none. */
function decodeWords(value: string): string {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  return value.replace(/\?=\s+=\?/g, "?==?").replace(/=\?UTF-8\?Q\?([^?\s]*)\?=/g, (word, text: string) => {
    expect(word.length).toBeLessThanOrEqual(75);
    return strict.decode(fromHex(text.replaceAll("_", " ")));
  });
}

/** What RFC 5322 reads in a message: headers, unfolded, by name, and the body. */
function read(source: string) {
  const end = source.indexOf("\r\n\r\n");
  const fields = source
    .slice(0, end)
    .replace(/\r\n(?=[ \t])/g, "")
    .split("\r\n");
  const headers = new Map<string, string>();
  for (const field of fields) {
    const [, name = "", value = ""] = /^([!-9;-~]+):[ \t]*(.*)$/.exec(field) ?? [];
    expect(name).not.toBe("");
    expect(headers.has(name)).toBe(false);
    headers.set(name, value);
  }
  return { headers, body: source.slice(end + 4) };
}

/** The parts of a message, decoded. */
function partsOf(source: string): { type: string | undefined; text: string }[] {
  const { headers, body } = read(source);
  const [, boundary = ""] = /boundary="([^"]+)"/.exec(headers.get("Content-Type") ?? "") ?? [];
  const pieces = `\r\n${body}`.split(`\r\n--${boundary}`);
  expect(pieces.at(-1)).toBe("--\r\n");
  return pieces.slice(1, -1).map((piece) => {
    const part = read(piece.replace(/^\r\n/, ""));
    expect(part.headers.get("Content-Transfer-Encoding")).toBe("quoted-printable");
    return { type: part.headers.get("Content-Type"), text: fromHex(part.body.replace(/=\r\n/g, "")).toString("utf8") };
  });
}

/** What every message keeps to: ASCII, lines that end by CRLF alone, none longer than 76 but a header without spaces. */
function expectLines(source: string): void {
  expect(source).toMatch(/^[\r\n\x20-\x7e]*$/);
  expect(source.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  for (const line of source.split("\r\n")) expect(line.length).toBeLessThanOrEqual(998);
}

describe("a mail as it goes over the wire", () => {
  it("has its headers, and both parts as they were written", () => {
    const text = `Één regel\nmet = en spaties  \n.punt vooraan\n${"lang ".repeat(400)}\n${"x".repeat(2_000)}\n--=_abc_DEF-123--`;
    const html = `<p title="é">${"ü".repeat(1_500)}</p>`;
    const source = mimeOf(mail({ text, html, headers: { "Content-Language": "nl" } }));
    expectLines(source);
    const { headers, body } = read(source);
    expect(Object.fromEntries(headers)).toMatchObject({
      From: "Voorbeeld Hosting <post@example.nl>",
      To: "klant@example.nl",
      Subject: "Hoi",
      "Message-ID": "<abc@example.nl>",
      Date: "Mon, 02 Nov 2026 09:05:07 +0000",
      "Content-Language": "nl",
      "MIME-Version": "1.0",
    });
    for (const line of body.split("\r\n")) expect(line.length).toBeLessThanOrEqual(76);
    expect(partsOf(source)).toEqual([
      { type: "text/plain; charset=utf-8", text: text.replaceAll("\n", "\r\n") },
      { type: "text/html; charset=utf-8", text: html },
    ]);
  });

  it.each([
    "Kort",
    "Ons privacybeleid verandert op 1 december: één melding, 'quotes' \"en\" meer",
    `Ünïcode ${"één twee drie ".repeat(20)}€ 😀`.trim(),
    "😀".repeat(60),
    `heel lang zonder accent ${"woord ".repeat(60)}`.trim(),
  ])("its subject reads as written: %s", (subject) => {
    const source = mimeOf(mail({ subject }));
    expectLines(source);
    const read = decodeWords(/^Subject: ((?:.|\r\n )*)\r\n/m.exec(source)?.[1]?.replace(/\r\n(?= )/g, "") ?? "");
    expect(read).toBe(subject);
  });

  it.each([
    ["Voorbeeld Hosting", "Voorbeeld Hosting"],
    ["Jansen, B.V.", '"Jansen, B.V."'],
    ['"Jansen, B.V."', '"Jansen, B.V."'],
    ['De "beste" host', '"De \\"beste\\" host"'],
    ["Back\\slash", '"Back\\\\slash"'],
  ])("its sender %s is written as %s", (name, phrase) => {
    expect(read(mimeOf(mail({ from: `${name} <post@example.nl>` }))).headers.get("From")).toBe(
      `${phrase} <post@example.nl>`,
    );
  });

  it("its sender may have any letters, whole characters in each encoded word", () => {
    const name = `Wébhosting "Ünïque", ${"é€😀".repeat(20)}`;
    const from = read(mimeOf(mail({ from: `${name} <post@example.nl>` }))).headers.get("From") ?? "";
    // RFC 2047 section 5 (3): in a phrase, an encoded word has none of these.
    expect(from.replace(/ <post@example\.nl>$/, "")).not.toMatch(/[",<>@()]/);
    expect(decodeWords(from)).toBe(`${name} <post@example.nl>`);
  });

  it.each([
    { subject: "Hoi\r\nBcc: ander@example.org" },
    { subject: "Hé\nBcc: ander@example.org" },
    { to: "klant@example.nl\r\nBcc: ander@example.org" },
    { from: "Naam\r\nBcc: ander@example.org\r\n <post@example.nl>" },
    { from: "É\r\nBcc: ander@example.org\r\n <post@example.nl>" },
    { messageId: "<a@b>\rBcc: ander@example.org" },
    { headers: { "Content-Language": "nl\r\n\r\n<p>body</p>" } },
  ])("no value of a header begins another, or the body: %j", (changes) => {
    const source = mimeOf(mail(changes));
    expectLines(source);
    const { headers } = read(source);
    expect(headers.has("Bcc")).toBe(false);
    expect(headers.get("Content-Type")).toContain("multipart/alternative");
    expect(partsOf(source)).toHaveLength(2);
  });
});
