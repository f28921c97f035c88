/** Screenshots of the policy's editor and the comparison for people to look at, not tests: SHOTS=folder npm run shots */
import { describe } from "vitest";
import { addMember } from "./database.ts";
import { dayFromNow, pastedPolicy, publishPasted, startDayLater } from "./policy.ts";
import { shoot } from "./shoot.ts";
import { visitAs } from "./staff.ts";
import { test } from "./visit.ts";

describe("screenshots of the policy", () => {
  test("the editor with a pasted policy and errors, in review, and thrown away", async ({ open }) => {
    const { page } = await visitAs(open, addMember({ role: "privacy" }), "/admin/policy", { reducedMotion: "reduce" });
    await page.getByRole("button", { name: "Nieuwe versie beginnen" }).click();
    await page.locator("#nl-markdown").fill(pastedPolicy());
    await page.getByLabel("Datum van de versie").fill(dayFromNow(60));
    await page.getByLabel("Geldt vanaf").fill(dayFromNow(70));
    await page.getByLabel("Soort wijziging").selectOption("significant");
    await page.getByRole("button", { name: "Opslaan en laten nakijken" }).click();
    await page.getByText("Er klopt iets niet:").waitFor();
    for (const summary of await page.locator("summary").all()) await summary.click();
    await shoot(page, "policy-editor");
    await page.getByLabel("Soort wijziging").selectOption("minor");
    await page.getByRole("button", { name: "Opslaan en laten nakijken" }).click();
    await page.getByRole("button", { name: "Goedkeuren" }).click();
    await page.getByText("Vink aan dat je dit weet").first().waitFor();
    await shoot(page, "policy-review");
    await page.getByRole("link", { name: "Weggooien" }).click();
    await shoot(page, "policy-drop");
    await page.getByRole("button", { name: "Weggooien" }).click();
  });

  test("a pasted policy that is published, in the list and compared", async ({ open }) => {
    const page = await publishPasted(open, await startDayLater(), pastedPolicy());
    await shoot(page, "policy-list");
    await page.getByRole("link", { name: "met de versie van" }).first().click();
    await shoot(page, "policy-compare");
  }, 240_000);
});
