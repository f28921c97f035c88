import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { options, violations } from "./axe.ts";
import { hostPageUrl } from "./host-page.ts";
import { linkIn, mailTo } from "./mailbox.ts";
import { mint, newCustomer } from "./panel-token.ts";
import { hostOrigin, newsletter, type Open, origin, seenEvents, someone, test } from "./visit.ts";

const mine = (page: Page) => page.locator("fineprint-newsletter [part=mine]");
const status = (page: Page) => mine(page).getByRole("status");
const topic = (page: Page, name: string) => mine(page).getByRole("checkbox", { name });
const button = (page: Page, name: string) => mine(page).getByRole("button", { name });

/** The demo's panel, opened by a customer whose address the panel has. */
async function openPanel(open: Open, email: string) {
  const visit = await open("/policy", options);
  const customer = newCustomer();
  await visit.page.route("**/panel/token", async (route) =>
    route.fulfill({ json: { token: await mint(customer, 300, email) } }),
  );
  await visit.page.goto(`${origin}/panel`);
  await topic(visit.page, "Nieuws").waitFor();
  return visit;
}

describe("the newsletter of who is signed in to a panel", () => {
  test("is asked for here, confirmed by mail, changed here and left here", async ({ open }) => {
    const email = someone();
    const { page, problems } = await openPanel(open, email);
    expect(await status(page).textContent()).toBe(`Je krijgt onze nieuwsbrief niet op ${email}.`);
    await button(page, "Abonneren").click();
    await mine(page).getByText("Kies een onderwerp.").waitFor();
    await topic(page, "Nieuws").check();
    await button(page, "Abonneren").click();
    await mine(page).getByText("Nog één stap").waitFor();
    expect(await seenEvents(page)).toMatchObject([{ type: "fineprint:subscribed" }]);

    const mail = await open(linkIn(await mailTo(email, "Bevestig je aanmelding")), options);
    await mail.page.getByRole("button", { name: "Aanmelding bevestigen" }).click();
    await mail.page.getByRole("heading", { name: "Je bent aangemeld" }).waitFor();

    await page.reload();
    await mine(page).getByText(`Je krijgt onze nieuwsbrief op ${email}.`).waitFor();
    expect(await topic(page, "Nieuws").isChecked()).toBe(true);
    await topic(page, "Aanbiedingen").check();
    await button(page, "Onderwerpen bewaren").click();
    await mine(page).getByText("Je keuze is bewaard.").waitFor();
    await button(page, "Afmelden").click();
    await mine(page).getByText("Je bent afgemeld.").waitFor();
    expect(await topic(page, "Nieuws").isChecked()).toBe(false);
    expect([...problems, ...mail.problems]).toEqual([]);
  });

  test("by keyboard alone; focus is never lost, and what happened is said", async ({ open }) => {
    const { page } = await openPanel(open, someone());
    await topic(page, "Nieuws").focus();
    await page.keyboard.press("Space");
    while (!(await button(page, "Abonneren").evaluate((at) => at.matches(":focus")))) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await mine(page).getByText("Nog één stap").waitFor();
    expect(await button(page, "Abonneren").evaluate((at) => at.matches(":focus"))).toBe(true);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await mine(page).getByText("Je bent afgemeld.").waitFor();
    // The button that was pressed is gone.
    expect(await status(page).evaluate((at) => at.matches(":focus"))).toBe(true);
  });

  test("a failure is said, and what was ticked stays; so does a token that has run out", async ({ open }) => {
    const { page } = await openPanel(open, someone());
    await topic(page, "Aanbiedingen").check();
    await page.route("**/v1/me/newsletter?*", (route) => route.abort(), { times: 1 });
    await button(page, "Abonneren").click();
    await mine(page).getByText("Dat is niet gelukt.").waitFor();
    await page.route("**/panel/token", (route) => route.fulfill({ status: 500 }), { times: 1 });
    await button(page, "Abonneren").click();
    await mine(page).getByText("Je bent niet meer aangemeld.").waitFor();
    expect(await topic(page, "Aanbiedingen").isChecked()).toBe(true);
    await button(page, "Abonneren").click();
    await mine(page).getByText("Nog één stap").waitFor();
  });

  test("what cannot be loaded can be tried again", async ({ open }) => {
    const { page } = await open("/policy", options);
    await page.route("**/v1/me/newsletter?*", (route) => route.abort(), { times: 1 });
    await page.goto(`${origin}/panel`);
    await button(page, "Opnieuw proberen").click();
    await topic(page, "Nieuws").waitFor();
  });

  test("is the usual form for who is not signed in, until they are", async ({ open }) => {
    const body = "<fineprint-newsletter></fineprint-newsletter>";
    const { page } = await open(hostPageUrl(hostOrigin, { surface: "panel", lang: "nl", body }), options);
    await newsletter(page).getByRole("textbox", { name: "E-mailadres" }).waitFor();
    expect(await mine(page).count()).toBe(0);
    const token = await mint(newCustomer());
    await page.evaluate((fresh) => globalThis.fineprint.identify(fresh), token);
    await topic(page, "Nieuws").waitFor();
  });

  test("axe finds nothing wrong in any state", async ({ open }) => {
    const { page } = await openPanel(open, someone());
    expect(await violations(page)).toEqual([]);
    await button(page, "Abonneren").click();
    await mine(page).getByText("Kies een onderwerp.").waitFor();
    expect(await violations(page)).toEqual([]);
    await topic(page, "Nieuws").check();
    await button(page, "Abonneren").click();
    await mine(page).getByText("Nog één stap").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});
