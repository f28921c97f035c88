import type { Frame, Page } from "playwright-core";
import { describe, expect, vi } from "vitest";
import { options, violations } from "./axe.ts";
import { addMember, addSession, addSubscriber } from "./database.ts";
import { mailTo } from "./mailbox.ts";
import { menu, pathOf, visitAs } from "./staff.ts";
import { type Open, origin, someone, test } from "./visit.ts";

const TEXT = "## Nieuw\n\nDag {{name|lezer}}, er is **nieuws**.";

/** The editor of a newsletter that has just been begun, from the menu. */
async function begin(open: Open, more = {}) {
  const member = addMember({ role: "marketing" });
  const { page, problems } = await visitAs(open, member, "/admin", more);
  await menu(page, "Nieuwsbrieven").click();
  await page.getByRole("button", { name: "Nieuwe nieuwsbrief" }).click();
  await page.getByText("De nieuwsbrief is begonnen.").waitFor();
  return { page, member, problems };
}

/** The document in a preview that says `text`. A preview that is renewed is another frame. */
const preview = (page: Page, text: string): Promise<Frame> =>
  vi.waitFor(
    async () => {
      for (const frame of page.frames()) {
        if (frame.url().includes("/preview") && (await frame.content()).includes(text)) return frame;
      }
      throw new Error(`No preview says ${text}`);
    },
    { timeout: 10_000, interval: 100 },
  );

const write = async (page: Page, subject: string) => {
  await page.locator("#nl-subject").fill(subject);
  await page.locator("#nl-markdown").fill(TEXT);
};

const groundOf = (frame: Frame) => frame.evaluate(() => getComputedStyle(document.body).backgroundColor);

