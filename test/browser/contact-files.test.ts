import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { options, violations } from "./axe.ts";
import { rowsIn } from "./database.ts";
import { contact, field, seenEvents, send, shownReference, someone, state, test, write } from "./visit.ts";

const FILES = "**/v1/contact/files?*";
const button = (page: Page, name: string) => contact(page).getByRole("button", { name });
const sent = (page: Page) => contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
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
    await contact(page).getByText("niet verstuurd").waitFor();
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
    await contact(page).getByText("dit soort nemen we niet aan").waitFor();
    await contact(page).getByText("leeg bestand").waitFor();
    await send(page);
    await contact(page).getByText("Niet alle bestanden zijn verstuurd.").waitFor();
    expect(await field(contact(page), "Bericht").inputValue()).toBe("Kijk hier eens naar.");
    expect(await violations(page)).toEqual([]);
    await button(page, "Weghalen: programma.exe").click();
    await button(page, "Weghalen: leeg.txt").click();
    await send(page);
    await sent(page);
    expect(storedWith(await shownReference(page))).toEqual(["goed.txt"]);
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
});
