/**
 * The element's shadow tree with one constructed style sheet: no inline style, so a strict CSP is fine. What the host
 * put inside the element is hidden from then on.
 */
export function shadowOf(element: HTMLElement, css: string): ShadowRoot {
  const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  return root;
}
