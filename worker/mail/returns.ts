import { ledgerEntry } from "../ledger/entry.ts";
import { base64url } from "../platform/bytes.ts";
import type { Statement } from "../platform/db.ts";
import type { Runtime } from "../platform/runtime.ts";
import type { Bounce } from "./report.ts";
import { appendReturned, insertReturn, type NewReturn, suppressReturned } from "./returns-store.ts";
import { addressHash } from "./suppression.ts";

const DAY = 86_400_000;
/** How long a mail that came back for a while counts. */
const SOFT_COUNTS = 90 * DAY;

/** What was said of a mail: it came back, or somebody complained. */
export type Said = Bounce | { kind: "complaint"; status: string };

/** What each room needs to make its statements of what was said of a mail. */
export interface Returned extends NewReturn {
  email: string;
  /** Why mail to the address stops, if it does. */
  reason: "bounced" | "complained";
}

/** What was said of a mail to an address, for `mailStatements` and those of the rooms, which go before them in one batch. */
export async function returnedMail(rt: Runtime, mailId: string, email: string, said: Said): Promise<Returned> {
  const at = rt.now();
  return {
    ...{ mailId, email, at, what: said.kind, status: said.status },
    hash: await addressHash(rt, email),
    reason: said.kind === "complaint" ? "complained" : "bounced",
    since: at - SOFT_COUNTS,
    most: rt.settings.SOFT_BOUNCES,
  };
}

/** The entry that mail to an address stops, for those of whom no room makes one of its own. */
export async function stoppedEntry(rt: Runtime, returned: Returned): Promise<Statement> {
  const { reason, hash } = returned;
  const event = base64url(rt.random(12));
  const entry = await ledgerEntry(rt, "mail.suppressed", {
    ...{ event, subject: `address:${hash}` },
    body: { reason },
  });
  return appendReturned({ ...returned, ...entry });
}

/** Stops mail to the address for what was said, if it is to stop, and writes it down. Last in their batch. */
export const mailStatements = (returned: Returned): Statement[] => [suppressReturned(returned), insertReturn(returned)];
