/** A real SMTP server that keeps of each mail to whom it was and by which Message-ID. */
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

export interface Sink {
  port: number;
  /** Message-IDs of the mails to each address, in the order in which they came. */
  readonly mails: ReadonlyMap<string, readonly string[]>;
  /** How many mails came. */
  count(): number;
  close(): Promise<void>;
}

export async function openSink(): Promise<Sink> {
  const mails = new Map<string, string[]>();
  let count = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const [, id = "none"] = /^Message-ID: (\S+)/im.exec(Buffer.concat(chunks).toString("latin1")) ?? [];
        for (const { address } of session.envelope.rcptTo) {
          const known = mails.get(address);
          if (known) known.push(id);
          else mails.set(address, [id]);
        }
        count++;
        done();
      });
    },
  });
  // Connections end without a word when the worker is killed.
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    mails,
    count: () => count,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
