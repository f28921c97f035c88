import { renderHtml, renderText } from "../mail/render.tsx";
import { Refusal } from "../platform/errors.ts";
import type { Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { letterOf, NOBODY, webVersion } from "./campaign-letter.ts";
import type { Campaign } from "./campaign-store.ts";
import { isWritten } from "./campaign-text.ts";

/** A newsletter's saved text in a language as a mail shows it, for nobody in particular; its links lead to no one's page. Refuses invalid_input for a text that is not written. */
export function previewOf(rt: Runtime, campaign: Campaign, lang: Language) {
  const text = campaign.texts[lang];
  if (!isWritten(text)) throw new Refusal("invalid_input", { errors: [{ path: "lang", code: "unknown_value" }] });
  const page = (name: string) => `${rt.settings.ORIGIN}/newsletter/${name}`;
  const links = {
    unsubscribe: page("unsubscribe"),
    preferences: page("preferences"),
    web: webVersion(rt.settings, campaign),
  };
  const letter = letterOf(text, { ...NOBODY, lang }, links, rt.settings);
  const { subject, preheader } = letter;
  return {
    lang,
    subject,
    preheader,
    html: renderHtml(letter, lang, rt.settings),
    text: renderText(letter, rt.settings),
  };
}
