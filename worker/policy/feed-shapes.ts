import { z } from "zod";
import { BLOCK_KINDS, SPAN_KINDS } from "./compare.ts";
import { VERSION_STATES } from "./history.ts";
import { SIGNIFICANCE } from "./tables.ts";

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

export const comparisonShape = z.object({
  from: z.string(),
  to: z.string(),
  blocks: z.array(
    z.object({
      kind: z.enum(BLOCK_KINDS),
      spans: z.array(z.object({ kind: z.enum(SPAN_KINDS), text: z.string() })),
    }),
  ),
});
export type Comparison = z.infer<typeof comparisonShape>;
