import { z } from "zod";
import { SIGNIFICANCE } from "./tables.ts";

const VERSION_STATES = ["upcoming", "in-force", "superseded"] as const;
export type VersionState = (typeof VERSION_STATES)[number];

const dates = {
  date: z.string(),
  effective: z.string(),
  significance: z.enum(SIGNIFICANCE),
  state: z.enum(VERSION_STATES),
};

/** A version in one language. */
const statementShape = z.object({
  ...dates,
  /** The days in words. */
  dateText: z.string(),
  effectiveText: z.string(),
  title: z.string(),
  summary: z.string(),
  sha256: z.string(),
  url: z.string(),
  markdownUrl: z.string(),
  /** What changed since the version before; null for the first. */
  compareUrl: z.string().nullable(),
});
export type Statement = z.infer<typeof statementShape>;

/** The policy as it stands: the version in force, the one that comes next and the one before. */
export const policyShape = z.object({
  inForce: statementShape.nullable(),
  upcoming: statementShape.nullable(),
  previous: statementShape.nullable(),
});

export type PolicyNow = z.infer<typeof policyShape>;

const perLanguage = z.record(z.string(), z.string());

/** Every published version, newest first. */
export const versionListShape = z.object({
  versions: z.array(
    z.object({
      ...dates,
      summary: perLanguage,
      sha256: perLanguage,
      url: z.string(),
      markdownUrl: perLanguage,
      compareUrl: z.string().nullable(),
    }),
  ),
});
export type ListedVersion = z.infer<typeof versionListShape>["versions"][number];

/** A run of words that stayed, came or went. */
const spanShape = z.object({ kind: z.enum(["same", "added", "removed"]), text: z.string() });
export type Span = z.infer<typeof spanShape>;

/** A heading, paragraph or list item of a comparison. */
const blockShape = z.object({ kind: z.enum(["h2", "h3", "li", "p"]), spans: z.array(spanShape) });
export type ComparedBlock = z.infer<typeof blockShape>;

export const comparisonShape = z.object({ from: z.string(), to: z.string(), blocks: z.array(blockShape) });
export type Comparison = z.infer<typeof comparisonShape>;
