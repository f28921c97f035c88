import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort, newStateDir, type Running, startServer } from "./running.ts";

describe("a server whose ENVIRONMENT is production", () => {
  let running: Running;
  let state: Awaited<ReturnType<typeof newStateDir>>;

  beforeAll(async () => {
    state = await newStateDir();
    running = await startServer(await freePort(), state.path, { ENVIRONMENT: "production" });
  });
  afterAll(async () => {
    await running.stop();
    await state.remove();
  });

  const statusOf = async (path: string, init: RequestInit = {}): Promise<number> => {
    const response = await fetch(`${running.origin}${path}`, { redirect: "manual", ...init });
    await response.body?.cancel();
    return response.status;
  };

  test("ENVIRONMENT other than development: nothing of /dev/ or of the demo exists", async () => {
    const pages = ["/", "/index.html", "/panel", "/panel.html", "/en/", "/en/panel"];
    const files = ["/demo.css", "/panel.js", "/favicon.svg", "/hero.svg"];
    const tools = ["/dev/mailbox", "/dev/mailbox.json", "/dev/mailbox/x", "/dev/", "/panel/token"];
    for (const path of [...pages, ...files, ...tools]) expect(`${path} ${await statusOf(path)}`).toBe(`${path} 404`);
    expect(await statusOf("/panel/token", { method: "POST" })).toBe(404);
  });

  test("all else is there", async () => {
    for (const path of ["/health", "/embed.js?surface=site", "/policy/versions", "/openapi.json", "/w/loader.js"]) {
      expect(`${path} ${await statusOf(path)}`).toBe(`${path} 200`);
    }
  });
});
