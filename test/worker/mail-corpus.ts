/** Mails that people, programs and attackers send, made by code: what must become of each. */
import { complaint, exchange, FIELDS, gmail, postfix, qmail, written } from "./returned-mails.ts";

export interface CorpusMail {
  name: string;
  readonly raw: Uint8Array;
  envelopeFrom: string;
  /**
   * A message of a person's, a program's, one that cannot be read or has nobody to answer, or news of a mail of ours that came back.
   */
  ends: "conversation" | "automatic" | "unreadable" | "returned";
  /** What it must be read as: parts of its text and what may not be in it; the rest as a whole. */
  check?: {
    says?: readonly string[];
    never?: readonly string[];
    subject?: string;
    from?: string;
    name?: string | null;
    files?: readonly string[];
  };
}

type Check = NonNullable<CorpusMail["check"]>;

const SAM = "sam@example.nl";
const crlf = (text: string): string => text.replace(/\r?\n/g, "\r\n");
/** Each character is a byte, so that any can be written. */
const byte = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const base64 = (text: string): string => btoa(String.fromCharCode(...utf8(text)));

/** A mail is made when it is asked for: some have twenty megabytes. */
function mail(
  name: string,
  ends: CorpusMail["ends"],
  make: () => string | Uint8Array,
  check: Check = {},
  envelopeFrom = SAM,
) {
  const entry: CorpusMail = {
    ...{ name, envelopeFrom, ends, check },
    get raw() {
      const made = make();
      return typeof made === "string" ? utf8(crlf(made)) : made;
    },
  };
  return entry;
}

const head = (to: string, extra = ""): string =>
  `From: Sam <${SAM}>\nTo: ${to}\nSubject: Vraag\nMessage-ID: <1@example.nl>\nDate: Sun, 22 Nov 2026 12:00:00 +0100\nMIME-Version: 1.0\n${extra}`;

const file = (name: string, type: string, body: string): string =>
  `Content-Type: ${type}\nContent-Disposition: attachment; filename="${name}"\nContent-Transfer-Encoding: base64\n\n${btoa(body)}\n`;

const mixed = (...parts: string[]): string =>
  `Content-Type: multipart/mixed; boundary="b"\n\n${parts.map((part) => `--b\n${part}\n`).join("")}--b--\n`;
const alternative = (...parts: string[]): string =>
  `Content-Type: multipart/alternative; boundary="a"\n\n${parts.map((part) => `--a\n${part}\n`).join("")}--a--\n`;
const plain = (text: string): string => `Content-Type: text/plain; charset=utf-8\n\n${text}\n`;
const html = (text: string): string => `Content-Type: text/html; charset=utf-8\n\n${text}\n`;

/** A hundred parts in one another are read; deeper ones are kept as they stand. */
function nested(levels: number): string {
  const opened = Array.from(
    { length: levels },
    (_, n) => `Content-Type: multipart/mixed; boundary="n${n}."\n\n--n${n}.\n`,
  );
  return `${opened.join("")}${plain("diep")}`;
}

const inMails = (levels: number): string => `${"Content-Type: message/rfc822\n\n".repeat(levels)}Subject: diep\n\ndiep`;

/** A zip of 42 bytes of zeros packed: what unpacks it is not us. */
const ZIP = "PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\x0f\0\0\0\xff\xff\xff\xff\x01\0\0\0a\xed\xc1\x01\x0d\0\0\0";

