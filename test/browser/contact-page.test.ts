import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { options, violations } from "./axe.ts";
import { rowsIn } from "./database.ts";
import { linkIn, mailTo } from "./mailbox.ts";
import { contact, type Open, send, shownReference, someone, state, test, type Visit, write } from "./visit.ts";

interface Written extends Pick<Visit, "page" | "problems"> {
  email: string;
  reference: string;
}

/** Somebody who wrote, and followed the link in the receipt. */
async function writer(open: Open, more = {}): Promise<Written> {
  const { page } = await open("/");
  const email = someone();
  await write(page, email, "Mijn site is traag.");
  await send(page);
  await contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
  const reference = await shownReference(page);
  const visit = await open(linkIn(await mailTo(email, reference)), more);
  return { page: visit.page, problems: visit.problems, email, reference };
}

const message = (page: Page) => page.getByLabel("Bericht", { exact: true });
const text = (name: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(name) });
const messagesOf = (reference: string) =>
  rowsIn(
    state,
    "select body from messages m join conversations c on c.id = m.conversation_id where reference = ?",
    reference,
  );
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

  test("Enter in a field sends no answer to the question about a card number", async ({ open }) => {
    const { page } = await open("/", { javaScriptEnabled: false });
    const email = someone();
    await page.getByLabel("E-mailadres").fill(email);
    await page.getByLabel("Onderwerp").fill("Kaart 4111 1111 1111 1111");
    await page.getByLabel("Bericht", { exact: true }).fill("Zie het onderwerp.");
    await add(page);
    const question = page.getByText("Hier lijkt het nummer van een betaalkaart in te staan.");
    await question.waitFor();
    const sent = page.waitForRequest((request) => request.method() === "POST");
    await page.getByLabel("Naam (mag leeg)").press("Enter");
    expect((await sent).postData()).not.toContain("cards=");
    await question.waitFor();
    expect(rowsIn(state, "select 1 from conversations where email = ?", email)).toEqual([]);
  });

  test("Invariant 3: a cut connection loses neither text nor files; sent again, all is one message", async ({
    open,
  }) => {
    const { page, reference } = await writer(open);
    const keys: string[] = [];
    const cut = { files: 1, form: 1 };
    await page.route(/\/v1\/contact\/files\?.*name=twee/, (route) => {
      keys.push(route.request().headers()["idempotency-key"] ?? "");
      return cut.files-- > 0 ? route.abort() : route.continue();
    });
    await page.route(/\/contact\/conversation\?/, async (route) => {
      if (route.request().method() !== "POST" || cut.form-- <= 0) return route.continue();
      // The worker has it, and its reply is lost.
      await route.fetch({ maxRedirects: 0 });
      return route.abort();
    });
    const lost = page.getByRole("status").getByText("Wat je typte en koos staat er nog.");
    await message(page).fill("Met twee bestanden.");
    await page.getByLabel("Bestanden (mag leeg)").setInputFiles([text("een.txt"), text("twee.txt"), text("kwaad.exe")]);
    await add(page);
    await lost.waitFor();
    expect(await message(page).inputValue()).toBe("Met twee bestanden.");
    expect(await page.getByRole("checkbox", { checked: true }).count()).toBe(1);
    await add(page);
    await page.getByRole("status").getByText("kwaad.exe: Dit soort bestand kan schade doen.").waitFor();
    expect(messagesOf(reference)).toHaveLength(1);
    await add(page);
    await lost.waitFor();
    await page.reload();
    expect(await message(page).inputValue()).toBe("Met twee bestanden.");
    expect(await page.getByRole("checkbox", { checked: true }).count()).toBe(2);
    await add(page);
    await page.getByText("Je bericht is verstuurd.").waitFor();
    expect(messagesOf(reference)).toHaveLength(2);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    for (const name of ["een.txt", "twee.txt"]) expect(await page.getByRole("link", { name }).count()).toBe(1);
    expect(await message(page).inputValue()).toBe("");
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  test("says in words how far a file is, and keeps the text of a reload", async ({ open }) => {
    const { page, problems } = await writer(open);
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await page.route("**/v1/contact/files?*", async (route) => {
      await held;
      await route.continue();
    });
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    await message(page).fill("Kaart 4111 1111 1111 1111");
    await page.reload();
    expect(await message(page).inputValue()).toBe("Kaart 4111 1111 1111 1111");
    await page.getByLabel("Bestanden (mag leeg)").setInputFiles([text("een.txt")]);
    await add(page);
    await page
      .getByRole("status")
      .getByText(/Bezig met bestand 1 van 1: \d+ %/)
      .waitFor();
    goOn();
    await page.getByRole("button", { name: "Nummer onleesbaar maken en versturen" }).click();
    await page.getByText("Je bericht is verstuurd.").waitFor();
    await page.getByText("Kaart •••• •••• •••• 1111").waitFor();
    expect(await page.getByRole("link", { name: "een.txt" }).count()).toBe(1);
    expect(problems.filter((problem) => !problem.includes("422"))).toEqual([]);
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
