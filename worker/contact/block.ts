import { ledgerEntry } from "../ledger/entry.ts";
import { addressIn } from "../mail/mime.ts";
import { base64url } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import { appendAllowed, appendBlocked, deleteBlock, insertBlock } from "./block-store.ts";

/** Each time is an event of its own; the entry names the sender by its subject alone, a keyed hash. */
const told = async (rt: Runtime, actor: string, sender: string) => ({
  event: base64url(rt.random(12)),
  subject: `sender:${await keyed(rt, "sender", sender)}`,
  actor,
  body: {},
});

/**
 * Puts what an address, or a domain, sends from now on in quarantine; `sender` is as `senderShape` gives it. Gives false when it was
 * blocked already. Refuses invalid_input (own_address) for what is ours.
 */
export async function blockSender(rt: Runtime, actor: string, sender: string): Promise<boolean> {
  if (ownSenders(rt).includes(sender)) {
    throw new Refusal("invalid_input", { errors: [{ path: "sender", code: "own_address" }] });
  }
  const entry = await ledgerEntry(rt, "contact.sender-blocked", await told(rt, actor, sender));
  const [entered = 0] = await commit(rt, [
    appendBlocked({ ...entry, sender }),
    insertBlock({ sender, createdAt: rt.now(), createdBy: actor }),
  ]);
  return entered > 0;
}

/** Lets a sender's messages in again; what lies in quarantine stays there. Gives false when they were not blocked. */
export async function allowSender(rt: Runtime, actor: string, sender: string): Promise<boolean> {
  const entry = await ledgerEntry(rt, "contact.sender-allowed", await told(rt, actor, sender));
  const [entered = 0] = await commit(rt, [appendAllowed({ ...entry, sender }), deleteBlock({ sender })]);
  return entered > 0;
}

/** Addresses that mail of ours comes from and goes to, and their domains. */
function ownSenders({ settings }: Runtime): string[] {
  const addresses = [addressIn(settings.MAIL_FROM), settings.INBOUND_ADDRESS].filter((address) => address !== "");
  return addresses.flatMap((address) => [address, address.split("@")[1] ?? ""]).map((one) => one.toLowerCase());
}
