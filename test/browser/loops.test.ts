import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { rowsIn } from "./database.ts";
import { freePort, newStateDir, type Running, startServer } from "./running.ts";
import { openSink, type Received } from "./sink.ts";
import { someone } from "./visit.ts";

/** A thousand take a minute: LOOP_ROUNDS=1000 asks for them. */
const ROUNDS = Number(process.env["LOOP_ROUNDS"] ?? 100);
/** Mails under way at once: a program answers while others wait. */
const AT_ONCE = 10;
const INBOUND = "post@in.example.nl";

/** Programs that answer whatever comes, each as such programs do. */
const PROGRAMS: Readonly<Record<string, (mail: Received | null, round: number) => { to: string; headers: string }>> = {
  "one that says nothing of what it is": (_, round) => ({ to: INBOUND, headers: `Subject: Afwezig ${round}\n` }),
  "one that answers to where it is told": (mail, round) => ({
    to: /^Reply-To: (.+)$/m.exec(mail?.source ?? "")?.[1]?.trim() ?? INBOUND,
    headers: `Subject: Re: ${round}\n`,
  }),
  "one that says that it is a program": (_, round) => ({
    to: INBOUND,
    headers: `Subject: Afwezig ${round}\nAuto-Submitted: auto-replied\n`,
  }),
};

describe("two programs that answer each other end at once", () => {
  let running: Running;
  let state: Awaited<ReturnType<typeof newStateDir>>;
  let sink: Awaited<ReturnType<typeof openSink>>;
  const last = new Map<string, Received>();

  beforeAll(async () => {
    state = await newStateDir();
    sink = await openSink((mail) => {
      for (const address of mail.to) last.set(address, mail);
    });
    running = await startServer(await freePort(), state.path, {
      ...{ MAIL_TRANSPORT: "smtp", SMTP_HOST: "127.0.0.1", SMTP_PORT: String(sink.port), SMTP_TLS: "none" },
      ...{ CHALLENGE_COST: "0", INBOUND_ADDRESS: INBOUND },
    });
  });
  afterAll(async () => {
    await running.stop();
    await Promise.all([sink.close(), state.remove()]);
  });

  async function comesIn(from: string, to: string, raw: string): Promise<void> {
    const query = new URLSearchParams({ from, to });
    const body = raw.replaceAll("\n", "\r\n");
    const reply = await fetch(`${running.origin}/cdn-cgi/handler/email?${query}`, { method: "POST", body });
    expect(reply.status).toBe(200);
    await reply.body?.cancel();
  }

  for (const [what, answer] of Object.entries(PROGRAMS)) {
    test(`${what}: ${ROUNDS} rounds`, { timeout: 240_000 }, async () => {
      const from = someone();
      const send = async (round: number) => {
        const { to, headers } = answer(last.get(from) ?? null, round);
        const id = `Message-ID: <${round}.${from}>\n`;
        await comesIn(from, to, `From: Robot <${from}>\nTo: ${to}\n${id}${headers}\nIk ben er niet (${round}).\n`);
      };
      await send(0);
      const isAnswered = !what.includes("is a program");
      if (isAnswered) await vi.waitFor(() => expect(sink.to(from)).toHaveLength(1), { timeout: 20_000 });
      for (let round = 1; round < ROUNDS; round += AT_ONCE) {
        const rounds = Array.from({ length: Math.min(AT_ONCE, ROUNDS - round) }, (_, at) => round + at);
        await Promise.all(rounds.map(send));
      }
      const stored = rowsIn(
        state.path,
        "select count(*) as count from messages m join conversations c on c.id = m.conversation_id where c.email = ?",
        from,
      );
      expect(stored).toEqual([{ count: ROUNDS }]);
      expect(rowsIn(state.path, "select state from outbox where recipient = ? and state <> 'sent'", from)).toEqual([]);
      expect(sink.to(from)).toHaveLength(isAnswered ? 1 : 0);
    });
  }
});
