/**
 * A newsletter to many, over a real mail server in a process of its own, with the worker killed at random moments (issue 5):
 * npm run bench -- campaign [--recipients 100000] [--kills 10] [--beside 20000]. Beside it: how fast the same worker is when nobody
 * kills it, and nodemailer's own pool in plain Node, each with `beside` mails of the same size to the same server.
 */
import { parseArgs } from "node:util";
import { freePort, newStateDir, type Running, startServer } from "../../browser/running.ts";
import { workerdRss } from "../memory.ts";
import { printTable, round } from "../table.ts";
import { poolRate } from "./pool.ts";
import { addressOf, seed, standing } from "./rows.ts";
import { openSink, type Report, type Sink } from "./sink.ts";

/** How often the bench looks, and runs the minute's round, in milliseconds. */
const LOOK = 200;
const ROUND = 60_000;
const LONGEST = 3_600_000;
/** Mails that a sender has sent and not marked yet, and those in flight: the most that may come twice for each kill. */
const UNMARKED = 100;

const TEXT = {
  nl: {
    subject: "Nieuws voor {{name|jou}}",
    preheader: "Wat er verandert",
    markdown: `# Hoi {{name|lezer}}\n\n${"We hebben **nieuws** over je hosting. [Lees het](https://example.nl/nieuws). ".repeat(8)}\n\n- Een\n- Twee\n- Drie`,
  },
  en: {
    subject: "News for {{name|you}}",
    preheader: "What changes",
    markdown: `# Hi {{name|reader}}\n\n${"We have **news** about your hosting. [Read it](https://example.nl/news). ".repeat(8)}\n\n- One\n- Two\n- Three`,
  },
};

export async function printCampaignFigures(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      recipients: { type: "string", default: "100000" },
      kills: { type: "string", default: "10" },
      beside: { type: "string", default: "20000" },
    },
  });
  const [recipients, kills] = [Number(values.recipients), Number(values.kills)];
  const beside = Math.min(Number(values.beside), recipients);
  const [state, sink, port] = await Promise.all([newStateDir(), openSink(), freePort()]);
  const start = () =>
    startServer(port, state.path, {
      ENVIRONMENT: "bench",
      MAIL_TRANSPORT: "smtp",
      SMTP_HOST: "127.0.0.1",
      SMTP_PORT: String(sink.port),
      SMTP_TLS: "none",
      NEWSLETTER_RATE: "1000000",
    });
  let running = await start();
  try {
    await running.stop();
    const key = seed(state.path, recipients, beside);
    running = await start();
    const api = desk(running.origin, key);

    const quick = await api.send("offers");
    const undisturbed = await sending(sink, state.path, quick, beside, running);
    const sample = (await sink.report()).sample;
    console.log(`  ${beside} undisturbed: ${round(undisturbed.rate)} mails/s`);

    await sink.forget();
    const began = Date.now();
    const id = await api.send("news");
    const moments = Array.from({ length: kills }, () => Math.floor(Math.random() * recipients * 0.98)).sort(
      (a, b) => a - b,
    );
    const found = await sending(sink, state.path, id, recipients, running, moments, async () => {
      await running.kill();
      running = await start();
      return running;
    });
    const seconds = (Date.now() - began) / 1000;
    const report = await sink.report();
    const where = standing(state.path, id);
    await running.stop();

    await sink.forget();
    const pool = await poolRate(sink.port, sample, beside);
    print({
      recipients,
      kills,
      beside,
      seconds,
      report,
      where,
      undisturbed: undisturbed.rate,
      pool,
      size: sample.length,
      rss: found.rss,
    });
  } finally {
    await running.stop();
    sink.close();
    await state.remove();
  }
}

