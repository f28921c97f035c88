/** A real SMTP server in a process of its own: tells its parent the port, how many mails came, and at the end which. */
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import type { Report, SinkMessage } from "./sink.ts";

const mails = new Map<string, string[]>();
let [count, sample] = [0, ""];

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["AUTH", "STARTTLS"],
  onData(stream, session, done) {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      const source = Buffer.concat(chunks).toString("latin1");
      const [, id = "none"] = /^Message-ID: (\S+)/im.exec(source) ?? [];
      for (const { address } of session.envelope.rcptTo) {
        const known = mails.get(address);
        if (known) known.push(id);
        else mails.set(address, [id]);
      }
      sample ||= source;
      count++;
      done();
    });
  },
});
// Connections end without a word when the worker is killed.
server.on("error", () => undefined);

const say = (message: SinkMessage) => process.send?.(message);
server.listen(0, "127.0.0.1", () => say({ port: (server.server.address() as AddressInfo).port }));
setInterval(() => say({ count, at: Date.now() }), 100);

process.on("message", (wish: "report" | "forget") => {
  if (wish === "forget") {
    mails.clear();
    [count, sample] = [0, ""];
    say({ count, at: Date.now() });
    return;
  }
  const report: Report = { mails: [...mails], sample };
  say({ report });
});
process.on("disconnect", () => process.exit(0));
