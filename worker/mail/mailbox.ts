import { listJson, putJson } from "../platform/kv.ts";
import type { Runtime } from "../platform/runtime.ts";
import type { OutgoingMail } from "./letter.ts";

/** A mail as /dev/mailbox.json shows it. */
export interface MailboxMail {
  id: string;
  to: string;
  from: string;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
  sentAt: string;
}

const KEPT_SECONDS = 7 * 86_400;
const FAR = 10 ** 14;

/** Development's way out: keeps the mail where /dev/mailbox shows it. A second try overwrites the first. */
export async function keepInMailbox(rt: Runtime, mail: OutgoingMail): Promise<void> {
  const { id, to, from, subject, text, html } = mail;
  const headers = {
    // As the last mail server would write it down.
    "Return-Path": `<${mail.returnPath}>`,
    "Message-ID": mail.messageId,
    Date: new Date(mail.date).toUTCString(),
    ...mail.headers,
  };
  const kept: MailboxMail = { id, to, from, subject, text, html, headers, sentAt: new Date(rt.now()).toISOString() };
  // KV lists by name, ascending: the remaining time until a far day puts the newest first.
  await putJson(rt, "mailbox", `${FAR - mail.date}/${id}`, kept, KEPT_SECONDS);
}

/** The newest hundred mails in the mailbox, newest first. */
export async function readMailbox(rt: Runtime): Promise<MailboxMail[]> {
  return listJson<MailboxMail>(rt, "mailbox", 100);
}
