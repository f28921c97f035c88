import { and, asc, count, desc, eq, gt, inArray, isNotNull, isNull, lt, lte, ne, or, type SQL, sql } from "drizzle-orm";
import { conversations, messages } from "../contact/tables.ts";
import { ledgerEntries } from "../ledger/tables.ts";
import { fewerMailsThan, mailInsert, type NewMail } from "../mail/store.ts";
import { outbox } from "../mail/tables.ts";
import type { Role } from "../platform/access.ts";
import { compile, type Database, insertInto, type Statement } from "../platform/db.ts";
import type { TokenRow } from "../platform/store.ts";
import { apiKeys, tokens } from "../platform/tables.ts";
import { staffMembers, staffPasskeys, staffRoles, staffSessions } from "./tables.ts";

export type Member = typeof staffMembers.$inferSelect;
export type Session = typeof staffSessions.$inferSelect;
export type Passkey = typeof staffPasskeys.$inferSelect;
export type RoleRule = typeof staffRoles.$inferSelect;

const p = sql.placeholder;
const present = isNull(staffMembers.removedAt);

// Signing in

/** The session of a cookie's hash that still runs, whose it is, and whether the role asks for a passkey. */
export async function findSession(db: Database, hash: string, now: number) {
  return db
    .select({
      session: staffSessions,
      member: staffMembers,
      demandsPasskey: sql<number>`coalesce(${staffRoles.demandsPasskey}, 0)`.mapWith(Boolean),
    })
    .from(staffSessions)
    .innerJoin(staffMembers, eq(staffMembers.id, staffSessions.memberId))
    .leftJoin(staffRoles, eq(staffRoles.role, staffMembers.role))
    .where(and(eq(staffSessions.hash, hash), gt(staffSessions.expiresAt, now), present))
    .get();
}

/** The member of an address that an identity provider has vouched for. */
export async function findMemberByEmail(db: Database, email: string): Promise<Member | undefined> {
  return db
    .select()
    .from(staffMembers)
    .where(and(eq(staffMembers.email, email), present))
    .get();
}

/** A token that signs a member in, with the member while they are one. */
export async function findSignInToken(db: Database, id: string) {
  return db
    .select({ token: tokens, member: staffMembers })
    .from(tokens)
    .leftJoin(staffMembers, and(eq(staffMembers.id, tokens.subject), present))
    .where(eq(tokens.id, id))
    .get();
}

/**
 * Adds a sign-in token: for the member of an address who had fewer than `most` of these mails since `since` and fewer than
 * `mostDaily` since `dayAgo`; else for nobody. A row either way, so that one address takes as long as another.
 */
export const insertSignInToken = compile<
  TokenRow & { recipient: string; template: string; most: number; since: number; mostDaily: number; dayAgo: number }
>(sql`insert into ${tokens} (id, purpose, hash, subject, expires_at)
  select ${p("id")}, ${p("purpose")}, ${p("hash")}, coalesce((select m.id from ${staffMembers} m
    where m.email = ${p("recipient")} and m.removed_at is null and ${fewerMailsThan(p("most"), p("template"))}
      and ${fewerMailsThan(p("mostDaily"), p("template"), p("dayAgo"))}), ''), ${p("expiresAt")}`);

/** Adds the mail of a sign-in token in its member's language, if the token is somebody's. */
export const insertSignInMail = compile<NewMail & { token: string }>(
  sql`insert into ${outbox} (id, template, recipient, lang, params, state, attempts, due_at, created_at)
  select ${p("id")}, ${p("template")}, m.email, m.lang, ${sql.param(p("params"), outbox.params)}, ${p("state")},
    ${p("attempts")}, ${p("dueAt")}, ${p("createdAt")}
  from ${tokens} t join ${staffMembers} m on m.id = t.subject where t.id = ${p("token")}`,
);

/** Spends every link that would sign a member in; with `when`, only if that holds at the commit. */
export function spendLinks(db: Database, memberId: string, at: number, when?: SQL): Statement {
  // The purposes stand here as they do in the index.
  const isLink = sql`${tokens.purpose} in ('staff.invite', 'staff.sign-in')`;
  return db
    .update(tokens)
    .set({ usedAt: at })
    .where(and(eq(tokens.subject, memberId), isLink, isNull(tokens.usedAt), when));
}

