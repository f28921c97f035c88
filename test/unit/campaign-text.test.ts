import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Block } from "../../worker/mail/letter.ts";
import { renderHtml, renderText } from "../../worker/mail/render.tsx";
import { letterOf } from "../../worker/newsletter/campaign-letter.ts";
import { checkText, readMarkdown } from "../../worker/newsletter/campaign-text.ts";
import type { CampaignText } from "../../worker/newsletter/tables.ts";
import type { Settings } from "../../worker/platform/settings.ts";

const SETTINGS = {
  ORIGIN: "https://fineprint.example.nl",
  COMPANY: "Voorbeeld Hosting",
  COMPANY_ADDRESS: "Dorpsstraat 1, 1234 AB Ons Dorp",
} as Settings; // A letter asks for no more of them.

const LINKS = {
  unsubscribe: "https://fineprint.example.nl/newsletter/unsubscribe?token=a",
  preferences: "https://fineprint.example.nl/newsletter/preferences?token=b",
  web: "https://fineprint.example.nl/newsletter/archive/nieuws",
};
const FOOTER = [...Object.values(LINKS), "https://fineprint.example.nl/policy?lang=nl"];

const text = (markdown: string, more: Partial<CampaignText> = {}): CampaignText => ({
  subject: "Nieuws",
  preheader: "",
  markdown,
  ...more,
});
const blocksOf = (markdown: string): readonly Block[] => readMarkdown(markdown).blocks;
const letter = (written: CampaignText, name: string | null = null) =>
  letterOf(written, { email: "lezer@example.nl", name, lang: "nl" }, LINKS, SETTINGS);
const htmlOf = (written: CampaignText, name: string | null = null) => renderHtml(letter(written, name), "nl", SETTINGS);
const plainOf = (written: CampaignText, name: string | null = null) => renderText(letter(written, name), SETTINGS);

/** The values of an attribute in HTML, as a mail program reads them. */
const valuesOf = (html: string, attribute: string): string[] =>
  [...html.matchAll(new RegExp(` ${attribute}="([^"]*)"`, "g"))].map(([, value = ""]) =>
    value
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&amp;", "&"),
  );

const words = (text: string) => ({ kind: "words", text });

