import type { Role } from "../platform/access.ts";
import type { Language } from "../platform/languages.ts";

interface ShellWords {
  admin: string;
  skip: string;
  menu: string;
  signOut: string;
  shortcuts: string;
  useShortcuts: string;
  /** What each key does in a page; widget/admin/shortcuts.ts listens to them. */
  keys: Readonly<Record<"?" | "/" | "j" | "k" | "n", string>>;
  close: string;
  page: Readonly<Record<Section, string>>;
  roles: Readonly<Record<Role, string>>;
  cancel: string;
  save: string;
  filter: string;
  clear: string;
  more: string;
  first: string;
  sortBy: string;
  working: string;
  notRight: string;
  none: string;
  by: string;
  command: string;
}

export type Section =
  | "home"
  | "contact"
  | "customers"
  | "subscribers"
  | "newsletters"
  | "policy"
  | "ledger"
  | "outbox"
  | "staff"
  | "keys"
  | "account"
  | "help";

/** What every page of the admin says. */
export const SHELL: Readonly<Record<Language, ShellWords>> = {
  nl: {
    admin: "Beheer",
    skip: "Naar de inhoud",
    menu: "Onderdelen",
    signOut: "Afmelden",
    shortcuts: "Sneltoetsen",
    useShortcuts: "Sneltoetsen gebruiken op dit apparaat",
    keys: {
      "?": "Deze lijst",
      "/": "Naar het eerste filter",
      j: "Volgende rij",
      k: "Vorige rij",
      n: "Volgende bladzijde",
    },
    close: "Sluiten",
    page: {
      home: "Vandaag",
      contact: "Gesprekken",
      customers: "Klanten",
      subscribers: "Abonnees",
      newsletters: "Nieuwsbrieven",
      ledger: "Logboek",
      policy: "Privacybeleid",
      outbox: "Uitgaande mail",
      staff: "Medewerkers",
      keys: "API-sleutels",
      account: "Mijn account",
      help: "Sneltoetsen",
    },
    roles: {
      owner: "eigenaar",
      marketing: "marketing",
      support: "support",
      privacy: "privacy",
      auditor: "auditor (alleen lezen)",
    },
    cancel: "Annuleren",
    save: "Opslaan",
    filter: "Filteren",
    clear: "Filters wissen",
    more: "Volgende",
    first: "Naar het begin",
    sortBy: "Sorteren op",
    working: "Bezig…",
    notRight: "Er klopt iets niet:",
    none: "–",
    by: "door",
    command: "een opdracht op de server",
  },
  en: {
    admin: "Admin",
    skip: "Skip to content",
    menu: "Sections",
    signOut: "Sign out",
    shortcuts: "Keyboard shortcuts",
    useShortcuts: "Use keyboard shortcuts on this device",
    keys: { "?": "This list", "/": "To the first filter", j: "Next row", k: "Previous row", n: "Next page" },
    close: "Close",
    page: {
      home: "Today",
      contact: "Conversations",
      customers: "Customers",
      subscribers: "Subscribers",
      newsletters: "Newsletters",
      ledger: "Ledger",
      policy: "Privacy policy",
      outbox: "Outgoing mail",
      staff: "Staff",
      keys: "API keys",
      account: "My account",
      help: "Keyboard shortcuts",
    },
    roles: {
      owner: "owner",
      marketing: "marketing",
      support: "support",
      privacy: "privacy",
      auditor: "auditor (read only)",
    },
    cancel: "Cancel",
    save: "Save",
    filter: "Filter",
    clear: "Clear filters",
    more: "Next",
    first: "Back to the start",
    sortBy: "Sort by",
    working: "Working…",
    notRight: "Something is not right:",
    none: "–",
    by: "by",
    command: "a command on the server",
  },
};
