/** The admin's comfort: nothing here is needed to use it, but for passkeys, which only a script can ask for. */

import { addConversation } from "./conversation.ts";
import { addEvidence } from "./evidence.ts";
import { addFrames } from "./frames.ts";
import { addMarks } from "./marks.ts";
import { addPasskeys } from "./passkeys.ts";
import { addPreview } from "./preview.ts";
import { addRefreshing } from "./refresh.ts";
import { addShortcuts } from "./shortcuts.ts";
import { addUploads } from "./upload.ts";
import { addZone } from "./zone.ts";

/** Turns moments to the reader's own time zone; the title keeps the exact instant. */
function localiseTimes(): void {
  const format = new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : "nl", {
    dateStyle: "medium",
    timeStyle: "short",
  });
  for (const time of document.querySelectorAll("time")) time.textContent = format.format(new Date(time.dateTime));
}

/** What was just done is said once: a reload does not say it again. */
function forgetDone(): void {
  const url = new URL(location.href);
  if (!url.searchParams.has("done")) return;
  url.searchParams.delete("done");
  history.replaceState(null, "", url);
}

/** A second press of a form that is on its way does nothing, and the button says that it works. */
function sendOnce(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    // A file that comes of a form leaves the page as it is, for another.
    if (form.method !== "post" || event.defaultPrevented || form.classList.contains("download")) return;
    if (form.dataset["sent"] !== undefined) return event.preventDefault();
    form.dataset["sent"] = "";
    const button = event.submitter;
    if (!button) return;
    const said = button.innerHTML;
    button.setAttribute("aria-disabled", "true");
    button.textContent = document.body.dataset["working"] ?? "";
    // Back from the next page, a browser may show this one as it was left. A reload would send a form again.
    window.addEventListener("pageshow", () => {
      delete form.dataset["sent"];
      button.removeAttribute("aria-disabled");
      button.innerHTML = said;
    });
  });
}

/** Takes away the buttons for what the script does by itself. */
function takeAwayScriptless(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-scriptless]")) button.hidden = true;
}

function addCopying(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset["copy"] ?? "")?.textContent?.trim() ?? "";
      await navigator.clipboard.writeText(text);
      button.textContent = button.dataset["copied"] ?? "";
    });
  }
}

localiseTimes();
forgetDone();
addPasskeys();
addUploads();
addEvidence();
sendOnce();
addCopying();
addPreview();
addFrames();
addMarks();
addConversation();
addZone();
takeAwayScriptless();
addShortcuts();
addRefreshing(localiseTimes);
