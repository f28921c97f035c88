import { createTransport } from "nodemailer";
import type { Settings } from "../platform/settings.ts";
import { PermanentFailure, type Transport } from "./letter.ts";

/** Whether a refusal is about this mail or its recipient; a wrong password (EAUTH, 535) is for us to mend, and passes. */
export function isFinal(error: unknown): boolean {
  const { code, responseCode = 0 } = (error ?? {}) as { code?: string; responseCode?: number };
  return responseCode >= 500 && (code === "EENVELOPE" || code === "EMESSAGE");
}

/** Sends over SMTP with a small pool. A 5xx answer to the mail is a PermanentFailure; anything else may be tried again. */
export function smtpTransport(settings: Settings): Transport {
  const { SMTP_HOST, SMTP_PORT, SMTP_TLS, SMTP_USER, SMTP_PASSWORD } = settings;
  const pool = createTransport({
    pool: true,
    maxConnections: 5,
    host: SMTP_HOST,
    port: SMTP_PORT,
    secure: SMTP_TLS === "tls",
    requireTLS: SMTP_TLS === "starttls",
    ignoreTLS: SMTP_TLS === "none",
    connectionTimeout: 20_000,
    greetingTimeout: 20_000,
    socketTimeout: 60_000,
    ...(SMTP_USER === "" ? {} : { auth: { user: SMTP_USER, pass: SMTP_PASSWORD } }),
  });
  return {
    async send(mail) {
      const { from, to, subject, text, html, messageId, date, headers } = mail;
      try {
        await pool.sendMail({ from, to, subject, text, html, messageId, date: new Date(date), headers });
      } catch (error) {
        if (isFinal(error)) throw new PermanentFailure(`SMTP ${(error as { responseCode: number }).responseCode}`);
        throw error;
      }
    },
    close: () => pool.close(),
  };
}
