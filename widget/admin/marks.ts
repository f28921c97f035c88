/** Buttons that put marks into a text, around what is chosen there. What they put there can be undone as typing can. */
export function addMarks(): void {
  for (const bar of document.querySelectorAll<HTMLElement>("[data-marks]")) {
    const area = document.getElementById(bar.dataset["marks"] ?? "");
    if (!(area instanceof HTMLTextAreaElement)) continue;
    bar.hidden = false;
    for (const button of bar.querySelectorAll("button")) {
      button.addEventListener("click", () => mark(area, button.dataset));
    }
  }
}

function mark(area: HTMLTextAreaElement, { before = "", sample = "", behind = "" }: DOMStringMap): void {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end) || sample;
  const opening = before.startsWith("\n") ? `${breakBefore(value.slice(0, start))}${before.slice(1)}` : before;
  area.focus();
  // The old way is the only one that leaves the browser's own undo as it is.
  if (!document.execCommand("insertText", false, opening + chosen + behind)) {
    area.setRangeText(opening + chosen + behind, start, end);
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  const from = start + opening.length;
  area.setSelectionRange(from, from + chosen.length);
}

/** What stands between a text and a block that begins on a line of its own. */
function breakBefore(text: string): string {
  if (text === "" || text.endsWith("\n\n")) return "";
  return text.endsWith("\n") ? "\n" : "\n\n";
}
