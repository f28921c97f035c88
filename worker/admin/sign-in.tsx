import type { Hono } from "hono";
import type { Child } from "hono/jsx";
import { Refusal } from "../platform/errors.ts";
import { type House, limitRate, parse } from "../platform/http.ts";
import { REFUSAL_WORDS } from "../platform/words.ts";
import { deviceOf } from "../staff/device.ts";
import { SIGN_IN_PATHS } from "../staff/mails.ts";
import { signInByPasskey, signInOptions } from "../staff/passkey.ts";
import { endSession, isBehindAccess } from "../staff/session.ts";
import { assertionShape, signInShape } from "../staff/shapes.ts";
import { openSignIn, requestSignIn, type SignInPurpose, signInByLink } from "../staff/sign-in.ts";
import { action, type Desk, giveSession, goTo, openAction, openScreen, takeSession } from "./desk.ts";
import { check, Field, Form, faultsOf, type Typed, UNTOUCHED } from "./form.tsx";
import { replyScreen } from "./shell.tsx";
import { SHELL } from "./words.ts";

const WORDS = {
  nl: {
    title: "Aanmelden",
    intro: "Voor medewerkers. Je meldt je aan met een passkey, of met een link die we je mailen.",
    passkey: "Aanmelden met passkey",
    needsScript: "Voor een passkey is JavaScript nodig. Met een link gaat het zonder.",
    noPasskeys: "Deze browser kan hier geen passkey gebruiken. Vraag een link aan.",
    failed: "Het aanmelden met je passkey is niet gelukt. Probeer het nog een keer, of vraag een link aan.",
    or: "Of per mail",
    email: "E-mailadres",
    mailMe: "Mail me een link",
    sentTitle: "Kijk in je mail",
    sent: (email: string) =>
      `Hoort ${email} bij een medewerker, dan staat er zo een mail in de postbus. Klik daarin op de knop. De link werkt één keer, een kwartier lang.`,
    notThere: "Geen mail? Kijk in de map met ongewenste mail, of probeer het over een paar minuten opnieuw.",
    otherAddress: "Ander adres",
    linkTitle: "Aanmelden",
    linkText: (name: string) => `Welkom, ${name}. Klik op de knop om je aan te melden op dit apparaat.`,
    joinTitle: "Welkom bij het beheer",
    joinText: (name: string, role: string) =>
      `${name}, je bent uitgenodigd als ${role}. Klik op de knop om te beginnen.`,
    button: "Aanmelden",
    expired: "Vraag hieronder een nieuwe aan.",
    access: "Aanmelden gaat hier via Cloudflare Access. Open /admin op het adres dat daarvoor is ingesteld.",
    signedOut: "Je bent afgemeld.",
  },
  en: {
    title: "Sign in",
    intro: "For members of staff. You sign in with a passkey, or with a link that we mail you.",
    passkey: "Sign in with a passkey",
    needsScript: "A passkey needs JavaScript. With a link it works without.",
    noPasskeys: "This browser cannot use a passkey here. Ask for a link.",
    failed: "Signing in with your passkey did not work. Try again, or ask for a link.",
    or: "Or by mail",
    email: "E-mail address",
    mailMe: "Mail me a link",
    sentTitle: "Look in your mail",
    sent: (email: string) =>
      `If ${email} belongs to a member of staff, a mail will arrive in a moment. Press the button in it. The link works once, for fifteen minutes.`,
    notThere: "No mail? Look in your spam folder, or try again in a few minutes.",
    otherAddress: "Another address",
    linkTitle: "Sign in",
    linkText: (name: string) => `Welcome, ${name}. Press the button to sign in on this device.`,
    joinTitle: "Welcome to the admin",
    joinText: (name: string, role: string) => `${name}, you are invited as ${role}. Press the button to begin.`,
    button: "Sign in",
    expired: "Ask for a new one below.",
    access: "Signing in goes through Cloudflare Access here. Open /admin at the address set up for it.",
    signedOut: "You are signed out.",
  },
} as const;

/** Where to go after signing in: a page of ours that the address names, or the first. */
function nextOf(wish: string | undefined): string {
  return wish !== undefined && /^\/admin(\/[\w-]+)*(\?[\w=&.%+~-]*)?$/.test(wish) ? wish : "/admin";
}

