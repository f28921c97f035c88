import type { Child } from "hono/jsx";
import type { Permission } from "../platform/access.ts";
import { LANGUAGE_NAMES, LANGUAGES, type Language } from "../platform/languages.ts";
import { pageHeaders } from "../platform/page.tsx";
import type { Desk } from "./desk.ts";
import { type Section, SHELL } from "./words.ts";

/** The parts of the admin, in the order of the menu, what one must be allowed, or not, to find them there, and the key after "g". */
const SECTIONS: readonly { name: Section; path: string; key: string; need?: Permission; unless?: Permission }[] = [
  { name: "home", path: "/admin", key: "h" },
  { name: "policy", path: "/admin/policy", key: "p", need: "policy:read" },
  { name: "contact", path: "/admin/contact", key: "i", need: "contact:read" },
  // Who may look into the archive alone begins there.
  { name: "contact", path: "/admin/contact/archive", key: "i", need: "contact:archive", unless: "contact:read" },
  { name: "customers", path: "/admin/customers", key: "c", need: "customers:read" },
  { name: "subscribers", path: "/admin/subscribers", key: "b", need: "newsletter:read" },
  { name: "newsletters", path: "/admin/newsletters", key: "n", need: "newsletter:read" },
  { name: "outbox", path: "/admin/outbox", key: "o", need: "mail:read" },
  { name: "ledger", path: "/admin/ledger", key: "l", need: "ledger:read" },
  { name: "staff", path: "/admin/staff", key: "s", need: "staff:read" },
  { name: "keys", path: "/admin/keys", key: "k", need: "keys:read" },
];
const ACCOUNT_KEY = "a";

const sectionsFor = (desk: Desk) =>
  SECTIONS.filter(
    ({ need, unless }) => (need === undefined || desk.may(need)) && (unless === undefined || !desk.may(unless)),
  );

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Something that is not right with a field of a form. */
export interface Fault {
  field: string;
  text: string;
}

interface ScreenProps {
  title: string;
  /** The part of the menu that this page belongs to. */
  section?: Section;
  /** What has just been done; said once, at the top. */
  done?: string | undefined;
  /** What is not right with the form that was sent. */
  faults?: readonly Fault[];
  /** Whether it shows other pages of ours in frames. */
  hasFrames?: boolean;
  children: Child;
}

