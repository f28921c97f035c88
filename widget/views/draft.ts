/** What a visitor typed, kept for this tab until it is sent. */
export interface Draft {
  values: Record<string, string>;
  /** The Idempotency-Key of these very values; a retry uses it again, a change asks for another. */
  key: string;
}

const nameOf = (surface: string) => `fineprint:contact:${surface}`;

export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The draft of this tab, or none. Where storage is refused there is none. */
export function readDraft(surface: string): Draft | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(nameOf(surface)) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a draft, called only after the visitor typed; undefined removes it. */
export function writeDraft(surface: string, draft: Draft | undefined): void {
  try {
    if (draft) sessionStorage.setItem(nameOf(surface), JSON.stringify(draft));
    else sessionStorage.removeItem(nameOf(surface));
  } catch {
    // The form works without a draft.
  }
}
