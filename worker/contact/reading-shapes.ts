import { z } from "zod";
import { normaliseAddress } from "../platform/address.ts";

/** By what the archive is searched. */
export const SEARCHED_BY = ["email", "customerNumber", "reference", "words"] as const;
export type SearchedBy = (typeof SEARCHED_BY)[number];

/** A search of the archive as its form says it; `after` is the place that the next page comes after. */
export const archiveSearchShape = z
  .object({
    by: z.enum(SEARCHED_BY),
    text: z.string().trim().min(1).max(200),
    after: z.coerce.number().int().min(0).optional(),
  })
  .transform(({ by, text, after }, ctx) => {
    const exact = by === "email" ? normaliseAddress(text) : by === "reference" ? text.toUpperCase() : text;
    if (exact === null) ctx.addIssue({ code: "custom", path: ["text"], params: { field: "invalid_email" } });
    return { by, text: exact ?? "", after: after ?? null };
  });
export type ArchiveSearch = z.output<typeof archiveSearchShape>;
