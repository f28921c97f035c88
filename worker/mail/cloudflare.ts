import { EmailMessage } from "cloudflare:email";
import type { Transport } from "./letter.ts";
import { mimeOf } from "./mime.ts";

/** Sends through Cloudflare's send_email binding. Its terms allow transactional mail only. */
export function cloudflareTransport(binding: SendEmail): Transport {
  return {
    async send(mail) {
      await binding.send(new EmailMessage(mail.returnPath, mail.to, mimeOf(mail)));
    },
    close: () => undefined,
  };
}
