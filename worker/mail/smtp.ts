import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { Settings } from "../platform/settings.ts";
import { type OutgoingMail, PermanentFailure, type Transport } from "./letter.ts";
import { addressIn, mimeOf } from "./mime.ts";

/** Whether a refusal is about this mail or its recipient; a wrong password (EAUTH, 535) is for us to mend, and passes. */
export function isFinal(error: unknown): boolean {
  const { code, responseCode = 0 } = (error ?? {}) as { code?: string; responseCode?: number };
  return responseCode >= 500 && (code === "EENVELOPE" || code === "EMESSAGE");
}

/**
 * Sends over SMTP. A connection is kept for the next mail; as many are opened as mails are sent at the same time. A 5xx
 * answer to the mail is a PermanentFailure; anything else may be tried again.
 */
export function smtpTransport(settings: Settings): Transport {
  const idle = new Set<SMTPConnection>();
  return {
    async send(mail) {
      const [kept] = idle;
      if (kept) idle.delete(kept);
      const connection = kept ?? (await connect(settings, (lost) => idle.delete(lost)));
      try {
        await sendOver(connection, mail);
        idle.add(connection);
      } catch (error) {
        connection.close();
        if (isFinal(error)) throw new PermanentFailure(`SMTP ${(error as { responseCode: number }).responseCode}`);
        throw error;
      }
    },
    close() {
      for (const connection of idle) connection.quit();
      idle.clear();
    },
  };
}

/** Opens a connection, signed in when there is a user; `onLost` hears of it when the server ends it later. */
async function connect(settings: Settings, onLost: (connection: SMTPConnection) => void): Promise<SMTPConnection> {
  const { SMTP_HOST, SMTP_PORT, SMTP_TLS, SMTP_USER, SMTP_PASSWORD } = settings;
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
  try {
    await new Promise<void>((resolve, reject) => {
      connection.on("error", (error: Error) => {
        onLost(connection);
        reject(error);
      });
      connection.once("end", () => {
        onLost(connection);
        reject(new Error("The mail server ended the connection"));
      });
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    if (SMTP_USER !== "") {
      await new Promise<void>((resolve, reject) => {
        const auth = { user: SMTP_USER, pass: SMTP_PASSWORD };
        connection.login(auth, (error) => (error ? reject(error) : resolve()));
      });
    }
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}

function sendOver(connection: SMTPConnection, mail: OutgoingMail): Promise<void> {
  const envelope = { from: addressIn(mail.from), to: [mail.to] };
  return new Promise((resolve, reject) =>
    connection.send(envelope, mimeOf(mail), (error) => (error ? reject(error) : resolve())),
  );
}
