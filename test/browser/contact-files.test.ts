import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { options, violations } from "./axe.ts";
import { rowsIn } from "./database.ts";
import { contact, field, seenEvents, send, shownReference, someone, state, test, write } from "./visit.ts";

const FILES = "**/v1/contact/files?*";
const button = (page: Page, name: string) => contact(page).getByRole("button", { name });
const sent = (page: Page) => contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
/** The words beside the name of a file that did not go up. */
const fault = (page: Page, words: string) => contact(page).locator(".row .error", { hasText: words });
const status = (page: Page) => contact(page).getByRole("status");
const text = (name: string, words = name) => ({ name, mimeType: "text/plain", buffer: Buffer.from(words) });

/** Opens the place for files, and chooses some. */
async function choose(page: Page, ...files: ReturnType<typeof text>[]): Promise<void> {
  if (await button(page, "Bestand toevoegen").count()) await button(page, "Bestand toevoegen").click();
  await contact(page).getByLabel("Bestanden (mag leeg)").setInputFiles(files);
}

const storedWith = (reference: string) =>
  rowsIn(
    state,
    `select f.name from contact_files f join messages m on m.id = f.message_id
      join conversations c on c.id = m.conversation_id where c.reference = ? order by f.name`,
    reference,
  ).map((row) => (row as { name: string }).name); // As the query says.

