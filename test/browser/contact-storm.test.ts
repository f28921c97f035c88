import { randomUUID } from "node:crypto";
import { connect, type Socket } from "node:net";
import { solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/pbkdf2";
import type { Challenge } from "altcha-lib/types";
import { describe, expect, test } from "vitest";
import { rowsIn } from "./database.ts";
import { origin, someone, state } from "./visit.ts";

const MESSAGES = 1_000;
/** Every so many the connection is cut, and the message sent again with the same key. */
const CUT = 10;
/** Proofs of work that are made at once. */
const AT_ONCE = 20;
const PATIENCE = 120_000;

interface Message {
  email: string;
  request: string;
}

async function proof(): Promise<string> {
  const { challenge } = (await (await fetch(`${origin}/v1/challenge`)).json()) as { challenge: Challenge };
  return btoa(JSON.stringify({ challenge, solution: await solveChallenge({ challenge, deriveKey }) }));
}

/** A message as a browser sends it, with its proof of work. */
async function message(index: number): Promise<Message> {
  const email = someone();
  const text = `Bericht ${index} in de storm.`;
  const body = JSON.stringify({ email, message: text, took: 60_000, challenge: await proof() });
  const head = [
    "POST /v1/contact/messages?surface=site HTTP/1.1",
    `Host: ${new URL(origin).host}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Idempotency-Key: ${randomUUID()}`,
    "Connection: close",
  ];
  return { email, request: `${head.join("\r\n")}\r\n\r\n${body}` };
}

function opened(): Socket {
  const { hostname, port } = new URL(origin);
  return connect({ host: hostname, port: Number(port) });
}

/** Sends a message and reads the answer: its status and the reference that is shown. */
function send({ request }: Message): Promise<{ status: number; reference: string }> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = opened();
    socket.setEncoding("utf8");
    socket.on("data", (data) => {
      text += data;
    });
    socket.on("error", reject);
    socket.on("close", () => {
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
      resolve({ status, reference: /"reference":"([^"]+)"/.exec(text)?.[1] ?? text });
    });
    socket.write(request);
  });
}

/** Sends a message whole, and cuts the connection: at once, while it is worked on, or when the answer comes in. */
function sendAndCut({ request }: Message, turn: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = opened();
    socket.on("error", () => undefined);
    socket.on("close", () => resolve());
    const cut = () => socket.resetAndDestroy();
    if (turn % 3 === 2) socket.once("data", cut);
    socket.write(request, () => {
      if (turn % 3 === 0) cut();
      if (turn % 3 === 1) setTimeout(cut, 20);
    });
  });
}

interface Stored {
  email: string;
  reference: string;
  version: number;
  messages: number;
  receipts: number;
}

/** What is stored of the storm. */
const stored = () =>
  rowsIn(
    state,
    `select c.email, c.reference, c.version,
      (select count(*) from messages m where m.conversation_id = c.id) as messages,
      (select count(*) from outbox o where o.recipient = c.email) as receipts
      from conversations c join messages m on m.conversation_id = c.id where m.body like 'Bericht % in de storm.'`,
  ) as Stored[]; // As the query says.

describe("a storm of messages", { timeout: PATIENCE }, () => {
  test("Invariant 3: of 1,000 at once, every tenth cut and sent again with the same key, each is stored exactly once", async () => {
    const messages: Message[] = [];
    while (messages.length < MESSAGES) {
      const some = Array.from({ length: AT_ONCE }, (_, index) => message(messages.length + index));
      messages.push(...(await Promise.all(some)));
    }

    const began = performance.now();
    const answers = await Promise.all(
      messages.map(async (one, index) => {
        if (index % CUT === 0) await sendAndCut(one, index / CUT);
        return send(one);
      }),
    );
    const took = performance.now() - began;

    const rows = stored();
    const shown = answers.map(({ reference }, index) => `${messages[index]?.email} ${reference}`);
    console.log(`${MESSAGES} messages in ${Math.round(took)} ms, ${MESSAGES / CUT} cut; ${rows.length} stored`);
    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    expect(rows).toHaveLength(MESSAGES);
    // Every reference that was shown is there, once, and of whom it was shown to.
    expect(rows.map(({ email, reference }) => `${email} ${reference}`).sort()).toEqual(shown.sort());
    expect(new Set(rows.map(({ reference }) => reference)).size).toBe(MESSAGES);
    expect(rows.filter((row) => row.messages !== 1 || row.receipts !== 1 || row.version !== 1)).toEqual([]);
  });
});
