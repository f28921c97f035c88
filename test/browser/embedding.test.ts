import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { hostPageUrl } from "./host-page.ts";
import { mailTo } from "./mailbox.ts";
import {
  banner,
  contact,
  field,
  hostOrigin,
  newsletter,
  origin,
  seenEvents,
  send,
  shownReference,
  someone,
  test,
  write,
} from "./visit.ts";

const FORMS = "<fineprint-newsletter></fineprint-newsletter><fineprint-contact></fineprint-contact>";

describe("on a host's page of another origin, under a strict CSP", () => {
  test("both forms work, without a violation or an error", async ({ open }) => {
    const { page, problems } = await open(hostPageUrl(hostOrigin, { lang: "nl", body: FORMS }));
    await banner(page).waitFor();
    const email = someone();
    await field(newsletter(page), "E-mailadres").fill(email);
    await newsletter(page).getByRole("button", { name: "Abonneren" }).click();
    await newsletter(page).getByRole("heading", { name: "Nog één stap" }).waitFor();
    await write(page, email, "Een vraag van een andere site.");
    await send(page);
    await contact(page).getByRole("heading", { name: "Je bericht is verstuurd" }).waitFor();
    await mailTo(email, await shownReference(page));
    await mailTo(email, "Bevestig je aanmelding");
    expect(problems).toEqual([]);
  });

  test("asks for one file and adds no element when there is nothing to show", async ({ open }) => {
    const { page, requests } = await open(hostPageUrl(hostOrigin));
    await banner(page).getByRole("button").click();
    requests.length = 0;
    await page.reload();
    expect(requests).toEqual([page.url(), `${origin}/embed.js?surface=site`]);
    expect(await page.locator("fineprint-banner").count()).toBe(0);
  });

  test("a panel where nobody is signed in asks for one file too", async ({ open }) => {
    const { page, requests } = await open(hostPageUrl(hostOrigin, { surface: "panel" }));
    expect(requests).toEqual([page.url(), `${origin}/embed.js?surface=panel`]);
    expect(await page.locator("fineprint-banner").count()).toBe(0);
  });

  test("several of a kind live side by side, each with its own text", async ({ open }) => {
    const { page, problems } = await open(hostPageUrl(hostOrigin, { lang: "nl", body: FORMS + FORMS }));
    const [first, second] = [newsletter(page).first(), newsletter(page).last()];
    await field(first, "E-mailadres").fill(someone());
    expect(await field(second, "E-mailadres").inputValue()).toBe("");
    await first.getByRole("button", { name: "Abonneren" }).click();
    await first.getByRole("heading", { name: "Nog één stap" }).waitFor();
    await second.getByRole("button", { name: "Abonneren" }).waitFor();
    expect(await contact(page).getByRole("button", { name: "Bericht versturen" }).count()).toBe(2);
    expect(problems).toEqual([]);
  });

  test("an element of the host's with our global's name as its id does not keep the widget away", async ({ open }) => {
    const { page, problems } = await open(
      hostPageUrl(hostOrigin, { lang: "nl", body: `<div id="fineprint">${FORMS}</div>` }),
    );
    await banner(page).waitFor();
    await newsletter(page).waitFor();
    expect(
      await page.evaluate(() => typeof (globalThis as { fineprint?: { identify?: unknown } }).fineprint?.identify),
    ).toBe("function");
    expect(problems).toEqual([]);
  });

  test("a view that cannot be fetched leaves what the host put there, and says so in an event", async ({ open }) => {
    const { page } = await open("/policy");
    await page.route("**/contact.js", (route) => route.abort());
    const body = "<fineprint-contact><p>Bel ons</p></fineprint-contact>";
    await page.goto(hostPageUrl(hostOrigin, { lang: "nl", body }));
    await page.waitForFunction(() => window.seenEvents.length > 0);
    expect(await seenEvents(page)).toEqual([{ type: "fineprint:error", detail: { code: "offline" } }]);
    expect(await page.getByText("Bel ons").isVisible()).toBe(true);
  });

  test("remove() leaves nothing behind, and the element works when it comes back", async ({ open }) => {
    const { page, problems } = await open(hostPageUrl(hostOrigin, { lang: "nl", body: FORMS }));
    await banner(page).waitFor();
    await page.waitForFunction(() => document.documentElement.style.scrollPaddingBottom !== "");
    const left = await page.evaluate(() => {
      const kept = [...document.querySelectorAll("fineprint-banner, fineprint-newsletter, fineprint-contact")];
      for (const element of kept) element.remove();
      Object.assign(globalThis, { kept });
      return {
        inside: kept.map((element) => element.shadowRoot?.childElementCount),
        style: [document.documentElement, document.body].map((element) => element.getAttribute("style")),
        elements: document.querySelectorAll("[data-placed], style, link").length,
      };
    });
    expect(left).toEqual({ inside: [0, 0, 0], style: [null, null], elements: 0 });
    // Its listener is gone: Esc dismisses nothing.
    await page.keyboard.press("Escape");
    expect(await page.evaluate(() => localStorage.length)).toBe(0);

    await page.evaluate(() => document.body.append(...globalThis.kept));
    await banner(page).getByRole("button", { name: "Sluiten" }).click();
    await banner(page).waitFor({ state: "detached" });
    await field(newsletter(page), "E-mailadres").fill(someone());
    await newsletter(page).getByRole("button", { name: "Abonneren" }).click();
    await newsletter(page).getByRole("heading", { name: "Nog één stap" }).waitFor();
    expect(problems).toEqual([]);
  });

  test("an element that moves keeps what was typed in it", async ({ open }) => {
    const { page } = await open(hostPageUrl(hostOrigin, { lang: "nl", body: FORMS }));
    await field(newsletter(page), "E-mailadres").fill("half@");
    await write(page, "half@", "Een vraag");
    await page.evaluate(() => document.body.append(...document.querySelectorAll("main > *")));
    expect(await field(newsletter(page), "E-mailadres").inputValue()).toBe("half@");
    expect(await field(contact(page), "Bericht").inputValue()).toBe("Een vraag");
  });

  test("an element that leaves while its view is under way draws nothing", async ({ open }) => {
    const { page, problems } = await open(hostPageUrl(hostOrigin));
    const inside = await page.evaluate(async () => {
      const element = document.createElement("fineprint-newsletter");
      document.body.append(element);
      element.remove();
      const other = document.createElement("fineprint-newsletter");
      document.body.append(other);
      while (!other.shadowRoot?.querySelector("form")) await new Promise(requestAnimationFrame);
      return element.shadowRoot;
    });
    expect(inside).toBeNull();
    expect(problems).toEqual([]);
  });

  test("whoever is typing in the host's plain form goes on typing in ours", async ({ open }) => {
    const body = "<fineprint-contact><form><input name=email></form></fineprint-contact>";
    const { page } = await open("/policy");
    let load = () => undefined as unknown;
    await page.route("**/contact.js", (route) => (load = () => route.continue()));
    await page.goto(hostPageUrl(hostOrigin, { lang: "nl", body }), { waitUntil: "domcontentloaded" });
    await page.locator("form input").pressSequentially("half@");
    load();
    await contact(page).waitFor();
    await page.keyboard.type("example.org");
    expect(await field(contact(page), "E-mailadres").inputValue()).toBe("half@example.org");
  });

  test("the language is the attribute's, else the page's, else the browser's", async ({ open }) => {
    const named =
      "<fineprint-contact lang=nl></fineprint-contact><div lang=fr><fineprint-newsletter></fineprint-newsletter></div>";
    const page = await open(hostPageUrl(hostOrigin, { lang: "en-US", body: named }), { locale: "nl-NL" });
    await contact(page.page).getByRole("button", { name: "Bericht versturen" }).waitFor();
    // French has no texts yet: the browser's language then.
    await newsletter(page.page).getByRole("button", { name: "Abonneren" }).waitFor();
    await banner(page.page).getByText("Our privacy policy").waitFor();

    const browser = await open(hostPageUrl(hostOrigin, { body: FORMS }), { locale: "en-GB" });
    await contact(browser.page).getByRole("button", { name: "Send message" }).waitFor();
    await page.page.evaluate(() => document.querySelector("fineprint-contact")?.setAttribute("lang", "en"));
    await contact(page.page).getByRole("button", { name: "Send message" }).waitFor();
  });
});

