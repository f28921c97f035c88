import type { Page, Route } from "playwright-core";
import { describe, expect } from "vitest";
import { contact, field, newsletter, seenEvents, send, someone, test, write } from "./visit.ts";

/** Name of the field (or class of the element) in a widget that has focus. */
const focused = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => {
    const inside = document.activeElement?.shadowRoot?.activeElement;
    return inside?.getAttribute("name") ?? inside?.className;
  });

/** What is said beside a field, found the way a screen reader does. */
const saidOf = (page: Page, name: string): Promise<string | null | undefined> =>
  field(contact(page), name).evaluate((input) => {
    const id = input.getAttribute("aria-describedby");
    return id === null ? null : (input.getRootNode() as ShadowRoot).getElementById(id)?.textContent;
  });

const message = (page: Page) => field(contact(page), "Bericht");

describe("what is filled in wrong", () => {
  test("two errors: a summary takes focus, and each is said beside its field", async ({ open }) => {
    const { page, requests } = await open("/");
    await send(page);
    expect(await focused(page)).toBe("summary");
    const summary = contact(page).getByRole("group", { name: "Er kloppen 2 dingen niet:" });
    await summary.getByRole("button", { name: "Bericht: Vul dit veld in." }).click();
    expect(await focused(page)).toBe("message");
    expect(await saidOf(page, "E-mailadres")).toBe("Vul dit veld in.");
    expect(await saidOf(page, "Bericht")).toBe("Vul dit veld in.");
    expect(await saidOf(page, "Naam")).toBeNull();
    expect(await message(page).getAttribute("aria-invalid")).toBe("true");
    expect(requests.filter((url) => url.includes("/v1/"))).toEqual([]);
  });

  test("one error: its field takes focus, and what was typed stays", async ({ open }) => {
    const { page } = await open("/");
    await write(page, "zonder-apenstaart", "Een lange vraag");
    await send(page);
    expect(await focused(page)).toBe("email");
    expect(await saidOf(page, "E-mailadres")).toMatch(/^Dit is geen e-mailadres\./);
    expect(await message(page).inputValue()).toBe("Een lange vraag");

    await field(contact(page), "E-mailadres").fill(someone());
    await send(page);
    await contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
  });

  test("what only the server can tell is said beside the field too", async ({ open }) => {
    const { page } = await open("/");
    await write(page, "iemand@-voorbeeld.nl", "Een lange vraag");
    await send(page);
    await contact(page).getByText("Dit is geen e-mailadres.").waitFor();
    expect(await focused(page)).toBe("email");
    expect(await saidOf(page, "E-mailadres")).toMatch(/^Dit is geen e-mailadres\./);
    expect(await message(page).inputValue()).toBe("Een lange vraag");
    expect(await seenEvents(page)).toEqual([{ type: "fineprint:error", detail: { code: "invalid_input" } }]);
  });

  test("what is too long is said beside its field, and not sent", async ({ open }) => {
    const { page, requests } = await open("/");
    await write(page, someone(), "x".repeat(70_000));
    await send(page);
    await contact(page).getByText("Dit is te lang.").waitFor();
    expect(await focused(page)).toBe("message");
    expect(await saidOf(page, "Bericht")).toBe("Dit is te lang.");
    expect(await message(page).inputValue()).toHaveLength(70_000);
    await field(contact(page), "Naam").fill("x".repeat(101));
    await field(contact(page), "Onderwerp").fill("x".repeat(151));
    await send(page);
    await contact(page).getByRole("group", { name: "Er kloppen 3 dingen niet:" }).waitFor();
    expect(requests.filter((url) => url.includes("/v1/contact/"))).toEqual([]);
  });

  test("what makes the whole too large is said beside the longest field", async ({ open }) => {
    const { page } = await open("/");
    await write(page, `${"x".repeat(70_000)}@example.org`, "Een lange vraag");
    await send(page);
    await contact(page).getByText("Dit is te lang.").waitFor();
    expect(await saidOf(page, "E-mailadres")).toBe("Dit is te lang.");
    expect(await seenEvents(page)).toEqual([{ type: "fineprint:error", detail: { code: "body_too_large" } }]);
  });

  test("a trap that a password manager filled is emptied, so that the next try works", async ({ open }) => {
    const { page } = await open("/");
    await write(page, someone(), "Een lange vraag");
    const trap = contact(page).locator("[name=website]");
    await trap.fill("https://example.org");
    expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain("https://example.org");
    await send(page);
    await contact(page).getByRole("alert").getByText("Dit leek niet door een mens verstuurd.").waitFor();
    expect(await trap.inputValue()).toBe("");
    await send(page);
    await contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
  });

  test("the newsletter form says it the same way", async ({ open }) => {
    const { page } = await open("/");
    await newsletter(page).getByRole("button", { name: "Abonneren" }).click();
    await newsletter(page).getByText("Vul dit veld in.").waitFor();
    expect(await focused(page)).toBe("email");
  });
});

