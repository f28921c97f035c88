import type { Language } from "../platform/languages.ts";

/** The fields that a ready answer may hold: {name}. There is no other, and no code. */
export const ANSWER_FIELDS = ["name", "reference", "company", "customer", "agent"] as const;
export type AnswerField = (typeof ANSWER_FIELDS)[number];

/** What the fields stand for in one conversation, and in which language; null where that is not known. */
export type AnswerValues = Readonly<Record<Exclude<AnswerField, "name" | "customer">, string>> & {
  readonly lang: Language;
  /** Of who wrote to us. */
  readonly name: string | null;
  /** Their customer number. */
  readonly customer: string | null;
};

/** What is said where something is not known. */
const NEUTRAL: Readonly<Record<Language, Readonly<Record<"name" | "customer", string>>>> = {
  nl: { name: "lezer", customer: "onbekend" },
  en: { name: "reader", customer: "unknown" },
};

const MARK = /\{([^{}]*)\}/g;

const isField = (name: string): name is AnswerField => ANSWER_FIELDS.some((field) => field === name);

/** What stands between braces in a text and is no field of the list. */
export const unknownFields = (text: string): string[] =>
  [...text.matchAll(MARK)].map(([, name = ""]) => name).filter((name) => !isField(name));

/** A text with its fields filled in, once: a value that looks like a field stays as it is, and who has no name is called something neutral. */
export function fillFields(text: string, values: AnswerValues): string {
  const neutral = NEUTRAL[values.lang];
  return text.replace(MARK, (mark, name: string) => {
    if (!isField(name)) return mark;
    return name === "name" || name === "customer" ? values[name] || neutral[name] : values[name];
  });
}
