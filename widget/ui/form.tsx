import texts from "texts:form";
import type { ComponentChild, ComponentChildren } from "preact";
import type { FieldFault, Reply } from "../api.ts";
import type { Host } from "../host.ts";
import { focusIn } from "./focus.ts";
import { fill } from "./text.ts";

export interface FieldSpec {
  name: string;
  label: string;
  autocomplete: string;
  type?: "email" | "tel";
  area?: boolean;
  /** The options of a select, which it then is. */
  options?(): ComponentChild;
  required?: boolean;
  /** The most characters that the worker takes. */
  max?: number;
  /** What is said of it by a code of the worker's, where that is not the usual. */
  words?: Readonly<Record<string, string>>;
}

export interface FormSpec {
  /** Those that are on the form now, in their order. */
  readonly fields: readonly FieldSpec[];
  /** Draws them in groups of the view's own; one below the other without it. */
  arrange?(draw: (field: FieldSpec) => ComponentChild): ComponentChildren;
  /** What is typed now; read and written by the view that owns it. */
  values(): Readonly<Record<string, string>>;
  onInput(name: string, value: string): void;
  /** Sends the values and what a robot filled in; a refusal's field errors are shown beside their fields. */
  send(trap: object): Promise<Reply<unknown>>;
  label: string;
  busyLabel: string;
  /** What stands between the fields and the button. */
  note(): ComponentChildren;
  /** Another button beside it. */
  other?: ComponentChildren;
}

const HONEYPOT = "website";
const CODES: Readonly<Record<string, string>> = {
  rate_limited: texts.rate_limited,
  challenge_invalid: texts.challenge,
  challenge_used: texts.challenge,
  unauthorized: texts.unauthorized,
  unknown_customer: texts.unknown_customer,
  offline: texts.offline,
  looks_automated: texts.automated,
};

/** A form that keeps what was typed, shows errors beside their fields and takes the reader to them. */
export function createForm(host: Host, root: ShadowRoot, redraw: () => void, spec: FormSpec): () => ComponentChild {
  const { arrange, values, onInput, send, label, busyLabel, note, other } = spec;
  let errors: readonly FieldFault[] = [];
  let fault = "";
  let isBusy = false;
  /** Kept here and not with the values: a password manager may have filled it, and the next try must work. */
  let trap = "";

  const fieldOf = (path: string) => spec.fields.find(({ name }) => name === path);
  const messageOf = ({ path, code }: FieldFault): string =>
    fieldOf(path)?.words?.[code] ?? (texts as Readonly<Record<string, string>>)[code] ?? texts.invalid;

  const show = (found: readonly FieldFault[], code?: string) => {
    errors = found.filter(({ path }) => fieldOf(path));
    fault = code && errors.length === 0 ? (CODES[code] ?? texts.failed) : "";
    redraw();
    // The visitor pressed the button: taking them to what is wrong answers that; nothing takes focus by itself.
    const [first, second] = errors;
    if (first) focusIn(root, second ? ".summary" : `[name="${first.path}"]`);
  };
  const wrong = (): FieldFault[] =>
    spec.fields.flatMap(({ name, type, required, max }) => {
      const value = values()[name]?.trim() ?? "";
      if (value === "") return required ? [{ path: name, code: "required" }] : [];
      if (max && value.length > max) return [{ path: name, code: "too_long" }];
      return type === "email" && !/^\S+@\S+\.\S+$/.test(value) ? [{ path: name, code: "invalid_email" }] : [];
    });

  const longest = (): string => {
    const lengthOf = ({ name }: FieldSpec) => values()[name]?.length ?? 0;
    return spec.fields.reduce((most, field) => (lengthOf(field) > lengthOf(most) ? field : most)).name;
  };

  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    show(wrong());
    if (errors.length > 0) return;
    isBusy = true;
    redraw();
    const reply = await send(trap ? { [HONEYPOT]: trap } : {});
    isBusy = false;
    if (reply.ok) return redraw();
    const { code } = reply;
    if (code === "looks_automated") trap = "";
    show(code === "body_too_large" ? [{ path: longest(), code: "too_long" }] : reply.errors, code);
    host.emit("error", { code });
  };

  const drawField = ({ name, label, autocomplete, type, area, options, required }: FieldSpec) => {
    const error = errors.find(({ path }) => path === name);
    const Input = (options ? "select" : area ? "textarea" : "input") as "input";
    return (
      <div class="field" key={name}>
        <label for={name}>{label}</label>
        {error && (
          <p class="error" id={`${name}-error`}>
            {messageOf(error)}
          </p>
        )}
        <Input
          id={name}
          name={name}
          part="input"
          value={values()[name] ?? ""}
          type={type as "email"}
          autocomplete={autocomplete}
          readOnly={isBusy}
          dir={area ? "auto" : undefined}
          aria-required={required}
          aria-invalid={error && true}
          aria-describedby={error && `${name}-error`}
          onInput={(event) => onInput(name, event.currentTarget.value)}
        >
          {options?.()}
        </Input>
      </div>
    );
  };

  return () => {
    // A field may have left the form since it was found wrong.
    const shown = errors.filter(({ path }) => fieldOf(path));
    return (
      <form noValidate onSubmit={submit} part="form">
        {shown.length > 1 && (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset holds fields; this leads to them.
          <div class="summary" tabIndex={-1} role="group" aria-labelledby="summary">
            <p id="summary">{fill(texts.summary, { count: shown.length })}</p>
            {shown.map((error) => (
              <button class="quiet" type="button" onClick={() => focusIn(root, `[name="${error.path}"]`)}>
                {fieldOf(error.path)?.label}: {messageOf(error)}
              </button>
            ))}
          </div>
        )}
        {arrange ? arrange(drawField) : spec.fields.map(drawField)}
        <div class="hidden" aria-hidden="true">
          <input
            name={HONEYPOT}
            tabIndex={-1}
            autocomplete="off"
            value={trap}
            onInput={(event) => {
              trap = event.currentTarget.value;
            }}
          />
        </div>
        {note()}
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
  };
}
