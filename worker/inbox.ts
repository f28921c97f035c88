import { setAside, takeMail } from "./contact/inbound.ts";
import { type Incoming, readIncoming } from "./mail/incoming.ts";
import { automaticSign, bounceIn, type Complaint, complaintIn } from "./mail/report.ts";
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

/** A mail that came in, and its bytes. */
interface Arrived {
  message: Message;
  bytes: Uint8Array;
}

/** Email Routing takes no larger mail (25 MiB); one that came another way is refused while its sender is there to hear it. */
const MOST_BYTES = 30_000_000;

/**
 * Takes a mail that came in: one that came back, a complaint, a wish to leave; all else is a message to us, and ends in the contact
 * room. Whatever is forged or unknown is taken like the rest, so that nobody learns what counts and no innocent gets an answer.
 * Throws when nothing could be kept, or when handing on fails: then the mail comes again.
 */
export async function receive(rt: Runtime, message: Message): Promise<void> {
  const bytes = await readAtMost(message.raw, MOST_BYTES);
  if (bytes === null) return message.setReject("This mail is too large. Please send large files another way.");
  const arrived = { message, bytes };
  const [address, mail] = await Promise.all([openAddress(rt, message.to), readIncoming(bytes)]);
  const complaint = mail && complaintIn(mail);
  if (complaint) return takeComplaint(rt, arrived, address, complaint);
  switch (address?.kind) {
    case "bounce":
      return takeBounce(rt, arrived, address.id, mail);
    case "leave":
      return takeLeave(rt, arrived, address.id);
    case "reply":
      return takeReply(rt, arrived, address.id, mail);
    default:
      return keep(rt, arrived);
  }
}

/** All that a stream gives; null when that is more than `most` bytes. */
async function readAtMost(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream) {
    length += part.length;
    if (length > most) return null;
    parts.push(part);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A complaint is about the mail it came for, or about the one that it quotes. One about no mail of ours is kept for people. */
async function takeComplaint(
  rt: Runtime,
  arrived: Arrived,
  address: ReturnAddress | null,
  { type, text }: Complaint,
): Promise<void> {
  const own = address?.kind === "conversation" ? null : address;
  const named = own ?? (await firstOpened(rt, addressesIn(rt, text)));
  if (!named) return putAside(rt, arrived, "complaint");
  await takeReturn(rt, arrived, named.id, { kind: "complaint", status: type });
}

async function firstOpened(rt: Runtime, addresses: readonly string[]): Promise<ReturnAddress | null> {
  const opened = await Promise.all(addresses.map((address) => openAddress(rt, address)));
  return opened.find((address) => address !== null && address.kind !== "conversation") ?? null;
}

async function takeBounce(rt: Runtime, arrived: Arrived, mailId: string, mail: Incoming | null): Promise<void> {
  const bounce = mail && bounceIn(mail);
  await (bounce ? takeReturn(rt, arrived, mailId, bounce) : putAside(rt, arrived, "no-bounce"));
}

/** Writes down what was said of a mail, if it is known to whom it went. */
async function takeReturn(rt: Runtime, arrived: Arrived, mailId: string, said: Said): Promise<void> {
  const recipient = await findRecipient(rt.db, mailId);
  const reader = await readerOf(rt, mailId, recipient);
  // Who complains is who had it. But what came back, after so long that nobody knows from where, says nothing of today's address.
  const email = recipient ?? (said.kind === "complaint" ? reader?.email : undefined);
  if (email === undefined) return putAside(rt, arrived, "mail-gone");
  await writeReturn(rt, mailId, email, said);
}

const readerIn = async (rt: Runtime, mailId: string) => readerOf(rt, mailId, await findRecipient(rt.db, mailId));

/** Who had the mail leaves. Of a mail so old that nobody knows whose it was people see to it. */
async function takeLeave(rt: Runtime, arrived: Arrived, mailId: string): Promise<void> {
  const reader = await readerIn(rt, mailId);
  await (reader ? leaveByMail(rt, reader) : keep(rt, arrived));
}

async function takeReply(rt: Runtime, arrived: Arrived, mailId: string, mail: Incoming | null): Promise<void> {
  const sign = mail && automaticSign(arrived.message.from, mail);
  // "Precedence: bulk" stands in mails of people, too: what they want is not heard in those, but people read them.
  if (sign === "precedence") return handOn(rt, arrived);
  // Of a newsletter to many that is thousands of mails which say that somebody is away: they are counted, and not kept.
  if (sign) return logNote("inbox", { what: "automatic reply", mail: mailId });
  const wish = mail && wishIn(mail.subject, mail.text);
  if (wish?.leaves) {
    const reader = await readerIn(rt, mailId);
    if (!reader) return handOn(rt, arrived);
    await leaveByMail(rt, reader);
    // They have what they asked for.
    if (!wish.saysMore) return;
  } else await countReply(rt, mailId);
  await handOn(rt, arrived);
}

/** Hands a reply to a newsletter on to people who read those, when there are any. */
async function handOn(rt: Runtime, arrived: Arrived): Promise<void> {
  const { INBOUND_FORWARD } = rt.settings;
  if (INBOUND_FORWARD === "") return keep(rt, arrived);
  await arrived.message.forward(INBOUND_FORWARD);
}

const keep = (rt: Runtime, { message, bytes }: Arrived): Promise<void> =>
  takeMail(rt, { from: message.from, to: message.to, bytes });

/** Keeps what a program sent that says nothing we know, with why, for people to look at. */
const putAside = (rt: Runtime, { message, bytes }: Arrived, reason: string): Promise<void> =>
  setAside(rt, { from: message.from, to: message.to, bytes }, reason);
