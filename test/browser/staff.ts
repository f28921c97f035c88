/** Members of staff at work in /admin: who they are, how they come in, and the passkey they hold. */
import { randomBytes } from "node:crypto";
import type { BrowserContextOptions, CDPSession, Page } from "playwright-core";
import type { Role } from "../../worker/platform/access.ts";
import { linkIn, mailTo } from "./mailbox.ts";
import { type Open, origin, someone, type Visit } from "./visit.ts";

/** Words of the admin that tests look for, by language. */
const SAYS = {
  nl: { enter: "Aanmelden", invited: "De uitnodiging is verstuurd." },
  en: { enter: "Sign in", invited: "The invitation is sent." },
} as const;
type Lang = keyof typeof SAYS;

/** A sign-in link for the demo's member of a role; it works once. */
export async function linkOf(role: Role): Promise<string> {
  const response = await fetch(`${origin}/dev/staff`, { method: "POST" });
  return ((await response.json()) as Record<Role, string>)[role];
}

/** Where a page is, without what its address asks. */
export const pathOf = (page: Page): string => new URL(page.url()).pathname;

/** Presses the button of the page that a sign-in link opens. */
export async function enter(page: Page, lang: Lang = "nl"): Promise<void> {
  await page.getByRole("main").getByRole("button", { name: SAYS[lang].enter, exact: true }).click();
  await page.waitForURL((url) => /^\/admin(\/account)?$/.test(url.pathname));
}

/** A new browser in which the demo's member of a role has just signed in. */
export async function signIn(open: Open, role: Role, options?: BrowserContextOptions): Promise<Visit> {
  const visit = await open(await linkOf(role), options);
  await enter(visit.page);
  return visit;
}

export interface Member {
  email: string;
  name: string;
  role: Role;
  lang: Lang;
  /** The link in their invitation. */
  link: string;
}

/** Invites somebody that no other test knows, on the page of an owner, who is left on the list of members. */
export async function invite(owner: Page, wish: { role: Role; lang?: Lang }): Promise<Member> {
  const { role, lang = "nl" } = wish;
  const email = someone();
  const name = `Sam ${randomBytes(4).toString("hex")}`;
  await owner.goto(`${origin}/admin/staff`);
  const form = owner.getByRole("region", { name: "Iemand uitnodigen" });
  await form.getByLabel("E-mailadres").fill(email);
  await form.getByLabel("Naam").fill(name);
  await form.getByLabel("Rol").selectOption(role);
  await form.getByLabel("Taal").selectOption(lang);
  await form.getByRole("button", { name: "Uitnodiging versturen" }).click();
  await owner.getByText(SAYS.nl.invited).waitFor();
  const subject = lang === "en" ? "You are invited to the admin" : "Je bent uitgenodigd voor het beheer";
  return { email, name, role, lang, link: linkIn(await mailTo(email, subject)) };
}

/** A new browser in which a member has followed their invitation. */
export async function join(
  open: Open,
  { link }: Pick<Member, "link">,
  options?: BrowserContextOptions,
): Promise<Visit> {
  const visit = await open(link, options);
  await enter(visit.page);
  return visit;
}

/** Asks for a sign-in link on the sign-in page, takes it from the mail, and signs in by it. */
export async function signInByMail(page: Page, email: string): Promise<void> {
  await askForLink(page, email);
  await page.goto(linkIn(await mailTo(email, "Aanmelden bij het beheer")));
  await enter(page);
}

export async function askForLink(page: Page, email: string): Promise<void> {
  await page.goto(`${origin}/admin/sign-in`);
  await page.getByLabel("E-mailadres").fill(email);
  await page.getByRole("button", { name: "Mail me een link" }).click();
  await page.getByRole("heading", { name: "Kijk in je mail" }).waitFor();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Afmelden" }).click();
  await page.getByText("Je bent afgemeld.").waitFor();
}

export interface Authenticator {
  /** Whether the person proves to be themselves when asked, or walks away. */
  setWilling(isWilling: boolean): Promise<void>;
}

/** Gives a page a device that makes and keeps passkeys, and answers at once. */
export async function addAuthenticator(page: Page): Promise<Authenticator> {
  const cdp: CDPSession = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    setWilling: async (isUserVerified) => {
      await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
    },
  };
}

/** Adds a passkey on one's own account page. */
export async function addPasskey(page: Page): Promise<void> {
  await page.goto(`${origin}/admin/account`);
  await page.getByRole("button", { name: "Passkey toevoegen" }).click();
  await page.getByText("De passkey is toegevoegd.").waitFor();
}
