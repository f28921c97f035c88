import type { Language } from "../platform/languages.ts";

/**
 * Every consent sentence that our form has ever shown beside its button. Consents refer to one by its SHA-256, so a
 * sentence is never changed or removed: a new one goes on top, and widget/i18n shows it (a test compares the two).
 */
export const WORDINGS: Readonly<Record<Language, readonly [current: string, ...earlier: string[]]>> = {
  nl: ["Ik wil de nieuwsbrief per e-mail ontvangen. Ik kan me altijd weer afmelden, met een link in elke mail."],
  en: ["I want to receive the newsletter by e-mail. I can leave at any time, by a link in every mail."],
};

/**
 * Every sentence that our page has ever shown beside the button with which somebody confirms. Whom an import brought without
 * proof consents under this: they never saw what the import states. Changed as WORDINGS is.
 */
export const CONFIRM_WORDINGS: typeof WORDINGS = {
  nl: ["Klik op de knop om de nieuwsbrief te ontvangen. Je kunt je altijd weer afmelden."],
  en: ["Press the button to receive the newsletter. You can leave at any time."],
};
