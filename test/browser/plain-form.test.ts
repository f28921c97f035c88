import { describe, expect } from "vitest";
import { allMailIsIn, linkIn, mailsTo, mailTo } from "./mailbox.ts";
import { someone, test } from "./visit.ts";

const withoutScript = { javaScriptEnabled: false };

describe("without JavaScript", () => {
  test("the form in the page works, and counts after a click in a mail", async ({ open }) => {
    const { page } = await open("/", withoutScript);
    const email = someone();
    await page.getByLabel("E-mailadres").fill(email);
    await page.getByLabel("Onderwerp").fill("Een onderwerp");
    await page.getByLabel("Bericht", { exact: true }).fill("Een vraag zonder script");
    await page.getByRole("button", { name: "Bericht versturen" }).click();
    await page.getByRole("heading", { name: "Nog één stap" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/contact/sent");

    const mail = await mailTo(email, "Bevestig je bericht");
    expect(JSON.stringify(mail)).not.toContain("zonder script");
    await allMailIsIn();
    expect(await mailsTo(email)).toHaveLength(1);

    await page.goto(linkIn(mail));
    await page.getByRole("button", { name: "Bericht versturen" }).click();
    await page.getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
    const [, reference = ""] = /nummer (\S+)\./.exec((await page.locator("main").textContent()) ?? "") ?? [];
    await mailTo(email, reference);
  });

  test("what is wrong comes back as the same form with the text still in it", async ({ open }) => {
    const { page } = await open("/", withoutScript);
    const text = 'Een "lange" vraag\nmet <b>twee</b> regels';
    // The browser's own check lets an address without a full domain pass; the worker does not.
    await page.getByLabel("E-mailadres").fill("iemand@huis");
    await page.getByLabel("Naam").fill("Karel <Eén>");
    await page.getByLabel("Bericht", { exact: true }).fill(text);
    await page.getByRole("button", { name: "Bericht versturen" }).click();
    await page.getByRole("heading", { name: "Er klopt nog iets niet" }).waitFor();
    await page.getByText("Dit is geen e-mailadres.").waitFor();
    expect(await page.getByLabel("E-mailadres").inputValue()).toBe("iemand@huis");
    expect(await page.getByLabel("Naam").inputValue()).toBe("Karel <Eén>");
    expect(await page.getByLabel("Bericht", { exact: true }).inputValue()).toBe(text);
  });

  test("the form that came back can be mended and sent", async ({ open }) => {
    const { page } = await open("/", withoutScript);
    await page.getByLabel("E-mailadres").fill("iemand@huis");
    await page.getByLabel("Bericht", { exact: true }).fill("Een vraag");
    await page.getByRole("button", { name: "Bericht versturen" }).click();
    await page.getByText("Dit is geen e-mailadres.").waitFor();
    const email = someone();
    await page.getByLabel("E-mailadres").fill(email);
    await page.getByRole("button", { name: "Bericht versturen" }).click();
    await page.getByRole("heading", { name: "Nog één stap" }).waitFor();
    await mailTo(email, "Bevestig je bericht");
  });

  test("sending it twice is one message", async ({ open }) => {
    const { page } = await open("/", withoutScript);
    const email = someone();
    for (let time = 0; time < 2; time++) {
      await page.goto(new URL("/", page.url()).href);
      await page.getByLabel("E-mailadres").fill(email);
      await page.getByLabel("Bericht", { exact: true }).fill("Twee keer gedrukt");
      await page.getByRole("button", { name: "Bericht versturen" }).click();
      await page.getByRole("heading", { name: "Nog één stap" }).waitFor();
    }
    await allMailIsIn();
    expect(await mailsTo(email)).toHaveLength(1);
  });
});
