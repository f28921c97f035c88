/**
 * One JSON line per unknown failure. Database errors are logged by their cause: Drizzle's own message repeats the
 * query's values, which are people's data.
 */
export function logFailure(where: string, error: unknown, facts: Record<string, string | number> = {}): void {
  const root = rootOf(error);
  console.error(
    JSON.stringify({
      where,
      ...facts,
      error: root.name,
      message: root.message,
      stack: root.stack?.split("\n").slice(1, 6),
    }),
  );
}

/** One JSON line for something that is no failure and that somebody may want to count. Names nobody. */
export function logNote(where: string, facts: Record<string, string | number>): void {
  console.log(JSON.stringify({ where, ...facts }));
}

/**
 * What may be kept of a failure: the name of its cause and the code its message begins with. Never the message, which
 * may repeat people's data.
 */
export function failureName(error: unknown): string {
  const { name, message } = rootOf(error);
  const code = /^[A-Z][A-Z0-9_]+(?=:)/.exec(message)?.[0];
  return code ? `${name} ${code}` : name;
}

function rootOf(error: unknown): Error {
  let root = error instanceof Error ? error : new Error(typeof error);
  while (root.cause instanceof Error) root = root.cause;
  return root;
}
