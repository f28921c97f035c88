import { render } from "preact";
import type { Mount, View } from "../host.ts";
import css from "../styles/forms.css?inline";
import { shadowOf } from "./shadow.ts";

/** Makes a view mountable, with the styles that it has more than the others. */
export const present =
  (view: View, more = ""): Mount =>
  (host) => {
    // A visitor may be typing in the host's plain form when this one takes its place: they go on typing here.
    const typing = host.element.querySelector(":focus")?.getAttribute("name");
    const root = shadowOf(host.element, css + more);
    let isGone = false;
    const redraw = () => isGone || render(draw(), root);
    const draw = view(host, root, redraw);
    redraw();
    if (typing) root.querySelector<HTMLElement>(`[name="${CSS.escape(typing)}"]`)?.focus();
    return () => {
      isGone = true;
      render(null, root);
    };
  };
