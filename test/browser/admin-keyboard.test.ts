import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { addMember, type Member } from "./database.ts";
import { menu, pathOf, visitAs } from "./staff.ts";
import { origin, test } from "./visit.ts";

const dialog = (page: Page) => page.getByRole("dialog", { name: "Sneltoetsen" });
const anOwner = (): Member => addMember({ role: "owner" });
const hasFocus = (element: ReturnType<Page["locator"]>) => element.evaluate((own) => own === document.activeElement);

describe("the admin's shortcuts", () => {
  test("are listed under ?, Esc closes the list, and focus goes back to where it was", async ({ open }) => {
    const { page, problems } = await visitAs(open, anOwner());
    await menu(page, "Medewerkers").focus();
    await page.keyboard.press("?");
    await dialog(page).getByText("Naar het eerste filter").waitFor();
    expect(await dialog(page).evaluate((own) => own.contains(document.activeElement))).toBe(true);
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });
    expect(await hasFocus(menu(page, "Medewerkers"))).toBe(true);

    await page.getByRole("link", { name: "Sneltoetsen" }).click();
    await dialog(page).getByRole("button", { name: "Sluiten" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    expect(problems).toEqual([]);
  });

  test("go to the pages that the list names, by g and a letter", async ({ open }) => {
    const { page } = await visitAs(open, anOwner(), "/admin/help");
    const rows = await page.getByRole("main").locator("dl > div").all();
    const ways = await Promise.all(
      rows.map(async (row) => ({
        keys: await row.locator("kbd").allTextContents(),
        place: (await row.getByRole("definition").textContent()) ?? "",
      })),
    );
    const places = ways.filter(({ keys }) => keys[0] === "g");
    expect(places).toHaveLength(11);
    for (const { keys, place } of places) {
      for (const key of keys) await page.keyboard.press(key);
      await page.getByRole("heading", { level: 1, name: place }).waitFor();
    }
  });

  test("go to the first filter by /, and along the rows by j and k", async ({ open }) => {
    const { page } = await visitAs(open, anOwner(), "/admin/staff");
    const rows = page.getByRole("table", { name: "Medewerkers" }).locator("tbody tr");
    const linkOf = (row: number) => rows.nth(row).getByRole("link");
    await page.keyboard.press("j");
    expect(await hasFocus(linkOf(0))).toBe(true);
    await page.keyboard.press("j");
    expect(await hasFocus(linkOf(1))).toBe(true);
    await page.keyboard.press("k");
    expect(await hasFocus(linkOf(0))).toBe(true);
    await page.keyboard.press("k");
    expect(await hasFocus(linkOf(0))).toBe(true);

    await page.goto(`${origin}/admin/ledger`);
    await page.keyboard.press("/");
    expect(await hasFocus(page.getByLabel("Soort"))).toBe(true);
  });

  test("do nothing where somebody types", async ({ open }) => {
    const { page } = await visitAs(open, anOwner(), "/admin/ledger");
    const field = page.getByRole("searchbox");
    await field.focus();
    await page.keyboard.type("gl?/jkgs");
    expect(await field.inputValue()).toBe("gl?/jkgs");
    expect(await hasFocus(field)).toBe(true);
    expect(await dialog(page).isVisible()).toBe(false);
    await page.getByLabel("Soort").focus();
    await page.keyboard.type("gs?");
    expect(await dialog(page).isVisible()).toBe(false);
    // Nothing was on its way elsewhere.
    await page.reload();
    expect(pathOf(page)).toBe("/admin/ledger");
  });

  test("can be switched off on this device, and on again", async ({ open }) => {
    const { page } = await visitAs(open, anOwner());
    const show = () => page.getByRole("link", { name: "Sneltoetsen" }).click();
    const box = dialog(page).getByLabel("Sneltoetsen gebruiken op dit apparaat");
    await show();
    await box.uncheck();
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    expect(await dialog(page).isVisible()).toBe(false);
    await page.reload();
    await page.keyboard.press("?");
    expect(await dialog(page).isVisible()).toBe(false);
    await show();
    expect(await box.isChecked()).toBe(false);
    await box.check();
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await dialog(page).waitFor();
  });
});