function odd(to: string): CorpusMail[] {
  const of = head(to);
  return [
    mail("nothing", "unreadable", () => ""),
    mail("white space", "unreadable", () => "\n\n  \n"),
    mail("null bytes alone", "unreadable", () => new Uint8Array(10_000)),
    mail("noise", "unreadable", () => Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7_919) % 256)),
    mail("no headers", "unreadable", () => "Hallo\n\nMijn site ligt plat\n", { says: ["Mijn site ligt plat"] }),
    mail("headers without a body", "conversation", () => of, { subject: "Vraag" }),
    mail("an empty body", "conversation", () => `${of}\n`, { subject: "Vraag" }),
    mail("no subject", "conversation", () => `From: ${SAM}\n\nHoi`, { subject: "", says: ["Hoi"] }),
    mail("line feeds alone", "conversation", () => utf8(`${of}\nHoi\nSam`), { says: ["Hoi\nSam"], subject: "Vraag" }),
    mail("carriage returns alone", "conversation", () => utf8(`${of}\nHoi\nSam`.replaceAll("\n", "\r")), {
      says: ["Hoi\nSam"],
      subject: "Vraag",
    }),
    mail("line ends of all kinds", "conversation", () => utf8(`${of}\r\neen\rtwee\ndrie\r\nvier`), {
      says: ["een\ntwee\ndrie\nvier"],
    }),
    mail(
      "null bytes in everything",
      "conversation",
      () => byte(`From: Sam <${SAM}>\r\nSubject: V\0raag\r\n\r\nHo\0i\0`),
      { says: ["Hoi"], subject: "V raag" },
    ),
    mail("text that is binary", "conversation", () => byte(`${crlf(of)}\r\n${"\x00\x01\xff\xfe".repeat(1_000)}Hoi`), {
      says: ["Hoi"],
    }),
    mail("a line of a megabyte", "conversation", () => `${of}\n${"a".repeat(1_000_000)}`),
    mail("a million empty lines", "conversation", () => `${of}\n${"\n".repeat(1_000_000)}`),
    mail("twenty megabytes of text", "conversation", () => `${of}\n${"Lorem ipsum dolor sit amet\n".repeat(740_000)}`, {
      says: ["Lorem"],
    }),
    mail(
      "twenty megabytes attached",
      "conversation",
      () =>
        of +
        mixed(
          plain("Hoi"),
          `Content-Type: application/pdf; name=groot.pdf\nContent-Transfer-Encoding: base64\n\n${`${"A".repeat(76)}\n`.repeat(259_000)}`,
        ),
      { says: ["Hoi"], files: ["groot.pdf"] },
    ),
  ];
}

function structures(to: string): CorpusMail[] {
  const of = head(to);
  return [
    mail("a hundred parts in one another", "conversation", () => of + nested(100), { says: ["diep"] }),
    mail("three hundred", "conversation", () => of + nested(300)),
    mail("a hundred mails in one another", "conversation", () => of + inMails(100), { files: ["attachment-1.eml"] }),
    mail("no boundary", "conversation", () => `${of}Content-Type: multipart/mixed\n\nHoi`, { says: ["Hoi"] }),
    mail(
      "the wrong boundary",
      "conversation",
      () => `${of}Content-Type: multipart/mixed; boundary=x\n\n--y\n\nHoi\n--y--`,
      { says: ["Hoi"] },
    ),
    mail(
      "two boundaries",
      "conversation",
      () => `${of}Content-Type: multipart/mixed; boundary=x; boundary=y\n\n--x\n\nHoi\n--x--`,
      { says: ["Hoi"] },
    ),
    mail(
      "one boundary twice",
      "conversation",
      () =>
        `${of}Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nHoi\n--x--\n--x\n\nSam\n--x--`,
      { says: ["Hoi", "Sam"] },
    ),
    mail(
      "a boundary that begins like another",
      "conversation",
      () =>
        `${of}Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed; boundary=xy\n\n--xy\n\nHoi\n--xy--\n--x--`,
      { says: ["Hoi"] },
    ),
    mail("parts that never end", "conversation", () => `${of}Content-Type: multipart/mixed; boundary=x\n\n--x\n\nHoi`, {
      says: ["Hoi"],
    }),
    mail(
      "ten thousand parts",
      "conversation",
      () => `${of}Content-Type: multipart/mixed; boundary=x\n\n${"--x\n\nHoi\n".repeat(10_000)}`,
      { says: ["Hoi"] },
    ),
    mail(
      "two content types",
      "conversation",
      () => `${of}Content-Type: text/plain\nContent-Type: text/html\n\n<b>Hoi</b>`,
      { says: ["<b>Hoi</b>"] },
    ),
    mail("a type of no sense", "conversation", () => `${of}Content-Type: tekst\n\nHoi`, { says: ["Hoi"] }),
    mail(
      "plain and HTML, in two encodings",
      "conversation",
      () =>
        `${of}${alternative(`Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nprivacy =E9n meer`, `Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${base64("<p>anders</p>")}`)}`,
      { says: ["privacy én meer"], never: ["anders"] },
    ),
    mail("an empty text beside HTML", "conversation", () => of + alternative(plain(" "), html("<p>Hoi</p>")), {
      says: ["Hoi"],
    }),
    mail(
      "a text that only points at HTML",
      "conversation",
      () =>
        of +
        alternative(plain("Your email client does not support HTML. Please view it in a browser."), html("<p>Hoi</p>")),
      { says: ["Hoi"], never: ["support"] },
    ),
    mail(
      "HTML with a plain footer",
      "conversation",
      () => of + mixed(html("<style>p{}</style><p>Hoi</p>"), plain("Lijst")),
      { says: ["Hoi\n\nLijst"], never: ["p{}"] },
    ),
  ];
}

