import type { Customer } from "../customers/store.ts";
import { CUSTOMER_KINDS, type PostalAddress } from "../customers/tables.ts";
import { LANGUAGE_NAMES, type Language } from "../platform/languages.ts";
import { FIELD_WORDS } from "../platform/words.ts";
import { CUSTOMERS } from "./customers-words.ts";
import type { Form as Values } from "./desk.ts";
import { Field, Select, type Typed } from "./form.tsx";
import type { Fault } from "./shell.tsx";

const PLACES = ["street", "postalCode", "city", "country"] as const;
type Which = "address" | "billingAddress";

/** What a form says of a customer, for the shape to judge. An address of which only the country is there is none. */
export function customerIn(form: Values): unknown {
  const address = (which: Which) => {
    const found = Object.fromEntries(PLACES.map((place) => [place, (form[`${which}.${place}`] ?? "").trim()]));
    return PLACES.some((place) => place !== "country" && found[place] !== "") ? found : null;
  };
  return {
    ...form,
    source: undefined,
    ip: undefined,
    address: address("address"),
    billingAddress: address("billingAddress"),
  };
}

/** A customer as the fields of the form have them. */
export function valuesOf(customer: Customer): Record<string, string> {
  const { kind, name, organisation, email, lang, phone, address, billingAddress, paymentReference } = customer;
  const placesOf = (which: Which, found: PostalAddress | null) =>
    Object.fromEntries(PLACES.map((place) => [`${which}.${place}`, found?.[place] ?? ""]));
  return {
    ...{ kind, name, email, lang },
    organisation: organisation ?? "",
    phone: phone ?? "",
    ...placesOf("address", address),
    ...placesOf("billingAddress", billingAddress),
    paymentReference: paymentReference ?? "",
  };
}

/** What is not right with the form, as the page says it first. */
export const customerFaults = (lang: Language, { errors }: Typed): Fault[] =>
  errors.map(({ path, code }) => ({
    field: path,
    text: `${CUSTOMERS[lang].labels[path] ?? path}: ${FIELD_WORDS[lang][code]}`,
  }));

interface FieldsProps {
  lang: Language;
  typed: Typed;
  /** What the fields hold before anyone types. */
  values: Readonly<Record<string, string>>;
}

/** The fields of a customer. */
export function CustomerFields({ lang, typed, values }: FieldsProps) {
  const words = CUSTOMERS[lang];
  const about = (name: string) => ({ lang, typed, name, label: words.labels[name] ?? name, value: values[name] ?? "" });
  const kinds = Object.fromEntries(CUSTOMER_KINDS.map((kind) => [kind, words.kinds[kind]]));
  return (
    <>
      <Select {...about("kind")} options={kinds} />
      <Field {...about("name")} autocomplete="off" required maxlength={120} />
      <Field {...about("organisation")} autocomplete="off" maxlength={160} hint={words.companyHint} />
      <Field {...about("email")} type="email" autocomplete="off" required />
      <Select {...about("lang")} options={LANGUAGE_NAMES} />
      <Field {...about("phone")} autocomplete="off" maxlength={40} />
      {(["address", "billingAddress"] as const).map((which) => (
        <fieldset>
          <legend>{which === "address" ? words.addressGroup : words.billingGroup}</legend>
          <Field {...about(`${which}.street`)} autocomplete="off" maxlength={120} />
          <Field {...about(`${which}.postalCode`)} autocomplete="off" maxlength={16} />
          <Field {...about(`${which}.city`)} autocomplete="off" maxlength={80} />
          <Field {...about(`${which}.country`)} autocomplete="off" maxlength={2} hint={words.countryHint} />
        </fieldset>
      ))}
      <Field {...about("paymentReference")} autocomplete="off" maxlength={80} hint={words.paymentHint} />
    </>
  );
}
