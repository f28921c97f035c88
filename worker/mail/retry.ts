import { ledgerEntry } from "../ledger/entry.ts";
import type { LedgerRow } from "../ledger/store.ts";
import { base64url } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import { wake } from "../platform/jobs.ts";
import type { Runtime } from "../platform/runtime.ts";
import { jobOf } from "./outbox.ts";
import { appendRetried, deadMails, findMail, type OutboxRow, reviveMails } from "./store.ts";

/** Most mails that one press of a button sets going: a queue that is flooded makes today's mail wait for last week's. */
export const RETRIED_AT_ONCE = 1_000;

/**
 * Sets a dead mail going again. `by` is the ledger's actor: "staff:" or "key:" and an id. Gives false, and changes nothing, when
 * there is no dead mail of that id.
 */
export async function retryMail(rt: Runtime, by: string, id: string): Promise<boolean> {
  const mail = await findMail(rt.db, id);
  if (!mail) return false;
  const entry = await ledgerEntry(rt, "mail.retried", { ...retryBy(rt, by), body: { mail: id } });
  return revive(rt, entry, [mail]);
}

/**
 * Sets the dead mails going again, at most RETRIED_AT_ONCE, the oldest first. Gives how many: none when there are none,
 * or when somebody else was first.
 */
export async function retryDeadMails(rt: Runtime, by: string): Promise<number> {
  const found = await deadMails(rt.db, RETRIED_AT_ONCE);
  if (found.length === 0) return 0;
  const body = { mails: found.map(({ id }) => id) };
  const entry = await ledgerEntry(rt, "mail.all-retried", { ...retryBy(rt, by), body });
  return (await revive(rt, entry, found)) ? found.length : 0;
}

/** A mail can die and be retried again, so that each time is an event of its own. */
const retryBy = (rt: Runtime, actor: string) => ({ event: base64url(rt.random(12)), subject: null, actor });

async function revive(rt: Runtime, entry: LedgerRow, dead: Pick<OutboxRow, "id" | "lane">[]): Promise<boolean> {
  const mails = JSON.stringify(dead.map(({ id }) => id));
  const changes = await commit(rt, [appendRetried({ ...entry, mails }), reviveMails(rt.db, mails, rt.now())]);
  if (changes.at(-1) === 0) return false;
  wake(rt, dead.map(jobOf));
  return true;
}