describe("a newsletter", () => {
  test("is written, previewed in four ways, counted, tried out, sent and watched, and the figures are read", async ({
    open,
  }) => {
    const readers = [someone(), someone()];
    for (const email of readers) addSubscriber({ email, topics: ["maintenance"] });
    const { page, member, problems } = await begin(open);
    const subject = `Nieuws ${crypto.randomUUID().slice(0, 8)}`;
    await page.getByLabel("Naam", { exact: true }).fill(subject);
    await write(page, subject);

    const light = await preview(page, "Dag ");
    expect(await light.getByRole("heading", { level: 2, name: "Nieuw" }).isVisible()).toBe(true);
    const ground = await groundOf(light);
    const look = (name: string) => page.getByRole("group", { name: "Toon als (Nederlands)" }).getByLabel(name);
    await look("donker").check();
    expect(await groundOf(await preview(page, "@media all"))).not.toBe(ground);
    await look("telefoon").check();
    const phone = await preview(page, "max-width: 375px");
    expect(await phone.evaluate(() => document.body.getBoundingClientRect().width)).toBeLessThanOrEqual(375);
    await look("platte tekst").check();
    expect(await (await preview(page, "Nieuw\n=====")).locator("pre").textContent()).toContain("er is nieuws.");

    await page.getByLabel("Nieuws", { exact: true }).uncheck();
    await page.getByText("Nu is dat niemand.").waitFor();
    await page.getByLabel("Onderhoud en storingen").check();
    await page.getByText(/Nu zijn dat \d+ mensen\./).waitFor();
    await page.getByLabel("Ook op de website zetten").check();

    await page.getByRole("button", { name: "Opslaan en testmail naar mij sturen" }).click();
    await page.getByText("De testmail is naar je onderweg.").waitFor();
    expect((await mailTo(member.email, `[test] ${subject}`)).text).toContain("Dag lezer, er is nieuws.");

    await page.getByRole("button", { name: "Verder: controleren en versturen" }).click();
    await page.getByRole("heading", { name: "Controle" }).waitFor();
    expect(await violations(page)).toEqual([]);
    const send = page.getByRole("button", { name: /^Versturen naar \d+ mensen$/ });
    await send.dblclick();
    await page.getByText("Deze nieuwsbrief is verstuurd.").waitFor({ timeout: 60_000 });
    for (const email of readers) {
      const mail = await mailTo(email, subject);
      expect(mail.headers["List-Unsubscribe-Post"]).toBe("List-Unsubscribe=One-Click");
      expect(mail.text).toContain("/newsletter/archive/");
    }
    await page.getByRole("heading", { name: "Wat ervan kwam" }).waitFor();
    expect(await violations(page)).toEqual([]);

    await page.getByText("Lees hem op de website").waitFor();
    await page.getByRole("link", { name: /^nieuws-/ }).click();
    await page.getByRole("heading", { level: 1, name: subject }).waitFor();
    expect(await page.getByRole("article").textContent()).toContain("Dag lezer, er is nieuws.");
    expect(await violations(page)).toEqual([]);
    await page.goto(`${origin}/newsletter/archive`);
    expect(await violations(page)).toEqual([]);
    expect(problems).toEqual([]);
  }, 120_000);

  test("can be written without a script: buttons show the preview and the count, and nothing typed is lost", async ({
    open,
  }) => {
    const { page } = await begin(open, { javaScriptEnabled: false });
    await write(page, "Zonder script");
    await page.getByRole("button", { name: "Voorbeeld bijwerken" }).first().click();
    await preview(page, "Dag ");
    expect(await page.locator("#nl-subject").inputValue()).toBe("Zonder script");
    await page.getByRole("button", { name: "Tellen" }).click();
    await page.getByText(/^Nu (zijn|is) dat/).waitFor();
    expect(await page.locator("#nl-markdown").inputValue()).toBe(TEXT);
    await page.getByRole("button", { name: "Opslaan", exact: true }).click();
    await page.getByText("Opgeslagen.").waitFor();
    expect(await page.locator("#nl-markdown").inputValue()).toBe(TEXT);
  });

  test("that is refused has the focus on what is wrong, with its line, and previews what was typed", async ({
    open,
  }) => {
    const { page } = await begin(open, options);
    await page.locator("#nl-markdown").fill("Dag\n\n{{voornaam}} en [x](http://a.example)");
    await page.getByRole("button", { name: "Opslaan", exact: true }).click();
    await page.getByText("Tekst (Nederlands), regel 3: Dit invulveld kennen we niet.").waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("alert");
    await preview(page, "{{voornaam}}");
    expect(await violations(page)).toEqual([]);
  });

  test("that its writer goes back to still has what was typed, and is not saved over what another wrote meanwhile", async ({
    open,
  }) => {
    const { page } = await begin(open);
    const save = (on: Page) => on.getByRole("button", { name: "Opslaan", exact: true }).click();
    await write(page, "Van mij");
    await save(page);
    await page.getByText("Opgeslagen.").waitFor();
    await page.goBack();
    // What it was based on is gone, but by nobody else.
    expect(await page.locator("#nl-subject").inputValue()).toBe("Van mij");
    await page.locator("#nl-markdown").fill("Nog meer van mij.");
    await save(page);
    await page.getByText("Opgeslagen.").waitFor();

    await page.locator("#nl-markdown").fill("Wat ik typ.");
    const path = pathOf(page);
    await menu(page, "Nieuwsbrieven").click();
    const { page: other } = await visitAs(open, addMember({ role: "marketing" }), path);
    await write(other, "Van een ander");
    await save(other);
    await other.getByText("Opgeslagen.").waitFor();
    await page.goBack();
    expect(await page.locator("#nl-markdown").inputValue()).toBe("Wat ik typ.");
    await save(page);
    await page.getByText("veranderde deze nieuwsbrief sinds jij hem opende.").waitFor();
    expect(await page.locator("#nl-markdown").inputValue()).toBe("Wat ik typ.");
    await save(page);
    await page.getByText("Opgeslagen.").waitFor();
  });

  test("whose form has expired is sent again by going back", async ({ open }) => {
    const { page, member } = await begin(open);
    await write(page, "Lang getypt");
    const [cookie] = (await page.context().cookies()).filter(({ name }) => name === "__Host-fineprint");
    if (cookie) await page.context().addCookies([{ ...cookie, value: addSession(member) }]);
    await page.getByRole("button", { name: "Opslaan", exact: true }).click();
    await page.getByText("Dit formulier is verlopen").first().waitFor();
    await page.goBack();
    expect(await page.locator("#nl-subject").inputValue()).toBe("Lang getypt");
    await page.getByRole("button", { name: "Opslaan", exact: true }).click();
    await page.getByText("Opgeslagen.").waitFor();
    expect(await page.locator("#nl-markdown").inputValue()).toBe(TEXT);
  });

  test("buttons put marks where one types, which can be undone; a preview is no step of the history", async ({
    open,
  }) => {
    const { page } = await begin(open);
    const steps = await page.evaluate(() => history.length);
    const area = page.locator("#nl-markdown");
    const mark = (name: string) =>
      page.getByRole("group", { name: "Invoegen" }).first().getByRole("button", { name, exact: true }).click();
    await area.fill("een woord");
    await area.evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(4, 9));
    await mark("Vet");
    expect(await area.inputValue()).toBe("een **woord**");
    await page.keyboard.press("Control+z");
    expect(await area.inputValue()).toBe("een woord");
    await area.evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(9, 9));
    await mark("Knop");
    expect(await area.inputValue()).toBe('een woord\n\n[Bekijk het aanbod](https:// "button")');
    await area.fill("Klaar met typen.");
    await preview(page, "Klaar met typen.");
    expect(await page.evaluate(() => history.length)).toBe(steps);
  });

  test("is planned in the reader's own zone, fits a phone, and axe finds nothing wrong", async ({ open }) => {
    const { page } = await begin(open, { ...options, timezoneId: "America/New_York" });
    await write(page, "Gepland");
    for (const summary of await page.locator("summary").all()) await summary.click();
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    const { scroll, client } = await page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      client: document.documentElement.clientWidth,
    }));
    expect(scroll).toBeLessThanOrEqual(client);
    addSubscriber({ email: someone() });
    await page.getByRole("button", { name: "Verder: controleren en versturen" }).click();
    await page.getByLabel("Dag en tijd").fill("2031-07-01T09:30");
    expect(await page.getByLabel("Tijdzone").inputValue()).toBe("America/New_York");
    await page.getByRole("button", { name: "Inplannen" }).click();
    await page.getByText("1 jul 2031, 09:30 (America/New_York)").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Terughalen en verder schrijven" }).click();
    await page.getByRole("link", { name: "Weggooien" }).click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Weggooien" }).click();
    await page.getByText("De nieuwsbrief is weggegooid.").waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