describe("files with a message", () => {
  test("Invariant 3: the connection is cut during one of two; sent again, it is one message with both", async ({
    open,
  }) => {
    const { page, requests } = await open("/");
    expect(requests.some((url) => url.endsWith("/files.js"))).toBe(false);
    const keys: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().includes("name=twee")) {
        keys.push(request.headers()["idempotency-key"] ?? "");
      }
    });
    await page.route(/name=twee/, (route) => route.abort(), { times: 1 });
    await write(page, someone(), "Met twee bestanden.");
    await choose(page, text("een.txt"), text("twee.txt"));
    await fault(page, "niet verstuurd").waitFor();
    expect((await seenEvents(page)).map(({ detail }) => detail)).toEqual([{ code: "offline" }]);
    await send(page);
    await sent(page);
    expect(storedWith(await shownReference(page))).toEqual(["een.txt", "twee.txt"]);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  test("what was typed and the files that went up survive a reload", async ({ open }) => {
    const { page } = await open("/");
    await write(page, someone(), "Een lang verhaal.");
    await choose(page, text("een bestand.txt"), text("ander.txt"));
    await contact(page).getByText("Alle bestanden zijn binnen.").waitFor();
    await page.reload();
    await contact(page).getByText("een bestand.txt").waitFor();
    expect(await field(contact(page), "Bericht").inputValue()).toBe("Een lang verhaal.");
    await button(page, "Weghalen: ander.txt").click();
    await send(page);
    await sent(page);
    expect(storedWith(await shownReference(page))).toEqual(["een bestand.txt"]);
  });

  test("says in words how far it is", async ({ open }) => {
    const { page } = await open("/");
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await page.route(FILES, async (route) => {
      await held;
      await route.continue();
    });
    await write(page, someone(), "Even geduld.");
    await choose(page, text("een.txt"), text("twee.txt"), text("drie.txt"));
    await contact(page)
      .getByText(/Bezig met bestand 1 van 3: \d+ %/)
      .waitFor();
    goOn();
    await contact(page).getByText("Alle bestanden zijn binnen.").waitFor();
  });

  test("what is refused is said beside its name; the message waits until it is taken away", async ({ open }) => {
    const { page } = await open("/", options);
    await write(page, someone(), "Kijk hier eens naar.");
    await choose(page, text("programma.exe"), text("leeg.txt", ""), text("goed.txt"));
    await fault(page, "dit soort nemen we niet aan").waitFor();
    await fault(page, "leeg bestand").waitFor();
    await status(page)
      .getByText("Niet binnen: programma.exe (dit soort nemen we niet aan), leeg.txt (leeg bestand).")
      .waitFor();
    await send(page);
    await contact(page).getByText("Niet alle bestanden zijn verstuurd.").waitFor();
    expect(await field(contact(page), "Bericht").inputValue()).toBe("Kijk hier eens naar.");
    expect(await violations(page)).toEqual([]);
    await button(page, "Weghalen: programma.exe").click();
    expect(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.id)).toBe("files");
    await button(page, "Weghalen: leeg.txt").click();
    await send(page);
    await sent(page);
    expect(storedWith(await shownReference(page))).toEqual(["goed.txt"]);
  });

  test("files of a draft are each there once, however often the form is drawn", async ({ open }) => {
    const { page } = await open("/");
    await write(page, someone(), "Drie bestanden.");
    await choose(page, text("een.txt"), text("twee.txt"), text("drie.txt"));
    await contact(page).getByText("Alle bestanden zijn binnen.").waitFor();
    await page.reload();
    await button(page, "Weghalen: drie.txt").waitFor();
    await button(page, "Weghalen: een.txt").click();
    await choose(page, text("vier.txt"));
    await contact(page).getByText("Alle bestanden zijn binnen.").waitFor();
    const names = contact(page).getByRole("button", { name: /^Weghalen/ });
    expect(await names.evaluateAll((all) => all.map((each) => each.ariaLabel))).toEqual([
      "Weghalen: twee.txt",
      "Weghalen: drie.txt",
      "Weghalen: vier.txt",
    ]);
  });

  test("what is taken away before it went up does not go up; what is added meanwhile does", async ({ open }) => {
    const { page } = await open("/");
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const names: (string | null)[] = [];
    await page.route(FILES, async (route) => {
      names.push(new URL(route.request().url()).searchParams.get("name"));
      await held;
      // The one that was taken away has been ended.
      await route.continue().catch(() => {});
    });
    await write(page, someone(), "Toch anders.");
    await choose(page, text("een.txt"), text("twee.txt"), text("drie.txt"));
    await expect.poll(() => names).toEqual(["een.txt"]);
    await button(page, "Weghalen: twee.txt").click();
    const ended = page.waitForEvent("requestfailed", (request) => request.url().includes("name=een"));
    await button(page, "Weghalen: een.txt").click();
    await ended;
    await choose(page, text("vier.txt"));
    goOn();
    await contact(page).getByText("Alle bestanden zijn binnen.").waitFor();
    expect(names).toEqual(["een.txt", "drie.txt", "vier.txt"]);
    await send(page);
    await sent(page);
    expect(storedWith(await shownReference(page))).toEqual(["drie.txt", "vier.txt"]);
    expect(await seenEvents(page)).not.toContainEqual({ type: "fineprint:error", detail: { code: "offline" } });
  });

  test("one too many goes up once another is taken away", async ({ open }) => {
    const { page } = await open("/");
    await write(page, someone(), "Elf bestanden.");
    await choose(page, ...Array.from({ length: 11 }, (_, index) => text(`${index + 1}.txt`)));
    await fault(page, "een te veel").waitFor();
    await status(page).getByText("Niet binnen: 11.txt (een te veel).").waitFor({ timeout: 30_000 });
    await button(page, "Weghalen: 3.txt").click();
    await contact(page).getByText("Alle bestanden zijn binnen.").waitFor();
    expect(await fault(page, "een te veel").count()).toBe(0);
  });

  test("files that are gone are sent again when they are at hand; only others are to be added again", async ({
    open,
  }) => {
    const { page } = await open("/");
    const gone = (reference: string) => rowsIn(state, "delete from contact_files where name = ?", reference);
    await write(page, someone(), "Na een hele poos.");
    const [first, second] = [`${someone()}.txt`, `${someone()}.txt`];
    await choose(page, text(first));
    await contact(page).getByText("Alle bestanden zijn binnen.").waitFor();
    await page.reload();
    await button(page, `Weghalen: ${first}`).waitFor();
    await choose(page, text(second));
    await contact(page).getByText("Alle bestanden zijn binnen.").waitFor();
    gone(first);
    gone(second);
    await send(page);
    await contact(page).getByText("Niet al je bestanden zijn er nog.").waitFor();
    expect(await button(page, `Weghalen: ${first}`).count()).toBe(0);
    await contact(page).getByText("Alle bestanden zijn binnen.").waitFor();
    gone(second);
    await send(page);
    await contact(page).getByText("Je bestanden waren er niet meer.").waitFor();
    await send(page);
    await sent(page);
    expect(storedWith(await shownReference(page))).toEqual([second]);
  });

  test("a slow line may take long, as long as there is progress", async ({ open }) => {
    const { page, context } = await open("/policy");
    await context.addInitScript(() => {
      const send = XMLHttpRequest.prototype.send;
      // Ten times nearly a minute, and then it goes up.
      XMLHttpRequest.prototype.send = function (body) {
        // What a browser does by its own clock.
        if (this.timeout) setTimeout(() => this.ontimeout?.(new ProgressEvent("timeout")), this.timeout);
        let minutes = 0;
        const timer = setInterval(() => {
          minutes++;
          const progress = { lengthComputable: true, loaded: minutes, total: 10 };
          this.upload.dispatchEvent(new ProgressEvent("progress", progress));
          if (minutes < 10) return;
          clearInterval(timer);
          send.call(this, body);
        }, 55_000);
      };
    });
    await page.clock.install();
    await page.goto(new URL("/", page.url()).href);
    await write(page, someone(), "Over een trage lijn.");
    await choose(page, text("groot.txt"));
    await contact(page).getByText("Bezig met bestand 1 van 1: 0 %").waitFor();
    for (const percent of [10, 20, 30, 40, 50, 60, 70, 80, 90]) {
      await page.clock.runFor(55_000);
      await contact(page).getByText(`Bezig met bestand 1 van 1: ${percent} %`).waitFor();
    }
    await page.clock.runFor(55_000);
    await contact(page).getByText("Alle bestanden zijn binnen.").waitFor();
  });
});

