import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freePort, newStateDir, type Running, startServer } from "./running.ts";
import { openSink, type Received } from "./sink.ts";
import { someone } from "./visit.ts";

/** The headers of a message, unfolded, and its body. */
function read(source: string): { headers: Record<string, string>; body: string } {
  const end = source.indexOf("\r\n\r\n");
  const lines = source
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return { headers, body: source.slice(end + 4) };
}

const unquoted = (text: string): string =>
  text
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

describe("over real SMTP", () => {
  let running: Running;
  let state: Awaited<ReturnType<typeof newStateDir>>;
  let sink: Awaited<ReturnType<typeof openSink>>;
  let port: number;

  const start = () =>
    startServer(port, state.path, {
      MAIL_TRANSPORT: "smtp",
      SMTP_HOST: "127.0.0.1",
      SMTP_PORT: String(sink.port),
      SMTP_TLS: "none",
      CHALLENGE_COST: "0",
    });

  beforeAll(async () => {
    [state, sink, port] = await Promise.all([newStateDir(), openSink(), freePort()]);
    running = await start();
  });
  afterAll(async () => {
    await running.stop();
    await Promise.all([sink.close(), state.remove()]);
  });

  const subscribe = async (email: string): Promise<void> => {
    const response = await fetch(`${running.origin}/v1/newsletter/subscriptions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email, lang: "nl" }),
    });
    expect(response.status).toBe(202);
  };
  const mailTo = (email: string): Promise<Received> =>
    vi.waitFor(
      () => {
        const [mail] = sink.to(email);
        if (!mail) throw new Error(`No mail to ${email} came`);
        return mail;
      },
      { timeout: 20_000, interval: 50 },
    );

  test("the confirmation arrives with its headers and both parts, and its link works", async () => {
    const email = someone();
    await subscribe(email);
    const { from, to, source } = await mailTo(email);
    expect([from, to]).toEqual(["post@example.nl", [email]]);
    const { headers, body } = read(source);
    expect(headers).toMatchObject({
      from: "Voorbeeld Hosting <post@example.nl>",
      to: email,
      subject: "Bevestig je aanmelding voor de nieuwsbrief",
      "auto-submitted": "auto-generated",
      "content-language": "nl",
      "message-id": expect.stringMatching(/^<[\w-]{16,}@example\.nl>$/),
      date: expect.stringMatching(/^\w{3}, \d\d? \w{3} \d{4} /),
      "content-type": expect.stringMatching(/^multipart\/alternative;/),
    });
    const [, boundary = ""] = /boundary="([^"]+)"/.exec(headers["content-type"] ?? "") ?? [];
    const parts = body
      .split(`--${boundary}`)
      .slice(1, -1)
      .map((part) => read(part.trimStart()));
    expect(parts.map(({ headers: own }) => own["content-type"])).toEqual([
      "text/plain; charset=utf-8",
      "text/html; charset=utf-8",
    ]);

    const [link = ""] = /http:\S+/.exec(unquoted(parts[0]?.body ?? "")) ?? [];
    expect(new URL(link).origin).toBe(running.origin);
    const confirmed = await fetch(link, { method: "POST", headers: { Accept: "text/html" } });
    expect(await confirmed.text()).toContain("Je bent aangemeld");
    await vi.waitFor(() => expect(sink.to(email)).toHaveLength(2), { timeout: 20_000, interval: 50 });
    const { headers: welcome } = read(sink.to(email)[1]?.source ?? "");
    expect(welcome["list-unsubscribe"]).toContain("/newsletter/unsubscribe?token=");
    expect(welcome["list-unsubscribe-post"]).toBe("List-Unsubscribe=One-Click");
  });

  test("kill -9 between the commit and the sending: after a restart the mail goes out once", async () => {
    const [email, later] = [someone(), someone()];
    // The queue gathers jobs for a second before it works: the mail is committed and cannot have gone out yet.
    await subscribe(email);
    await running.kill();
    expect(sink.to(email)).toEqual([]);

    running = await start();
    // The minute's round of two minutes from now: by then the mail has waited long enough to be a stray.
    const time = Date.now() + 120_000;
    const round = await fetch(`${running.origin}/cdn-cgi/handler/scheduled?time=${time}`);
    expect(round.ok).toBe(true);
    await mailTo(email);
    // A second round and a later mail: whatever was still under way has come by then.
    await fetch(`${running.origin}/cdn-cgi/handler/scheduled?time=${time}`);
    await subscribe(later);
    await mailTo(later);
    expect(sink.to(email)).toHaveLength(1);
  });
});
