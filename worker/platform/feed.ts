import type { Language } from "./languages.ts";
import { escapeXml as xml } from "./markup.ts";

/** A link of an Atom feed (RFC 4287 section 4.2.7). */
export interface FeedLink {
  rel: "self" | "alternate" | "related";
  href: string;
  type: string;
  lang: Language;
}

export interface FeedEntry {
  id: string;
  title: string;
  /** Milliseconds since 1970. */
  published: number;
  updated: number;
  category?: string;
  links: readonly FeedLink[];
  summary: string;
}

interface Feed {
  id: string;
  lang: Language;
  title: string;
  author: string;
  updated: number;
  links: readonly FeedLink[];
  entries: readonly FeedEntry[];
}

/** An Atom feed (RFC 4287); whatever its texts hold stays text. */
export function atomOf({ id, lang, title, author, updated, links, entries }: Feed): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${lang}">
  <id>${xml(id)}</id>
  <title>${xml(title)}</title>
  <updated>${new Date(updated).toISOString()}</updated>
  <author><name>${xml(author)}</name></author>
${links.map((one) => `  ${link(one)}\n`).join("")}${entries.map(entryOf).join("")}</feed>
`;
}

function entryOf({ id, title, published, updated, category, links, summary }: FeedEntry): string {
  const lines = [
    `<id>${xml(id)}</id>`,
    `<title>${xml(title)}</title>`,
    `<published>${new Date(published).toISOString()}</published>`,
    `<updated>${new Date(updated).toISOString()}</updated>`,
    ...(category === undefined ? [] : [`<category term="${xml(category)}"/>`]),
    ...links.map(link),
    `<summary type="text">${xml(summary)}</summary>`,
  ];
  return `  <entry>\n${lines.map((line) => `    ${line}\n`).join("")}  </entry>\n`;
}

const link = ({ rel, href, type, lang }: FeedLink): string =>
  `<link rel="${rel}" type="${type}" hreflang="${lang}" href="${xml(href)}"/>`;
