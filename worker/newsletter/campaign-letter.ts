import type { Block, Letter, Span } from "../mail/letter.ts";
import type { Language } from "../platform/languages.ts";
import type { Settings } from "../platform/settings.ts";
import { type FieldValues, fillFields } from "./campaign-fields.ts";
import { readMarkdown } from "./campaign-text.ts";
import type { CampaignText } from "./tables.ts";

/** Whom a newsletter is written to. */
export interface Reader {
  email: string;
  name: string | null;
  lang: Language;
}

/** The ways on that stand below a newsletter; `web` is null when it is not in the archive. */
export interface Links {
  unsubscribe: string;
  preferences: string;
  web: string | null;
}

type Sender = Pick<Settings, "ORIGIN" | "COMPANY" | "COMPANY_ADDRESS">;

const WORDS = {
  nl: {
    reason: (company: string) =>
      `Je krijgt deze nieuwsbrief van ${company} omdat je je ervoor aanmeldde en dat bevestigde.`,
    leave: "Afmelden",
    preferences: "Voorkeuren wijzigen",
    policy: "Privacybeleid",
    web: "Lees deze nieuwsbrief op onze website",
    test: "Dit is een proef, alleen voor jou. De links hieronder werken pas in de mail die lezers krijgen.",
  },
  en: {
    reason: (company: string) =>
      `You get this newsletter of ${company} because you signed up for it and confirmed that.`,
    leave: "Unsubscribe",
    preferences: "Change your preferences",
    policy: "Privacy policy",
    web: "Read this newsletter on our website",
    test: "This is a test, for you alone. The links below work only in the mail that readers get.",
  },
} as const;

/**
 * A newsletter as one reader gets it: their fields filled in, the legal footer below it. Its links are those that were written
 * and those of the footer; nothing in it can tell that it was read. A text that checkText finds fault with still gives a letter
 * that is safe, without what was wrong.
 */
export function letterOf(text: CampaignText, reader: Reader, links: Links, settings: Sender): Letter {
  const { ORIGIN, COMPANY, COMPANY_ADDRESS } = settings;
  const words = WORDS[reader.lang];
  const values = { name: oneLine(reader.name ?? "").slice(0, 100), email: oneLine(reader.email), company: COMPANY };
  const line = (written: string) => oneLine(fillFields(written, values));
  return {
    subject: line(text.subject),
    preheader: line(text.preheader),
    blocks: blocksFor(text.markdown, values),
    reason: words.reason(COMPANY),
    unsubscribe: links.unsubscribe,
    list: true,
    footer: {
      address: COMPANY_ADDRESS === "" ? "" : `${COMPANY}, ${COMPANY_ADDRESS}`,
      links: [
        { label: words.leave, url: links.unsubscribe },
        { label: words.preferences, url: links.preferences },
        { label: words.policy, url: `${ORIGIN}/policy?lang=${reader.lang}` },
        ...(links.web === null ? [] : [{ label: words.web, url: links.web }]),
      ],
    },
  };
}

/** What stands below a test in the place of the reason why readers get it. */
export const testReason = (lang: Language): string => WORDS[lang].test;

/** Where a public newsletter stands in the archive; null for another. One that was not sent yet has no address of its own, unless it was given one. */
export const webVersion = (
  { ORIGIN }: Pick<Settings, "ORIGIN">,
  { isPublic, slug }: { isPublic: boolean | 0 | 1; slug: string | null },
): string | null => (isPublic ? [ORIGIN, "newsletter", "archive", ...(slug === null ? [] : [slug])].join("/") : null);

/** What stands in the place of everybody's fields: nothing, so that each has its fallback. */
export const NOBODY = { name: "", email: "" } as const;

/** The blocks of a text with its fields filled in. */
export const blocksFor = (markdown: string, values: FieldValues): Block[] =>
  readMarkdown(markdown).blocks.map((block) => filledBlock(block, (text) => fillFields(text, values)));

/** Line breaks and the like would begin a header, or a line, of a stranger's; marks that turn the direction would hide what stands there. */
const oneLine = (value: string): string =>
  value
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, " ")
    .trim();

type Fill = (text: string) => string;

function filledBlock(block: Block, fill: Fill): Block {
  switch (block.kind) {
    case "text":
      return { ...block, text: fill(block.text) };
    case "button":
    case "link":
      return { ...block, label: fill(block.label) };
    case "heading":
    case "paragraph":
      return { ...block, spans: block.spans.map((span) => filledSpan(span, fill)) };
    case "list":
      return { ...block, items: block.items.map((item) => item.map((inner) => filledBlock(inner, fill))) };
    case "quote":
      return { ...block, blocks: block.blocks.map((inner) => filledBlock(inner, fill)) };
    case "image":
      return { ...block, alt: fill(block.alt) };
    case "divider":
      return block;
  }
}

function filledSpan(span: Span, fill: Fill): Span {
  if (span.kind === "words") return { ...span, text: fill(span.text) };
  return span.kind === "break" ? span : { ...span, spans: span.spans.map((inner) => filledSpan(inner, fill)) };
}
