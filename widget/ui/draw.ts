/*
 * What the views need of Preact, whose place this takes in the build (docs/decisions/0033): elements and lists, no components. The
 * views are typed by Preact, and would work with it.
 */
type Props = Readonly<Record<string, unknown>>;
type Child = Drawn | string | number | boolean | null | undefined | readonly Child[];

interface Drawn {
  tag: string;
  props: Props;
  children: readonly Child[];
}

/** A child where it stands: its id is its place among its siblings, or its key. */
interface Placed {
  id: string;
  /** Empty for text. */
  tag: string;
  node: Node;
  props: Props;
  inner: readonly Placed[];
}

/** Children without an element around them. */
const LIST = "";

/** An element as it should be, or a list of children. */
const drawn = (tag: string, props: Props | null, ...children: Child[]): Child =>
  tag === LIST ? children : { tag, props: props ?? {}, children };

// By these names every file of the build has them (scripts/build.ts), this one too.
export { drawn as h, LIST as Fragment };

const roots = new WeakMap<ParentNode, readonly Placed[]>();

/** Makes what stands in a root as it should be; what stays the same element keeps its focus and what was typed in it. */
export function render(child: Child, root: ParentNode): void {
  roots.set(root, patch(root, [child], roots.get(root) ?? []));
}

function patch(parent: ParentNode | Node, children: readonly Child[], before: readonly Placed[]): Placed[] {
  const gone = new Map(before.map((placed) => [placed.id, placed]));
  const after = flat(children, "").map(([id, child]) => {
    const { tag, props, children: inner } = typeof child === "object" ? child : { tag: "", props: {}, children: [] };
    let placed = gone.get(id);
    if (placed?.tag === tag) gone.delete(id);
    else {
      const node = tag ? document.createElement(tag) : document.createTextNode("");
      placed = { id, tag, node, props: {}, inner: [] };
    }
    const { node } = placed;
    if (node instanceof Element) {
      // Before the properties: a select takes only a value that it has an option for.
      placed.inner = patch(node, inner, placed.inner);
      setProps(node, placed.props, props);
      placed.props = props;
    } else if (node.nodeValue !== `${child}`) node.nodeValue = `${child}`;
    return placed;
  });
  for (const { node } of gone.values()) parent.removeChild(node);
  let at = parent.firstChild;
  for (const { node } of after) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
  return after;
}

/** Children of nested lists in one, each with its place; what draws nothing keeps the place of the others. */
function flat(children: readonly Child[], path: string): [id: string, child: Drawn | string | number][] {
  return children.flatMap((child, index) => {
    if (child === null || child === undefined || typeof child === "boolean") return [];
    if (typeof child !== "object") return [[path + index, child]];
    if (!("tag" in child)) return flat(child, `${path}${index},`);
    return [[`${path}${child.props["key"] ?? index}`, child]];
  });
}

function setProps(node: Element, before: Props, after: Props): void {
  for (const name in { ...before, ...after }) {
    const value = after[name];
    const target = node as unknown as Record<string, unknown>; // Properties go by their names.
    // What people type changes these without us.
    if (value === (/^(value|checked)$/.test(name) ? target[name] : before[name])) continue;
    if (name.startsWith("on")) target[name.toLowerCase()] = value;
    else if (name in node) target[name] = value ?? "";
    else if (value === undefined || value === null) node.removeAttribute(name);
    else node.setAttribute(name, `${value}`);
  }
}
