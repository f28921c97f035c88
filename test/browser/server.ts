/** Before all browser tests: a browser, the server, and a host's page on another origin that embeds the widget. */
import { generateKeyPairSync, type JsonWebKey } from "node:crypto";
import type { TestProject } from "vitest/node";
import { findBrowser } from "./browser.ts";
import { serveHostPages } from "./host-page.ts";
import { freePort, newStateDir, startServer } from "./running.ts";

/** A server with data of its own, and a host's page that embeds its widget. */
export interface House {
  /** Where the worker is. */
  origin: string;
  /** Where the host's page is. */
  hostOrigin: string;
  /** The folder of the worker's data. */
  state: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    browserPath: string;
    /** One for each file that runs at the same time. */
    houses: readonly House[];
    /** The private key of the panel "signed". */
    panelKey: JsonWebKey;
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  project.provide("browserPath", findBrowser());
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  project.provide("panelKey", { ...privateKey.export({ format: "jwk" }), kid: "1" });
  // A panel that signs with a key of its own.
  const jwks = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1" }] };
  const open: Awaited<ReturnType<typeof openHouse>>[] = [];
  // One after another: each builds the widget in the same folder.
  for (let count = 0; count < project.config.maxWorkers; count++) open.push(await openHouse(jwks));
  project.provide(
    "houses",
    open.map(({ house }) => house),
  );
  return async () => void (await Promise.all(open.map(({ close }) => close())));
}

async function openHouse(jwks: { keys: JsonWebKey[] }): Promise<{ house: House; close(): Promise<void> }> {
  const state = await newStateDir();
  const port = await freePort();
  const host = await serveHostPages(`http://localhost:${port}`);
  const origins = [host.origin];
  const running = await startServer(port, state.path, {
    CHALLENGE_COST: "200",
    INBOUND_ADDRESS: "post@in.example.nl",
    SURFACES: JSON.stringify({
      site: { kind: "site", origins },
      panel: { kind: "panel", origins },
      signed: { kind: "panel", origins, jwks },
    }),
  });
  return {
    house: { origin: running.origin, hostOrigin: host.origin, state: state.path },
    async close() {
      await running.stop();
      await host.close();
      await state.remove();
    },
  };
}
