import { z } from "zod";
import { isDay } from "../platform/calendar.ts";
import { LANGUAGES, type Language } from "../platform/languages.ts";
import { isRenderable } from "../platform/renderable.ts";
import { SIGNIFICANCE } from "./tables.ts";

const day = z.string().refine(isDay);

/** Characters of Markdown in one language; a body takes 1 MB (docs/decisions/0013). */
export const MARKDOWN_LIMIT = 100_000;
export const SUMMARY_LIMIT = 300;
const TITLE_LIMIT = 200;

/** What people write that takes too long to render is refused with words that say what to change. */
const renderable = z
  .string()
  .trim()
  .max(MARKDOWN_LIMIT)
  .refine(isRenderable, { params: { field: "too_tangled" } });

const text = z.object({
  title: z.string().trim().min(1).max(TITLE_LIMIT),
  /** May be empty in a minor version. */
  summary: z.string().trim().max(SUMMARY_LIMIT).default(""),
  markdown: renderable.min(1),
});

/** A version to publish: every language, dates as YYYY-MM-DD; `effective` is not before `date`. */
export const publishShape = z
  .object({
    date: day,
    effective: day,
    significance: z.enum(SIGNIFICANCE),
    /** A version that took effect before this deployment had any: it announces nothing. */
    history: z.boolean().default(false),
    /** Last day it is announced; NOTICE_DAYS after `effective` when left out. */
    noticeUntil: day.optional(),
    texts: z.object({ nl: text, en: text }) satisfies z.ZodType<Record<Language, z.infer<typeof text>>>,
  })
  .refine((version) => version.effective >= version.date, { path: ["effective"] })
  // What is significant is announced until it takes effect, at least.
  .refine(
    ({ noticeUntil, significance, date, effective }) =>
      noticeUntil === undefined || noticeUntil >= (significance === "significant" ? effective : date),
    { path: ["noticeUntil"] },
  )
  .superRefine(({ significance, texts }, ctx) => {
    if (significance === "minor") return;
    for (const lang of LANGUAGES) {
      if (texts[lang].summary !== "") continue;
      ctx.addIssue({ code: "custom", path: ["texts", lang, "summary"], params: { field: "required" } });
    }
  });

export type NewVersion = z.infer<typeof publishShape>;

/** Text of a form in the lines of a Unix file, so that the same text has the same hash from either side. */
const lines = z.string().transform((typed) => typed.replace(/\r\n?/g, "\n"));
const draftText = z.object({
  title: z.string().trim().max(TITLE_LIMIT),
  summary: lines.pipe(z.string().trim().max(SUMMARY_LIMIT)),
  markdown: lines.pipe(renderable),
});
/** Another day of effect, chosen when a version is approved. */
export const approvalShape = z.object({ effective: day.optional() });
const dayOrNone = z.union([day, z.literal("").transform(() => null)]);

/** A version that is being written: nothing of it has to be there yet. */
export const draftShape = z.object({
  date: dayOrNone,
  effective: dayOrNone,
  significance: z.enum(SIGNIFICANCE),
  texts: z.object({ nl: draftText, en: draftText }) satisfies z.ZodType<Record<Language, z.infer<typeof draftText>>>,
});

export type DraftContent = z.infer<typeof draftShape>;

/** Which version of a draft a form was drawn from. */
export const seenShape = z.object({ version: z.coerce.number().int().min(1) });

export const versionShape = z.object({
  /** "scheduled" until its date has come. */
  state: z.enum(["published", "scheduled"]),
  date: z.string(),
  effective: z.string(),
  significance: z.enum(SIGNIFICANCE),
  sha256: z.record(z.string(), z.string()),
  url: z.string(),
});

const kept = z.object({ days: z.number().nullable(), event: z.string() });

/** What publishing would do: the reply to a dry run. */
export const previewShape = z.object({
  outcome: z.enum(["published", "scheduled", "unchanged"]),
  /** What the version has to be at least. */
  significance: z.enum(SIGNIFICANCE),
  /** The version that it is compared with; null for the first. */
  since: z.string().nullable(),
  words: z.record(z.string(), z.object({ added: z.number(), removed: z.number() })),
  inventory: z.array(
    z.object({
      kind: z.string(),
      name: z.string(),
      kept: kept.optional(),
      from: kept.optional(),
      to: kept.optional(),
    }),
  ),
});

export const noticeShape = z.object({
  date: z.string(),
  effective: z.string(),
  /** `effective` in words, in the language of the notice. */
  effectiveText: z.string(),
  /** Whether it takes effect after today, by the deployment's own day: a browser may be in another. */
  isComing: z.boolean(),
  summary: z.string(),
  url: z.string(),
  compareUrl: z.string().nullable(),
});
export type Notice = z.infer<typeof noticeShape>;
export const noticesShape = z.object({ notices: z.array(noticeShape) });

export const acknowledgedShape = z.object({ date: z.string(), acknowledged: z.literal(true) });
export const shownShape = z.object({ date: z.string(), shown: z.literal(true) });

/** What GET /embed.js writes in front of the loader; the widget reads it as __FINEPRINT__. */
export interface EmbedConfig {
  surface: string;
  kind: "site" | "panel";
  /** Used when neither page nor browser asks for a language that has texts. */
  lang: Language;
  languages: readonly Language[];
  notices: readonly EmbedNotice[];
}

export interface EmbedNotice {
  date: string;
  /** The day it takes effect, in words. Made here: a phone takes longer to load its calendar than to show the banner. */
  effectiveText: Readonly<Record<Language, string>>;
  isComing: boolean;
  /** The version before it, to compare with. */
  previous: string | null;
  summary: Readonly<Record<Language, string>>;
}
