import type { ImportField } from "../customers/import-row.ts";
import type { FieldError } from "../platform/errors.ts";
import type { Language } from "../platform/languages.ts";
import { FILE_IMPORTS, sayFault } from "./import-words.ts";

const nl = {
  ...FILE_IMPORTS.nl,
  title: "Klanten importeren",
  intro:
    "Je stuurt een CSV-bestand, bekijkt hoe wij het lezen, en start daarna pas. Niemand wordt hierdoor abonnee van de nieuwsbrief.",
  start: "Nieuwe import",
  fileHint: "Een CSV-bestand met een kopregel, tot 100 MB. Elke rij is een klant, met een naam en een e-mailadres.",
  added: "Toegevoegd",
  changed: "Gewijzigd",
  kind: "Soort",
  country: "Land",
  sourceHint: "Eén woord in kleine letters; het staat daarna bij elke nieuwe klant.",
  existing: "Als het klantnummer er al is",
  existings: { update: "de klant bijwerken", skip: "de rij overslaan" } as Readonly<Record<string, string>>,
  noNumber:
    "Geen kolom bevat het klantnummer. Dan krijgt elke rij een nieuw nummer, ook als je hetzelfde bestand al eens importeerde.",
  newNumber: "krijgt een nummer",
  address: "Adres",
  faultsText: "Download ze, verbeter ze in je rekenblad, en importeer alleen dat bestand. We bewaren ze 30 dagen.",
  fields: {
    number: "Klantnummer",
    name: "Naam",
    email: "E-mailadres",
    kind: "Soort",
    organisation: "Organisatie",
    lang: "Taal",
    phone: "Telefoon",
    "address.street": "Straat",
    "address.houseNumber": "Huisnummer, als dat apart staat",
    "address.postalCode": "Postcode",
    "address.city": "Plaats",
    "address.country": "Land",
    "billingAddress.street": "Straat (factuur)",
    "billingAddress.houseNumber": "Huisnummer (factuur)",
    "billingAddress.postalCode": "Postcode (factuur)",
    "billingAddress.city": "Plaats (factuur)",
    "billingAddress.country": "Land (factuur)",
    paymentReference: "Betaalkenmerk",
    ip: "IP-adres",
  } as Readonly<Record<ImportField, string>>,
  special: {
    "row too_long":
      "Er staan meer cellen dan er kolommen zijn. Zet tekst met een scheidingsteken tussen aanhalingstekens.",
    "row required": "Er staan minder cellen dan er kolommen zijn.",
    "number taken": "Dit klantnummer staat eerder in het bestand.",
    "number unknown_value": "Dit klantnummer is van onze reeks, maar niet uitgegeven.",
    "number invalid": "Dit is geen klantnummer: alleen letters, cijfers en streepjes, tot 40 tekens.",
    "address.country invalid": "Dit land kennen we niet. Gebruik twee letters, zoals NL.",
    "billingAddress.country invalid": "Dit land kennen we niet. Gebruik twee letters, zoals NL.",
    "columns required": "Kies de kolom waarin dit staat.",
  } as Readonly<Record<string, string>>,
};

/** What the pages about imports of customers say. */
export const IMPORTS: Readonly<Record<Language, typeof nl>> = {
  nl,
  en: {
    ...FILE_IMPORTS.en,
    title: "Import customers",
    intro:
      "You send a CSV file, see how we read it, and only then start. Nobody becomes a subscriber of the newsletter by this.",
    start: "New import",
    fileHint: "A CSV file with a heading, up to 100 MB. Each row is a customer, with a name and an e-mail address.",
    added: "Added",
    changed: "Changed",
    kind: "Kind",
    country: "Country",
    sourceHint: "One word in small letters; it then stands with every new customer.",
    existing: "When the customer number is there already",
    existings: { update: "update the customer", skip: "skip the row" },
    noNumber:
      "No column holds the customer number. Every row then gets a new number, also when you imported this file before.",
    newNumber: "gets a number",
    address: "Address",
    faultsText: "Download them, mend them in your spreadsheet, and import only that file. We keep them for 30 days.",
    fields: {
      number: "Customer number",
      name: "Name",
      email: "E-mail address",
      kind: "Kind",
      organisation: "Organisation",
      lang: "Language",
      phone: "Phone",
      "address.street": "Street",
      "address.houseNumber": "House number, if that stands apart",
      "address.postalCode": "Postal code",
      "address.city": "City",
      "address.country": "Country",
      "billingAddress.street": "Street (billing)",
      "billingAddress.houseNumber": "House number (billing)",
      "billingAddress.postalCode": "Postal code (billing)",
      "billingAddress.city": "City (billing)",
      "billingAddress.country": "Country (billing)",
      paymentReference: "Payment reference",
      ip: "IP address",
    },
    special: {
      "row too_long": "There are more cells than columns. Put text with a delimiter in it between quotation marks.",
      "row required": "There are fewer cells than columns.",
      "number taken": "This customer number stands earlier in the file.",
      "number unknown_value": "This customer number is of our series, but was not given out.",
      "number invalid": "This is no customer number: letters, digits and hyphens only, up to 40 characters.",
      "address.country invalid": "We do not know this country. Use two letters, such as NL.",
      "billingAddress.country invalid": "We do not know this country. Use two letters, such as NL.",
      "columns required": "Choose the column that holds this.",
    },
  },
};

/** What is wrong with a field of a row or of a plan, in a sentence that names it. */
export const faultInWords = (lang: Language, fault: FieldError): string => sayFault(lang, IMPORTS[lang], fault);
