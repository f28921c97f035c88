/** How long after "g" its letter is waited for, in milliseconds. */
const PATIENCE = 1500;

const OFF = "fineprint-shortcuts-off";

/** Shows whether single keys are listened to, and lets people turn that off (WCAG 2.2, criterion 2.1.4). */
function addSwitch(dialog: HTMLDialogElement): void {
  const box = dialog.querySelector<HTMLInputElement>("[data-shortcuts-on]");
  if (!box) return;
  box.checked = localStorage.getItem(OFF) === null;
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "");
  });
}

/** Listens to the keyboard's short ways, except where someone types. */
export function addShortcuts(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#shortcuts");
  if (!dialog) return;
  for (const link of document.querySelectorAll("[data-shortcuts]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.showModal();
    });
  }
  addSwitch(dialog);
  let goneAt = -PATIENCE;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open || isTyping(event.target)) return;
    if (localStorage.getItem(OFF) !== null) return;
    // A link of the menu says which letter after "g" leads to it.
    const place = event.timeStamp - goneAt < PATIENCE ? placeOf(event.key) : undefined;
    goneAt = event.key === "g" ? event.timeStamp : -PATIENCE;
    if (place) place.click();
    else if (event.key === "?") dialog.showModal();
    else if (event.key === "/") focusOn(event, document.querySelector("search :is(input:not([type=hidden]), select)"));
    else if (event.key === "j") focusOn(event, row(1));
    else if (event.key === "k") focusOn(event, row(-1));
    else if (event.key === "n") document.querySelector<HTMLElement>("a[rel=next]")?.click();
  });
}

const placeOf = (key: string): HTMLElement | undefined =>
  [...document.querySelectorAll<HTMLElement>("[data-key]")].find((link) => link.dataset["key"] === key);

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("input:not([type=checkbox]), textarea, select") !== null;

function focusOn(event: Event, element: Element | null | undefined): void {
  if (!(element instanceof HTMLElement)) return;
  event.preventDefault();
  element.focus();
}

/** The first link or button of the row `step` away from the one in focus; of the first row when none is. */
function row(step: number): Element | null | undefined {
  const rows = [...document.querySelectorAll("tbody tr:has(a, button)")];
  const here = rows.findIndex((candidate) => candidate.contains(document.activeElement));
  return rows[here < 0 ? 0 : here + step]?.querySelector("a, button");
}
