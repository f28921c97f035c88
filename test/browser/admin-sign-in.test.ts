import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { addMember, expire, runScript } from "./database.ts";
import { linkIn, mailTo } from "./mailbox.ts";
import {
  addAuthenticator,
  addPasskey,
  askForLink,
  demandPasskey,
  enter,
  invite,
  linkOf,
  menu,
  pathOf,
  signIn,
  signInByMail,
  signOut,
  visitAs,
} from "./staff.ts";
import { origin, someone, test } from "./visit.ts";

const home = (page: Page) => page.getByRole("heading", { level: 1, name: "Vandaag" });
const withPasskey = (page: Page) => page.getByRole("button", { name: "Aanmelden met passkey" });

describe("coming in", () => {
  test("goes from an invitation by command to a passkey; a session ended elsewhere is out at the next click", async ({
    open,
  }) => {
    const email = someone();
    const link = await runScript("scripts/staff.ts", email);

    // The link, opened: nothing happens yet, as often as it is done.
    const { page, context, problems } = await open(link);
    await page.getByRole("heading", { name: "Welkom bij het beheer" }).waitFor();
    await page.goto(`${origin}/admin`);
    expect(pathOf(page)).toBe("/admin/sign-in");
    await page.goto(link);
    await enter(page);
    await home(page).waitFor();
    const cookie = (await context.cookies()).find(({ name }) => name === "__Host-fineprint");
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax", path: "/", domain: "localhost" });
    await signOut(page);

    await signInByMail(page, email);
    await addAuthenticator(page);
    await addPasskey(page);
    await signOut(page);

    await withPasskey(page).click();
    await home(page).waitFor();
    await page.goto(`${origin}/admin/account`);
    await page.getByRole("row", { name: "dit apparaat" }).getByText("passkey", { exact: true }).waitFor();

    const other = await open("/admin/sign-in");
    await signInByMail(other.page, email);
    await other.page.goto(`${origin}/admin/account`);
    const first = other.page.getByRole("row").filter({ has: other.page.getByText("passkey", { exact: true }) });
    await first.getByRole("button", { name: "Beëindigen" }).click();
    await other.page.getByText("De aanmelding is beëindigd.").waitFor();

    await menu(page, "Logboek").click();
    await page.getByRole("heading", { level: 1, name: "Aanmelden" }).waitFor();
    expect(pathOf(page)).toBe("/admin/sign-in");
    expect([...problems, ...other.problems]).toEqual([]);

    // And in again, to the page that was asked for.
    await withPasskey(page).click();
    await page.getByRole("heading", { level: 1, name: "Logboek" }).waitFor();
  });

  test("works without JavaScript: sign-in by mail, filters, inviting, editing and signing out", async ({ open }) => {
    const { page } = await open("/admin/sign-in", { javaScriptEnabled: false });
    await signInByMail(page, addMember({ role: "owner" }).email);

    await menu(page, "Logboek").click();
    await page.getByLabel("Soort").selectOption("staff.invited");
    await page.getByRole("button", { name: "Filteren" }).click();
    expect(new URL(page.url()).searchParams.get("kind")).toBe("staff.invited");
    await page.getByRole("link", { name: "Medewerker uitgenodigd" }).first().waitFor();
    expect(await page.getByRole("link", { name: "Aangemeld", exact: true }).count()).toBe(0);

    await menu(page, "Medewerkers").click();
    const { email, name } = { email: someone(), name: `Robin ${someone()}` };
    await invite(page, email, name);
    await page.getByText("De uitnodiging is verstuurd.").waitFor();
    await page.getByRole("link", { name }).click();
    await page.getByLabel("Naam").fill(`${name} de Vries`);
    await page.getByRole("button", { name: "Opslaan" }).click();
    await page.getByText("Opgeslagen.").waitFor();
    await page.getByRole("heading", { level: 1, name: `${name} de Vries` }).waitFor();

    await signOut(page);
    await page.goto(`${origin}/admin`);
    expect(pathOf(page)).toBe("/admin/sign-in");
  });

  test.for(["expired", "used"] as const)("a link that is %s leads to asking a new one", async (state, { open }) => {
    const link = await linkOf("privacy");
    if (state === "expired") expire(link);
    else await enter((await open(link)).page);

    const { page } = await open(link);
    const says = state === "expired" ? "Deze link is verlopen." : "Deze link is al gebruikt.";
    await page.getByRole("alert").getByText(says).waitFor();
    const { email } = addMember({ role: "privacy" });
    await askForLink(page, email);
    await page.goto(linkIn(await mailTo(email, "Aanmelden bij het beheer")));
    await enter(page);
    await home(page).waitFor();
  });

  test("says the same to an address that nobody here has", async ({ open }) => {
    const email = someone();
    const { page } = await open("/admin/sign-in");
    await askForLink(page, email);
    await page.getByText(`Hoort ${email} bij een medewerker`).waitFor();
  });
});