/** Adds a session that a link opened, if the link is unused and its member still there. */
export const insertSession = insertInto<typeof staffSessions, { token: string }>(
  staffSessions,
  sql`exists (select 1 from ${tokens} where id = ${p("token")} and used_at is null)
    and exists (select 1 from ${staffMembers} where id = ${p("memberId")} and removed_at is null)`,
);

/** Adds a session that a passkey opened, if the passkey and its owner are still there. */
export const insertPasskeySession = insertInto<typeof staffSessions, { passkey: string }>(
  staffSessions,
  sql`exists (select 1 from ${staffPasskeys} join ${staffMembers} m on m.id = member_id
    where ${staffPasskeys.id} = ${p("passkey")} and m.id = ${p("memberId")} and m.removed_at is null)`,
);

/** Enters the start of a session, if it was added. */
export const appendSignedIn = insertInto<typeof ledgerEntries, { session: string }>(
  ledgerEntries,
  sql`exists (select 1 from ${staffSessions} where id = ${p("session")})`,
);

export function markSignedIn(db: Database, id: string, at: number): Statement {
  return db.update(staffMembers).set({ signedInAt: at }).where(eq(staffMembers.id, id));
}

// Sessions

export async function listSessions(db: Database, memberId: string, now: number): Promise<Session[]> {
  return db
    .select()
    .from(staffSessions)
    .where(and(eq(staffSessions.memberId, memberId), gt(staffSessions.expiresAt, now)))
    .orderBy(desc(staffSessions.createdAt));
}

/** Makes a session one by a passkey, if that was added: its member has just proved to hold it. */
export function markSessionByPasskey(db: Database, id: string, passkeyId: string): Statement {
  const isAdded = sql`exists (select 1 from ${staffPasskeys} where id = ${passkeyId})`;
  return db
    .update(staffSessions)
    .set({ method: "passkey", passkeyId })
    .where(and(eq(staffSessions.id, id), isAdded));
}

export function deleteSession(db: Database, memberId: string, id: string): Statement {
  return db.delete(staffSessions).where(and(eq(staffSessions.memberId, memberId), eq(staffSessions.id, id)));
}

/** Ends a member's sessions that a passkey opened, but for the one at hand. */
export function deleteSessionsOfPasskey(db: Database, memberId: string, passkeyId: string, kept: string): Statement {
  const { memberId: owner, passkeyId: opener, id } = staffSessions;
  return db.delete(staffSessions).where(and(eq(owner, memberId), eq(opener, passkeyId), ne(id, kept)));
}

/** Enters the end of a session, if there is one to end; goes before the deletion. */
export const appendSignedOut = insertInto<typeof ledgerEntries, { session: string; memberId: string }>(
  ledgerEntries,
  sql`exists (select 1 from ${staffSessions} where id = ${p("session")} and member_id = ${p("memberId")})`,
);

// Members. An edit names the version it saw. All its statements carry the same condition and the change comes last, so
// that of two edits at once all statements of one count and none of the other.

interface Edit {
  member: string;
  version: number;
}

/** Condition: a member is there, and as they were at a version. */
export const isCurrent = (member: unknown, version: unknown): SQL =>
  sql`exists (select 1 from ${staffMembers} where id = ${member} and version = ${version} and removed_at is null)`;

/** Enters an edit, if it still applies. */
export const appendMemberEdit = insertInto<typeof ledgerEntries, { member: string; version: number }>(
  ledgerEntries,
  isCurrent(p("member"), p("version")),
);

/** Ends all sessions of a member, if the edit still applies. */
export function deleteSessions(db: Database, { member, version }: Edit): Statement {
  return db.delete(staffSessions).where(and(eq(staffSessions.memberId, member), isCurrent(member, version)));
}

/** Drops all passkeys of a member, if the edit still applies. */
export function deletePasskeys(db: Database, { member, version }: Edit): Statement {
  return db.delete(staffPasskeys).where(and(eq(staffPasskeys.memberId, member), isCurrent(member, version)));
}

/** Changes a member, if the edit still applies. A batch fails ("last_owner") that would leave nobody an owner. */
export function updateMember(db: Database, { member, version }: Edit, set: Partial<Member>): Statement {
  return db
    .update(staffMembers)
    .set({ ...set, version: version + 1 })
    .where(and(eq(staffMembers.id, member), eq(staffMembers.version, version), present));
}

