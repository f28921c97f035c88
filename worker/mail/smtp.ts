import { createTransport } from "nodemailer";
import type { Settings } from "../platform/settings.ts";
import { PermanentFailure, type Transport } from "./letter.ts";

/** Sends over SMTP with a small pool. A 5xx answer is a PermanentFailure; anything else may be tried again. */
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
        const { responseCode } = error as { responseCode?: number };
        if (responseCode !== undefined && responseCode >= 500) {
          throw new PermanentFailure(`SMTP ${responseCode}`);
        }
        throw error;
      }
    },
    close: () => pool.close(),
  };
}
