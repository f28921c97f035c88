import type { Child } from "hono/jsx";
import type { FieldError } from "../platform/errors.ts";
import type { Language } from "../platform/languages.ts";
import { FIELD_WORDS } from "../platform/words.ts";
import { CARD_WORDS, EMPTY_FILE } from "./person-words.ts";

/** What is wrong with a field, and with which of its files. */
export interface ShownError extends FieldError {
  file?: string;
}

interface FieldProps {
  lang: Language;
  errors: readonly ShownError[];
  name: string;
  label: string;
  hint?: string;
  children: Child;
}

const errorsOf = (name: string, errors: readonly ShownError[]) =>
  errors.filter(({ path }) => path.split(".")[0] === name);

function saidOf({ code, file }: ShownError, lang: Language): string {
  if (code === "card_number") return CARD_WORDS[lang].found;
  if (file === undefined) return FIELD_WORDS[lang][code];
  return `${file}: ${code === "required" ? EMPTY_FILE[lang] : FIELD_WORDS[lang][code]}`;
}

/** What an input says of itself: its name, and by which words beside it is described. */
export function attributesOf(name: string, errors: readonly FieldError[], hint?: string) {
  const isWrong = errorsOf(name, errors).length > 0;
  const describedBy = [hint && `${name}-hint`, isWrong && `${name}-error`].filter(Boolean).join(" ");
  return {
    id: name,
    name,
    ...(isWrong ? { "aria-invalid": "true" as const } : {}),
    ...(describedBy ? { "aria-describedby": describedBy } : {}),
  };
}

/**
 * The button that Enter in a one-line field presses, first in its form: the form's first button would be the answer to a question.
 * It is out of sight and not hidden, because some browsers press no button that is not drawn.
 */
// biome-ignore lint/a11y/noAriaHiddenOnFocusable: nobody comes to it by the keyboard (tabindex), and a click gives it no use.
export const EnterButton = () => <button type="submit" class="hidden" tabindex={-1} aria-hidden="true" />;

/** A field of a contact page with its label above, what is wrong beside it, and the choice that a card number asks for. */
export function FieldBox({ lang, errors, name, label, hint, children }: FieldProps) {
  const wrong = errorsOf(name, errors);
  const words = CARD_WORDS[lang];
  const isCard = wrong.some(({ code }) => code === "card_number");
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {wrong.length > 0 ? (
        <p class="error" id={`${name}-error`}>
          {wrong.map((error, at) => (
            <>
              {at > 0 ? <br /> : null}
              {saidOf(error, lang)}
            </>
          ))}
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