/** Newsletters over the API. */
function desk(origin: string, key: string) {
  const ask = async (path: string, body: object) => {
    const reply = await fetch(`${origin}/v1/campaigns${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${key}` },
      body: JSON.stringify(body),
    });
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as { id: string; version: number };
  };
  return {
    async send(topic: string): Promise<string> {
      const audience = { topics: [topic], segment: null };
      const { id, version } = await ask("", { name: `Bench ${topic}`, texts: TEXT, audience });
      await ask(`/${id}/send`, { version });
      return id;
    },
  };
}

/** Waits until a newsletter is sent, kills at the moments, and runs the rounds; gives how fast mails came and how much memory that took. */
async function sending(
  sink: Sink,
  state: string,
  id: string,
  recipients: number,
  worker: Running,
  moments: number[] = [],
  restart: () => Promise<Running> = async () => worker,
): Promise<{ rate: number; rss: number }> {
  let running = worker;
  const deadline = Date.now() + LONGEST;
  let [rounded, said, looked, rss] = [Date.now(), Date.now(), 0, 0];
  let [first, last] = [0, 0];
  while (Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    const { count, at } = sink.state();
    if (count > 0 && first === 0) first = at;
    if (count < recipients) last = at;
    if (moments[0] !== undefined && count >= moments[0]) {
      moments.shift();
      console.log(`  killed at ${count} mails, ${moments.length} to come`);
      running = await restart();
    }
    if (Date.now() - rounded > ROUND) {
      rounded = Date.now();
      await fetch(`${running.origin}/cdn-cgi/handler/scheduled`)
        .then((reply) => reply.body?.cancel())
        .catch(() => undefined);
    }
    if (Date.now() - said > 30_000) {
      said = Date.now();
      console.log(`  ${count} mails`);
    }
    if (Date.now() - looked > 2_000) {
      looked = Date.now();
      rss = Math.max(rss, workerdRss());
      if (count >= recipients && standing(state, id).state === "sent") break;
    }
  }
  return { rate: (recipients * 1000) / (last - first), rss };
}

interface Found {
  recipients: number;
  kills: number;
  beside: number;
  seconds: number;
  report: Report;
  where: ReturnType<typeof standing>;
  undisturbed: number;
  pool: number;
  size: number;
  rss: number;
}

function print({ recipients, kills, beside, seconds, report, where, undisturbed, pool, size, rss }: Found): void {
  const mails = new Map(report.mails);
  const all = [...mails.values()];
  const missed = Array.from({ length: recipients }, (_, index) => addressOf(index + 1)).filter(
    (address) => !mails.has(address),
  );
  const differ = all.filter((ids) => new Set(ids).size > 1).length;
  const extra = all.reduce((sum, ids) => sum + ids.length, 0) - all.length;
  const isSettled = where.tallies["sent"] === recipients && where.state === "sent";
  const isWhole =
    isSettled && missed.length === 0 && all.length === recipients && differ === 0 && extra <= kills * UNMARKED;
  console.log(`\nA newsletter to ${recipients} readers over SMTP, ${kills} × kill -9; a mail has ${size} bytes`);
  printTable(
    ["figure", "value", ""],
    [
      ["readers with a mail", all.length, missed.length === 0 ? "ok" : `MISSED ${missed.length}`],
      ["mails that came twice", extra, extra <= kills * UNMARKED ? `ok (≤ ${kills} × ${UNMARKED})` : "TOO MANY"],
      ["… of them with another Message-ID", differ, differ === 0 ? "ok" : "WRONG"],
      ["recipients: sent", where.tallies["sent"] ?? 0, where.tallies["sent"] === recipients ? "ok" : "WRONG"],
      ["the newsletter", where.state, where.state === "sent" ? "ok" : "WRONG"],
      ["seconds, restarts and leases included", round(seconds), ""],
      [`mails a second, ${beside} undisturbed`, round(undisturbed), ""],
      [`mails a second, nodemailer's pool, ${beside}`, round(pool), ""],
      ["ratio", round(undisturbed / pool, 2), ""],
      ["memory of workerd at most, MB", round(rss), ""],
    ],
  );
  if (!isWhole) process.exitCode = 1;
}
