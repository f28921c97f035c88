/** Runs in the browser: draws trees one after the other with draw.ts or with Preact, and tells all that can be told apart. */
import { type ComponentChild, Fragment, type h as H, h, render } from "preact";
import * as ours from "../../widget/ui/draw.ts";

export interface Part {
  /** Empty for a fragment. */
  tag: string;
  props: Record<string, unknown>;
  /** The events that it hears, and what its handlers give. */
  events: Record<string, boolean>;
  children: Tree[];
}
export type Tree = Part | string | number | boolean | null | undefined | Tree[];

/** A tree, and what somebody does once it is drawn: the numbers of the elements that they focus, change and press. */
export interface Step {
  tree: Tree;
  focus: number;
  change: number;
  press: number;
}

// Ours has no types of Preact's; the views use it by them too.
const LIBRARIES = { preact: { Fragment, h, render }, ours: ours as unknown as Preact }; // It stands in its place.
type Preact = { Fragment: typeof Fragment; h: typeof H; render: typeof render };

/** What is seen after each step. */
function drawWith(name: keyof typeof LIBRARIES, steps: readonly Step[]): unknown[] {
  const library = LIBRARIES[name];
  const root = document.createElement("main");
  document.body.append(root);
  const numbers = new Map<Node, number>();
  const heard: string[] = [];

  const made = (tree: Tree): ComponentChild => {
    if (Array.isArray(tree)) return tree.map(made);
    if (!tree || typeof tree !== "object") return tree;
    const { tag, props, events, children } = tree;
    const handlers = Object.entries(events).map(([event, given]) => [
      event,
      (at: Event) => {
        heard.push(`${event} ${tag} ${props["id"]}`);
        // It must be the element's own.
        heard.push(String(at.currentTarget === root || root.contains(at.currentTarget as Node)));
        return given;
      },
    ]);
    const all = { ...props, ...Object.fromEntries(handlers) };
    return library.h((tag || library.Fragment) as "div", all, ...children.map(made));
  };
  const seen = () => {
    const nodes = document.createNodeIterator(root);
    const kept: unknown[] = [];
    for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
      if (!numbers.has(node)) numbers.set(node, numbers.size);
      const { value, checked, selectedIndex, disabled, tabIndex } = node as HTMLInputElement & HTMLSelectElement;
      kept.push([numbers.get(node), value, checked, selectedIndex, disabled, tabIndex]);
    }
    return { html: root.innerHTML, kept, focused: numbers.get(document.activeElement ?? root), heard: heard.splice(0) };
  };
  const nth = (number: number, selector: string) => {
    const all = root.querySelectorAll<HTMLInputElement>(selector);
    return all[number % all.length];
  };

  const found = steps.flatMap(({ tree, focus, change, press }) => {
    library.render(made(tree), root);
    const drawn = seen();
    nth(focus, "input, select, textarea, button, a")?.focus();
    const changed = nth(change, "input:not([type=file]), textarea");
    if (changed) changed.value = "typed";
    const ticked = nth(change, "[type=checkbox], [type=radio]");
    if (ticked) ticked.checked = !ticked.checked;
    const event = new Event("input", { bubbles: true, cancelable: true });
    nth(press, "*")?.dispatchEvent(event);
    return [drawn, { ...seen(), isPrevented: event.defaultPrevented }];
  });
  library.render(null, root);
  found.push(seen() as never);
  root.remove();
  return found;
}

/** A handler that draws one for the element around it, which the same event reaches next. */
function drawMeanwhile(name: keyof typeof LIBRARIES): string[] {
  const { h, render } = LIBRARIES[name];
  const root = document.createElement("main");
  const heard: string[] = [];
  const draw = (isMore: boolean) => {
    const press = () => {
      heard.push("inner");
      draw(true);
    };
    const more = isMore ? { onClick: () => heard.push("outer") } : {};
    render(h("div", more, h("button", { onClick: press }, "Press")), root);
  };
  draw(false);
  for (let time = 0; time < 2; time++) root.querySelector("button")?.click();
  return heard;
}

declare global {
  var drawing: { drawWith: typeof drawWith; drawMeanwhile: typeof drawMeanwhile };
}
globalThis.drawing = { drawWith, drawMeanwhile };
