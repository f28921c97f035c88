import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { options, violations } from "./axe.ts";
import { rowsIn } from "./database.ts";
import { linkIn, mailTo } from "./mailbox.ts";
import { contact, type Open, send, shownReference, someone, state, test, write } from "./visit.ts";

/** Somebody who wrote, and followed the link in the receipt. */
async function writer(open: Open, more = {}): Promise<{ page: Page; email: string; reference: string }> {
  const { page } = await open("/");
  const email = someone();
  await write(page, email, "Mijn site is traag.");
  await send(page);
  await contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
  const reference = await shownReference(page);
  const visit = await open(linkIn(await mailTo(email, reference)), more);
  return { page: visit.page, email, reference };
}

const add = (page: Page) => page.getByRole("button", { name: "Bericht versturen" }).click();

describe("the private page of a conversation", () => {
  test("reads, adds with files, asks about a card number, closes and erases, without JavaScript", async ({ open }) => {
    const { page, reference } = await writer(open, { javaScriptEnabled: false });
    await page.getByText("Mijn site is traag.").waitFor();
    await page.getByLabel("Bericht", { exact: true }).fill("Kaart 4111 1111 1111 1111");
    await page.getByLabel("Bestanden (mag leeg)").setInputFiles([
      { name: "een.txt", mimeType: "text/plain", buffer: Buffer.from("een") },
      { name: "twee.txt", mimeType: "text/plain", buffer: Buffer.from("twee") },
    ]);
    await add(page);
    await page.getByText("Hier lijkt het nummer van een betaalkaart in te staan.").waitFor();
    expect(await page.getByLabel("Bericht", { exact: true }).inputValue()).toBe("Kaart 4111 1111 1111 1111");
    expect(await page.getByRole("checkbox", { checked: true }).count()).toBe(2);
    await page.getByRole("button", { name: "Nummer onleesbaar maken en versturen" }).click();
    await page.getByText("Je bericht is verstuurd.").waitFor();
    await page.getByText("Kaart •••• •••• •••• 1111").waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "een.txt (1 kB)" }).click();
    expect((await download).suggestedFilename()).toBe("een.txt");
    await page.getByRole("button", { name: "Gesprek afsluiten" }).click();
    await page.getByText("Het gesprek is afgesloten.").waitFor();
    await page.getByRole("link", { name: "Gesprek wissen…" }).click();
    await page.getByRole("button", { name: "Ja, wis het gesprek" }).click();
    await page.getByRole("heading", { name: "Het gesprek is gewist" }).waitFor();
    expect(rowsIn(state, "select 1 from conversations where reference = ?", reference)).toEqual([]);
  });

  test("a double press is one message", async ({ open }) => {
    const { page, reference } = await writer(open);
    await page.getByLabel("Bericht", { exact: true }).fill("Een keer maar");
    await page.getByRole("button", { name: "Bericht versturen" }).dblclick();
    await page.getByText("Je bericht is verstuurd.").waitFor();
    const query = "select body from messages m join conversations c on c.id = conversation_id where reference = ?";
    expect(rowsIn(state, query, reference)).toHaveLength(2);
  });

  test("axe finds nothing wrong in any state; nothing is wider than a phone", async ({ open }) => {
    const { page, email, reference } = await writer(open, options);
    const address = page.url();
    const isNarrow = async () => {
      await page.setViewportSize({ width: 390, height: 800 });
      return page.evaluate(() => document.documentElement.scrollWidth <= 390);
    };
    const look = async (what: string) =>
      expect([what, await violations(page), await isNarrow()]).toEqual([what, [], true]);
    await look("the page");
    await page.getByLabel("Bericht", { exact: true }).fill(`Kaart 4111 1111 1111 1111 ${"w".repeat(200)}`);
    await add(page);
    await page.getByRole("button", { name: "Versturen zoals het is" }).waitFor();
    await look("a card number");
    await page.getByRole("button", { name: "Versturen zoals het is" }).click();
    await page.getByText("Je bericht is verstuurd.").waitFor();
    await look("sent");
    await page.goto(address.replace("conversation?", "conversation/erase?"));
    await look("erase");
    await page.goto(new URL("/contact/find", address).href);
    await page.getByRole("button", { name: "Mail me de link" }).click();
    await page.getByText("Vul dit veld in.").first().waitFor();
    await look("find");
    await page.getByLabel("Nummer, zoals").fill(reference);
    await page.getByLabel("E-mailadres").fill(email);
    await page.getByRole("button", { name: "Mail me de link" }).click();
    await page.getByRole("heading", { name: "Kijk in je mail" }).waitFor();
    await mailTo(email, "De link naar je gesprek");
  });
});