function headers(to: string): CorpusMail[] {
  const said = (subject: string, more = "") => `From: Sam <${SAM}>\nTo: ${to}\nSubject: ${subject}\n${more}\nHoi`;
  const from = (value: string) => `From: ${value}\nTo: ${to}\nSubject: Vraag\n\nHoi`;
  return [
    mail("ten thousand headers", "conversation", () => `${head(to)}${"X-A: b\n".repeat(10_000)}\nHoi`, {
      says: ["Hoi"],
    }),
    mail("a header of 400 KB", "conversation", () => `${head(to)}X-A: ${"b".repeat(400_000)}\n\nHoi`, {
      says: ["Hoi"],
    }),
    mail("a subject of 400 KB", "conversation", () => said("a".repeat(400_000)), { says: ["Hoi"] }),
    mail("a hundred thousand folds", "conversation", () => said(`x\n${" y\n".repeat(100_000)}`), { says: ["Hoi"] }),
    mail("a head of two megabytes", "conversation", () => `${head(to)}${"X-A: b\n".repeat(300_000)}\nHoi`, {
      says: ["Hoi"],
    }),
    mail("Latin-1 in the head", "conversation", () => byte(crlf(said("Priv\xe9"))), { subject: "Privé" }),
    mail("UTF-8 in the head", "conversation", () => said("Privé 😀"), { subject: "Privé 😀" }),
    mail("words of two encodings", "conversation", () => said("=?utf-8?q?Priv=C3=A9?= =?iso-8859-1?b?6Q==?= en meer"), {
      subject: "Privéé en meer",
    }),
    mail("a character over two words", "conversation", () => said("=?utf-8?q?Priv=C3?= =?utf-8?q?=A9?="), {
      subject: "Privé",
    }),
    mail("words in one another", "conversation", () => said("=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?="), {
      subject: "=?utf-8?q?x?=",
    }),
    mail("a word that breaks off", "conversation", () => said("=?utf-8?q?Priv=C3=A9"), {
      subject: "=?utf-8?q?Priv=C3=A9",
    }),
    mail("a word of no encoding", "conversation", () => said("=?klingon?x?Hoi?= =?klingon?q?Hoi?=")),
    mail("a header in a word", "conversation", () => said("=?utf-8?q?Hoi=0D=0ABcc:_x@example.org=0D=0A=0D=0A<p>?="), {
      subject: "Hoi Bcc: x@example.org <p>",
    }),
    mail("emoji", "conversation", () => said("=?utf-8?b?8J+YgA==?="), { subject: "😀" }),
    mail("writing from right to left", "conversation", () => said("שלום"), { subject: "שלום" }),
    mail("writing that is turned round", "conversation", () => said("\u202egpj.exe\u202c"), { subject: "gpj.exe" }),
    mail("no sender", "unreadable", () => `To: ${to}\nSubject: x\n\nHoi`, { says: ["Hoi"] }),
    mail("a sender without an address", "unreadable", () => from("Sam")),
    mail("an empty group", "unreadable", () => from("undisclosed-senders:;")),
    mail("a group", "conversation", () => from(`Wij: Sam <${SAM}>, eva@example.nl;`), { from: SAM, name: "Sam" }),
    mail("two senders in one header", "conversation", () => from(`Sam <${SAM}>, eva@example.nl`), { from: SAM }),
    mail("two headers of a sender", "conversation", () => `From: ${SAM}\n${from("eva@example.org")}`, { from: SAM }),
    mail("a name that is another's address", "conversation", () => from(`"directie@example.nl" <${SAM}>`), {
      from: SAM,
      name: null,
    }),
    mail("a name with an address in it", "conversation", () => from(`"Sam <directie@example.nl>" <${SAM}>`), {
      from: SAM,
      name: null,
    }),
    mail("a name that is turned round", "conversation", () => from(`"\u202eSam" <${SAM}>`), { from: SAM, name: "Sam" }),
    mail("a name of line breaks", "conversation", () => from(`=?utf-8?q?Sam=0D=0ABcc=3A_x?= <${SAM}>`), {
      from: SAM,
      name: "Sam Bcc: x",
    }),
    mail("a comment for a name", "conversation", () => from(`${SAM} (Sam (de Vries))`), { from: SAM }),
    mail("capitals and IDNA", "conversation", () => from("Sam@EXAMPLE.NL"), { from: SAM }),
  ];
}

