import { micromark } from "micromark";
import type { Language } from "../platform/languages.ts";
import { escapeMarkup } from "../platform/markup.ts";
import { isRenderable } from "../platform/renderable.ts";
import { asMarkdown } from "./pasted.ts";

const LEAVES: Readonly<Record<Language, string>> = { nl: "andere website", en: "other website" };

/**
 * Markdown, or a pasted text, as HTML that is safe to show: micromark writes out raw HTML as text and drops javascript:
 * and data: links. Links that leave `origin` are marked as such, for eyes and for screen readers. What is too tangled to
 * render is shown as it was written.
 */
export function renderMarkdown(markdown: string, lang: Language, origin: string): string {
  if (!isRenderable(markdown)) return `<pre>${escapeMarkup(markdown)}</pre>`;
  // micromark writes href first, and escapes what stands in it.
  return micromark(asMarkdown(markdown)).replace(
    /<a href="([^"]*)"([^>]*)>([\s\S]*?)<\/a>/g,
    (link, href: string, more: string, text: string) =>
      leaves(href.replaceAll("&amp;", "&"), origin)
        ? `<a href="${href}"${more} rel="external noreferrer" class="leaves">${text}<span class="hidden"> (${LEAVES[lang]})</span></a>`
        : link,
  );
}

/** Whether a link goes to another site; one to write a mail or to call does not. */
function leaves(href: string, origin: string): boolean {
  const url = URL.canParse(href, origin) ? new URL(href, origin) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.origin !== origin;
}
