/**
 * Moves focus to a place in our element, when it was there already or, with a button that is gone, nowhere. A visitor
 * who went on elsewhere on the page stays there.
 */
export function focusIn(root: ShadowRoot, selector: string): void {
  let at = document.activeElement;
  while (at?.shadowRoot && at !== root.host) at = at.shadowRoot.activeElement;
  if (!at || at === document.body || at === root.host) root.querySelector<HTMLElement>(selector)?.focus();
}
