import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { AddressRefused, type OutgoingMail, PermanentFailure } from "../../worker/mail/letter.ts";
import { smtpTransport } from "../../worker/mail/smtp.ts";
import type { Settings } from "../../worker/platform/settings.ts";

/** What a server says to a command; undefined for nothing at all, "end" for hanging up. */
type Script = (command: string) => string | undefined;

const POLITE: Record<string, string> = {
  greeting: "220 sink",
  EHLO: "250-sink\r\n250 AUTH PLAIN",
  AUTH: "235 in",
  MAIL: "250 ok",
  RCPT: "250 ok",
  DATA: "354 go on",
  ".": "250 taken",
  RSET: "250 ok",
  QUIT: "221 bye",
};
const polite: Script = (command) => POLITE[command];

const servers: { server: Server; sockets: Set<Socket> }[] = [];
afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A mail server that keeps to a script; gives how it is reached and what it heard. */
async function serve(script: Script) {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("error", () => undefined);
    let isData = false;
    const say = (command: string) => {
      const answer = script(command);
      if (answer === "end") socket.end();
      else if (answer !== undefined) socket.write(`${answer}\r\n`);
      if (command === "DATA") isData = answer?.startsWith("354") ?? false;
    };
    let buffer = "";
    socket.on("data", (chunk: Buffer) => {
      buffer += chunk;
      const lines = buffer.split("\r\n");
      buffer = lines.pop() ?? "";
      for (const line of lines) {
        if (isData && line !== ".") continue;
        isData = false;
        const command = line.split(/[ :]/)[0] ?? "";
        heard.push(command);
        say(command);
      }
    });
    say("greeting");
  });
  servers.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const settings = {
    SMTP_HOST: "127.0.0.1",
    SMTP_PORT: port,
    SMTP_TLS: "none",
    SMTP_USER: "post",
    SMTP_PASSWORD: "secret",
  } as Settings;
  return { settings, heard, connections: () => connections };
}

const mail: OutgoingMail = {
  id: "abc",
  from: "Voorbeeld <post@example.nl>",
  returnPath: "bounces@example.nl",
  to: "klant@example.nl",
  subject: "Hoi",
  text: "Hoi",
  html: "<p>Hoi</p>",
  headers: {},
  messageId: "<abc@example.nl>",
  date: 0,
};

describe("a send over SMTP settles", () => {
  for (const command of ["greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "."]) {
    it(`when the server hangs up instead of answering ${command}`, async () => {
      const { settings } = await serve((said) => (said === command ? "end" : polite(said)));
      const error = await smtpTransport(settings)
        .send(mail)
        .catch((error: unknown) => error);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(PermanentFailure);
    });

    it(`when the server never answers ${command}`, async () => {
      const { settings } = await serve((said) => (said === command ? undefined : polite(said)));
      await expect(smtpTransport(settings, 100).send(mail)).rejects.toThrow("ended");
    });
  }

  it("when the server closed the connection between two mails: the next goes over another", async () => {
    const { settings, connections } = await serve(polite);
    const transport = smtpTransport(settings);
    await transport.send(mail);
    const gone = servers[0]?.sockets.values().next().value;
    await new Promise((resolve) => {
      gone?.once("close", resolve);
      gone?.end();
    });
    await transport.send(mail);
    expect(connections()).toBe(2);
    transport.close();
  });
});

describe("a refusal by SMTP", () => {
  const refusing = (command: string, answer: string) =>
    serve((said) => (said === command ? answer : polite(said))).then(({ settings, ...more }) => ({
      ...more,
      transport: smtpTransport(settings),
    }));

  it.each([
    ["RCPT", "550 no such user", true],
    ["DATA", "554 no", true],
    [".", "554 looks like spam", true],
    ["RCPT", "450 try later", false],
    ["RCPT", "421 enough", false],
    [".", "452 full", false],
    ["MAIL", "550 sender not allowed", false],
    ["MAIL", "552 quota", false],
    ["AUTH", "535 wrong password", false],
    ["greeting", "554 go away", false],
  ])("of %s, %s, is final: %s", async (command, answer, isFinal) => {
    const { transport } = await refusing(command, answer);
    const error = await transport.send(mail).catch((error: unknown) => error);
    expect(error instanceof PermanentFailure).toBe(isFinal);
    expect(error).toBeInstanceOf(Error);
  });

  it.each([
    ["RCPT", "550 5.1.1 <klant@example.nl>: no such user", "5.1.1"],
    ["RCPT", "550-5.1.1 The account that you tried to reach\r\n550 5.1.1 does not exist", "5.1.1"],
    ["RCPT", "550 5.1.2 no such host", "5.1.2"],
    ["RCPT", "553 5.1.3 no address", "5.1.3"],
    ["RCPT", "551 5.1.6 moved", "5.1.6"],
    ["RCPT", "556 5.1.10 takes no mail", "5.1.10"],
    ["RCPT", "550 5.2.1 disabled", "5.2.1"],
    ["RCPT", "550 no such user 5.1.1", undefined],
    ["RCPT", "550 5.1.0 sender rejected", undefined],
    ["RCPT", "550 5.1.100 what is that", undefined],
    ["RCPT", "550 5.1.8 sender's domain", undefined],
    ["RCPT", "552 5.2.2 full", undefined],
    ["RCPT", "554 5.7.1 relay access denied", undefined],
    ["RCPT", "450 5.1.1 cannot make up its mind", undefined],
    ["DATA", "550 5.1.1 no valid recipients", undefined],
    [".", "550 5.1.1 for some of them", undefined],
    ["MAIL", "550 5.1.1 which one", undefined],
  ])("of %s, %s, is about the address for good: %s", async (command, answer, status) => {
    const { transport } = await refusing(command, answer);
    const error = await transport.send(mail).catch((error: unknown) => error);
    expect(error instanceof AddressRefused ? error.status : undefined).toBe(status);
  });

  it("keeps its codes and nothing else of its words", async () => {
    const { transport } = await refusing(
      "RCPT",
      "550-5.1.1 <klant@example.nl> unknown\r\n550 5.1.1 mail klant@example.nl",
    );
    await expect(transport.send(mail)).rejects.toThrow(/^SMTP 550 5\.1\.1$/);
    const { transport: other } = await refusing(".", "554 5.7.1 klant@example.nl is spam");
    await expect(other.send(mail)).rejects.toThrow(/^SMTP 554 5\.7\.1$/);
  });

  it("of a recipient leaves the connection for the next mail", async () => {
    const { transport, connections, heard } = await refusing("RCPT", "550 no such user");
    for (let mails = 0; mails < 3; mails++) await expect(transport.send(mail)).rejects.toThrow("SMTP 550");
    expect(connections()).toBe(1);
    expect(heard.filter((command) => command === "RSET")).toHaveLength(3);
  });

  it("of the password leaves none", async () => {
    const { transport, connections } = await refusing("AUTH", "535 wrong password");
    for (let mails = 0; mails < 2; mails++) await expect(transport.send(mail)).rejects.toThrow("535");
    expect(connections()).toBe(2);
  });
});
