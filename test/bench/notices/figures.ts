/**
 * Telling every customer of a new version, with the worker killed at random moments (issue 4):
 * npm run bench -- notices [--customers 100000] [--kills 10]. The server is `npm start`'s own, the mail server a real one.
 */
import { parseArgs } from "node:util";
import { freePort, newStateDir, type Running, startServer } from "../../browser/running.ts";
import { workerdRss } from "../memory.ts";
import { printTable, round } from "../table.ts";
import { seed, standing } from "./rows.ts";
import { openSink, type Sink } from "./sink.ts";

const DAY = 86_400_000;
/** How often the bench looks, and runs the minute's round, in milliseconds. */
const LOOK = 1_000;
const ROUND = 15_000;
const LONGEST = 3_600_000;
/** Mails in one batch of the queue: the most that may come twice for each kill. */
const BATCH = 100;

export async function printNoticeFigures(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { customers: { type: "string", default: "100000" }, kills: { type: "string", default: "10" } },
  });
  const [customers, kills] = [Number(values.customers), Number(values.kills)];
  const [state, sink, port] = await Promise.all([newStateDir(), openSink(), freePort()]);
  const start = () =>
    startServer(port, state.path, {
      ENVIRONMENT: "bench",
      MAIL_TRANSPORT: "smtp",
      SMTP_HOST: "127.0.0.1",
      SMTP_PORT: String(sink.port),
      SMTP_TLS: "none",
      NOTICE_RATE: "1000000",
    });
  let running = await start();
  try {
    await running.stop();
    const key = seed(state.path, customers);
    running = await start();
    const began = Date.now();
    await publish(running.origin, key);
    const moments = killMoments(customers, kills);
    const found = await tell({
      sink,
      customers,
      moments,
      state: state.path,
      restart: async () => {
        await running.kill();
        running = await start();
        return running;
      },
      origin: running.origin,
    });
    print(sink, state.path, { customers, kills, seconds: (Date.now() - began) / 1000, ...found });
  } finally {
    await running.stop();
    await Promise.all([sink.close(), state.remove()]);
  }
}

/** Random moments, as numbers of mails that have come. */
const killMoments = (customers: number, kills: number): number[] =>
  Array.from({ length: kills }, () => Math.floor(Math.random() * customers * 0.98)).sort((a, b) => a - b);

async function publish(origin: string, key: string): Promise<void> {
  const day = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
  const text = (title: string, summary: string) => ({ title, summary, markdown: `## ${title}\n\n${summary}` });
  const version = {
    ...{ date: day(0), effective: day(40), significance: "significant" },
    texts: { nl: text("Privacybeleid", "We bewaren minder."), en: text("Privacy policy", "We keep less.") },
  };
  const reply = await fetch(`${origin}/v1/policy/versions`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${key}` },
    body: JSON.stringify(version),
  });
  if (!reply.ok) throw new Error(`Publishing: ${reply.status} ${await reply.text()}`);
}

interface Telling {
  sink: Sink;
  customers: number;
  moments: number[];
  state: string;
  origin: string;
  restart(): Promise<Running>;
}

/** Waits until everyone is told, kills at the moments, and runs the rounds; gives what it saw. */
async function tell({ sink, customers, moments, state, origin, restart }: Telling) {
  const deadline = Date.now() + LONGEST;
  let [rss, rounded, said] = [0, 0, Date.now()];
  const fastest = { from: Date.now(), count: 0, rate: 0 };
  while (Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    rss = Math.max(rss, workerdRss());
    if (moments[0] !== undefined && sink.count() >= moments[0]) {
      const at = moments.shift();
      console.log(`  killed at ${sink.count()} mails (${at}), ${moments.length} to come`);
      await restart();
      Object.assign(fastest, { from: Date.now(), count: sink.count() });
    }
    if (Date.now() - fastest.from > 10_000) {
      fastest.rate = Math.max(fastest.rate, ((sink.count() - fastest.count) * 1000) / (Date.now() - fastest.from));
      Object.assign(fastest, { from: Date.now(), count: sink.count() });
    }
    if (Date.now() - rounded > ROUND) {
      rounded = Date.now();
      await fetch(`${origin}/cdn-cgi/handler/scheduled`)
        .then((reply) => reply.body?.cancel())
        .catch(() => undefined);
    }
    if (Date.now() - said > 30_000) {
      said = Date.now();
      console.log(`  ${sink.count()} mails, ${sink.mails.size} customers`);
    }
    if (sink.mails.size === customers && standing(state)["sent"] === customers) break;
  }
  return { rss, rate: fastest.rate };
}

interface Found {
  customers: number;
  kills: number;
  seconds: number;
  rss: number;
  rate: number;
}

function print(sink: Sink, state: string, { customers, kills, seconds, rss, rate }: Found): void {
  const all = [...sink.mails.values()];
  const twice = all.filter((ids) => ids.length > 1);
  const differ = twice.filter((ids) => new Set(ids).size > 1).length;
  const extra = sink.count() - all.length;
  const where = standing(state);
  console.log(`\nA significant version told to ${customers} customers over SMTP, ${kills} × kill -9`);
  const isWhole = all.length === customers && differ === 0 && extra <= kills * BATCH;
  printTable(
    ["figure", "value", ""],
    [
      ["customers with a mail", all.length, all.length === customers ? "ok" : "MISSED"],
      ["mails that came twice", extra, extra <= kills * BATCH ? `ok (≤ ${kills} × ${BATCH})` : "TOO MANY"],
      ["… of them with another Message-ID", differ, differ === 0 ? "ok" : "WRONG"],
      ["evidence: sent", where["sent"] ?? 0, where["sent"] === customers ? "ok" : "WRONG"],
      ["ledger: notice.due", where["notice.due"] ?? 0, where["notice.due"] === customers ? "ok" : "WRONG"],
      ["ledger: notice.sent", where["notice.sent"] ?? 0, where["notice.sent"] === customers ? "ok" : "WRONG"],
      ["seconds, restarts included", round(seconds), ""],
      ["mails a second, overall", round(customers / seconds), ""],
      ["mails a second, best ten seconds", round(rate), ""],
      ["memory of workerd at most, MB", round(rss), ""],
    ],
  );
  if (!isWhole) process.exitCode = 1;
}
