import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { addMail, addMember } from "./database.ts";
import { invite, menu, signIn, visitAs } from "./staff.ts";
import { origin, someone, test } from "./visit.ts";

const anOwner = () => addMember({ role: "owner" });
const save = (page: Page) => page.getByRole("button", { name: "Opslaan" });

describe("every page of the admin", () => {
  test("shows times in the reader's own zone, with the exact instant as title", async ({ open }) => {
    const member = anOwner();
    for (const timezoneId of ["Asia/Tokyo", "America/New_York"]) {
      const { page } = await visitAs(open, member, `/admin/staff/${member.id}`, { timezoneId });
      const time = page.locator("time").first();
      const instant = (await time.getAttribute("title")) ?? "";
      expect(instant).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(await time.getAttribute("datetime")).toBe(instant);
      const hour = new Intl.DateTimeFormat("nl", { timeStyle: "short", timeZone: timezoneId }).format(
        new Date(instant),
      );
      expect(await time.textContent()).toContain(hour);
    }
  });

  test("lets the keyboard skip the menu", async ({ open }) => {
    const { page } = await visitAs(open, anOwner());
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: "Naar de inhoud" });
    expect(await skip.evaluate((link) => link === document.activeElement)).toBe(true);
    expect((await skip.boundingBox())?.x).toBeGreaterThanOrEqual(0);
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    await page.keyboard.press("Tab");
    expect(await page.getByRole("main").evaluate((main) => main.contains(document.activeElement))).toBe(true);
  });

  test("fits its window without scrolling sideways: on a phone, on a tablet and on a desk", async ({ open }) => {
    const member = anOwner();
    const recipient = `${"een-heel-lange-naam-".repeat(3)}@${"onder.".repeat(8)}example.org`;
    const mail = addMail({ recipient, state: "dead", error: "SMTP 550" });
    const { page } = await visitAs(open, member, "/admin/ledger");
    const entry = await page.locator("tbody").getByRole("link").first().getAttribute("href");
    const lists = ["", "/outbox", "/outbox?state=dead", "/ledger", "/staff", "/keys", "/account", "/help"];
    const single = [`/outbox/${mail}`, "/outbox/retry", `/staff/${member.id}`, `/staff/${member.id}/remove`, "/none"];
    const outside = ["/admin/sign-in?lang=nl", "/admin/join?token=x"];
    const tooWide: string[] = [];
    for (const path of [...[...lists, ...single].map((path) => `/admin${path}`), entry ?? "", ...outside]) {
      await page.goto(`${origin}${path}`);
      for (const width of [390, 768, 1024, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (excess > 0) tooWide.push(`${path} at ${width}: ${excess} px`);
      }
    }
    expect(tooWide).toEqual([]);
  });

  test("is in the language of who is signed in, whatever the browser's", async ({ open }) => {
    const { page } = await visitAs(open, addMember({ role: "owner", lang: "en" }));
    const titles = ["Today", "Outgoing mail", "Ledger", "Staff", "API keys"];
    for (const name of titles) {
      await page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name, exact: true }).click();
      await page.getByRole("heading", { level: 1, name }).waitFor();
      expect(await page.locator("html").getAttribute("lang")).toBe("en");
    }
    await page.goto(`${origin}/admin/account`);
    await page.getByLabel("Language").selectOption("nl");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Opgeslagen.").waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("nl");
  });

  test("can be read in English before signing in", async ({ open }) => {
    const { page } = await open("/admin/sign-in");
    await page.getByRole("link", { name: "English" }).click();
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
  });

  test("prints without the menu, the filters and the buttons", async ({ open }) => {
    const { page } = await visitAs(open, anOwner(), "/admin/ledger");
    await page.emulateMedia({ media: "print" });
    await page.getByRole("heading", { level: 1, name: "Logboek" }).waitFor();
    expect(await menu(page, "Logboek").isVisible()).toBe(false);
    expect(await page.getByRole("button").filter({ visible: true }).count()).toBe(0);
    expect(await page.getByRole("table").isVisible()).toBe(true);
  });
});

