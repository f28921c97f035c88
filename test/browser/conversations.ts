/** Conversations for the tests of the inbox. */
import { addConversation } from "./database.ts";
import { someone } from "./visit.ts";

/** A conversation in which a mail was answered, with all that a message may have; `by` is the id of who answered. */
export function addRich(by: string, email = someone(), status: "open" | "archived" = "open"): string {
  return addConversation({
    ...{ subject: "Mijn site is traag", email, status, dueIn: -60_000 },
    messages: [
      {
        body: "Hallo,\n\nMijn site is sinds gisteren traag. <b>Kunnen jullie kijken?</b>",
        file: "scherm van gisteren.png",
      },
      { body: "Dag Ann,\n\nWe kijken ernaar.", by },
      {
        body: "Nog steeds traag.\n\n> We kijken ernaar.",
        quotedFrom: 17,
        marks: { failed: ["spf", "dmarc"], isCut: true },
      },
    ],
  });
}
