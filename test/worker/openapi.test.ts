import { describe, expect, it } from "vitest";
import { PANEL_ROUTES, SCOPED_ROUTES } from "./access-table.ts";
import { createHouse } from "./house.ts";

const house = createHouse();

interface Operation {
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string; required: boolean; schema: object }[];
}

async function described(): Promise<Record<string, Operation>> {
  const { paths } = (await (await house.fetch("/openapi.json")).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );
  return Object.fromEntries(all);
}

const asDescribed = (route: string) => route.replace(/:(\w+)/g, "{$1}");

describe("/openapi.json", () => {
  it("has every route for programs with its scope, and every route for panels", async () => {
    const operations = await described();
    for (const [route, { scope }] of Object.entries(SCOPED_ROUTES)) {
      expect(operations[asDescribed(route)]?.security, route).toEqual([{ apiKey: [scope] }]);
    }
    for (const route of Object.keys(PANEL_ROUTES)) {
      expect(operations[asDescribed(route)]?.security, route).toEqual([{ panelToken: [] }]);
    }
  });

  it("says what can be asked in the address, with its type", async () => {
    const operations = await described();
    const asked = (route: string) =>
      Object.fromEntries((operations[route]?.parameters ?? []).map((one) => [one.name, one]));
    expect(asked("GET /v1/subscribers")).toMatchObject({
      search: { in: "query", required: false, schema: { type: "string" } },
      topic: { in: "query", required: false, schema: { type: "array", items: { type: "string" } } },
      after: { in: "query", required: false, schema: { type: "integer" } },
      limit: { in: "query", required: false, schema: { type: "integer", minimum: 1, maximum: 100 } },
    });
    expect(asked("GET /v1/newsletter/figures/growth")).toMatchObject({
      by: { required: false, schema: { enum: ["day", "week", "month"] } },
    });
    expect(asked("DELETE /v1/campaigns/{id}")).toMatchObject({ version: { required: true } });
    expect(asked("GET /v1/subscribers/actions")).toMatchObject({ after: { required: false } });
  });
});