describe("a form", () => {
  test("that has done its work says so once", async ({ open }) => {
    const { page } = await visitAs(open, anOwner(), "/admin/account");
    await save(page).click();
    await page.getByRole("status").getByText("Opgeslagen.").waitFor();
    expect(new URL(page.url()).search).toBe("");
    await page.reload();
    await save(page).waitFor();
    expect(await page.getByText("Opgeslagen.").count()).toBe(0);
  });

  test("that is pressed twice is sent once, and says that it works", async ({ open }) => {
    const { page, problems } = await visitAs(open, anOwner(), "/admin/keys");
    const name = `Sleutel ${someone()}`;
    const posts: string[] = [];
    page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
    await page.getByLabel("Naam").fill(name);
    await page.getByLabel("mail:read").check();
    const said = await page.getByRole("button", { name: "Sleutel maken" }).evaluate((button: HTMLElement) => {
      button.click();
      button.click();
      return [button.textContent, button.ariaDisabled];
    });
    expect(said).toEqual(["Bezig…", "true"]);
    await page.getByRole("heading", { name: "De sleutel is gemaakt" }).waitFor();
    expect(posts).toHaveLength(1);
    await page.getByRole("link", { name: "Naar de lijst" }).click();
    expect(await page.getByRole("cell", { name, exact: true }).count()).toBe(1);
    expect(problems).toEqual([]);
  });

  test("that is refused says first what is wrong, and leads to the field", async ({ open }) => {
    const member = anOwner();
    const { page } = await visitAs(open, member, "/admin/staff");
    await invite(page, member.email, "Robin");
    const summary = page.getByRole("alert");
    await summary.getByText("Er klopt iets niet:").waitFor();
    expect(await summary.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await page.title()).toMatch(/^Er klopt iets niet: Medewerkers/);
    await summary.getByRole("link", { name: "E-mailadres: Dit is er al." }).click();
    const email = page.getByLabel("E-mailadres");
    expect(await email.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await email.getAttribute("aria-invalid")).toBe("true");
    expect([await email.inputValue(), await page.getByLabel("Naam").inputValue()]).toEqual([member.email, "Robin"]);
  });

  test("that edits what somebody else just changed shows both, loses nothing, and can be saved again", async ({
    open,
  }) => {
    const { id, name } = addMember({ role: "support" });
    const [ann, ben] = [anOwner(), anOwner()];
    const { page: first } = await visitAs(open, ann, `/admin/staff/${id}`);
    const { page: second } = await visitAs(open, ben, `/admin/staff/${id}`);
    await first.getByLabel("Rol").selectOption("marketing");
    await save(first).click();
    await first.getByText("Opgeslagen.").waitFor();

    await second.getByLabel("Naam").fill(`${name} Jansen`);
    await save(second).click();
    const told = second.getByRole("alert");
    await told.getByText(`${ann.name} was je voor.`).waitFor();
    expect(await told.getByRole("row", { name: "Rol" }).getByRole("cell").allTextContents()).toEqual([
      "Rol",
      "marketing",
      "support",
    ]);
    expect(await told.getByRole("row", { name: "Naam" }).getByRole("cell").allTextContents()).toEqual([
      "Naam",
      name,
      `${name} Jansen`,
    ]);
    expect(await second.getByLabel("Naam").inputValue()).toBe(`${name} Jansen`);

    await second.getByLabel("Rol").selectOption("marketing");
    await save(second).click();
    await second.getByText("Opgeslagen.").waitFor();
    await second.getByRole("heading", { level: 1, name: `${name} Jansen` }).waitFor();
    expect(await second.getByLabel("Rol").inputValue()).toBe("marketing");
  });

  test("sent after the session was ended is not done, and says how to go on", async ({ open }) => {
    const { page, context } = await signIn(open, "owner");
    await page.goto(`${origin}/admin/account`);
    await context.clearCookies();
    await save(page).click();
    await page.getByRole("heading", { name: "Je bent niet aangemeld" }).waitFor();
    const tab = context.waitForEvent("page");
    await page.getByRole("link", { name: "Aanmelden" }).click();
    await (await tab).getByRole("button", { name: "Mail me een link" }).waitFor();
  });
});

describe("a list", () => {
  test("keeps its filters in the address and in the fields, when sorted and paged too", async ({ open }) => {
    const recipient = someone();
    for (let made = 0; made < 51; made++) addMail({ recipient, state: "sent" });
    const { page } = await visitAs(open, anOwner(), "/admin/outbox");
    await page.getByLabel("Ontvanger").fill(recipient);
    await page.getByLabel("Soort mail").selectOption("newsletter.confirm");
    await page.getByRole("button", { name: "Filteren" }).click();

    const isKept = async () => {
      const query = new URL(page.url()).searchParams;
      expect([query.get("recipient"), query.get("template")]).toEqual([recipient, "newsletter.confirm"]);
      expect(await page.getByLabel("Ontvanger").inputValue()).toBe(recipient);
      expect(await page.getByLabel("Soort mail").inputValue()).toBe("newsletter.confirm");
    };
    const mails = page.getByRole("cell", { name: recipient });
    await isKept();
    expect(await mails.count()).toBe(50);
    await page.getByRole("link", { name: "Sorteren op Aan de beurt" }).click();
    await isKept();
    // The shortcut for the next page.
    await page.keyboard.press("n");
    await page.getByRole("link", { name: "Naar het begin" }).waitFor();
    await isKept();
    expect(await mails.count()).toBe(1);
    await page.getByRole("link", { name: "Filters wissen" }).click();
    expect(await page.getByLabel("Ontvanger").inputValue()).toBe("");
  });

  test("is sorted by the heads of its columns, the other way at the second press", async ({ open }) => {
    const { page } = await visitAs(open, anOwner(), "/admin/staff");
    const orderOf = (name: string) => page.getByRole("columnheader", { name }).getAttribute("aria-sort");
    const sortBy = (name: string) => page.getByRole("link", { name: `Sorteren op ${name}` }).click();
    expect(await orderOf("Naam")).toBe("ascending");
    await sortBy("E-mailadres");
    expect([await orderOf("Naam"), await orderOf("E-mailadres")]).toEqual([null, "ascending"]);
    const column = page.getByRole("table", { name: "Medewerkers" }).locator("tbody td:nth-child(2)");
    const addresses = await column.allTextContents();
    await sortBy("E-mailadres");
    expect(await orderOf("E-mailadres")).toBe("descending");
    expect(await column.allTextContents()).toEqual(addresses.toReversed());
  });
});

test("an API key is shown once, to be copied, and never again", async ({ open }) => {
  const { page, context } = await visitAs(open, anOwner(), "/admin/keys");
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  const name = `Sleutel ${someone()}`;
  await page.getByLabel("Naam").fill(name);
  await page.getByLabel("mail:read").check();
  await page.getByRole("button", { name: "Sleutel maken" }).click();
  const key = (await page.getByText(/^\s*fp_/).textContent())?.trim() ?? "";
  expect(key).toMatch(/^fp_[\w-]{43}$/);
  await page.getByRole("button", { name: "Kopiëren" }).click();
  await page.getByRole("button", { name: "Gekopieerd" }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);

  await page.getByRole("link", { name: "Naar de lijst" }).click();
  await page.getByRole("cell", { name, exact: true }).waitFor();
  expect(await page.content()).not.toContain(key);
});
