import { Hono } from "hono";
import { raw } from "hono/html";
import { SignJWT } from "jose";
import { type MailboxMail, readMailbox } from "../mail/mailbox.ts";
import { utf8 } from "../platform/bytes.ts";
import { Refusal } from "../platform/errors.ts";
import { type House, languageOf } from "../platform/http.ts";
import { replyPage } from "../platform/page.tsx";
import { demoLinks } from "./staff.ts";

/** The customer who is signed in to the demo's control panel. */
const DEMO_CUSTOMER = { number: "10004217", email: "klant@example.nl" };

const WORDS = {
  nl: {
    title: "Demo-postbus",
    intro: "Elke mail die zou zijn verstuurd. De links werken.",
    none: "Nog geen mail. Meld je aan voor de nieuwsbrief of stuur een bericht; een mail komt binnen een paar tellen.",
    to: "Aan",
    html: "Bekijk de opgemaakte mail",
    headers: "Kopregels",
    refresh: "Vernieuwen",
  },
  en: {
    title: "Demo mailbox",
    intro: "Every mail that would have gone out. The links work.",
    none: "No mail yet. Join the newsletter or send a message; a mail arrives within a few seconds.",
    to: "To",
    html: "See the mail as designed",
    headers: "Headers",
    refresh: "Refresh",
  },
} as const;

/** What only a developer's machine has. Elsewhere every address here answers as if it did not exist. */
export const devRoutes = new Hono<House>();

for (const path of ["/dev/*", "/panel/token"]) {
  devRoutes.use(path, async (c, next) => {
    if (c.var.rt.settings.ENVIRONMENT !== "development") throw new Refusal("not_found");
    await next();
  });
}

devRoutes.get("/dev/mailbox.json", async (c) => c.json(await readMailbox(c.var.rt)));

devRoutes.get("/dev/mailbox", async (c) => {
  const lang = languageOf(c);
  const words = WORDS[lang];
  const mails = await readMailbox(c.var.rt);
  const children = (
    <>
      <h1>{words.title}</h1>
      <p>
        {words.intro} <a href={`/dev/mailbox?lang=${lang}`}>{words.refresh}</a>
      </p>
      {mails.length === 0 ? <p class="note">{words.none}</p> : null}
      {mails.map((mail) => (
        <Mail mail={mail} lang={lang} />
      ))}
    </>
  );
  return replyPage(c, { lang, title: words.title, children });
});

devRoutes.get("/dev/mailbox/:id", async (c) => {
  const mail = (await readMailbox(c.var.rt)).find(({ id }) => id === c.req.param("id"));
  if (!mail) throw new Refusal("not_found");
  // The mail's own styles are inline, as mail programs need them; nothing else may load or run.
  c.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  c.header("Referrer-Policy", "same-origin");
  return c.html(mail.html);
});

function Mail({ mail, lang }: { mail: MailboxMail; lang: "nl" | "en" }) {
  const words = WORDS[lang];
  const headers = Object.entries(mail.headers).map(([name, value]) => `${name}: ${value}`);
  const time = new Intl.DateTimeFormat(lang, { dateStyle: "short", timeStyle: "medium" }).format(new Date(mail.sentAt));
  return (
    <article class="mail">
      <h2>{mail.subject}</h2>
      <p class="muted">
        {words.to} {mail.to} · <time datetime={mail.sentAt}>{time}</time>
      </p>
      <pre>{raw(linked(mail.text))}</pre>
      <p>
        <a href={`/dev/mailbox/${mail.id}`}>{words.html}</a>
      </p>
      <details>
        <summary>{words.headers}</summary>
        <pre>{headers.join("\n")}</pre>
      </details>
    </article>
  );
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function linked(text: string): string {
  return text
    .replace(/[&<>"]/g, (character) => ESCAPES[character] ?? "")
    .replace(/https?:\/\/[^\s<]+/g, (url) => `<a href="${url}">${url}</a>`);
}

/** A POST, because it makes links: `npm start` prints them. */
devRoutes.post("/dev/staff", async (c) => c.json(await demoLinks(c.var.rt)));

/** What a control panel's own server does: mints a token for the customer who is signed in (docs/embed.md). */
devRoutes.post("/panel/token", async (c) => {
  const { settings, now } = c.var.rt;
  const [secret] = settings.PANEL_SECRETS["panel"] ?? [];
  if (secret === undefined) throw new Refusal("not_found");
  const issued = Math.floor(now() / 1000);
  const token = await new SignJWT({ email: DEMO_CUSTOMER.email })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuer("panel")
    .setAudience(settings.ORIGIN)
    .setSubject(DEMO_CUSTOMER.number)
    .setIssuedAt(issued)
    .setExpirationTime(issued + 300)
    .sign(utf8(secret));
  return c.json({ token });
});
