import { micromark } from "micromark";
import type { Language } from "../platform/languages.ts";
import { asMarkdown } from "./pasted.ts";

const LEAVES: Readonly<Record<Language, string>> = { nl: "andere website", en: "other website" };

/**
 * Markdown, or a pasted text, as HTML that is safe to show: micromark writes out raw HTML as text and drops javascript:
 * and data: links. Links to other sites are marked as such, for eyes and for screen readers.
 */
export function renderMarkdown(markdown: string, lang: Language): string {
  return micromark(asMarkdown(markdown)).replace(
    /<a href="(https?:[^"]*)">([\s\S]*?)<\/a>/g,
    (_, href: string, text: string) =>
      `<a href="${href}" rel="external noreferrer" class="leaves">${text}<span class="hidden"> (${LEAVES[lang]})</span></a>`,
  );
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text that stays text in HTML and XML, in an attribute too. */
export const escapeMarkup = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? "");
