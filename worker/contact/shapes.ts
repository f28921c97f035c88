import { z } from "zod";
import { emailField } from "../platform/address.ts";
import { LANGUAGES } from "../platform/languages.ts";

/** One line of text: no line breaks or other control characters, so it can never become a header of its own. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^\P{Cc}*$/u)
    .transform((text) => (text === "" ? null : text))
    .nullish();

/** A message; lengths in characters. */
export const messageShape = z.object({
  email: emailField,
  name: line(100),
  subject: line(150),
  message: z.string().trim().min(1).max(20_000),
  lang: z.enum(LANGUAGES).optional(),
  challenge: z.string().max(4_000).optional(),
  /** Honeypot: people leave it empty. */
  website: z.string().max(200).optional(),
});
export type MessageInput = z.output<typeof messageShape>;

/** The Idempotency-Key header: any printable text up to 255 characters. */
export const idempotencyKeyShape = z.object({
  "Idempotency-Key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional(),
});

export const receivedShape = z.object({ reference: z.string() });
