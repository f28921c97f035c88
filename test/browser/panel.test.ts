import type { BrowserContextOptions, Page } from "playwright-core";
import { describe, expect } from "vitest";
import { hostPageUrl } from "./host-page.ts";
import { allMailIsIn, mailsTo, mailTo } from "./mailbox.ts";
import { mint, newCustomer } from "./panel-token.ts";
import {
  banner,
  contact,
  field,
  hostOrigin,
  newsletter,
  origin,
  seenEvents,
  send,
  shownReference,
  someone,
  test,
  write,
} from "./visit.ts";

const NO_LONGER = "Je bent niet meer aangemeld. Meld je opnieuw aan; wat je typte blijft hier staan.";
const ACKNOWLEDGE = "Ik heb het gelezen";

/** Lets the demo panel's server answer as this customer's would. */
async function signIn(page: Page, customer: string, seconds?: number): Promise<void> {
  await page.route("**/panel/token", async (route) =>
    route.fulfill({ json: { token: await mint(customer, seconds) } }),
  );
  await page.goto(`${origin}/panel`);
}

const onPhone: BrowserContextOptions = { viewport: { width: 390, height: 844 } };

describe("the control panel", () => {
  test("keeps an acknowledgement with the customer, on every device", async ({ open }) => {
    const customer = newCustomer();
    const desk = await open("/policy");
    await signIn(desk.page, customer);
    await banner(desk.page).getByRole("button", { name: ACKNOWLEDGE }).click();
    await banner(desk.page).waitFor({ state: "detached" });
    expect(await seenEvents(desk.page)).toMatchObject([{ type: "fineprint:acknowledged" }]);

    const phone = await open("/policy", onPhone);
    const answered = phone.page.waitForResponse("**/v1/me/notices?*");
    await signIn(phone.page, customer);
    expect(await (await answered).json()).toEqual({ notices: [] });
    expect(await banner(phone.page).count()).toBe(0);

    const neighbour = await open("/policy", onPhone);
    await signIn(neighbour.page, newCustomer());
    await banner(neighbour.page).getByRole("button", { name: ACKNOWLEDGE }).waitFor();
    expect([...desk.problems, ...phone.problems, ...neighbour.problems]).toEqual([]);
  });

  test("Esc puts the notice away for this page; it was not acknowledged and comes back", async ({ open }) => {
    const { page } = await open("/policy");
    await signIn(page, newCustomer());
    await banner(page).waitFor();
    await page.keyboard.press("Escape");
    await banner(page).waitFor({ state: "detached" });
    await page.reload();
    await banner(page).getByRole("button", { name: ACKNOWLEDGE }).waitFor();
  });

  test("a failed acknowledgement says so and the notice stays", async ({ open }) => {
    const { page } = await open("/policy");
    await signIn(page, newCustomer());
    await page.route("**/acknowledgement?*", (route) => route.abort(), { times: 1 });
    await banner(page).getByRole("button", { name: ACKNOWLEDGE }).click();
    await banner(page).getByText("Opslaan is niet gelukt. Probeer het nog eens.").waitFor();
    await banner(page).getByRole("button", { name: ACKNOWLEDGE }).click();
    await banner(page).waitFor({ state: "detached" });
  });

  test("takes a message of the customer who is signed in", async ({ open }) => {
    const { page } = await open("/policy");
    await signIn(page, newCustomer());
    const email = someone();
    await write(page, email, "Mijn factuur klopt niet.");
    const sent = page.waitForRequest("**/v1/contact/messages?*");
    await send(page);
    expect((await sent).headers()["authorization"]).toMatch(/^Bearer ey/);
    await contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
    await mailTo(email, await shownReference(page));
  });

  test("an expired token is refused, never taken as anonymous, and the text stays", async ({ open }) => {
    const { page } = await open("/policy");
    await signIn(page, newCustomer(), -120);
    const email = someone();
    await write(page, email, "Dit blijft staan.");
    await send(page);
    await contact(page).getByText(NO_LONGER).waitFor();
    expect(await field(contact(page), "Bericht").inputValue()).toBe("Dit blijft staan.");
    expect(await banner(page).count()).toBe(0);
    await allMailIsIn();
    expect(await mailsTo(email)).toEqual([]);
  });

  test("a customer number that nobody has is refused in words, and the text stays", async ({ open }) => {
    const { page } = await open("/policy");
    await signIn(page, "nobody-1");
    const email = someone();
    await write(page, email, "Dit blijft staan.");
    await send(page);
    await contact(page).getByText("We kennen dit klantnummer niet. Wat je typte staat er nog.").waitFor();
    expect(await field(contact(page), "Bericht").inputValue()).toBe("Dit blijft staan.");
    expect(await banner(page).count()).toBe(0);
    await allMailIsIn();
    expect(await mailsTo(email)).toEqual([]);
  });

  test("a panel that cannot mint a token sends nothing, and the text stays", async ({ open }) => {
    const { page, requests } = await open("/policy");
    await page.route("**/panel/token", (route) => route.fulfill({ status: 500 }));
    await page.goto(`${origin}/panel`);
    await write(page, someone(), "Dit blijft staan.");
    await send(page);
    await contact(page).getByText(NO_LONGER).waitFor();
    expect(await field(contact(page), "Bericht").inputValue()).toBe("Dit blijft staan.");
    expect(requests.filter((url) => url.includes("/v1/contact/"))).toEqual([]);
  });

  test("a fresh token in the attribute or by identify leaves what is being typed alone", async ({ open }) => {
    const body = "<fineprint-banner></fineprint-banner><fineprint-newsletter></fineprint-newsletter>";
    const { page, problems } = await open(hostPageUrl(hostOrigin, { surface: "panel", lang: "nl", body }));
    const token = await mint(newCustomer());
    await field(newsletter(page), "E-mailadres").pressSequentially("half@");
    await page.evaluate((fresh) => {
      document.querySelector("fineprint-newsletter")?.setAttribute("token", fresh);
      globalThis.fineprint.identify(fresh);
    }, token);
    await banner(page).getByRole("button", { name: ACKNOWLEDGE }).waitFor();
    expect(await field(newsletter(page), "E-mailadres").inputValue()).toBe("half@");
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe("fineprint-newsletter");
    expect(problems).toEqual([]);
  });

  test.for(["identify", "attribute"])(
    "an empty token (%s) sends nothing, and the text stays",
    async (source, { open }) => {
      const body = `<fineprint-contact ${source === "attribute" ? "token" : ""}></fineprint-contact>`;
      const { page, requests } = await open(hostPageUrl(hostOrigin, { surface: "panel", lang: "nl", body }));
      await contact(page).waitFor();
      if (source === "identify") await page.evaluate(() => globalThis.fineprint.identify(() => ""));
      await write(page, someone(), "Dit blijft staan.");
      await send(page);
      await contact(page).getByText(NO_LONGER).waitFor();
      expect(await field(contact(page), "Bericht").inputValue()).toBe("Dit blijft staan.");
      expect(requests.filter((url) => url.includes("/v1/contact/"))).toEqual([]);
    },
  );

  test("a token that never comes is given up, and the text stays", async ({ open }) => {
    const { page } = await open("/policy");
    await page.clock.install();
    const body = "<fineprint-contact></fineprint-contact>";
    await page.goto(hostPageUrl(hostOrigin, { surface: "panel", lang: "nl", body }));
    await contact(page).waitFor();
    await page.evaluate(() => {
      const panel = globalThis;
      panel.fineprint.identify(() => {
        panel.isAsked = true;
        return new Promise(() => undefined);
      });
    });
    // The banner asks, and the list of conversations: when they gave up there is the form, whose turn is waited for below.
    await page.waitForFunction(() => globalThis.isAsked);
    await page.clock.fastForward(10_000);
    await write(page, someone(), "Dit blijft staan.");
    await page.evaluate(() => {
      globalThis.isAsked = false;
    });
    await send(page);
    await page.waitForFunction(() => globalThis.isAsked);
    await page.clock.fastForward(10_000);
    await contact(page).getByText(NO_LONGER).waitFor();
    expect(await field(contact(page), "Bericht").inputValue()).toBe("Dit blijft staan.");
  });

  test("a fresh token leaves a banner that shows, or was put away, as it is", async ({ open }) => {
    const body = "<fineprint-banner></fineprint-banner>";
    const { page, requests } = await open(hostPageUrl(hostOrigin, { surface: "panel", lang: "nl", body }));
    const token = await mint(newCustomer());
    const renew = () =>
      page.evaluate((fresh) => {
        globalThis.fineprint.identify(fresh);
        document.querySelector("fineprint-banner")?.setAttribute("token", fresh);
        // Whatever that set going has gone as far as it can without a reply by the next frame.
        return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      }, token);
    await renew();
    const button = banner(page).getByRole("button", { name: ACKNOWLEDGE });
    await button.focus();
    const asked = requests.length;
    await renew();
    expect(await button.evaluate((element) => element.matches(":focus"))).toBe(true);
    await page.keyboard.press("Escape");
    await banner(page).waitFor({ state: "detached" });
    await renew();
    expect(await banner(page).count()).toBe(0);
    expect(requests).toHaveLength(asked);
  });
});