describe("a passkey that is not given", () => {
  test("is told on the sign-in page, and the button works again", async ({ open }) => {
    const { page } = await visitAs(open, addMember({ role: "support" }), "/admin/account");
    const authenticator = await addAuthenticator(page);
    await addPasskey(page);
    await signOut(page);

    await authenticator.setWilling(false);
    await withPasskey(page).click();
    await page.getByRole("alert").getByText("Het aanmelden met je passkey is niet gelukt.").waitFor();
    expect(await withPasskey(page).getAttribute("aria-disabled")).toBeNull();

    await authenticator.setWilling(true);
    await withPasskey(page).click();
    await home(page).waitFor();
  });

  test("is told on the account page, and the button works again", async ({ open }) => {
    const { page } = await visitAs(open, addMember({ role: "support" }), "/admin/account");
    const authenticator = await addAuthenticator(page);
    await authenticator.setWilling(false);
    const add = page.getByRole("button", { name: "Passkey toevoegen" });
    await page.getByLabel("Naam van de passkey").fill("Sleutelbos");
    await add.click();
    await page.getByRole("alert").getByText("Het toevoegen is niet gelukt.").waitFor();
    expect(await page.getByLabel("Naam van de passkey").inputValue()).toBe("Sleutelbos");

    await authenticator.setWilling(true);
    await add.click();
    await page.getByText("De passkey is toegevoegd.").waitFor();
    await page.getByRole("cell", { name: "Sleutelbos", exact: true }).waitFor();
  });

  test("by a passkey that we do not know is refused in words", async ({ open }) => {
    const { page } = await visitAs(open, addMember({ role: "support" }), "/admin/account");
    await addAuthenticator(page);
    await addPasskey(page);
    await page.getByRole("link", { name: "Verwijderen" }).click();
    await page.getByRole("button", { name: "Passkey verwijderen" }).click();
    await page.getByText("De passkey is verwijderd.").waitFor();
    await signOut(page);

    await withPasskey(page).click();
    await page.getByRole("alert").getByText("Het aanmelden met je passkey is niet gelukt.").waitFor();
    expect(pathOf(page)).toBe("/admin/sign-in/passkey");
    await page.getByLabel("E-mailadres").waitFor();
  });
});

describe("a role", () => {
  test("that may not see a page is told who can help", async ({ open }) => {
    const { page } = await signIn(open, "support");
    expect(await menu(page, "Logboek").count()).toBe(0);
    const response = await page.goto(`${origin}/admin/ledger`);
    expect(response?.status()).toBe(403);
    await page.getByText("Je rol is support. Daar hoort dit niet bij.").waitFor();
    const owner = page.getByRole("listitem").filter({ hasText: "Demo owner" });
    const href = (await owner.getByRole("link").getAttribute("href")) ?? "";
    expect(decodeURIComponent(href)).toBe("mailto:owner@example.nl");
    await page.getByRole("link", { name: "Terug naar Vandaag" }).click();
    await home(page).waitFor();
  });

  test("that demands a passkey gets no further than the account page without one", async ({ open }) => {
    const member = addMember({ role: "marketing" });
    const { page } = await visitAs(open, member);
    await demandPasskey(open, "marketing");

    await menu(page, "Uitgaande mail").click();
    await page.getByText("Voor jouw rol is een passkey nodig. Voeg er hieronder een toe").waitFor();
    expect(pathOf(page)).toBe("/admin/account");
    await addAuthenticator(page);
    await addPasskey(page);
    await menu(page, "Uitgaande mail").click();
    await page.getByRole("heading", { level: 1, name: "Uitgaande mail" }).waitFor();

    // A link in a mail is not enough any more.
    await signOut(page);
    await signInByMail(page, member.email);
    await page.getByText("Meld je af, en meld je aan met je passkey.").waitFor();
    await signOut(page);
    await withPasskey(page).click();
    await home(page).waitFor();
  });
});
