import type { Host, Mount, TokenSource, ViewName } from "./host.ts";

const config = __FINEPRINT__;
const origin = new URL(import.meta.url).origin;
/** What who is signed in to a panel sees instead. */
const OWN: Partial<Record<ViewName, ViewName>> = { newsletter: "mine", contact: "talks" };

let source: TokenSource | undefined;

const languageOf = (element: Element): string =>
  [element.closest("[lang]")?.getAttribute("lang"), ...navigator.languages]
    .map((tag) => (tag ?? "").slice(0, 2).toLowerCase())
    .find((tag) => config.languages.some((known) => known === tag)) ?? config.lang;

const load = (lang: string, file: string): Promise<{ mount: Mount } | undefined> =>
  import(/* @vite-ignore */ `${origin}/w/${__BUILD__}/${lang}/${file}.js`).catch(() => undefined);

const tokenOf = (element: Element): TokenSource | undefined => element.getAttribute("token") ?? source;

/** Whether this view has anything to show now: a banner needs a notice, and in a panel somebody to show it to. */
const isNeeded = (view: ViewName, element: Element): boolean =>
  view !== "banner" ||
  config.notices.some(({ date }) => (config.kind === "panel" ? tokenOf(element) : date !== dismissed()));

function dismissed(): string | null {
  try {
    return localStorage.getItem("fineprint:dismissed");
  } catch {
    return null;
  }
}

const elements = new Set<FineprintElement>();

class FineprintElement extends HTMLElement {
  /** The others are read when needed, by the styles (theme) or when a form is sent (topics). */
  static observedAttributes = ["lang", "placement", "token"];
  view: ViewName = "banner";
  #takeDown: (() => void) | undefined;
  #turn = 0;

  connectedCallback() {
    elements.add(this);
    void this.draw();
  }

  disconnectedCallback() {
    elements.delete(this);
    this.clear();
  }

  attributeChangedCallback(name: string) {
    if (!this.isConnected || this.#turn === 0) return;
    if (name === "token") this.renew();
    else if (name === "lang" || this.view === "banner") void this.draw();
  }

  /**
   * There is another token. Everything asks for it when it needs it; only a banner that has nothing to show yet is
   * drawn, not one that shows (its live region has content) or was put away (it has no live region any more); and a
   * form that is a visitor's so far, unless they are typing in it.
   */
  renew() {
    const root = this.shadowRoot;
    if (
      this.view in OWN
        ? !root?.activeElement
        : this.view === "banner" && (!root || root.firstElementChild?.childElementCount === 0)
    ) {
      void this.draw();
    }
  }

  clear() {
    this.#turn++;
    this.#takeDown?.();
    this.#takeDown = undefined;
  }

  async draw() {
    this.clear();
    const turn = this.#turn;
    // Who is signed in to a panel sees what is theirs, from then on.
    if (tokenOf(this)) this.view = OWN[this.view] ?? this.view;
    if (!isNeeded(this.view, this)) return;
    const lang = languageOf(this);
    // A form's file imports core.js; asking for both at once saves a round trip.
    if (this.view !== "banner") void load(lang, "core");
    const loaded = await load(lang, this.view);
    // The element may have left the page, or changed, while the view was under way.
    if (turn !== this.#turn) return;
    const emit: Host["emit"] = (name, detail) =>
      this.dispatchEvent(new CustomEvent(`fineprint:${name}`, { detail, bubbles: true, composed: true }));
    // When the view could not be fetched, what the host put inside the element stays.
    if (!loaded) return void emit("error", { code: "offline" });
    const host: Host = {
      element: this,
      lang,
      config,
      origin,
      token: async () => {
        const found = tokenOf(this);
        if (found === undefined) return found;
        const token = typeof found === "function" ? await found() : found;
        if (!token) throw new Error("No token");
        return token;
      },
      emit,
    };
    this.#takeDown = loaded.mount(host);
  }
}

function placeBanner() {
  // The host may have placed one, also in a shadow tree, where the document does not see it.
  if ([...elements].some(({ view }) => view === "banner")) return;
  const banner = document.createElement("fineprint-banner");
  if (!isNeeded("banner", banner)) return;
  banner.dataset["placed"] = "";
  document.body.append(banner);
}

const whenParsed = (act: () => void) =>
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", act) : act();

const api = {
  /** Tells who is signed in: a panel token, or a function that gives a fresh one. */
  identify(found: TokenSource) {
    source = found;
    for (const element of elements) element.renew();
    whenParsed(placeBanner);
  },
};

declare global {
  var fineprint: typeof api;
}

// A page that holds the snippet twice keeps its first loader. The global name would not tell: it may be an element's id.
if (!customElements.get("fineprint-banner")) {
  globalThis.fineprint = api;
  for (const name of ["banner", "newsletter", "contact", "policy", "register"] as const) {
    customElements.define(
      `fineprint-${name}`,
      class extends FineprintElement {
        override view = name;
      },
    );
  }
  whenParsed(placeBanner);
}