const isInvited = sql`exists (select 1 from ${staffMembers}
  where id = ${p("member")} and signed_in_at is null and removed_at is null)`;

/** Adds the token of an invitation, if its member has never been here. */
export const insertInvitation = insertInto<typeof tokens, { member: string }>(tokens, isInvited);

/** Enters an invitation that is sent again, if its member has never been here. */
export const appendInvitedAgain = insertInto<typeof ledgerEntries, { member: string }>(ledgerEntries, isInvited);

/** A batch with this statement fails ("staff_members.email") when the address has a member. */
export const insertMember = insertInto(staffMembers);

/** Adds a member unless there is one of that id. */
export const ensureMember = insertInto(
  staffMembers,
  sql`not exists (select 1 from ${staffMembers} where id = ${p("id")})`,
);

export async function findMember(db: Database, id: string): Promise<Member | undefined> {
  return db
    .select()
    .from(staffMembers)
    .where(and(eq(staffMembers.id, id), present))
    .get();
}

/** All members, with how many passkeys each has. A team is small: no pages. */
export async function listMembers(db: Database) {
  return db
    .select({ member: staffMembers, passkeys: count(staffPasskeys.id) })
    .from(staffMembers)
    .leftJoin(staffPasskeys, eq(staffPasskeys.memberId, staffMembers.id))
    .where(present)
    .groupBy(staffMembers.id)
    .orderBy(asc(staffMembers.name));
}

