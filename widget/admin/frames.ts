/** How long typing rests before a preview is asked for, in milliseconds. */
const PAUSE = 700;

/**
 * Keeps the previews in frames up to date with what is typed beside them. Who has no script presses the button by hand,
 * which sends the form into the frame.
 */
export function addFrames(): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-frames]")) {
    const [button, frame] = [part.querySelector<HTMLButtonElement>("button[formtarget]"), part.querySelector("iframe")];
    if (!button || !frame) continue;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asked = 0;
    const renew = async () => {
      const turn = ++asked;
      const html = await ask(button);
      // An answer that comes after a later question is old.
      if (html !== undefined && turn === asked) show(frame, html);
    };
    part.addEventListener("input", (event) => {
      clearTimeout(timer);
      // A look that is chosen is shown at once.
      const isChosen = event.target instanceof HTMLInputElement && event.target.type === "radio";
      timer = setTimeout(() => void renew(), isChosen ? 0 : PAUSE);
    });
    if (part.dataset["frames"] !== "typed") continue;
    // The frame comes with what was saved.
    frame.addEventListener("load", () => void renew(), { once: true });
    void renew();
  }
}

/** The preview of what is typed now; undefined when it could not be had: the one shown then stays. */
async function ask({ form, formAction }: HTMLButtonElement): Promise<string | undefined> {
  if (!form) return undefined;
  const reply = await fetch(formAction, { method: "POST", body: new FormData(form) }).catch(() => undefined);
  return reply?.ok ? reply.text() : undefined;
}

/**
 * In the page that the frame has, whose own policy lets nothing run: to lead the frame to another page would be a step of this
 * page's history, and blink.
 */
function show({ contentDocument }: HTMLIFrameElement, html: string): void {
  if (contentDocument && contentDocument.URL !== "about:blank") contentDocument.documentElement.innerHTML = html;
}
