import { ROLES, type Role } from "../platform/access.ts";
import { commit } from "../platform/db.ts";
import { LANGUAGES } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { insertToken } from "../platform/store.ts";
import { mintToken, tokenText } from "../platform/tokens.ts";
import { SIGN_IN_PATHS } from "../staff/mails.ts";
import { ensureMember } from "../staff/store.ts";

/** A sign-in link for a demo member of each role; makes the members the first time. Development only. */
export async function demoLinks(rt: Runtime): Promise<Record<Role, string>> {
  const now = rt.now();
  const links = await Promise.all(
    ROLES.map(async (role) => {
      const id = `demo-${role}`;
      const member = { id, email: `${role}@example.nl`, name: `Demo ${role}`, role, lang: LANGUAGES[0] };
      const token = await mintToken(rt, "staff.invite", id);
      await commit(rt, [ensureMember({ ...member, version: 1, changedAt: now, createdAt: now }), insertToken(token)]);
      const text = await tokenText(rt, "staff.invite", token.id);
      return [role, `${rt.settings.ORIGIN}${SIGN_IN_PATHS["staff.invite"]}?token=${text}`] as const;
    }),
  );
  return Object.fromEntries(links) as Record<Role, string>;
}
