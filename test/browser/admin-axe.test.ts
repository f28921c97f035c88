import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { ROLES } from "../../worker/platform/access.ts";
import { options, violations } from "./axe.ts";
import { walkContact } from "./contact-walk.ts";
import { addMail, addMember, addSubscriber, expire } from "./database.ts";
import {
  addAuthenticator,
  addPasskey,
  askForLink,
  demandPasskey,
  enter,
  linkOf,
  signIn,
  unfold,
  visitAs,
} from "./staff.ts";
import { type Open, origin, someone, test } from "./visit.ts";

/** Looks at the page as it is now, or at another one. */
async function look(page: Page, path?: string): Promise<void> {
  if (path !== undefined) await page.goto(origin + path);
  expect(await violations(page)).toEqual([]);
}

const asOwner = (open: Open, path: string) => visitAs(open, addMember({ role: "owner" }), path, options);

describe("axe finds nothing wrong before signing in, on", () => {
  test("the sign-in page: fresh, with an error, with a passkey refused, and when a link is sent", async ({ open }) => {
    const { page } = await open("/admin/sign-in", options);
    await look(page);
    // The browser's own check lets an address without a full domain pass; the worker does not.
    await page.getByLabel("E-mailadres").fill("iemand@huis");
    await page.getByRole("button", { name: "Mail me een link" }).click();
    await page.getByText("Er klopt iets niet:").waitFor();
    await look(page);
    const authenticator = await addAuthenticator(page);
    await authenticator.setWilling(false);
    await page.getByRole("button", { name: "Aanmelden met passkey" }).click();
    await page.getByText("Het aanmelden met je passkey is niet gelukt.").waitFor();
    await look(page);
    await askForLink(page, someone());
    await look(page);
  });

  test("the pages that links in mails open, one of them expired", async ({ open }) => {
    const link = await linkOf("auditor");
    const { page } = await open(link, options);
    await look(page);
    expire(link);
    await page.reload();
    await page.getByText("Deze link is verlopen.").waitFor();
    await look(page);
  });
});

