import { z } from "zod";
import { emailField } from "../platform/address.ts";
import { LANGUAGES } from "../platform/languages.ts";

/**
 * The name of a subscriber on one line, or empty, which is null: the same whoever gives it, so that what one form took another
 * does not refuse. Refuses what would break the line, or turn its direction around.
 */
export const nameField = z
  .string()
  .trim()
  .max(120)
  .regex(/^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u)
  .transform((name) => name || null);

export const subscribeShape = z.object({
  email: emailField,
  topics: z.array(z.string().max(40)).max(20).optional(),
  lang: z.enum(LANGUAGES).optional(),
  /** SHA-256 (hex) of the consent sentence that the form showed. */
  wording: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  challenge: z.string().max(4_000).optional(),
  /** Honeypot: people leave it empty. */
  website: z.string().max(200).optional(),
});

export const leaveShape = z.object({
  email: emailField,
  lang: z.enum(LANGUAGES).optional(),
  challenge: z.string().max(4_000).optional(),
  website: z.string().max(200).optional(),
});

export const pendingShape = z.object({ status: z.literal("pending") });
export const requestedShape = z.object({ status: z.literal("requested") });

export const mineShape = z.object({
  address: z.string(),
  /** "stopped" by staff, who can undo it; "complained" is for good. */
  status: z.enum(["none", "pending", "active", "stopped", "complained"]),
  topics: z.array(z.string()),
  /** What there is to choose, with its name in the reader's language. */
  offered: z.array(z.object({ name: z.string(), label: z.string() })),
  /** The consent sentence to show beside the button. */
  wording: z.object({ sha256: z.string(), text: z.string() }),
});

/** Whether a customer's address gets the newsletter, and which topics; what there is to choose, and under which words. */
export type Mine = z.infer<typeof mineShape>;

export const chooseMineShape = subscribeShape.pick({ lang: true, wording: true }).extend({
  topics: z.array(z.string().max(40)).max(20),
});
