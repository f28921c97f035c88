/** Reads /dev/mailbox.json as a person reads their mail: looking again until it is there. */
import { vi } from "vitest";
import { origin, someone } from "./visit.ts";

/** A mail as /dev/mailbox.json shows it. */
export interface Mail {
  to: string;
  from: string;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
}

export async function mailsTo(address: string): Promise<Mail[]> {
  const response = await fetch(`${origin}/dev/mailbox.json`);
  const mails = (await response.json()) as Mail[];
  return mails.filter(({ to }) => to === address);
}

/** The first mail to an address whose subject says `subject`; waits for it. */
export function mailTo(address: string, subject: string): Promise<Mail> {
  return vi.waitFor(
    async () => {
      const mail = (await mailsTo(address)).find((found) => found.subject.includes(subject));
      if (!mail) throw new Error(`No mail to ${address} about "${subject}" came`);
      return mail;
    },
    { timeout: 15_000, interval: 100 },
  );
}

/** The link that a mail asks to follow. */
export function linkIn({ text }: { text: string }): string {
  const [link] = /https?:\/\/\S+/.exec(text) ?? [];
  if (!link) throw new Error(`There is no link in: ${text}`);
  return link;
}

/** Waits until every mail that was under way has arrived: one that was asked for later is there. */
export async function allMailIsIn(): Promise<void> {
  const email = someone();
  const form = new URLSearchParams({ email, message: "The last mail of this test", lang: "nl" });
  await fetch(`${origin}/v1/contact/messages?surface=site`, { method: "POST", body: form });
  await mailTo(email, "Bevestig je bericht");
}
