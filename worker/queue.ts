import { letters } from "./letters.ts";
import { deliver } from "./mail/outbox.ts";
import type { Job } from "./platform/jobs.ts";
import type { Runtime } from "./platform/runtime.ts";

/** Works off a batch of jobs. A batch that fails as a whole is retried by the queue; leases keep mails single. */
export async function consume(rt: Runtime, batch: MessageBatch<Job>): Promise<void> {
  const idsOf = (kind: Job["kind"]) => [
    ...new Set(batch.messages.filter(({ body }) => body.kind === kind).map(({ body }) => body.id)),
  ];
  await deliver(rt, idsOf("mail"), letters);
}
