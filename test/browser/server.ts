/** Before all browser tests: a browser, the server, and a host's page on another origin that embeds the widget. */
import { generateKeyPairSync, type JsonWebKey } from "node:crypto";
import type { TestProject } from "vitest/node";
import { findBrowser } from "./browser.ts";
import { serveHostPages } from "./host-page.ts";
import { freePort, newStateDir, startServer } from "./running.ts";

declare module "vitest" {
  export interface ProvidedContext {
    browserPath: string;
    /** Where the worker is. */
    origin: string;
    /** Where the host's page is. */
    hostOrigin: string;
    /** The private key of the panel "signed". */
    panelKey: JsonWebKey;
    /** The folder of the worker's data. */
    state: string;
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  project.provide("browserPath", findBrowser());
  const state = await newStateDir();
  const port = await freePort();
  const host = await serveHostPages(`http://localhost:${port}`);
  const origins = [host.origin];
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  project.provide("panelKey", { ...privateKey.export({ format: "jwk" }), kid: "1" });
  const running = await startServer(port, state.path, {
    CHALLENGE_COST: "200",
    INBOUND_ADDRESS: "post@in.example.nl",
    SURFACES: JSON.stringify({
      site: { kind: "site", origins },
      panel: { kind: "panel", origins },
      // A panel that signs with a key of its own.
      signed: { kind: "panel", origins, jwks: { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1" }] } },
    }),
  });
  project.provide("origin", running.origin);
  project.provide("hostOrigin", host.origin);
  project.provide("state", state.path);
  return async () => {
    await running.stop();
    await host.close();
    await state.remove();
  };
}
