/** One visit to a page on a slow phone, with an empty cache. */
import type { Browser, CDPSession, Page } from "playwright-core";

export interface Visit {
  /** Bytes of the bodies of what the page fetched beside itself, as they came over the wire; with their headers. */
  bodies: number;
  wire: number;
  requests: number;
  /** Milliseconds the main thread spent on script, and on everything. */
  script: number;
  task: number;
}

/** CPU 4x slower, 150 ms, 1.6 Mbit/s. */
export const PHONE = { cpu: 4, latency: 150, bytesPerSecond: 1_600_000 / 8 };

export async function visit(
  browser: Browser,
  url: string,
  draws: readonly string[],
  dismissed: string | null,
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "nl-NL" });
  try {
    const page = await context.newPage();
    if (dismissed !== null) {
      await page.addInitScript((date) => localStorage.setItem("fineprint:dismissed", date), dismissed);
    }
    const cdp = await context.newCDPSession(page);
    await cdp.send("Network.enable");
    await cdp.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: PHONE.latency,
      downloadThroughput: PHONE.bytesPerSecond,
      uploadThroughput: PHONE.bytesPerSecond,
    });
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: PHONE.cpu });
    // Thread time, so that what else this machine is doing does not count.
    await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
    const wire = countWire(cdp);
    await page.goto(url, { waitUntil: "load" });
    for (const name of draws) await untilDrawn(page, name);
    await page.waitForLoadState("networkidle");
    const { metrics } = await cdp.send("Performance.getMetrics");
    const metric = (name: string) => 1000 * (metrics.find((found) => found.name === name)?.value ?? Number.NaN);
    const fetched = await page.evaluate(() =>
      performance.getEntriesByType("resource").map((entry) => (entry as PerformanceResourceTiming).encodedBodySize),
    );
    return {
      bodies: fetched.reduce((sum, size) => sum + size, 0),
      wire: wire(),
      requests: fetched.length,
      script: metric("ScriptDuration"),
      task: metric("TaskDuration"),
    };
  } finally {
    await context.close();
  }
}

/** Adds up what comes in, without the page itself. */
function countWire(cdp: CDPSession): () => number {
  const pages = new Set<string>();
  let sum = 0;
  cdp.on("Network.requestWillBeSent", ({ requestId, type }) => type === "Document" && pages.add(requestId));
  cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (!pages.has(requestId)) sum += encodedDataLength;
  });
  return () => sum;
}

async function untilDrawn(page: Page, name: string): Promise<void> {
  const drawn = (name: string) => (document.querySelector(name)?.shadowRoot?.childElementCount ?? 0) > 0;
  await page.waitForFunction(drawn, name, { timeout: 30_000, polling: 100 });
}
