/** Screenshots of conversations as their person sees them: SHOTS=folder npm run shots */
import { describe } from "vitest";
import { addCustomer, rowsIn } from "./database.ts";
import { linkIn, mailTo } from "./mailbox.ts";
import { mint } from "./panel-token.ts";
import { shoot } from "./shoot.ts";
import { contact, origin, send, shownReference, someone, state, test, write } from "./visit.ts";

const CARD = "De betaling met 4111 1111 1111 1111 is twee keer afgeschreven.\n\nשלום, مرحبا 😀";
const FILES = ["afschrift november.txt", "factuur.txt"].map((name) => ({
  name,
  mimeType: "text/plain",
  buffer: Buffer.from(name),
}));

describe("screenshots", () => {
  test("a message, its page, and the panel", async ({ open }) => {
    const { page } = await open("/", { reducedMotion: "reduce" });
    const email = someone();
    await write(page, email, CARD);
    await contact(page).getByRole("button", { name: "Bestand toevoegen" }).click();
    await contact(page).getByLabel("Bestanden (mag leeg)").setInputFiles(FILES);
    await contact(page).getByText("Alle bestanden zijn binnen.").waitFor();
    await send(page);
    await contact(page).getByRole("button", { name: "Versturen zoals het is" }).waitFor();
    await shoot(page, "person-form", contact(page).getByRole("button", { name: "Versturen zoals het is" }));
    await contact(page).getByRole("button", { name: "Versturen zoals het is" }).click();
    await contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
    const reference = await shownReference(page);
    const link = linkIn(await mailTo(email, reference));

    const number = String(30_000_000 + (Date.now() % 1_000_000));
    addCustomer(number);
    rowsIn(state, "update conversations set customer_number = ? where reference = ?", number, reference);
    rowsIn(
      state,
      `insert into messages (id, conversation_id, channel, author, body, created_at)
        select 'shot-answer', id, 'desk', 'staff:x', ?, ? from conversations where reference = ?`,
      ...["Dag,\n\nWe hebben het bedrag teruggestort.\n\nGroet, Noor", Date.now(), reference],
    );
    rowsIn(state, "update conversations set status = 'waiting' where reference = ?", reference);

    await page.goto(link);
    await page.getByLabel("Bericht", { exact: true }).fill(CARD);
    await page.getByRole("button", { name: "Bericht versturen" }).click();
    await page.getByRole("button", { name: "Versturen zoals het is" }).waitFor();
    await shoot(page, "person-page");
    await page.goto(link.replace("conversation?", "conversation/erase?"));
    await shoot(page, "person-erase");
    await page.goto(`${origin}/contact/find`);
    await shoot(page, "person-find");

    await page.route("**/panel/token", async (route) => route.fulfill({ json: { token: await mint(number) } }));
    await page.goto(`${origin}/panel`);
    const talks = page.locator("fineprint-contact [part=talks]");
    await talks.getByRole("heading").waitFor();
    await shoot(page, "person-list", talks);
    await talks.getByRole("button", { name: "Je bericht" }).click();
    await talks.getByText("We hebben het bedrag").waitFor();
    await shoot(page, "person-thread", talks);
  });
});
