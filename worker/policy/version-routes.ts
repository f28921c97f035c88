import { Hono } from "hono";
import { type Door, type House, readJson, requireScope } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { publishShape, versionShape } from "./shapes.ts";
import type { Version } from "./store.ts";
import { publish } from "./version.ts";

const tag = "policy";

/** Versions for programs: what stands, and what is to be published. */
export const versionRoutes = new Hono<House>();

const versionJson = (c: Door, version: Version) => ({
  date: version.date,
  effective: version.effective,
  significance: version.significance,
  sha256: { nl: version.texts.nl.sha256, en: version.texts.en.sha256 },
  url: `${c.var.rt.settings.ORIGIN}/policy/versions/${version.date}`,
});

versionRoutes.post(
  "/v1/policy/versions",
  describe({
    tag,
    summary: "Publish a version; the same one again changes nothing",
    body: publishShape,
    replies: { 200: versionShape, 201: versionShape },
    auth: "policy:write",
  }),
  requireScope("policy:write"),
  async (c) => {
    const { version, isNew } = await publish(c.var.rt, await readJson(c, publishShape), c.var.apiKey);
    return c.json(versionJson(c, version), isNew ? 201 : 200);
  },
);
