/** The mail server of the bench, as its parent sees it. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Report {
  /** Message-IDs of the mails to each address, in the order in which they came. */
  mails: [string, string[]][];
  /** The first mail, as it came. */
  sample: string;
}

export type SinkMessage = { port: number } | { count: number; at: number } | { report: Report };

export interface Sink {
  port: number;
  /** How many mails came, as told a tenth of a second ago at most, and when that was. */
  state(): { count: number; at: number };
  report(): Promise<Report>;
  /** Begins anew. */
  forget(): Promise<void>;
  close(): void;
}

/** Starts the mail server. */
export async function openSink(): Promise<Sink> {
  const child = fork(fileURLToPath(new URL("sink-process.ts", import.meta.url)));
  const next = <T>(pick: (message: SinkMessage) => T | undefined) =>
    new Promise<T>((resolve) => {
      const hear = (message: SinkMessage) => {
        const found = pick(message);
        if (found === undefined) return;
        child.off("message", hear);
        resolve(found);
      };
      child.on("message", hear);
    });
  let state = { count: 0, at: Date.now() };
  child.on("message", (message: SinkMessage) => {
    if ("count" in message) state = message;
  });
  const port = await next((message) => ("port" in message ? message.port : undefined));
  return {
    port,
    state: () => state,
    report() {
      child.send("report");
      return next((message) => ("report" in message ? message.report : undefined));
    },
    async forget() {
      child.send("forget");
      await next((message) => ("count" in message && message.count === 0 ? true : undefined));
    },
    close: () => void child.kill(),
  };
}
