import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { banner, contact, field, newsletter, someone, test } from "./visit.ts";

/** The words of what has focus, inside a widget or on the page. */
const focusedText = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const outer = document.activeElement;
    const inner = outer?.shadowRoot?.activeElement ?? outer;
    return inner === document.body ? "" : (inner?.textContent?.trim() ?? "");
  });

const tab = async (page: Page): Promise<string> => {
  await page.keyboard.press("Tab");
  return focusedText(page);
};

describe("with the keyboard alone", () => {
  test("nothing takes focus by itself, and the banner follows the page's last link", async ({ open }) => {
    const { page } = await open("/");
    await banner(page).waitFor();
    await newsletter(page).waitFor();
    await contact(page).waitFor();
    expect(await focusedText(page)).toBe("");

    await page.locator("footer a").last().focus();
    expect(await tab(page)).toBe("Lees de nieuwe versie");
    expect(await tab(page)).toBe("Bekijk wat er verandert");
    expect(await tab(page)).toBe("Sluiten");
    await page.keyboard.press("Enter");
    await banner(page).waitFor({ state: "detached" });
  });

  test("Esc dismisses the banner, but not from a field that the visitor is busy in", async ({ open }) => {
    const { page } = await open("/");
    await banner(page).waitFor();
    await field(newsletter(page), "E-mailadres").focus();
    await page.keyboard.press("Escape");
    expect(await banner(page).count()).toBe(1);

    await banner(page).getByRole("link").first().focus();
    await page.keyboard.press("Escape");
    await banner(page).waitFor({ state: "detached" });
    await page.reload();
    expect(await page.locator("fineprint-banner").count()).toBe(0);
  });

  test("a message can be written and sent, and focus goes to what came of it", async ({ open }) => {
    const { page } = await open("/");
    await field(contact(page), "E-mailadres").focus();
    await page.keyboard.type(someone());
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Zonder muis geschreven");
    // The hidden field that robots fill is skipped.
    expect(await tab(page)).toBe("Bestand toevoegen");
    expect(await tab(page)).toBe("Bericht versturen");
    await page.keyboard.press("Space");
    await contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
    expect(await focusedText(page)).toBe("Je bericht is verstuurd");
    expect(await tab(page)).toBe("Nog een bericht schrijven");
  });

  const ringOf = (page: Page): Promise<string> =>
    page.evaluate(() => {
      const element = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
      return element === null ? "" : getComputedStyle(element).outlineStyle;
    });

  test("the summary of what is wrong and the heading of what was done show it too", async ({ open }) => {
    const { page } = await open("/");
    await contact(page).getByRole("button", { name: "Bericht versturen" }).focus();
    await page.keyboard.press("Enter");
    await contact(page).locator(".summary:focus").waitFor();
    expect(await ringOf(page)).toBe("solid");
    await field(newsletter(page), "E-mailadres").focus();
    await page.keyboard.type(someone());
    await page.keyboard.press("Enter");
    await newsletter(page).locator("h2:focus").waitFor();
    expect(await ringOf(page)).toBe("solid");
  });

  test("everything that takes focus shows it", async ({ open }) => {
    const { page } = await open("/");
    await banner(page).waitFor();
    await field(newsletter(page), "E-mailadres").focus();
    for (let step = 0; step < 9; step++) {
      expect(await ringOf(page)).toBe("solid");
      await page.keyboard.press("Tab");
    }
  });
});
