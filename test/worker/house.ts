/** What the worker tests share: a worker with a clock in hand, its mail caught, and rows of one's own. */
import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { SignJWT } from "jose";
import { letters } from "../../worker/letters.ts";
import type { OutgoingMail } from "../../worker/mail/letter.ts";
import { compose } from "../../worker/mail/outbox.ts";
import type { OutboxRow } from "../../worker/mail/store.ts";
import { sha256, utf8 } from "../../worker/platform/bytes.ts";
import type { Job } from "../../worker/platform/jobs.ts";
import { type Bindings, createRuntime, type Runtime, systemChance } from "../../worker/platform/runtime.ts";
import { createWorker } from "../../worker/worker.ts";

export const ORIGIN = "https://fineprint.test";
export const START = Date.parse("2026-11-22T10:00:00Z");
export const DAY = 86_400_000;

/** The first turn of an hour from a time on: that is when the round drops what has lapsed. */
export const hourFrom = (time: number): number => Math.ceil(time / 3_600_000) * 3_600_000;

export interface TestHouse {
  /** The time it is in this house, in milliseconds; change it to move the clock. */
  clock: { now: number };
  bindings: Bindings;
  rt: Runtime;
  /** Job ids that the worker has put on its queues. */
  woken: string[];
  /** The same jobs whole, each with the queue that it was put on. */
  jobs: (Job & { queue: "JOBS" | "BULK" })[];
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Posts JSON. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Runs the queue's consumer for jobs. */
  consume(ids: string[], kind?: Job["kind"]): Promise<void>;
  /** Runs the minute's round at the clock's time. */
  round(): Promise<void>;
  /** Rows of a query. */
  rows<T = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<T[]>;
  /** Mails in the outbox to an address, oldest first, as they would go out. */
  mailsTo(address: string): Promise<OutgoingMail[]>;
}

/** A worker whose queue only records, so that each test runs the jobs it wants. `vars` override settings. */
export function createHouse(vars: Record<string, unknown> = {}): TestHouse {
  const clock = { now: START };
  const woken: string[] = [];
  const jobs: TestHouse["jobs"] = [];
  const recording = (queue: "JOBS" | "BULK") => {
    const record = (job: Job) => {
      woken.push(job.id);
      jobs.push({ ...job, queue });
    };
    return {
      send: async (job: Job) => record(job),
      sendBatch: async (batch: { body: Job }[]) => {
        for (const { body } of batch) record(body);
      },
    } as unknown as Queue<Job>; // What our code calls of it.
  };
  const bindings = { ...env, ...vars, JOBS: recording("JOBS"), BULK: recording("BULK") } as Bindings;
  const chance = { ...systemChance, now: () => clock.now };
  const worker = createWorker(chance);
  const inContext = async <T>(act: (ctx: ExecutionContext) => Promise<T> | T): Promise<T> => {
    const ctx = createExecutionContext();
    const result = await act(ctx);
    await waitOnExecutionContext(ctx);
    return result;
  };
  const rt = createRuntime(bindings, chance, () => undefined);
  const fetch = (path: string, init: RequestInit = {}) =>
    inContext((ctx) =>
      worker.fetch(
        new Request<unknown, IncomingRequestCfProperties>(`${ORIGIN}${path}`, {
          redirect: "manual",
          ...init,
        } as RequestInit<IncomingRequestCfProperties>),
        bindings,
        ctx,
      ),
    );
  const rows: TestHouse["rows"] = async <T>(sql: string, ...values: unknown[]) =>
    (
      await env.DB.prepare(sql)
        .bind(...values)
        .all<T>()
    ).results;
  return {
    clock,
    bindings,
    rt,
    woken,
    jobs,
    fetch,
    post: (path, body, headers = {}) =>
      fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
    consume: (ids, kind = "mail") =>
      inContext((ctx) => {
        const messages = ids.map((id) => ({
          id,
          timestamp: clock.now,
          attempts: 1,
          body: { kind, id },
        }));
        return worker.queue(createMessageBatch<Job>("fineprint-jobs", messages), bindings, ctx);
      }),
    round: () =>
      inContext((ctx) =>
        worker.scheduled(createScheduledController({ scheduledTime: clock.now, cron: "* * * * *" }), bindings, ctx),
      ),
    rows,
    async mailsTo(address) {
      const found = await rows<Record<string, unknown>>(
        "select * from outbox where recipient = ? order by created_at, rowid",
        address,
      );
      return Promise.all(
        found.map((row) =>
          compose(
            rt,
            { ...row, params: JSON.parse(String(row["params"])), createdAt: row["created_at"] } as unknown as OutboxRow,
            letters,
          ),
        ),
      );
    },
  };
}

/** An API key with these scopes, in the database. */
export async function apiKey(...scopes: string[]): Promise<string> {
  const key = `fp_${crypto.randomUUID()}`;
  await env.DB.prepare("insert into api_keys (id, name, hash, scopes, created_at) values (?, 'test', ?, ?, 0)")
    .bind(crypto.randomUUID(), await sha256(key), JSON.stringify(scopes))
    .run();
  return key;
}

/** Makes sure that there is a customer with a number. */
export async function addCustomer(number: string, more: { email?: string; lang?: string } = {}): Promise<void> {
  await env.DB.prepare(
    `insert into customers (number, kind, name, email, lang, source, registered_at, changed_at)
      values (?, 'private', 'Sam de Vries', ?, ?, 'test', ?, ?) on conflict (number) do nothing`,
  )
    .bind(number, more.email ?? "klant@example.nl", more.lang ?? "nl", START, START)
    .run();
}

/** A panel token as a panel's server mints it, for a customer who is there; each part may be changed to make it wrong. */
export async function panelToken(
  now: number,
  changes: {
    number?: string;
    email?: unknown;
    issuer?: string;
    audience?: string;
    life?: number;
    secret?: string;
  } = {},
): Promise<string> {
  const number = changes.number ?? "10004217";
  await addCustomer(number);
  const secret =
    changes.secret ??
    (JSON.parse(String((env as unknown as Record<string, unknown>)["PANEL_SECRETS"])) as Record<string, string>)[
      "panel"
    ] ??
    "";
  const seconds = Math.floor(now / 1000);
  return new SignJWT({ email: "email" in changes ? changes.email : "klant@example.nl" })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuer(changes.issuer ?? "panel")
    .setAudience(changes.audience ?? ORIGIN)
    .setSubject(number)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + (changes.life ?? 300))
    .sign(utf8(secret));
}

let counter = 0;
/** An address that no other test uses. */
export const freshAddress = (): string => `visitor-${Date.now()}-${counter++}@example.nl`;

/** A policy version to publish at START, with the notice that a significant change needs; changed where a test wants it. */
export const version = (changes: Record<string, unknown> = {}) => ({
  date: "2026-11-22",
  effective: "2026-12-22",
  significance: "significant",
  texts: {
    nl: { title: "Privacybeleid", summary: "We bewaren minder.", markdown: "## Gegevens\n\nWe bewaren je naam." },
    en: { title: "Privacy policy", summary: "We keep less.", markdown: "## Data\n\nWe keep your name." },
  },
  ...changes,
});

/** The address of the first link in a mail that goes to `path`. */
export function linkIn(mail: OutgoingMail | undefined, path: string): string {
  const found = [...(mail?.text.matchAll(/https?:\S+/g) ?? [])]
    .map(([url]) => new URL(url))
    .find((url) => url.pathname === path);
  if (!found) throw new Error(`No link to ${path} in: ${mail?.text}`);
  return `${found.pathname}${found.search}`;
}
