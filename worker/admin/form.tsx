import type { Child } from "hono/jsx";
import type { z } from "zod";
import { type FieldError, Refusal } from "../platform/errors.ts";
import { parse } from "../platform/http.ts";
import type { Language } from "../platform/languages.ts";
import { FIELD_WORDS } from "../platform/words.ts";
import type { Desk, Form as Values } from "./desk.ts";
import { type Fault, replyScreen } from "./shell.tsx";
import { SHELL } from "./words.ts";

interface FormProps {
  desk: Desk;
  action: string;
  children?: Child;
  class?: string;
  /** Shown by the script alone, which it cannot do without. */
  hidden?: boolean;
  /** Where the script asks how what is typed will read. */
  preview?: string;
}

/** A form that posts; it carries the token by which the admin knows its own forms. */
export function Form({ desk, action, children, preview, ...rest }: FormProps) {
  const previewed = preview === undefined ? {} : { "data-preview": preview };
  return (
    <form method="post" action={action} {...previewed} {...rest}>
      <input type="hidden" name="form-token" value={desk.formToken} />
      {children}
    </form>
  );
}

/** What a form that was refused has to say: the values as typed, and what is wrong with each. */
export interface Typed {
  values: Values;
  errors: readonly FieldError[];
}

/** The fields of a form that are not right, as `replyScreen` says them first. */
export function faultsOf(lang: Language, { errors }: Typed, labels: Readonly<Record<string, string>>): Fault[] {
  return errors.map(({ path, code }) => {
    const field = path.split(".")[0] ?? path;
    return { field, text: `${labels[field] ?? field}: ${FIELD_WORDS[lang][code]}` };
  });
}

/** A form as it was drawn, before anyone sent it. */
export const UNTOUCHED: Typed = { values: {}, errors: [] };

/**
 * Checks a form against a shape: its value, or what to show again beside what was typed. `read` is what was made of the
 * form, where that is not the form itself.
 */
export function check<T>(shape: z.ZodType<T>, form: Values, read: unknown = form): { value: T } | { typed: Typed } {
  try {
    return { value: parse(shape, read) };
  } catch (error) {
    return { typed: typedAgain(error, form) };
  }
}

/** What to show again after a rule has refused a form's fields; throws any other error on. */
export function typedAgain(error: unknown, values: Values): Typed {
  if (!(error instanceof Refusal) || error.errors === undefined) throw error;
  return { values, errors: error.errors };
}

interface FieldProps {
  lang: Language;
  typed: Typed;
  name: string;
  /** When the page has another field of this name. */
  id?: string;
  label: string;
  /** What the field holds before anyone types. */
  value?: string;
  hint?: string;
  type?: "text" | "email" | "search" | "date";
  autocomplete?: string;
  required?: boolean;
  maxlength?: number;
}

/** A labelled field of one line, with its error beside it. With autocomplete "off" a browser that goes back has lost what was typed. */
export function Field({ lang, typed, name, id = name, label, value = "", hint, type = "text", ...rest }: FieldProps) {
  const { error, described } = aboutField(lang, typed, name, hint);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <Said name={name} error={error} hint={hint} />
      <input id={id} name={name} type={type} value={typed.values[name] ?? value} {...described} {...rest} />
    </div>
  );
}

interface AreaProps extends Omit<FieldProps, "type" | "id" | "autocomplete"> {
  rows: number;
  /** The script shows in this element, by its id, how long the text is. */
  counter?: string;
}

/** A labelled field of many lines, with its error beside it. */
export function Area({ lang, typed, name, label, value = "", hint, counter, ...rest }: AreaProps) {
  const { error, described } = aboutField(lang, typed, name, hint);
  const counted = counter === undefined ? {} : { "data-counter": counter };
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <Said name={name} error={error} hint={hint} />
      <textarea id={name} name={name} {...counted} {...described} {...rest}>
        {typed.values[name] ?? value}
      </textarea>
    </div>
  );
}

interface SelectProps extends Omit<FieldProps, "id" | "type" | "autocomplete"> {
  /** Value → words. */
  options: Readonly<Record<string, string>>;
}

/** A labelled choice of one. */
export function Select({ lang, typed, name, label, value = "", hint, options, required }: SelectProps) {
  const { error, described } = aboutField(lang, typed, name, hint);
  const chosen = typed.values[name] ?? value;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <Said name={name} error={error} hint={hint} />
      <select id={name} name={name} required={required} {...described}>
        {Object.entries(options).map(([option, words]) => (
          <option value={option} selected={option === chosen}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

function aboutField(lang: Language, { errors }: Typed, name: string, hint: string | undefined) {
  const code = errors.find(({ path }) => path === name || path.startsWith(`${name}.`))?.code;
  const ids = [...(code ? [`${name}-error`] : []), ...(hint ? [`${name}-hint`] : [])].join(" ");
  return {
    error: code && FIELD_WORDS[lang][code],
    described: {
      ...(ids ? { "aria-describedby": ids } : {}),
      ...(code ? { "aria-invalid": "true" as const } : {}),
    },
  };
}

function Said({ name, error, hint }: { name: string; error: string | undefined; hint: string | undefined }) {
  return (
    <>
      {hint ? (
        <p class="muted" id={`${name}-hint`}>
          {hint}
        </p>
      ) : null}
      {error ? (
        <p class="error" id={`${name}-error`}>
          {error}
        </p>
      ) : null}
    </>
  );
}

/**
 * The version that what is typed in a form is based on. HAZARD: who goes back to a page gets what they typed from the browser, but
 * hidden fields as the server has them now: their text would pass for one that is based on the newest. A choice of several it
 * brings back too, and when what was chosen is no longer offered, nothing is: the form then names no version.
 */
export function BasedOn({ version }: { version: number }) {
  return (
    <select name="version" multiple hidden>
      <option value={String(version)} selected>
        {String(version)}
      </option>
    </select>
  );
}

/** The version that such a form is based on when it names none: what its writer saved last, else one that is no more. */
export const unnamedVersion = (now: { version: number; changedBy: string }, writer: string): number =>
  now.changedBy === writer ? now.version : 0;

interface RowButtonProps {
  desk: Desk;
  action: string;
  id: string;
  label: string;
  /** What the button is about, for those who hear the buttons one by one. */
  about: string;
}

/** A small form in a row of a table: one button that acts on one thing. */
export function RowButton({ desk, action, id, label, about }: RowButtonProps) {
  return (
    <Form desk={desk} action={action}>
      <input type="hidden" name="id" value={id} />
      <button type="submit" class="second">
        {label}
        <span class="hidden"> {about}</span>
      </button>
    </Form>
  );
}

interface ConfirmProps {
  title: string;
  /** What will happen, and that it cannot be undone. */
  text: Child;
  label: string;
  action: string;
  back: string;
  /** Fields that go along. */
  hidden?: Readonly<Record<string, string>>;
}

/** A page that asks whether to do what cannot be undone. */
export function replyConfirm(desk: Desk, { title, text, label, action, back, hidden = {} }: ConfirmProps): Response {
  const children = (
    <>
      <p>{text}</p>
      <Form desk={desk} action={action} class="row">
        {Object.entries(hidden).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <button type="submit" class="danger">
          {label}
        </button>
        <a href={back}>{SHELL[desk.lang].cancel}</a>
      </Form>
    </>
  );
  return replyScreen(desk, { title, children });
}