function bodies(to: string): CorpusMail[] {
  const of = head(to);
  const page = (body: string) => of + html(body);
  return [
    mail(
      "HTML alone",
      "conversation",
      () => page("<html><head><title>T</title></head><body><p>Hoi<br>Sam</p></body></html>"),
      { says: ["Hoi\nSam"], never: ["T", "<"] },
    ),
    mail(
      "HTML with scripts",
      "conversation",
      () =>
        page(
          "<p onclick='alert(1)'>Hoi</p><script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)></svg>",
        ),
      { says: ["Hoi"], never: ["alert", "<"] },
    ),
    mail(
      "HTML with pages in it",
      "conversation",
      () => page('<iframe src="https://example.org"><p>in</p></iframe><object data=x></object><p>Hoi</p>'),
      { says: ["Hoi"], never: ["<", "in"] },
    ),
    mail(
      "HTML with pictures from elsewhere",
      "conversation",
      () => page('<p>Hoi</p><img src="https://example.org/pixel.gif"><img alt="Logo" src="cid:x">'),
      { says: ["Hoi", "[Logo]"], never: ["pixel"] },
    ),
    mail(
      "HTML with styles",
      "conversation",
      () => page("<style>@import 'https://example.org';</style><p style='background:url(https://example.org)'>Hoi</p>"),
      { says: ["Hoi"], never: ["import", "url"] },
    ),
    mail(
      "HTML with links",
      "conversation",
      () =>
        page(
          '<a href="https://example.nl/a">klik</a> <a href="https://example.nl">example.nl</a> <a href="javascript:alert(1)">kwaad</a>',
        ),
      { says: ["klik (https://example.nl/a) example.nl kwaad"], never: ["javascript"] },
    ),
    mail("tags written in entities", "conversation", () => page("&lt;script&gt;alert(1)&lt;/script&gt;"), {
      says: ["<script>alert(1)</script>"],
    }),
    mail("a script in a script", "conversation", () => page("<scr<script>ipt>alert(1)</scr</script>ipt>Hoi"), {
      says: ["Hoi"],
    }),
    mail("HTML that never closes", "conversation", () => page(`Hoi${"<div".repeat(100_000)}`), { says: ["Hoi"] }),
    mail("a hundred thousand open elements", "conversation", () => page(`${"<div><b>".repeat(100_000)}Hoi`), {
      says: ["Hoi"],
    }),
    mail("a hundred thousand quotes", "conversation", () => page(`${"<blockquote>".repeat(100_000)}Hoi`), {
      says: ["Hoi"],
    }),
    mail("entities of no sense", "conversation", () => page("&#0;&#xD800;&#x110000;&#99999999999;&nope;Hoi"), {
      says: ["Hoi"],
    }),
    mail(
      "an unknown charset",
      "conversation",
      () => byte(crlf(`${of}Content-Type: text/plain; charset=klingon-8\n\nPriv\xe9`)),
      { says: ["Privé"] },
    ),
    mail("no charset, Latin-1", "conversation", () => byte(crlf(`${of}\nPriv\xe9`)), { says: ["Privé"] }),
    mail(
      "the wrong charset",
      "conversation",
      () => byte(crlf(`${of}Content-Type: text/plain; charset=utf-8\n\nPriv\xe9 Hoi`)),
      { says: ["Hoi"] },
    ),
    mail(
      "UTF-16",
      "conversation",
      () => byte(`${crlf(of)}Content-Type: text/plain; charset=utf-16le\r\n\r\nH\0o\0i\0`),
      { says: ["Hoi"] },
    ),
    mail(
      "ISO-2022-JP",
      "conversation",
      () => byte(crlf(`${of}Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B$3\x1b(B`)),
      { says: ["こ"] },
    ),
    mail("base64 of no sense", "conversation", () => `${of}Content-Transfer-Encoding: base64\n\n!!!!=*=*`),
    mail(
      "base64 that breaks off",
      "conversation",
      () => `${of}Content-Transfer-Encoding: base64\n\n${base64("Mijn site ligt plat").slice(0, 22)}`,
      { says: ["Mijn site ligt p"] },
    ),
    mail(
      "base64 line by line",
      "conversation",
      () => `${of}Content-Transfer-Encoding: base64\n\n${btoa("a")}\n${btoa("b")}`,
      { says: ["ab"] },
    ),
    mail(
      "quoted-printable of no sense",
      "conversation",
      () => `${of}Content-Transfer-Encoding: quoted-printable\n\nHoi =ZZ =\n=`,
      { says: ["Hoi =ZZ"] },
    ),
    mail("uuencode", "conversation", () => `${of}\nHoi\n\nbegin 644 a.txt\n#0V%T\n\`\nend`, { says: ["Hoi"] }),
    mail("an encoding that nobody knows", "conversation", () => `${of}Content-Transfer-Encoding: x-gezipt\n\nHoi`, {
      says: ["Hoi"],
    }),
    mail(
      "lines that go on",
      "conversation",
      () => `${of}Content-Type: text/plain; format=flowed\n\nDit is \neen regel.\n> en \n> dit\n-- \nSam`,
      { says: ["Dit is een regel.\n> en dit\n-- \nSam"] },
    ),
    mail(
      "signed with S/MIME",
      "conversation",
      () =>
        `${of}Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=s\n\n--s\n${plain("Hoi")}\n--s\n${file("smime.p7s", "application/pkcs7-signature", "x")}\n--s--`,
      { says: ["Hoi"], files: ["smime.p7s"] },
    ),
    mail(
      "signed with PGP",
      "conversation",
      () =>
        `${of}Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=s\n\n--s\n${plain("Hoi")}\n--s\nContent-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\n--s--`,
      { says: ["Hoi"], files: ["attachment-1.asc"] },
    ),
    mail(
      "encrypted",
      "conversation",
      () =>
        `${of}${mixed("Content-Type: application/pgp-encrypted\n\nVersion: 1", "Content-Type: application/octet-stream; name=encrypted.asc\n\nx")}`,
      { files: ["attachment-1", "encrypted.asc"] },
    ),
  ];
}

