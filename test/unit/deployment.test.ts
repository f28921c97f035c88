import { readFileSync } from "node:fs";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";

const wrangler = parse(readFileSync("wrangler.toml", "utf8")) as {
  vars: Record<string, string>;
  observability: { logs: Record<string, boolean> };
};

describe("wrangler.toml", () => {
  it("Invariant 11: keeps no request addresses in logs, which hold IP addresses and tokens", () => {
    expect(wrangler.observability.logs["invocation_logs"]).toBe(false);
  });

  it("is production unless told otherwise", () => {
    expect(wrangler.vars["ENVIRONMENT"]).toBe("production");
    expect(Number(wrangler.vars["CHALLENGE_COST"])).toBeGreaterThan(0);
  });
});
