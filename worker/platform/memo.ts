/** A value kept per isolate for a short while, so that the hot paths need no database. */
export interface Memo<T> {
  /** The value kept for `owner`, loaded anew when it is older than the memo's life. */
  get(owner: object, now: number, load: () => Promise<T>): Promise<T>;
  /** Forgets it, so that a change made here shows here at once. Other isolates see it when their copy runs out. */
  forget(owner: object): void;
}

export function createMemo<T>(lifeMs: number): Memo<T> {
  // Values, not promises: a promise made in one request must not be awaited in another on workerd.
  const kept = new WeakMap<object, { at: number; value: T }>();
  return {
    async get(owner, now, load) {
      const found = kept.get(owner);
      if (found && now - found.at < lifeMs && now >= found.at) return found.value;
      const value = await load();
      kept.set(owner, { at: now, value });
      return value;
    },
    forget: (owner) => void kept.delete(owner),
  };
}