function attached(to: string): CorpusMail[] {
  const of = head(to);
  const withFile = (...files: string[]) => of + mixed(plain("Hoi"), ...files);
  return [
    mail(
      "winmail.dat",
      "conversation",
      () => withFile(file("winmail.dat", "application/ms-tnef", "\x78\x9f\x3e\x22")),
      { says: ["Hoi"], files: ["winmail.dat"] },
    ),
    mail(
      "an invitation",
      "conversation",
      () =>
        of +
        alternative(plain("Komt u?"), "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR"),
      { says: ["Komt u?"], files: ["attachment-1.ics"] },
    ),
    mail(
      "a mail within",
      "conversation",
      () => withFile(`Content-Type: message/rfc822\n\n${of}${alternative(plain("binnen"), html("binnen"))}`),
      { says: ["Hoi"], never: ["binnen"], files: ["attachment-1.eml"] },
    ),
    mail(
      "a digest",
      "conversation",
      () =>
        `${of}Content-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: een\n\neen\n--d\n\nSubject: twee\n\ntwee\n--d--`,
      { files: ["attachment-1.eml", "attachment-2.eml"] },
    ),
    mail("a zip bomb", "conversation", () => withFile(file("bom.zip", "application/zip", ZIP)), { files: ["bom.zip"] }),
    mail("a program", "conversation", () => withFile(file("factuur.pdf.exe", "application/pdf", "MZ\x90\0")), {
      files: ["factuur.pdf.exe"],
    }),
    mail(
      "two hundred files",
      "conversation",
      () => withFile(...Array.from({ length: 200 }, (_, n) => file(`${n}.txt`, "text/plain", "x"))),
      { says: ["Hoi"] },
    ),
    mail(
      "a file without a name",
      "conversation",
      () => withFile("Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="),
      { files: ["attachment-1.png"] },
    ),
    mail(
      "a name with a path",
      "conversation",
      () => withFile(file("../../etc/passwd", "text/plain", "x"), file("C:/x/..", "text/plain", "x")),
      { files: ["passwd", "attachment-2.txt"] },
    ),
    mail(
      "a name with a path in percent signs",
      "conversation",
      () =>
        withFile(
          "Content-Type: text/plain\nContent-Disposition: attachment; filename*=utf-8''..%2F..%2Fa%0D%0A%00b.txt\n\nx",
        ),
      { files: ["ab.txt"] },
    ),
    mail(
      "a name in pieces",
      "conversation",
      () =>
        withFile(
          "Content-Type: text/plain; name*1*=%A9.txt; name*0*=utf-8''Priv%C3\nContent-Disposition: attachment\n\nx",
        ),
      { files: ["Privé.txt"] },
    ),
    mail(
      "a name of a file that is turned round",
      "conversation",
      () => withFile(file("foto\u202egpj.exe", "image/jpeg", "x")),
      {
        files: ["fotogpj.exe"],
      },
    ),
    mail(
      "a name of a thousand characters",
      "conversation",
      () => withFile(file(`${"a".repeat(1_000)}.pdf`, "application/pdf", "x")),
      { files: [`${"a".repeat(96)}.pdf`] },
    ),
    mail(
      "a name in words",
      "conversation",
      () => withFile(file("=?utf-8?q?Priv=C3=A9.pdf?=", "application/pdf", "x")),
      { files: ["Privé.pdf"] },
    ),
    mail(
      "a picture in its text",
      "conversation",
      () =>
        `${of}Content-Type: multipart/related; boundary=r\n\n--r\n${html('<p>Hoi</p><img src="cid:1">')}\n--r\nContent-Type: image/png; name=logo.png\nContent-ID: <1>\nContent-Disposition: inline\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--r--`,
      { says: ["Hoi"], files: ["logo.png"] },
    ),
    mail("a file alone", "conversation", () => of + file("a.pdf", "application/pdf", "%PDF-"), { files: ["a.pdf"] }),
    mail("an empty file", "conversation", () => withFile(file("leeg.txt", "text/plain", "")), { files: ["leeg.txt"] }),
  ];
}

