import { describe, expect, it } from "vitest";
import { en } from "../../widget/i18n/en.ts";
import { nl } from "../../widget/i18n/nl.ts";
import { WORDINGS } from "../../worker/newsletter/wording.ts";
import { FIELD_CODES, REFUSALS } from "../../worker/platform/errors.ts";
import { renderMarkdown } from "../../worker/policy/markdown.ts";

const fields = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

/** Codes of fields that only staff and programs fill in. */
const OF_STAFF: readonly string[] = ["taken", "card_number", "check_digit", "past", "too_soon", "not_lower", "closed"];

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
    expect(FIELD_CODES.filter((code) => !OF_STAFF.includes(code) && !(code in nl.form))).toEqual([]);
  });

  it("every refusal is a 4xx, but for what failed on our side", () => {
    const ours = ["internal", "panel_keys_unavailable"];
    for (const [code, [status]] of Object.entries(REFUSALS)) {
      expect(status, code).toBeGreaterThanOrEqual(400);
      expect(status < 500 || ours.includes(code), code).toBe(true);
    }
  });
});

describe("Markdown", () => {
  it("shows HTML as text and drops dangerous links", () => {
    const html = renderMarkdown(
      '<script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror="alert(1)">',
      "nl",
    );
    expect(html).not.toMatch(/<script|<img|javascript:/);
  });

  it("marks links that leave", () => {
    expect(renderMarkdown("[AP](https://autoriteitpersoonsgegevens.nl)", "nl")).toContain("(andere website)");
    expect(renderMarkdown("[hier](/policy)", "nl")).not.toContain("andere website");
  });
});