describe("the banner's place", () => {
  const withBanner = (placement: string) =>
    hostPageUrl(hostOrigin, { body: `<fineprint-banner placement="${placement}"></fineprint-banner>` });
  const still = { reducedMotion: "reduce" } as const;
  const placeOf = (page: Page) =>
    banner(page).evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return { top, bottom, room: innerHeight, position: getComputedStyle(element).position };
    });

  test("is the window's bottom, its top, or where the host put it", async ({ open }) => {
    const bottom = await placeOf((await open(withBanner("bottom"), still)).page);
    expect(bottom.position).toBe("fixed");
    expect(bottom.bottom).toBe(bottom.room);
    const top = await placeOf((await open(withBanner("top"), still)).page);
    expect([top.position, top.top]).toEqual(["fixed", 0]);
    const inline = await placeOf((await open(withBanner("inline"), still)).page);
    expect(inline.position).toBe("static");
    expect(inline.top).toBeGreaterThan(0);
  });

  test("is in a shadow tree of the host's too, and then no second one is placed", async ({ open }) => {
    const body = "<div><template shadowrootmode=open><fineprint-banner></fineprint-banner></template></div>";
    const { page } = await open(hostPageUrl(hostOrigin, { lang: "nl", body }));
    await banner(page).waitFor();
    expect(await page.locator("fineprint-banner").count()).toBe(1);
  });

  test("shifts nothing on the page", async ({ open }) => {
    const { page } = await open("/");
    await banner(page).waitFor();
    const shift = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let total = 0;
          const observer = new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) total += (entry as PerformanceEntry & { value: number }).value;
          });
          observer.observe({ type: "layout-shift", buffered: true });
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(total)));
        }),
    );
    expect(shift).toBe(0);
  });

  test("leaves the page's last words in reach", async ({ open }) => {
    const { page } = await open("/", { ...still, viewport: { width: 390, height: 700 } });
    await banner(page).waitFor();
    await page.waitForFunction(() => document.documentElement.style.scrollPaddingBottom !== "");
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const end = await page.locator("footer").evaluate((element) => element.getBoundingClientRect().bottom);
    expect(end).toBeLessThanOrEqual((await placeOf(page)).top + 1);
  });
});