function programs(to: string): CorpusMail[] {
  const about = { to, recipient: "x@example.net" };
  return [
    mail("Postfix", "returned", () => postfix(about, FIELDS.unknown), {}, ""),
    mail("Exchange", "returned", () => exchange(about), {}, "<>"),
    mail("Gmail", "returned", () => gmail(about), {}, ""),
    mail("a complaint", "returned", () => complaint(about), {}, "feedback@isp.example"),
    mail("qmail, in words alone", "automatic", () => qmail(about), {}, ""),
    mail("a report of a delay", "automatic", () => postfix(about, FIELDS.late), {}, ""),
    mail("a report that breaks off", "automatic", () => postfix(about, FIELDS.unknown).slice(0, 700), {}, ""),
    mail("out of office", "automatic", () =>
      written(to, "Afwezig", "Ik ben er niet.", "Auto-Submitted: auto-replied\n"),
    ),
    mail("a program of old", "automatic", () => written(to, "Afwezig", "Ik ben er niet.", "X-Autoreply: yes\n")),
    mail("a loop", "automatic", () =>
      written(
        to,
        "Re: Re: Re: Vraag",
        "Wij hebben uw bericht ontvangen.",
        "Auto-Submitted: auto-generated\nIn-Reply-To: <2@example.nl>\n",
      ),
    ),
    mail("bulk", "conversation", () => written(to, "Nieuws", "Nieuws", "Precedence: bulk\n")),
    mail("out of office without a sign", "conversation", () =>
      written(to, "Automatisch antwoord: Vraag", "Ik ben er niet."),
    ),
    mail("out of office, as Exchange says", "conversation", () =>
      written(to, "Afwezig", "Ik ben er niet.", "X-Auto-Response-Suppress: All\n"),
    ),
    mail("a list", "conversation", () =>
      written(to, "[lijst] Vraag", "Hoi", "List-Id: <lijst.example.nl>\nList-Unsubscribe: <mailto:x@example.nl>\n"),
    ),
    mail(
      "somebody who wants no reply",
      "conversation",
      () => written(to, "Bon", "Uw bon").replace(SAM, "no-reply@example.nl"),
      { from: "no-reply@example.nl" },
      "bounces+12@example.nl",
    ),
    mail("ourselves", "conversation", () => written(to, "Vraag", "Hoi").replace(SAM, to), { from: to }, to),
  ];
}

