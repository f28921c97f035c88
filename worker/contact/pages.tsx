import type { FieldError } from "../platform/errors.ts";
import type { Language } from "../platform/languages.ts";
import { attributesOf, EnterButton, FieldBox } from "./fields.tsx";
import { PURPOSE } from "./person-words.ts";

type Field = "email" | "name" | "subject" | "message";

type Paragraphs = readonly [title: string, ...paragraphs: string[]];

interface PageWords {
  confirm: { title: string; text: string; label: string };
  confirmed(reference: string): Paragraphs;
  sent: Paragraphs;
  form: { title: string; text: string };
  fields: Readonly<Record<Field, string>>;
  send: string;
}

/** What the contact pages say. */
export const PAGE_WORDS: Readonly<Record<Language, PageWords>> = {
  nl: {
    confirm: {
      title: "Verstuur je bericht",
      text: "Klik op de knop. Daarna komt je bericht bij ons aan.",
      label: "Bericht versturen",
    },
    confirmed: (reference: string) => [
      "Je bericht is verstuurd",
      `Het is bewaard onder nummer ${reference}. We stuurden je een mail met dit nummer en antwoorden per e-mail.`,
    ],
    sent: [
      "Nog één stap",
      "We stuurden je een mail. Klik daarin op de knop: pas dan komt je bericht bij ons aan. De link werkt zeven dagen.",
      "Geen mail? Kijk in de map met ongewenste mail, of controleer of je adres goed was.",
    ],
    form: { title: "Er klopt nog iets niet", text: "Je bericht is nog niet verstuurd. Wat je typte staat er nog." },
    fields: { email: "E-mailadres", name: "Naam (mag leeg)", subject: "Onderwerp (mag leeg)", message: "Bericht" },
    send: "Bericht versturen",
  },
  en: {
    confirm: {
      title: "Send your message",
      text: "Press the button. After that your message reaches us.",
      label: "Send message",
    },
    confirmed: (reference: string) => [
      "Your message is sent",
      `It is kept under number ${reference}. We mailed you this number and will answer by e-mail.`,
    ],
    sent: [
      "One more step",
      "We sent you a mail. Press the button in it: only then your message reaches us. The link works for seven days.",
      "No mail? Look in your spam folder, or check that your address was right.",
    ],
    form: { title: "Something is not right yet", text: "Your message was not sent. What you typed is still here." },
    fields: { email: "E-mail address", name: "Name (optional)", subject: "Subject (optional)", message: "Message" },
    send: "Send message",
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

/** The contact form with what was typed still in it and each error beside its field. */
export function FormPage({ lang, action, values, errors, fault }: FormProps) {
  const words = PAGE_WORDS[lang];
  return (
    <>
      <h1>{words.form.title}</h1>
      <p role="alert">
        {fault} {words.form.text}
      </p>
      <form method="post" action={action} novalidate>
        <EnterButton />
        <input type="hidden" name="lang" value={lang} />
        <FormField {...{ lang, values, errors }} name="email" type="email" autocomplete="email" />
        <FormField {...{ lang, values, errors }} name="name" type="text" autocomplete="name" />
        <FormField {...{ lang, values, errors }} name="subject" type="text" autocomplete="off" />
        <FormField {...{ lang, values, errors }} name="message" type="area" autocomplete="off" />
        <p class="muted">{PURPOSE[lang]}</p>
        <button type="submit">{words.send}</button>
      </form>
    </>
  );
}

interface FieldProps {
  lang: Language;
  values: Readonly<Record<string, string>>;
  errors: readonly FieldError[];
  name: Field;
  type: "email" | "text" | "area";
  autocomplete: string;
}

function FormField({ lang, values, errors, name, type, autocomplete }: FieldProps) {
  const required = name === "email" || name === "message";
  const common = { ...attributesOf(name, errors), autocomplete, required };
  return (
    <FieldBox lang={lang} errors={errors} name={name} label={PAGE_WORDS[lang].fields[name]}>
      {type === "area" ? (
        <textarea {...common} rows={8}>
          {values[name] ?? ""}
        </textarea>
      ) : (
        <input {...common} type={type} value={values[name] ?? ""} />
      )}
    </FieldBox>
  );
}
