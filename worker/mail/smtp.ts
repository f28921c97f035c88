import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { Settings } from "../platform/settings.ts";
import { AddressRefused, type OutgoingMail, PermanentFailure, type Transport } from "./letter.ts";
import { mimeOf } from "./mime.ts";

/** No mail takes longer than this, whatever the server does: outbox.ts counts on it. */
const PATIENCE = 100_000;

/** A connection, and its end: `lost` rejects once it is of no more use, and never resolves. */
interface Line {
  connection: SMTPConnection;
  lost: Promise<never>;
}

/**
 * Sends over SMTP. A connection is kept for the next mail, also when the server refused one; as many are opened as mails are
 * sent at the same time. A 5xx answer to the recipient or to the mail itself is a PermanentFailure, and an AddressRefused when
 * it says that the address is wrong or closed; all else is for us to mend (the password, the sender, a quota, the line) and may be tried again. A send always settles, within `patience`.
 */
export function smtpTransport(settings: Settings, patience = PATIENCE): Transport {
  const idle = new Set<Line>();
  return {
    async send(mail) {
      const [kept] = idle;
      if (kept) idle.delete(kept);
      const line = kept ?? dial(settings);
      const { connection } = line;
      const timer = setTimeout(() => connection.close(), patience);
      let isUsable = true;
      try {
        if (!kept) await signIn(line, settings);
        await sendOver(line, mail);
      } catch (error) {
        const refusal = refusalOf(error);
        isUsable = refusal !== undefined && (await isReset(line));
        throw refusal !== undefined && refusal.code >= 500 ? failureOf(refusal) : error;
      } finally {
        clearTimeout(timer);
        if (isUsable) keep(line);
        else connection.close();
      }
    },
    close() {
      for (const { connection } of idle) connection.quit();
      idle.clear();
    },
  };

  function keep(line: Line): void {
    idle.add(line);
    line.lost.catch(() => idle.delete(line));
  }
}

/** Begins a connection; `signIn` waits for it. */
function dial({ SMTP_HOST, SMTP_PORT, SMTP_TLS }: Settings): Line {
  const connection = new SMTPConnection({
    host: SMTP_HOST,
    port: SMTP_PORT,
    secure: SMTP_TLS === "tls",
    requireTLS: SMTP_TLS === "starttls",
    ignoreTLS: SMTP_TLS === "none",
    connectionTimeout: 20_000,
    greetingTimeout: 20_000,
    socketTimeout: 60_000,
  });
  const lost = new Promise<never>((_, reject) => {
    connection.on("error", reject);
    const ended = Object.assign(new Error("The connection to the mail server ended"), { code: "ECONNECTION" });
    // What was under way is told why just after this event: that says more.
    connection.once("end", () => queueMicrotask(() => reject(ended)));
  });
  // While nobody waits, an end is no failure.
  lost.catch(() => undefined);
  return { connection, lost };
}

/** Waits for an answer, or for the end of the connection: of what it waits for then, nodemailer forgets some. */
function answer({ lost }: Line, ask: (done: (error?: Error | null) => void) => void): Promise<void> {
  const answered = new Promise<void>((resolve, reject) => ask((error) => (error ? reject(error) : resolve())));
  return Promise.race([answered, lost]);
}

/** Waits until the server is there, and signs in when there is a user. */
async function signIn(line: Line, { SMTP_USER, SMTP_PASSWORD }: Settings): Promise<void> {
  const { connection } = line;
  await answer(line, (done) => connection.connect(done));
  if (SMTP_USER === "") return;
  await answer(line, (done) => connection.login({ user: SMTP_USER, pass: SMTP_PASSWORD }, done));
}

function sendOver(line: Line, mail: OutgoingMail): Promise<void> {
  const envelope = { from: mail.returnPath, to: [mail.to] };
  return answer(line, (done) => line.connection.send(envelope, mimeOf(mail), done));
}

/** Makes a connection forget the mail it refused. Gives false when it is of no more use. */
function isReset(line: Line): Promise<boolean> {
  return answer(line, (done) => line.connection.reset(done)).then(
    () => true,
    () => false,
  );
}

/** How a server refused the recipient or the mail itself: of its answer no more than codes, since servers repeat addresses. */
interface Refusal {
  code: number;
  /** Its enhanced status code (RFC 2034), such as 5.1.1; "" when it has none. */
  status: string;
  isOfRecipient: boolean;
}

/** How the server refused the recipient or the mail itself; undefined when something else went wrong. */
function refusalOf(error: unknown): Refusal | undefined {
  const { command, responseCode: code, response } = (error ?? {}) as Partial<SMTPConnection.SMTPError>;
  if (code === undefined || (command !== "RCPT TO" && command !== "DATA")) return undefined;
  const status = /^5\d\d[ -](5\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(response ?? "")?.[1] ?? "";
  return { code, status, isOfRecipient: command === "RCPT TO" };
}

/**
 * RFC 3463 and RFC 7505: no such mailbox, no such host, no address, moved, takes no mail, closed. A bounce (report.ts) may be of more
 * than these: at RCPT TO a server may as well refuse its client or the sender, as Postfix does with 5.1.0, and then of everybody.
 */
const OF_ADDRESS = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"];

function failureOf({ code, status, isOfRecipient }: Refusal): PermanentFailure {
  const message = ["SMTP", code, status].join(" ").trim();
  const isOfAddress = isOfRecipient && OF_ADDRESS.includes(status);
  return isOfAddress ? new AddressRefused(message, status) : new PermanentFailure(message);
}
