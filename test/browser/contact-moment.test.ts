import type { Page } from "playwright-core";
import { expect, vi } from "vitest";
import { addMember, rowsIn } from "./database.ts";
import { linkIn, mailsTo, mailTo } from "./mailbox.ts";
import { visitAs } from "./staff.ts";
import { origin, send, shownReference, someone, state, test, write } from "./visit.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** The minute's round at the next turn of an hour, when what has lapsed is dropped. */
async function round(): Promise<void> {
  const reply = await fetch(`${origin}/cdn-cgi/handler/scheduled?time=${Math.ceil(Date.now() / HOUR) * HOUR}`);
  expect(reply.status).toBe(200);
}

/** Lets days go by for one conversation: others of this server keep their time. The page is left: it says that it is looked at. */
async function letPass(page: Page, reference: string, days: number): Promise<void> {
  await page.goto("about:blank");
  rowsIn(
    state,
    `update conversations set last_at = last_at - ?1, closed_at = closed_at - ?1, delete_at = delete_at - ?1 where reference = ?2`,
    ...[days * DAY, reference],
  );
}

const statusOf = (reference: string) =>
  rowsIn(state, "select status from conversations where reference = ?", reference);

/** How many conversations were closed, as the page of figures says. */
async function closedShown(page: Page): Promise<number> {
  await page.goto(`${origin}/admin/contact/figures`);
  const fact = page.locator(".facts > div", { has: page.getByText("Afgesloten", { exact: true }) });
  return Number(await fact.locator("dd").textContent());
}

test("a message is answered, answered by mail, closed, archived and deleted; its figures stay", {
  timeout: 120_000,
}, async ({ open }) => {
  const email = someone();
  const visitor = await open("/");
  await write(visitor.page, email, "Mijn site is traag.\n\nKunnen jullie kijken?");
  await send(visitor.page);
  const reference = await vi.waitFor(async () => {
    const shown = await shownReference(visitor.page);
    expect(shown).not.toBe("");
    return shown;
  });

  const member = addMember({ role: "support" });
  const { page, problems } = await visitAs(open, member, `/admin/contact?person=${email}`);
  await page.getByRole("link", { name: reference }).click();
  await page.getByRole("textbox", { name: "Je antwoord" }).fill("We kijken ernaar. Sinds wanneer?");
  await page.getByRole("button", { name: "Antwoord versturen" }).click();
  await page.getByText("Je antwoord is onderweg.").waitFor();
  const address = page.url().replace(/\?.*/, "");

  const answer = await mailTo(email, "Re:");
  expect(answer.text).toContain("We kijken ernaar. Sinds wanneer?");
  expect(answer.text).toContain("> Mijn site is traag.");
  const to = answer.headers["Reply-To"] ?? "";
  const raw = `From: Sam <${email}>\nTo: ${to}\nSubject: ${answer.subject}\nMessage-ID: <${crypto.randomUUID()}@example.org>\n\nSinds gisteren.\n\nOp 30 nov 2026 om 10:00 schreef Voorbeeld Hosting:\n> We kijken ernaar. Sinds wanneer?\n`;
  const query = new URLSearchParams({ from: email, to });
  const taken = await fetch(`${origin}/cdn-cgi/handler/email?${query}`, {
    method: "POST",
    body: raw.replaceAll("\n", "\r\n"),
  });
  expect(taken.status).toBe(200);

  await page.goto(address);
  const thread = page.locator(".thread");
  expect(await thread.locator("article").count()).toBe(3);
  expect(await thread.locator("article").nth(2).textContent()).toContain("Sinds gisteren.");
  expect(await thread.locator("article").nth(2).locator("details").count()).toBe(1);

  // Its person sees the same behind the link in their mail.
  const own = await open(linkIn(answer));
  await own.page.getByText("Sinds gisteren.").waitFor();

  const closedBefore = await closedShown(page);
  await page.goto(address);
  await page.getByRole("button", { name: "Gesprek sluiten" }).click();
  await page.getByText("Het gesprek is gesloten.").waitFor();
  expect(await closedShown(page)).toBe(closedBefore + 1);
  await letPass(page, reference, 13);
  await round();
  expect(statusOf(reference)).toEqual([{ status: "closed" }]);
  await letPass(page, reference, 2);
  await round();
  expect(statusOf(reference)).toEqual([{ status: "archived" }]);
  await page.goto(address);
  await page.getByText("Dit gesprek staat in het archief.").first().waitFor();
  expect(await page.getByText("Sinds gisteren.").count()).toBe(0);
  await letPass(page, reference, 714);
  await round();
  expect(statusOf(reference)).toEqual([{ status: "archived" }]);
  await letPass(page, reference, 2);
  await round();
  expect(statusOf(reference)).toEqual([]);
  expect(await mailsTo(email)).not.toEqual([]);
  expect(rowsIn(state, "select id from outbox where recipient = ?", email)).toEqual([]);
  expect(await closedShown(page)).toBe(closedBefore + 1);
  expect(problems).toEqual([]);
});
