import type { Language } from "../platform/languages.ts";
import { Select, type Typed } from "./form.tsx";

interface ColumnChoicesProps<Field extends string> {
  lang: Language;
  typed: Typed;
  fields: readonly Field[];
  words: { noColumn: string; fields: Readonly<Record<Field, string>> };
  /** The columns of the file. */
  headings: readonly string[];
  /** Which of them each field is taken from, as far as it is known. */
  columns: Readonly<Partial<Record<Field, string>>>;
}

/** The choice of a file's column for each field of an import. */
export function ColumnChoices<Field extends string>(props: ColumnChoicesProps<Field>) {
  const { lang, typed, fields, words, columns } = props;
  const headings = { "": words.noColumn, ...Object.fromEntries(props.headings.map((name) => [name, name])) };
  // What was chosen of another reading is no choice in this one.
  const isKnown = (name: string) => !name.startsWith("columns.") || (typed.values[name] ?? "") in headings;
  const values = Object.fromEntries(Object.entries(typed.values).filter(([name]) => isKnown(name)));
  return (
    <div class="filters">
      {fields.map((field) => (
        <Select
          {...{ lang, typed: { values, errors: typed.errors } }}
          name={`columns.${field}`}
          label={words.fields[field]}
          value={columns[field] ?? ""}
          options={headings}
        />
      ))}
    </div>
  );
}
