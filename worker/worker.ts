import { createApp } from "./app.ts";
import { round } from "./cron.ts";
import { receive } from "./inbox.ts";
import type { Job } from "./platform/jobs.ts";
import { type Bindings, type Chance, createRuntime } from "./platform/runtime.ts";
import { consume } from "./queue.ts";

/** The worker with a clock and chance of one's own. */
export function createWorker(chance: Chance) {
  const runtime = (env: Bindings, ctx: ExecutionContext, now = chance.now) =>
    createRuntime(env, { ...chance, now }, (work) => ctx.waitUntil(work));
  return {
    fetch: createApp(chance).fetch,
    queue: (batch, env, ctx) => consume(runtime(env, ctx), batch),
    email: (message, env, ctx) => receive(runtime(env, ctx), message),
    // Cloudflare says for which minute a round is; that minute is its clock.
    scheduled: (controller, env, ctx) => round(runtime(env, ctx, () => controller.scheduledTime)),
  } satisfies ExportedHandler<Bindings, Job>;
}
