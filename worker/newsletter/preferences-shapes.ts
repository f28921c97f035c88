import { z } from "zod";
import { emailField } from "../platform/address.ts";
import { LANGUAGES } from "../platform/languages.ts";

/** What would break a line of text, or turn its direction around: no name has that. */
const BREAKS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** A name that somebody gives or not, on one line; empty is null. */
const nameField = z
  .string()
  .trim()
  .max(80)
  .refine((name) => !BREAKS.test(name))
  .transform((name) => name || null);

const sha256Field = z.string().regex(/^[0-9a-f]{64}$/);

/** The form of the preference centre. `seen` are the topics that it showed as ticked, `wording` the words it showed. */
export const choiceShape = z.object({
  topics: z.array(z.string()).max(100),
  seen: z.array(z.string()).max(100),
  wording: sha256Field,
  language: z.enum(LANGUAGES),
  name: nameField,
});

export const moveShape = z.object({ email: emailField });

/** The form by which somebody who is not a subscriber any more asks to be one again. */
export const rejoinShape = z.object({ topics: z.array(z.string()).min(1).max(100), wording: sha256Field });
