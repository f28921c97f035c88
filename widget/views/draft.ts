import type { Host } from "../host.ts";

/** What a visitor typed, kept for this tab until it is sent. */
export interface Draft {
  values: Record<string, string>;
  /** The Idempotency-Key of these very values; a retry uses it again, a change asks for another. */
  key: string;
}

const places = new WeakMap<Element, number>();

/** Where an element keeps its draft: each of several on a page has its own, by the place among them that it began in. */
export function draftName({ element, config }: Host): string {
  const place = places.get(element) ?? [...document.querySelectorAll(element.localName)].indexOf(element);
  places.set(element, place);
  return `${element.localName.replace("-", ":")}:${config.surface}${place > 0 ? `:${place}` : ""}`;
}

/** A key of its own for each message; on an insecure page, where nothing can be sent, any text will do. */
export const newKey = (): string => crypto.randomUUID?.() ?? "";

/** The draft of this tab, or none: where storage is refused, or when what is there is not a draft. */
export function readDraft(name: string): Draft | undefined {
  try {
    const { values, key } = JSON.parse(sessionStorage.getItem(name) ?? "");
    const isDraft = typeof key === "string" && Object(values) === values;
    return isDraft && Object.values(values).every((value) => typeof value === "string") ? { values, key } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a draft, called only after the visitor typed; undefined removes it. */
export function writeDraft(name: string, draft: Draft | undefined): void {
  try {
    if (draft) sessionStorage.setItem(name, JSON.stringify(draft));
    else sessionStorage.removeItem(name);
  } catch {
    // The form works without a draft.
  }
}
