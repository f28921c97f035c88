import type { Locator, Page } from "playwright-core";
import { describe, expect, vi } from "vitest";
import { options, violations } from "./axe.ts";
import { addMember } from "./database.ts";
import { mint, newCustomer } from "./panel-token.ts";
import { pastedPolicy, publishPasted, startDayLater } from "./policy.ts";
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
  return readRow(page.locator("tr", { hasText: number }));
}

/** What it says of each customer on the page. */
const rowsOf = async (page: Page) =>
  Promise.all((await page.locator("tr", { has: page.locator("[data-label=Bevestigd]") }).all()).map(readRow));

async function readRow(row: Locator): Promise<Record<string, string>> {
  const told = (await row.locator("td").all()).map(
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

  test("published in the editor: on the site within a minute, in the panel, acknowledged on one device, gone on another, and the evidence says so", async ({
    open,
  }) => {
    const running = await startDayLater();
    const at = (path: string) => new URL(path, running.origin).href;
    const admin = await publishPasted(open, running, pastedPolicy());
    const published = Date.now();

    // A browser keeps the loader for a minute; the worker may be ten seconds late. Nobody has changed those rules.
    const loader = async () => fetch(at("/embed.js?surface=site"));
    expect((await loader()).headers.get("cache-control")).toBe("public, max-age=60, stale-while-revalidate=600");
    await vi.waitFor(async () => expect(await (await loader()).text()).toContain("Wat er in 2015 stond."), {
      timeout: 10_000,
      interval: 500,
    });
    const { page: site } = await open(at("/"));
    await banner(site).getByText("Wat er in 2015 stond.").waitFor();
    expect(Date.now() - published).toBeLessThan(60_000);

    const desk = await open(at("/panel"));
    await banner(desk.page).getByText("Wat er in 2015 stond.").waitFor();
    await banner(desk.page).getByRole("button", { name: ACKNOWLEDGE }).click();
    await banner(desk.page).waitFor({ state: "detached" });
    const phone = await open(at("/policy"), { viewport: { width: 390, height: 844 } });
    const answered = phone.page.waitForResponse("**/v1/me/notices?*");
    await phone.page.goto(at("/panel"));
    expect(await (await answered).json()).toEqual({ notices: [] });
    expect(await banner(phone.page).count()).toBe(0);

    await admin.locator("a[href^='/admin/policy/versions/']").first().click();
    const reached = admin.getByRole("row", { name: "Bevestigd in de klantomgeving" }).getByRole("cell").last();
    await vi.waitFor(
      async () => {
        await fetch(at("/cdn-cgi/handler/scheduled"));
        await admin.reload();
        expect(await admin.getByRole("heading", { name: "Wie is bereikt" }).count()).toBe(1);
        expect(await reached.textContent()).toBe("1");
        const [row = {}] = (await rowsOf(admin)).filter((told) => told["Bevestigd"]?.match(/\d/));
        expect(row).toMatchObject({ Mail: expect.stringContaining("verstuurd"), Getoond: expect.stringMatching(/\d/) });
      },
      { timeout: 60_000, interval: 1_000 },
    );
    expect([...desk.problems, ...phone.problems]).toEqual([]);
  }, 240_000);

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
