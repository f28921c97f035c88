import type { Language } from "../platform/languages.ts";

interface Shortcut {
  /** Pressed one after the other. */
  keys: readonly string[];
  says: Readonly<Record<Language, string>>;
}

/** The keyboard's short ways; widget/admin/shortcuts.ts does what they say. */
export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ["?"], says: { nl: "Deze lijst", en: "This list" } },
  { keys: ["/"], says: { nl: "Naar het eerste filter", en: "To the first filter" } },
  { keys: ["j"], says: { nl: "Volgende rij", en: "Next row" } },
  { keys: ["k"], says: { nl: "Vorige rij", en: "Previous row" } },
  { keys: ["n"], says: { nl: "Volgende bladzijde", en: "Next page" } },
  { keys: ["g", "v"], says: { nl: "Vandaag", en: "Today" } },
  { keys: ["g", "u"], says: { nl: "Uitgaande mail", en: "Outgoing mail" } },
  { keys: ["g", "l"], says: { nl: "Logboek", en: "Ledger" } },
  { keys: ["g", "m"], says: { nl: "Medewerkers", en: "Staff" } },
  { keys: ["g", "s"], says: { nl: "API-sleutels", en: "API keys" } },
  { keys: ["g", "a"], says: { nl: "Mijn account", en: "My account" } },
];
