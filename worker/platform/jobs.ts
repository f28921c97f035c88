import type { Bindings, Runtime } from "./runtime.ts";

/**
 * A queue message: the kind of work and a row's id. Never a person. Declared in platform/personal-data.ts.
 * "mail": an outbox row, and "bulk-mail" one of those that go to many; "notice": the date of a version whose customers are
 * being told; "import": a customer import;
 * "list-import" and "list-action": an import of subscribers, and something done to many; "campaign": a newsletter.
 */
export interface Job {
  kind: "mail" | "bulk-mail" | "notice" | "import" | "list-import" | "list-action" | "campaign";
  id: string;
}

/** How long wake-ups of one isolate are gathered before they go out together, in milliseconds. */
const GATHER = 20;
/** Messages in one call to the queue, by Cloudflare's limit. */
const AT_ONCE = 100;

/** A request that is cancelled never sends what it gathered; after this long the next one takes that along. */
const LOST = 1_000;

/**
 * Mail that somebody waits for has a queue to itself: whatever goes to many, or takes long, waits in another, so that no
 * backlog of that ever stands before it.
 */
const queueOf = ({ JOBS, BULK }: Bindings, { kind }: Job): Queue<Job> => (kind === "mail" ? JOBS : BULK);

/** The queues that jobs go to, each with its own of them. */
function sorted(rt: Runtime, jobs: readonly Job[]): Map<Queue<Job>, Job[]> {
  const byQueue = new Map<Queue<Job>, Job[]>();
  for (const job of jobs) {
    const queue = queueOf(rt.bindings, job);
    const own = byQueue.get(queue);
    if (own) own.push(job);
    else byQueue.set(queue, [job]);
  }
  return byQueue;
}

const gathered = new WeakMap<Queue<Job>, { since: number; jobs: Job[] }>();

/**
 * Wakes the queue for rows already committed, together with what other requests commit in the same moment: a call to
 * the queue costs as much as the commit itself. A lost wake-up is harmless: cron requeues what is due.
 */
export function wake(rt: Runtime, jobs: readonly Job[]): void {
  for (const [queue, own] of sorted(rt, jobs)) gather(rt, queue, own);
}

function gather(rt: Runtime, queue: Queue<Job>, jobs: readonly Job[]): void {
  const now = rt.now();
  const waiting = gathered.get(queue);
  if (waiting && now - waiting.since < LOST) {
    waiting.jobs.push(...jobs);
    return;
  }
  gathered.set(queue, { since: now, jobs: [...(waiting?.jobs ?? []), ...jobs] });
  rt.later(
    new Promise((resolve) => setTimeout(resolve, GATHER)).then(async () => {
      const ready = gathered.get(queue)?.jobs ?? [];
      gathered.delete(queue);
      await send(queue, ready, 0);
    }),
  );
}

/** Wakes the queue for rows after a pause. */
export function wakeLater(rt: Runtime, jobs: readonly Job[], delaySeconds: number): void {
  for (const [queue, own] of sorted(rt, jobs)) rt.later(send(queue, own, delaySeconds));
}

async function send(queue: Queue<Job>, jobs: readonly Job[], delaySeconds: number): Promise<void> {
  for (let i = 0; i < jobs.length; i += AT_ONCE) {
    const messages = jobs.slice(i, i + AT_ONCE).map((body) => ({ body }));
    await queue.sendBatch(messages, { delaySeconds }).catch(() => undefined);
  }
}
