import { EmailMessage } from "cloudflare:email";
import MailComposer from "nodemailer/lib/mail-composer";
import type { Transport } from "./letter.ts";

/** Sends through Cloudflare's send_email binding. Its terms allow transactional mail only. */
export function cloudflareTransport(binding: SendEmail): Transport {
  return {
    async send(mail) {
      const { from, to, subject, text, html, messageId, date, headers } = mail;
      const composer = new MailComposer({ from, to, subject, text, html, messageId, date: new Date(date), headers });
      const source = await composer.compile().build();
      const sender = /<([^>]+)>/.exec(from)?.[1] ?? from;
      await binding.send(new EmailMessage(sender, to, source.toString("utf8")));
    },
    close: () => undefined,
  };
}
