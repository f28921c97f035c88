import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** A slow machine is no failure. */
const PATIENCE = 30_000;
const SECRET = "a-secret-for-tests-only-0123456789abcdef";

export default defineConfig({
  test: {
    reporters: ["default"],
    silent: "passed-only",
    // All cores: nobody works beside it.
    maxWorkers: "100%",
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: PATIENCE } },
      {
        plugins: [
          cloudflareTest(async () => ({
            main: "./worker/index.ts",
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                ENVIRONMENT: "test",
                ORIGIN: "https://fineprint.test",
                CHALLENGE_COST: "0",
                TOKEN_SECRET: SECRET,
                PANEL_SECRETS: JSON.stringify({ panel: `panel-${SECRET}` }),
                SURFACES: JSON.stringify({
                  site: { kind: "site", origins: ["https://www.example.nl"] },
                  panel: { kind: "panel", origins: ["https://mijn.example.nl"] },
                }),
                MIGRATIONS: await readD1Migrations("./worker/migrations"),
              },
            },
          })),
        ],
        test: {
          name: "worker",
          testTimeout: PATIENCE,
          include: ["test/worker/**/*.test.ts"],
          setupFiles: ["test/worker/setup.ts"],
        },
      },
      {
        test: {
          name: "browser",
          include: [process.env["SHOTS"] ? "test/browser/shots*.ts" : "test/browser/**/*.test.ts"],
          globalSetup: ["test/browser/server.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
