import { randomBytes } from "node:crypto";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { options, violations } from "./axe.ts";
import { addRich } from "./conversations.ts";
import { addConversation, addMember } from "./database.ts";
import { unfold, visitAs } from "./staff.ts";
import { origin, someone, test } from "./visit.ts";

const PATH = "/admin/contact";
/** Two turns in which a page says that it is looked at, and time for a slow machine. */
const TURNS = 40_000;

async function look(page: Page, path?: string): Promise<void> {
  if (path !== undefined) await page.goto(origin + path);
  expect(await violations(page)).toEqual([]);
}

const answer = (page: Page) => page.getByRole("textbox", { name: "Je antwoord" });
const send = (page: Page) => page.getByRole("button", { name: "Antwoord versturen" }).click();

describe("axe finds nothing wrong in the inbox, on", () => {
  test("the list, with late ones and none, and a conversation: whole, refused, quarantined, archived, to be erased", async ({
    open,
  }) => {
    const member = addMember({ role: "support" });
    const email = someone();
    const id = addRich(member.id, email);
    const archived = addConversation({ subject: "Oud", messages: [], email, status: "archived" });
    addConversation({ subject: "Factuur", messages: [{ body: "Klopt dit?" }] });
    const spam = addConversation({ subject: "Win", messages: [{ body: "Klik" }], status: "quarantined" });
    const { page } = await visitAs(open, member, PATH, options);
    await look(page);
    await look(page, `${PATH}?person=nergens`);
    await page.goto(`${origin}${PATH}/${id}`);
    await page.getByRole("textbox", { name: "Notitie" }).fill("Eerst bellen.");
    await page.getByRole("button", { name: "Notitie bewaren" }).click();
    await page.getByText("De notitie is bewaard.").waitFor();
    await unfold(page);
    await look(page);
    await answer(page).fill(" ");
    await send(page);
    await page.getByText("Er klopt iets niet:").waitFor();
    await look(page);
    await look(page, `${PATH}/${id}/erase`);
    await look(page, `${PATH}/${archived}`);
    await look(page, `${PATH}/${spam}`);
  });
});

describe("two members in one conversation", () => {
  test("see each other, and that there is something new; the second answer waits, with its text", async ({ open }) => {
    const [sam, noor] = [addMember({ role: "support" }), addMember({ role: "owner" })];
    const id = addRich(sam.id);
    // Both come in before either looks: see database.ts.
    const [first, second] = [await visitAs(open, sam, PATH, options), await visitAs(open, noor, PATH, options)];
    for (const { page } of [first, second]) await page.goto(`${origin}${PATH}/${id}`);
    await second.page.getByText(`${sam.name} kijkt ook.`).waitFor({ timeout: TURNS });
    await answer(second.page).fill("Mijn antwoord.");
    await first.page.getByText(`${noor.name} schrijft een antwoord.`).waitFor({ timeout: TURNS });
    await look(first.page);
    await answer(first.page).fill("Het eerste antwoord.");
    await send(first.page);
    await first.page.getByText("Je antwoord is onderweg.").waitFor();
    await second.page.getByText("Er is iets nieuws in dit gesprek:").waitFor({ timeout: TURNS });
    await send(second.page);
    await second.page.getByText("Je antwoord is nog niet verstuurd").waitFor();
    expect(await answer(second.page).inputValue()).toBe("Mijn antwoord.");
    await look(second.page);
    await second.page.getByRole("button", { name: "Toch versturen" }).click();
    await second.page.getByText("Je antwoord is onderweg.").waitFor();
    // The refusal itself is what the browser tells of.
    expect([first.problems, second.problems].flat().filter((problem) => !problem.includes("409"))).toEqual([]);
  }, 120_000);
});

describe("a draft", () => {
  test("is saved while somebody types, survives leaving the page, and is gone when sent", async ({ open }) => {
    const member = addMember({ role: "support" });
    const { page } = await visitAs(open, member, `${PATH}/${addRich(member.id)}`, options);
    const address = page.url();
    await answer(page).fill("Half");
    await page.getByText("Concept bewaard.").waitFor();
    await answer(page).fill("Half, en meer");
    await page.getByRole("link", { name: "Naar de gesprekken" }).click();
    await page.getByRole("heading", { level: 1, name: "Gesprekken" }).waitFor();
    await page.goto(address);
    await page.getByText("Je concept van").waitFor();
    expect(await answer(page).inputValue()).toBe("Half, en meer");
    await send(page);
    await page.getByText("Je antwoord is onderweg.").waitFor();
    expect(await answer(page).inputValue()).toBe("");
  });
});

