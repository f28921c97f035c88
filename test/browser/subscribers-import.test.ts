import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { addMember } from "./database.ts";
import { mailsTo } from "./mailbox.ts";
import { visitAs } from "./staff.ts";
import { someone, test } from "./visit.ts";

const PATH = "/admin/subscribers/imports";
const WORDS = "Ja, stuur mij de nieuwsbrief per e-mail.";

/** A file of 50 new people, of which three rows are not right; and the address of the first. */
function fiftyRows(): { text: string; first: string } {
  const first = someone();
  const rows = Array.from({ length: 50 }, (_, i) => {
    if (i === 7) return "weet ik niet;Lezer 7;";
    if (i === 21) return `${someone()};Lezer 21;klingon`;
    return i === 42 ? ";Lezer 42;" : `${i === 0 ? first : someone()};Lezer ${i};`;
  });
  return { text: ["E-mailadres;Naam;Taal", ...rows].join("\r\n"), first };
}

const choose = (page: Page, text: string) =>
  page
    .getByLabel("Bestand", { exact: true })
    .setInputFiles({ name: "abonnees.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
const press = (page: Page, name: string) => page.getByRole("main").getByRole("button", { name, exact: true }).click();
const fact = (page: Page, name: string) =>
  page
    .locator("dl.facts > div", { has: page.getByText(name, { exact: true }) })
    .locator("dd")
    .first();
const marketing = () => addMember({ role: "marketing" });
const ended = (page: Page) => page.getByText("Alle rijen zijn gedaan.").waitFor({ timeout: 20_000 });

describe("an import of subscribers in /admin", () => {
  test("of 50 rows: tried, told why 3 were refused, started with the proof, and done", async ({ open }) => {
    const { page, problems } = await visitAs(open, marketing(), "/admin/subscribers");
    await page.goto(new URL(PATH, page.url()).href);
    const { text } = fiftyRows();
    await choose(page, text);
    await press(page, "Bestand sturen");
    await page.getByRole("heading", { name: "Zo lezen we het bestand" }).waitFor();
    const first = page.getByRole("table", { name: "De eerste rijen" });
    expect(await first.getByRole("row").count()).toBe(11);
    await first.getByText("E-mailadres: Dit is geen e-mailadres.").waitFor();
    expect(await first.getByText("krijgt een mail om te bevestigen").count()).toBe(9);

    // What is missing is said, and nothing that was chosen is lost.
    await page.getByLabel("De woorden waarmee ze toestemming gaven").fill(WORDS);
    await page.getByLabel("De dag, of de eerste dag").fill("2026-03-01");
    await page.getByLabel("Het bewijs laat zien").check();
    await press(page, "Importeren");
    await page.getByText("Kies het bestand, of vul zijn SHA-256 in.").first().waitFor();
    expect(await page.getByLabel("De woorden waarmee ze toestemming gaven").inputValue()).toBe(WORDS);
    expect(await page.getByLabel("Het bewijs laat zien").isChecked()).toBe(true);

    const proof = Buffer.from("adres,tijd\na@example.nl,2026-03-01T10:00:00Z\n");
    await page
      .getByLabel("Bestand met het bewijs")
      .setInputFiles({ name: "bewijs.csv", mimeType: "text/csv", buffer: proof });
    await page.getByText("Naam en SHA-256 zijn ingevuld.").waitFor();
    expect(await page.getByLabel("SHA-256 van dat bestand").inputValue()).toBe(
      createHash("sha256").update(proof).digest("hex"),
    );
    await press(page, "Proef draaien");
    await page.getByRole("heading", { name: "Uitkomst van de proef" }).waitFor({ timeout: 20_000 });
    expect(await fact(page, "Meteen abonnee").textContent()).toBe("47");
    expect(await fact(page, "Geweigerd").textContent()).toBe("3");
    const refused = page.getByRole("table", { name: "De eerste van deze rijen" });
    await refused.getByText("Taal: Deze taal kennen we niet. Gebruik nl of en.").waitFor();
    expect(await refused.getByRole("row").count()).toBe(4);

    expect(await page.getByLabel("Naam van dat bestand").inputValue()).toBe("bewijs.csv");
    await press(page, "Importeren");
    await ended(page);
    expect(await fact(page, "Meteen abonnee").textContent()).toBe("47");
    expect(await fact(page, "Geweigerd").textContent()).toBe("3");
    await page.getByText("bewijs.csv").waitFor();
    const coming = page.waitForEvent("download");
    await page.getByRole("link", { name: "Deze rijen downloaden" }).click();
    const file = await readFile(await (await coming).path(), "utf8");
    expect(file.trim().split("\r\n")).toHaveLength(4);
    expect(file).toContain("weet ik niet;Lezer 7;;9;");
    // The form that was refused, and nothing else.
    expect(problems).toEqual([expect.stringContaining("422")]);
  });

  test("works without JavaScript; without proof each is asked by mail first", async ({ open }) => {
    const { page } = await visitAs(open, marketing(), PATH, { javaScriptEnabled: false });
    const { text, first } = fiftyRows();
    await choose(page, text.split("\r\n").slice(0, 3).join("\r\n"));
    await press(page, "Bestand sturen");
    expect(await page.getByLabel("Bestand met het bewijs").isVisible()).toBe(false);
    await page.getByLabel("De woorden waarmee ze toestemming gaven").fill(WORDS);
    await page.getByLabel("De dag, of de eerste dag").fill("2026-03-01");
    await press(page, "Importeren");
    await ended(page);
    expect(await fact(page, "Moet nog bevestigen").textContent()).toBe("2");
    await expect
      .poll(async () => (await mailsTo(first)).map(({ subject }) => subject), { timeout: 15_000 })
      .toEqual(["Wil je onze nieuwsbrief ontvangen?"]);
  });
});
