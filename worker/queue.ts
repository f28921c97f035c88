import { runImport } from "./customers/import-run.ts";
import { mailGate } from "./gate.ts";
import { letters } from "./letters.ts";
import { deliver } from "./mail/outbox.ts";
import { runActions } from "./newsletter/action-run.ts";
import { advanceCampaign } from "./newsletter/campaign-run.ts";
import { runListImport } from "./newsletter/list-import-run.ts";
import type { Job } from "./platform/jobs.ts";
import type { Runtime } from "./platform/runtime.ts";
import { advanceRun } from "./policy/telling.ts";
import { refusedAddress } from "./returned.ts";

type Work = (rt: Runtime, ids: string[]) => Promise<unknown>;

/** The same work for one id after another. */
const each =
  (work: (rt: Runtime, id: string) => Promise<unknown>): Work =>
  async (rt, ids) => {
    for (const id of ids) await work(rt, id);
  };

/** What each kind of job does. */
const WORK: Readonly<Partial<Record<Job["kind"], Work>>> = {
  mail: (rt, ids) => deliver(rt, ids, letters, mailGate, refusedAddress),
  "bulk-mail": (rt, ids) => deliver(rt, ids, letters, mailGate, refusedAddress),
  notice: each(advanceRun),
  import: each(runImport),
  "list-import": each(runListImport),
  "list-action": runActions,
  campaign: each(advanceCampaign),
};

/** Works off a batch of jobs. A batch that fails as a whole is retried by the queue; leases keep mails single. */
export async function consume(rt: Runtime, batch: MessageBatch<Job>): Promise<void> {
  const idsOf = (kind: string) => [
    ...new Set(batch.messages.filter(({ body }) => body.kind === kind).map(({ body }) => body.id)),
  ];
  for (const [kind, work] of Object.entries(WORK)) {
    const ids = idsOf(kind);
    if (ids.length > 0) await work(rt, ids);
  }
}
