import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { options, violations } from "./axe.ts";
import { rowsIn } from "./database.ts";
import { mint, newCustomer } from "./panel-token.ts";
import { contact, field, type Open, origin, seenEvents, send, someone, state, test, write } from "./visit.ts";

const talks = (page: Page) => page.locator("fineprint-contact [part=talks]");
const button = (page: Page, name: string) => talks(page).getByRole("button", { name });

/** The demo's panel, opened by a customer. */
async function openPanel(open: Open, customer: string) {
  const visit = await open("/policy", options);
  await visit.page.route("**/panel/token", async (route) => route.fulfill({ json: { token: await mint(customer) } }));
  await visit.page.goto(`${origin}/panel`);
  return visit;
}

/** A message of a customer, with a file, sent by their panel's server. */
async function written(customer: string, subject: string): Promise<string> {
  const headers = { Authorization: `Bearer ${await mint(customer)}`, "Content-Type": "application/json" };
  const file = await fetch(`${origin}/v1/contact/files?surface=panel&name=factuur.txt`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/octet-stream" },
    body: "Factuur",
  });
  const { id } = (await file.json()) as { id: string };
  // Their panel's server solves no proof of work: the row is put where a message of theirs would be.
  const reference = `FP-${subject.slice(-4).toUpperCase()}-${customer.slice(-4)}`;
  const [conversation, message] = [crypto.randomUUID(), crypto.randomUUID()];
  rowsIn(
    state,
    `insert into conversations (id, reference, status, email, subject, customer_number, lang, channel, surface,
        request_hash, created_at, last_at) values (?, ?, 'new', ?, ?, ?, 'nl', 'panel', 'panel', '', ?, ?)`,
    ...[conversation, reference, someone(), subject, customer, Date.now(), Date.now()],
  );
  rowsIn(
    state,
    `insert into messages (id, conversation_id, channel, body, created_at) values (?, ?, 'panel', 'Wat is dit?', ?)`,
    ...[message, conversation, Date.now()],
  );
  rowsIn(state, "update contact_files set message_id = ? where id = ?", message, id);
  return reference;
}

