import { describe, expect, it } from "vitest";
import { suppress } from "../../worker/mail/suppression.ts";
import { createHouse, freshAddress, panelToken } from "./house.ts";
import { createSubscribers } from "./subscribers.ts";

const house = createHouse();
const { subscribe, confirmLink, statusOf, entriesOf, activeSubscriber } = createSubscribers(house);

/** Asks for a customer's newsletter, with a token that says their address is `email`. */
async function mine(email: unknown, choice?: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const headers = {
    Authorization: `Bearer ${await panelToken(house.clock.now, { email })}`,
    "Content-Type": "application/json",
  };
  const path = "/v1/me/newsletter?surface=panel&lang=en";
  const init = choice ? { method: "PUT", headers, body: JSON.stringify(choice) } : { headers };
  const reply = await house.fetch(path, init);
  return { status: reply.status, body: await reply.json() };
}

const topicsOf = async (email: string) =>
  (await house.rows<{ topics: string }>("select topics from subscribers where email = ?", email))[0]?.topics;

describe("the newsletter in a panel", () => {
  it("says what there is to choose, and under which words; a customer is no subscriber", async () => {
    const email = freshAddress();
    const { status, body } = await mine(email.toUpperCase());
    expect(status).toBe(200);
    expect(body).toMatchObject({ address: email, status: "none", topics: [] });
    expect(body["offered"]).toContainEqual({ name: "news", label: "News" });
    expect(body["wording"]).toMatchObject({ text: expect.stringContaining("I want to receive") });
    expect(await statusOf(email)).toBeUndefined();
  });

  it("Invariant 1: choosing a topic only asks by mail; the address is a subscriber when its owner presses the button", async () => {
    const email = freshAddress();
    const { body: before } = await mine(email);
    const { sha256 } = before["wording"] as { sha256: string };
    const { status, body } = await mine(email, { topics: ["offers"], wording: sha256 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "pending", topics: ["offers"] });
    expect(await statusOf(email)).toBe("pending");
    expect((await house.fetch(await confirmLink(email), { method: "POST" })).status).toBe(200);
    expect((await mine(email)).body).toMatchObject({ status: "active", topics: ["offers"] });
    expect(await entriesOf("consent.given", email)).toMatchObject([
      { method: "panel", surface: "panel", wording: { sha256 } },
    ]);
  });

  it("changes topics of one who gets it at once, each with its consent", async () => {
    const email = await activeSubscriber();
    const { status, body } = await mine(email, { topics: ["offers"] });
    expect([status, body]).toMatchObject([200, { status: "active", topics: ["offers"] }]);
    expect(await topicsOf(email)).toBe('["offers"]');
    expect(await entriesOf("consent.changed", email)).toMatchObject([
      { by: "panel", added: ["offers"], removed: ["news"] },
    ]);
    expect(await house.mailsTo(email)).toHaveLength(2);
  });

  it("leaves at once when nothing is chosen; again is fine; choosing again asks by mail anew", async () => {
    const email = await activeSubscriber();
    expect((await mine(email, { topics: [] })).body).toMatchObject({ status: "none", topics: [] });
    expect((await mine(email, { topics: [] })).status).toBe(200);
    expect(await statusOf(email)).toBe("left");
    expect(await entriesOf("consent.withdrawn", email)).toMatchObject([{ by: "panel" }]);
    expect((await mine(email, { topics: ["news"] })).body).toMatchObject({ status: "pending" });
    expect(await statusOf(email)).toBe("left");
    expect((await mine(email, { topics: [] })).body).toMatchObject({ status: "none" });
  });

  it("mails nobody whose mail was stopped, and says so", async () => {
    const email = await activeSubscriber();
    await house.rows("update subscribers set status = 'complained', left_at = 1 where email = ?", email);
    expect((await mine(email)).body).toMatchObject({ status: "complained", topics: [] });
    expect(await mine(email, { topics: ["news"] })).toMatchObject({ status: 409, body: { code: "mail_stopped" } });
    expect((await mine(email, { topics: [] })).status).toBe(200);
    expect(await statusOf(email)).toBe("complained");
    const stopped = await activeSubscriber();
    await suppress(house.rt, "staff:test", stopped, "staff");
    expect((await mine(stopped)).body).toMatchObject({ status: "stopped", topics: [] });
    expect(await mine(stopped, { topics: ["news"] })).toMatchObject({ status: 409, body: { code: "mail_stopped" } });
  });

  it("refuses a topic that is not offered, a body that is none, and a token without an address", async () => {
    const email = freshAddress();
    expect(await mine(email, { topics: ["spam"] })).toMatchObject({
      status: 422,
      body: { errors: [{ path: "topics.0", code: "unknown_value" }] },
    });
    expect(await mine(email, {})).toMatchObject({ status: 422, body: { errors: [{ path: "topics" }] } });
    for (const claim of [undefined, 7, "", "no address", `"a b"@example.nl`]) {
      const { status, body } = await mine(claim);
      expect([status, body["code"]], String(claim)).toEqual([422, "invalid_input"]);
    }
    await subscribe(email);
    expect((await house.fetch("/v1/me/newsletter?surface=panel")).status).toBe(401);
  });
});
