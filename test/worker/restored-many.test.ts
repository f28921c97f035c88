import { expect, it } from "vitest";
import { addressHash } from "../../worker/mail/suppression.ts";
import { keyOf } from "../../worker/platform/kv.ts";
import { addSubscribers, sendingHouse } from "./sending.ts";

const { house } = sendingHouse();

const activeCount = async () =>
  (await house.rows<{ n: number }>("select count(*) as n from subscribers where status = 'active'"))[0]?.n;
const scan = () => house.bindings.KV.get<object>(keyOf("suppression-scan", "present"), "json");

it("after a restored backup many are put right in several rounds, each of some hundreds, and then it ends", async () => {
  await house.round();
  const emails = await addSubscribers(house, 620);
  house.clock.now += 10 * 60_000;
  // As a backup has it that was put back: KV alone knows that all but twenty left.
  const stop = { left: house.clock.now - 60_000 };
  for (const email of emails.slice(20))
    await house.bindings.KV.put(keyOf("suppression", await addressHash(house.rt, email)), JSON.stringify(stop), {
      metadata: stop,
    });
  const left: unknown[] = [];
  for (let rounds = 0; rounds < 4; rounds++) {
    await house.round();
    left.push(await activeCount());
    house.clock.now += 60_000;
  }
  expect(left).toEqual([390, 140, 20, 20]);
  expect(await scan()).toBeNull();
});
