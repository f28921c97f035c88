import { drizzle } from "drizzle-orm/d1";
import type { Database } from "./db.ts";
import type { Job } from "./jobs.ts";
import { readSettings, type Settings } from "./settings.ts";

/** What Cloudflare binds to the worker (wrangler.toml). Settings are read through `Settings`, never from here. */
export interface Bindings {
  DB: D1Database;
  KV: KVNamespace;
  FILES: R2Bucket;
  JOBS: Queue<Job>;
  BULK: Queue<Job>;
  ASSETS: Fetcher;
  EMAIL: SendEmail;
  RATE_IP: RateLimit;
  RATE_ADDRESS: RateLimit;
  RATE_FORM: RateLimit;
}

/** Time and chance, passed in so that a test can hold them still. */
export interface Chance {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Unpredictable bytes. */
  random(bytes: number): Uint8Array<ArrayBuffer>;
}

export const systemChance: Chance = {
  now: () => Date.now(),
  random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
};

/** All that a rule may reach: the house's utilities for one request, job or cron run. */
export interface Runtime extends Chance {
  readonly bindings: Bindings;
  readonly settings: Settings;
  readonly db: Database;
  /** Work that goes on after the reply. */
  later(work: Promise<unknown>): void;
}

const perBindings = new WeakMap<object, { settings: Settings; db: Database }>();

/** Builds the runtime; settings and database handle are made once per isolate. Throws when a setting is wrong. */
export function createRuntime(bindings: Bindings, chance: Chance, later: (work: Promise<unknown>) => void): Runtime {
  let made = perBindings.get(bindings);
  if (!made) {
    made = { settings: readSettings(bindings), db: drizzle(bindings.DB) };
    perBindings.set(bindings, made);
  }
  return { bindings, ...made, now: chance.now, random: chance.random, later };
}
