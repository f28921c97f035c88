/**
 * Fineprint as the bench runs it. The default export is the worker itself; beside it stand entrypoints, each with a
 * socket of its own, that run the same worker in the same isolate under other conditions.
 */
import worker, { type Batch, type Context } from "fineprint";
import { CountingD1, type D1 } from "./d1.ts";

interface Env {
  DB: D1;
}

/** "deliver" sends the mails; "leave" takes the wake-ups and leaves the mails in the outbox. */
let consumer: "deliver" | "leave" = "deliver";

export default {
  fetch: worker.fetch,
  async queue(batch: Batch, env: object, ctx: Context): Promise<void> {
    if (consumer === "deliver") await worker.queue(batch, env, ctx);
  },
};

/** The worker with rate limiters that count in its own memory, as Cloudflare's count in the memory of their machine. */
export const alone = {
  fetch: (request: Request, env: Env, ctx: Context) => worker.fetch(request, inMemory(env), ctx),
};

/** The worker with its D1 round trips counted. With X-Bench: cold its memory is empty, as in an isolate just begun. */
export const counted = {
  async fetch(request: Request, env: Env, ctx: Context): Promise<Response> {
    if (request.headers.get("x-bench") === "cold" || !countedEnv) {
      countedEnv = { ...env, DB: new CountingD1(env.DB) };
    }
    const { DB } = countedEnv;
    DB.count = 0;
    const reply = await worker.fetch(request, countedEnv, ctx);
    const headers = new Headers(reply.headers);
    headers.set("X-Round-Trips", String(DB.count));
    return new Response(reply.body, { status: reply.status, headers });
  },
};
let countedEnv: (Env & { DB: CountingD1 }) | undefined;

/** Sets what the consumer does. */
export const control = {
  async fetch(request: Request): Promise<Response> {
    consumer = (await request.text()) as typeof consumer;
    return new Response(null, { status: 204 });
  },
};

let quiet: object | undefined;

function inMemory(env: Env): object {
  quiet ??= { ...env, RATE_IP: counter(60), RATE_ADDRESS: counter(10) };
  return quiet;
}

function counter(limit: number) {
  const counts = new Map<string, number>();
  let minute = 0;
  return {
    async limit({ key }: { key: string }) {
      const now = Math.floor(Date.now() / 60_000);
      if (now !== minute) counts.clear();
      minute = now;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return { success: count <= limit };
    },
  };
}
