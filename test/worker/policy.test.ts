import { describe, expect, it } from "vitest";
import { apiKey, createHouse, panelToken, version } from "./house.ts";

const house = createHouse();
const publish = async (body: object) =>
  house.post("/v1/policy/versions", body, { Authorization: `Bearer ${await apiKey("policy:write")}` });

describe("publishing", () => {
  it("publishes once: the same again is 200 and changes nothing, another text is refused", async () => {
    const first = await publish(version());
    expect(await first.json()).toMatchObject({ date: "2026-11-16" });
    expect(first.status).toBe(201);
    expect((await publish(version())).status).toBe(200);
    const other = await publish(version({ significance: "minor" }));
    expect(other.status).toBe(409);
    expect(await other.json()).toMatchObject({ code: "version_published" });
    const me = await house.fetch("/v1/me/notices?surface=panel", {
      headers: { Authorization: `Bearer ${await panelToken(house.clock.now)}` },
    });
    expect(me.status).toBe(200);
  });
});
