/**
 * An import of 200,000 customers on the real worker (issue 4, must show 5): how long, how much memory, and that a
 * worker that is killed halfway goes on where it was, with every row there exactly once.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { type ImportFacts, runFile, sendFile } from "../../../scripts/customers.ts";
import { freePort, newStateDir, startServer } from "../../browser/running.ts";
import { printTable, round } from "../table.ts";

const ROWS = 200_000;
/** One in so many has no e-mail address, and is refused. */
const WRONG = 1_000;
const HEADINGS = "klantnummer;naam;e-mail;soort;bedrijf;telefoon;straat;postcode;plaats;betaalkenmerk";

/** Prints what an import takes, then what one does whose worker is killed. */
export async function printImportFigures(rows = ROWS): Promise<void> {
  const state = await newStateDir();
  const port = await freePort();
  const file = join(state.path, "klanten.csv");
  const lines = Array.from({ length: rows }, (_, i) => lineOf(i));
  await writeFile(file, `${HEADINGS}\r\n${lines.join("\r\n")}\r\n`);
  const env = { CHALLENGE_COST: "0" };
  let running = await startServer(port, state.path, env);
  try {
    const key = readFileSync(join(state.path, "demo-key"), "utf8").split("\n")[0] ?? "";
    const seen: ImportFacts[] = [];
    const told = { origin: running.origin, key, onProgress: (facts: ImportFacts) => void seen.push(facts) };
    const memory = watchMemory(state.path);
    const began = performance.now();
    const sent = await sendFile(told, file);
    const started = performance.now();
    const half = { ...told, onProgress: () => undefined };
    const ending = runFile(told, sent.id, {}, 250);
    const before = await untilHalf(half, sent.id);
    await running.kill();
    const killed = performance.now();
    running = await startServer(port, state.path, env);
    const up = performance.now();
    const done = await ending;
    const ended = performance.now();
    const peak = memory.stop();
    const steps = new Set(seen.map(({ offset }) => offset)).size;
    await running.stop();
    const found = rowsIn(state.path);
    console.log(
      `\nImport of ${rows} customers (${round(sent.size / 1e6, 1)} MB), the worker killed with SIGKILL at half`,
    );
    printTable(
      ["what", "figure"],
      [
        ["sending the file (s)", round((started - began) / 1000, 1)],
        ["first half, until the kill (s)", round((killed - started) / 1000, 1)],
        ["done at the kill (%)", round((before.offset / before.size) * 100)],
        ["starting the worker again (s)", round((up - killed) / 1000, 1)],
        ["second half, after the start (s)", round((ended - up) / 1000, 1)],
        ["rows a second, while it ran", round(rows / ((killed - started + ended - up) / 1000))],
        ["peak memory of workerd (MB)", round(peak, 0)],
        ["different states of progress seen", steps],
        ["state at the end", done.state],
        ["added, refused", `${done.added}, ${done.refused}`],
        ["customers in the database, numbers among them", `${found.rows}, ${found.numbers}`],
        ["every row exactly once", found.rows === rows - rows / WRONG && found.numbers === found.rows ? "yes" : "NO"],
      ],
    );
  } finally {
    await running.stop();
    await state.remove();
  }
}

function lineOf(i: number): string {
  const email = i % WRONG === 0 ? "geen adres" : `klant${i}@example.nl`;
  const company = i % 3 === 0 ? `bedrijf;Firma ${i} BV` : "particulier;";
  return `H${i};Jan Jansen ${i};${email};${company};+31 20 ${i};Dorpsstraat ${i % 300};1234 AB;Utrecht;cst_${i}x`;
}

/** The import when half of its file is done. */
async function untilHalf(told: Parameters<typeof sendFile>[0], id: string): Promise<ImportFacts> {
  for (;;) {
    const headers = { Authorization: `Bearer ${told.key}` };
    const reply = await fetch(`${told.origin}/v1/customers/imports/${id}`, { headers });
    const facts = (await reply.json()) as ImportFacts;
    if ((facts.state === "running" && facts.offset * 2 >= facts.size) || facts.state === "done") return facts;
    await pause(20);
  }
}

/** Customers of the bench in the database that a worker left behind. */
function rowsIn(state: string): { rows: number; numbers: number } {
  const folder = join(state, "v3/d1/miniflare-D1DatabaseObject");
  const file = readdirSync(folder).find((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite");
  const db = new DatabaseSync(join(folder, file ?? ""));
  try {
    const query = "select count(*) as rows, count(distinct number) as numbers from customers where source = 'import'";
    const { rows = 0, numbers = 0 } = db.prepare(query).get() ?? {};
    return { rows: Number(rows), numbers: Number(numbers) };
  } finally {
    db.close();
  }
}

/** Looks ten times a second how much memory the workerd has that works in a folder; gives the most, in MB. */
function watchMemory(state: string): { stop(): number } {
  let most = 0;
  const timer = setInterval(() => {
    const all = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss=,args="], { encoding: "utf8", maxBuffer: 1e8 })
      .split("\n")
      .map((line) => /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []);
    const ours = new Set(all.filter(([, , , , args]) => args?.includes(state)).map(([, pid]) => pid));
    for (const [, pid, parent] of all) if (ours.has(parent)) ours.add(pid);
    for (const [, pid, , rss, args] of all) {
      if (ours.has(pid) && args?.includes("workerd")) most = Math.max(most, Number(rss) / 1024);
    }
  }, 100);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}
