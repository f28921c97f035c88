import { type Query, SQL } from "drizzle-orm";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import { SQLiteAsyncDialect } from "drizzle-orm/sqlite-core";
import type { Job } from "./jobs.ts";
import { readSettings, type Settings } from "./settings.ts";

/** What Cloudflare binds to the worker (wrangler.toml). Settings are read through `Settings`, never from here. */
export interface Bindings {
  DB: D1Database;
  KV: KVNamespace;
  JOBS: Queue<Job>;
  ASSETS: Fetcher;
  EMAIL: SendEmail;
  RATE_IP: RateLimit;
  RATE_ADDRESS: RateLimit;
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

export type Database = DrizzleD1Database;
/** A write that waits for its commit: one of Drizzle's queries, or SQL of our own. */
export type Statement = SQL | { toSQL(): Query };

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

const dialect = new SQLiteAsyncDialect();

/** Commits all statements or none, in order, in one D1 round trip. (Drizzle's own batch cannot take raw SQL on D1.) */
export async function commit(rt: Runtime, statements: readonly Statement[]): Promise<void> {
  const { DB } = rt.bindings;
  const bound = statements.map((statement) => {
    const { sql, params } = statement instanceof SQL ? dialect.sqlToQuery(statement) : statement.toSQL();
    return DB.prepare(sql).bind(...params);
  });
  if (bound.length > 0) await DB.batch(bound);
}

/** Whether a failed commit was refused by the unique column or trigger named in `marks` ("idempotency.key_hash"). */
export function conflictOn(error: unknown, ...marks: string[]): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { message } = cause;
    if (marks.some((mark) => message.includes(mark))) return true;
  }
  return false;
}
