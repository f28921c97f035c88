import { beforeAll, describe, expect, it } from "vitest";
import { suppress } from "../../worker/mail/suppression.ts";
import { DAY, freshAddress, hourFrom, linkIn, ORIGIN } from "./house.ts";
import { type ListApi, listApi } from "./list.ts";
import { sendingHouse } from "./sending.ts";
import { createSubscribers } from "./subscribers.ts";

const { house } = sendingHouse({});
const { subscribe, press, confirmLink, statusOf } = createSubscribers(house);
let api: ListApi;
beforeAll(async () => {
  api = await listApi(house);
});

/** Has staff's program mail somebody who waits their link again, and gives that mail. */
async function askedAgain(email: string) {
  const action = { kind: "resend", filter: { search: email } };
  const { json } = await api.send<{ id: string; changed: number }>("POST", "/v1/subscribers/actions", action);
  await house.consume([json.id], "list-action");
  return (await house.mailsTo(email)).at(-1);
}

describe("who signed up by the form and is asked again", () => {
  it("gets the link to confirm with a way out, in the mail and for the mail program's button", async () => {
    const email = freshAddress();
    await subscribe(email);
    const first = (await house.mailsTo(email)).at(-1);
    expect(first?.headers["List-Unsubscribe"]).toBeUndefined();
    const again = await askedAgain(email);
    const leave = linkIn(again, "/newsletter/unsubscribe");
    expect(again?.subject).toBe(first?.subject);
    expect(again?.headers).toMatchObject({
      "List-Unsubscribe": `<${ORIGIN}${leave}>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    });
    for (const words of ["Nee, en vraag het me niet meer", "nog niet bevestigd"]) expect(again?.text).toContain(words);
    expect(`${first?.text} ${again?.text}`).not.toContain("één keer");
    expect((await press(leave)).status).toBe(200);
    expect(await statusOf(email)).toBe("left");
    expect((await press(linkIn(again, "/newsletter/confirm"))).status).toBe(410);
  });

  /** What became of the mails that asked an address again, once it was their turn. */
  async function endsOf(email: string) {
    await askedAgain(email);
    const again = "from outbox where recipient = ? and lane = 'bulk'";
    const mails = await house.rows<{ id: string }>(`select id ${again}`, email);
    await house.consume(
      mails.map(({ id }) => id),
      "bulk-mail",
    );
    return house.rows(`select state, last_error ${again}`, email);
  }

  for (const reason of ["left", "bounced"] as const) {
    it(`gets it as well when mail to the address had stopped before: ${reason}`, async () => {
      const email = freshAddress();
      await suppress(house.rt, "staff:x", email, reason);
      house.clock.now += 60_000;
      await subscribe(email);
      expect(await endsOf(email)).toEqual([{ state: "sent", last_error: null }]);
    });

    it(`gets nothing when mail to the address stopped since: ${reason}`, async () => {
      const email = freshAddress();
      await subscribe(email);
      house.clock.now += 60_000;
      await suppress(house.rt, "staff:x", email, reason);
      expect(await endsOf(email)).toEqual([{ state: "dropped", last_error: reason }]);
    });
  }

  it("on the sixth day can confirm on the twelfth, and not on the fourteenth", async () => {
    const [prompt, late] = [freshAddress(), freshAddress()];
    for (const email of [prompt, late]) await subscribe(email);
    house.clock.now += 6 * DAY;
    for (const email of [prompt, late]) await askedAgain(email);
    house.clock.now = hourFrom(house.clock.now + 6 * DAY - 3_600_000);
    await house.round();
    expect((await press(await confirmLink(prompt))).status).toBe(200);
    expect(await statusOf(prompt)).toBe("active");
    house.clock.now = hourFrom(house.clock.now + 2 * DAY);
    await house.round();
    expect(await statusOf(late)).toBeUndefined();
  });
});
