/** What axe-core thinks of a page. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

// Half the size of the library's own `source`, and it goes into every page anew.
const axeSource = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

// axe is not the page's own script, and animations would be judged half-way.
export const options = { bypassCSP: true, reducedMotion: "reduce" } as const;

/** What axe leaves for people to judge and is a fault on any page of ours: a label would lead to the wrong field. */
const SURE = ["duplicate-id-aria"];

/** What axe finds wrong on the page as it now is, rules left out excepted: light and dark, on a phone and on a desk. */
export async function violations(page: Page, ...leftOut: string[]): Promise<string[]> {
  const rules = Object.fromEntries(leftOut.map((rule) => [rule, { enabled: false }]));
  await page.evaluate(axeSource);
  const found: string[] = [];
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const results = await page.evaluate((options) => globalThis.axe.run(document, options), {
        resultTypes: ["violations" as const, "incomplete" as const],
        rules,
      });
      const unsure = results.incomplete.filter(({ id }) => SURE.includes(id));
      for (const { id, help, nodes } of [...results.violations, ...unsure]) {
        found.push(
          `${colorScheme} ${width}: ${id} (${help}) at ${nodes.map(({ target }) => target.join(" ")).join("; ")}`,
        );
      }
    }
  }
  return found;
}