describe("Markdown of a newsletter", () => {
  it.each<[string, unknown[]]>([
    ["# Kop", [{ kind: "heading", level: 2, spans: [words("Kop")] }]],
    ["### Kop", [{ kind: "heading", level: 3, spans: [words("Kop")] }]],
    [
      "Woorden\n---\nMeer",
      [
        { kind: "paragraph", spans: [words("Woorden")] },
        { kind: "divider" },
        { kind: "paragraph", spans: [words("Meer")] },
      ],
    ],
    ["    ingesprongen", [{ kind: "paragraph", spans: [words("ingesprongen")] }]],
    ['[Bekijk](https://a.example "button")', [{ kind: "button", label: "Bekijk", url: "https://a.example" }]],
    [
      "[a][een]\n\n[een]: https://a.example\n[een]: https://b.example",
      [{ kind: "paragraph", spans: [{ kind: "anchor", url: "https://a.example", spans: [words("a")] }] }],
    ],
    [
      "3. drie\n4. vier",
      [
        {
          kind: "list",
          first: 3,
          items: [[{ kind: "paragraph", spans: [words("drie")] }], [{ kind: "paragraph", spans: [words("vier")] }]],
        },
      ],
    ],
    [
      "> *a* **b**",
      [
        {
          kind: "quote",
          blocks: [
            {
              kind: "paragraph",
              spans: [{ kind: "emphasis", spans: [words("a")] }, words(" "), { kind: "strong", spans: [words("b")] }],
            },
          ],
        },
      ],
    ],
    [
      "voor ![een foto](https://a.example/a.png) na",
      [
        { kind: "paragraph", spans: [words("voor ")] },
        { kind: "image", url: "https://a.example/a.png", alt: "een foto", link: null },
        { kind: "paragraph", spans: [words(" na")] },
      ],
    ],
    [
      "[![foto](https://a.example/a.png)](https://b.example)",
      [{ kind: "image", url: "https://a.example/a.png", alt: "foto", link: "https://b.example" }],
    ],
    ["<b>vet</b>", [{ kind: "paragraph", spans: [words("<b>vet</b>")] }]],
    [
      "<div>\n\nvet",
      [
        { kind: "paragraph", spans: [words("<div>")] },
        { kind: "paragraph", spans: [words("vet")] },
      ],
    ],
  ])("%j", (markdown, blocks) => {
    expect(blocksOf(markdown)).toEqual(blocks);
    expect(readMarkdown(markdown).faults).toEqual([]);
  });

  it.each([
    ["[x](javascript:alert(1))", "not_https"],
    ["a\n\n[x](java\tscript:alert(1))", null],
    ["[x](<java\tscript:alert(1)>)", "not_https"],
    ["[x](&#106;avascript:alert(1))", "not_https"],
    ["[x](data:text/html;base64,PHNjcmlwdD4=)", "not_https"],
    ["[x](http://a.example)", "not_https"],
    ["[x](//a.example)", "not_https"],
    ["[x](/policy)", "not_https"],
    ["![x](http://a.example/a.png)", "not_https"],
    ["![x](mailto:a@example.nl)", "not_https"],
    ["![x](data:image/png;base64,AAAA)", "not_https"],
    ["[x][y]\n\n[y]: vbscript:a", "not_https"],
    ["[x](https://a.example/?e={{email}})", "unknown_field"],
    ["{{naam|lezer}}", "unknown_field"],
    ["{{name}}", "unknown_field"],
    ["{{name|}}", "unknown_field"],
    ["{{name|*lezer*}}", "unknown_field"],
    ["Dag {{", "unknown_field"],
    ["{{#if name}}", "unknown_field"],
    ["{{constructor}}", "unknown_field"],
    ["`{{ding}}`", "unknown_field"],
    ["![{{ding}}](https://a.example/a.png)", "unknown_field"],
    ["{{ name | lezer }} {{email}} {{company}} [x](mailto:a@example.nl) [y](tel:+3120)", null],
  ])("%j gives the fault %s", (markdown, code) => {
    const errors = checkText(text(markdown));
    expect(errors.map((error) => error.code)).toEqual(code === null ? [] : [code]);
    expect(htmlOf(text(markdown))).not.toMatch(/(href|src)="(?!https:|mailto:|tel:)/);
  });

  it("says on which line", () => {
    const markdown = "Eerste\nregel\n\n- punt\n- {{a}}\n\n> vier\n> {{b}} en [x](http://a.example)";
    expect(checkText(text(markdown))).toEqual([
      { path: "markdown.5", code: "unknown_field" },
      { path: "markdown.8", code: "unknown_field" },
      { path: "markdown.8", code: "not_https" },
    ]);
  });

  it.each<[string, Partial<CampaignText>, string, string]>([
    ["a long subject", { subject: "a".repeat(201) }, "subject", "too_long"],
    ["a subject of two lines", { subject: "Nieuws\r\nBcc: a@example.nl" }, "subject", "invalid"],
    ["a field in the subject that is not ours", { subject: "{{voornaam}}" }, "subject", "unknown_field"],
    ["a long preheader", { preheader: "a".repeat(201) }, "preheader", "too_long"],
    ["a preheader of two lines", { preheader: "a\u2028b" }, "preheader", "invalid"],
    ["a long text", { markdown: "woord ".repeat(9_000) }, "markdown", "too_long"],
    ["tangled marks", { markdown: "[a](".repeat(4_000) }, "markdown", "too_tangled"],
    ["quotes in quotes", { markdown: "> ".repeat(9_000) }, "markdown", "too_tangled"],
  ])("refuses %s", (_, changes, path, code) => {
    expect(checkText(text("", changes))).toEqual([{ path, code }]);
  });
});

describe("a letter", () => {
  it("has each reader's fields, or what is said instead", () => {
    const written = text("Dag {{name|lezer}}, op {{email}} van {{company}}", { subject: "{{name|Lezer}}, nieuws" });
    expect(letter(written, "Sam").subject).toBe("Sam, nieuws");
    expect(letter(written).subject).toBe("Lezer, nieuws");
    expect(plainOf(written, "Sam")).toContain("Dag Sam, op lezer@example.nl van Voorbeeld Hosting");
    expect(plainOf(written)).toContain("Dag lezer, op");
  });

  it("takes a name for words and nothing else", () => {
    const written = text("Dag {{name|lezer}}", { subject: "{{name|Lezer}}" });
    const name = "[x](https://evil.example) **{{email}}** <img src=x>\r\nBcc: a@example.nl\u202e";
    expect(letter(written, name).subject).toBe("[x](https://evil.example) **{{email}}** <img src=x> Bcc: a@example.nl");
    const html = htmlOf(written, name);
    expect(valuesOf(html, "href")).toEqual([LINKS.unsubscribe, LINKS.preferences, FOOTER[3], LINKS.web]);
    expect(html).not.toContain("<img");
    expect(html).toContain("**{{email}}**");
  });

  it("says by itself who sends it from where, why, and how to leave", () => {
    for (const said of [plainOf(text("Dag")), htmlOf(text("Dag"))]) {
      expect(said).toContain("Voorbeeld Hosting, Dorpsstraat 1, 1234 AB Ons Dorp");
      expect(said).toContain("omdat je je ervoor aanmeldde en dat bevestigde");
      for (const url of FOOTER) expect(said).toContain(url.replaceAll("&", "&amp;"));
    }
    expect(letter(text("Dag"))).toMatchObject({ unsubscribe: LINKS.unsubscribe, list: true });
  });

  it("reads in plain text, too", () => {
    const markdown = [
      "## Nieuws",
      "Een zin\nop twee regels met een [link](https://a.example).",
      "- een\n- twee\n  1. binnen",
      "> gezegd\n> is gezegd",
      "![Een foto](https://a.example/a.png)",
      "---",
      '[Bekijk](https://a.example/b "button")',
      "<https://a.example/c>",
    ].join("\n\n");
    expect(plainOf(text(markdown)).split("\n\n-- \n")[0]).toBe(
      [
        "Nieuws\n======",
        "Een zin op twee regels met een link (https://a.example).",
        "- een\n- twee\n  1. binnen",
        "> gezegd is gezegd",
        "[Een foto]",
        "* * *",
        "Bekijk:\nhttps://a.example/b",
        "https://a.example/c",
      ].join("\n\n"),
    );
  });
});

const TAGS = new Set(
  "!doctype html head meta title style body div p h1 h2 h3 a strong em br ul ol li blockquote img hr".split(" "),
);

/** Pieces that Markdown, HTML and our fields give a meaning, and words. */
const piece = fc.oneof(
  fc.constantFrom(
    ..."[ ] ( ) ! < > * _ ` # - + > & \" ' \\ | { } {{ }} \n \n\n : / = ~".split(" "),
    ...[
      "\n",
      "\n\n",
      "    ",
      "\t",
      "\r\n",
      "https://",
      "javascript:",
      "http://",
      "data:",
      "mailto:",
      "1. ",
      "- ",
      "> ",
      "---",
      "```",
      "\u0000",
    ],
    ...[
      "<script>",
      "</a>",
      "<img src=x onerror=a>",
      "&lt;",
      "&#106;",
      "{{name|x}}",
      "{{email}}",
      "](https://evil.example)",
      '"button"',
      "[x]: ",
    ],
  ),
  fc.string({ maxLength: 6 }),
);

it("nothing that is written, and no name, becomes HTML of its own or a link that was not written", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.array(piece, { maxLength: 6 }), (parts, nameParts) => {
      const markdown = parts.join("");
      const html = htmlOf(
        text(markdown, { subject: markdown.slice(0, 100), preheader: markdown.slice(0, 100) }),
        nameParts.join(""),
      );
      for (const [, tag = ""] of html.matchAll(/<\/?([^\s>/]*)/g)) expect(TAGS).toContain(tag.toLowerCase());
      const [hrefs, sources] = [valuesOf(html, "href"), valuesOf(html, "src")];
      for (const url of [...hrefs, ...sources]) expect(url).toMatch(/^(https:|mailto:|tel:)/);
      expect(hrefs.slice(-FOOTER.length).sort()).toEqual([...FOOTER].sort());
      // Each was written as it stands, unless it holds what an address may not hold as it is.
      const source = markdown.replace(/\\([!-/:-@[-`{-~])/g, "$1");
      for (const url of [...hrefs.slice(0, -FOOTER.length), ...sources]) {
        const isNormal = url === new URL(url).href;
        expect(isNormal || source.includes(url) || /&/.test(source)).toBe(true);
      }
      expect(html).not.toMatch(/<[^>]*\son\w+=/i);
    }),
    { numRuns: 500 },
  );
});
