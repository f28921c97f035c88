import { describe, expect } from "vitest";
import { options, violations } from "./axe.ts";
import { addMember, addSentNewsletter, addSubscriber } from "./database.ts";
import { visitAs } from "./staff.ts";
import { origin, someone, test } from "./visit.ts";

const PATH = "/admin/newsletters/figures";
const marketing = () => addMember({ role: "marketing" });

describe("the figures of the newsletter", () => {
  test("are clean for axe: charts, their numbers unfolded, and days that are none", async ({ open }) => {
    for (const source of ["site", "beurs"]) addSubscriber({ email: someone(), source });
    addSubscriber({ email: someone(), status: "bounced" });
    addSentNewsletter("Nieuwsbrief november", { sent: 900, bounced: 12, left: 5, complained: 1, replied: 9 });
    addSentNewsletter("Een nieuwsbrief met een heel lange naam die nergens op past", { sent: 50, replied: 3 });
    const { page, problems } = await visitAs(open, marketing(), PATH, options);
    for (const summary of await page.locator("summary").all()) await summary.click();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${origin}${PATH}?from=2026-02-02&to=2026-02-01`);
    expect(await violations(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  test("fit a phone, and are read out as a sentence with the numbers beside it", async ({ open }) => {
    addSubscriber({ email: someone(), source: "site" });
    const { page } = await visitAs(open, marketing(), PATH, { viewport: { width: 390, height: 800 } });
    const chart = page.getByRole("img", { name: /^Wie erbij kwam, naar herkomst In totaal kwamen er [\d.]+ bij\./ });
    await chart.waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    const label = chart.locator("text").first();
    expect((await label.boundingBox())?.height).toBeGreaterThan(11);
    await page.getByText("Toon de getallen").first().click();
    await page.locator("td[data-label=site]").first().waitFor();
  });

  test("go by what is asked, by keyboard and without a script, and come as a file", async ({ open }) => {
    addSubscriber({ email: someone(), source: "site" });
    const { page } = await visitAs(open, marketing(), PATH, { javaScriptEnabled: false });
    await page.getByLabel("Per", { exact: true }).selectOption("month");
    await page.getByLabel("Vanaf").fill("2026-01-01");
    await page.getByLabel("Vanaf").press("Enter");
    await page.waitForURL(/by=month/);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("region", { name: "Groei" }).getByRole("link", { name: "Download als CSV" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^growth-2026-01-01-.*\.csv$/);
  });
});
