import { type Entry, listEntries } from "../ledger/store.ts";
import { addressHash } from "../mail/suppression.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import { CAMPAIGN_MAIL } from "./campaign-mails.ts";
import type { Subscriber } from "./list-store.ts";
import {
  actionsOn,
  mailsAboutNewsletter,
  newslettersTo,
  returnsOf,
  signupsOf,
  withdrawalsOf,
} from "./timeline-store.ts";

/** Entries of the ledger that one timeline shows, at most. */
const ENTRIES = 500;

type Signup = Awaited<ReturnType<typeof signupsOf>>[number];
type Mail = Awaited<ReturnType<typeof mailsAboutNewsletter>>[number];
type Newsletter = Awaited<ReturnType<typeof newslettersTo>>[number];
type Return = Awaited<ReturnType<typeof returnsOf>>[number];
type Action = Awaited<ReturnType<typeof actionsOn>>[number];

/** What happened, with the evidence of it. */
type Happening =
  /** They asked, or an import says they did: what for, where, and under which words. */
  | { kind: "asked"; signup: Signup }
  /** They confirmed, and how sure that is. */
  | { kind: "confirmed"; signup: Signup }
  | { kind: "withdrawn"; topics: string[]; by: string | null }
  | { kind: "mail"; mail: Mail }
  | { kind: "newsletter"; newsletter: Newsletter }
  | { kind: "return"; returned: Return }
  | { kind: "action"; action: Action }
  /** What the ledger says besides: its kind, and its body as it was entered. */
  | { kind: "entry"; what: string; body: Readonly<Record<string, unknown>> };

/** A step of a person's timeline. `entry` is the ledger's, by which a proof is asked for; `actor` who did it in their place. */
export type Step = Happening & { at: number; entry: string | null; actor: string | null };

/** All that happened to a subscriber, each step with its evidence, the newest first. */
export async function timelineOf(rt: Runtime, { id, seq, email }: Subscriber): Promise<Step[]> {
  const { db } = rt;
  const [signups, withdrawals, mails, newsletters, returns, actions, entries] = await Promise.all([
    signupsOf(db, id),
    withdrawalsOf(db, id),
    mailsAboutNewsletter(db, email, CAMPAIGN_MAIL),
    newslettersTo(db, seq),
    addressHash(rt, email).then((hash) => returnsOf(db, hash)),
    actionsOn(db, seq),
    listEntries(db, { subject: `subscriber:${id}` }, "desc", undefined, ENTRIES),
  ]);
  const told = new Map(entries.map((entry) => [entry.id, entry]));
  const take = (found: Entry | undefined) => {
    if (found) told.delete(found.id);
    return { entry: found?.id ?? null, actor: found?.actor ?? null };
  };
  const confirmed = await Promise.all(
    signups
      .filter(({ confirmedAt }) => confirmedAt !== null)
      .map(async (signup) => ({ signup, entry: await keyed(rt, "ledger", `consent.given:${signup.id}`) })),
  );
  const unknown = { entry: null, actor: null };
  const steps: Step[] = [
    ...signups.map((signup) => ({
      ...{ kind: "asked" as const, signup, at: signup.requestedAt },
      ...{ entry: null, actor: signup.importedBy },
    })),
    ...confirmed.map(({ signup, entry }) => ({
      ...{ kind: "confirmed" as const, signup, at: signup.confirmedAt ?? 0 },
      ...take(told.get(entry)),
    })),
    ...withdrawals.map(({ at, by, topics }) => ({
      ...{ kind: "withdrawn" as const, topics: JSON.parse(topics) as string[], by, at: at ?? 0 }, // As SQL put it.
      ...take(entries.find((entry) => endedAt(entry) === at)),
    })),
    ...mails.map((mail) => ({ kind: "mail" as const, mail, at: mail.sentAt ?? mail.createdAt, ...unknown })),
    ...newsletters.map((newsletter) => ({
      ...{ kind: "newsletter" as const, newsletter, at: newsletter.sentAt ?? newsletter.startedAt ?? 0 },
      ...unknown,
    })),
    ...returns.map((returned) => ({ kind: "return" as const, returned, at: returned.at, ...unknown })),
    ...actions.map((action) => ({
      ...{ kind: "action" as const, action, at: action.createdAt },
      ...{ entry: null, actor: action.createdBy },
    })),
  ];
  const others = [...told.values()].map((entry) => ({
    ...{ kind: "entry" as const, what: entry.kind, body: bodyOf(entry), at: entry.at },
    ...{ entry: entry.id, actor: entry.actor },
  }));
  return [...steps, ...others].sort((one, other) => other.at - one.at);
}

const bodyOf = ({ body }: Entry): Readonly<Record<string, unknown>> => JSON.parse(body ?? "{}");

/** When consents ended that an entry tells of. */
function endedAt(entry: Entry): number | undefined {
  if (entry.kind !== "consent.withdrawn" && entry.kind !== "consent.changed") return undefined;
  const { withdrawnAt, changedAt } = bodyOf(entry);
  return Date.parse(String(withdrawnAt ?? changedAt));
}
