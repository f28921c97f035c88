/** Offers the reader's own time zone where one is chosen, and chooses it unless somebody has chosen already. */
export function addZone(): void {
  const part = document.querySelector<HTMLElement>("[data-zone]");
  const select = part?.querySelector("select");
  if (!part || !select) return;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...select.options].every(({ value }) => value !== own)) {
    select.add(new Option(own.replaceAll("_", " "), own), 0);
  }
  if (part.dataset["zone"] === "offer") select.value = own;
}