describe("what is typed", () => {
  const assign = (page: Page) => page.getByRole("button", { name: "Toewijzen" });
  const note = (page: Page) => page.getByRole("textbox", { name: "Notitie" });

  test("is still there when another form of the page is used at once", async ({ open }) => {
    const member = addMember({ role: "support" });
    const { page, problems } = await visitAs(open, member, `${PATH}/${addRich(member.id)}`, options);
    await note(page).fill("Eerst bellen.");
    await answer(page).fill("Een half antwoord");
    await assign(page).click();
    await page.getByText("De behandelaar is bewaard.").waitFor();
    expect(await answer(page).inputValue()).toBe("Een half antwoord");
    expect(await note(page).inputValue()).toBe("Eerst bellen.");
    await page.getByRole("button", { name: "Notitie bewaren" }).click();
    await page.getByText("De notitie is bewaard.").waitFor();
    expect(await note(page).inputValue()).toBe("");
    await page.reload();
    expect(await note(page).inputValue()).toBe("");
    // More than a page that goes can take along by itself.
    const long = "€".repeat(30_000);
    await answer(page).fill(long);
    await assign(page).click();
    await page.getByText("De behandelaar is bewaard.").waitFor();
    expect(await answer(page).inputValue()).toBe(long);
    expect(problems).toEqual([]);
  });

  test("holds the other form when it cannot be saved, and says so; a second press goes on", async ({ open }) => {
    const member = addMember({ role: "support" });
    const { page } = await visitAs(open, member, `${PATH}/${addRich(member.id)}`, options);
    await page.route("**/draft", (route) => route.abort());
    await answer(page).fill("Een half antwoord");
    await assign(page).click();
    await page.getByText("Het concept kon niet worden bewaard, dus is er nog niets gedaan.").waitFor();
    expect(await answer(page).evaluate((area) => area === document.activeElement)).toBe(true);
    expect(await answer(page).inputValue()).toBe("Een half antwoord");
    await assign(page).click();
    await page.getByText("De behandelaar is bewaard.").waitFor();
  });
});

describe("a ready answer", () => {
  test("comes where the cursor is, and can be undone", async ({ open }) => {
    const owner = addMember({ role: "owner" });
    const name = `Groet ${randomBytes(4).toString("hex")}`;
    const { page } = await visitAs(open, owner, `${PATH}/settings/answers/new`, options);
    await page.getByLabel("Naam", { exact: true }).fill(name);
    await page.getByLabel("Tekst (Nederlands)").fill("Dag {name}, dit is {agent}.");
    await page.getByRole("button", { name: "Standaardantwoord toevoegen" }).click();
    await page.goto(`${origin}${PATH}/${addRich(owner.id)}`);
    await answer(page).fill("Voor");
    await page.getByLabel("Vast antwoord").selectOption({ label: name });
    await page.getByRole("button", { name: "Invoegen" }).click();
    expect(await answer(page).inputValue()).toBe(`VoorDag Ann Jansen, dit is ${owner.name}.`);
    await page.keyboard.press("Control+z");
    expect(await answer(page).inputValue()).toBe("Voor");
  });
});

describe("by keyboard", () => {
  test("the conversations are reached one by one, and the inbox by its letters", async ({ open }) => {
    const member = addMember({ role: "support" });
    const email = someone();
    for (const subject of ["Een", "Twee"]) addConversation({ subject, messages: [{ body: "x" }], email });
    const { page } = await visitAs(open, member, "/admin", options);
    await page.keyboard.press("g");
    await page.keyboard.press("i");
    await page.waitForURL((url) => url.pathname === PATH);
    await page.goto(`${origin}${PATH}?person=${email}`);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Een");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Een" }).waitFor();
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
  });
});
