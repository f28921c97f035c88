/** The personal fields that a newsletter may hold: {{name|fallback}}. There is no other, and no code. */
export const FIELDS = ["name", "email", "company"] as const;
export type Field = (typeof FIELDS)[number];

/** The value of each field; one that is empty gives way to its fallback. */
export type FieldValues = Readonly<Record<Field, string>>;

/** A whole field, or braces that begin one and end nowhere. */
const MARK = /\{\{(?:([^{}|]*)(?:\|([^{}]*))?\}\})?/g;

const fieldIn = (name: string | undefined): Field | undefined => FIELDS.find((field) => field === name?.trim());

/** Whether a field stands well: it is one of ours, and who has no name is called something. */
function isWell(name: string | undefined, fallback: string | undefined): boolean {
  const field = fieldIn(name);
  return field !== undefined && (field !== "name" || (fallback ?? "").trim() !== "");
}

/** The places in a text, counted in characters, where a field is not one of ours, not closed, or lacks the fallback it needs. */
export const wrongFields = (text: string): number[] =>
  [...text.matchAll(MARK)].filter(([, name, fallback]) => !isWell(name, fallback)).map(({ index }) => index);

/** A text with its fields filled in, once: a value that looks like a field stays as it is. What is no field of ours stays, too. */
export const fillFields = (text: string, values: FieldValues): string =>
  text.replace(MARK, (mark, name: string | undefined, fallback: string | undefined) => {
    const field = fieldIn(name);
    return field === undefined ? mark : values[field] || (fallback ?? "").trim();
  });