describe("the conversations of who is signed in to a panel", () => {
  test("are listed; one is opened, its file saved, more is said with a file, and it is closed", async ({ open }) => {
    const customer = newCustomer();
    const reference = await written(customer, "Factuur 2026");
    const { page, problems } = await openPanel(open, customer);
    await button(page, "Factuur 2026").click();
    await talks(page).getByRole("heading", { name: "Factuur 2026" }).waitFor();
    await talks(page).getByText("Wat is dit?").waitFor();
    expect(await violations(page)).toEqual([]);
    const download = page.waitForEvent("download");
    await button(page, "factuur.txt (1 kB)").click();
    expect((await download).suggestedFilename()).toBe("factuur.txt");

    await field(contact(page), "Iets toevoegen").fill("Nog een vraag 😀");
    await contact(page).getByRole("button", { name: "Bestand toevoegen" }).click();
    const file = { name: "foto.txt", mimeType: "text/plain", buffer: Buffer.from("foto") };
    await contact(page).getByLabel("Bestanden (mag leeg)").setInputFiles([file]);
    await contact(page).getByText("Alle bestanden zijn binnen.").waitFor();
    await send(page);
    await talks(page).getByText("Je bericht is verstuurd.").waitFor();
    await talks(page).getByText("Nog een vraag 😀").waitFor();
    await button(page, "foto.txt (1 kB)").waitFor();
    expect(await seenEvents(page)).toContainEqual({ type: "fineprint:sent", detail: { reference } });
    expect(await field(contact(page), "Iets toevoegen").inputValue()).toBe("");

    // The form is as it was: it takes another.
    await contact(page).getByRole("button", { name: "Bericht versturen", exact: true }).waitFor();
    expect(await field(contact(page), "Iets toevoegen").isEditable()).toBe(true);
    await field(contact(page), "Iets toevoegen").fill("En nog een");
    await send(page);
    await talks(page).locator(".talk", { hasText: "En nog een" }).waitFor();

    await button(page, "Gesprek afsluiten").click();
    await talks(page).getByText("Dit gesprek is afgesloten op").waitFor();
    expect(await button(page, "Gesprek afsluiten").count()).toBe(0);
    await button(page, "Terug naar je gesprekken").click();
    await talks(page).getByRole("heading", { name: "Je gesprekken met ons" }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  test("Invariant 3: what is added while the connection is lost is one message when it is sent again", async ({
    open,
  }) => {
    const customer = newCustomer();
    const reference = await written(customer, "Storing AAAA");
    const { page } = await openPanel(open, customer);
    await button(page, "Storing AAAA").click();
    await field(contact(page), "Iets toevoegen").fill("Het doet het weer niet.");
    // The worker stores it and answers; the answer is lost on its way.
    await page.route(
      "**/messages?*",
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    await send(page);
    await contact(page).getByText("We konden niet verbinden.").waitFor();
    await page.reload();
    await button(page, "Storing AAAA").click();
    await talks(page).getByText("Het doet het weer niet.").first().waitFor();
    expect(await field(contact(page), "Iets toevoegen").inputValue()).toBe("Het doet het weer niet.");
    await send(page);
    await talks(page).getByText("Je bericht is verstuurd.").waitFor();
    const query = "select body from messages m join conversations c on c.id = conversation_id where reference = ?";
    expect(rowsIn(state, query, reference)).toHaveLength(2);
  });

  test("a new message leads to the form, and back", async ({ open }) => {
    const customer = newCustomer();
    await written(customer, "Domein BBBB");
    const { page } = await openPanel(open, customer);
    await button(page, "Nieuw bericht").click();
    await write(page, someone(), "Iets anders.");
    await send(page);
    await contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
    await button(page, "Terug naar je gesprekken").click();
    await button(page, "Je bericht FP-").waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  test("who has none, or whose cannot be had, gets the form; nothing takes focus by itself", async ({ open }) => {
    const { page } = await openPanel(open, newCustomer());
    await field(contact(page), "Bericht").waitFor();
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe("body");
    const customer = newCustomer();
    await written(customer, "Mail CCCC");
    const other = await open("/policy", options);
    await other.page.route("**/panel/token", async (route) => route.fulfill({ json: { token: await mint(customer) } }));
    await other.page.route("**/v1/me/conversations?*", (route) => route.abort(), { times: 1 });
    await other.page.goto(`${origin}/panel`);
    await field(contact(other.page), "Bericht").waitFor();
    await talks(other.page).getByText("Dat is niet gelukt.").waitFor();
    await button(other.page, "Gesprekken opnieuw laden").click();
    await button(other.page, "Mail CCCC").waitFor();
  });

  test("after a first message leads to the conversation", async ({ open }) => {
    const { page } = await openPanel(open, newCustomer());
    await write(page, someone(), "Mijn eerste vraag.");
    expect(await button(page, "Terug naar je gesprekken").count()).toBe(0);
    await send(page);
    await contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
    await button(page, "Terug naar je gesprekken").click();
    await button(page, "Je bericht FP-").click();
    await talks(page).getByText("Mijn eerste vraag.").waitFor();
  });

  test("who is not signed in any more is told so", async ({ open }) => {
    const customer = newCustomer();
    await written(customer, "Sessie DDDD");
    const { page } = await openPanel(open, customer);
    await button(page, "Sessie DDDD").click();
    await talks(page).getByText("Wat is dit?").waitFor();
    await page.evaluate(() => globalThis.fineprint.identify("not.a.token"));
    await button(page, "Gesprek afsluiten").click();
    await talks(page).getByText("Je bent niet meer aangemeld. Meld je opnieuw aan.").waitFor();
  });

  test("a conversation is erased, once that is sure", async ({ open }) => {
    const customer = newCustomer();
    const reference = await written(customer, "Geheim EEEE");
    const { page, problems } = await openPanel(open, customer);
    const stored = () => rowsIn(state, "select id from conversations where reference = ?", reference);
    await button(page, "Geheim EEEE").click();
    await field(contact(page), "Iets toevoegen").fill("Een begin");
    await button(page, "Gesprek wissen").click();
    await talks(page).getByText("Dit wist alle berichten en bestanden van dit gesprek, voorgoed.").waitFor();
    expect(await violations(page)).toEqual([]);
    await button(page, "Niet wissen").click();
    expect(stored()).toHaveLength(1);
    await button(page, "Gesprek wissen").click();
    await button(page, "Ja, wis dit gesprek").click();
    await talks(page).getByText("Je gesprek is gewist.").waitFor();
    expect(stored()).toEqual([]);
    expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain("Een begin");
    await field(contact(page), "Bericht").waitFor();
    expect(problems).toEqual([]);
  });

  test("who has more than are listed is told how to get to the others", async ({ open }) => {
    const customer = newCustomer();
    const written = (at: number) =>
      rowsIn(
        state,
        `insert into conversations (id, reference, status, email, subject, customer_number, lang, channel, surface,
          request_hash, created_at, last_at) values (?, ?, 'new', ?, 'Vraag', ?, 'nl', 'panel', 'panel', '', ?, ?)`,
        ...[crypto.randomUUID(), `FP-${at}-${customer.slice(-4)}`, someone(), customer, at, at],
      );
    for (let at = 1; at <= 51; at++) written(at);
    const { page } = await openPanel(open, customer);
    await talks(page).getByText("Dit zijn je laatste 50 gesprekken.").waitFor();
  });
});
