/** Screenshots for people to look at, not tests: SHOTS=folder npm run shots */
import type { Page } from "playwright-core";
import { describe } from "vitest";
import { linkIn, mailTo } from "./mailbox.ts";
import { shoot } from "./shoot.ts";
import { banner, contact, field, newsletter, type Open, origin, send, someone, test, write } from "./visit.ts";

const reducedMotion = "reduce" as const;

async function pending(open: Open): Promise<{ page: Page; link: string }> {
  const { page } = await open("/", { reducedMotion });
  const email = someone();
  await field(newsletter(page), "E-mailadres").fill(email);
  await newsletter(page).getByRole("button", { name: "Abonneren" }).click();
  return { page, link: linkIn(await mailTo(email, "Bevestig je aanmelding")) };
}

describe("screenshots", () => {
  test("site", async ({ open }) => {
    const { page } = await open("/", { reducedMotion });
    for (const view of [banner(page), newsletter(page), contact(page)]) await view.waitFor();
    await shoot(page, "site-top", page.locator("header"));
    await shoot(page, "site");
  });

  test("panel", async ({ open }) => {
    const { page } = await open("/panel", { reducedMotion });
    await banner(page).waitFor();
    await contact(page).waitFor();
    await shoot(page, "panel-top", page.locator("header"));
    await shoot(page, "panel");
  });

  test("policy", async ({ open }) => {
    const { page } = await open("/policy");
    await shoot(page, "policy");
    await page.goto(`${origin}/policy/versions`);
    await shoot(page, "versions");
    await page.locator('a[href^="/policy/compare"]').first().click();
    await page.locator("ins").first().waitFor();
    await shoot(page, "compare");
    await page.goto(`${origin}/nergens`);
    await shoot(page, "not-found");
  });

  test("policy view", async ({ open }) => {
    const { page } = await open("/privacy", { reducedMotion });
    const view = page.locator("fineprint-policy [part=policy]");
    await view.getByRole("button").first().click();
    await view.locator("ins").first().waitFor();
    await shoot(page, "policy-view");
  });

  test("registration", async ({ open }) => {
    const { page } = await open("/register", { reducedMotion });
    const form = page.locator("fineprint-register [part=form]");
    await form.getByRole("radio", { name: "Bedrijf" }).check();
    await form.getByRole("checkbox").check();
    await shoot(page, "register");
    await form.getByRole("button", { name: "Registreren" }).click();
    await form.locator(".summary").waitFor();
    await shoot(page, "register-errors", form.locator(".summary"));
  });

  test("newsletter", async ({ open }) => {
    const { page, link } = await pending(open);
    await shoot(page, "newsletter-pending", newsletter(page));
    await page.goto(`${origin}/dev/mailbox`);
    await shoot(page, "mailbox", page.locator("header"));
    await page.getByRole("link", { name: "Bekijk de opgemaakte mail" }).first().click();
    await shoot(page, "mail");
    await page.goto(link);
    await shoot(page, "confirm");
  });

  test("contact", async ({ open }) => {
    const { page } = await open("/", { reducedMotion });
    await send(page);
    await shoot(page, "contact-errors", contact(page));
    await write(page, someone(), "Een vraag");
    await send(page);
    await contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
    await shoot(page, "contact-sent", contact(page));
    await page.goto(`${origin}/contact/sent`);
    await shoot(page, "sent-page");
  });
});
