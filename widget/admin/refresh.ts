/**
 * Fetches a part of a page that shows work under way anew, every so many seconds as the part itself says. When there is
 * no such part any more, the work is done, and the page is loaded whole.
 */
export function addRefreshing(onRefreshed: () => void): void {
  const part = document.querySelector<HTMLElement>("[data-refresh]");
  if (part) wait(part, onRefreshed);
}

const wait = (part: HTMLElement, onRefreshed: () => void): void =>
  void setTimeout(() => void refresh(part, onRefreshed), Number(part.dataset["refresh"]) * 1000);

async function refresh(part: HTMLElement, onRefreshed: () => void): Promise<void> {
  const reply = await fetch(location.href).catch(() => undefined);
  // What somebody is using, or cannot see, stays as it is.
  if (reply?.ok && !document.hidden && !part.contains(document.activeElement)) {
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const fresh = page.querySelector("[data-refresh]");
    if (!fresh) return location.reload();
    part.replaceChildren(...fresh.childNodes);
    onRefreshed();
  }
  wait(part, onRefreshed);
}
