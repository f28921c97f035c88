import form from "texts:form";
import texts from "texts:register";
import type { ComponentChild } from "preact";
import css from "../styles/register.css?inline";
import { drawDone } from "../ui/done.tsx";
import { focusIn } from "../ui/focus.ts";
import { createForm, type FieldSpec } from "../ui/form.tsx";
import { present } from "../ui/present.ts";
import { createSender } from "../ui/sender.ts";
import { fill } from "../ui/text.ts";
import { draftName, newKey, readDraft, writeDraft } from "./draft.ts";

type Values = Readonly<Record<string, string>>;

const KINDS = ["private", "employee", "company"] as const;
const PARTS = ["street", "postalCode", "city", "country"] as const;
const DEFAULTS: Values = { kind: "private", "address.country": "NL", "billingAddress.country": "NL" };

/** Codes that browsers have a name for and that are no country: the European Union, the eurozone, the United Nations, tests. */
const NO_COUNTRY = /EU|EZ|UN|QO|X[AB]|ZZ/;

/** Every country by its name in the reader's language, as the browser knows them; codes of countries that are gone left out. */
function countriesIn(lang: string): readonly (readonly [code: string, name: string])[] {
  const names = new Intl.DisplayNames(lang, { type: "region", fallback: "none" });
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => !NO_COUNTRY.test(code) && new Intl.Locale(`und-${code}`).region === code)
    .map((code) => [code, names.of(code) ?? ""] as const)
    .filter(([, name]) => name)
    .sort(([, a], [, b]) => a.localeCompare(b, lang));
}

/** Asks for a customer number: it is given after a click in a mail. What was typed survives a failure and a reload. */
export const mount = present((host, root, redraw) => {
  const stored = draftName(host);
  let found = readDraft(stored);
  let email = "";
  const sender = createSender(host);
  const countries = countriesIn(host.lang);
  const options = () =>
    countries.map(([code, name]) => (
      <option key={code} value={code}>
        {name}
      </option>
    ));

  const PERSON: FieldSpec = { name: "name", label: texts.name, autocomplete: "name", required: true, max: 120 };
  const EMAIL: FieldSpec = { name: "email", label: form.email, type: "email", autocomplete: "email", required: true };
  const PHONE: FieldSpec = {
    name: "phone",
    label: texts.phone + texts.optional,
    autocomplete: "tel",
    type: "tel",
    max: 40,
    words: { invalid: texts.notPhone },
  };
  const organisation = (): FieldSpec => {
    const required = values["kind"] === "company";
    const label = texts.organisation + (required ? "" : texts.optional);
    return { name: "organisation", label, autocomplete: "organization", required, max: 160 };
  };
  const addressFields = (name: string, section: string, suffix: string): readonly FieldSpec[] => {
    const part = (field: (typeof PARTS)[number], autocomplete: string, max: number) => ({
      name: `${name}.${field}`,
      label: texts[field] + suffix,
      autocomplete: section + autocomplete,
      required: isFilledIn(name),
      max,
    });
    return [
      part("street", "address-line1", 120),
      part("postalCode", "postal-code", 16),
      part("city", "address-level2", 80),
      { ...part("country", "country", 2), options },
    ];
  };
  // As a whole an address may be left out; the country is there from the start, and says nothing by itself.
  const isFilledIn = (name: string) => PARTS.some((part) => part !== "country" && values[`${name}.${part}`]?.trim());
  const home = () => addressFields("address", "", "");
  const billing = () => addressFields("billingAddress", "billing ", texts.ofBilling);
  const person = () => [PERSON, ...(values["kind"] === "private" ? [] : [organisation()]), EMAIL, PHONE];
  const fieldsNow = () => [...person(), ...home(), ...(values["differs"] ? billing() : [])];

  // What a visitor typed into the plain form that the host put inside the element, before this one took its place.
  const typed = (): Values =>
    Object.fromEntries(
      [...host.element.querySelectorAll<HTMLInputElement>("input[name], select[name]")]
        .filter(({ type, checked }) => type !== "hidden" && (type !== "radio" || checked))
        .map(({ name, value }) => [name, value]),
    );
  let values: Values = { ...DEFAULTS, ...(found ? found.values : typed()) };
  let key = found?.key || newKey();

  const onInput = (name: string, value: string) => {
    sender.prepare();
    values = { ...values, [name]: value };
    key = newKey();
    writeDraft(stored, { values, key });
  };
  const choose = (name: string, value: string) => {
    onInput(name, value);
    redraw();
  };
  const addressOf = (name: string) => Object.fromEntries(PARTS.map((part) => [part, values[`${name}.${part}`] ?? ""]));

  const drawGroup = (legend: string, className: string, content: ComponentChild) => (
    <fieldset class={className}>
      <legend>{legend}</legend>
      {content}
    </fieldset>
  );
  const drawKind = (kind: (typeof KINDS)[number]) => (
    <label class="choice">
      <input
        type="radio"
        name="kind"
        value={kind}
        checked={values["kind"] === kind}
        onChange={() => choose("kind", kind)}
      />
      {texts[kind]}
    </label>
  );

  const current = createForm(host, root, redraw, {
    get fields() {
      return fieldsNow();
    },
    arrange: (draw) => (
      <>
        {drawGroup(texts.kind, "choices", <div>{KINDS.map(drawKind)}</div>)}
        {person().map(draw)}
        {drawGroup(texts.address + texts.optional, "", home().map(draw))}
        <label class="choice">
          <input
            type="checkbox"
            name="differs"
            checked={Boolean(values["differs"])}
            onChange={(event) => choose("differs", event.currentTarget.checked ? "yes" : "")}
          />
          {texts.differs}
        </label>
        {values["differs"] && drawGroup(texts.billing, "", billing().map(draw))}
      </>
    ),
    values: () => values,
    onInput,
    async send(trap) {
      const { kind, name, phone } = values;
      const reply = await sender.send(
        "/v1/registrations",
        {
          ...{ kind, name, phone, email: values["email"], lang: host.lang },
          ...(kind === "private" ? {} : { organisation: values["organisation"] }),
          address: addressOf("address"),
          ...(values["differs"] ? { billingAddress: addressOf("billingAddress") } : {}),
          ...trap,
        },
        { headers: { "Idempotency-Key": key } },
      );
      if (reply.ok) {
        email = values["email"]?.trim() ?? "";
        values = DEFAULTS;
        key = newKey();
        found = undefined;
        writeDraft(stored, undefined);
        redraw();
        focusIn(root, "h2");
        host.emit("sent", { status: "pending" });
      }
      return reply;
    },
    label: texts.register,
    busyLabel: texts.registering,
    note: () => (
      <p class="muted">
        {found && `${texts.draft} `}
        {texts.purpose} <strong>{texts.newsletter}</strong>
      </p>
    ),
  });

  return () => {
    if (!email) return current();
    return drawDone(texts.pendingTitle, fill(texts.pending, { email }), texts.another, () => {
      email = "";
      redraw();
    });
  };
}, css);
