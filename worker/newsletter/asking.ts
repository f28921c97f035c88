import { type SQL, sql } from "drizzle-orm";
import { base64url } from "../platform/bytes.ts";
import { commit, type Statement } from "../platform/db.ts";
import { wake, wakeLater } from "../platform/jobs.ts";
import type { Runtime } from "../platform/runtime.ts";
import { mintToken } from "../platform/tokens.ts";
import { insertAsks, insertAskTokens, markAsked } from "./asking-store.ts";
import { leaveId } from "./links.ts";

const DAY = 86_400_000;
/** Mails that ask one address to confirm a day: enough for a person, too few to pester one. */
const ASKED_A_DAY = 3;

/** A signup that waits, and whose it is. */
export interface Waiting {
  signup: string;
  subscriber: string;
}

interface More {
  /** When the mails are to go; now, if left out. */
  dueAt?: number;
  /** Holds at the commit, or nobody is asked. */
  when?: SQL;
  /** Go with it: right after the insert of the mails, whose number `changes()` then says. */
  statements?: readonly Statement[];
}

/**
 * Mails those whose signup waits a link to confirm by, and one to leave by: some hundreds at most, in one batch, behind the
 * mail that people wait for. Who confirmed or left meanwhile is passed over, and who had three such mails in a day.
 * Gives how many rows each of `statements` has changed.
 */
export async function askToConfirm(
  rt: Runtime,
  waiting: readonly Waiting[],
  { dueAt = rt.now(), when = sql`true`, statements = [] }: More = {},
): Promise<number[]> {
  const now = rt.now();
  const asked = await Promise.all(
    waiting.map(async ({ signup, subscriber }) => {
      const token = await mintToken(rt, "newsletter.confirm", signup);
      const ask = { mail: base64url(rt.random(16)), signup, token: token.id, leave: leaveId(rt, subscriber) };
      return { token, ask };
    }),
  );
  const asks = asked.map(({ ask }) => ask);
  const changes = await commit(rt, [
    insertAsks(asks, { most: ASKED_A_DAY, since: now - DAY, dueAt, now, when }),
    ...statements,
    insertAskTokens(asked.map(({ token, ask }) => ({ ...token, mail: ask.mail }))),
    markAsked(asks, now),
  ]);
  const jobs = asks.map(({ mail }) => ({ kind: "bulk-mail" as const, id: mail }));
  if (dueAt > now) wakeLater(rt, jobs, Math.ceil((dueAt - now) / 1000));
  else wake(rt, jobs);
  return changes.slice(1, 1 + statements.length);
}
