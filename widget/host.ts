import type { ComponentChild } from "preact";
import type { EmbedConfig } from "../worker/policy/shapes.ts";

export type ViewName = "banner" | "newsletter" | "mine" | "contact" | "talks" | "policy" | "register";

/** What a view gets to know of the element it lives in and of the page around it. */
export interface Host {
  element: HTMLElement;
  lang: string;
  config: EmbedConfig;
  /** Where the worker lives. */
  origin: string;
  /**
   * The panel token of the customer who is signed in; undefined when the page names no source of tokens (a
   * visitor). Rejects when its source gives none.
   */
  token(): Promise<string | undefined>;
  /** Sends an event that bubbles out of the shadow tree. */
  emit(name: "subscribed" | "sent" | "acknowledged" | "error", detail: object): void;
}

/**
 * What each view's file exports: shows the view in its element, and gives the way to take it down again, which works
 * at any moment and leaves nothing behind.
 */
export type Mount = (host: Host) => () => void;

export type TokenSource = string | (() => string | Promise<string>);

/**
 * A view that is typed by Preact and drawn by ui/draw.ts. Its state is its own variables; it calls `redraw` after changing them, and drawing is
 * synchronous. (Hooks would do the same for a tenth of the whole budget: docs/decisions/0003.)
 */
export type View = (host: Host, root: ShadowRoot, redraw: () => void) => () => ComponentChild;
