import { describe, expect, it } from "vitest";
import { en } from "../../widget/i18n/en.ts";
import { nl } from "../../widget/i18n/nl.ts";
import { WORDINGS } from "../../worker/newsletter/wording.ts";
import { FIELD_CODES, REFUSALS } from "../../worker/platform/errors.ts";
import { isRenderable } from "../../worker/platform/renderable.ts";
import { renderMarkdown } from "../../worker/policy/markdown.ts";

const fields = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

/** Codes of fields that only staff and programs fill in. */
const OF_STAFF: readonly string[] = [
  "taken",
  "check_digit",
  "past",
  "too_soon",
  "too_tangled",
  "not_lower",
  "closed",
  "unknown_field",
  "not_https",
  "invalid_sender",
  "own_address",
  "invalid_number",
];

describe("texts", () => {
  it("the consent sentence that the form shows is the newest that the worker knows", () => {
    expect(nl.newsletter.consent).toBe(WORDINGS.nl[0]);
    expect(en.newsletter.consent).toBe(WORDINGS.en[0]);
  });

  it("both languages fill in the same names", () => {
    for (const [view, texts] of Object.entries(nl)) {
      for (const [name, text] of Object.entries(texts)) {
        const other = (en as unknown as Record<string, Record<string, string>>)[view]?.[name] ?? "";
        expect(fields(other), `${view}.${name}`).toEqual(fields(text));
      }
    }
  });

  it("the widget has words for every field code that its forms can meet", () => {
    const words = { ...nl.form, ...nl.files };
    expect(FIELD_CODES.filter((code) => !OF_STAFF.includes(code) && !(code in words))).toEqual([]);
  });

  it("every refusal is a 4xx, but for what failed on our side", () => {
    const ours = ["internal", "panel_keys_unavailable"];
    for (const [code, [status]] of Object.entries(REFUSALS)) {
      expect(status, code).toBeGreaterThanOrEqual(400);
      expect(status < 500 || ours.includes(code), code).toBe(true);
    }
  });
});

const HERE = "https://fineprint.example.nl";

describe("Markdown", () => {
  it("shows HTML as text and drops dangerous links", () => {
    const html = renderMarkdown(
      '<script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror="alert(1)">',
      "nl",
      HERE,
    );
    expect(html).not.toMatch(/<script|<img|javascript:/);
  });

  it("marks links that leave", () => {
    for (const link of [
      "https://evil.example",
      'https://evil.example "titel"',
      "HTTPS://evil.example",
      "//evil.example",
      'HTTPS://evil.example "t"',
      "<https://evil.example/a b>",
      "https://fineprint.example.nl.evil.example",
      "http://fineprint.example.nl",
    ]) {
      const html = renderMarkdown(`[AP](${link})`, "nl", HERE);
      expect(html, link).toContain('rel="external noreferrer" class="leaves">AP<span class="hidden"> (andere website)');
    }
    const auto = renderMarkdown("<https://evil.example/?a=1&b=2>", "en", HERE);
    expect(auto).toContain("(other website)");
  });

  it("leaves links alone that stay, or that go to no site", () => {
    for (const link of ["/policy", `${HERE}/policy "titel"`, "#deel", "mailto:fg@example.nl", "javascript:x", ""]) {
      expect(renderMarkdown(`[hier](${link})`, "nl", HERE), link).not.toContain("andere website");
    }
  });

  const full = (unit: string) => unit.repeat(Math.floor(100_000 / unit.length));
  it.each([
    ["quotes in quotes", full("> ")],
    ["lists in lists", full("- ")],
    ["numbers in numbers", full("1. ")],
    ["lists in lists, line after line", full(`${"- ".repeat(20)}a\n`)],
    ["deep indents", Array.from({ length: 200 }, (_, depth) => `${" ".repeat(2 * depth)}- a`).join("\n")],
    ["half links", full("[a](")],
    ["asterisks", full("*a")],
    ["asterisks and underscores", full("*a_b")],
    ["backticks", full("`a ")],
    ["links in short paragraphs", full("[a](b)\n\n")],
    ["underlined headings", full("a\n=\n")],
    ["list items", full("- a\n")],
    ["paragraphs of a letter", full("a\n\n")],
  ])("%s are too tangled to render, and shown as they are", (_, markdown) => {
    expect(isRenderable(markdown)).toBe(false);
    expect(renderMarkdown(markdown, "nl", HERE)).toMatch(/^<pre>/);
  });

  it.each([
    ["prose", full("Wij bewaren uw naam, adres en *factuur*. Zie de lijst hieronder.\n").replace(/(.*\n){9}/g, "$&\n")],
    ["one long paragraph", full("woord ")],
    ["a list", full("- een item van een lijst, met wat woorden die je in een beleid leest, en nog een paar\n")],
    ["a list in a list in a quote", "> - a\n>   - b\n>     1. c"],
    ["lines of dashes", `Kop\n${"-".repeat(70)}\n\n${"*".repeat(70)}`],
  ])("%s is not", (_, markdown) => {
    expect(isRenderable(markdown)).toBe(true);
  });
});
