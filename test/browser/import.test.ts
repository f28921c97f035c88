import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { addMember } from "./database.ts";
import { visitAs } from "./staff.ts";
import { someone, test } from "./visit.ts";

const PATH = "/admin/customers/imports";
const HEAD = "Klantnummer;Naam;E-mailadres;Telefoon";

let files = 0;
/** A file of customers whose numbers nobody else has: `count` rows, of which those at `wrong` have no e-mail address. */
function fileOf(count: number, wrong: readonly number[] = []): { mark: string; text: string } {
  const mark = `imp-${Date.now().toString(36)}-${files++}`;
  const rows = Array.from({ length: count }, (_, i) => {
    const email = wrong.includes(i) ? "weet ik niet" : someone();
    return `${mark}-${i};Klant ${i};${email};+31 20 ${i}`;
  });
  return { mark, text: [HEAD, ...rows].join("\r\n") };
}

const choose = (page: Page, text: string, name = "klanten.csv") =>
  page.getByLabel("Bestand").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
const press = (page: Page, name: string) => page.getByRole("main").getByRole("button", { name }).click();
const fact = (page: Page, name: string) =>
  page.locator("dl.facts > div", { has: page.getByText(name, { exact: true }) }).locator("dd");
const support = () => addMember({ role: "support" });

/** Downloads the refused rows. */
async function download(page: Page): Promise<string> {
  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: "Geweigerde rijen downloaden" }).click();
  return readFile(await (await coming).path(), "utf8");
}

describe("an import in /admin", () => {
  test("of 50 rows says why 3 were refused, and takes them once they are mended", async ({ open }) => {
    const { page, problems } = await visitAs(open, support(), PATH);
    const { mark, text } = fileOf(50, [7, 21, 42]);
    await choose(page, text);
    await press(page, "Bestand sturen");
    await page.getByRole("heading", { name: "Zo lezen we het bestand" }).waitFor();
    expect(await page.getByLabel("Tekens").inputValue()).toBe("utf-8");
    expect(await page.getByLabel("Tussen de kolommen staat").inputValue()).toBe(";");
    const first = page.getByRole("table", { name: "De eerste rijen" });
    expect(await first.getByRole("row").count()).toBe(11);
    await first.getByText("E-mailadres: Dit is geen e-mailadres.").waitFor();
    await press(page, "Importeren");
    await page.getByText("Alle rijen zijn gedaan.").waitFor({ timeout: 20_000 });
    expect(await fact(page, "Toegevoegd").textContent()).toBe("47");
    expect(await fact(page, "Geweigerd").textContent()).toBe("3");

    const refused = await download(page);
    expect(refused).toContain(`${mark}-7;Klant 7;weet ik niet;"'+31 20 7";9;`);
    expect(refused.trim().split("\r\n")).toHaveLength(4);
    const mended = refused.replaceAll("weet ik niet", () => someone());
    await page.getByRole("link", { name: "Meer imports" }).click();
    await choose(page, mended, "verbeterd.csv");
    await press(page, "Bestand sturen");
    await press(page, "Importeren");
    await page.getByText("Alle rijen zijn gedaan.").waitFor({ timeout: 20_000 });
    expect(await fact(page, "Toegevoegd").textContent()).toBe("3");
    expect(await fact(page, "Geweigerd").textContent()).toBe("0");

    await page.goto(new URL(`/admin/customers?by=number&start=${mark}-7`, page.url()).href);
    await page.getByRole("link", { name: `${mark}-7`, exact: true }).click();
    expect(await fact(page, "Telefoon").textContent()).toBe("+31 20 7");
    expect(problems).toEqual([]);
  });

  test("is sent in parts, goes on after a lost connection, and after the page was left", async ({ open }) => {
    const { page, context } = await visitAs(open, support(), PATH);
    const { text } = fileOf(10_000);
    const parts: string[] = [];
    let isAway = true;
    await context.route("**/parts/*", async (route) => {
      parts.push(new URL(route.request().url()).pathname.split("/").at(-1) ?? "");
      if (parts.length === 2 && isAway) {
        isAway = false;
        return route.abort("connectionreset");
      }
      // The page is left before the last part is there.
      return parts.length === 4 ? route.abort("connectionreset") : route.continue();
    });
    await choose(page, text);
    await press(page, "Bestand sturen");
    await page.getByText("De verbinding is weg.").waitFor();
    await expect.poll(() => parts.length, { timeout: 15_000 }).toBe(4);
    expect(parts).toEqual(["0", "1", "1", "2"]);
    await page.goto(new URL(PATH, page.url()).href);
    await page.getByRole("cell", { name: "wordt gestuurd" }).first().waitFor();
    await page.getByRole("link", { name: "klanten.csv" }).first().click();
    await choose(page, `${text}x`);
    await press(page, "Verder sturen");
    await page.getByText("Dit is een ander bestand").waitFor();
    await choose(page, text);
    await press(page, "Verder sturen");
    await page.getByRole("heading", { name: "Zo lezen we het bestand" }).waitFor();
    expect(parts.slice(4)).toEqual(["2"]);
  });

  test("works without JavaScript", async ({ open }) => {
    const { page } = await visitAs(open, support(), PATH, { javaScriptEnabled: false });
    await choose(page, fileOf(2).text);
    await press(page, "Bestand sturen");
    await press(page, "Importeren");
    await page.getByText("Alle rijen zijn gedaan.").waitFor({ timeout: 20_000 });
    expect(await fact(page, "Toegevoegd").textContent()).toBe("2");
  });
});
