/** How long typing rests before a preview is asked for, in milliseconds. */
const PAUSE = 700;

/**
 * Keeps the previews in frames up to date with what is typed beside them: the form is sent into the frame by a button of its
 * own, which who has no script presses by hand.
 */
export function addFrames(): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-frames]")) {
    const button = part.querySelector<HTMLButtonElement>("button[formtarget]");
    if (!button) continue;
    let timer: ReturnType<typeof setTimeout> | undefined;
    part.addEventListener("input", (event) => {
      clearTimeout(timer);
      // A look that is chosen is shown at once.
      const isChosen = event.target instanceof HTMLInputElement && event.target.type === "radio";
      timer = setTimeout(() => renew(part, button), isChosen ? 0 : PAUSE);
    });
    if (part.dataset["frames"] === "typed") renew(part, button);
  }
}

/**
 * Each time in a new frame, behind the old one until it is there: a frame that goes on to another page would do so in the
 * history of this one, and blink.
 */
function renew(part: HTMLElement, button: HTMLButtonElement): void {
  const shown = part.querySelector<HTMLIFrameElement>("iframe:not([hidden])");
  for (const waiting of part.querySelectorAll("iframe[hidden]")) waiting.remove();
  if (!shown) return;
  const next = document.createElement("iframe");
  next.title = shown.title;
  next.name = button.formTarget;
  next.hidden = true;
  shown.name = "";
  shown.after(next);
  button.form?.requestSubmit(button);
  // After the submission has been planned, so that the empty page it begins with is not taken for the answer.
  next.addEventListener("load", () => {
    if (!next.isConnected) return;
    shown.remove();
    next.hidden = false;
  });
}