describe("axe finds nothing wrong on", () => {
  test("the first page of each role", async ({ open }) => {
    const { page } = await open("/admin/sign-in", options);
    for (const role of ROLES) {
      await page.goto(await linkOf(role));
      await enter(page);
      await page.getByRole("heading", { level: 1, name: "Vandaag" }).waitFor();
      await look(page);
    }
  });

  test("the outbox with mails in every state", async ({ open }) => {
    const { page } = await asOwner(open, "/admin");
    for (const state of ["dead", "queued", "sending", "sent"] as const) {
      const recipient = someone();
      addMail({ recipient, state, ...(state === "sent" ? {} : { error: "Error EENVELOPE 550" }) });
      await page.goto(`${origin}/admin/outbox?state=${state}`);
      await page.getByRole("cell", { name: recipient }).waitFor();
      await look(page);
    }
  });

  test("the outbox with filters: none found, all of one recipient, and an address that is none", async ({ open }) => {
    const recipient = someone();
    const { page } = await asOwner(open, `/admin/outbox?recipient=${recipient}`);
    await look(page);
    addMail({ recipient, state: "sent" });
    await page.reload();
    await page.getByRole("cell", { name: recipient }).waitFor();
    await look(page);
    await look(page, "/admin/outbox?recipient=niemand");
  });

  test("one mail, and the question whether to send the failed ones again", async ({ open }) => {
    const id = addMail({ recipient: someone(), state: "dead", error: "SMTP 550" });
    const { page } = await asOwner(open, `/admin/outbox/${id}`);
    await look(page);
    await look(page, "/admin/outbox/retry");
  });

  test("the ledger, without rows and with, and one of its entries", async ({ open }) => {
    const { page } = await asOwner(open, "/admin/ledger?subject=staff:nobody");
    await look(page);
    await look(page, "/admin/ledger");
    await page.locator("tbody").getByRole("link").first().click();
    await page.getByRole("heading", { level: 1, name: "Regel" }).waitFor();
    // What can be unfolded is looked at unfolded.
    for (const summary of await page.locator("summary").all()) await summary.click();
    await look(page);
  });

  test("the members: the list, the form with errors, one of them, and the questions before it is too late", async ({
    open,
  }) => {
    const { id, email, name } = addMember({ role: "support" });
    const { page: holder } = await visitAs(open, { id, email, name }, "/admin/account");
    await addAuthenticator(holder);
    await addPasskey(holder);
    const { page } = await asOwner(open, "/admin/staff");
    await look(page);
    const form = page.getByRole("region", { name: "Iemand uitnodigen" });
    await form.getByLabel("E-mailadres").fill(email);
    await form.getByLabel("Naam").fill("Sam");
    await form.getByRole("button", { name: "Uitnodiging versturen" }).click();
    await page.getByText("Er klopt iets niet:").waitFor();
    await look(page);
    await look(page, `/admin/staff/${id}/remove`);
    await look(page, `/admin/staff/${id}/reset-passkeys`);
    await look(page, `/admin/staff/${id}`);

    const { page: other } = await asOwner(open, `/admin/staff/${id}`);
    await other.getByLabel("Rol").selectOption("auditor");
    await other.getByRole("button", { name: "Opslaan" }).click();
    await other.getByText("Opgeslagen.").waitFor();
    await page.getByRole("button", { name: "Opslaan" }).click();
    await page.getByText("was je voor.").waitFor();
    await look(page);
  });

  test("the keys: the list, the form with errors, a new key, and the question before it is revoked", async ({
    open,
  }) => {
    const { page } = await asOwner(open, "/admin/keys");
    const make = page.getByRole("button", { name: "Sleutel maken" });
    const name = `Sleutel ${someone()}`;
    await page.getByLabel("Naam").fill(name);
    await make.click();
    await page.getByText("Er klopt iets niet:").waitFor();
    await look(page);
    await page.getByLabel("mail:read").check();
    await make.click();
    await page.getByRole("heading", { name: "De sleutel is gemaakt" }).waitFor();
    await look(page);
    await look(page, "/admin/keys");
    await page.getByRole("link", { name: `Intrekken ${name}` }).click();
    await page.getByRole("heading", { name: "intrekken?" }).waitFor();
    await look(page);
  });

  test("one's own account: without a passkey, with one and a second session, and when it is to be removed", async ({
    open,
  }) => {
    const member = addMember({ role: "support" });
    await visitAs(open, member);
    const { page } = await visitAs(open, member, "/admin/account", options);
    await look(page);
    await addAuthenticator(page);
    await addPasskey(page);
    await look(page);
    await page.getByRole("link", { name: "Verwijderen" }).click();
    await page.getByRole("button", { name: "Passkey verwijderen" }).waitFor();
    await look(page);
  });

  test("the account page of a role that demands a passkey: without one, and with one not used", async ({ open }) => {
    await demandPasskey(open, "privacy");
    const member = addMember({ role: "privacy" });
    const { page } = await visitAs(open, member, "/admin/account", options);
    await look(page);
    await addAuthenticator(page);
    await addPasskey(page);
    const { page: byMail } = await visitAs(open, member, "/admin", options);
    await byMail.getByText("Meld je af, en meld je aan met je passkey.").waitFor();
    await look(byMail);
  });

  test("customers: the list, none found, a new one with errors, one of them, and the question before closing", async ({
    open,
  }) => {
    const { page } = await asOwner(open, "/admin/customers");
    await look(page);
    await look(page, "/admin/customers?by=number&start=nergens");
    await page.goto(`${origin}/admin/customers/new`);
    await look(page);
    await page.getByLabel("Naam").fill("Ann");
    await page.getByLabel("E-mailadres").fill("ann@huis");
    await page.getByRole("button", { name: "Klant registreren" }).click();
    await page.getByText("Er klopt iets niet:").waitFor();
    await look(page);
    await page.getByLabel("E-mailadres").fill(someone());
    await page.getByRole("button", { name: "Klant registreren" }).click();
    await page.getByText("De klant is geregistreerd.").waitFor();
    await look(page);
    await page.getByRole("link", { name: "Klant afsluiten" }).click();
    await page.getByRole("heading", { name: "afsluiten?" }).waitFor();
    await look(page);
  });

  test("an import: the file, how it is read, with errors, held up, and what came of it", async ({ open }) => {
    const { page } = await asOwner(open, "/admin/customers/imports");
    await look(page);
    const text = `nr;naam;e-mail\n;Ann;${someone()}\n;Bob;geen\n`;
    await page
      .getByLabel("Bestand")
      .setInputFiles({ name: "klanten.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.getByRole("button", { name: "Bestand sturen" }).click();
    await page.getByRole("heading", { name: "Zo lezen we het bestand" }).waitFor();
    await look(page);
    await page.getByLabel("Naam").selectOption("");
    await page.getByRole("button", { name: "Importeren" }).click();
    await page.getByText("Er klopt iets niet:").waitFor();
    await look(page);
    await page.getByLabel("Naam").selectOption("naam");
    await page.getByRole("button", { name: "Importeren" }).click();
    await page.getByText("Alle rijen zijn gedaan.").waitFor({ timeout: 20_000 });
    await look(page);
    const { pathname } = new URL(page.url());
    await look(page, `${pathname}/cancel`);
    await look(page, "/admin/customers/imports");
  });

  test("an import of subscribers: the file, with errors, a dry run, and what came of it", async ({ open }) => {
    const { page } = await asOwner(open, "/admin/subscribers/imports");
    await look(page);
    const text = `naam;e-mail\nAnn;${someone()}\nBob;geen\n`;
    await page
      .getByLabel("Bestand")
      .setInputFiles({ name: "abonnees.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.getByRole("button", { name: "Bestand sturen" }).click();
    await page.getByRole("heading", { name: "Zo lezen we het bestand" }).waitFor();
    await look(page);
    await page.getByLabel("De woorden waarmee ze toestemming gaven").fill("Ja");
    await page.getByLabel("De dag, of de eerste dag").fill("2026-03-01");
    await page.getByLabel("Nieuws", { exact: true }).uncheck();
    await page.getByLabel("Het bewijs laat zien").check();
    await page.getByRole("button", { name: "Proef draaien" }).click();
    await page.getByText("Er klopt iets niet:").waitFor();
    await look(page);
    await page.getByLabel("Nieuws", { exact: true }).check();
    await page.getByLabel("Het bewijs laat zien").uncheck();
    await page.getByRole("button", { name: "Proef draaien" }).click();
    await page.getByRole("heading", { name: "Uitkomst van de proef" }).waitFor({ timeout: 20_000 });
    await look(page);
    await page.getByRole("button", { name: "Importeren" }).click();
    await page.getByText("Alle rijen zijn gedaan.").waitFor({ timeout: 20_000 });
    await look(page);
  });

  test("the list of subscribers: found, opened filters, none found, a person, and the questions before one goes", async ({
    open,
  }) => {
    const email = someone();
    const id = addSubscriber({ email, flags: ["fast", "scanner"] });
    const { page } = await asOwner(open, `/admin/subscribers?search=${email}&from=2026-01-01&to=2099-01-01`);
    await unfold(page);
    await look(page);
    await look(page, "/admin/subscribers?search=nergens");
    await look(page, "/admin/subscribers?from=2026-02-31");
    await page.goto(`${origin}/admin/subscribers/${id}`);
    await unfold(page);
    await look(page);
    await look(page, `/admin/subscribers/${id}/leave`);
    await look(page, `/admin/subscribers/${id}/erase`);
  });

  test("segments, internal topics and an action: the lists, the forms with errors, the preview and what came of it", async ({
    open,
  }) => {
    const email = someone();
    addSubscriber({ email });
    const { page } = await asOwner(open, "/admin/subscribers/labels");
    const label = page.getByRole("textbox", { name: "Intern onderwerp" });
    await label.fill(email.slice(0, 30));
    await page.getByRole("button", { name: "Toevoegen" }).click();
    await page.getByText("Toegevoegd.").waitFor();
    await label.fill(email.slice(0, 30));
    await page.getByRole("button", { name: "Toevoegen" }).click();
    await page.getByText("Er klopt iets niet:").waitFor();
    await look(page);
    // A segment takes part of an address only: it is about many.
    await look(page, `/admin/subscribers/segments/new?search=${email.split("@")[0]}`);
    await page.getByLabel("Naam van het segment").fill(email);
    await page.getByRole("button", { name: "Opslaan" }).click();
    await page.getByText("Het segment is bewaard.").waitFor();
    await look(page);
    await page.goto(`${origin}/admin/subscribers/segments`);
    await look(page);
    await page.getByRole("link", { name: email }).click();
    await page.getByRole("link", { name: "Segment verwijderen" }).waitFor();
    await look(page);
    await look(page, `/admin/subscribers/actions/new?search=${email}&kind=add-label`);
    await look(page, `/admin/subscribers/actions/new?search=${email}&kind=set-language&set-language=en`);
    await page.getByRole("button", { name: /^Uitvoeren/ }).click();
    await page.getByText("De actie is klaar.").waitFor({ timeout: 30_000 });
    await look(page);
    await look(page, "/admin/subscribers/actions");
  });

  test("what is around the inbox: settings, spam, the archive, exports and figures", async ({ open }) => {
    const member = addMember({ role: "owner" });
    const { page } = await visitAs(open, member, "/admin", options);
    await walkContact(page, member.id, () => look(page));
  }, 240_000);

  test("the shortcuts, the refusals, and a page that does not exist", async ({ open }) => {
    const { page } = await signIn(open, "support", options);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Sneltoetsen" }).waitFor();
    await look(page);
    await look(page, "/admin/help");
    await look(page, "/admin/ledger");
    await look(page, "/admin/nergens");
    await look(page, "/admin/outbox/nergens");
  });
});
