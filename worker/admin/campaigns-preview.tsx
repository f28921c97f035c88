import { type Look, renderHtml, renderText } from "../mail/render.tsx";
import { letterOf, webVersion } from "../newsletter/campaign-letter.ts";
import type { Campaign } from "../newsletter/campaign-store.ts";
import { LANGUAGE_NAMES, type Language } from "../platform/languages.ts";
import { escapeMarkup } from "../platform/markup.ts";
import { pageHeaders } from "../platform/page.tsx";
import { CAMPAIGNS } from "./campaigns-words.ts";
import type { StaffDesk } from "./desk.ts";

const LOOKS = ["light", "dark", "phone", "text"] as const;
type LookName = (typeof LOOKS)[number];

const MAIL_LOOKS: Readonly<Record<Exclude<LookName, "text">, Look>> = {
  light: { scheme: "light" },
  dark: { scheme: "dark" },
  phone: { scheme: "light", width: 375 },
};

/** What is written may show images from anywhere; nothing runs, and no page but ours frames it, whose script renews what it shows. */
const CSP =
  "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin";

const lookOf = (wish: string | undefined): LookName => LOOKS.find((look) => look === wish) ?? "light";

interface PreviewProps {
  desk: StaffDesk;
  /** The language of the text. */
  text: Language;
  /** The newsletter's page. */
  path: string;
  look?: string | undefined;
  /** Whether it follows what is typed in the form that it stands in; else it shows what is saved. */
  isLive?: boolean;
}

/** How a text will look in a mail program, in a frame of its own. */
export function Preview({ desk, text, path, look, isLive = false }: PreviewProps) {
  const words = CAMPAIGNS[desk.lang];
  const frame = `${text}-preview`;
  const shown = lookOf(look);
  const at = (name: LookName) => `${path}/preview?text=${text}&look=${name}`;
  return (
    <div class="frame">
      {isLive ? (
        <fieldset class="looks">
          <legend class="hidden">
            {words.look} ({LANGUAGE_NAMES[text]})
          </legend>
          {LOOKS.map((name) => (
            <label>
              <input type="radio" name={`${text}-look`} value={name} checked={name === shown} />
              <span>{words.looks[name]}</span>
            </label>
          ))}
        </fieldset>
      ) : (
        <p class="row">
          {LOOKS.map((name) => (
            <a href={at(name)} target={frame}>
              {words.looks[name]}
            </a>
          ))}
        </p>
      )}
      <iframe name={frame} title={words.previewOf(LANGUAGE_NAMES[text])} src={at(shown)} />
      {isLive ? (
        <button
          type="submit"
          class="second"
          formaction={`${path}/preview?text=${text}`}
          formtarget={frame}
          formnovalidate
          data-scriptless
        >
          {words.showPreview}
        </button>
      ) : null}
    </div>
  );
}

/** A text, and how its newsletter stands in the archive. */
type Shown = Pick<Campaign, "isPublic" | "slug"> & { text: Campaign["texts"][string] };

/** Replies with a text as a mail program shows it, to who is signed in as if they were its reader. */
export function replyPreview(
  desk: StaffDesk,
  { text, ...campaign }: Shown,
  lang: Language,
  wish: string | undefined,
): Response {
  const { c, rt, member } = desk;
  const page = (name: string) => `${rt.settings.ORIGIN}/newsletter/${name}`;
  const links = {
    unsubscribe: page("unsubscribe"),
    preferences: page("preferences"),
    web: webVersion(rt.settings, campaign),
  };
  const look = lookOf(wish);
  const letter = letterOf(text, { email: member.email, name: member.name, lang }, links, rt.settings);
  pageHeaders(c, lang, CSP);
  const isEmpty = text.subject.trim() === "" && text.markdown.trim() === "";
  if (isEmpty) return c.html(plainPage(desk, CAMPAIGNS[desk.lang].noText, desk.lang)) as Response;
  return c.html(
    look === "text"
      ? plainPage(desk, renderText(letter, rt.settings), lang)
      : renderHtml(letter, lang, rt.settings, MAIL_LOOKS[look]),
  ) as Response;
}

/** A mail's text part as a mail program shows it. */
function plainPage(desk: StaffDesk, text: string, lang: Language): string {
  const title = escapeMarkup(CAMPAIGNS[desk.lang].looks.text);
  const style = "margin:16px;white-space:pre-wrap;overflow-wrap:anywhere;font:14px/20px ui-monospace,monospace";
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="color-scheme" content="light"><title>${title}</title></head><body><pre style="${style}">${escapeMarkup(text)}</pre></body></html>`;
}