function Page({ desk, title, section, done, faults = [], children }: ScreenProps & { desk: Desk }) {
  const { lang, rt } = desk;
  const words = SHELL[lang];
  const company = rt.settings.COMPANY;
  return (
    <html lang={lang}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${faults.length > 0 ? `${words.notRight} ` : ""}${title} – ${words.admin} ${company}`}</title>
        <link rel="stylesheet" href="/admin.css" />
        <link rel="icon" href="data:," />
        <script type="module" src="/admin.js"></script>
      </head>
      <body data-working={words.working}>
        <a class="skip" href="#main">
          {words.skip}
        </a>
        <header class="top">
          <p class="company">
            <a href="/admin">{company}</a>
          </p>
          {desk.visitor ? <Menu desk={desk} section={section} /> : null}
          <Who desk={desk} section={section} />
        </header>
        <main id="main" tabindex={-1}>
          {done ? (
            <p class="done" role="status">
              {done}
            </p>
          ) : null}
          <h1>{title}</h1>
          {faults.length > 0 ? <Faults title={words.notRight} faults={faults} /> : null}
          {children}
        </main>
        {desk.visitor ? <Shortcuts desk={desk} /> : null}
      </body>
    </html>
  );
}

/** Takes the focus, so that it is the first that is read and seen. */
function Faults({ title, faults }: { title: string; faults: readonly Fault[] }) {
  return (
    <div class="fault" role="alert" tabindex={-1} autofocus>
      <p>{title}</p>
      <ul>
        {faults.map(({ field, text }) => (
          <li>
            <a href={`#${field}`}>{text}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Menu({ desk, section }: { desk: Desk; section: Section | undefined }) {
  const words = SHELL[desk.lang];
  return (
    <nav aria-label={words.menu}>
      <ul>
        {sectionsFor(desk).map(({ name, path, key }) => (
          <li>
            <a href={path} data-key={key} {...(name === section ? { "aria-current": "page" } : {})}>
              {words.page[name]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Who({ desk, section }: { desk: Desk; section: Section | undefined }) {
  const { lang, visitor, formToken } = desk;
  const words = SHELL[lang];
  return (
    <div class="who">
      {visitor ? (
        <>
          <p>
            <a
              href="/admin/account"
              data-key={ACCOUNT_KEY}
              {...(section === "account" ? { "aria-current": "page" } : {})}
            >
              {visitor.member.name}
            </a>
            <span class="muted">{words.roles[visitor.member.role]}</span>
          </p>
          {visitor.session ? (
            <form method="post" action="/admin/sign-out">
              <input type="hidden" name="form-token" value={formToken} />
              <button type="submit" class="quiet">
                {words.signOut}
              </button>
            </form>
          ) : null}
          <a href="/admin/help" data-shortcuts>
            {words.shortcuts} <kbd>?</kbd>
          </a>
        </>
      ) : (
        LANGUAGES.filter((other) => other !== lang).map((other) => (
          <a href={inLanguage(desk, other)} lang={other} hreflang={other}>
            {LANGUAGE_NAMES[other]}
          </a>
        ))
      )}
    </div>
  );
}

/** This page in another language; the reply to a form has no address of its own, so it goes to the sign-in. */
function inLanguage({ c }: Desk, lang: Language): string {
  const url = new URL(c.req.method === "GET" ? c.req.url : new URL("/admin/sign-in", c.req.url));
  url.searchParams.set("lang", lang);
  // "//elsewhere" would lead to another site.
  return `${url.pathname.replace(/^\/+/, "/")}${url.search}`;
}

function Shortcuts({ desk }: { desk: Desk }) {
  const words = SHELL[desk.lang];
  return (
    <dialog id="shortcuts" aria-labelledby="shortcuts-title">
      <h2 id="shortcuts-title">{words.shortcuts}</h2>
      <ShortcutList desk={desk} />
      <label class="check">
        <input type="checkbox" data-shortcuts-on />
        <span>{words.useShortcuts}</span>
      </label>
      <form method="dialog">
        <button type="submit" autofocus>
          {words.close}
        </button>
      </form>
    </dialog>
  );
}

/** The keys that the script listens to, with what each does: in a page, and to get to another. */
export function ShortcutList({ desk }: { desk: Desk }) {
  const { page, keys: says } = SHELL[desk.lang];
  const here = Object.entries(says).map(([key, text]) => ({ keys: [key], text }));
  const there = sectionsFor(desk).map(({ name, key }) => ({ keys: ["g", key], text: page[name] }));
  const account = { keys: ["g", ACCOUNT_KEY], text: page.account };
  return (
    <dl class="keys">
      {[...here, ...there, account].map(({ keys, text }) => (
        <div>
          <dt>
            {keys.map((key) => (
              <kbd>{key}</kbd>
            ))}
          </dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What the address says has just been done, in words: one of a page's own list, and nothing for any other name. */
export function doneSaid({ c }: Desk, texts: Readonly<Record<string, string>>): string | undefined {
  const name = c.req.query("done") ?? "";
  return Object.hasOwn(texts, name) ? texts[name] : undefined;
}

/** Replies with a page of the admin, under the headers that all of them have. */
export function replyScreen(desk: Desk, screen: ScreenProps, status = 200): Response {
  const { c, lang } = desk;
  const html = `<!doctype html>${(<Page desk={desk} {...screen} />).toString()}`;
  pageHeaders(c, lang, screen.hasFrames ? `${CSP}; frame-src 'self'` : CSP);
  c.header("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  return c.html(html, status as 200) as Response;
}
