import { z } from "zod";
import { isDay } from "../platform/calendar.ts";
import type { Language } from "../platform/languages.ts";
import { SIGNIFICANCE } from "./tables.ts";

const day = z.string().refine(isDay);

const text = z.object({
  title: z.string().trim().min(1).max(200),
  summary: z.string().trim().min(1).max(300),
  markdown: z.string().trim().min(1).max(60_000),
});

/** A version to publish: every language, dates as YYYY-MM-DD; `effective` is not before `date`. */
export const publishShape = z
  .object({
    date: day,
    effective: day,
    significance: z.enum(SIGNIFICANCE),
    /** Last day it is announced; NOTICE_DAYS after `effective` when left out. */
    noticeUntil: day.optional(),
    texts: z.object({ nl: text, en: text }) satisfies z.ZodType<Record<Language, z.infer<typeof text>>>,
  })
  .refine((version) => version.effective >= version.date, { path: ["effective"] })
  .refine((version) => (version.noticeUntil ?? version.effective) >= version.date, { path: ["noticeUntil"] });

export type NewVersion = z.infer<typeof publishShape>;

export const versionShape = z.object({
  date: z.string(),
  effective: z.string(),
  significance: z.enum(SIGNIFICANCE),
  sha256: z.record(z.string(), z.string()),
  url: z.string(),
});

export const noticeShape = z.object({
  date: z.string(),
  effective: z.string(),
  /** `effective` in words, in the language of the notice. */
  effectiveText: z.string(),
  summary: z.string(),
  url: z.string(),
  compareUrl: z.string().nullable(),
});
export type Notice = z.infer<typeof noticeShape>;
export const noticesShape = z.object({ notices: z.array(noticeShape) });

export const acknowledgedShape = z.object({ date: z.string(), acknowledged: z.literal(true) });

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
  effective: string;
  /** `effective` in words. Made here: a phone takes longer to load its calendar than to show the banner. */
  effectiveText: Readonly<Record<Language, string>>;
  /** The version before it, to compare with. */
  previous: string | null;
  summary: Readonly<Record<Language, string>>;
}
