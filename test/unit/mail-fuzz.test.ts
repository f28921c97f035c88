/** `FUZZ_RUNS=1000000 npx vitest run --project unit test/unit/mail-fuzz.test.ts` tries a million small cases; FUZZ_SEED begins elsewhere. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quotedFrom } from "../../worker/contact/quote.ts";
import { fileName } from "../../worker/mail/file-name.ts";
import { htmlText } from "../../worker/mail/html-text.ts";
import { parseMail } from "../../worker/mail/incoming.ts";
import { fileKind } from "../../worker/platform/file-kind.ts";
import { expectPromises } from "./mail-promises.ts";

/** All cases together; each of the four tests has its share. */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 6_000);
const SEED = process.env["FUZZ_SEED"] === undefined ? {} : { seed: Number(process.env["FUZZ_SEED"]) };
const share = (part: number) => ({ numRuns: Math.ceil(RUNS * part), ...SEED });
const PATIENCE = 3_600_000;

const PIECES = [
  ...[
    "\r\n",
    "\n",
    "\r",
    "\r\n\r\n",
    "\n\n",
    " ",
    "\t",
    "\0",
    ";",
    ":",
    ",",
    "=",
    '"',
    "\\",
    "(",
    ")",
    "<",
    ">",
    "@",
    "--",
    ".",
  ],
  ...[
    "From: ",
    "To: ",
    "Cc: ",
    "Subject: ",
    "Message-ID: ",
    "References: ",
    "In-Reply-To: ",
    "Received: ",
    "Precedence: list",
  ],
  ...[
    "Content-Type: ",
    "Content-Transfer-Encoding: ",
    "Content-Disposition: attachment; ",
    "Authentication-Results: mx.example.nl; ",
  ],
  ...[
    "spf=fail ",
    "dkim=pass ",
    "(a (b) c)",
    "Auto-Submitted: auto-replied",
    "List-Id: <x>",
    "X-Auto-Response-Suppress: All",
  ],
  ...[
    "multipart/mixed; boundary=b",
    'multipart/alternative; boundary="c"',
    "multipart/digest; boundary=b",
    "multipart/report; boundary=c",
  ],
  ...[
    "text/plain; charset=",
    "text/html",
    "message/rfc822",
    "message/delivery-status",
    "text/calendar",
    "image/png; name=",
  ],
  ...["\r\n--b\r\n", "\r\n--c\r\n", "\r\n--b--\r\n", "\r\n--c--\r\n", "--b", "--c--", "format=flowed; delsp=yes"],
  ...[
    "base64",
    "quoted-printable",
    "8bit",
    "utf-8",
    "iso-8859-1",
    "utf-16le",
    "klingon-8",
    "=C3=A9",
    "=\r\n",
    "=ZZ",
    "SGFsbG8=",
    "!!",
  ],
  ...[
    "=?utf-8?q?",
    "=?utf-8?b?",
    "?=",
    "=0D=0A",
    "8J+YgA==",
    "filename=",
    "filename*=utf-8''",
    "name*0*=",
    "name*1=",
    "%2F..%2F",
    "%00",
  ],
  ...[
    "Sam <sam@example.nl>",
    "sam@example.nl",
    '"a@b.nl" <sam@example.nl>',
    "undisclosed:;",
    "no-reply@example.nl",
    "<1@example.nl>",
  ],
  ...[
    "<p>",
    "</p>",
    "<script>",
    "</script>",
    "<style>",
    "<a href='https://example.nl'>",
    "</a>",
    "<blockquote>",
    "<li>",
    "<td>",
    "<pre>",
  ],
  ...[
    "<!--",
    "-->",
    "<![CDATA[",
    "&amp;",
    "&#0;",
    "&#x110000;",
    "&nope",
    "<template>",
    "<svg>",
    "<textarea>",
    "<plaintext>",
    "<br>",
  ],
  ...[
    "> ",
    "On 1 May 2026 at 10:00 X wrote:",
    "Op 1 mei 2026 schreef X\n<x@example.nl>:",
    "-----Original Message-----",
    "-- \n",
  ],
  ...[
    "Van: X\nVerzonden: nu\nAan: Y\nOnderwerp: Z",
    "Sent from my iPhone",
    "____________",
    "é",
    "😀",
    "\u202e",
    "\ud83d",
    "שלום",
  ],
];

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...PIECES) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);
const pieces = fc.array(piece, { maxLength: 40 }).map((all) => all.join(""));
const bytes = fc.oneof(
  pieces.map((text) => new TextEncoder().encode(text)),
  pieces.map((text) => Uint8Array.from(text, (char) => char.charCodeAt(0))),
  fc.uint8Array({ maxLength: 300 }),
);
/** A mail that begins as one does. */
const mail = fc.tuple(fc.constantFrom("", "From: sam@example.nl\r\n", "From: sam@example.nl\r\nContent-Type: "), bytes);

describe("whatever a mail says, what is promised of it is kept", () => {
  it("by those who read it", { timeout: PATIENCE }, async () => {
    const property = fc.asyncProperty(mail, async ([head, rest]) => {
      const raw = new Uint8Array([...new TextEncoder().encode(head), ...rest]);
      const read = await parseMail(raw);
      if (read) await expectPromises(read);
    });
    await fc.assert(property, share(0.55));
  });

  it("by HTML as text", { timeout: PATIENCE }, () => {
    const property = fc.property(pieces, fc.nat({ max: 500 }), (html, most) => {
      const { text } = htmlText(html, most);
      expect(text).toBe(text.trim());
      // What is read before it is full, the address of one link, and the marks of quotes.
      expect(text.length).toBeLessThanOrEqual(html.length * 12 + 2_100);
      expect(htmlText(`<script>${html.replaceAll("</", "")}</script>`, most).text).toBe("");
    });
    fc.assert(property, share(0.15));
  });

  it("by what is folded", { timeout: PATIENCE }, () => {
    const property = fc.property(pieces, (text) => {
      const offset = quotedFrom(text);
      if (offset === null) return;
      expect(offset > 0 && offset < text.length && text[offset - 1] === "\n").toBe(true);
      expect(text.slice(0, offset).trim()).not.toBe("");
    });
    fc.assert(property, share(0.15));
  });

  it("by files and their names", { timeout: PATIENCE }, () => {
    const property = fc.property(
      pieces,
      fc.constantFrom("message/rfc822", "image/png", "x/y"),
      bytes,
      (given, type, content) => {
        const name = fileName(given, type, 1);
        expect(name).toMatch(/^[^\p{Cc}/\\<>:"|?*\u202a-\u202e\u2066-\u2069]{1,100}$/u);
        expect(name).not.toMatch(/^[. ]|[. ]$/);
        const kind = fileKind(given, content);
        if (content.length === 0) expect(kind).toEqual({ refused: "empty" });
        if (content[0] === 0x23 && content[1] === 0x21) expect(kind).toEqual({ refused: "dangerous" });
      },
    );
    fc.assert(property, share(0.15));
  });
});
