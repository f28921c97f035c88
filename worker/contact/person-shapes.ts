import { z } from "zod";
import { emailField } from "../platform/address.ts";

/** A reference as people type it: small letters, no dashes, and the letters that look like a digit. */
const referenceField = z
  .string()
  .max(40)
  .transform((text) => text.toUpperCase().replace(/[^0-9A-Z]/g, ""))
  .transform((text) =>
    text
      .replace(/^FP(?=.{8}$)/, "")
      .replaceAll("O", "0")
      .replace(/[IL]/g, "1"),
  )
  .refine((text) => /^[0-9A-HJKMNP-TV-Z]{8}$/.test(text), { params: { field: "invalid" } })
  .transform((text) => `FP-${text.slice(0, 4)}-${text.slice(4)}`);

/** By what somebody who lost the link to their conversation asks for another. */
export const findShape = z.object({ reference: referenceField, email: emailField });
export type FindInput = z.output<typeof findShape>;

/** The name of a file that is sent by itself. */
export const uploadShape = z.object({ name: z.string().trim().min(1).max(1_000) });

export const uploadedShape = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string().describe("By its content"),
  size: z.number().int().describe("In bytes"),
});

/** What there is to say of a conversation in a list; `says` and `kept` are sentences for its person. */
const listedShape = z.object({
  reference: z.string(),
  title: z.string(),
  status: z.enum(["received", "open", "waiting", "closed"]),
  says: z.string(),
});

export const listShape = z.object({ conversations: z.array(listedShape) });

const fileShape = z.object({ id: z.string(), name: z.string(), size: z.string().describe("In words") });

export const threadShape = listedShape.extend({
  kept: z.string(),
  messages: z.array(
    z.object({
      by: z.string().describe("Who wrote it, and when"),
      isOurs: z.boolean(),
      text: z.string(),
      quoted: z.string().describe("Quotes and signatures at its end, which can be folded"),
      files: z.array(fileShape),
    }),
  ),
});
export type Thread = z.output<typeof threadShape>;
export type Listed = z.output<typeof listedShape>;

/** Which conversation was changed; how it is now is asked for by itself. */
export const changedShape = z.object({ reference: z.string() });

export const erasedShape = z.object({ reference: z.string(), erased: z.literal(true) });
