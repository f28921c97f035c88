import type { FieldError } from "../platform/errors.ts";
import type { Language } from "../platform/languages.ts";
import { FIELD_WORDS } from "../platform/words.ts";
import { CUSTOMER_KINDS } from "./tables.ts";

type Paragraphs = readonly [title: string, ...paragraphs: string[]];

/** The text fields of the form without JavaScript, in their order, with what a browser may fill in by itself. */
const FIELDS = {
  name: "name",
  organisation: "organization",
  email: "email",
  phone: "tel",
  "address.street": "street-address",
  "address.postalCode": "postal-code",
  "address.city": "address-level2",
  "address.country": "country",
  "billingAddress.street": "billing street-address",
  "billingAddress.postalCode": "billing postal-code",
  "billingAddress.city": "billing address-level2",
  "billingAddress.country": "billing country",
} as const;
type Field = keyof typeof FIELDS;

const NEEDED: readonly string[] = ["name", "email"] satisfies Field[];

interface PageWords {
  confirm: { title: string; text: string; label: string };
  confirmed(number: string): Paragraphs;
  sent: Paragraphs;
  form: { title: string; text: string };
  kind: string;
  kinds: Readonly<Record<(typeof CUSTOMER_KINDS)[number], string>>;
  fields: Readonly<Record<Field, string>>;
  send: string;
}

/** What the pages about registering say. */
export const PAGE_WORDS: Readonly<Record<Language, PageWords>> = {
  nl: {
    confirm: {
      title: "Bevestig je registratie",
      text: "Klik op de knop. Daarna krijg je een klantnummer.",
      label: "Registratie bevestigen",
    },
    confirmed: (number) => [
      "Je bent geregistreerd",
      `Je klantnummer is ${number}. We stuurden je een mail met dit nummer.`,
      "Je krijgt onze nieuwsbrief niet vanzelf. Wil je die wel? Meld je dan aan op onze website.",
    ],
    sent: [
      "Nog één stap",
      "We stuurden je een mail. Klik daarin op de knop: pas dan krijg je een klantnummer. De link werkt zeven dagen.",
      "Geen mail? Kijk in de map met ongewenste mail, of controleer of je adres goed was.",
    ],
    form: { title: "Er klopt nog iets niet", text: "Je bent nog niet geregistreerd. Wat je typte staat er nog." },
    kind: "Je bent",
    kinds: { private: "Particulier", employee: "Medewerker", company: "Bedrijf" },
    fields: {
      name: "Naam",
      organisation: "Bedrijf of organisatie (nodig als je een bedrijf bent)",
      email: "E-mailadres",
      phone: "Telefoonnummer (mag leeg)",
      "address.street": "Straat en huisnummer (mag leeg)",
      "address.postalCode": "Postcode",
      "address.city": "Plaats",
      "address.country": "Land: twee letters, zoals NL",
      "billingAddress.street": "Factuuradres: straat en huisnummer (alleen als dat een ander adres is)",
      "billingAddress.postalCode": "Factuuradres: postcode",
      "billingAddress.city": "Factuuradres: plaats",
      "billingAddress.country": "Factuuradres: land, twee letters",
    },
    send: "Registreren",
  },
  en: {
    confirm: {
      title: "Confirm your registration",
      text: "Press the button. After that you get a customer number.",
      label: "Confirm registration",
    },
    confirmed: (number) => [
      "You are registered",
      `Your customer number is ${number}. We mailed you this number.`,
      "You do not get our newsletter by itself. Would you like it? Then sign up on our website.",
    ],
    sent: [
      "One more step",
      "We sent you a mail. Press the button in it: only then you get a customer number. The link works for seven days.",
      "No mail? Look in your spam folder, or check that your address was right.",
    ],
    form: { title: "Something is not right yet", text: "You are not registered yet. What you typed is still here." },
    kind: "You are",
    kinds: { private: "A private person", employee: "An employee", company: "A company" },
    fields: {
      name: "Name",
      organisation: "Company or organisation (needed if you are a company)",
      email: "E-mail address",
      phone: "Telephone number (optional)",
      "address.street": "Street and house number (optional)",
      "address.postalCode": "Postal code",
      "address.city": "City",
      "address.country": "Country: two letters, such as NL",
      "billingAddress.street": "Billing address: street and house number (only if that is another address)",
      "billingAddress.postalCode": "Billing address: postal code",
      "billingAddress.city": "Billing address: city",
      "billingAddress.country": "Billing address: country, two letters",
    },
    send: "Register",
  },
};

interface FormProps {
  lang: Language;
  action: string;
  values: Readonly<Record<string, string>>;
  errors: readonly FieldError[];
  /** A sentence for what is wrong with the form as a whole. */
  fault: string | null;
}

/** The registration form with what was typed still in it and each error beside its field. */
export function FormPage({ lang, action, values, errors, fault }: FormProps) {
  const words = PAGE_WORDS[lang];
  return (
    <>
      <h1>{words.form.title}</h1>
      <p role="alert">
        {fault} {words.form.text}
      </p>
      <form method="post" action={action} novalidate>
        <input type="hidden" name="lang" value={lang} />
        <FieldBox {...{ lang, errors }} name="kind" label={words.kind}>
          <select {...attributesOf("kind", errors)} required>
            {CUSTOMER_KINDS.map((kind) => (
              <option value={kind} selected={values["kind"] === kind}>
                {words.kinds[kind]}
              </option>
            ))}
          </select>
        </FieldBox>
        {(Object.keys(FIELDS) as Field[]).map((name) => (
          <FieldBox {...{ lang, errors, name }} label={words.fields[name]}>
            <input
              {...attributesOf(name, errors)}
              type={name === "email" || name === "phone" ? { email: "email", phone: "tel" }[name] : "text"}
              autocomplete={FIELDS[name]}
              required={NEEDED.includes(name)}
              value={values[name] ?? ""}
            />
          </FieldBox>
        ))}
        <button type="submit">{words.send}</button>
      </form>
    </>
  );
}

const errorOf = (name: string, errors: readonly FieldError[]) => errors.find(({ path }) => path === name);

const attributesOf = (name: string, errors: readonly FieldError[]) => ({
  id: name,
  name,
  ...(errorOf(name, errors) ? { "aria-invalid": "true" as const, "aria-describedby": `${name}-error` } : {}),
});

interface FieldBoxProps {
  lang: Language;
  errors: readonly FieldError[];
  name: string;
  label: string;
  children: unknown;
}

function FieldBox({ lang, errors, name, label, children }: FieldBoxProps) {
  const error = errorOf(name, errors);
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {error ? (
        <p class="error" id={`${name}-error`}>
          {FIELD_WORDS[lang][error.code]}
        </p>
      ) : null}
      {children}
    </div>
  );
}
