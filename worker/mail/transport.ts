import type { Runtime } from "../platform/runtime.ts";
import type { Transport } from "./letter.ts";
import { keepInMailbox } from "./mailbox.ts";

/** The way out that MAIL_TRANSPORT names. Libraries are loaded when first needed: no public request pays for them. */
export async function openTransport(rt: Runtime): Promise<Transport> {
  switch (rt.settings.MAIL_TRANSPORT) {
    case "mailbox":
      return { send: (mail) => keepInMailbox(rt, mail), close: () => undefined };
    case "smtp":
      return (await import("./smtp.ts")).smtpTransport(rt.settings);
    case "cloudflare":
      return (await import("./cloudflare.ts")).cloudflareTransport(rt.bindings.EMAIL);
  }
}
