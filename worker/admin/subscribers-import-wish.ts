import { LIST_IMPORT_FIELDS } from "../newsletter/list-import-row.ts";
import {
  type ListImportWish,
  listImportPlanShape,
  type ReadingWish,
  readingShape,
} from "../newsletter/list-import-shapes.ts";
import type { ListImport } from "../newsletter/list-import-store.ts";
import type { Form } from "./desk.ts";
import { check, type Typed, UNTOUCHED } from "./form.tsx";

/** What is stated of the consent of those who are brought in. */
export type Statement = ListImportWish["consent"];

/** What somebody wishes of an import, so far. */
export interface Wished {
  reading: ReadingWish;
  /** What is stated of the consent, when that is right. */
  consent: Statement | undefined;
  /** All of it, when it is right. */
  plan?: ListImportWish;
  typed: Typed;
}

/** What the form of a preview wishes; what is not right in it is left to be guessed, and said. */
export function wishIn(form: Form): Wished {
  const named = (start: string) =>
    Object.keys(form).flatMap((name) => (name.startsWith(start) ? [name.slice(start.length)] : []));
  const [sha256, name] = [form["consent.evidence.sha256"] ?? "", form["consent.evidence.name"] ?? ""];
  const read = {
    encoding: form["encoding"],
    delimiter: form["delimiter"],
    lang: form["lang"],
    source: form["source"],
    columns: Object.fromEntries(
      LIST_IMPORT_FIELDS.flatMap((field) => (form[`columns.${field}`] ? [[field, form[`columns.${field}`]]] : [])),
    ),
    topics: named("topics."),
    labels: named("labels."),
    consent: {
      text: form["consent.text"],
      date: form["consent.date"],
      isDoubleOptIn: form["consent.isDoubleOptIn"] !== undefined,
      evidence: sha256 === "" && name === "" ? null : { sha256, name },
    },
  };
  const checked = check(listImportPlanShape, form, read);
  if ("value" in checked) {
    const { consent, ...reading } = checked.value;
    return { reading, consent, plan: checked.value, typed: { values: form, errors: [] } };
  }
  const { errors } = checked.typed;
  const right = Object.entries(read).filter(([field]) => !errors.some(({ path }) => path.split(".")[0] === field));
  return { reading: readingShape.parse(Object.fromEntries(right)), consent: undefined, typed: checked.typed };
}

/** What an import was tried with, or what one begins with. */
export function wishOf({ plan }: ListImport): Wished {
  if (plan === null) return { reading: readingShape.parse({}), consent: undefined, typed: UNTOUCHED };
  const { encoding, delimiter, columns, lang, topics, labels, source, consent } = plan;
  const reading = { encoding, delimiter, columns, lang, topics: [...topics], labels: [...labels], source };
  return { reading, consent, typed: UNTOUCHED };
}
