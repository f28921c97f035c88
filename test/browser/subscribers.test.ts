import { describe, expect } from "vitest";
import { addMember, addSubscriber } from "./database.ts";
import { pathOf, unfold, visitAs } from "./staff.ts";
import { type Open, origin, someone, test } from "./visit.ts";

const PATH = "/admin/subscribers";
const asMarketing = (open: Open, path = PATH, options = {}) =>
  visitAs(open, addMember({ role: "marketing" }), path, options);
/** What three people of one test have in common in their addresses, and no others. */
function three(): { mark: string; emails: [string, string, string] } {
  const mark = someone().slice(8, 20);
  const emails: [string, string, string] = [
    `ann-${mark}@example.org`,
    `bob-${mark}@example.org`,
    `cis-${mark}@example.nl`,
  ];
  addSubscriber({ email: emails[0] });
  addSubscriber({ email: emails[1], status: "pending" });
  addSubscriber({ email: emails[2], status: "left" });
  return { mark, emails };
}

describe("marketing in the list of subscribers", () => {
  test("searches, filters, and keeps the filters as a segment", async ({ open }) => {
    const { mark, emails } = three();
    const { page, problems } = await asMarketing(open);
    await page.getByLabel("Zoek op adres").fill(mark);
    await page.getByRole("button", { name: "Filteren" }).click();
    await page.getByText("3 abonnees passen hierbij.").waitFor();
    await page.getByRole("group", { name: "Stand" }).getByText("alle").click();
    await page.getByLabel("actief", { exact: true }).check();
    await page.getByRole("button", { name: "Filteren" }).click();
    await page.getByText("1 abonnee past hierbij.").waitFor();
    await page.getByRole("link", { name: emails[0] }).waitFor();
    await page.getByRole("link", { name: "Bewaren als segment" }).click();
    await page.getByLabel("Naam van het segment").fill(`Segment ${mark}`);
    await page.getByRole("button", { name: "Opslaan" }).click();
    await page.getByText("Het segment is bewaard.").waitFor();
    await page.goto(`${origin}${PATH}/segments`);
    await page.getByRole("link", { name: `Segment ${mark}` }).click();
    await page.getByText(`Stand: actief · Zoek op adres: ${mark}`).waitFor();
    await page.getByRole("link", { name: "Filters veranderen" }).click();
    expect(await page.getByLabel("Zoek op adres").inputValue()).toBe(mark);
    expect(problems).toEqual([]);
  });

  test("gives many an internal topic after a preview, watches it done, and undoes it", async ({ open }) => {
    const { mark, emails } = three();
    const { page, problems } = await asMarketing(open, `${PATH}/labels`);
    await page.getByRole("textbox", { name: "Intern onderwerp" }).fill(`merk ${mark}`);
    await page.getByRole("button", { name: "Toevoegen" }).click();
    await page.getByText("Toegevoegd.").waitFor();
    await page.goto(`${origin}${PATH}?search=${mark}`);
    await page.getByRole("link", { name: "Iets doen met deze abonnees" }).click();
    await page.getByLabel("Een intern onderwerp geven", { exact: true }).check();
    await page.getByRole("combobox", { name: "Een intern onderwerp geven" }).selectOption(`merk ${mark}`);
    await page.getByRole("button", { name: "Bekijken wat er gebeurt" }).click();
    await page.getByText("Bij 3 abonnees verandert iets.").waitFor();
    await page.getByText("Je kunt dit daarna ongedaan maken.").waitFor();
    for (const email of emails) await page.getByRole("cell", { name: email }).waitFor();
    await page.getByRole("button", { name: "Uitvoeren: een intern onderwerp geven" }).click();
    await page.getByText("De actie is klaar.").waitFor({ timeout: 30_000 });
    const action = pathOf(page);
    await page.goto(`${origin}${PATH}?search=${mark}&labels=merk+${mark}`);
    await page.getByText("3 abonnees passen hierbij.").waitFor();
    await page.goto(origin + action);
    await page.getByRole("link", { name: "Ongedaan maken" }).click();
    await page.getByRole("button", { name: "Ongedaan maken" }).click();
    await page.getByText("De actie is ongedaan gemaakt.").waitFor({ timeout: 30_000 });
    await page.goto(`${origin}${PATH}?search=${mark}&labels=merk+${mark}`);
    await page.getByText("Niemand gevonden die hierbij past.").waitFor();
    expect(problems).toEqual([]);
  });

  test("looks at somebody, changes their name, and unsubscribes them after a question", async ({ open }) => {
    const email = someone();
    addSubscriber({ email, flags: ["fast"] });
    const { page, problems } = await asMarketing(open, `${PATH}?search=${email}`);
    await page.getByRole("link", { name: email }).click();
    await page.getByRole("heading", { name: "Hoe zeker" }).waitFor();
    await page.getByRole("cell", { name: "Bevestigde de aanmelding." }).waitFor();
    await page.getByLabel("Naam").fill("Ann Jansen");
    await page.getByRole("button", { name: "Opslaan" }).click();
    await page.getByText("Opgeslagen.").waitFor();
    expect(await page.getByLabel("Naam").inputValue()).toBe("Ann Jansen");
    await page.getByRole("main").getByRole("link", { name: "Afmelden" }).click();
    await page.getByRole("heading", { name: `${email} afmelden?` }).waitFor();
    await page.getByRole("main").getByRole("button", { name: "Afmelden" }).click();
    await page.getByText("Dit adres is afgemeld.").waitFor();
    await page.getByText("Toestemming geëindigd voor Nieuws, door een medewerker.").waitFor();
    expect(problems).toEqual([]);
  });

  test("does all of it without JavaScript, and by the keyboard", async ({ open }) => {
    const { mark, emails } = three();
    const { page } = await asMarketing(open, PATH, { javaScriptEnabled: false });
    await page.getByLabel("Zoek op adres").fill(mark);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    // The first of what has just opened: who waits to confirm.
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Filteren" }).press("Enter");
    await page.getByText("1 abonnee past hierbij.").waitFor();
    await page.getByRole("link", { name: emails[1] }).click();
    await page.getByRole("button", { name: "Bevestigingsmail opnieuw sturen" }).click();
    await page.getByText("De mail is onderweg").waitFor();
  });

  test("has no page that is wider than a phone", async ({ open }) => {
    const { mark, emails } = three();
    const viewport = { width: 390, height: 844 };
    const { page } = await asMarketing(open, `${PATH}?search=${mark}&from=2026-01-01`, { viewport });
    const paths = [`${PATH}?search=${mark}&from=2026-01-01`, `${PATH}/segments`, `${PATH}/labels`, `${PATH}/actions`];
    await page.getByRole("link", { name: emails[0] }).click();
    for (const path of [pathOf(page), ...paths, `${PATH}/actions/new?search=${mark}&kind=leave`]) {
      await page.goto(origin + path);
      await unfold(page);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, path).toBe(390);
    }
  });
});
