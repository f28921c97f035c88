import { describe, expect, it } from "vitest";
import { createHouse } from "./house.ts";

const house = createHouse();

describe("before any version is published", () => {
  it("the policy for programs says that there is none", async () => {
    expect(await (await house.fetch("/v1/policy")).json()).toEqual({ inForce: null, upcoming: null, previous: null });
    expect(await (await house.fetch("/v1/policy/versions")).json()).toEqual({ versions: [] });
  });

  it.each(["/policy", "/policy/feed.xml", "/policy/feed.json", "/v1/policy/comparison", "/policy/compare"])(
    "%s is not there",
    async (path) => {
      for (const headers of [{}, { Accept: "text/html" }]) {
        const reply = await house.fetch(path, { headers });
        expect([reply.status, reply.headers.get("etag")]).toEqual([404, null]);
      }
    },
  );
});
