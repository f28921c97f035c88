import { ledgerEntry } from "../ledger/entry.ts";
import { base64url, sha256 } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { verifyAccess } from "./cloudflare-access.ts";
import {
  appendSignedOut,
  deleteSession,
  findMemberByEmail,
  findSession,
  listSessions,
  type Member,
  type Session,
} from "./store.ts";

const HOUR = 3_600_000;

/** Who is signed in. */
export interface Visitor {
  member: Member;
  /** Null behind Cloudflare Access, which keeps the sessions itself. */
  session: Session | null;
  /** Their role asks for a passkey and this session was not opened by one: nothing is open yet but their own account. */
  needsPasskey: boolean;
}

/** A cookie's text and the row it opens, by a link or by a passkey. The row ends by itself: nothing that a GET does makes it longer. */
export async function newSession(rt: Runtime, memberId: string, device: string, passkeyId: string | null = null) {
  const cookie = base64url(rt.random(32));
  const now = rt.now();
  const session: Session = {
    id: base64url(rt.random(12)),
    hash: await sha256(cookie),
    memberId,
    method: passkeyId === null ? "link" : "passkey",
    passkeyId,
    device,
    createdAt: now,
    expiresAt: now + rt.settings.STAFF_SESSION_HOURS * HOUR,
  };
  return { cookie, session };
}

/** The ledger's entry for the start of a session. */
export const signedInEntry = (rt: Runtime, { id, memberId, method, device }: Session) =>
  ledgerEntry(rt, "staff.signed-in", {
    event: id,
    subject: `staff:${memberId}`,
    actor: `staff:${memberId}`,
    body: { session: id, method, device },
  });

/** Whether Cloudflare Access does the signing in; then none of our own ways in is open. */
export const isBehindAccess = (rt: Runtime): boolean => rt.settings.ACCESS_TEAM !== "";

/**
 * Who a request comes from, by its session cookie or by Cloudflare Access's token. Undefined when nobody is signed in, the
 * session was ended, or the member removed. Refuses forbidden to those whom Access knows and we do not.
 */
export async function findVisitor(
  rt: Runtime,
  cookie: string | undefined,
  accessToken: string | undefined,
): Promise<Visitor | undefined> {
  if (isBehindAccess(rt)) {
    const email = await verifyAccess(rt, accessToken);
    if (email === undefined) return undefined;
    const member = await findMemberByEmail(rt.db, email);
    if (!member) throw new Refusal("forbidden");
    return { member, session: null, needsPasskey: false };
  }
  const found = cookie ? await findSession(rt.db, await sha256(cookie), rt.now()) : undefined;
  if (!found) return undefined;
  const { member, session, demandsPasskey } = found;
  return { member, session, needsPasskey: demandsPasskey && session.method !== "passkey" };
}

/** Ends a session of a member, one's own or another's. Ending one that has ended is fine. */
export async function endSession(rt: Runtime, by: Member, memberId: string, id: string): Promise<void> {
  await commit(rt, await endStatements(rt, by, memberId, id));
}

/** Ends all sessions of a member but the one they are in. */
export async function endOtherSessions(rt: Runtime, { member, session }: Visitor): Promise<void> {
  const others = (await listSessions(rt.db, member.id, rt.now())).filter(({ id }) => id !== session?.id);
  const statements = await Promise.all(others.map(({ id }) => endStatements(rt, member, member.id, id)));
  await commit(rt, statements.flat());
}

async function endStatements(rt: Runtime, by: Member, memberId: string, id: string) {
  const entry = await ledgerEntry(rt, "staff.signed-out", {
    event: id,
    subject: `staff:${memberId}`,
    actor: `staff:${by.id}`,
    body: { session: id },
  });
  return [appendSignedOut({ ...entry, session: id, memberId }), deleteSession(rt.db, memberId, id)];
}
