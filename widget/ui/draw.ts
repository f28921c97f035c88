/*
 * Does what Preact does, whose place this takes in the build (docs/decisions/0033): elements, lists, keys and events; no components,
 * refs, styles, SVG or HTML as text. test/browser/draw.test.ts draws thousands of trees with both.
 */
type Props = Readonly<Record<string, unknown>>;
type Child = Drawn | string | number | boolean | null | undefined | readonly Child[];

interface Drawn {
  tag: string;
  key: string | undefined;
  props: Props;
  inner: Child;
}

/** What was drawn of a child; null where it drew nothing. */
type Place = Placed | null;
interface Placed extends Omit<Drawn, "inner"> {
  /** None of a list. */
  node: ChildNode | undefined;
  inner: readonly Place[];
  handlers: Record<string, Handler>;
}

interface Handler extends EventListenerObject {
  run: unknown;
  /** When it came, by the clock. */
  since: number;
}

/** Where the next node of an element goes. */
interface Cursor {
  parent: ParentNode & Node;
  next: Node | null;
}

const TEXT = "#";
/** Children without an element around them. */
const LIST = "";
/** What goes as an attribute although there is a property, which cannot be taken away again or only be read. */
const ATTRIBUTE = /^(width|height|href|list|form|tabIndex|download|rowSpan|colSpan|role|popover)$/;

/** What people change without us by typing. */
const LIVE = ["value", "checked"];

/** An element as it should be, or a list of children. */
function drawn(tag: string, props: Props | null, ...children: Child[]): Drawn {
  const { key, ...others } = props ?? {};
  const inner = children.length > 1 ? children : children[0];
  return { tag, key: key === undefined || key === null ? undefined : `${key}`, props: others, inner };
}

// By these names every file of the build has them (scripts/build.ts), this one too.
export { drawn as h, LIST as Fragment };

const roots = new WeakMap<Node, readonly Place[]>();

/** Makes what stands in a root as it should be; what stays the same element keeps its focus and what was typed in it. */
export function render(child: Child, root: ParentNode & Node): void {
  roots.set(root, patch({ parent: root, next: root.firstChild }, [child], roots.get(root) ?? []));
}

const isList = (child: Child): child is readonly Child[] => Array.isArray(child);
const listOf = (child: Child): readonly Child[] => (isList(child) ? child : [child]);

function asDrawn(child: Child): Drawn | null {
  if (child === null || child === undefined || typeof child === "boolean") return null;
  if (isList(child)) return drawn(LIST, null, child);
  return typeof child === "object" ? child : drawn(TEXT, null, child);
}

function patch(cursor: Cursor, children: readonly Child[], before: readonly Place[]): Place[] {
  const wished = children.map(asDrawn);
  const found = match(wished, before);
  for (const old of before) if (old && !found.includes(old)) remove(old, cursor);
  return wished.map((child, index) => child && draw(cursor, child, found[index]));
}

/** Finds for each child what was drawn of it before: of its tag and key, as near to its place as can be. */
function match(wished: readonly (Drawn | null)[], before: readonly Place[]): Place[] {
  const found: Place[] = [];
  let skew = 0;
  let left = before.length;
  wished.forEach((child, index) => {
    if (!child) return;
    const at = index + skew;
    const isFree = (place: number) => before[place] && !found.includes(before[place]);
    const fits = (place: number) =>
      isFree(place) && before[place]?.tag === child.tag && before[place].key === child.key;
    let place = at;
    if (!(fits(at) || (before[at] === null && child.key === undefined))) {
      place = -1;
      if (left > (isFree(at) ? 1 : 0)) {
        for (let down = at - 1; place < 0 && down >= 0; down--) if (fits(down)) place = down;
        for (let up = at + 1; place < 0 && up < before.length; up++) if (fits(up)) place = up;
      }
    }
    if (place >= 0) left--;
    found[index] = before[place] ?? null;
    // The places of those that follow have moved on with it.
    if (place < 0) skew += Math.sign(before.length - wished.length);
    else if (Math.abs(place - at) === 1) skew += place - at;
    else skew += Math.sign(at - place);
  });
  return found;
}

function draw(cursor: Cursor, { tag, key, props, inner }: Drawn, before: Place | undefined): Placed {
  const placed: Placed = before ?? { tag, key, props: {}, inner: [], handlers: {}, node: create(tag, inner) };
  const { node } = placed;
  if (!node) {
    // A list that is all of a list is that list.
    const only = inner && typeof inner === "object" && "tag" in inner && inner.tag === LIST && inner.key === undefined;
    placed.inner = patch(cursor, listOf(only ? inner.inner : inner), placed.inner);
    return placed;
  }
  if (node instanceof Element) {
    setProps(node, placed, props);
    placed.inner = patch({ parent: node, next: node.firstChild }, listOf(inner), placed.inner);
    // After the others: a select takes only a value that it has an option for.
    for (const name of LIVE) {
      const value = props[name];
      const live = (node as unknown as Props)[name]; // Properties go by their names.
      if (value !== undefined && value !== null && value !== live) setProp(node, name, value);
    }
    placed.props = props;
  } else if (node.nodeValue !== `${inner}`) node.nodeValue = `${inner}`;
  place(cursor, node);
  return placed;
}

const create = (tag: string, text: Child) =>
  tag === LIST ? undefined : tag === TEXT ? document.createTextNode(`${text}`) : document.createElement(tag);

function place(cursor: Cursor, node: ChildNode): void {
  const { parent, next } = cursor;
  if (node === next) cursor.next = next.nextSibling;
  // What is moved so keeps its focus, where the browser can.
  else if (node.parentNode && parent.moveBefore) parent.moveBefore(node, next);
  else parent.insertBefore(node, next);
}

function remove({ node, inner }: Placed, cursor: Cursor): void {
  if (!node) for (const child of inner) child && remove(child, cursor);
  else {
    if (node === cursor.next) cursor.next = node.nextSibling;
    node.remove();
  }
}

function setProps(node: Element, { props: before, handlers }: Placed, after: Props): void {
  const set = (name: string, value?: unknown) => {
    if (!name.startsWith("on")) return setProp(node, name, value);
    handlers[name] ??= listen(node, name.slice(2).toLowerCase());
    const handler = handlers[name];
    if (!handler.run) handler.since = clock;
    handler.run = value;
  };
  for (const name in before) if (!(name in after)) set(name);
  for (const name in after) {
    if (after[name] !== before[name] && !LIVE.includes(name)) set(name, after[name]);
  }
}

function setProp(node: Element, name: string, value: unknown): void {
  if (!ATTRIBUTE.test(name) && name in node) {
    try {
      (node as unknown as Record<string, unknown>)[name] = value ?? ""; // Properties go by their names.
      return;
    } catch {
      // It can only be read: its attribute can be set.
    }
  }
  if (value === undefined || value === null || (value === false && name[4] !== "-")) node.removeAttribute(name);
  else node.setAttribute(name, name === "popover" && value === true ? "" : `${value}`);
}

/** Ticks with each event. */
let clock = 0;
const times = new WeakMap<Event, number>();

/** Hears an event; not one that was under way before somebody wanted it: drawing may have added this where it comes past. */
function listen(node: Element, name: string): Handler {
  const handler: Handler = {
    run: undefined,
    since: 0,
    handleEvent(event) {
      if (typeof handler.run !== "function") return;
      const time = times.get(event) ?? clock++;
      times.set(event, time);
      if (time >= handler.since) handler.run.call(node, event);
    },
  };
  node.addEventListener(name, handler);
  return handler;
}
