import { z } from "zod";
import { normaliseAddress } from "../platform/address.ts";
import { unknownFields } from "./answer-fields.ts";

/** A name of ours: one line, no control characters. */
const name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^\P{Cc}*$/u);

/** A whole number from 1 on. */
const count = (most: number) =>
  z.coerce.number().refine((number) => Number.isInteger(number) && number >= 1 && number <= most, {
    params: { field: "invalid_number" },
  });

/** A topic as its form says it: the name in each language, targets in hours of working time, and months in the archive. */
export const topicShape = z
  .object({ nl: name, en: name, firstHours: count(1_000), solvedHours: count(10_000), retentionMonths: count(24) })
  .transform(({ nl, en, ...numbers }) => ({ names: { nl, en }, ...numbers }));
export type TopicInput = z.output<typeof topicShape>;

/** The version that a form is based on. */
export const basedOnShape = z.object({ version: z.coerce.number().int() });

const answerText = z
  .string()
  .trim()
  .max(10_000)
  .superRefine((text, ctx) => {
    if (unknownFields(text).length > 0) ctx.addIssue({ code: "custom", params: { field: "unknown_field" } });
  });

/** A ready answer as its form says it: a name of ours, and its text in one language or more; fields are of the closed list. */
export const readyAnswerShape = z
  .object({ name, nl: answerText, en: answerText })
  .superRefine(({ nl, en }, ctx) => {
    if (nl === "" && en === "") ctx.addIssue({ code: "custom", path: ["nl"], params: { field: "required" } });
  })
  .transform(({ name, nl, en }) => ({ name, texts: { ...(nl === "" ? {} : { nl }), ...(en === "" ? {} : { en }) } }));
export type ReadyAnswerInput = z.output<typeof readyAnswerShape>;

/** An address, or a domain with or without "@", as blocks know it. */
export const senderShape = z.object({
  sender: z
    .string()
    .trim()
    .min(1)
    .transform((text, ctx) => {
      const [, local, domain] = /^(.*?)@?([^@]*)$/.exec(text) ?? [];
      const address = normaliseAddress(local ? text : `name@${domain}`);
      if (address === null) ctx.addIssue({ code: "custom", params: { field: "invalid_sender" } });
      return local ? (address ?? "") : (address?.slice("name@".length) ?? "");
    }),
});
