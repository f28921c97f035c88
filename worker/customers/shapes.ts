import { z } from "zod";
import { emailField } from "../platform/address.ts";
import { LANGUAGES } from "../platform/languages.ts";
import { isPaymentReference, looksLikeCard } from "./payment.ts";
import { CUSTOMER_KINDS } from "./tables.ts";

/** One line of text: no line breaks or other control characters; null when it is empty. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^\P{Cc}*$/u)
    .transform((text) => (text === "" ? null : text))
    .nullish()
    .transform((text) => text ?? null);

const neededLine = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}*$/u);

const address = z.object({
  street: neededLine(120),
  postalCode: neededLine(16),
  city: neededLine(80),
  country: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{2}$/),
});

/** A field in which no card number may stand, wherever someone tries to put one. */
const paymentReference = z
  .string()
  .trim()
  .max(80)
  .transform((text, ctx) => {
    if (text === "") return null;
    if (looksLikeCard(text)) ctx.addIssue({ code: "custom", params: { field: "card_number" } });
    else if (!isPaymentReference(text)) ctx.addIssue({ code: "custom", params: { field: "invalid" } });
    return text;
  })
  .nullish()
  .transform((text) => text ?? null);

/** All that is kept of a customer by whoever registers them; lengths in characters. A company has an organisation. */
export const customerShape = z
  .object({
    kind: z.enum(CUSTOMER_KINDS),
    name: neededLine(120),
    organisation: line(160),
    email: emailField,
    lang: z.enum(LANGUAGES).optional(),
    phone: z
      .string()
      .trim()
      .max(40)
      .regex(/^[+\d][\d\s().-]*$|^$/)
      .transform((text) => (text === "" ? null : text))
      .nullish()
      .transform((text) => text ?? null),
    address: address.nullish().transform((found) => found ?? null),
    billingAddress: address.nullish().transform((found) => found ?? null),
    paymentReference,
    /** The IP address that the order or registration came from, when the host's system knows it. */
    ip: z
      .union([z.ipv4(), z.ipv6()])
      .nullish()
      .transform((found) => found ?? null),
    /** Which way they came, in a word. */
    source: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,39}$/)
      .optional(),
  })
  .refine(({ kind, organisation }) => kind !== "company" || organisation !== null, {
    path: ["organisation"],
    params: { field: "required" },
  });
export type CustomerInput = z.output<typeof customerShape>;
