import type { Child } from "hono/jsx";
import type { RefusalCode } from "./errors.ts";
import { type Door, requestIdOf } from "./http.ts";
import { LANGUAGE_NAMES, LANGUAGES, type Language } from "./languages.ts";
import { REFUSAL_WORDS } from "./words.ts";

const WORDS = {
  nl: { skip: "Naar de inhoud", policy: "Privacybeleid", versions: "Alle versies", menu: "Kleine lettertjes" },
  en: { skip: "Skip to content", policy: "Privacy policy", versions: "All versions", menu: "Small print" },
} as const;

const cspOf = (images: string) =>
  `default-src 'none'; style-src 'self'; img-src ${images}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
const CSP = cspOf("'self' data:");
/** What staff wrote may show images from anywhere. */
const CSP_WITH_IMAGES = cspOf("https: data:");

/** For the page that has a script of its own. */
const CSP_WITH_SCRIPT = `${CSP}; script-src 'self'; connect-src 'self'`;

interface PageProps {
  c: Door;
  lang: Language;
  title: string;
  children: Child;
  /** The address of a script without which the page works just so. */
  script?: string;
}

function Page({ c, lang, title, children, script }: PageProps) {
  const words = WORDS[lang];
  const company = c.var.rt.settings.COMPANY;
  return (
    <html lang={lang}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} – ${company}`}</title>
        <link rel="stylesheet" href="/pages.css" />
        <link rel="icon" href="data:," />
        {script ? <script type="module" src={script} /> : null}
      </head>
      <body>
        <a class="skip" href="#main">
          {words.skip}
        </a>
        <header class="bar">
          <span class="company">{company}</span>
          <nav aria-label={words.menu}>
            <a href={`/policy?lang=${lang}`}>{words.policy}</a>
            <a href={`/policy/versions?lang=${lang}`}>{words.versions}</a>
            {otherLanguages(c, lang).map((other) => (
              <a href={inLanguage(c, other)} lang={other} hreflang={other}>
                {LANGUAGE_NAMES[other]}
              </a>
            ))}
          </nav>
        </header>
        <main id="main">{children}</main>
      </body>
    </html>
  );
}

/** What this page can also be read in. The reply to a form has no address of its own, so it cannot. */
function otherLanguages(c: Door, lang: Language): readonly Language[] {
  return c.req.method === "GET" ? LANGUAGES.filter((other) => other !== lang) : [];
}

function inLanguage(c: Door, lang: Language): string {
  const url = new URL(c.req.url);
  url.searchParams.set("lang", lang);
  // "//elsewhere" would lead to another site.
  return `${url.pathname.replace(/^\/+/, "/")}${url.search}`;
}

/** Replies with a whole page in the house style. */
export function replyPage(
  c: Door,
  { hasImages = false, ...page }: Omit<PageProps, "c"> & { hasImages?: boolean },
  status = 200,
) {
  const html = `<!doctype html>${(<Page c={c} {...page} />).toString()}`;
  pageHeaders(c, page.lang, hasImages ? CSP_WITH_IMAGES : page.script ? CSP_WITH_SCRIPT : CSP);
  return c.html(html, status as 200);
}

/** The headers of every page of ours: what it may load, who may frame or open it, and what it says of where it was. */
export function pageHeaders(c: Door, lang: Language, csp: string): void {
  c.header("Content-Language", lang);
  c.header("Content-Security-Policy", csp);
  c.header("Cross-Origin-Opener-Policy", "same-origin");
  c.header("Cross-Origin-Resource-Policy", "same-origin");
  // Not "no-referrer": browsers then send "Origin: null" with the forms of our own pages.
  c.header("Referrer-Policy", "same-origin");
  if (c.var.rt.settings.ORIGIN.startsWith("https:")) c.header("Strict-Transport-Security", "max-age=31536000");
  c.header("Vary", "Accept-Language", { append: true });
}

/** Replies with the page that explains a refusal; an unknown failure shows the request's id and nothing else. */
export function replyRefusal(c: Door, lang: Language, code: RefusalCode, status: number) {
  const { title, advice } = REFUSAL_WORDS[lang][code];
  const children = (
    <>
      <h1>{title}</h1>
      <p>{advice}</p>
      {code === "internal" ? <p class="muted">{requestIdOf(c)}</p> : null}
    </>
  );
  return replyPage(c, { lang, title, children }, status);
}

interface ActionProps {
  title: string;
  text: string;
  label: string;
}

/**
 * A page with one button that does what a link in a mail is for. Opening the link changes nothing (DESIGN.md 6,
 * no. 2): scanners open every link. The form posts to its own address, token included.
 */
export function replyAction(c: Door, lang: Language, { title, text, label }: ActionProps) {
  const children = (
    <>
      <h1>{title}</h1>
      <p>{text}</p>
      <form method="post">
        <button type="submit">{label}</button>
      </form>
    </>
  );
  return replyPage(c, { lang, title, children });
}

/** A page that says what has happened and what happens next. */
export function replyDone(c: Door, lang: Language, [title, ...paragraphs]: readonly [string, ...string[]]) {
  const children = (
    <>
      <h1>{title}</h1>
      {paragraphs.map((text) => (
        <p>{text}</p>
      ))}
    </>
  );
  return replyPage(c, { lang, title, children });
}
