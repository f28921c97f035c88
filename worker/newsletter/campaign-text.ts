import type { FieldError } from "../platform/errors.ts";
import { isRenderable } from "../platform/renderable.ts";
import { wrongFields } from "./campaign-fields.ts";
import { type Parsed, parseMarkdown } from "./campaign-markdown.ts";
import type { CampaignText } from "./tables.ts";

const SUBJECT_LIMIT = 200;
const PREHEADER_LIMIT = 200;
export const MARKDOWN_LIMIT = 50_000;

/** A line break would end the header, or begin one of a stranger's. */
const BREAKS = /[\p{Cc}\u2028\u2029]/u;

/**
 * What is not right with what was written, by the names of its fields: too long, a line break in the subject, fields that
 * are not on the list, links and images that are not https:, Markdown too tangled to read. What stands in the Markdown
 * has its line behind the name ("markdown.12"). Empty texts are fine: what is still missing is asked for when it is sent.
 */
export function checkText({ subject, preheader, markdown }: CampaignText): FieldError[] {
  return [
    ...checkLine("subject", subject, SUBJECT_LIMIT),
    ...checkLine("preheader", preheader, PREHEADER_LIMIT),
    ...checkMarkdown(markdown),
  ];
}

function checkLine(path: string, line: string, most: number): FieldError[] {
  if (line.length > most) return [{ path, code: "too_long" }];
  if (BREAKS.test(line)) return [{ path, code: "invalid" }];
  return wrongFields(line).length > 0 ? [{ path, code: "unknown_field" }] : [];
}

function checkMarkdown(markdown: string): FieldError[] {
  if (markdown.length > MARKDOWN_LIMIT) return [{ path: "markdown", code: "too_long" }];
  if (!isRenderable(markdown)) return [{ path: "markdown", code: "too_tangled" }];
  return readMarkdown(markdown).faults.map(({ line, code }) => ({ path: `markdown.${line}`, code }));
}

/** How many texts are kept read: one newsletter in each language, and the one before. */
const KEPT = 8;
const kept = new Map<string, Parsed>();

/** The blocks of a text and what is not right with it. It is read once, however many it goes to; what cannot be read has no blocks. */
export function readMarkdown(markdown: string): Parsed {
  const known = kept.get(markdown);
  if (known) return known;
  if (markdown.length > MARKDOWN_LIMIT || !isRenderable(markdown)) return { blocks: [], faults: [] };
  const parsed = parseMarkdown(markdown);
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size >= KEPT) kept.delete(oldest);
  kept.set(markdown, parsed);
  return parsed;
}

/** Whether there is anything to read. */
export const isWritten = (text: CampaignText | undefined): text is CampaignText =>
  text !== undefined && text.markdown.trim() !== "";