/** Names of members, removed ones too, by id. */
export async function memberNames(db: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await db.select({ id: staffMembers.id, name: staffMembers.name }).from(staffMembers);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

// Roles

export async function listRoles(db: Database): Promise<RoleRule[]> {
  return db.select().from(staffRoles);
}

/** Sets what a role asks, if it is still at `version` (0: it has no row yet). */
export const upsertRole = compile<{
  role: Role;
  demandsPasskey: number;
  version: number;
  changedAt: number;
  changedBy: string;
}>(sql`insert into ${staffRoles} (role, demands_passkey, version, changed_at, changed_by)
  select ${p("role")}, ${p("demandsPasskey")}, 1, ${p("changedAt")}, ${p("changedBy")}
  where ${p("version")} = coalesce((select version from ${staffRoles} where role = ${p("role")}), 0)
  on conflict (role) do update set demands_passkey = excluded.demands_passkey, version = version + 1,
    changed_at = excluded.changed_at, changed_by = excluded.changed_by`);

export const appendRoleChange = insertInto<typeof ledgerEntries, { role: Role; version: number }>(
  ledgerEntries,
  sql`${p("version")} = coalesce((select version from ${staffRoles} where role = ${p("role")}), 0)`,
);

// Passkeys

export async function findPasskey(db: Database, id: string) {
  return db
    .select({ passkey: staffPasskeys, member: staffMembers })
    .from(staffPasskeys)
    .innerJoin(staffMembers, eq(staffMembers.id, staffPasskeys.memberId))
    .where(and(eq(staffPasskeys.id, id), present))
    .get();
}

export async function listPasskeys(db: Database, memberId: string): Promise<Passkey[]> {
  return db
    .select()
    .from(staffPasskeys)
    .where(eq(staffPasskeys.memberId, memberId))
    .orderBy(desc(staffPasskeys.createdAt));
}

/**
 * Adds a passkey, if the session that asks is still there with its member, and was opened by a passkey where the role
 * demands one and the member has one. A batch fails ("staff_passkeys.id") for a passkey that is somebody's already.
 */
export const insertPasskey = insertInto<typeof staffPasskeys, { session: string }>(
  staffPasskeys,
  sql`exists (select 1 from ${staffSessions} s join ${staffMembers} m on m.id = s.member_id
    where s.id = ${p("session")} and m.id = ${p("memberId")} and m.removed_at is null
      and (s.method = 'passkey'
        or not exists (select 1 from ${staffRoles} r where r.role = m.role and r.demands_passkey = 1)
        or not exists (select 1 from ${staffPasskeys} k where k.member_id = m.id)))`,
);

/** Enters an added passkey, if it was added. */
export const appendPasskeyAdded = insertInto<typeof ledgerEntries, { passkey: string }>(
  ledgerEntries,
  sql`exists (select 1 from ${staffPasskeys} where id = ${p("passkey")})`,
);

export function markPasskeyUsed(db: Database, id: string, counter: number, at: number): Statement {
  return db.update(staffPasskeys).set({ counter, usedAt: at }).where(eq(staffPasskeys.id, id));
}

export function deletePasskey(db: Database, memberId: string, id: string): Statement {
  return db.delete(staffPasskeys).where(and(eq(staffPasskeys.memberId, memberId), eq(staffPasskeys.id, id)));
}

/** Enters the removal of a passkey, if it is there to remove; goes before the deletion. */
export const appendPasskeyRemoved = insertInto<typeof ledgerEntries, { passkey: string; memberId: string }>(
  ledgerEntries,
  sql`exists (select 1 from ${staffPasskeys} where id = ${p("passkey")} and member_id = ${p("memberId")})`,
);

/** Enters the end of an API key, if it has not ended; goes before the change. */
export const appendKeyRevoked = insertInto<typeof ledgerEntries, { key: string }>(
  ledgerEntries,
  sql`exists (select 1 from ${apiKeys} where id = ${p("key")} and revoked_at is null)`,
);

// Alerts

/** Says whether a member wants them; what came after `since` counts for the first. */
export function setWantsAlerts(db: Database, id: string, wantsAlerts: boolean, since: number): Statement {
  const isOther = ne(staffMembers.wantsAlerts, wantsAlerts);
  return db
    .update(staffMembers)
    .set({ wantsAlerts, alertedAt: since })
    .where(and(eq(staffMembers.id, id), isOther));
}

/** More than these are only many. */
const COUNTED = 999;

/**
 * Members of some roles who want alerts and had none since `before`, with how many conversations came, or came again, from then up to
 * `until` and wait for us; only those for whom there are any, at most `limit`.
 */
export async function alertsDue(
  db: Database,
  { roles, before, until, limit }: { roles: readonly Role[]; before: number; until: number; limit: number },
) {
  const { id, email, lang, role, alertedAt, wantsAlerts } = staffMembers;
  const waiting = sql<number>`(select count(*) from (select 1 from ${conversations} c where c.status in ('new', 'open')
    and c.last_at > coalesce(${staffMembers}.alerted_at, 0) and c.last_at <= ${until}
    and (select author from ${messages} m where m.conversation_id = c.id order by m.created_at desc, m.seq desc limit 1) is null
    limit ${COUNTED}))`.as("waiting");
  return db
    .select({ id, email, lang, alertedAt, waiting })
    .from(staffMembers)
    .where(
      and(
        present,
        eq(wantsAlerts, true),
        inArray(role, [...roles]),
        or(isNull(alertedAt), lte(alertedAt, before)),
        sql`waiting > 0`,
      ),
    )
    .limit(limit);
}

/** When a member was last mailed, as it was seen: of two rounds at once one mails them. */
interface LastAlert extends Record<string, unknown> {
  member: string;
  alertedAt: number | null;
}

const isLastAlert = sql`exists (select 1 from ${staffMembers} where id = ${p("member")}
  and alerted_at is ${p("alertedAt")} and wants_alerts = 1 and removed_at is null)`;

/** Adds a member's mail, if nobody mailed them since; goes before markAlerted. */
export const insertAlert = mailInsert<LastAlert>(isLastAlert);

/** Says up to when what came has been told a member, if nobody mailed them since. */
export const markAlerted = compile<LastAlert & { until: number }>(sql`update ${staffMembers}
  set alerted_at = ${p("until")} where id = ${p("member")} and ${isLastAlert}`);

/** Drops sessions that have run out and members removed before `removedBefore`, with what hangs on them. */
export function sweepStaff(db: Database, now: number, removedBefore: number): Statement[] {
  const gone = db
    .select({ id: staffMembers.id })
    .from(staffMembers)
    .where(and(isNotNull(staffMembers.removedAt), lt(staffMembers.removedAt, removedBefore)));
  return [
    db.delete(staffSessions).where(lt(staffSessions.expiresAt, now)),
    db.delete(staffPasskeys).where(inArray(staffPasskeys.memberId, gone)),
    db.delete(staffSessions).where(inArray(staffSessions.memberId, gone)),
    db.delete(staffMembers).where(inArray(staffMembers.id, gone)),
  ];
}