/** Adds the pages by which people come in and go out. */
export function addSignIn(routes: Hono<House>): void {
  routes.get(
    "/admin/sign-in",
    openScreen((desk) => {
      const done = desk.c.req.query("done") === "signed-out" ? WORDS[desk.lang].signedOut : undefined;
      return replySignIn(desk, { next: nextOf(desk.c.req.query("next")), done });
    }),
  );

  routes.post(
    "/admin/sign-in",
    openAction(async (desk, form) => {
      const { c, rt, lang } = desk;
      refuseBehindAccess(desk);
      await limitRate(c);
      const checked = check(signInShape, form);
      if ("typed" in checked) return replySignIn(desk, { next: nextOf(form["next"]), ...checked }, 422);
      const { email } = checked.value;
      await requestSignIn(rt, email, lang);
      return replySent(desk, email);
    }),
  );

  routes.post(
    "/admin/sign-in/passkey",
    openAction(async (desk, form) => {
      const { c, rt } = desk;
      refuseBehindAccess(desk);
      await limitRate(c);
      const next = nextOf(form["next"]);
      try {
        const assertion = parse(assertionShape, JSON.parse(form["credential"] ?? "") as unknown);
        const { cookie } = await signInByPasskey(rt, assertion, deviceOf(c.req.header("user-agent")));
        giveSession(desk, cookie);
        return goTo(desk, next);
      } catch (error) {
        const isWrong = error instanceof Refusal || error instanceof SyntaxError;
        if (!isWrong) throw error;
        return replySignIn(desk, { next, fault: WORDS[desk.lang].failed }, 422);
      }
    }),
  );

  for (const purpose of ["staff.sign-in", "staff.invite"] as const) addLink(routes, purpose);

  routes.post(
    "/admin/sign-out",
    action("account", async (desk) => {
      const { session, member } = desk.visitor;
      if (session) await endSession(desk.rt, member, member.id, session.id);
      takeSession(desk);
      return goTo(desk, "/admin/sign-in", "signed-out");
    }),
  );
}

/** The page that a link in a mail opens: it changes nothing until its button is pressed. */
function addLink(routes: Hono<House>, purpose: SignInPurpose): void {
  const path = SIGN_IN_PATHS[purpose];

  routes.get(
    path,
    openScreen(async (desk) => {
      refuseBehindAccess(desk);
      const token = desk.c.req.query("token") ?? "";
      return orNewLink(desk, async () => {
        const { name, role } = await openSignIn(desk.rt, purpose, token);
        const words = WORDS[desk.lang];
        const isJoining = purpose === "staff.invite";
        const children = (
          <>
            <p>{isJoining ? words.joinText(name, SHELL[desk.lang].roles[role]) : words.linkText(name)}</p>
            <Form desk={desk} action={path}>
              <input type="hidden" name="token" value={token} />
              <button type="submit">{words.button}</button>
            </Form>
          </>
        );
        return replyScreen(desk, { title: isJoining ? words.joinTitle : words.linkTitle, children });
      });
    }),
  );

  routes.post(
    path,
    openAction(async (desk, form) => {
      const { c, rt } = desk;
      refuseBehindAccess(desk);
      await limitRate(c);
      return orNewLink(desk, async () => {
        const device = deviceOf(c.req.header("user-agent"));
        const { cookie } = await signInByLink(rt, purpose, form["token"] ?? "", device);
        giveSession(desk, cookie);
        return goTo(desk, "/admin");
      });
    }),
  );
}

function refuseBehindAccess({ rt }: Desk): void {
  if (isBehindAccess(rt)) throw new Refusal("not_found");
}

/** A link that does not work leads to the page where one asks for another. */
async function orNewLink(desk: Desk, use: () => Promise<Response>): Promise<Response> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof Refusal) || !error.code.startsWith("token_")) throw error;
    const fault = `${REFUSAL_WORDS[desk.lang][error.code].title}. ${WORDS[desk.lang].expired}`;
    return replySignIn(desk, { next: "/admin", fault }, error.status);
  }
}

interface SignInProps {
  next: string;
  done?: string | undefined;
  /** What went wrong with the last try. */
  fault?: string;
  typed?: Typed;
}

async function replySignIn(desk: Desk, { next, done, fault, typed = UNTOUCHED }: SignInProps, status = 200) {
  const { rt, lang } = desk;
  const words = WORDS[lang];
  if (isBehindAccess(rt)) return replyScreen(desk, { title: words.title, children: <p>{words.access}</p> });
  const options = JSON.stringify(await signInOptions(rt));
  const alert: Child = fault ? (
    <p class="fault" role="alert">
      {fault}
    </p>
  ) : null;
  const children = (
    <div class="narrow">
      {alert}
      <p>{words.intro}</p>
      <noscript>
        <p class="note">{words.needsScript}</p>
      </noscript>
      <Form desk={desk} action="/admin/sign-in/passkey" hidden>
        <input type="hidden" name="next" value={next} />
        <input type="hidden" name="credential" data-passkey="get" data-options={options} />
        <button type="submit">{words.passkey}</button>
        <p class="error" role="alert" data-failed={words.failed} data-unable={words.noPasskeys}></p>
      </Form>
      <h2>{words.or}</h2>
      <Form desk={desk} action="/admin/sign-in">
        <input type="hidden" name="next" value={next} />
        <Field {...{ lang, typed }} name="email" label={words.email} type="email" autocomplete="email" required />
        <button type="submit" class="second">
          {words.mailMe}
        </button>
      </Form>
    </div>
  );
  const faults = faultsOf(lang, typed, { email: words.email });
  return replyScreen(desk, { title: words.title, done, faults, children }, status);
}

function replySent(desk: Desk, email: string): Response {
  const words = WORDS[desk.lang];
  const children = (
    <>
      <p>{words.sent(email)}</p>
      <p>{words.notThere}</p>
      <p>
        <a href="/admin/sign-in">{words.otherAddress}</a>
      </p>
    </>
  );
  return replyScreen(desk, { title: words.sentTitle, children });
}
