import { describe, expect } from "vitest";
import { allMailIsIn, linkIn, mailsTo, mailTo } from "./mailbox.ts";
import {
  banner,
  contact,
  field,
  newsletter,
  origin,
  seenEvents,
  send,
  shownReference,
  someone,
  test,
  write,
} from "./visit.ts";

describe("the site", () => {
  test("shows the notice, in Dutch, with the comparison, until it is dismissed", async ({ open }) => {
    const { page, problems } = await open("/");
    await banner(page).getByText("Ons privacybeleid verandert op").waitFor();

    await banner(page).getByRole("link", { name: "Bekijk wat er verandert" }).click();
    expect(new URL(page.url()).pathname).toBe("/policy/compare");
    expect(await page.locator("ins").count()).toBeGreaterThan(0);
    expect(await page.locator("del").count()).toBeGreaterThan(0);

    await page.goto(origin);
    await banner(page).getByRole("button", { name: "Sluiten" }).click();
    await banner(page).waitFor({ state: "detached" });
    expect(await seenEvents(page)).toEqual([
      { type: "fineprint:acknowledged", detail: { date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) } },
    ]);

    await page.reload();
    expect(await page.locator("fineprint-banner").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test("Invariant 2: No GET changes anything (link scanners open every link in a mail).", async ({ open }) => {
    const { page, context } = await open("/");
    const email = someone();
    await field(newsletter(page), "E-mailadres").fill(email);
    await newsletter(page).getByRole("button", { name: "Abonneren" }).click();
    const link = linkIn(await mailTo(email, "Bevestig je aanmelding"));

    const scanner = await context.newPage();
    for (let time = 0; time < 3; time++) {
      await scanner.goto(link);
      await scanner.getByRole("button", { name: "Aanmelding bevestigen" }).waitFor();
    }
    await allMailIsIn();
    expect(await mailsTo(email)).toHaveLength(1);
  });

  test("takes a visitor from the form to the list and, in one click, off it", async ({ open }) => {
    const { page, problems } = await open("/");
    const email = someone();
    await field(newsletter(page), "E-mailadres").fill(email);
    await newsletter(page).getByRole("button", { name: "Abonneren" }).click();
    await newsletter(page).getByText(`We stuurden een mail naar ${email}. Klik daarin op de knop`).waitFor();
    expect(await seenEvents(page)).toEqual([{ type: "fineprint:subscribed", detail: { status: "pending" } }]);

    await page.goto(linkIn(await mailTo(email, "Bevestig je aanmelding")));
    await page.getByRole("button", { name: "Aanmelding bevestigen" }).click();
    await page.getByRole("heading", { name: "Je bent aangemeld" }).waitFor();

    const { headers } = await mailTo(email, "Je bent aangemeld");
    expect(headers["List-Unsubscribe-Post"]).toBe("List-Unsubscribe=One-Click");
    const [, oneClick = ""] = /^<(.+)>$/.exec(headers["List-Unsubscribe"] ?? "") ?? [];
    const body = new URLSearchParams({ "List-Unsubscribe": "One-Click" });
    const left = await fetch(oneClick, { method: "POST", body });
    expect(left.status).toBe(200);
    await page.goto(oneClick);
    await page.getByRole("heading", { name: "Je bent afgemeld" }).waitFor();
    expect(problems).toEqual([]);
  });

  test("mails a link to leave to whoever asks in the widget", async ({ open }) => {
    const { page } = await open("/");
    const email = someone();
    await field(newsletter(page), "E-mailadres").fill(email);
    await newsletter(page).getByRole("button", { name: "Abonneren" }).click();
    await newsletter(page).getByRole("button", { name: "Ander adres" }).click();
    await newsletter(page).getByRole("button", { name: "Afmelden?" }).click();
    await newsletter(page).getByRole("button", { name: "Stuur me een afmeldlink" }).click();
    await newsletter(page).getByText(`Staat ${email} op de lijst`).waitFor();

    await page.goto(linkIn(await mailTo(email, "Afmelden voor de nieuwsbrief")));
    await page.getByRole("button", { name: "Afmelden" }).click();
    await page.getByRole("heading", { name: "Je bent afgemeld" }).waitFor();
  });

  test("Invariant 10: Mail never carries a stranger's words to a third person (no free text from a form in a confirmation or acknowledgement).", async ({
    open,
  }) => {
    const { page, problems } = await open("/");
    const email = someone();
    await field(contact(page), "Naam").fill("Koop nu bij Karel");
    await field(contact(page), "Onderwerp").fill("Win een prijs");
    await write(page, email, "Klik op https://kwaad.example/ om te winnen");
    await send(page);
    await contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
    const reference = await shownReference(page);
    expect(reference).not.toBe("");
    expect(await seenEvents(page)).toEqual([{ type: "fineprint:sent", detail: { reference } }]);

    const receipt = await mailTo(email, reference);
    expect(receipt.text).toContain(reference);
    for (const words of ["Karel", "prijs", "kwaad", "winnen"]) expect(JSON.stringify(receipt)).not.toContain(words);
    expect(problems).toEqual([]);
  });

  test("speaks English on its English page", async ({ open }) => {
    const { page, problems } = await open("/en/");
    await banner(page).getByText("Our privacy policy changes on").waitFor();
    await newsletter(page).getByRole("button", { name: "Subscribe", exact: true }).waitFor();
    await contact(page).getByRole("button", { name: "Send message" }).waitFor();
    expect(problems).toEqual([]);
  });
});
