import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { options, violations } from "./axe.ts";
import { linkIn, mailsTo, mailTo } from "./mailbox.ts";
import { field, newsletter, type Open, origin, someone, test } from "./visit.ts";

/** Somebody who signed up, confirmed, and followed the link to their preferences. */
async function chooser(open: Open, more = {}): Promise<{ page: Page; email: string; problems: string[] }> {
  const { page, problems } = await open("/", more);
  const email = someone();
  await field(newsletter(page), "E-mailadres").fill(email);
  await newsletter(page).getByRole("button", { name: "Abonneren" }).click();
  await page.goto(linkIn(await mailTo(email, "Bevestig je aanmelding")));
  await page.getByRole("button", { name: "Aanmelding bevestigen" }).click();
  const { text } = await mailTo(email, "Je bent aangemeld");
  await page.goto(/https?:\S+\/newsletter\/preferences\S+/.exec(text)?.[0] ?? "");
  return { page, email, problems };
}

const save = (page: Page) => page.getByRole("button", { name: "Voorkeuren opslaan" }).click();

describe("the preference centre", () => {
  test("changes topics, language and name, and shows the receipt of it, without JavaScript", async ({ open }) => {
    const { page, email } = await chooser(open);
    const address = page.url();
    const plain = await open(address, { javaScriptEnabled: false });
    await plain.page.getByLabel("Aanbiedingen").check();
    await plain.page.getByLabel("Naam (mag leeg)").fill("Noor de Wit");
    await save(plain.page);
    await plain.page.getByText("Je keuze is opgeslagen.").waitFor();
    expect(await plain.page.getByLabel("Aanbiedingen").isChecked()).toBe(true);
    expect(await plain.page.getByLabel("Naam (mag leeg)").inputValue()).toBe("Noor de Wit");
    await plain.page.getByRole("link", { name: "Bewijs van je toestemming bekijken" }).click();
    await plain.page.getByRole("heading", { name: "Bewijs van je toestemming" }).waitFor();
    const events = plain.page.locator(".event");
    expect(await events.getByRole("heading").allTextContents()).toEqual([
      expect.stringContaining("Onderwerpen gewijzigd"),
      expect.stringContaining("Toestemming gegeven"),
    ]);
    // The browser of these tests says of itself that nobody sits before it.
    expect(await events.first().textContent()).toContain("Ik wil de nieuwsbrief per e-mail ontvangen.");
    expect(await events.first().textContent()).toContain("bevestigd door een programma");
    const download = plain.page.waitForEvent("download");
    await plain.page.getByRole("link", { name: "Downloaden als JSON" }).click();
    const file = await (await download).createReadStream();
    const receipt = JSON.parse(Buffer.concat(await file.toArray()).toString()) as { pii_principal_id: string };
    expect([(await download).suggestedFilename(), receipt.pii_principal_id]).toEqual(["consent-receipt.json", email]);
  });

  test("keeps what was typed when a field is wrong, and asks when no topic is left", async ({ open }) => {
    const { page, email, problems } = await chooser(open);
    await page.getByLabel("Nieuw e-mailadres").fill("geen adres");
    await page.getByRole("button", { name: "Adres wijzigen" }).click();
    await page.getByText("Dit is geen e-mailadres.").waitFor();
    expect(await page.getByLabel("Nieuw e-mailadres").inputValue()).toBe("geen adres");
    await page.getByLabel("Nieuws", { exact: true }).uncheck();
    await page.getByLabel("Naam (mag leeg)").fill("Noor");
    await save(page);
    await page.getByRole("heading", { name: "Wil je je afmelden?" }).waitFor();
    expect(await page.getByLabel("Naam (mag leeg)").inputValue()).toBe("Noor");
    await page.getByRole("button", { name: "Ja, meld me af" }).click();
    await page.getByText(`${email} is afgemeld.`).waitFor();
    expect(await page.getByRole("checkbox", { checked: true }).count()).toBe(0);
    await page.getByLabel("Aanbiedingen").check();
    await page.getByRole("button", { name: "Weer aanmelden" }).click();
    await page.getByText("Klik op de knop in de nieuwste: pas dan sta je weer op de lijst.").waitFor();
    const asked = async () => (await mailsTo(email)).filter(({ subject }) => subject.startsWith("Bevestig")).length;
    await expect.poll(asked, { timeout: 15_000 }).toBe(2);
    // A browser tells its console of every reply that is no success.
    expect(problems.filter((problem) => !problem.includes("422"))).toEqual([]);
  });

  test("moves to another address by a button in a mail to each", async ({ open }) => {
    const { page, email } = await chooser(open);
    const to = someone();
    const preferences = page.url();
    await page.getByLabel("Nieuw e-mailadres").fill(to);
    await page.getByRole("button", { name: "Adres wijzigen" }).click();
    await page.getByText("We sturen een mail naar je oude en naar je nieuwe adres, hooguit drie op een dag.").waitFor();
    await page.goto(linkIn(await mailTo(to, "Wil je de nieuwsbrief op dit adres?")));
    await page.getByRole("button", { name: "Ja, stuur hem hierheen" }).click();
    await page.getByRole("heading", { name: "Nog één stap" }).waitFor();
    await page.goto(linkIn(await mailTo(email, "Wil je de nieuwsbrief op een ander adres?")));
    await page.getByText(to).waitFor();
    await page.getByRole("button", { name: "Ja, wijzig mijn adres" }).click();
    await page.getByRole("heading", { name: "Je adres is gewijzigd" }).waitFor();
    // Who has the old mailbox learns nothing more.
    await page.goto(preferences);
    await page.getByRole("heading", { name: "Deze link klopt niet" }).waitFor();
    expect(await page.content()).not.toContain(to);
  });

  test("axe finds nothing wrong with it, nor with the receipt; nothing is wider than a phone", async ({ open }) => {
    const { page } = await chooser(open, options);
    const preferences = page.url();
    const isNarrow = async () => {
      await page.setViewportSize({ width: 390, height: 800 });
      return page.evaluate(() => document.documentElement.scrollWidth <= 390);
    };
    const look = async (what: string) =>
      expect([what, await violations(page), await isNarrow()]).toEqual([what, [], true]);
    await look("preferences");
    await page.getByLabel("Nieuws", { exact: true }).uncheck();
    await page.getByLabel("Naam (mag leeg)").fill("n".repeat(121));
    await save(page);
    await page.getByText("Dit is te lang.").waitFor();
    await look("a fault");
    await page.getByLabel("Naam (mag leeg)").fill("");
    await save(page);
    await page.getByRole("heading", { name: "Wil je je afmelden?" }).waitFor();
    await look("no topic");
    await page.goto(preferences.replace("preferences", "receipt"));
    await look("the receipt");
    await page.goto(preferences);
    await page.getByRole("button", { name: "Afmelden voor alles" }).click();
    await page.getByRole("heading", { name: "Weer aanmelden" }).waitFor();
    await look("who left");
    expect(page.url().startsWith(origin)).toBe(true);
  });
});