describe("the theme", () => {
  const body = "<fineprint-newsletter theme=dark></fineprint-newsletter><fineprint-contact></fineprint-contact>";
  const [DARK, LIGHT] = ["rgb(18, 18, 18)", "rgb(255, 255, 255)"];
  const grounds = (page: Page) =>
    Promise.all(
      [newsletter(page), contact(page)].map((view) =>
        field(view, "E-mailadres").evaluate((input) => getComputedStyle(input).backgroundColor),
      ),
    );

  test("is the attribute's, else the page's", async ({ open }) => {
    const { page } = await open(hostPageUrl(hostOrigin, { lang: "nl", body, scheme: "light dark" }));
    expect(await grounds(page)).toEqual([DARK, LIGHT]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await grounds(page)).toEqual([DARK, DARK]);
    await page.evaluate(() => document.querySelector("fineprint-newsletter")?.setAttribute("theme", "light"));
    expect(await grounds(page)).toEqual([LIGHT, DARK]);
  });

  test("stays light on a page that has no dark colours, whatever the visitor prefers", async ({ open }) => {
    const { page } = await open(hostPageUrl(hostOrigin, { lang: "nl", body }), { colorScheme: "dark" });
    expect(await grounds(page)).toEqual([DARK, LIGHT]);
  });

  test("any accent gets text of 4.5:1 or more on it", async ({ open }) => {
    const { page } = await open(
      hostPageUrl(hostOrigin, { lang: "nl", body: "<fineprint-contact></fineprint-contact>" }),
    );
    await contact(page).waitFor();
    const ratios = await page.evaluate(() => {
      const host = document.querySelector("fineprint-contact") as HTMLElement;
      const button = host.shadowRoot?.querySelector("button[type=submit]") as HTMLElement;
      const pen = new OffscreenCanvas(1, 1).getContext("2d") as OffscreenCanvasRenderingContext2D;
      const luminance = (color: string) => {
        pen.fillStyle = color;
        pen.fillRect(0, 0, 1, 1);
        const [red = 0, green = 0, blue = 0] = [...pen.getImageData(0, 0, 1, 1).data].map((byte) => {
          const part = byte / 255;
          return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
      };
      return ["#000", "#fff", "#0b6b64", "#e30613", "#ff8c00", "#ffd500", "#00a651", "#777", "#1f6feb"].map(
        (accent) => {
          host.style.setProperty("--fineprint-accent", accent);
          const { color, backgroundColor } = getComputedStyle(button);
          const [darker = 0, lighter = 0] = [luminance(color), luminance(backgroundColor)].sort((a, b) => a - b);
          return lighter / darker;
        },
      );
    });
    for (const ratio of ratios) expect(ratio).toBeGreaterThanOrEqual(4.5);
  });
});
