/** Whether draw.ts, which the build puts in Preact's place, does what Preact does (docs/decisions/0033). */
import { join } from "node:path";
import fc from "fast-check";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { expect } from "vitest";
import type { Part, Step, Tree } from "./drawing.ts";
import { test } from "./visit.ts";

const RUNS = 300;

/** A blank page that has both libraries. */
async function openBoth(browser: Browser): Promise<Page> {
  const built = await build({
    configFile: false,
    logLevel: "warn",
    build: { write: false, target: "es2022", lib: { entry: join(import.meta.dirname, "drawing.ts"), formats: ["es"] } },
  });
  const [bundle] = Array.isArray(built) ? built : [];
  const page = await browser.newPage();
  await page.addScriptTag({ content: bundle?.output[0].code ?? "", type: "module" });
  await page.waitForFunction(() => "drawing" in globalThis);
  return page;
}

const some = (...values: unknown[]) => fc.constantFrom(...values);
const flag = some(true, false, undefined);
const words = some("a", "b", "", undefined, null);
const PROPS = {
  // Few keys: siblings share one often.
  key: some("a", "b", "c", 1, "1", undefined),
  id: some("een", "twee"),
  class: words,
  title: words,
  tabIndex: some(-1, 0, undefined),
  role: words,
  part: words,
  dir: some("auto", undefined),
  hidden: flag,
  disabled: flag,
  "aria-hidden": flag,
  "aria-label": words,
  "data-some": some("a", true, false, 3, null),
  autocomplete: some("off", "email", undefined),
  noValidate: flag,
};
const OF: Record<string, Record<string, fc.Arbitrary<unknown>>> = {
  "": {},
  p: {},
  div: {},
  form: {},
  option: { value: some("a", "b", "c"), selected: flag },
  details: { open: flag },
  label: { for: words },
  button: { type: some("button", "submit", undefined), popover: some(true, "auto", undefined) },
  a: { href: words, download: words },
  input: {
    type: some("text", "email", "checkbox", "radio", "file", undefined),
    name: some("r", undefined),
    value: some("a", "typed", "", 3, null, undefined),
    checked: some(true, false, undefined, null),
    readOnly: flag,
    required: flag,
    multiple: flag,
    list: words,
    form: words,
    width: some(3, undefined),
    maxLength: some(9),
  },
  textarea: { type: some("email", undefined), value: some("a", "typed", "", undefined), readOnly: flag, rows: some(3) },
  td: { colSpan: some(2, undefined) },
};
const EVENTS = fc.constantFrom("onInput", "oninput", "onClick", "onFocusIn");

const { tree } = fc.letrec<{ tree: Tree; part: Part }>((tie) => {
  const children = fc.array(tie("tree"), { maxLength: 5 });
  const partOf = (tag: string, inner: fc.Arbitrary<Tree[]>, more = OF[tag] ?? {}): fc.Arbitrary<Part> =>
    fc
      .tuple(
        fc.record(tag ? { ...PROPS, ...more } : { key: PROPS.key }, { requiredKeys: [] }),
        fc.dictionary(EVENTS, fc.boolean(), { maxKeys: 1 }),
        inner,
      )
      .map(([props, events, children]) => ({ tag, props, events: tag ? events : {}, children }));
  const options = fc.array(partOf("option", fc.constant(["x"])), { maxLength: 4 });
  const select = partOf("select", options, { value: some("a", "b", "c", undefined), multiple: flag });
  return {
    part: fc.oneof(
      ...Object.keys(OF).map((tag) => partOf(tag, /input|textarea/.test(tag) ? fc.constant([]) : children)),
      select,
    ),
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom<Tree[]>("text", "other", "", 0, 7, true, false, null, undefined),
      { arbitrary: tie("part"), weight: 4 },
      fc.array(tie("tree"), { maxLength: 4 }),
    ),
  };
});
const number = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.record({ tree, focus: number, change: number, press: number });

test("draws any two or three trees, one after the other, as Preact does", async ({ browser }) => {
  const page = await openBoth(browser);
  const property = fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 3, size: "max" }), async (steps) => {
    const [ours, preact] = await page.evaluate(
      (steps) => (["ours", "preact"] as const).map((name) => globalThis.drawing.drawWith(name, steps as Step[])),
      steps as unknown[], // Trees are too deep for the types of what goes to a page.
    );
    expect(ours).toEqual(preact);
  });
  await fc.assert(property, { numRuns: RUNS });
  await page.close();
});

test("an event that is under way is not heard by who is drawn meanwhile, as with Preact", async ({ browser }) => {
  const page = await openBoth(browser);
  const heard = await page.evaluate(() => [
    globalThis.drawing.drawMeanwhile("ours"),
    globalThis.drawing.drawMeanwhile("preact"),
  ]);
  expect(heard[0]).toEqual(["inner", "inner", "outer"]);
  expect(heard[0]).toEqual(heard[1]);
  await page.close();
});
