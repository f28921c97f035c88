import type { Locator, Page } from "playwright-core";
import { describe, expect } from "vitest";
import { options, violations } from "./axe.ts";
import { hostPageUrl } from "./host-page.ts";
import { linkIn, mailsTo, mailTo } from "./mailbox.ts";
import { field, hostOrigin, type Open, origin, seenEvents, someone, test } from "./visit.ts";

const register = (page: Page): Locator => page.locator("fineprint-register :is([part=form], [part=done])");
const submit = (page: Page) => register(page).getByRole("button", { name: "Registreren" }).click();
const address = (page: Page, name: string): Locator => register(page).getByRole("group", { name, exact: true });

async function fillIn(page: Page, email: string): Promise<void> {
  await field(register(page), "Naam").fill("Noor de Wit");
  await field(register(page), "E-mailadres").fill(email);
  await field(register(page), "Straat en huisnummer").fill("Dorpsstraat 1");
  await field(register(page), "Postcode").fill("1234 AB");
  await field(register(page), "Plaats").fill("Voorbeeldstad");
}

const onHost = (open: Open, more = {}) =>
  open(
    hostPageUrl(hostOrigin, { lang: "nl", body: "<fineprint-register></fineprint-register>", scheme: "light dark" }),
    more,
  );

describe("registering", () => {
  test("goes from the form by a mail to a customer number, and to no newsletter", async ({ open }) => {
    const { page, problems } = await open("/register");
    const email = someone();
    await fillIn(page, email);
    expect(await register(page).getByText("meld je je niet aan voor de nieuwsbrief").isVisible()).toBe(true);
    await submit(page);
    await register(page).getByText(`We stuurden een mail naar ${email}. Klik daarin op de knop`).waitFor();
    expect(await seenEvents(page)).toEqual([{ type: "fineprint:sent", detail: { status: "pending" } }]);

    const mail = await mailTo(email, "Bevestig je registratie");
    for (const words of ["Noor", "Dorpsstraat", "Voorbeeldstad"]) expect(JSON.stringify(mail)).not.toContain(words);
    await page.goto(linkIn(mail));
    await page.getByRole("button", { name: "Registratie bevestigen" }).click();
    const shown = await page.getByText("Je klantnummer is").textContent();
    const number = /Je klantnummer is (\S+)\./.exec(shown ?? "")?.[1] ?? "";
    expect(number).not.toBe("");
    expect((await mailTo(email, number)).subject).toContain(number);
    expect((await mailsTo(email)).some(({ subject }) => subject.includes("aanmelding"))).toBe(false);
    expect(problems).toEqual([]);
  });

  test("asks a company for its name, and another billing address only when there is one", async ({ open }) => {
    const { page } = await onHost(open);
    await fillIn(page, someone());
    expect(await field(register(page), "Bedrijf").count()).toBe(0);
    await register(page).getByRole("radio", { name: "Medewerker" }).check();
    expect(await field(register(page), "Bedrijf of organisatie (mag leeg)").count()).toBe(1);
    await register(page).getByRole("radio", { name: "Bedrijf" }).check();
    await register(page).getByRole("checkbox", { name: "Mijn factuuradres is een ander adres" }).check();
    await field(address(page, "Factuuradres"), "Straat").fill("Postbus 7");
    await submit(page);
    await register(page).getByText("Er kloppen 3 dingen niet:").waitFor();
    await register(page).getByRole("button", { name: "Plaats (factuur): Vul dit veld in." }).click();
    expect(await address(page, "Factuuradres").locator("input:focus").getAttribute("name")).toBe("billingAddress.city");

    const sent = page.waitForRequest("**/v1/registrations?*");
    await field(register(page), "Bedrijf of organisatie").fill("De Wit Webwinkels");
    await field(address(page, "Factuuradres"), "Postcode").fill("1000");
    await field(address(page, "Factuuradres"), "Plaats").fill("Brussel");
    await address(page, "Factuuradres").getByLabel("Land").selectOption({ label: "België" });
    await submit(page);
    await register(page).getByRole("heading", { name: "Nog één stap" }).waitFor();
    expect((await sent).postDataJSON()).toMatchObject({
      kind: "company",
      name: "Noor de Wit",
      organisation: "De Wit Webwinkels",
      address: { street: "Dorpsstraat 1", postalCode: "1234 AB", city: "Voorbeeldstad", country: "NL" },
      billingAddress: { street: "Postbus 7", postalCode: "1000", city: "Brussel", country: "BE" },
      lang: "nl",
    });
  });

  test("asks for no address, but for all of one that is begun", async ({ open }) => {
    const { page } = await onHost(open);
    const email = someone();
    await field(register(page), "Naam").fill("Noor de Wit");
    await field(register(page), "E-mailadres").fill(email);
    await field(register(page), "Plaats").fill("Voorbeeldstad");
    await submit(page);
    await register(page).getByText("Er kloppen 2 dingen niet:").waitFor();
    await field(register(page), "Plaats").fill("");
    await submit(page);
    await register(page).getByRole("heading", { name: "Nog één stap" }).waitFor();
    expect((await mailTo(email, "Bevestig je registratie")).to).toBe(email);
  });

  test("says in words what the worker finds wrong, beside the field", async ({ open }) => {
    const { page } = await onHost(open);
    await fillIn(page, someone());
    await field(register(page), "Telefoonnummer").fill("bel maar");
    await submit(page);
    await register(page).getByText("Dit is geen telefoonnummer.").waitFor();
    expect(await field(register(page), "Telefoonnummer").getAttribute("aria-invalid")).toBe("true");
    expect(await seenEvents(page)).toEqual([{ type: "fineprint:error", detail: { code: "invalid_input" } }]);
  });

  test("keeps what was filled in over a lost connection, another language and a reload, until it is sent", async ({
    open,
  }) => {
    const { page } = await onHost(open);
    const email = someone();
    await register(page).getByRole("radio", { name: "Bedrijf" }).check();
    await fillIn(page, email);
    await field(register(page), "Bedrijf of organisatie").fill("De Wit");
    await address(page, "Adres (mag leeg)").getByLabel("Land").selectOption("DE");
    await page.route("**/v1/registrations?*", (route) => route.abort(), { times: 1 });
    await submit(page);
    await register(page).getByText("We konden niet verbinden.").waitFor();
    await page.locator("fineprint-register").evaluate((element) => element.setAttribute("lang", "en"));
    expect(await field(register(page), "Postal code").inputValue()).toBe("1234 AB");
    await page.reload();
    await register(page).getByText("Wat je eerder invulde staat er nog.").waitFor();
    expect(await register(page).getByRole("radio", { name: "Bedrijf" }).isChecked()).toBe(true);
    expect(await field(register(page), "Bedrijf of organisatie").inputValue()).toBe("De Wit");
    expect(await address(page, "Adres (mag leeg)").getByLabel("Land").inputValue()).toBe("DE");
    await submit(page);
    await register(page).getByRole("heading", { name: "Nog één stap" }).waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    expect((await mailTo(email, "Bevestig je registratie")).to).toBe(email);
  });

  test("sent twice for want of an answer is one registration", async ({ open }) => {
    const { page } = await onHost(open);
    const email = someone();
    await fillIn(page, email);
    await page.route(
      "**/v1/registrations?*",
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    await submit(page);
    await register(page).getByText("We konden niet verbinden.").waitFor();
    await submit(page);
    await register(page).getByRole("heading", { name: "Nog één stap" }).waitFor();
    await page.goto(linkIn(await mailTo(email, "Bevestig je registratie")));
    await page.getByRole("button", { name: "Registratie bevestigen" }).click();
    await page.getByText("Je klantnummer is").waitFor();
    await mailTo(email, "klantnummer");
    expect((await mailsTo(email)).filter(({ subject }) => subject === "Bevestig je registratie")).toHaveLength(1);
    expect((await mailsTo(email)).filter(({ subject }) => subject.includes("klantnummer"))).toHaveLength(1);
  });

  test("works without JavaScript, from the plain form that the site put inside the element", async ({ open }) => {
    const { page } = await open("/register", { javaScriptEnabled: false });
    const email = someone();
    await page.getByLabel("Naam", { exact: true }).fill("Noor de Wit");
    await page.getByLabel("E-mailadres").fill(email);
    await page.getByLabel("Straat en huisnummer").fill("Dorpsstraat 1");
    await page.getByLabel("Postcode").fill("1234 AB");
    await page.getByLabel("Plaats").fill("Voorbeeldstad");
    await page.getByRole("button", { name: "Registreren" }).click();
    await page.getByRole("heading", { name: "Nog één stap" }).waitFor();
    expect((await mailTo(email, "Bevestig je registratie")).to).toBe(email);
  });

  test("works with the keyboard alone, in the order of the form", async ({ open }) => {
    const { page } = await onHost(open);
    const focused = () =>
      page.evaluate(() => {
        const at = document.activeElement?.shadowRoot?.activeElement;
        return at?.getAttribute("name") || at?.textContent;
      });
    await register(page).getByRole("radio", { name: "Particulier" }).focus();
    await page.keyboard.press("ArrowDown");
    const order = [];
    for (let step = 0; step < 11; step++) {
      order.push(await focused());
      await page.keyboard.press("Tab");
    }
    const parts = ["street", "postalCode", "city", "country"].map((part) => `address.${part}`);
    expect(order).toEqual(["kind", "name", "organisation", "email", "phone", ...parts, "differs", "Registreren"]);
  });

  test("axe finds nothing wrong with it, empty, refused and done", async ({ open }) => {
    const { page } = await onHost(open, options);
    await page.addStyleTag({ content: "html { background: Canvas }" });
    await register(page).getByRole("radio", { name: "Bedrijf" }).check();
    await register(page).getByRole("checkbox").check();
    expect(await violations(page)).toEqual([]);
    await submit(page);
    await register(page).locator(".summary").waitFor();
    expect(await violations(page)).toEqual([]);
    await register(page).getByRole("radio", { name: "Particulier" }).check();
    await register(page).getByRole("checkbox").uncheck();
    await fillIn(page, someone());
    await submit(page);
    await register(page).getByRole("heading", { name: "Nog één stap" }).waitFor();
    expect(await violations(page)).toEqual([]);
    for (const path of ["/register", "/en/register"]) {
      await page.goto(origin + path);
      await register(page).waitFor();
      expect(await violations(page), path).toEqual([]);
    }
  });
});
