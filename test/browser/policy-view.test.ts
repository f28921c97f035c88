import type { Locator, Page } from "playwright-core";
import { describe, expect } from "vitest";
import { options, violations } from "./axe.ts";
import { hostPageUrl } from "./host-page.ts";
import { hostOrigin, type Open, origin, seenEvents, test } from "./visit.ts";

const policy = (page: Page): Locator => page.locator("fineprint-policy [part=policy]");
const button = (page: Page, name: string): Locator => policy(page).getByRole("button", { name });
const hostPage = (open: Open, attributes = "", more = {}) =>
  open(
    hostPageUrl(hostOrigin, {
      lang: "nl",
      scheme: "light dark",
      body: `<fineprint-policy ${attributes}><p>Wat de site erin zet</p></fineprint-policy>`,
    }),
    more,
  );

describe("the policy at a glance", () => {
  test("says since when it is in force, what is coming, and where to read it", async ({ open }) => {
    const { page, problems } = await open("/privacy");
    await policy(page).getByRole("heading", { name: "Privacybeleid" }).waitFor();
    expect(await policy(page).textContent()).toContain("Laatst gewijzigd op 4 maart 2015. Geldt vanaf 4 maart 2015.");
    expect(await policy(page).textContent()).toMatch(/Vanaf \d+ \w+ \d{4} geldt een nieuwe versie\./);
    const read = policy(page).getByRole("link", { name: "Lees het hele beleid" });
    expect(await read.getAttribute("href")).toBe(`${origin}/policy/versions/2015-03-04?lang=nl`);
    expect(problems).toEqual([]);
  });

  test("shows what changes in place, with the keyboard alone, in words for who hears it", async ({ open }) => {
    const { page, problems } = await hostPage(open);
    await button(page, "Bekijk wat er verandert").focus();
    await page.keyboard.press("Enter");
    const comparison = policy(page).locator(".comparison");
    await comparison.locator("ins").first().waitFor();
    expect(await comparison.getByRole("heading", { name: "Beveiliging" }).count()).toBe(1);
    expect(await comparison.locator("ins").first().textContent()).toMatch(/^toegevoegd: .* einde\.$/);
    expect(await comparison.locator("del").first().textContent()).toMatch(/^vervallen: .* einde\.$/);
    expect(await comparison.getByRole("status").textContent()).toBe(
      "Onderstreept is nieuw. Doorgestreept is vervallen.",
    );
    expect(await button(page, "Verberg de wijzigingen").getAttribute("aria-expanded")).toBe("true");
    await page.keyboard.press("Enter");
    await comparison.locator("ins").first().waitFor({ state: "detached" });
    // Only the place where the next status is said stays.
    expect(await comparison.textContent()).toBe("");
    expect(problems).toEqual([]);
  });

  test("compares the versions that its attributes name", async ({ open }) => {
    const { page } = await hostPage(open, 'from="2015-03-04" to="2015-03-04"');
    await button(page, "Bekijk wat er veranderde").click();
    await policy(page).getByText("Er is geen woord veranderd.").waitFor();
    await page.locator("fineprint-policy").evaluate((element) => element.setAttribute("from", "1999-01-01"));
    await button(page, "Verberg de wijzigingen").click();
    await button(page, "Bekijk wat er veranderde").click();
    await policy(page).getByText("Zo'n versie is er niet.").waitFor();
  });

  test("says that it could not load, tells the page, and tries again when asked", async ({ open }) => {
    const { page } = await open("/policy");
    await page.route("**/v1/policy?*", (route) => route.abort(), { times: 1 });
    await page.goto(hostPageUrl(hostOrigin, { lang: "nl", body: "<fineprint-policy></fineprint-policy>" }));
    await policy(page).getByRole("alert").getByText("Laden is niet gelukt.").waitFor();
    expect(await policy(page).getByRole("link", { name: "Lees het hele beleid" }).getAttribute("href")).toBe(
      `${origin}/policy?lang=nl`,
    );
    expect(await seenEvents(page)).toEqual([{ type: "fineprint:error", detail: { code: "offline" } }]);
    await button(page, "Probeer het nog eens").click();
    await page.route("**/v1/policy/comparison?*", (route) => route.abort(), { times: 1 });
    await button(page, "Bekijk wat er verandert").click();
    await policy(page).getByRole("alert").waitFor();
    await button(page, "Probeer het nog eens").click();
    await policy(page).locator("ins").first().waitFor();
    expect(await policy(page).getByRole("alert").count()).toBe(0);
  });

  test("says so when there is no policy, and when nothing came before", async ({ open }) => {
    const { page } = await open("/policy");
    const none = { inForce: null, upcoming: null, previous: null };
    await page.route("**/v1/policy?*", (route) => route.fulfill({ json: none }), { times: 1 });
    await page.goto(`${origin}/privacy`);
    await policy(page).getByText("Er is nog geen privacybeleid gepubliceerd.").waitFor();
    const now = await (await fetch(`${origin}/v1/policy?lang=nl`)).json();
    await page.route("**/v1/policy?*", (route) => route.fulfill({ json: { ...(now as object), upcoming: null } }));
    await page.reload();
    await policy(page).getByRole("heading").waitFor();
    expect(await policy(page).getByRole("button").count()).toBe(0);
  });

  test("is drawn anew in another language", async ({ open }) => {
    const { page } = await hostPage(open);
    await policy(page).getByRole("heading", { name: "Privacybeleid" }).waitFor();
    await page.locator("fineprint-policy").evaluate((element) => element.setAttribute("lang", "en"));
    await policy(page).getByText("Last changed on 4 March 2015.").waitFor();
  });

  test("axe finds nothing wrong with it, closed and open, nor with the page of a comparison", async ({ open }) => {
    const { page } = await hostPage(open, "", options);
    await page.addStyleTag({ content: "html { background: Canvas }" });
    await policy(page).getByRole("heading").first().waitFor();
    expect(await violations(page)).toEqual([]);
    await button(page, "Bekijk wat er verandert").click();
    await policy(page).locator("ins").first().waitFor();
    expect(await violations(page)).toEqual([]);
    for (const path of ["/privacy", "/en/privacy", "/policy/compare?lang=nl"]) {
      await page.goto(origin + path);
      await page.getByRole("heading").nth(1).waitFor();
      expect(await violations(page), path).toEqual([]);
    }
  });
});

