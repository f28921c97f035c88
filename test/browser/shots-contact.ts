/** Screenshots of the inbox for people to look at, not tests: SHOTS=folder npm run shots */
import { describe } from "vitest";
import { addRich } from "./conversations.ts";
import { addConversation, addMember } from "./database.ts";
import { shoot } from "./shoot.ts";
import { visitAs } from "./staff.ts";
import { origin, test } from "./visit.ts";

const PATH = "/admin/contact";

describe("screenshots of the inbox", () => {
  test("the list, and a conversation: whole, with a draft, held, quarantined, archived", async ({ open }) => {
    const [member, other] = [addMember({ role: "owner" }), addMember({ role: "support" })];
    const id = addRich(member.id, "ann@example.org");
    const archived = addConversation({ subject: "Oud", messages: [], email: "ann@example.org", status: "archived" });
    addConversation({ subject: "Factuur van november", messages: [{ body: "Klopt dit?" }] });
    addConversation({ subject: "Verhuizing", messages: [{ body: "Kan dat?" }], status: "waiting" });
    const options = { reducedMotion: "reduce" } as const;
    const { page } = await visitAs(open, member, PATH, options);
    await shoot(page, "contact-list");
    await page.goto(`${origin}${PATH}/${id}`);
    await page.getByRole("textbox", { name: "Notitie" }).fill("Eerst bellen: de klant is ongerust.");
    await page.getByRole("button", { name: "Notitie bewaren" }).click();
    await page.getByText("De notitie is bewaard.").waitFor();
    const { page: theirs } = await visitAs(open, other, `${PATH}/${id}`, options);
    await theirs.getByRole("textbox", { name: "Je antwoord" }).fill("Dag Ann,\n\nHet is opgelost.");
    await theirs.getByText("Concept bewaard.").waitFor();
    await page.reload();
    await page.getByText("schrijft een antwoord.").waitFor();
    await shoot(page, "contact-conversation");
    await page.getByRole("textbox", { name: "Je antwoord" }).fill("We belden net.");
    await page.getByRole("button", { name: "Antwoord versturen" }).click();
    await page.getByText("Je antwoord is onderweg.").waitFor();
    await theirs.getByRole("button", { name: "Antwoord versturen" }).click();
    await theirs.getByText("Je antwoord is nog niet verstuurd").waitFor();
    await shoot(theirs, "contact-held");
    await page.goto(`${origin}${PATH}/${archived}`);
    await shoot(page, "contact-archived");
    const spam = addConversation({ subject: "Win nu", messages: [{ body: "Klik" }], status: "quarantined" });
    await page.goto(`${origin}${PATH}/${spam}`);
    await shoot(page, "contact-quarantined");
  });
});
