/** Screenshots of the admin for people to look at, not tests: SHOTS=folder npm run shots */
import type { Page } from "playwright-core";
import { describe } from "vitest";
import { ROLES } from "../../worker/platform/access.ts";
import { addMail, addMember, addSubscriber, expire } from "./database.ts";
import { shoot } from "./shoot.ts";
import { addAuthenticator, addPasskey, askForLink, enter, invite, linkOf, signIn, unfold, visitAs } from "./staff.ts";
import { type Open, origin, someone, test } from "./visit.ts";

const options = { reducedMotion: "reduce" } as const;
const asOwner = async (open: Open, path: string): Promise<Page> =>
  (await visitAs(open, addMember({ role: "owner" }), path, options)).page;

async function shootAt(page: Page, path: string, name: string): Promise<void> {
  await page.goto(`${origin}/admin${path}`);
  await shoot(page, `admin-${name}`);
}

describe("screenshots of the admin", () => {
  test("coming in", async ({ open }) => {
    const { page } = await open("/admin/sign-in", options);
    await shoot(page, "admin-sign-in");
    await page.getByLabel("E-mailadres").fill("iemand@huis");
    await page.getByRole("button", { name: "Mail me een link" }).click();
    await page.getByText("Er klopt iets niet:").waitFor();
    await shoot(page, "admin-sign-in-error");
    await askForLink(page, someone());
    await shoot(page, "admin-link-sent");
    const link = await linkOf("auditor");
    await page.goto(link);
    await shoot(page, "admin-join");
    expire(link);
    await page.reload();
    await shoot(page, "admin-expired");
  });

  test("the first page and the menu of each role", async ({ open }) => {
    const { page } = await open("/admin/sign-in", options);
    for (const role of ROLES) {
      await page.goto(await linkOf(role));
      await enter(page);
      await shoot(page, `admin-home-${role}`);
    }
  });

  test("the outbox", async ({ open }) => {
    const page = await asOwner(open, "/admin");
    const errors = ["SMTP 550", "Error ETIMEDOUT", "Error EAUTH 535", "SMTP 552"];
    const ids = errors.map((error) => addMail({ recipient: someone(), state: "dead", error }));
    addMail({ recipient: someone(), state: "queued", error: "Error ECONNECTION" });
    addMail({ recipient: someone(), state: "sending" });
    for (const state of ["dead", "queued", "sending", "sent"])
      await shootAt(page, `/outbox?state=${state}`, `outbox-${state}`);
    await shootAt(page, `/outbox?recipient=${someone()}`, "outbox-none");
    await shootAt(page, "/outbox?recipient=niemand", "outbox-error");
    await shootAt(page, `/outbox/${ids[0]}`, "mail");
    await shootAt(page, "/outbox/retry", "outbox-retry");
  });

  test("the ledger", async ({ open }) => {
    const page = await asOwner(open, "/admin");
    await shootAt(page, "/ledger?subject=staff:nobody", "ledger-none");
    await shootAt(page, "/ledger", "ledger");
    await page.locator("tbody").getByRole("link").first().click();
    await page.getByRole("heading", { level: 1, name: "Regel" }).waitFor();
    await shoot(page, "admin-entry");
  });

  test("the members", async ({ open }) => {
    const { id, email, name } = addMember({ role: "support" });
    const { page: holder } = await visitAs(open, { id, email, name }, "/admin/account");
    await addAuthenticator(holder);
    await addPasskey(holder);
    const page = await asOwner(open, "/admin");
    await shootAt(page, "/staff", "staff");
    await invite(page, email, "Sam");
    await page.getByText("Er klopt iets niet:").waitFor();
    await shoot(page, "admin-staff-error");
    for (const question of ["remove", "reset-passkeys"]) await shootAt(page, `/staff/${id}/${question}`, question);
    await shootAt(page, `/staff/${id}`, "member");

    const other = await asOwner(open, `/admin/staff/${id}`);
    await other.getByLabel("Rol").selectOption("auditor");
    await other.getByRole("button", { name: "Opslaan" }).click();
    await other.getByText("Opgeslagen.").waitFor();
    await page.getByRole("button", { name: "Opslaan" }).click();
    await page.getByText("was je voor.").waitFor();
    await shoot(page, "admin-member-conflict");
  });

  test("the keys", async ({ open }) => {
    const page = await asOwner(open, "/admin/keys");
    const make = page.getByRole("button", { name: "Sleutel maken" });
    await page.getByLabel("Naam").fill("Bestelsysteem");
    await make.click();
    await page.getByText("Er klopt iets niet:").waitFor();
    await shoot(page, "admin-keys-error");
    await page.getByLabel("mail:read").check();
    await make.click();
    await page.getByRole("heading", { name: "De sleutel is gemaakt" }).waitFor();
    await shoot(page, "admin-key-made");
    await shootAt(page, "/keys", "keys");
    await page.getByRole("link", { name: "Intrekken Bestelsysteem" }).click();
    await page.getByRole("button", { name: "Intrekken" }).waitFor();
    await shoot(page, "admin-key-revoke");
  });

  test("one's own account", async ({ open }) => {
    const member = addMember({ role: "support" });
    await visitAs(open, member);
    const { page } = await visitAs(open, member, "/admin/account", options);
    await shoot(page, "admin-account");
    await addAuthenticator(page);
    await addPasskey(page);
    await shoot(page, "admin-account-passkey");
    await page.getByRole("link", { name: "Verwijderen" }).click();
    await page.getByRole("button", { name: "Passkey verwijderen" }).waitFor();
    await shoot(page, "admin-passkey-remove");
  });

  test("customers, and their import", async ({ open }) => {
    const page = await asOwner(open, "/admin/customers/new");
    await shoot(page, "admin-customer-new");
    await page.getByLabel("Naam").fill("Ann Jansen");
    await page.getByLabel("E-mailadres").fill("ann@huis");
    await page.getByRole("button", { name: "Klant registreren" }).click();
    await page.getByText("Er klopt iets niet:").waitFor();
    await shoot(page, "admin-customer-error");
    await page.getByLabel("E-mailadres").fill(someone());
    await page.getByRole("button", { name: "Klant registreren" }).click();
    await page.getByText("De klant is geregistreerd.").waitFor();
    await shoot(page, "admin-customer");
    await page.getByRole("link", { name: "Klant afsluiten" }).click();
    await page.getByRole("heading", { name: "afsluiten?" }).waitFor();
    await shoot(page, "admin-customer-close");
    await shootAt(page, "/customers", "customers");
    await shootAt(page, "/customers?by=number&start=nergens", "customers-none");
    await shootAt(page, "/customers/imports", "imports");
    const rows = Array.from(
      { length: 12 },
      (_, i) => `H-${i};Klant ${i};${i % 5 === 3 ? "geen" : someone()};Dam ${i};1012 JS;Amsterdam`,
    );
    const text = ["nr;naam;e-mail;straat;postcode;plaats", ...rows].join("\n");
    await page
      .getByLabel("Bestand")
      .setInputFiles({ name: "klanten.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.getByRole("button", { name: "Bestand sturen" }).click();
    await page.getByRole("heading", { name: "Zo lezen we het bestand" }).waitFor();
    await shoot(page, "admin-import-preview");
    await page.getByRole("button", { name: "Importeren" }).click();
    await shoot(page, "admin-import-progress");
    await page.getByText("Alle rijen zijn gedaan.").waitFor({ timeout: 20_000 });
    await shoot(page, "admin-import-result");
    await shootAt(page, "/customers/imports", "imports-after");
  });

  test("subscribers: the list, a person, segments, internal topics, and an action", async ({ open }) => {
    const mark = someone().slice(8, 16);
    const id = addSubscriber({ email: `ann-${mark}@example.org`, flags: ["fast"] });
    for (const status of ["pending", "left", "bounced", "complained"] as const)
      addSubscriber({ email: `${status}-${mark}@example.org`, status });
    const page = await asOwner(open, "/admin/subscribers/labels");
    await page.getByRole("textbox", { name: "Intern onderwerp" }).fill(`beurs ${mark}`);
    await page.getByRole("button", { name: "Toevoegen" }).click();
    await page.getByText("Toegevoegd.").waitFor();
    await shoot(page, "admin-labels");
    await shootAt(page, `/subscribers?search=${mark}`, "subscribers");
    await shootAt(page, `/subscribers?search=${mark}&status=active&langs=nl`, "subscribers-filtered");
    await shootAt(page, "/subscribers?search=nergens", "subscribers-none");
    await page.goto(`${origin}/admin/subscribers/${id}`);
    await unfold(page);
    await shoot(page, "admin-subscriber");
    await shootAt(page, `/subscribers/${id}/leave`, "subscriber-leave");
    await shootAt(page, `/subscribers/segments/new?search=${mark}`, "segment-new");
    await shootAt(page, `/subscribers/actions/new?search=${mark}&kind=set-language&set-language=en`, "action-preview");
    await page.getByRole("button", { name: /^Uitvoeren/ }).click();
    await page.getByText("De actie is klaar.").waitFor({ timeout: 30_000 });
    await shoot(page, "admin-action");
  });

  test("a newsletter: the list, written, refused, checked and sent, and its page in the archive", async ({ open }) => {
    addSubscriber({ email: someone(), topics: ["offers"] });
    const page = await asOwner(open, "/admin/newsletters");
    await shoot(page, "admin-newsletters");
    await page.getByRole("button", { name: "Nieuwe nieuwsbrief" }).click();
    await page.getByLabel("Nieuws", { exact: true }).uncheck();
    await page.getByLabel("Aanbiedingen").check();
    await page.getByLabel("Ook op de website zetten").check();
    await page.locator("#nl-subject").fill("Nieuw in november, {{name|lezer}}");
    await page.locator("#nl-markdown").fill("## Kop\n\nDag {{naam}}.");
    await page.getByRole("button", { name: "Opslaan", exact: true }).click();
    await page.getByText("Er klopt iets niet:").waitFor();
    await shoot(page, "admin-newsletter-refused");
    const parts = ["## Kop", "Dag {{name|lezer}}.", "- een\n- twee", '[Bekijk](https://example.com "button")'];
    await page.locator("#nl-markdown").fill(parts.join("\n\n"));
    await page.getByRole("button", { name: "Opslaan", exact: true }).click();
    await page.getByText("Opgeslagen.").waitFor();
    await shoot(page, "admin-newsletter");
    await page.getByRole("button", { name: "Verder: controleren en versturen" }).click();
    await page.getByRole("heading", { name: "Controle" }).waitFor();
    await shoot(page, "admin-newsletter-send");
    await page.getByRole("button", { name: /^Versturen naar/ }).click();
    await shoot(page, "admin-newsletter-progress");
    await page.getByText("Deze nieuwsbrief is verstuurd.").waitFor({ timeout: 60_000 });
    await shoot(page, "admin-newsletter-sent");
    await page.getByRole("link", { name: /^nieuwsbrief-/ }).click();
    await shoot(page, "newsletter-web");
    await page.goto(`${origin}/newsletter/archive`);
    await shoot(page, "newsletter-archive");
  });

  test("the shortcuts and the refusals", async ({ open }) => {
    const { page } = await signIn(open, "support", options);
    await page.keyboard.press("?");
    await shoot(page, "admin-shortcuts", page.getByRole("dialog"));
    await shootAt(page, "/help", "help");
    await shootAt(page, "/ledger", "forbidden");
    await shootAt(page, "/nergens", "not-found");
    await shootAt(page, "/outbox/nergens", "no-such-mail");
  });
});
