import type { Incoming } from "./incoming.ts";

/** A mail that came back: whether the address is at fault for good, or may work another day; and the status, such as 5.1.1. */
export interface Bounce {
  kind: "hard" | "soft";
  status: string;
}

/** Somebody called our mail unwanted: the type of RFC 5965, and the text in which the mail is named. */
export interface Complaint {
  type: string;
  text: string;
}

type Fields = ReadonlyMap<string, string>;

const isReport = (mail: Incoming): boolean => /^multipart\/report\b/i.test(mail.header("content-type"));

const partOf = (mail: Incoming, ...types: string[]): string | undefined =>
  mail.parts.find(({ type }) => types.includes(type))?.text;

/** Groups of fields as RFC 3464 and RFC 5965 have them: headers, an empty line between two groups. The first of a name counts. */
function groupsOf(text: string): Fields[] {
  const groups = text.replace(/\r\n?/g, "\n").split(/\n[ \t]*\n/);
  return groups.map((group) => {
    const fields = new Map<string, string>();
    for (const line of group.replace(/\n[ \t]+/g, " ").split("\n")) {
      const colon = line.indexOf(":");
      const name = line.slice(0, colon).trim().toLowerCase();
      if (colon > 0 && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
    }
    return fields;
  });
}

/**
 * What a delivery status notification (RFC 3464) says of the mail that it is about; null for any other mail, and for one that
 * was delivered to somebody or may still be. What a server says in words of its own is not guessed at.
 */
export function bounceIn(mail: Incoming): Bounce | null {
  const report = partOf(mail, "message/delivery-status", "message/global-delivery-status");
  if (!isReport(mail) || report === undefined) return null;
  const recipients = groupsOf(report).filter((fields) => fields.has("action"));
  // An address that leads to several is reached when one of them is.
  if (recipients.length === 0 || !recipients.every((fields) => /^failed\b/i.test(fields.get("action") ?? "")))
    return null;
  const statuses = recipients.map(statusOf);
  const mild = statuses.find((status) => !isHard(status));
  return { kind: mild === undefined ? "hard" : "soft", status: (mild ?? statuses[0] ?? "").slice(0, 11) };
}

const CODE = /(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])/;

/** Some servers know no more than "5.0.0", and quote what the other one said: its code then says more. */
function statusOf(fields: Fields): string {
  const status = CODE.exec(fields.get("status") ?? "")?.[1] ?? "";
  if (status !== "" && !status.endsWith(".0.0")) return status;
  const diagnostic = fields.get("diagnostic-code") ?? "";
  const said = CODE.exec(diagnostic)?.[1];
  // RFC 5321 section 4.2.3: the mailbox is not here, its name is not allowed. 550 may as well be about our mail or our server.
  const reply = /^smtp\s*;\s*(\d{3})\b/i.exec(diagnostic)?.[1];
  return said ?? (reply === "551" || reply === "553" ? "5.1.0" : status || "5.0.0");
}

/**
 * RFC 3463: the address is wrong (5.1.x, but not its 5.1.7 and 5.1.8, which are about the sender's) or the mailbox is closed
 * (5.2.0, 5.2.1). All else may be full, busy, about what we wrote or about who we are: it takes several to stop for that.
 */
function isHard(status: string): boolean {
  return /^5\.(1\.\d+|2\.[01])$/.test(status) && !/^5\.1\.[78]$/.test(status);
}

/** Kinds of feedback by which a person says that they do not want our mail; others praise it, or are about DKIM. */
const UNWANTED = ["abuse", "fraud", "opt-out", "other"];

/** The complaint in an abuse report (RFC 5965); null for any other mail. */
export function complaintIn(mail: Incoming): Complaint | null {
  const report = partOf(mail, "message/feedback-report");
  if (!isReport(mail) || report === undefined) return null;
  const fields = groupsOf(report).find((group) => group.has("feedback-type"));
  const type = fields?.get("feedback-type")?.toLowerCase() ?? "";
  if (!UNWANTED.includes(type)) return null;
  // Of the mail itself only the head: what it quotes may name mails of others.
  const original =
    partOf(mail, "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers") ?? "";
  return { type, text: `${report}\n${original.split(/\r?\n\r?\n/, 1)[0]}` };
}

/** By what a mail tells that no person wrote it. */
export type AutomaticSign = "null-sender" | "report" | "auto-submitted" | "precedence" | "auto-reply";

/** What tells that no person wrote a mail; null when nothing does. `sender` is the envelope's (RFC 3834 sections 2 and 5, and what came before it). */
export function automaticSign(sender: string, mail: Incoming): AutomaticSign | null {
  const submitted = mail.header("auto-submitted").toLowerCase();
  if (/^(<>)?$/.test(sender.trim())) return "null-sender";
  if (isReport(mail)) return "report";
  if (submitted !== "" && !/^no\b/.test(submitted)) return "auto-submitted";
  if (/^(bulk|junk|list|auto_reply)\b/i.test(mail.header("precedence"))) return "precedence";
  const isReply = ["x-autoreply", "x-autorespond", "x-auto-reply"].some((name) => mail.header(name) !== "");
  return isReply ? "auto-reply" : null;
}
