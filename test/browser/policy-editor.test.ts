import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { violations } from "./axe.ts";
import { addMember } from "./database.ts";
import { dayFromNow, pastedPolicy, publishPasted, startDayLater } from "./policy.ts";
import { menu, pathOf, visitAs } from "./staff.ts";
import { type Open, test } from "./visit.ts";

/** The editor of a version that has just been begun; it is thrown away when the test is over. */
async function begin(open: Open, options = {}): Promise<Page> {
  const { page } = await visitAs(open, addMember({ role: "privacy" }), "/admin/policy", options);
  await page.getByRole("button", { name: "Nieuwe versie beginnen" }).click();
  await page.getByText("De versie is begonnen.").waitFor();
  return page;
}

async function drop(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Weggooien" }).click();
  await page.getByRole("button", { name: "Weggooien" }).click();
  await page.getByText("De versie is weggegooid.").waitFor();
}

const preview = (page: Page) => page.getByRole("region", { name: "Voorbeeld: Nederlands" });

describe("the policy's editor", () => {
  test("shows how the text will read, what changes, and how long the summary is, while one types", async ({ open }) => {
    const page = await begin(open);
    await page.locator("#nl-markdown").fill("## Een nieuwe kop\n\n- een punt\n\n[x](javascript:alert(1)) <b>vet</b>");
    await preview(page).getByRole("heading", { level: 2, name: "Een nieuwe kop" }).waitFor();
    expect(await preview(page).getByRole("listitem").textContent()).toContain("een punt");
    expect(await preview(page).textContent()).toContain("<b>vet</b>");
    expect(await preview(page).locator("[href^=javascript]").count()).toBe(0);
    await page.getByRole("cell", { name: "eruit" }).first().waitFor();
    await page.getByText("Bekijk de verschillen: Nederlands").click();
    await page.locator("#change del").first().waitFor();
    await page.locator("#nl-summary").fill("Kort.");
    expect(await page.locator("#nl-count").textContent()).toBe("5");
    // The comparison that was unfolded stays so.
    await page.locator("#nl-markdown").fill("## Nog een kop");
    await preview(page).getByRole("heading", { name: "Nog een kop" }).waitFor();
    expect(await page.locator("#change del").first().isVisible()).toBe(true);
    await drop(page);
  });

  test("without JavaScript: a button shows the preview, and nothing typed is lost", async ({ open }) => {
    const page = await begin(open, { javaScriptEnabled: false });
    await page.locator("#nl-markdown").fill("## Zonder script");
    await page.locator("#en-title").fill("My own title");
    await page.getByLabel("Geldt vanaf").fill("2031-01-01");
    await page.getByRole("button", { name: "Voorbeeld bijwerken" }).click();
    await preview(page).getByRole("heading", { name: "Zonder script" }).waitFor();
    expect(await page.locator("#nl-markdown").inputValue()).toBe("## Zonder script");
    expect(await page.locator("#en-title").inputValue()).toBe("My own title");
    expect(await page.getByLabel("Geldt vanaf").inputValue()).toBe("2031-01-01");
    await page.goto(page.url().replace("/preview", ""));
    await drop(page);
  });

  test("200 KB of Markdown is refused with all of it still in the field, and the focus on what is wrong", async ({
    open,
  }) => {
    const page = await begin(open);
    const long = "woord ".repeat(34_000).trim();
    await page.locator("#nl-markdown").fill(long);
    await page.getByRole("button", { name: "Opslaan", exact: true }).click();
    await page.getByRole("alert").getByText("Tekst in Markdown (Nederlands): Dit is te lang.").waitFor();
    expect((await page.locator("#nl-markdown").inputValue()).length).toBe(long.length);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("alert");
    expect(await violations(page)).toEqual([]);
    await page.goto(page.url());
    await drop(page);
  });

  test("can be done by keyboard alone: from the menu to a version that is handed in and scheduled", async ({
    open,
  }) => {
    const { page } = await visitAs(open, addMember({ role: "privacy" }));
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await page.waitForURL((url) => url.pathname === "/admin/policy");
    expect(await menu(page, "Privacybeleid").getAttribute("aria-current")).toBe("page");
    const press = async (name: string) => {
      await page.getByRole("button", { name, exact: true }).focus();
      await page.keyboard.press("Enter");
    };
    await press("Nieuwe versie beginnen");
    await page.getByText("De versie is begonnen.").waitFor();
    await page.getByLabel("Datum van de versie").fill(dayFromNow(10));
    await page.getByLabel("Geldt vanaf").fill(dayFromNow(50));
    await press("Opslaan en laten nakijken");
    await page.getByText("De versie wacht nu tot iemand haar nakijkt.").waitFor();
    await page.getByLabel("Ik weet dat ik mijn eigen tekst goedkeur").focus();
    await page.keyboard.press("Space");
    await press("Goedkeuren");
    await page.getByText("De versie is goedgekeurd en ingepland.").waitFor();
    await press("Terugnemen");
    await page.getByText("De versie is niet meer ingepland.").waitFor();
    await drop(page);
  });

  test("fits a phone, and axe finds nothing wrong in any state, light and dark", async ({ open }) => {
    const look = async (page: Page) => {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await violations(page)).toEqual([]);
      }
      const { scroll, client } = await page.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        client: document.documentElement.clientWidth,
      }));
      expect(scroll).toBeLessThanOrEqual(client);
    };
    const page = await begin(open, { viewport: { width: 390, height: 844 }, reducedMotion: "reduce" });
    await page.locator("#nl-markdown").fill(pastedPolicy());
    await page.getByLabel("Datum van de versie").fill(dayFromNow(10));
    await page.getByLabel("Geldt vanaf").fill(dayFromNow(50));
    await page.getByRole("button", { name: "Opslaan", exact: true }).click();
    await page.getByText("Opgeslagen.").waitFor();
    for (const summary of await page.locator("summary").all()) await summary.click();
    await look(page);
    await page.getByRole("button", { name: "Opslaan en laten nakijken" }).click();
    await page.getByText("Opgeslagen. De versie wacht").waitFor();
    const path = pathOf(page);
    await look(page);
    await page.getByRole("button", { name: "Goedkeuren" }).click();
    await page.getByText("Vink aan dat je dit weet").first().waitFor();
    await look(page);
    await page.goto(new URL("/admin/policy", page.url()).href);
    await page.getByText("wordt nagekeken").first().waitFor();
    await look(page);
    await page.goto(new URL(path, page.url()).href);
    await drop(page);
  });
});

describe("a policy of long ago", () => {
  test("pasted into the editor and published, is compared with the one of today, word by word", async ({ open }) => {
    const running = await startDayLater();
    const page = await publishPasted(open, running, pastedPolicy());
    await page.getByRole("link", { name: "met de versie van" }).first().click();
    await page.getByRole("heading", { level: 1, name: "Wat is er veranderd?" }).waitFor();
    expect(await page.locator("del").count()).toBeGreaterThan(5);
    expect(await page.locator("ins").count()).toBeGreaterThan(0);
    expect(await page.locator(".comparison h2").count()).toBeGreaterThan(3);
    expect(await page.locator(".comparison li").count()).toBeGreaterThan(3);
    expect(await violations(page)).toEqual([]);
  }, 180_000);
});
