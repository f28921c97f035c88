import type { Language } from "../platform/languages.ts";

/**
 * Every consent sentence that our form has ever shown beside its button. Consents refer to one by its SHA-256, so a
 * sentence is never changed or removed: a new one goes on top, and widget/i18n shows it (a test compares the two).
 */
export const WORDINGS: Readonly<Record<Language, readonly [current: string, ...earlier: string[]]>> = {
  nl: ["Ik wil de nieuwsbrief per e-mail ontvangen. Ik kan me altijd weer afmelden, met een link in elke mail."],
  en: ["I want to receive the newsletter by e-mail. I can leave at any time, by a link in every mail."],
};
