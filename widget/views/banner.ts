import texts from "texts:banner";
import { call } from "../api.ts";
import type { Host, Mount } from "../host.ts";
import css from "../styles/banner.css?inline";
import { element as make } from "../ui/element.ts";
import { shadowOf } from "../ui/shadow.ts";
import { fill } from "../ui/text.ts";

interface Shown {
  date: string;
  effectiveText: string;
  /** By the worker's day: the browser may be in another. */
  isComing: boolean;
  summary: string;
  url: string;
  compareUrl: string | null;
}

/** The notice to show: on a site the loader brought it; in a panel the worker says what this customer has not read. */
async function findNotice(host: Host): Promise<Shown | undefined> {
  const { config, lang, origin } = host;
  if (config.kind === "panel") {
    const reply = await call<{ notices: Shown[] }>(host, "/v1/me/notices", { signed: true });
    if (!reply.ok) host.emit("error", { code: reply.code });
    return reply.ok ? reply.body.notices[0] : undefined;
  }
  const [notice] = config.notices;
  if (!notice) return undefined;
  const { date, effectiveText, isComing, previous, summary } = notice;
  const policy = `${origin}/policy`;
  return {
    date,
    effectiveText: effectiveText[lang as keyof typeof summary],
    isComing,
    summary: summary[lang as keyof typeof summary],
    url: `${policy}/versions/${date}?lang=${lang}`,
    compareUrl: previous && `${policy}/compare?from=${previous}&to=${date}&lang=${lang}`,
  };
}

/**
 * The policy notice. Never takes focus, never asks twice. Made of plain DOM: it is the one view that everybody gets,
 * and without Preact it is a third of the size (docs/decisions/0003).
 */
export const mount: Mount = (host) => {
  const { element, config } = host;
  const inPanel = config.kind === "panel";
  const asked = element.getAttribute("placement");
  const placement = asked === "top" || asked === "inline" ? asked : "bottom";
  const status = make("div", { role: "status" });
  shadowOf(element, css).replaceChildren(status);
  let isGone = false;

  // Room at the page's end, and when the page scrolls to something, so that the fixed banner covers nothing for good.
  const page = document.documentElement;
  const side = placement === "top" ? "scrollPaddingTop" : "scrollPaddingBottom";
  const before = page.style[side];
  const observer = new ResizeObserver(([entry]) => {
    if (!entry) return;
    const height = `${(entry.target as HTMLElement).offsetHeight}px`;
    page.style[side] = height;
    if ("placed" in element.dataset) element.style.height = height;
  });

  const takeDown = () => {
    isGone = true;
    observer.disconnect();
    document.removeEventListener("keydown", onKey);
    page.style[side] = before;
    if (!page.getAttribute("style")) page.removeAttribute("style");
    element.style.height = "";
    status.remove();
  };

  let dismiss = () => undefined as unknown;
  // Esc puts the banner away, unless the visitor is busy elsewhere on the page. In a panel that is no
  // acknowledgement: it comes back on the next page, until the button is pressed.
  function onKey(event: KeyboardEvent) {
    const { activeElement, body } = document;
    const isElsewhere = activeElement && activeElement !== body && activeElement !== element;
    if (event.key !== "Escape" || event.defaultPrevented || isElsewhere) return;
    if (inPanel) takeDown();
    else dismiss();
  }

  // A live region must be there for a moment before its words are, or screen readers pass them over.
  const heard = new Promise((resolve) => setTimeout(resolve, 100));
  void Promise.all([findNotice(host), heard]).then(([notice]) => {
    if (!notice || isGone) return;
    const { date, effectiveText, isComing, summary, url, compareUrl } = notice;
    // No-break spaces keep the date on one line.
    const words = effectiveText.replaceAll(" ", "\xa0");
    const fault = make("p", { className: "error", role: "alert" });
    const button = make("button", {
      type: "button",
      part: "button",
      textContent: inPanel ? texts.acknowledge : texts.dismiss,
      onclick: () => dismiss(),
    });
    const headline = make("strong", {}, fill(isComing ? texts.upcoming : texts.inForce, { date: words }));
    const links = [make("a", { href: url, part: "link" }, texts.read)];
    if (compareUrl) links.push(make("a", { href: compareUrl, part: "link" }, texts.compare));
    const message = make("div", { className: "words" }, make("p", {}, headline, ` ${summary}`), ...links, fault);
    const box = make(
      "div",
      { className: `banner ${placement}`, part: "banner", role: "region", ariaLabel: texts.label },
      make("div", {}, message, button),
    );

    let isBusy = false;
    dismiss = inPanel ? acknowledge : remember;

    function done() {
      takeDown();
      host.emit("acknowledged", { date });
    }
    function remember() {
      try {
        localStorage.setItem("fineprint:dismissed", date);
      } catch {
        // Where storage is refused the notice comes back on the next page.
      }
      done();
    }
    async function acknowledge() {
      if (isBusy) return;
      isBusy = true;
      button.ariaDisabled = "true";
      button.textContent = texts.acknowledging;
      fault.textContent = "";
      const path = `/v1/me/notices/${date}/acknowledgement`;
      const reply = await call(host, path, { method: "POST", signed: true });
      if (reply.ok) return done();
      isBusy = false;
      button.ariaDisabled = null;
      button.textContent = texts.acknowledge;
      fault.textContent = texts.failed;
      host.emit("error", { code: reply.code });
    }

    status.append(box);
    if (inPanel) {
      // Evidence that this customer was told: once they can have seen it.
      const seen = new IntersectionObserver(([entry]) => {
        if (!entry?.isIntersecting) return;
        seen.disconnect();
        void call(host, `/v1/me/notices/${date}/shown`, { method: "POST", signed: true });
      });
      seen.observe(box);
    }
    if (placement !== "inline") observer.observe(box);
    document.addEventListener("keydown", onKey);
  });

  return takeDown;
};
