type Props<T extends keyof HTMLElementTagNameMap> = Partial<Omit<HTMLElementTagNameMap[T], "role" | "part">> & {
  role?: string;
  part?: string;
};

/** Makes a DOM element with properties and children; what the banner has instead of draw.ts. */
export function element<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  { role, part, ...props }: Props<T>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[T] {
  const made = Object.assign(document.createElement(tag), props);
  if (role) made.role = role;
  if (part) made.part = part;
  made.append(...children);
  return made;
}
