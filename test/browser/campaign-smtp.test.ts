import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { addressOf, seed } from "../bench/campaign/rows.ts";
import { freePort, newStateDir, type Running, startServer } from "./running.ts";

const READERS = 12;

/** What the server says at a step to a reader who is not served; "end" for hanging up, undefined for the usual. */
const TROUBLE: Readonly<Record<string, readonly [step: string, answer: string]>> = {
  [addressOf(1)]: ["RCPT", "550 5.1.1 no such user"],
  [addressOf(2)]: ["RCPT", "450 4.2.1 try later"],
  [addressOf(3)]: ["RCPT", "421 4.3.2 closing"],
  [addressOf(4)]: [".", "554 5.7.1 looks like spam"],
  [addressOf(5)]: [".", "452 4.3.1 full"],
  [addressOf(6)]: ["DATA", "end"],
  [addressOf(7)]: [".", "end"],
};

const USUAL: Readonly<Record<string, string>> = {
  EHLO: "250 sink",
  MAIL: "250 ok",
  RCPT: "250 ok",
  DATA: "354 go on",
  ".": "250 taken",
  RSET: "250 ok",
  QUIT: "221 bye",
};

/** A mail server that makes trouble for some, and keeps to whom it took a mail. */
async function openServer(): Promise<{ server: Server; port: number; taken: string[] }> {
  const taken: string[] = [];
  const serve = (socket: Socket) => {
    socket.on("error", () => undefined);
    let [buffer, to, isData] = ["", "", false];
    const obey = (step: string) => {
      const [at, trouble] = TROUBLE[to] ?? [];
      const answer = at === step ? trouble : USUAL[step];
      if (answer === "end") return void socket.destroy();
      if (step === "DATA") isData = answer?.startsWith("354") ?? false;
      if (step === "." && answer === USUAL["."]) taken.push(to);
      socket.write(`${answer ?? "250 ok"}\r\n`);
      if (answer?.startsWith("421")) socket.end();
    };
    socket.on("data", (chunk: Buffer) => {
      buffer += chunk;
      const lines = buffer.split("\r\n");
      buffer = lines.pop() ?? "";
      for (const line of lines) {
        if (isData && line !== ".") continue;
        isData = false;
        to = /^RCPT TO:<([^>]+)>/.exec(line)?.[1] ?? to;
        obey(line.split(/[ :]/)[0] ?? "");
      }
    });
    socket.write("220 sink\r\n");
  };
  const server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port, taken };
}

let running: Running;
let state: Awaited<ReturnType<typeof newStateDir>>;
let smtp: Awaited<ReturnType<typeof openServer>>;
let key: string;

beforeAll(async () => {
  const [dir, opened, port] = await Promise.all([newStateDir(), openServer(), freePort()]);
  [state, smtp] = [dir, opened];
  const start = () =>
    startServer(port, dir.path, {
      ...{ MAIL_TRANSPORT: "smtp", SMTP_HOST: "127.0.0.1", SMTP_PORT: String(opened.port), SMTP_TLS: "none" },
      NEWSLETTER_RATE: "1000000",
    });
  running = await start();
  await running.stop();
  key = seed(dir.path, READERS, 0);
  running = await start();
});
afterAll(async () => {
  await running.stop();
  smtp.server.close();
  await state.remove();
});

async function ask<T>(path: string, body?: object): Promise<T> {
  const reply = await fetch(`${running.origin}/v1/campaigns${path}`, {
    method: body ? "POST" : "GET",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${key}` },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(reply.ok).toBe(true);
  return reply.json() as Promise<T>;
}

test("a mail server that refuses, hangs up and closes in the middle of a mail: all others get the newsletter", async () => {
  const text = { subject: "Nieuws", markdown: "Er is nieuws." };
  const { id, version } = await ask<{ id: string; version: number }>("", {
    ...{ name: "Maart", texts: { nl: text, en: text }, audience: { topics: ["news"] } },
  });
  await ask(`/${id}/send`, { version });
  const served = Array.from({ length: READERS }, (_, index) => addressOf(index + 1)).filter((email) => !TROUBLE[email]);
  await vi.waitFor(
    async () => {
      expect([...smtp.taken].sort()).toEqual([...served].sort());
      await fetch(`${running.origin}/cdn-cgi/handler/scheduled`);
      const { tallies } = await ask<{ tallies: Record<string, number> }>(`/${id}`);
      expect(tallies).toMatchObject({ sent: served.length, failed: 2, due: 5, waiting: 0 });
    },
    { timeout: 45_000, interval: 1_000 },
  );
  const { recipients } = await ask<{ recipients: { email: string; reason: string }[] }>(
    `/${id}/recipients?state=failed`,
  );
  expect(recipients.map(({ email, reason }) => [email, reason])).toEqual([
    [addressOf(1), "SMTP 550 5.1.1"],
    [addressOf(4), "SMTP 554 5.7.1"],
  ]);
});
