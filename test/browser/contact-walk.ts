/** A walk along the admin's pages around the inbox, for those that look at each: axe, and people by screenshots. */
import { randomBytes } from "node:crypto";
import type { Page } from "playwright-core";
import { addRich } from "./conversations.ts";
import { addContactDay, addConversation, addOriginal } from "./database.ts";
import { origin, someone } from "./visit.ts";

const PATH = `${origin}/admin/contact`;

type Look = (name: string) => Promise<void>;

/** Opens each page as an owner whose id is `member`, in Dutch, and lets `look` see it by a name. */
export async function walkContact(page: Page, member: string, look: Look): Promise<void> {
  await walkSettings(page, look);
  await walkSpam(page, look);
  await walkArchive(page, member, look);
  for (let day = 0; day < 20; day++) {
    addContactDay(day, "received", 3 + (day % 5));
    addContactDay(day, "answered", 2 + (day % 3), 9 + day, day % 2);
    addContactDay(day, "closed", 2 + (day % 4), 30 + day, day % 3);
    addContactDay(day, "sent", 5);
  }
  await page.goto(`${PATH}/figures`);
  await page.getByText("Toon de getallen").first().click();
  await look("figures");
  await page.goto(`${PATH}/figures?from=2001-02-01&to=2001-01-01`);
  await look("figures-error");
}

async function walkSettings(page: Page, look: Look): Promise<void> {
  const name = `Storing ${randomBytes(3).toString("hex")}`;
  await page.goto(`${PATH}/settings/topics/new`);
  await page.getByLabel("Naam in het Nederlands").fill(name);
  await page.getByLabel("Naam in het Engels").fill(`Outage ${name}`);
  await page.getByLabel("Bewaren na afsluiten").fill("25");
  await page.getByRole("button", { name: "Onderwerp toevoegen" }).click();
  await page.getByText("Er klopt iets niet:").waitFor();
  await look("topic-error");
  await page.getByLabel("Bewaren na afsluiten").fill("12");
  await page.getByRole("button", { name: "Onderwerp toevoegen" }).click();
  await page.getByText("Het onderwerp is toegevoegd.").waitFor();
  await look("settings");
  await page.getByRole("link", { name }).click();
  await page.getByRole("button", { name: "Onderwerp opslaan" }).waitFor();
  await look("topic");
  await page.getByRole("link", { name: "Onderwerp verwijderen" }).click();
  await page.getByRole("button", { name: "Onderwerp verwijderen" }).waitFor();
  await look("topic-remove");

  await page.goto(`${PATH}/settings/answers/new`);
  await page.getByLabel("Naam").fill(`Wachtwoord ${name}`);
  await page.getByLabel("Tekst (Nederlands)").fill("Beste {name},\n\nJe wachtwoord is {password}.");
  await page.getByRole("button", { name: "Standaardantwoord toevoegen" }).click();
  await page.getByText("Er klopt iets niet:").waitFor();
  await look("answer-error");
  await page.getByLabel("Tekst (Nederlands)").fill("Beste {name},\n\nJe nummer is {reference}.\n\n{agent}, {company}");
  await page.getByText("Beste Sam de Vries,").waitFor();
  await look("answer");
  await page.getByRole("button", { name: "Standaardantwoord toevoegen" }).click();
  await page.getByText("Het standaardantwoord is toegevoegd.").waitFor();
  await look("answers");

  await page.goto(`${PATH}/settings/blocked`);
  await page.getByLabel("Adres of domein").fill(someone());
  await page.getByRole("button", { name: "Blokkeren" }).click();
  await page.getByText("De afzender is geblokkeerd.").waitFor();
  await page.getByLabel("Adres of domein").fill("geen afzender");
  await page.getByRole("button", { name: "Blokkeren" }).click();
  await page.getByText("Er klopt iets niet:").waitFor();
  await look("blocked");
}

async function walkSpam(page: Page, look: Look): Promise<void> {
  await page.goto(`${PATH}/spam`);
  await look("spam-first");
  for (const subject of ["Win nu", "Goedkope hosting"]) {
    addConversation({ subject, messages: [{ body: `${subject}! `.repeat(30) }], status: "quarantined" });
  }
  for (const reason of ["no-sender", "lost"]) addOriginal(reason);
  await page.reload();
  await page.getByRole("button", { name: "Vrijgeven" }).click();
  await page.getByText("Kies eerst wat je wilt vrijgeven of wissen.").first().waitFor();
  await look("spam");
  await page.getByRole("checkbox", { name: "Alles op deze bladzijde" }).check();
  await page.getByRole("button", { name: "Wissen" }).click();
  await page.getByText("Dit is niet terug te draaien.").waitFor();
  await look("spam-erase");
}

async function walkArchive(page: Page, member: string, look: Look): Promise<void> {
  const email = someone();
  const id = addRich(member, email, "archived");
  await page.goto(`${PATH}/archive`);
  await look("archive");
  await page.getByLabel("Wat je zoekt").fill(email);
  await page.getByRole("button", { name: "Zoeken in het archief" }).click();
  await page.getByRole("heading", { name: "Gevonden" }).waitFor();
  await look("archive-found");
  await page.goto(`${PATH}/archive/${id}`);
  await look("archive-facts");
  await page.getByRole("button", { name: "Lezen (wordt vastgelegd)" }).click();
  await page.getByText("Dat je dit las, staat in het logboek.").waitFor();
  await look("archive-read");
  await page.getByRole("checkbox", { name: "Met onze notities" }).check();
  await page.getByRole("button", { name: "Afdrukbare bladzijde" }).click();
  await page.getByText("Druk deze bladzijde af met je browser.").waitFor();
  await look("print");
}
