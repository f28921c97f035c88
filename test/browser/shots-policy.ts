/** Screenshots of the policy's editor and the comparison for people to look at, not tests: SHOTS=folder npm run shots */
import { describe } from "vitest";
import { dayFromNow, pastedPolicy, publishPasted, startDayLater } from "./policy.ts";
import { shoot } from "./shoot.ts";
import { test } from "./visit.ts";

describe("screenshots of the policy", () => {
  test("a pasted policy in the editor, in review, published and compared", async ({ open }) => {
    const running = await startDayLater();
    const { origin } = running;
    const page = await publishPasted(open, running, pastedPolicy());
    await shoot(page, "policy-list");
    await page.getByRole("link", { name: "met de versie van" }).first().click();
    await shoot(page, "policy-compare");
    await page.goto(`${origin}/admin/policy`);
    await page.getByRole("button", { name: "Nieuwe versie beginnen" }).click();
    await page.locator("#nl-markdown").fill(`${pastedPolicy()}\n\nDit is nieuw.`);
    await page.getByLabel("Datum van de versie").fill(dayFromNow(60));
    await page.getByLabel("Geldt vanaf").fill(dayFromNow(70));
    await page.getByRole("button", { name: "Opslaan en laten nakijken" }).click();
    await page.getByText("Er klopt iets niet:").waitFor();
    for (const summary of await page.locator("summary").all()) await summary.click();
    await shoot(page, "policy-editor");
    await page.getByLabel("Soort wijziging").selectOption("minor");
    await page.getByRole("button", { name: "Opslaan en laten nakijken" }).click();
    await page.getByRole("button", { name: "Goedkeuren" }).click();
    await page.getByText("Vink aan dat je dit weet").first().waitFor();
    await shoot(page, "policy-review");
  }, 240_000);
});
