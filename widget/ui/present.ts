import { render } from "preact";
import type { Mount, View } from "../host.ts";
import css from "../styles/forms.css?inline";
import { shadowOf } from "./shadow.ts";

/** Makes a Preact view mountable. */
export const present =
  (view: View): Mount =>
  (host) => {
    const root = shadowOf(host.element, css);
    let isGone = false;
    const redraw = () => isGone || render(draw(), root);
    const draw = view(host, root, redraw);
    redraw();
    return () => {
      isGone = true;
      render(null, root);
    };
  };
