import { letters } from "./letters.ts";
import { deliver } from "./mail/outbox.ts";
import type { Job } from "./platform/jobs.ts";
import type { Runtime } from "./platform/runtime.ts";

/** Works off a batch of jobs. A batch that fails as a whole is retried by the queue; leases keep mails single. */
export async function consume(rt: Runtime, batch: MessageBatch<Job>): Promise<void> {
  const ids = batch.messages.map((message) => message.body.id);
  await deliver(rt, [...new Set(ids)], letters);
}
