import { Hono } from "hono";
import { type Door, type House, readJson, requireScope } from "../platform/http.ts";
import type { InventorySnapshot } from "../platform/inventory.ts";
import { describe } from "../platform/openapi.ts";
import { changeInShort, changeSince } from "./draft-change.ts";
import { previewShape, publishShape, versionShape } from "./shapes.ts";
import { hashesOf, type Outcome, publish, tryPublish } from "./version.ts";

const tag = "policy";

const versionJson = (c: Door, { state, version }: Outcome) => ({
  state,
  date: version.date,
  effective: version.effective,
  significance: version.significance,
  sha256: hashesOf(version.texts),
  url: `${c.var.rt.settings.ORIGIN}/policy/versions/${version.date}`,
});

const isDry = (c: Door) => c.req.query("dry") !== undefined;
const mayPublish = requireScope("policy:write");
/** What checks pull requests must not hold a key that publishes. */
const mayTry = requireScope("policy:read", "policy:write");

/** Versions for programs: what is to be published, now or on its day. `inventory` is what the whole house stores. */
export function versionRoutes({ inventory }: { inventory: InventorySnapshot }): Hono<House> {
  const routes = new Hono<House>();
  routes.post(
    "/v1/policy/versions",
    describe({
      tag,
      summary:
        "Publish a version (201), or schedule it when its date is yet to come (202); the same one again changes nothing (200). With ?dry=1 nothing is done at all, a key with policy:read will do, and the reply says what would be",
      body: publishShape,
      replies: { 200: versionShape.or(previewShape), 201: versionShape, 202: versionShape },
      auth: "policy:write",
    }),
    (c, next) => (isDry(c) ? mayTry : mayPublish)(c, next),
    async (c) => {
      const { rt, apiKey } = c.var;
      const version = await readJson(c, publishShape);
      if (isDry(c)) {
        const outcome = await tryPublish(rt, version, inventory);
        return c.json({ outcome, ...changeInShort(await changeSince(rt, version.texts, inventory)) });
      }
      const outcome = await publish(rt, version, inventory, apiKey);
      return c.json(versionJson(c, outcome), outcome.isSame ? 200 : outcome.state === "scheduled" ? 202 : 201);
    },
  );
  return routes;
}
