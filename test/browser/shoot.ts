/** Takes the screenshots of shots.ts and its like. */
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";

const folder = process.env["SHOTS"] ?? "";

/** The whole page, or the window with `shown` in its middle; on a phone and on a desk, light and dark. */
export async function shoot(page: Page, name: string, shown?: Locator): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await shown?.evaluate((element) => element.scrollIntoView({ block: "center" }));
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: !shown });
    }
  }
}
