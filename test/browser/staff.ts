/** Members of staff at work in /admin: who they are, how they come in, and the passkey they hold. */
import type { BrowserContextOptions, CDPSession, Locator, Page } from "playwright-core";
import { onTestFinished, vi } from "vitest";
import type { Role } from "../../worker/platform/access.ts";
import { addMember, addSession, type Member } from "./database.ts";
import { linkIn, type Mail, mailsTo } from "./mailbox.ts";
import { type Open, origin, type Visit } from "./visit.ts";

/** A sign-in link for the demo's member of a role; it works once. */
export async function linkOf(role: Role): Promise<string> {
  const response = await fetch(`${origin}/dev/staff`, { method: "POST" });
  return ((await response.json()) as Record<Role, string>)[role];
}

/** Where a page is, without what its address asks. */
export const pathOf = (page: Page): string => new URL(page.url()).pathname;

/** Opens all that is folded away in a page; of choices that close each other, the last stays open. */
export const unfold = (page: Page): Promise<void> =>
  page.locator("main details").evaluateAll((all) => {
    for (const details of all) details.setAttribute("open", "");
  });

/** A link of the menu. */
export const menu = (page: Page, name: string): Locator =>
  page.getByRole("navigation", { name: "Onderdelen" }).getByRole("link", { name });

/** Presses the button of the page that a sign-in link opens. */
export async function enter(page: Page): Promise<void> {
  await page.getByRole("main").getByRole("button", { name: "Aanmelden", exact: true }).click();
  await page.waitForURL((url) => /^\/admin(\/account)?$/.test(url.pathname));
}

/** A new browser in which the demo's member of a role has just signed in. */
export async function signIn(open: Open, role: Role, options?: BrowserContextOptions): Promise<Visit> {
  const visit = await open(await linkOf(role), options);
  await enter(visit.page);
  return visit;
}

/** A browser in which a member of a test's own is signed in, on a page of the admin. */
export async function visitAs(
  open: Open,
  member: Member,
  path = "/admin",
  options?: BrowserContextOptions,
): Promise<Visit> {
  const cookie = { name: "__Host-fineprint", value: addSession(member), domain: "localhost", path: "/" };
  const cookies = [{ ...cookie, expires: -1, httpOnly: true, secure: true, sameSite: "Lax" as const }];
  return open(path, { storageState: { cookies, origins: [] }, ...options });
}

/** Fills and sends the form that invites somebody as support, on the list of members. */
export async function invite(page: Page, email: string, name: string): Promise<void> {
  const form = page.getByRole("region", { name: "Iemand uitnodigen" });
  await form.getByLabel("E-mailadres").fill(email);
  await form.getByLabel("Naam").fill(name);
  await form.getByLabel("Rol").selectOption("support");
  await form.getByRole("button", { name: "Uitnodiging versturen" }).click();
}

/** Asks for a sign-in link on the sign-in page, takes it from the mail, and signs in by it. */
export async function signInByMail(page: Page, email: string): Promise<void> {
  const isLink = ({ subject }: Mail) => subject === "Aanmelden bij het beheer";
  const before = (await mailsTo(email)).filter(isLink).length;
  await page.goto(`${origin}/admin/sign-in`);
  await askForLink(page, email);
  const mail = await vi.waitFor(
    async () => {
      const mails = (await mailsTo(email)).filter(isLink);
      if (mails[0] === undefined || mails.length === before) throw new Error(`No new link came to ${email}`);
      return mails[0];
    },
    { timeout: 15_000, interval: 100 },
  );
  await page.goto(linkIn(mail));
  await enter(page);
}

/** Asks for a sign-in link, on a page that has the form for it. */
export async function askForLink(page: Page, email: string): Promise<void> {
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

/** Makes a role demand a passkey until the test is over. */
export async function demandPasskey(open: Open, role: "marketing" | "privacy"): Promise<void> {
  const { page } = await visitAs(open, addMember({ role: "owner" }), "/admin/staff");
  const demand = page.getByRole("button", { name: `Verplichten ${role}`, exact: true });
  const release = page.getByRole("button", { name: `Niet meer verplichten ${role}`, exact: true });
  await demand.click();
  await release.waitFor();
  onTestFinished(async () => {
    await release.click();
    await demand.waitFor();
  });
}
