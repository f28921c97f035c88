import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { options, violations } from "./axe.ts";
import { hostPageUrl } from "./host-page.ts";
import { linkIn, mailTo } from "./mailbox.ts";
import { banner, contact, field, hostOrigin, newsletter, type Open, send, someone, test, write } from "./visit.ts";

const today = async (open: Open): Promise<string> => {
  const { page } = await open("/policy/versions");
  const href = await page.locator(".versions a").first().getAttribute("href");
  return /\d{4}-\d\d-\d\d/.exec(href ?? "")?.[0] ?? "";
};

describe("axe finds nothing wrong on", () => {
  const PAGES = ["/policy", "/policy/versions", "/policy/versions/2015-03-04", "/policy?lang=en", "/dev/mailbox"];
  const MORE = ["/contact/sent", "/contact/sent?lang=en", "/nergens", "/newsletter/confirm?token=x"];
  test.for([...PAGES, ...MORE])("%s", async (path, { open }) => {
    const { page } = await open(path, options);
    expect(await violations(page)).toEqual([]);
  });

  test.for(["/", "/en/", "/panel", "/en/panel"])("%s, with all its widgets", async (path, { open }) => {
    const { page } = await open("/policy", options);
    const day = { date: "2026-01-01", effective: "2026-01-01", effectiveText: "1 januari 2026" };
    const notice = { ...day, summary: "Een zin.", url: "/", compareUrl: "/" };
    await page.route("**/v1/me/notices?*", (route) => route.fulfill({ json: { notices: [notice] } }));
    await page.goto(new URL(path, page.url()).href);
    for (const view of [banner(page), newsletter(page), contact(page)]) await view.waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("the comparison", async ({ open }) => {
    const { page } = await open(`/policy/compare?from=2015-03-04&to=${await today(open)}`, options);
    await page.locator("ins").first().waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("the pages that a mail leads to, and the mailbox with mails in it", async ({ open }) => {
    const { page } = await open("/", options);
    const email = someone();
    await field(newsletter(page), "E-mailadres").fill(email);
    await newsletter(page).getByRole("button", { name: "Abonneren" }).click();
    const confirm = await mailTo(email, "Bevestig je aanmelding");
    await page.goto(linkIn(confirm));
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Aanmelding bevestigen" }).click();
    expect(await violations(page)).toEqual([]);
    await page.goto(linkIn(await mailTo(email, "Je bent aangemeld")));
    expect(await violations(page)).toEqual([]);
    await page.goto(new URL("/dev/mailbox", page.url()).href);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("link", { name: "Bekijk de opgemaakte mail" }).first().click();
    // A mail has no landmarks: the mail program shows it on a page that has its own.
    expect(await violations(page, "landmark-one-main", "region")).toEqual([]);
  });

  test("the form that came back without JavaScript", async ({ open }) => {
    const { page } = await open("/", options);
    await page.route("**/embed.js?*", (route) => route.abort());
    await page.reload();
    await page.getByLabel("E-mailadres").fill("iemand@huis");
    await page.getByLabel("Bericht", { exact: true }).fill("Een vraag");
    await page.getByRole("button", { name: "Bericht versturen" }).click();
    await page.getByText("Dit is geen e-mailadres.").waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

describe("axe finds nothing wrong in each state of", () => {
  const openWith = async (open: Open, body: string): Promise<Page> => {
    const { page } = await open(hostPageUrl(hostOrigin, { lang: "nl", body, scheme: "light dark" }), options);
    // axe takes a page without a background for white, in the dark too.
    await page.addStyleTag({ content: "html { background: Canvas }" });
    return page;
  };

  test.for(["bottom", "top", "inline"])("the banner, placed %s", async (placement, { open }) => {
    const page = await openWith(open, `<fineprint-banner placement=${placement}></fineprint-banner>`);
    await banner(page).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("the newsletter form", async ({ open }) => {
    const page = await openWith(open, "<fineprint-newsletter></fineprint-newsletter>");
    const press = (name: string) => newsletter(page).getByRole("button", { name }).click();
    await press("Abonneren");
    await newsletter(page).getByText("Vul dit veld in.").waitFor();
    expect(await violations(page)).toEqual([]);

    await page.route("**/v1/newsletter/*", (route) => route.abort(), { times: 1 });
    await field(newsletter(page), "E-mailadres").fill(someone());
    await press("Abonneren");
    await newsletter(page).getByText("We konden niet verbinden.").waitFor();
    expect(await violations(page)).toEqual([]);

    await press("Abonneren");
    await newsletter(page).getByRole("heading", { name: "Nog één stap" }).waitFor();
    expect(await violations(page)).toEqual([]);

    await press("Ander adres");
    await press("Afmelden?");
    expect(await violations(page)).toEqual([]);
    await press("Stuur me een afmeldlink");
    await newsletter(page).getByRole("heading", { name: "Kijk in je mail" }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("the contact form", async ({ open }) => {
    const page = await openWith(open, "<fineprint-contact></fineprint-contact>");
    await send(page);
    await contact(page).getByRole("group").waitFor();
    expect(await violations(page)).toEqual([]);
    await write(page, someone(), "Een vraag");
    await send(page);
    await contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
