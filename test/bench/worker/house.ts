/**
 * One workerd process with the product and the bare apps in it, each on a socket of its own: load goes straight to
 * workerd and never through miniflare's entry worker. D1, KV, queue and rate limiters are miniflare's, on disk in a
 * temporary folder.
 */
import { rmSync } from "node:fs";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions as readConfig } from "wrangler";
import { root } from "../../../scripts/config.ts";
import { bundle, compatibility } from "./bundle.ts";

export const ORIGIN = "https://bench.fineprint.test";
export const PANEL_SECRET = "a-panel-secret-of-the-bench-0123456789";

/** Entrypoints of apps/fineprint.ts; "default" is the worker as it is. */
export const ENTRYPOINTS = ["default", "alone", "counted", "control"] as const;
export type Entrypoint = (typeof ENTRYPOINTS)[number];

export type Database = Awaited<ReturnType<Miniflare["getD1Database"]>>;

export interface BenchHouse {
  urls: Readonly<Record<Entrypoint | "bareRow" | "bareConstant", string>>;
  /** The product's database, and the bare app's. */
  db: Database;
  bareDb: Database;
  /** Process id of workerd. */
  pid: number;
  /** Makes the queue's consumer deliver mails, or leave them in the outbox. */
  setConsumer(does: "deliver" | "leave"): Promise<void>;
  stop(): Promise<void>;
}

export async function startHouse(): Promise<BenchHouse> {
  const folder = await mkdtemp(join(tmpdir(), "fineprint-bench-"));
  const clear = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", clear);
  const { workerOptions } = readConfig(join(root, "wrangler.toml"));
  const { bindings, d1Databases, kvNamespaces, queueProducers, queueConsumers, ratelimits, email } = workerOptions;
  const script = (name: string) => bundle(name, folder);
  const common = { modules: true, compatibilityDate: compatibility.date, compatibilityFlags: compatibility.flags };
  const socket = { host: "127.0.0.1", port: 0 };
  const mf = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      // The queue's broker logs a line per batch.
      log: new Log(LogLevel.ERROR),
      logRequests: false,
      enableDevRegistry: false,
      resourcePersistencePath: join(folder, "state"),
      workers: [
        {
          ...common,
          name: "fineprint",
          script: await script("fineprint"),
          unsafeDirectSockets: ENTRYPOINTS.map((entrypoint) => ({ ...socket, entrypoint })),
          bindings: {
            ...(bindings as Record<string, string>),
            ENVIRONMENT: "development",
            ORIGIN,
            CHALLENGE_COST: "0",
            MAIL_TRANSPORT: "mailbox",
            TOKEN_SECRET: "a-secret-of-the-bench-0123456789abcdef",
            PANEL_SECRETS: JSON.stringify({ panel: PANEL_SECRET }),
          },
          d1Databases,
          kvNamespaces,
          queueProducers,
          queueConsumers,
          ratelimits,
          email,
          // Stands in for the loader's file; the measured routes do not touch it.
          serviceBindings: { ASSETS: async () => new Response("export {};") },
        },
        {
          ...common,
          name: "bare-row",
          script: await script("bare-row"),
          unsafeDirectSockets: [socket],
          d1Databases: { DB: "bare" },
        },
        { ...common, name: "bare-constant", script: await script("bare-constant"), unsafeDirectSockets: [socket] },
      ],
    } as Parameters<typeof convertV4MiniflareOptions>[0]),
  );
  const stop = async () => {
    await mf.dispose();
    clear();
  };
  try {
    await mf.ready;
    const url = async (worker: string, entrypoint?: string) =>
      (await mf.unsafeGetDirectURL(worker, entrypoint)).href.replace(/\/$/, "");
    const urls = {
      default: await url("fineprint"),
      alone: await url("fineprint", "alone"),
      counted: await url("fineprint", "counted"),
      control: await url("fineprint", "control"),
      bareRow: await url("bare-row"),
      bareConstant: await url("bare-constant"),
    };
    const db = await mf.getD1Database("DB", "fineprint");
    const bareDb = await mf.getD1Database("DB", "bare-row");
    await migrate(db);
    await bareDb.exec("create table bare_rows (id text primary key not null, text text not null)");
    const setConsumer = async (does: string) => {
      await fetch(urls.control, { method: "POST", body: does });
    };
    return { urls, db, bareDb, pid: await pidOfWorkerd(), setConsumer, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function migrate(db: Database): Promise<void> {
  const folder = join(root, "worker/migrations");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".sql")).sort();
  for (const file of files) {
    const statements = (await readFile(join(folder, file), "utf8")).split("--> statement-breakpoint");
    await db.batch(statements.map((statement) => db.prepare(statement)));
  }
}

/** The child of this process that is workerd. */
async function pidOfWorkerd(): Promise<number> {
  const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").catch(() => "");
  for (const pid of children.trim().split(" ").filter(Boolean)) {
    const command = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
    if (command.startsWith("workerd")) return Number(pid);
  }
  return 0;
}