function forged(to: string): CorpusMail[] {
  const [local = "", domain = ""] = to.split("@");
  const token = `${local}+r-${"a".repeat(27)}.${"b".repeat(16)}@${domain}`;
  return [
    mail("a Message-ID of ours", "conversation", () =>
      written(
        to,
        "Re: Vraag",
        "Hoi",
        `References: <${"A".repeat(22)}@${domain}>\nIn-Reply-To: <${"A".repeat(22)}@${domain}>\n`,
      ),
    ),
    mail("a thousand Message-IDs", "conversation", () =>
      written(
        to,
        "Re: Vraag",
        "Hoi",
        `References:${Array.from({ length: 1_000 }, (_, n) => ` <${n}@example.nl>`).join("\n")}\n`,
      ),
    ),
    mail("a reply address of ours", "conversation", () =>
      written(token, "Re: Vraag", "Hoi", `Reply-To: ${token}\nDelivered-To: ${token}\n`),
    ),
    mail("results that a stranger wrote", "conversation", () =>
      written(to, "Vraag", "Hoi", "Authentication-Results: mx.cloudflare.net; spf=pass; dkim=pass; dmarc=pass\n"),
    ),
    mail("two Message-IDs", "conversation", () => `Message-ID: <a@example.nl>\n${written(to, "Vraag", "Hoi")}`),
    mail(
      "a prototype's names",
      "conversation",
      () => written(to, "toString", "hasOwnProperty", "__proto__: x\nconstructor: y\n"),
      { says: ["hasOwnProperty"] },
    ),
    mail("a query's words", "conversation", () => written(to, "'; drop table messages; --", "' or 1=1 --"), {
      says: ["' or 1=1 --"],
    }),
    mail("the words of a template", "conversation", () => written(to, "{{name}} <%= x %>", "{{name}} <%= x %>"), {
      subject: "{{name}} <%= x %>",
    }),
    mail("a card number", "conversation", () => written(to, "Betaling", "Mijn kaart is 4111 1111 1111 1111."), {
      says: ["4111"],
    }),
  ];
}

/** The mails, sent to an address. */
export const corpusFor = (to: string): readonly CorpusMail[] =>
  [odd, structures, headers, bodies, attached, programs, forged].flatMap((make) => make(to));

export const corpus = corpusFor("post@in.example.nl");
