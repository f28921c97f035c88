import { z } from "zod";
import { emailField } from "../platform/address.ts";
import { LANGUAGES } from "../platform/languages.ts";
import { paymentFault } from "./payment.ts";
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

const phone = z
  .string()
  .trim()
  .max(40)
  .regex(/^[+\d][\d\s().-]*$|^$/)
  .transform((text) => (text === "" ? null : text))
  .nullish()
  .transform((text) => text ?? null);

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
const isBlank = (value: unknown) => value === undefined || value === null || String(value).trim() === "";

const isNoAddress = (value: unknown) =>
  value instanceof Object && ["street", "postalCode", "city"].every((part) => isBlank(Reflect.get(value, part)));

/** As a whole an address may be left out. A country alone, often filled in before, is none. */
const maybeAddress = z
  .preprocess((value) => (isNoAddress(value) ? null : value), address.nullable())
  .optional()
  .transform((found) => found ?? null);

/** A field in which no card number may stand, wherever someone tries to put one. */
const paymentReference = z
  .string()
  .trim()
  .max(80)
  .transform((text, ctx) => {
    if (text === "") return null;
    const field = paymentFault(text);
    if (field !== null) ctx.addIssue({ code: "custom", params: { field } });
    return text;
  })
  .nullish()
  .transform((text) => text ?? null);

/** What a customer says of themself; lengths in characters. */
const person = {
  kind: z.enum(CUSTOMER_KINDS),
  name: neededLine(120),
  organisation: line(160),
  email: emailField,
  lang: z.enum(LANGUAGES).optional(),
  phone,
  address: maybeAddress,
  billingAddress: maybeAddress,
};

/** A company has an organisation; said together with what else is wrong. */
const namesItsCompany = ({ kind, organisation }: { kind: string; organisation: string | null }) =>
  kind !== "company" || !isBlank(organisation);
const companyNeeded = {
  path: ["organisation"],
  params: { field: "required" },
  when: ({ value }: { value: unknown }) => value instanceof Object,
};

/** All that is kept of a customer by whoever registers them. */
export const customerShape = z
  .object({
    ...person,
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
  .refine(namesItsCompany, companyNeeded);
export type CustomerInput = z.output<typeof customerShape>;

/** A registration by the form. It takes no payment reference: nothing is paid there. */
export const registrationShape = z
  .object({
    ...person,
    challenge: z.string().max(4_000).optional(),
    /** Honeypot: people leave it empty. */
    website: z.string().max(200).optional(),
  })
  .refine(namesItsCompany, companyNeeded);
export type RegistrationInput = z.output<typeof registrationShape>;

/** The Idempotency-Key header: any printable text up to 255 characters. */
export const idempotencyKeyShape = z.object({
  "Idempotency-Key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional(),
});

/** Whom to list, and from where on. */
export const customersQuery = z.object({
  email: emailField.optional(),
  number: z.string().max(40).optional(),
  name: z.string().trim().min(1).max(120).optional(),
  after: z.string().max(40).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

const addressReply = z.object({ street: z.string(), postalCode: z.string(), city: z.string(), country: z.string() });

/** A customer as programs get to see them. */
export const customerReply = z.object({
  number: z.string(),
  kind: z.enum(CUSTOMER_KINDS),
  name: z.string(),
  organisation: z.string().nullable(),
  email: z.string(),
  lang: z.string(),
  phone: z.string().nullable(),
  address: addressReply.nullable(),
  billingAddress: addressReply.nullable(),
  paymentReference: z.string().nullable(),
  ip: z.string().nullable(),
  source: z.string(),
  registeredAt: z.iso.datetime(),
  changedAt: z.iso.datetime(),
  closedAt: z.iso.datetime().nullable(),
});

export const customersReply = z.object({ customers: z.array(customerReply), next: z.string().nullable() });
export const pendingReply = z.object({ status: z.literal("pending") });
