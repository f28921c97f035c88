/**
 * Load in short slices, so that the product and the bare app take turns every tenth of a second or so and share
 * whatever else the machine is doing. Every reply is checked; a wrong one ends the bench.
 */
import { readdir, readFile } from "node:fs/promises";
import autocannon from "autocannon";

export const CONNECTIONS = 8;

export interface Post {
  body: object;
  headers?: Record<string, string>;
  /** Remembered when the reply was right. */
  key: string;
}

export interface Target {
  url: string;
  status: number;
  isRight(body: string): boolean;
  /** A fresh request; left out for a plain GET. */
  post?(): Post;
}

/** What came of one slice. */
export interface Slice {
  perSecond: number;
  /** Milliseconds of processor time that workerd took for a request; NaN where /proc does not tell. */
  cpu: number;
  /** Reply times in milliseconds. */
  times: number[];
  /** Keys of the requests that were answered. */
  answered: string[];
}

/** Sends `amount` requests over eight connections. */
export async function load(target: Target, amount: number, pid: number): Promise<Slice> {
  const times: number[] = [];
  const answered: string[] = [];
  const wrong: string[] = [];
  const { url, status: expected, isRight, post } = target;
  const cpuBefore = await processorTime(pid);
  const began = performance.now();
  let ended = began;
  await new Promise<void>((resolve, reject) => {
    const options: autocannon.Options = {
      url,
      amount,
      connections: CONNECTIONS,
      // How often autocannon looks whether it is done, in milliseconds.
      sampleInt: 5,
      requests: [
        {
          ...(post ? { method: "POST", setupRequest: (request, context) => fill(request, context, post()) } : {}),
          onResponse(status, body, context) {
            const { key } = context as { key?: string };
            if (status !== expected || !isRight(body)) wrong.push(`${status} ${body.slice(0, 200)}`);
            else answered.push(key ?? "");
          },
        },
      ],
    };
    const run = autocannon(options, (error: unknown) => (error ? reject(error) : resolve()));
    run.on("response", (_client, _status, _bytes, time) => {
      times.push(time);
      ended = performance.now();
    });
  });
  const cpu = ((await processorTime(pid)) - cpuBefore) / amount;
  if (wrong.length > 0 || answered.length !== amount) {
    throw new Error(`${url}: ${answered.length} of ${amount} replies were right. ${wrong[0] ?? ""}`);
  }
  return { perSecond: amount / ((ended - began) / 1000), cpu, times, answered };
}

function fill(request: autocannon.Request, context: object, { body, headers, key }: Post): autocannon.Request {
  Object.assign(context, { key });
  return {
    ...request,
    headers: { "Content-Type": "application/json", "CF-Connecting-IP": freshAddress(), ...headers },
    body: JSON.stringify(body),
  };
}

let visitor = 0;

/** The address of a visitor who was not here before, so that no limiter refuses: 10.0.0.1, 10.0.0.2 … */
export function freshAddress(): string {
  visitor++;
  return `10.${(visitor >> 16) & 255}.${(visitor >> 8) & 255}.${visitor & 255}`;
}

/** Milliseconds that all threads of a process have run: the first number of each schedstat is in nanoseconds. */
export async function processorTime(pid: number): Promise<number> {
  const folder = `/proc/${pid}/task`;
  const threads = await readdir(folder).catch(() => []);
  const stats = await Promise.all(threads.map((id) => readFile(`${folder}/${id}/schedstat`, "utf8").catch(() => "0")));
  return threads.length === 0 ? Number.NaN : stats.reduce((sum, stat) => sum + Number(stat.split(" ")[0]), 0) / 1e6;
}