describe("the page of a comparison", () => {
  test("leads from the list of what changed to it, and to other versions without JavaScript", async ({ open }) => {
    const { page } = await open("/policy/compare", { javaScriptEnabled: false });
    const contents = page.getByRole("navigation", { name: /onderdelen zijn veranderd$/ });
    await contents.getByRole("link").last().click();
    const id = new URL(page.url()).hash.slice(1);
    expect(await page.locator(`[id="${id}"]`).isVisible()).toBe(true);
    await page.getByLabel("Nieuwe versie").selectOption("2015-03-04");
    await page.getByRole("button", { name: "Vergelijk deze versies" }).click();
    await page.getByText("Dit is één en dezelfde versie.").waitFor();
  });

  test("has a feed that an XML parser takes", async ({ open }) => {
    const { page } = await open("/policy");
    const href = await page.locator('head link[type="application/atom+xml"]').getAttribute("href");
    const text = await (await fetch(new URL(href ?? "", origin))).text();
    const feed = await page.evaluate((text) => {
      const xml = new DOMParser().parseFromString(text, "application/xml");
      const all = (name: string) => [...xml.getElementsByTagNameNS("http://www.w3.org/2005/Atom", name)];
      return {
        faults: xml.getElementsByTagName("parsererror").length,
        ids: all("id").map((node) => node.textContent),
        entries: all("entry").length,
        summary: all("summary")[0]?.textContent,
      };
    }, text);
    expect(feed.faults).toBe(0);
    expect(feed.entries).toBe(2);
    expect(new Set(feed.ids).size).toBe(3);
    expect(feed.summary).toContain("24 maanden");
  });
});
