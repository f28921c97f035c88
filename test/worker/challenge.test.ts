import { solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/web/pbkdf2";
import type { Challenge } from "altcha-lib/types";
import { describe, expect, it } from "vitest";
import { createHouse, freshAddress } from "./house.ts";

const house = createHouse({ CHALLENGE_COST: "10" });
house.clock.now = Date.now();
const fresh = async () => ((await (await house.fetch("/v1/challenge")).json()) as { challenge: Challenge }).challenge;
const solve = async (challenge: Challenge) =>
  btoa(JSON.stringify({ challenge, solution: await solveChallenge({ challenge, deriveKey }) }));
const send = async (challenge: unknown, email = freshAddress()) => {
  const reply = await house.post("/v1/contact/messages", { email, message: "hallo", challenge });
  const rows = await house.rows("select 1 from conversations where email = ?", email);
  return [reply.status, ((await reply.json()) as { code?: string }).code, rows.length];
};

describe("the proof of work", () => {
  it("is taken once, whatever it is handed in for", async () => {
    const payload = await solve(await fresh());
    expect(await send(payload)).toEqual([201, undefined, 1]);
    expect(await send(payload)).toEqual([409, "challenge_used", 0]);
    const email = freshAddress();
    const reply = await house.post("/v1/newsletter/subscriptions", { email, challenge: payload });
    expect(reply.status).toBe(409);
    expect(await house.rows("select 1 from subscribers where email = ?", email)).toEqual([]);
  });

  it("of two at once with the same proof, one is taken", async () => {
    const payload = await solve(await fresh());
    const statuses = await Promise.all([1, 2, 3].map(async () => (await send(payload))[0]));
    expect(statuses.sort()).toEqual([201, 409, 409]);
  });

  it("a retry with the same Idempotency-Key and the same proof gives the same answer", async () => {
    const challenge = await solve(await fresh());
    const body = { email: freshAddress(), message: "hallo", challenge };
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const first = await (await house.post("/v1/contact/messages", body, headers)).json();
    expect(await (await house.post("/v1/contact/messages", body, headers)).json()).toEqual(first);
  });

  it("is refused when missing, altered, unsolved, or run out, and nothing is stored", async () => {
    const challenge = await fresh();
    const easier = structuredClone(challenge);
    easier.parameters.cost = 1;
    const later = structuredClone(challenge);
    later.parameters.expiresAt = (later.parameters.expiresAt ?? 0) + 3600;
    const { solution } = JSON.parse(atob(await solve(challenge)));
    const forged = (altered: Challenge) => btoa(JSON.stringify({ challenge: altered, solution }));
    const guessed = btoa(JSON.stringify({ challenge, solution: { counter: 1, derivedKey: "00".repeat(32) } }));
    for (const wrong of [undefined, "", "%%%", btoa("{}"), btoa("null"), forged(easier), forged(later), guessed]) {
      expect(await send(wrong)).toEqual([422, "challenge_invalid", 0]);
    }
    const payload = await solve(challenge);
    house.clock.now += 21 * 60_000;
    expect(await send(payload)).toEqual([422, "challenge_invalid", 0]);
    house.clock.now = Date.now();
  });

  it("is not asked when CHALLENGE_COST is 0", async () => {
    const open = createHouse({ CHALLENGE_COST: "0" });
    expect(await (await open.fetch("/v1/challenge")).json()).toEqual({ challenge: null });
    expect((await open.post("/v1/contact/messages", { email: freshAddress(), message: "hallo" })).status).toBe(201);
  });
});
