import { ledgerEntry } from "../ledger/entry.ts";
import { appendEntry } from "../ledger/store.ts";
import { newMail } from "../mail/outbox.ts";
import type { Role } from "../platform/access.ts";
import { base64url } from "../platform/bytes.ts";
import { commit, conflictOn, type Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { wake } from "../platform/jobs.ts";
import type { Runtime } from "../platform/runtime.ts";
import { mintToken } from "../platform/tokens.ts";
import type { Invitation, MemberEdit } from "./shapes.ts";
import {
  appendInvitedAgain,
  appendMemberEdit,
  appendRoleChange,
  deletePasskeys,
  deleteSessions,
  findMember,
  insertInvitation,
  insertMember,
  insertSignInMail,
  isCurrent,
  type Member,
  spendLinks,
  updateMember,
  upsertRole,
} from "./store.ts";

/** An invitation's statements, and the mail that they put in the outbox. */
async function invitation(rt: Runtime, { id, email, lang }: Pick<Invitation, "email" | "lang"> & { id: string }) {
  const token = await mintToken(rt, "staff.invite", id);
  const mail = newMail(rt, "staff.invite", email, lang, { token: token.id });
  return {
    mail,
    token,
    statements: [insertInvitation({ ...token, member: id }), insertSignInMail({ ...mail, token: token.id })],
  };
}

/** Makes someone a member and mails them an invitation. Refuses invalid_input ("taken") for a member's address. */
export async function inviteMember(rt: Runtime, by: Member, { email, name, role, lang }: Invitation): Promise<void> {
  const now = rt.now();
  const id = base64url(rt.random(12));
  const entry = await ledgerEntry(rt, "staff.invited", {
    event: id,
    subject: `staff:${id}`,
    actor: `staff:${by.id}`,
    body: { member: id, email, name, role },
  });
  const { mail, statements } = await invitation(rt, { id, email, lang });
  const member = { id, email, name, role, lang, version: 1, changedAt: now, changedBy: by.id, createdAt: now };
  try {
    await commit(rt, [insertMember(member), appendEntry(entry), ...statements]);
  } catch (error) {
    if (!conflictOn(error, "staff_members.email")) throw error;
    throw new Refusal("invalid_input", { errors: [{ path: "email", code: "taken" }] });
  }
  wake(rt, [{ kind: "mail", id: mail.id }]);
}

/** Mails a member who never signed in their invitation again; the link they had is spent. Refuses not_found. */
export async function inviteAgain(rt: Runtime, by: Member, id: string): Promise<void> {
  const member = await findMember(rt.db, id);
  if (!member || member.signedInAt !== null) throw new Refusal("not_found");
  const { email, name, role, lang } = member;
  const { mail, token, statements } = await invitation(rt, { id, email, lang });
  const entry = await ledgerEntry(rt, "staff.invited", {
    event: token.id,
    subject: `staff:${id}`,
    actor: `staff:${by.id}`,
    body: { member: id, email, name, role },
  });
  const [entries] = await commit(rt, [
    appendInvitedAgain({ ...entry, member: id }),
    spendLinks(rt.db, id, rt.now()),
    ...statements,
  ]);
  // They came in, or were removed, since we looked; a link that signs in whoever holds it is then in nobody's mail.
  if (entries === 0) throw new Refusal("not_found");
  wake(rt, [{ kind: "mail", id: mail.id }]);
}

/**
 * Edits a member as `edit.version` was seen; a change of role ends all their sessions. Refuses not_found, last_owner, and
 * edited_meanwhile when somebody else's edit came between: nothing is overwritten unseen.
 */
export async function editMember(rt: Runtime, by: Member, id: string, edit: MemberEdit): Promise<void> {
  const member = await findMember(rt.db, id);
  if (!member) throw new Refusal("not_found");
  const { version, name, role, lang } = edit;
  const entry = await ledgerEntry(rt, "staff.changed", {
    event: `${id}:${version}`,
    subject: `staff:${id}`,
    actor: `staff:${by.id}`,
    body: {
      from: { name: member.name, role: member.role, lang: member.lang },
      to: { name, role, lang },
    },
  });
  const seen = { member: id, version };
  await commitEdit(rt, [
    appendMemberEdit({ ...entry, ...seen }),
    ...(role === member.role ? [] : endAccess(rt, seen)),
    updateMember(rt.db, seen, { name, role, lang, changedAt: rt.now(), changedBy: by.id }),
  ]);
}

/** Removes a member as `version` was seen; they are out at once. Refuses as editMember does. */
export async function removeMember(rt: Runtime, by: Member, id: string, version: number): Promise<void> {
  const now = rt.now();
  const entry = await ledgerEntry(rt, "staff.removed", {
    event: id,
    subject: `staff:${id}`,
    actor: `staff:${by.id}`,
    body: { member: id },
  });
  const seen = { member: id, version };
  await commitEdit(rt, [
    appendMemberEdit({ ...entry, ...seen }),
    ...endAccess(rt, seen),
    deletePasskeys(rt.db, seen),
    updateMember(rt.db, seen, { removedAt: now, changedAt: now, changedBy: by.id }),
  ]);
}

/** Drops a member's passkeys and ends their sessions, for who has lost theirs: they sign in by mail and add a new one. */
export async function resetPasskeys(rt: Runtime, by: Member, id: string, version: number): Promise<void> {
  const entry = await ledgerEntry(rt, "staff.passkey-removed", {
    event: `${id}:${version}`,
    subject: `staff:${id}`,
    actor: `staff:${by.id}`,
    body: { passkey: "*" },
  });
  const seen = { member: id, version };
  await commitEdit(rt, [
    appendMemberEdit({ ...entry, ...seen }),
    ...endAccess(rt, seen),
    deletePasskeys(rt.db, seen),
    updateMember(rt.db, seen, { changedAt: rt.now(), changedBy: by.id }),
  ]);
}

/** Ends a member's sessions and spends the links they could sign in with, if the edit still applies. */
const endAccess = (rt: Runtime, seen: { member: string; version: number }): Statement[] => [
  deleteSessions(rt.db, seen),
  spendLinks(rt.db, seen.member, rt.now(), isCurrent(seen.member, seen.version)),
];

/** Sets whether a role asks for a passkey, as `version` was seen (0: never set). Refuses edited_meanwhile. */
export async function setRoleRule(
  rt: Runtime,
  by: Member,
  { role, demandsPasskey, version }: { role: Role; demandsPasskey: boolean; version: number },
): Promise<void> {
  const entry = await ledgerEntry(rt, "staff.role-changed", {
    event: `${role}:${version}`,
    subject: null,
    actor: `staff:${by.id}`,
    body: { role, demandsPasskey },
  });
  const changedAt = rt.now();
  await commitEdit(rt, [
    appendRoleChange({ ...entry, role, version }),
    upsertRole({ role, demandsPasskey: Number(demandsPasskey), version, changedAt, changedBy: by.id }),
  ]);
}

/** Commits an edit whose last statement changes a row if the version still holds. */
async function commitEdit(rt: Runtime, statements: Statement[]): Promise<void> {
  let changes: number[];
  try {
    changes = await commit(rt, statements);
  } catch (error) {
    throw conflictOn(error, "last_owner") ? new Refusal("last_owner") : error;
  }
  if (changes.at(-1) === 0) throw new Refusal("edited_meanwhile");
}
