import { z } from "zod";
import { emailField } from "../platform/address.ts";
import { LANGUAGES } from "../platform/languages.ts";
import { hasCard, maskCards } from "./cards.ts";

/** Files that one message may bring, and bytes of each. */
export const FILES_AT_MOST = 10;
export const FILE_BYTES = 10_485_760;
/** Bytes of all files that one form brings. */
export const FORM_BYTES = 26_214_400;

/** One line of text: no line breaks or other control characters, so it can never become a header of its own. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^\P{Cc}*$/u)
    .transform((text) => (text === "" ? null : text))
    .nullish();

const words = z.string().trim().min(1).max(20_000);

/** Ids of files that were sent before the message. */
const files = z
  .array(z.string().regex(/^[\w-]{22}$/))
  .max(FILES_AT_MOST)
  .optional();

/** What to do with a card number in what somebody writes: without a wish the message is refused for it, so that its sender is asked. */
const cards = z.enum(["mask", "keep"]).optional();

interface Written {
  subject?: string | null | undefined;
  message: string;
  cards?: "mask" | "keep" | undefined;
}

/** Refuses words with a card number (card_number) whose sender was not asked yet, and masks it for one who wants that. */
function settleCards<T extends Written>(input: T, ctx: z.RefinementCtx): T {
  const { subject, message, cards } = input;
  if (cards === "keep") return input;
  if (cards === "mask") {
    return { ...input, message: maskCards(message), ...(subject ? { subject: maskCards(subject) } : {}) };
  }
  for (const field of ["subject", "message"] as const) {
    if (hasCard(input[field] ?? "")) ctx.addIssue({ code: "custom", path: [field], params: { field: "card_number" } });
  }
  return input;
}

/** A message; lengths in characters. */
export const messageShape = z
  .object({
    email: emailField,
    name: line(100),
    subject: line(150),
    message: words,
    lang: z.enum(LANGUAGES).optional(),
    files,
    cards,
    /** Milliseconds from the first key to the button: nobody writes a message in one second. */
    took: z.number().int().min(0).optional(),
    challenge: z.string().max(4_000).optional(),
    /** Honeypot: people leave it empty. */
    website: z.string().max(200).optional(),
  })
  .transform(settleCards);
export type MessageInput = z.output<typeof messageShape>;

/** More of a conversation, from its person. */
export const moreShape = z.object({ message: words, files, cards }).transform(settleCards);
export type MoreInput = z.output<typeof moreShape>;

/** The Idempotency-Key header: any printable text up to 255 characters. */
export const idempotencyKeyShape = z.object({
  "Idempotency-Key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional(),
});

export const receivedShape = z.object({ reference: z.string() });

/** What becomes of a conversation that is answered. */
export const AFTER_ANSWER = ["waiting", "open", "closed"] as const;

/** An answer of ours; `key` makes a second press of the button no second answer. */
export const answerShape = z.object({
  body: words,
  /** Whether their last message is quoted below it. */
  quotes: z.boolean().default(true),
  after: z.enum(AFTER_ANSWER).default("waiting"),
  /** The version of the conversation that its writer saw. */
  version: z.coerce.number().int().min(1),
  files,
  key: z.string().min(8).max(255),
});
export type AnswerInput = z.output<typeof answerShape>;

/** The place in a conversation that an address names; null for none, and for what is no place. */
export const messagePlaceIn = (text = ""): number | null => (/^\d{1,15}$/.test(text) ? Number(text) : null);
