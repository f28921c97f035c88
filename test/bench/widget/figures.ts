/** The widget's figures (DESIGN.md 9), in a headless Chromium that plays a slow phone. */
import { chromium } from "playwright-core";
import { median } from "../stats.ts";
import { printTable, round } from "../table.ts";
import { startApp } from "./app.ts";
import { type Edge, startEdge } from "./edge.ts";
import { pageOf, STATES, type State } from "./states.ts";
import { PHONE, type Visit, visit } from "./visit.ts";

const LOADS = 5;
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
/** 11 is what sizes are compared with; Cloudflare's edge compresses on the fly at about 4. */
const [BEST, EDGE] = [11, 4];

const pathOf = (state: State, hasWidget: boolean) =>
  `/bench/${state.name.replaceAll(/\W+/g, "-")}${hasWidget ? "" : "-without"}`;

export async function printWidgetFigures(): Promise<void> {
  const pages = STATES.flatMap((state) =>
    [true, false].map((has) => [pathOf(state, has), pageOf(state, has)] as const),
  );
  const app = await startApp();
  let edge: Edge | undefined;
  try {
    edge = await startEdge(app.origin, new Map(pages));
    const notice = await noticeDate(app.origin);
    const rows: string[][] = [];
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    try {
      const { origin } = edge;
      const load = (state: State, has: boolean) =>
        visit(browser, origin + pathOf(state, has), has ? state.draws : [], state.isDismissed ? notice : null);
      for (const state of STATES) {
        const [withIt, without]: Visit[][] = [[], []];
        await load(state, true);
        for (let index = 0; index < LOADS; index++) {
          withIt?.push(await load(state, true));
          without?.push(await load(state, false));
        }
        edge.quality = EDGE;
        const atEdge = await load(state, true);
        edge.quality = BEST;
        rows.push(line(state, withIt ?? [], without ?? [], atEdge));
      }
    } finally {
      await browser.close();
    }
    console.log(
      `\nThe widget on a slow phone: CPU ${PHONE.cpu}x slower, ${PHONE.latency} ms, 1.6 Mbit/s, empty cache;`,
    );
    console.log(
      `median of ${LOADS} loads; script and task: main thread's time above that of the same page without it.`,
    );
    console.log(
      `Bytes: bodies, brotli quality ${BEST} (the budget's measure); edge: quality ${EDGE}; wire: with headers.`,
    );
    console.log("A dismissed notice is still in embed.js: the figures without a banner hold its bytes too.");
    printTable(["", "bytes", "edge", "wire", "budget", "", "requests", "", "script ms", "", "task ms"], rows);
  } finally {
    edge?.stop();
    await app.stop();
  }
}

function line({ name, budget }: State, withIt: Visit[], without: Visit[], atEdge: Visit): string[] {
  const of = (visits: Visit[], key: keyof Visit) => median(visits.map((visit) => visit[key]));
  const above = (key: keyof Visit) => of(withIt, key) - of(without, key);
  const judge = (value: number, most: number) => (value > most ? "OVER" : "ok");
  const limit = (value: number) => (Number.isFinite(value) ? ` / ${value}` : "");
  const [bytes, requests, script] = [above("bodies"), above("requests"), above("script")];
  return [
    name,
    String(bytes),
    String(atEdge.bodies - of(without, "bodies")),
    String(above("wire")),
    String(budget.bytes),
    judge(bytes, budget.bytes),
    `${requests}${limit(budget.requests)}`,
    judge(requests, budget.requests),
    `${round(script, 1)}${limit(budget.script)}`,
    judge(script, budget.script),
    round(above("task"), 1),
  ];
}

/** The date by which a dismissal of the active notice is kept. */
async function noticeDate(origin: string): Promise<string> {
  const reply = (await (await fetch(`${origin}/v1/notices?surface=site`)).json()) as { notices: { date: string }[] };
  const [notice] = reply.notices;
  if (!notice) throw new Error("The demo has no active notice to show");
  return notice.date;
}
