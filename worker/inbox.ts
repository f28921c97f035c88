import { type Incoming, readIncoming } from "./mail/incoming.ts";
import { addressIn } from "./mail/mime.ts";
import { bounceIn, type Complaint, complaintIn, isAutomatic } from "./mail/report.ts";
import { addressesIn, openAddress, type ReturnAddress } from "./mail/return-address.ts";
import type { Said } from "./mail/returns.ts";
import { findRecipient } from "./mail/returns-store.ts";
import { leaveByMail } from "./newsletter/leaving.ts";
import { wishIn } from "./newsletter/reply.ts";
import { countReply, readerOf } from "./newsletter/returned.ts";
import { logNote } from "./platform/log.ts";
import type { Runtime } from "./platform/runtime.ts";
import { writeReturn } from "./returned.ts";

/** What is needed of a mail that comes in. */
type Message = Pick<ForwardableEmailMessage, "from" | "to" | "raw" | "setReject" | "forward">;

/**
 * Takes a mail that came in: one that came back, a complaint, a wish to leave, a reply. Whatever is forged, unknown or cannot
 * be read changes nothing and is taken like the rest, so that nobody learns what counts and no innocent gets an answer. What
 * people write is handed on to people, or its sender is told. Throws when the database does, or when handing on fails: then the mail
 * comes again.
 */
export async function receive(rt: Runtime, message: Message): Promise<void> {
  const [address, mail] = await Promise.all([openAddress(rt, message.to), readIncoming(message.raw)]);
  const complaint = mail && complaintIn(mail);
  if (complaint) return takeComplaint(rt, address, complaint);
  switch (address?.kind) {
    case "bounce":
      return takeBounce(rt, address.mailId, mail);
    case "leave":
      return takeLeave(rt, message, address.mailId, mail);
    case "reply":
      return takeReply(rt, message, address.mailId, mail);
    default:
      return handOn(rt, message, mail);
  }
}

/** A complaint is about the mail it came for, or about the one that it quotes. */
async function takeComplaint(rt: Runtime, address: ReturnAddress | null, { type, text }: Complaint): Promise<void> {
  const named = address ?? (await firstOpened(rt, addressesIn(rt, text)));
  if (!named) return logNote("inbox", { what: "complaint about no mail of ours" });
  await takeReturn(rt, named.mailId, { kind: "complaint", status: type });
}

async function firstOpened(rt: Runtime, addresses: readonly string[]): Promise<ReturnAddress | null> {
  const opened = await Promise.all(addresses.map((address) => openAddress(rt, address)));
  return opened.find((address) => address !== null) ?? null;
}

async function takeBounce(rt: Runtime, mailId: string, mail: Incoming | null): Promise<void> {
  const bounce = mail && bounceIn(mail);
  if (!bounce) return logNote("inbox", { what: "no bounce", mail: mailId });
  await takeReturn(rt, mailId, bounce);
}

/** Writes down what was said of a mail, if it is known to whom it went. */
async function takeReturn(rt: Runtime, mailId: string, said: Said): Promise<void> {
  const recipient = await findRecipient(rt.db, mailId);
  const reader = await readerOf(rt, mailId, recipient);
  // Who complains is who had it. But what came back, after so long that nobody knows from where, says nothing of today's address.
  const email = recipient ?? (said.kind === "complaint" ? reader?.email : undefined);
  if (email === undefined) return logNote("inbox", { what: "about a mail that is gone", mail: mailId });
  await writeReturn(rt, mailId, email, said);
}

const readerIn = async (rt: Runtime, mailId: string) => readerOf(rt, mailId, await findRecipient(rt.db, mailId));

/** Who had the mail leaves. Of a mail so old that nobody knows whose it was its sender is told how to leave, or people are. */
async function takeLeave(rt: Runtime, message: Message, mailId: string, mail: Incoming | null): Promise<void> {
  const reader = await readerIn(rt, mailId);
  await (reader ? leaveByMail(rt, reader) : handOn(rt, message, mail));
}

async function takeReply(rt: Runtime, message: Message, mailId: string, mail: Incoming | null): Promise<void> {
  if (mail && isAutomatic(message.from, mail)) return logNote("inbox", { what: "automatic reply", mail: mailId });
  const wish = mail && wishIn(mail.subject, mail.text);
  if (wish?.leaves) {
    const reader = await readerIn(rt, mailId);
    if (!reader) return handOn(rt, message, mail);
    await leaveByMail(rt, reader);
    // They have what they asked for; that nobody reads the rest would only confuse them.
    if (!wish.saysMore || rt.settings.INBOUND_FORWARD === "") return;
  } else await countReply(rt, mailId);
  await handOn(rt, message, mail);
}

/** Hands a mail on to people; without any its sender is told, unless that is a program. */
async function handOn(rt: Runtime, message: Message, mail: Incoming | null): Promise<void> {
  const { INBOUND_FORWARD, MAIL_FROM } = rt.settings;
  if (INBOUND_FORWARD !== "") return void (await message.forward(INBOUND_FORWARD));
  if (mail && isAutomatic(message.from, mail)) return logNote("inbox", { what: "automatic mail to nobody" });
  message.setReject(
    `Nobody reads mail to this address. Please write to ${addressIn(MAIL_FROM)}. To leave our newsletter, ` +
      `answer one of the last months with the word "unsubscribe" alone, or use the link at its foot.`,
  );
}
