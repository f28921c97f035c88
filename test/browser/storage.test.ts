import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { hostPageUrl } from "./host-page.ts";
import {
  banner,
  contact,
  field,
  hostOrigin,
  newsletter,
  origin,
  send,
  someone,
  test,
  type Visit,
  write,
} from "./visit.ts";

const NAME =
  "Invariant 9: The widget sets no cookie, stores nothing and calls no third party before the visitor acts; after that only what the act needs";

/** All that a page can have left in the browser. */
const stored = (page: Page) =>
  page.evaluate(async () => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: (await caches?.keys()) ?? [],
    workers: (await navigator.serviceWorker?.getRegistrations())?.length ?? 0,
    cookies: document.cookie,
  }));
const NOTHING = { local: [], session: [], databases: [], caches: [], workers: 0, cookies: "" };

async function untouched({ page, context, requests }: Visit): Promise<void> {
  await banner(page).waitFor();
  await newsletter(page).getByRole("button").first().waitFor();
  await contact(page).getByRole("button").first().waitFor();
  expect(await stored(page)).toEqual(NOTHING);
  expect(await context.cookies()).toEqual([]);
  const origins = new Set(
    requests
      .map((url) => new URL(url))
      .filter(({ protocol }) => protocol !== "data:")
      .map((url) => url.origin),
  );
  for (const known of [origin, hostOrigin]) origins.delete(known);
  expect([...origins]).toEqual([]);
}

describe("what the widget leaves in the browser", () => {
  test(`${NAME} (on a site).`, async ({ open }) => {
    await untouched(await open("/"));
  });

  test(`${NAME} (in a panel).`, async ({ open }) => {
    const visit = await open("/policy");
    // A customer of this test's own: another test acknowledges for the demo's.
    await visit.page.route("**/v1/me/notices?*", (route) =>
      route.fulfill({
        json: {
          notices: [
            { date: "2026-01-01", effective: "2026-01-01", effectiveText: "1 januari 2026", summary: "", url: "/" },
          ],
        },
      }),
    );
    await visit.page.goto(`${origin}/panel`);
    await untouched(visit);
  });

  test(`${NAME} (on another origin).`, async ({ open }) => {
    const body = "<fineprint-newsletter></fineprint-newsletter><fineprint-contact></fineprint-contact>";
    const visit = await open(hostPageUrl(hostOrigin, { body }));
    await untouched(visit);
    expect(visit.requests.filter((url) => url.includes("/v1/"))).toEqual([]);
  });

  test(`${NAME} (the acts).`, async ({ open }) => {
    const { page, context, requests } = await open("/");
    await field(newsletter(page), "E-mailadres").fill(someone());
    await newsletter(page).getByRole("button", { name: "Abonneren" }).click();
    await newsletter(page).getByRole("heading", { name: "Nog één stap" }).waitFor();
    expect(await stored(page)).toEqual(NOTHING);

    await banner(page).getByRole("button", { name: "Sluiten" }).click();
    expect(await stored(page)).toEqual({ ...NOTHING, local: ["fineprint:dismissed"] });

    await write(page, someone(), "Een vraag");
    expect(await stored(page)).toEqual({
      ...NOTHING,
      local: ["fineprint:dismissed"],
      session: ["fineprint:contact:site"],
    });
    await send(page);
    await contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
    expect(await stored(page)).toEqual({ ...NOTHING, local: ["fineprint:dismissed"] });
    expect(await context.cookies()).toEqual([]);
    expect(requests.every((url) => url.startsWith(origin) || url.startsWith("data:"))).toBe(true);
  });
});
