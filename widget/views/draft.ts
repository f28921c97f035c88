import type { Host } from "../host.ts";

/** What a visitor typed, kept for this tab until it is sent. */
export interface Draft {
  values: Record<string, string>;
  /** The Idempotency-Key of these very values; a retry uses it again, a change asks for another. */
  key: string;
}

/** Where an element keeps its draft: each of several on a page has its own. */
export const draftName = ({ config, index }: Host): string =>
  `fineprint:contact:${config.surface}${index ? `:${index}` : ""}`;

export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The draft of this tab, or none: where storage is refused, or when what is there is not a draft. */
export function readDraft(name: string): Draft | undefined {
  try {
    const { values, key } = JSON.parse(sessionStorage.getItem(name) ?? "");
    const isDraft = /^[0-9a-f]{32}$/.test(key) && Object.values(values).every((value) => typeof value === "string");
    return isDraft ? { values, key } : undefined;
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
