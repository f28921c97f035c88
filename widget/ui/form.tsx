import texts from "texts:form";
import type { ComponentChild, ComponentChildren } from "preact";
import type { FieldFault, Reply } from "../api.ts";
import type { Host } from "../host.ts";
import { fill } from "./text.ts";

export interface FieldSpec {
  name: string;
  label: string;
  autocomplete: string;
  type?: "email";
  area?: boolean;
  required?: boolean;
}

export interface FormSpec {
  fields: readonly FieldSpec[];
  /** What is typed now; read and written by the view that owns it. */
  values(): Readonly<Record<string, string>>;
  onInput(name: string, value: string): void;
  /** Sends the values; a refusal's field errors are shown beside their fields. */
  send(): Promise<Reply<unknown>>;
  label: string;
  busyLabel: string;
  /** What stands between the fields and the button. */
  note: ComponentChildren;
  /** Another button beside it. */
  other?: ComponentChildren;
}

const HONEYPOT = "website";
const CODES: Readonly<Record<string, string>> = {
  rate_limited: texts.rate_limited,
  challenge_invalid: texts.challenge,
  challenge_used: texts.challenge,
  unauthorized: texts.unauthorized,
  offline: texts.offline,
};
const messageOf = (code: string): string => (texts as Readonly<Record<string, string>>)[code] ?? texts.invalid;

/** A form that keeps what was typed, shows errors beside their fields and takes the reader to them. */
export function createForm(host: Host, root: ShadowRoot, redraw: () => void, spec: FormSpec): () => ComponentChild {
  const { fields, values, onInput, send, label, busyLabel, note, other } = spec;
  let errors: readonly FieldFault[] = [];
  let fault = "";
  let isBusy = false;

  const focus = (selector: string) => root.querySelector<HTMLElement>(selector)?.focus();
  const show = (found: readonly FieldFault[], code?: string) => {
    errors = found.filter(({ path }) => fields.some(({ name }) => name === path));
    fault = code && errors.length === 0 ? (CODES[code] ?? texts.failed) : "";
    redraw();
    // The visitor pressed the button: taking them to what is wrong answers that; nothing takes focus by itself.
    const [first, second] = errors;
    if (first) focus(second ? ".summary" : `[name=${first.path}]`);
  };
  const missing = (): FieldFault[] =>
    fields.flatMap(({ name, type, required }) => {
      const value = values()[name]?.trim() ?? "";
      if (value === "") return required ? [{ path: name, code: "required" }] : [];
      return type && !/^\S+@\S+\.\S+$/.test(value) ? [{ path: name, code: "invalid_email" }] : [];
    });

  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    show(missing());
    if (errors.length > 0) return;
    isBusy = true;
    redraw();
    const reply = await send();
    isBusy = false;
    if (reply.ok) return;
    show(reply.errors, reply.code);
    host.emit("error", { code: reply.code });
  };

  const drawField = ({ name, label, autocomplete, type, area, required }: FieldSpec) => {
    const error = errors.find(({ path }) => path === name);
    const Input = (area ? "textarea" : "input") as "input";
    return (
      <div class="field" key={name}>
        <label for={name}>{label}</label>
        {error && (
          <p class="error" id={`${name}-error`}>
            {messageOf(error.code)}
          </p>
        )}
        <Input
          id={name}
          name={name}
          part="input"
          value={values()[name] ?? ""}
          type={type as "email"}
          autocomplete={autocomplete}
          aria-required={required}
          aria-invalid={error && true}
          aria-describedby={error && `${name}-error`}
          onInput={(event) => onInput(name, event.currentTarget.value)}
        />
      </div>
    );
  };

  return () => (
    <form noValidate onSubmit={submit} part="form">
      {errors.length > 1 && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset holds fields; this leads to them.
        <div class="summary" tabIndex={-1} role="group" aria-labelledby="summary">
          <p id="summary">{fill(texts.summary, { count: errors.length })}</p>
          {errors.map(({ path, code }) => (
            <button class="quiet" type="button" onClick={() => focus(`[name=${path}]`)}>
              {fields.find(({ name }) => name === path)?.label}: {messageOf(code)}
            </button>
          ))}
        </div>
      )}
      {fields.map(drawField)}
      <div class="hidden" aria-hidden="true">
        <label for={HONEYPOT}>{texts.honeypot}</label>
        <input
          id={HONEYPOT}
          name={HONEYPOT}
          tabIndex={-1}
          autocomplete="off"
          onInput={(event) => onInput(HONEYPOT, event.currentTarget.value)}
        />
      </div>
      {note}
      <p class="error" role="alert">
        {fault}
      </p>
      <div class="row">
        <button type="submit" aria-disabled={isBusy} part="button">
          {isBusy ? busyLabel : label}
        </button>
        {other}
      </div>
    </form>
  );
}
