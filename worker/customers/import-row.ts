import { withoutApostrophe } from "../platform/csv.ts";
import { type RefusedRow, widthFault } from "../platform/csv-import.ts";
import { type FieldError, Refusal } from "../platform/errors.ts";
import { parse } from "../platform/http.ts";
import type { Settings } from "../platform/settings.ts";
import { numberFault } from "./number.ts";
import { isWholeIban, looksLikeCard } from "./payment.ts";
import { type CustomerInput, customerShape } from "./shapes.ts";
import type { ImportPlan } from "./tables.ts";

/** What a column of a file can hold. A house number of its own is joined to its street. */
export const IMPORT_FIELDS = [
  "number",
  "name",
  "email",
  "kind",
  "organisation",
  "lang",
  "phone",
  "address.street",
  "address.houseNumber",
  "address.postalCode",
  "address.city",
  "address.country",
  "billingAddress.street",
  "billingAddress.houseNumber",
  "billingAddress.postalCode",
  "billingAddress.city",
  "billingAddress.country",
  "paymentReference",
  "ip",
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

/** A row that can be stored; without a number it is given one. */
export interface GoodRow {
  row: number;
  number: string | null;
  customer: CustomerInput;
  /** Whether the row itself says these, or the plan does. */
  says: { kind: boolean; lang: boolean };
}

/** A row that cannot, as it stands in the file but for numbers of cards and accounts, and why. */
export interface BadRow extends RefusedRow {
  cells: string[];
}

/** Heading → field, the first that fits; headings in lower case, letters only. What is of a bill is asked apart. */
const HEADINGS: readonly (readonly [RegExp, ImportField])[] = [
  [/mail/, "email"],
  [/huisn|housen|^hnr$/, "address.houseNumber"],
  [/postc|postal|zip/, "address.postalCode"],
  [/plaats|stad|city|town/, "address.city"],
  [/^land|country/, "address.country"],
  [/^ip/, "ip"],
  [/straat|street|adres|address/, "address.street"],
  [/organi[sz]at|bedrijf|company|firm/, "organisation"],
  [/^(klant|customer|client|relatie|debiteur(en)?)?(nummer|nr|number|no|id|code)$/, "number"],
  [/betaal|payment|iban|mandaat|mandate/, "paymentReference"],
  [/tel|phone|mobi/, "phone"],
  [/soort|kind|type/, "kind"],
  [/taal|lang/, "lang"],
  [/naam|name/, "name"],
];

/** Which column holds which field, guessed from what the columns are called in Dutch and English. */
export function guessColumns(headings: readonly string[]): Record<string, string> {
  const columns: Record<string, string> = {};
  for (const heading of headings) {
    const plain = heading
      .normalize("NFD")
      .toLowerCase()
      .replace(/[^a-z]/g, "");
    const isBilling = /factu|billing|invoice/.test(plain);
    const found = HEADINGS.find(([pattern]) => pattern.test(plain))?.[1];
    const field = isBilling ? found?.replace("address.", "billingAddress.") : found;
    if (field === undefined || (isBilling && !field.startsWith("billingAddress."))) continue;
    columns[field] ??= heading;
  }
  return columns;
}

/** Words for a kind that people write in files. */
const KINDS: Readonly<Record<string, string>> = {
  particulier: "private",
  privé: "private",
  prive: "private",
  consumer: "private",
  medewerker: "employee",
  werknemer: "employee",
  bedrijf: "company",
  zakelijk: "company",
  organisatie: "company",
  business: "company",
};
const LANGS: Readonly<Record<string, string>> = { nederlands: "nl", dutch: "nl", engels: "en", english: "en" };

/** Reads rows as a plan says. */
export function rowReader(
  settings: Settings,
  plan: ImportPlan,
): (row: number, cells: readonly string[]) => GoodRow | BadRow {
  const places = new Map(Object.entries(plan.columns).map(([field, name]) => [field, plan.headings.indexOf(name)]));
  return (row, raw) => {
    const refuse = (errors: readonly FieldError[]): BadRow => {
      const isPaymentWrong = errors.some(({ path }) => path === "paymentReference");
      const secret = isPaymentWrong ? places.get("paymentReference") : undefined;
      const cells = maskedCells(raw).map((cell, place) => (place === secret ? maskedAccount(cell) : cell));
      return { row, cells, errors };
    };
    const asWhole = widthFault(plan, raw);
    if (asWhole !== null) return refuse([asWhole]);
    const cell = (field: ImportField) => withoutApostrophe(raw[places.get(field) ?? -1] ?? "").trim();
    const number = cell("number");
    const fault = number === "" ? null : numberFault(settings, number);
    const errors: FieldError[] = fault === null ? [] : [{ path: "number", code: fault }];
    try {
      const customer = parse(customerShape, written(cell, plan));
      const says = { kind: cell("kind") !== "", lang: cell("lang") !== "" };
      return errors.length > 0 ? refuse(errors) : { row, number: number || null, customer, says };
    } catch (error) {
      if (!(error instanceof Refusal) || error.errors === undefined) throw error;
      return refuse([...errors, ...error.errors]);
    }
  };
}

/** A customer as the cells of a row say, for the shape to judge. */
function written(cell: (field: ImportField) => string, plan: ImportPlan): unknown {
  const [kind, lang] = [cell("kind").toLowerCase(), cell("lang").toLowerCase()];
  return {
    kind: kind === "" ? plan.kind : (KINDS[kind] ?? kind),
    name: cell("name"),
    organisation: cell("organisation"),
    email: cell("email"),
    lang: lang === "" ? plan.lang : (LANGS[lang] ?? lang.replace(/[-_].*/, "")),
    phone: cell("phone"),
    address: addressOf(cell, "address", plan),
    billingAddress: addressOf(cell, "billingAddress", plan),
    paymentReference: cell("paymentReference"),
    ip: cell("ip") || null,
    source: plan.source,
  };
}

function addressOf(cell: (field: ImportField) => string, which: "address" | "billingAddress", plan: ImportPlan) {
  const street = `${cell(`${which}.street`)} ${cell(`${which}.houseNumber`)}`.trim();
  const [postalCode, city] = [cell(`${which}.postalCode`), cell(`${which}.city`)];
  const country = cell(`${which}.country`);
  return { street, postalCode, city, country: country === "" ? plan.country : countryOf(country) };
}

let countries: ReadonlyMap<string, string> | undefined;

/** The code of a country that is written out in Dutch or English; any other text as it is. */
function countryOf(text: string): string {
  countries ??= namesOfCountries();
  return countries.get(text.toLowerCase()) ?? text;
}

function namesOfCountries(): ReadonlyMap<string, string> {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  return new Map(
    ["nl", "en"].flatMap((lang) => {
      const names = new Intl.DisplayNames(lang, { type: "region", fallback: "none" });
      return codes.flatMap((code) => {
        const name = names.of(code);
        return name === undefined ? [] : [[name.toLowerCase(), code] as const];
      });
    }),
  );
}

/** A text of whose letters and digits only the last four can be read. */
const maskedAccount = (text: string): string =>
  text.replace(/[\p{L}\p{N}](?=(?:[^\p{L}\p{N}]*[\p{L}\p{N}]){4})/gu, "•");

/** Cells as they may be kept: of a card's or account's number, under whatever heading, only the last four characters. */
export const maskedCells = (cells: readonly string[]): string[] =>
  cells.map((cell) => {
    if (isWholeIban(cell)) return maskedAccount(cell);
    return looksLikeCard(cell) ? cell.replace(/\d(?=(?:\D*\d){4})/g, "•") : cell;
  });
