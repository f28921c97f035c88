import type { Settings } from "../platform/settings.ts";
import type { Conversation, Topic } from "./store.ts";
import { afterWorkingTime, workingTime } from "./working-time.ts";

const HOUR = 3_600_000;
/** A month is a twelfth of a year of 365 days, so that 24 are the 730 days of the inventory. */
export const MONTH = 2_628_000_000;
/** What is kept that no topic says otherwise of. */
export const ARCHIVE_MONTHS = 24;

/** What is aimed at, in milliseconds of working time, and how long what was closed is kept, in milliseconds. */
interface Targets {
  first: number;
  solved: number;
  kept: number;
}

type Hours = Pick<
  Settings,
  "WORKING_HOURS" | "HOLIDAYS" | "TIME_ZONE" | "CONTACT_FIRST_HOURS" | "CONTACT_SOLVED_HOURS"
>;

/** The targets of a topic, or those of the deployment. */
const targetsOf = (settings: Hours, topic: Topic | null): Targets => ({
  first: (topic?.firstHours ?? settings.CONTACT_FIRST_HOURS) * HOUR,
  solved: (topic?.solvedHours ?? settings.CONTACT_SOLVED_HOURS) * HOUR,
  kept: (topic?.retentionMonths ?? ARCHIVE_MONTHS) * MONTH,
});

/** The rules for conversations about a topic. */
export const handlerOf = (settings: Hours, topic: Topic | null): Handler =>
  new Handler(settings, targetsOf(settings, topic));

/** Gives what a conversation is after something happened. Stores nothing. */
export class Handler {
  readonly #hours: Hours;
  readonly #targets: Targets;

  constructor(hours: Hours, targets: Targets) {
    this.#hours = hours;
    this.#targets = targets;
  }

  /** Until when it is our turn; null when it is not. */
  dueAt(c: Omit<Conversation, "seq">): number | null {
    if (c.status !== "new" && c.status !== "open") return null;
    const { first, solved } = this.#targets;
    const target = c.firstResponseMs === null ? first : solved + c.waitedMs;
    return afterWorkingTime(this.#hours, beganAt(c), target);
  }

  /** Its person confirmed it: it counts from now on. */
  confirmed(c: Conversation, at: number): Conversation {
    return this.#due({ ...c, status: "new", confirmedAt: at, lastAt: at });
  }

  /** Its person wrote again: what was over begins anew, but for what may be spam. */
  received(c: Conversation, at: number): Conversation {
    const isAsleep = c.status === "quarantined" || c.status === "unconfirmed" || c.status === "new";
    return isAsleep ? { ...c, lastAt: at } : this.reopened({ ...c, lastAt: at }, at);
  }

  /** It is our turn. */
  reopened(c: Conversation, at: number): Conversation {
    const since = c.closedAt ?? c.waitingSince;
    return this.#due({
      ...c,
      status: "open",
      waitedMs: c.waitedMs + (since === null ? 0 : workingTime(this.#hours, since, at)),
      ...{ waitingSince: null, closedAt: null, closeReason: null, archivedAt: null, deleteAt: null },
    });
  }

  /** Somebody of ours answered: it is their turn, or still ours. */
  answered(c: Conversation, at: number, then: "waiting" | "open"): Conversation {
    const ours = c.waitingSince === null && c.closedAt === null ? c : this.reopened(c, at);
    return this.#due({
      ...ours,
      status: then,
      lastAt: at,
      firstResponseMs: c.firstResponseMs ?? workingTime(this.#hours, beganAt(c), at),
      waitingSince: then === "waiting" ? at : null,
    });
  }

  /** It was handled: the archive purpose begins. */
  closed(c: Conversation, at: number, closeReason: NonNullable<Conversation["closeReason"]>): Conversation {
    const waited = c.waitedMs + (c.waitingSince === null ? 0 : workingTime(this.#hours, c.waitingSince, at));
    return this.#due({
      ...c,
      status: "closed",
      ...{ waitingSince: null, waitedMs: waited, closedAt: at, closeReason },
      resolvedMs: Math.max(0, workingTime(this.#hours, beganAt(c), at) - waited),
      deleteAt: at + this.#targets.kept,
    });
  }

  /** It may be spam: its days in quarantine begin. */
  quarantined(c: Conversation, at: number, quarantinedFor: NonNullable<Conversation["quarantinedFor"]>): Conversation {
    return this.#due({ ...c, status: "quarantined", quarantinedFor, lastAt: at });
  }

  /** It is none. */
  released(c: Conversation, at: number): Conversation {
    const free = { ...c, quarantinedFor: null };
    // What never counted begins now: in quarantine it was nobody's to answer.
    if (c.quarantinedFor !== "staff") return this.#due({ ...free, status: "new", confirmedAt: c.confirmedAt ?? at });
    return { ...this.reopened(free, at), status: c.firstResponseMs === null ? "new" : "open" };
  }

  /** It is about another topic, whose handler this is. */
  moved(c: Conversation, topicId: string | null): Conversation {
    const deleteAt = c.closedAt === null ? null : c.closedAt + this.#targets.kept;
    return this.#due({ ...c, topicId, deleteAt });
  }

  /** Whether its first answer, or its closing, came too late. */
  isLate(c: Conversation, what: "answered" | "closed"): boolean {
    return what === "answered"
      ? (c.firstResponseMs ?? 0) > this.#targets.first
      : (c.resolvedMs ?? 0) > this.#targets.solved;
  }

  #due(c: Conversation): Conversation {
    return { ...c, dueAt: this.dueAt(c) };
  }
}

/** When it began to count. */
const beganAt = (c: Pick<Conversation, "confirmedAt" | "createdAt">): number => c.confirmedAt ?? c.createdAt;
