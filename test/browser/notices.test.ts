import type { Page } from "playwright-core";
import { describe, expect, vi } from "vitest";
import { options, violations } from "./axe.ts";
import { addMember } from "./database.ts";
import { mint, newCustomer } from "./panel-token.ts";
import { visitAs } from "./staff.ts";
import { banner, origin, test } from "./visit.ts";

const ACKNOWLEDGE = "Ik heb het gelezen";

/** Lets the demo panel's server answer as this customer's would. */
async function signIn(page: Page, customer: string): Promise<void> {
  await page.route("**/panel/token", async (route) => route.fulfill({ json: { token: await mint(customer) } }));
  await page.goto(`${origin}/panel`);
}

/** What the admin's row of a customer says of each channel, by the name of the column. */
async function rowOf(page: Page, number: string): Promise<Record<string, string>> {
  const cells = await page.locator("tr", { hasText: number }).locator("td").all();
  const told = cells.map(
    async (cell) => [(await cell.getAttribute("data-label")) ?? "", (await cell.textContent()) ?? ""] as const,
  );
  return Object.fromEntries(await Promise.all(told));
}

describe("telling a customer of a significant version", () => {
  test("by mail, in the panel, and acknowledged on one device: gone on the other, and the evidence says so", async ({
    open,
  }) => {
    const customer = newCustomer();
    const site = await open("/");
    await banner(site.page).waitFor();
    const reply = await fetch(`${origin}/v1/notices?surface=site`);
    const { notices } = (await reply.json()) as { notices: { date: string }[] };
    const path = `/admin/policy/versions/${notices[0]?.date}?number=${customer}`;

    // The minute's round takes up who joined since, and later writes down what became of their mail.
    const admin = await visitAs(open, addMember({ role: "privacy" }), path);
    await vi.waitFor(
      async () => {
        await fetch(`${origin}/cdn-cgi/handler/scheduled`);
        await admin.page.reload();
        expect((await rowOf(admin.page, customer))["Mail"]).toContain("verstuurd");
      },
      { timeout: 60_000, interval: 1_000 },
    );
    expect(await rowOf(admin.page, customer)).toMatchObject({ Getoond: "–", Bevestigd: "–" });

    const desk = await open("/policy");
    const shown = desk.page.waitForResponse("**/shown?*");
    await signIn(desk.page, customer);
    expect((await shown).status()).toBe(200);
    await admin.page.reload();
    const seen = await rowOf(admin.page, customer);
    expect(seen["Getoond"]).toMatch(/\d/);
    expect(seen["Bevestigd"]).toBe("–");

    await banner(desk.page).getByRole("button", { name: ACKNOWLEDGE }).click();
    await banner(desk.page).waitFor({ state: "detached" });
    const phone = await open("/policy", { viewport: { width: 390, height: 844 } });
    const answered = phone.page.waitForResponse("**/v1/me/notices?*");
    await signIn(phone.page, customer);
    expect(await (await answered).json()).toEqual({ notices: [] });
    expect(await banner(phone.page).count()).toBe(0);

    await admin.page.reload();
    expect((await rowOf(admin.page, customer))["Bevestigd"]).toMatch(/\d/);
    expect([...desk.problems, ...phone.problems, ...admin.problems]).toEqual([]);
  }, 120_000);

  test("axe finds nothing wrong on the version's page, for who may pause and for who may only look", async ({
    open,
  }) => {
    const { notices } = (await (await fetch(`${origin}/v1/notices?surface=site`)).json()) as {
      notices: { date: string }[];
    };
    for (const role of ["privacy", "auditor"] as const) {
      const path = `/admin/policy/versions/${notices[0]?.date}`;
      const { page } = await visitAs(open, addMember({ role }), path, options);
      await page.getByRole("heading", { name: "Wie is bereikt" }).waitFor();
      expect(await violations(page)).toEqual([]);
    }
  }, 60_000);
});