describe("what the server refuses becomes a sentence, and what was typed stays", () => {
  const problem = (status: number, code: string) => ({
    status,
    contentType: "application/problem+json",
    json: { code },
  });
  const cases = [
    { name: "no connection", abort: true, sentence: "We konden niet verbinden. Wat je typte staat er nog." },
    { name: "too many", reply: problem(429, "rate_limited"), sentence: "Dat gaat wat snel. Wacht een minuut" },
    { name: "our own failure", reply: problem(500, "internal"), sentence: "Er ging bij ons iets mis." },
    { name: "a proxy's page", reply: { status: 502, body: "<h1>Bad gateway" }, sentence: "Er ging bij ons iets mis." },
    { name: "a café's page", reply: { status: 200, body: "<h1>Log in" }, sentence: "Er ging bij ons iets mis." },
    {
      name: "the spam check",
      reply: problem(422, "challenge_invalid"),
      sentence: "De controle tegen spam is niet gelukt.",
    },
    {
      name: "something with no code",
      reply: { status: 500, json: null },
      sentence: "Er ging bij ons iets mis.",
    },
    {
      name: "a code that is not ours",
      reply: { status: 500, json: { code: 500 } },
      sentence: "Er ging bij ons iets mis.",
    },
    { name: "a foreign page", reply: problem(403, "origin_not_allowed"), sentence: "Er ging bij ons iets mis." },
  ];
  test.for(cases)("$name", async ({ abort, reply, sentence }, { open }) => {
    const { page } = await open("/");
    const email = someone();
    await page.route("**/v1/contact/messages?*", (route) => (abort ? route.abort() : route.fulfill(reply)));
    await write(page, email, "Een lange vraag");
    await send(page);
    await contact(page).getByRole("alert").getByText(sentence).waitFor();
    expect(await field(contact(page), "E-mailadres").inputValue()).toBe(email);
    expect(await message(page).inputValue()).toBe("Een lange vraag");
    expect(await seenEvents(page)).toMatchObject([{ type: "fineprint:error" }]);
    await contact(page).getByRole("button", { name: "Bericht versturen" }).waitFor();
  });

  test("the button says that it works while it does, and sends once", async ({ open }) => {
    const { page, requests } = await open("/");
    const held = Promise.withResolvers<Route>();
    await page.route("**/v1/contact/messages?*", held.resolve);
    await write(page, someone(), "Een lange vraag");
    await send(page);
    const busy = contact(page).getByRole("button", { name: "Bezig met versturen…" });
    await busy.waitFor();
    // Nothing typed meanwhile could be lost.
    expect(await message(page).isEditable()).toBe(false);
    await page.keyboard.press("Enter");
    // Playwright does not click what is aria-disabled; a finger does.
    await busy.click({ force: true });
    await (await held.promise).continue();
    await contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
    expect(requests.filter((url) => url.includes("/v1/contact/"))).toHaveLength(1);
  });

  test("a reply that never comes is given up", async ({ open }) => {
    const { page } = await open("/policy");
    await page.addInitScript(() => {
      const timeout = AbortSignal.timeout.bind(AbortSignal);
      AbortSignal.timeout = (limit) => timeout(limit / 100);
    });
    await page.goto(new URL("/", page.url()).href);
    await page.route("**/v1/contact/messages?*", () => undefined);
    await write(page, someone(), "Een lange vraag");
    await send(page);
    await contact(page).getByRole("alert").getByText("We konden niet verbinden.").waitFor();
    expect(await message(page).isEditable()).toBe(true);
  });
});

test("a visitor who went on elsewhere on the page stays there when the message is sent", async ({ open }) => {
  const { page } = await open("/");
  let reply = () => undefined as unknown;
  await page.route("**/v1/contact/messages?*", (route) => {
    reply = () => route.continue();
  });
  await write(page, someone(), "Een lange vraag");
  const asked = page.waitForRequest("**/v1/contact/messages?*");
  await send(page);
  await asked;
  await field(newsletter(page), "E-mailadres").focus();
  reply();
  await contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
  expect(await focused(page)).toBe("email");
  expect(await page.evaluate(() => document.activeElement?.localName)).toBe("fineprint-newsletter");
});