describe("without the script for files", () => {
  test("it is said that it could not be had", async ({ open }) => {
    const { page } = await open("/");
    await page.route("**/files.js", (route) => route.abort());
    await write(page, someone(), "Kaart 4111 1111 1111 1111");
    await button(page, "Bestand toevoegen").click();
    await contact(page).getByText("We konden niet verbinden.").waitFor();
    const reply = page.waitForResponse("**/v1/contact/messages?*");
    await send(page);
    expect((await reply).status()).toBe(422);
    await button(page, "Bericht versturen").waitFor();
    await contact(page).getByText("We konden niet verbinden.").waitFor();
    expect(await contact(page).getByText("Dit klopt niet.").count()).toBe(0);
  });
});

describe("a card number in a message", () => {
  test.for([
    ["Nummer onleesbaar maken en versturen", "Kaart •••• •••• •••• 1111"],
    ["Versturen zoals het is", "Kaart 4111 1111 1111 1111"],
  ] as const)("is asked about: %s", async ([name, kept], { open }) => {
    const { page } = await open("/", options);
    const email = someone();
    await write(page, email, "Kaart 4111 1111 1111 1111");
    await send(page);
    await button(page, name).waitFor();
    await contact(page).getByText("Hier lijkt een kaartnummer in te staan.").waitFor();
    expect(await field(contact(page), "Bericht").inputValue()).toBe("Kaart 4111 1111 1111 1111");
    expect(await violations(page)).toEqual([]);
    await button(page, name).click();
    await sent(page);
    const query = "select body from messages m join conversations c on c.id = conversation_id where email = ?";
    expect(rowsIn(state, query, email)).toEqual([{ body: kept }]);
  });

  test("is not answered by the Enter key in a line", async ({ open }) => {
    const { page } = await open("/");
    const email = someone();
    await write(page, email, "Kaart 4111 1111 1111 1111");
    await send(page);
    await button(page, "Nummer onleesbaar maken en versturen").waitFor();
    const reply = page.waitForResponse("**/v1/contact/messages?*");
    await field(contact(page), "Onderwerp").press("Enter");
    expect((await reply).status()).toBe(422);
    await button(page, "Nummer onleesbaar maken en versturen").waitFor();
    expect(rowsIn(state, "select id from conversations where email = ?", email)).toEqual([]);
  });
});
