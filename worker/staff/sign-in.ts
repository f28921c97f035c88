import { newMail } from "../mail/outbox.ts";
import { commit } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import { wake } from "../platform/jobs.ts";
import type { Language } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { mintToken, openToken } from "../platform/tokens.ts";
import { newSession, signedInEntry } from "./session.ts";
import {
  appendSignedIn,
  findSignInToken,
  insertSession,
  insertSignInMail,
  insertSignInToken,
  type Member,
  markSignedIn,
  spendLinks,
} from "./store.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Sign-in mails to one address: enough for a person, too few to pester one. More are not sent, and nobody is told. */
const MAILS = 5;
const PER = 15 * MINUTE;
const MAILS_A_DAY = 20;

/** The two kinds of link that sign a member in. */
export type SignInPurpose = "staff.sign-in" | "staff.invite";

/**
 * Mails a sign-in link to an address if it is a member's. The same statements run for every address, so the caller
 * learns nothing (DESIGN.md 6, no. 4).
 */
export async function requestSignIn(rt: Runtime, email: string, lang: Language): Promise<void> {
  const token = await mintToken(rt, "staff.sign-in", "");
  const mail = newMail(rt, "staff.sign-in", email, lang, { token: token.id });
  const { recipient, template } = mail;
  const now = rt.now();
  const limits = { most: MAILS, since: now - PER, mostDaily: MAILS_A_DAY, dayAgo: now - DAY };
  await commit(rt, [
    insertSignInToken({ ...token, recipient, template, ...limits }),
    insertSignInMail({ ...mail, token: token.id }),
  ]);
  // Always, row or no row: the queue drops an id that has none.
  wake(rt, [{ kind: "mail", id: mail.id }]);
}

/** The member whom a link signs in. Refuses token_invalid, token_expired and token_used. */
export async function openSignIn(rt: Runtime, purpose: SignInPurpose, text: string): Promise<Member> {
  return (await openLink(rt, purpose, text)).member;
}

async function openLink(rt: Runtime, purpose: SignInPurpose, text: string) {
  const { token, member } = await openToken(rt, purpose, text, findSignInToken);
  if (token.usedAt !== null) throw new Refusal("token_used");
  if (!member) throw new Refusal("token_invalid");
  return { token, member };
}

/**
 * Signs in by a link and gives the session's cookie; every other link that the member still had is spent with it. Refuses
 * as openSignIn does; of two at once, one.
 */
export async function signInByLink(
  rt: Runtime,
  purpose: SignInPurpose,
  text: string,
  device: string,
): Promise<{ cookie: string; member: Member }> {
  const { token, member } = await openLink(rt, purpose, text);
  const { cookie, session } = await newSession(rt, member.id, device);
  const entry = await signedInEntry(rt, session);
  const [sessions] = await commit(rt, [
    insertSession({ ...session, token: token.id }),
    appendSignedIn({ ...entry, session: session.id }),
    markSignedIn(rt.db, member.id, rt.now()),
    spendLinks(rt.db, member.id, rt.now()),
  ]);
  if (sessions === 0) throw new Refusal("token_used");
  return { cookie, member };
}
