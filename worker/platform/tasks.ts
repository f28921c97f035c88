import { commit } from "./db.ts";
import { failureName, logFailure } from "./log.ts";
import type { Runtime } from "./runtime.ts";
import { recordTasks, type TaskRow } from "./store.ts";

/** Something that cron does. */
export interface Task {
  name: string;
  run(rt: Runtime): Promise<unknown>;
}

/** Runs tasks one after another, each by itself: one that fails is logged and stops no other. Never throws. */
export async function runTasks(rt: Runtime, tasks: readonly Task[]): Promise<void> {
  const rows: TaskRow[] = [];
  for (const { name, run } of tasks) rows.push(await runTask(rt, name, run));
  await commit(rt, [recordTasks(rows)]).catch((error: unknown) => logFailure("cron", error));
}

async function runTask(rt: Runtime, name: string, run: Task["run"]): Promise<TaskRow> {
  const ranAt = rt.now();
  try {
    await run(rt);
    return { name, ranAt, succeededAt: ranAt, error: null };
  } catch (error) {
    logFailure("cron", error, { task: name });
    return { name, ranAt, succeededAt: null, error: failureName(error) };
  }
}
