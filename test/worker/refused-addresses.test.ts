import { beforeEach, describe, expect, it } from "vitest";
import { addressHash } from "../../worker/mail/suppression.ts";
import { freshAddress, START } from "./house.ts";
import { addSubscribers, createDesk, idOf, passMinutes, recipientsOf, sendingHouse, workOff } from "./sending.ts";

let refusal: Error | undefined;
let refusedTo = "";
const { house, sent } = sendingHouse({}, (to) => {
  if (refusal && to === refusedTo) throw refusal;
});
/** The error that nodemailer makes of a server's answer to RCPT TO. */
const answered = (response: string) =>
  Object.assign(new Error(response), { command: "RCPT TO", responseCode: Number(response.slice(0, 3)), response });
const NO_SUCH_USER = answered("550 5.1.1 no such user");

beforeEach(() => {
  house.clock.now = START;
  refusal = undefined;
});

const stopOf = async (email: string) =>
  house.rows("select reason from mail_suppressions where hash = ?", await addressHash(house.rt, email));
const statusOf = async (email: string) =>
  (await house.rows<{ status: string }>("select status from subscribers where email = ?", email))[0]?.status;
const outboxOf = (email: string) => house.rows("select state, last_error from outbox where recipient = ?", email);
const entriesOf = (kind: string, subject: string) =>
  house.rows<{ body: string }>("select body from ledger_entries where kind = ? and subject = ?", kind, subject);

/** A newsletter to three of a topic, of whom the server refuses the second. */
async function refusedSend(error: Error, topic: string) {
  const desk = await createDesk(house);
  const readers = await addSubscribers(house, 3, { topics: [topic] });
  refusal = error;
  refusedTo = readers[1] ?? "";
  const id = await desk.begun({ audience: { topics: [topic], segment: null } });
  await passMinutes(house, 2);
  return { desk, id, email: refusedTo, tallies: (await desk.get(id)).tallies };
}

describe("a mail server that says while we send that an address is wrong or closed", () => {
  it("stops its reader at once, with evidence, and the mail fails in the same batch; the others get theirs", async () => {
    const { email, tallies, id } = await refusedSend(NO_SUCH_USER, "news");
    expect(await outboxOf(email)).toEqual([{ state: "dead", last_error: "SMTP 550 5.1.1" }]);
    expect(await statusOf(email)).toBe("bounced");
    expect(await stopOf(email)).toEqual([{ reason: "bounced" }]);
    expect(await entriesOf("subscriber.stopped", `subscriber:${idOf(email)}`)).toHaveLength(1);
    expect(
      await house.rows("select kind, status from mail_returns where hash = ?", await addressHash(house.rt, email)),
    ).toEqual([{ kind: "hard", status: "5.1.1" }]);
    // What was never sent did not come back: a newsletter's figures add up.
    expect(tallies).toMatchObject({ sent: 2, failed: 1 });
    expect(tallies["bounced"] ?? 0).toBe(0);
    expect(await recipientsOf(house, id)).toContainEqual(expect.objectContaining({ state: "failed" }));
  });

  it("stops nobody when the address is not at fault", async () => {
    const { email, tallies } = await refusedSend(answered("554 5.7.1 relay access denied"), "offers");
    expect(await outboxOf(email)).toEqual([{ state: "dead", last_error: "SMTP 554 5.7.1" }]);
    expect([await statusOf(email), await stopOf(email)]).toEqual(["active", []]);
    expect(tallies).toMatchObject({ sent: 2, failed: 1 });
  });

  it("is not asked again: the next newsletter passes them over", async () => {
    const { desk, email } = await refusedSend(NO_SUCH_USER, "maintenance");
    refusal = undefined;
    sent.length = 0;
    await desk.begun({ audience: { topics: ["maintenance"], segment: null } });
    await workOff(house);
    expect(sent.map(({ to }) => to)).not.toContain(email);
    expect(sent.length).toBeGreaterThan(0);
  });

  it("stops an address that is no subscriber's, with an entry", async () => {
    const email = freshAddress();
    [refusal, refusedTo] = [NO_SUCH_USER, email];
    await house.post("/v1/contact/messages", { email, message: "Hoi" }, { "Idempotency-Key": crypto.randomUUID() });
    await workOff(house);
    expect(await stopOf(email)).toEqual([{ reason: "bounced" }]);
    expect(await entriesOf("mail.suppressed", `address:${await addressHash(house.rt, email)}`)).toHaveLength(1);
  });

  it("is tried again as a whole when the batch of its failure cannot be committed", async () => {
    const [email = ""] = await addSubscribers(house, 1);
    await house.rows(
      `insert into outbox (id, template, recipient, lang, params, state, attempts, due_at, created_at)
        values ('refused', 'contact.receipt', ?, 'nl', '{"reference":"2026-ABCD"}', 'queued', 0, ?, ?)`,
      ...[email, START, START],
    );
    [refusal, refusedTo] = [NO_SUCH_USER, email];
    await house.rows(
      "create trigger shaky before insert on mail_returns begin select raise(abort, 'gone for a moment'); end",
    );
    await house.consume(["refused"]);
    expect([await statusOf(email), await stopOf(email)]).toEqual(["active", []]);
    expect(await outboxOf(email)).toMatchObject([{ state: "sending" }]);
    await house.rows("drop trigger shaky");
    house.clock.now += 6 * 60_000;
    await house.round();
    await workOff(house);
    expect(await outboxOf(email)).toMatchObject([{ state: "dead" }]);
    expect([await statusOf(email), await stopOf(email)]).toEqual(["bounced", [{ reason: "bounced" }]]);
  });
});
