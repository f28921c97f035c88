import { newMail } from "../mail/outbox.ts";
import { mayDo, ROLES } from "../platform/access.ts";
import { commit } from "../platform/db.ts";
import { wake } from "../platform/jobs.ts";
import type { Runtime } from "../platform/runtime.ts";
import { alertsDue, insertAlert, type Member, markAlerted, setWantsAlerts } from "./store.ts";

/** Between two of these mails to one member. */
const PAUSE = 15 * 60_000;
/** What is being stored at this moment bears a time of a moment ago: it is left to the next round. */
const SETTLED = 10_000;
/** Members that a round mails. */
const AT_ONCE = 200;

/** The roles that may read conversations. */
const READERS = ROLES.filter((role) => mayDo(role, "contact:read"));

/** Says whether a member wants to be mailed when conversations wait; what came before they said so is not counted. */
export async function wantAlerts(rt: Runtime, { id }: Member, wants: boolean): Promise<void> {
  await commit(rt, [setWantsAlerts(rt.db, id, wants, rt.now() - SETTLED)]);
}

/**
 * The minute's part: mails who wants it how many new conversations came since their last such mail, every quarter of an hour at most, and
 * says nothing of them. Two rounds at once mail them once.
 */
export async function alertStaff(rt: Runtime): Promise<void> {
  const until = rt.now() - SETTLED;
  const due = await alertsDue(rt.db, { roles: READERS, before: until - PAUSE, until, limit: AT_ONCE });
  const mails = due.map((member) => ({
    mail: newMail(rt, "staff.alert", member.email, member.lang, { count: String(member.waiting) }),
    seen: { member: member.id, alertedAt: member.alertedAt },
  }));
  const changes = await commit(
    rt,
    mails.flatMap(({ mail, seen }) => [insertAlert({ ...mail, ...seen }), markAlerted({ ...seen, until })]),
  );
  wake(
    rt,
    mails.filter((_, at) => changes[at * 2]).map(({ mail }) => ({ kind: "mail", id: mail.id })),
  );
}
