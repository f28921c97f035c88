import type { Runtime } from "./runtime.ts";

/** A queue message: the kind of work and a row's id. Never a person. Declared in platform/personal-data.ts. */
export interface Job {
  kind: "mail";
  id: string;
}

/** Wakes the queue for rows already committed. A lost wake-up is harmless: cron requeues what is due. */
export function wake(rt: Runtime, jobs: readonly Job[], delaySeconds = 0): void {
  if (jobs.length === 0) return;
  const [first] = jobs;
  const sent =
    first && jobs.length === 1
      ? rt.bindings.JOBS.send(first, { delaySeconds })
      : rt.bindings.JOBS.sendBatch(
          jobs.map((body) => ({ body })),
          { delaySeconds },
        );
  rt.later(sent.catch(() => undefined));
}
