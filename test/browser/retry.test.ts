import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { hostPageUrl } from "./host-page.ts";
import { allMailIsIn, mailsTo } from "./mailbox.ts";
import { contact, field, hostOrigin, send, shownReference, someone, test, write } from "./visit.ts";

const MESSAGES = "**/v1/contact/messages?*";

/** The Idempotency-Key of every message that is sent from now on. */
function keysSent(page: Page): string[] {
  const keys: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().includes("/v1/contact/messages")) {
      keys.push(request.headers()["idempotency-key"] ?? "");
    }
  });
  return keys;
}

const sent = (page: Page) => contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();

describe("a message", () => {
  test('Invariant 3: "Sent" is shown only after the commit; a retry with the same key gives the same answer and one row.', async ({
    open,
  }) => {
    const { page } = await open("/");
    const email = someone();
    const keys = keysSent(page);
    let committed = "";
    // The worker stores the message and answers; the answer is lost on its way.
    await page.route(
      MESSAGES,
      async (route) => {
        const reply = await route.fetch();
        committed = ((await reply.json()) as { reference: string }).reference;
        await route.abort();
      },
      { times: 1 },
    );
    await write(page, email, "Een vraag die een keer aankomt.");
    await send(page);
    await contact(page).getByText("We konden niet verbinden.").waitFor();
    expect(committed).not.toBe("");
    expect(await contact(page).getByText("Je bericht is verstuurd").count()).toBe(0);

    await send(page);
    await sent(page);
    expect(await shownReference(page)).toBe(committed);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    await allMailIsIn();
    expect(await mailsTo(email)).toHaveLength(1);
  });

  test("survives a failed send and a reload of the tab, and is still the same message", async ({ open }) => {
    const { page, context } = await open("/");
    const email = someone();
    const keys = keysSent(page);
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    await page.route(MESSAGES, (route) => route.abort(), { times: 1 });
    await write(page, email, "Een lange vraag.");
    await send(page);
    await contact(page).getByText("We konden niet verbinden.").waitFor();

    await page.reload();
    await contact(page).getByText("Je eerdere tekst staat er nog.").waitFor();
    expect(await field(contact(page), "E-mailadres").inputValue()).toBe(email);
    expect(await field(contact(page), "Bericht").inputValue()).toBe("Een lange vraag.");
    const other = await context.newPage();
    await other.goto(page.url());
    expect(await field(contact(other), "Bericht").inputValue()).toBe("");

    await send(page);
    await sent(page);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    await contact(page).getByRole("button", { name: "Nog een bericht schrijven" }).click();
    await contact(page).getByText("We bewaren je bericht").waitFor();
    expect(await contact(page).getByText("Je eerdere tekst staat er nog.").count()).toBe(0);
    await page.reload();
    expect(await field(contact(page), "Bericht").inputValue()).toBe("");
  });

  test("that was changed after a failed send is another message", async ({ open }) => {
    const { page } = await open("/");
    const keys = keysSent(page);
    await page.route(MESSAGES, (route) => route.abort(), { times: 1 });
    await write(page, someone(), "Een vraag.");
    await send(page);
    await contact(page).getByText("We konden niet verbinden.").waitFor();
    await field(contact(page), "Bericht").fill("Een andere vraag.");
    await send(page);
    await sent(page);
    expect(new Set(keys).size).toBe(2);
  });

  test.for(["challenge.js", "v1/challenge?*"])(
    "whose proof of work cannot be fetched (%s) is sent later",
    async (file, { open }) => {
      const { page } = await open("/");
      const keys = keysSent(page);
      await page.route(`**/${file}`, (route) => route.abort());
      await write(page, someone(), "Een vraag.");
      await send(page);
      await contact(page).getByText("We konden niet verbinden.").waitFor();
      expect(keys).toEqual([]);
      await page.unroute(`**/${file}`);
      await send(page);
      await sent(page);
    },
  );
});

describe("a draft", () => {
  const KEY = "fineprint:contact:site";

  test.for([
    "{}",
    "5",
    "null",
    "not json",
    '{"values":5,"key":"x"}',
    '{"values":{"email":{}},"key":"0123456789abcdef0123456789abcdef"}',
  ])("that is broken counts as none: %s", async (draft, { open }) => {
    const { page, problems } = await open("/policy");
    await page.evaluate(([key, value]) => sessionStorage.setItem(key, value), [KEY, draft] as const);
    await page.goto(new URL("/", page.url()).href);
    await write(page, someone(), "Een vraag.");
    expect(await contact(page).getByText("Je eerdere tekst staat er nog.").count()).toBe(0);
    await send(page);
    await sent(page);
    expect(problems).toEqual([]);
  });

  test("is each element's own", async ({ open }) => {
    const body = "<fineprint-contact></fineprint-contact>".repeat(2);
    const { page } = await open(hostPageUrl(hostOrigin, { lang: "nl", body }));
    const texts = [contact(page).first(), contact(page).last()].map((view) => field(view, "Bericht"));
    await texts[0]?.fill("De eerste");
    await texts[1]?.fill("De tweede");
    expect((await page.evaluate(() => Object.keys(sessionStorage))).sort()).toEqual([KEY, `${KEY}:1`]);
    await page.reload();
    expect(await Promise.all(texts.map((text) => text.inputValue()))).toEqual(["De eerste", "De tweede"]);
    // An element that moves stays the same one.
    await page.evaluate(() =>
      document.querySelector("main")?.append(document.querySelector("fineprint-contact") ?? ""),
    );
    // It is drawn anew; until then the other is first and last in one.
    await expect.poll(() => contact(page).count()).toBe(2);
    expect(await Promise.all(texts.toReversed().map((text) => text.inputValue()))).toEqual(["De eerste", "De tweede"]);
  });
});
