import type { Child } from "hono/jsx";
import type { FieldError } from "../platform/errors.ts";
import type { Language } from "../platform/languages.ts";
import { FIELD_WORDS } from "../platform/words.ts";
import { CARD_WORDS } from "./person-words.ts";

interface FieldProps {
  lang: Language;
  errors: readonly FieldError[];
  name: string;
  label: string;
  hint?: string;
  children: Child;
}

const errorOf = (name: string, errors: readonly FieldError[]) => errors.find(({ path }) => path.split(".")[0] === name);

/** What an input says of itself: its name, and by which words beside it is described. */
export function attributesOf(name: string, errors: readonly FieldError[], hint?: string) {
  const isWrong = errorOf(name, errors) !== undefined;
  const describedBy = [hint && `${name}-hint`, isWrong && `${name}-error`].filter(Boolean).join(" ");
  return {
    id: name,
    name,
    ...(isWrong ? { "aria-invalid": "true" as const } : {}),
    ...(describedBy ? { "aria-describedby": describedBy } : {}),
  };
}

/** A field of a contact page with its label above, what is wrong beside it, and the choice that a card number asks for. */
export function FieldBox({ lang, errors, name, label, hint, children }: FieldProps) {
  const error = errorOf(name, errors);
  const words = CARD_WORDS[lang];
  const isCard = error?.code === "card_number";
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {error ? (
        <p class="error" id={`${name}-error`}>
          {isCard ? words.found : FIELD_WORDS[lang][error.code]}
        </p>
      ) : null}
      {children}
      {hint ? (
        <p class="muted" id={`${name}-hint`}>
          {hint}
        </p>
      ) : null}
      {isCard ? (
        <p class="row">
          <button type="submit" name="cards" value="mask">
            {words.mask}
          </button>
          <button type="submit" name="cards" value="keep">
            {words.keep}
          </button>
        </p>
      ) : null}
    </div>
  );
}
