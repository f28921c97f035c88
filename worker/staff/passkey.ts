import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { ledgerEntry } from "../ledger/entry.ts";
import { base64url, fromBase64url, sameInConstantTime, sha256, utf8 } from "../platform/bytes.ts";
import { SPENT } from "../platform/challenge.ts";
import { commit, conflictOn, type Statement } from "../platform/db.ts";
import { Refusal } from "../platform/errors.ts";
import type { Runtime } from "../platform/runtime.ts";
import { spendChallenge } from "../platform/store.ts";
import { keyed } from "../platform/tokens.ts";
import { newSession, signedInEntry, type Visitor } from "./session.ts";
import {
  appendPasskeyAdded,
  appendPasskeyRemoved,
  appendSignedIn,
  deletePasskey,
  deleteSessionsOfPasskey,
  findPasskey,
  insertPasskey,
  insertPasskeySession,
  listPasskeys,
  type Member,
  markPasskeyUsed,
  markSessionByPasskey,
  markSignedIn,
  type Passkey,
} from "./store.ts";

/** How long a page with a passkey button may stand open, in milliseconds. */
const LIFE = 30 * 60_000;
/** COSE algorithms taken: Ed25519, ES256, RS256 (WebAuthn section 5.8.5). */
const ALGORITHMS = [-8, -7, -257];

const rpIdOf = (rt: Runtime): string => new URL(rt.settings.ORIGIN).hostname;

/**
 * A challenge of ours (WebAuthn section 13.4.3), signed, so that nothing is stored for visitors who only look at the page.
 * `use` binds it to one ceremony; it is spent when it is handed in.
 */
async function newChallenge(rt: Runtime, use: string): Promise<string> {
  const body = `${rt.now() + LIFE}.${base64url(rt.random(16))}`;
  return base64url(utf8(`${body}.${await keyed(rt, `passkey:${use}`, body)}`));
}

/** The statement that spends a challenge of ours; undefined for one that is not, or has run out. */
async function openChallenge(rt: Runtime, use: string, challenge: string): Promise<Statement | undefined> {
  const text = new TextDecoder().decode(fromBase64url(challenge));
  const [until = "", random = "", mac = ""] = text.split(".");
  const isOurs = sameInConstantTime(mac, await keyed(rt, `passkey:${use}`, `${until}.${random}`));
  if (!isOurs || !(Number(until) > rt.now())) return undefined;
  return spendChallenge({ hash: await sha256(text), expiresAt: Number(until) });
}

/** What the browser asks its authenticator for when anyone signs in. */
export async function signInOptions(rt: Runtime): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return { challenge: await newChallenge(rt, "sign-in"), rpId: rpIdOf(rt), userVerification: "required" };
}

/** What the browser asks its authenticator for when a member adds a passkey. */
export async function addOptions(rt: Runtime, member: Member): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const known = await listPasskeys(rt.db, member.id);
  return {
    challenge: await newChallenge(rt, `add:${member.id}`),
    rp: { id: rpIdOf(rt), name: rt.settings.COMPANY },
    user: { id: base64url(utf8(member.id)), name: member.email, displayName: member.name },
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ alg, type: "public-key" })),
    excludeCredentials: known.map(({ id }) => ({ id, type: "public-key" })),
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    attestation: "none",
  };
}

/**
 * Runs a ceremony's verification, with a challenge that must be ours and unspent. Refuses passkey_invalid for anything the
 * library refuses: its errors say what is wrong with the input, and nothing of it is for the visitor.
 */
async function verified<Result extends { verified: boolean }>(
  rt: Runtime,
  use: string,
  verify: (expectedChallenge: (challenge: string) => Promise<boolean>) => Promise<Result>,
) {
  let spend: Statement | undefined;
  const result = await verify(async (challenge) => {
    spend = await openChallenge(rt, use, challenge);
    return spend !== undefined;
  }).catch(() => undefined);
  if (!result?.verified || !spend) throw new Refusal("passkey_invalid");
  return { result, spend };
}

/**
 * Adds a passkey to a member (WebAuthn section 7.1); the session counts as opened by it from then on. Refuses
 * passkey_invalid, also when the session has ended, or the role asks for a passkey, there is one, and it was not used to
 * sign in.
 */
export async function addPasskey(
  rt: Runtime,
  { member, session }: Visitor,
  registration: RegistrationResponseJSON,
  name: string,
): Promise<void> {
  if (session === null) throw new Refusal("passkey_invalid");
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  const { result, spend } = await verified(rt, `add:${member.id}`, (expectedChallenge) =>
    verifyRegistrationResponse({
      response: registration,
      expectedChallenge,
      expectedOrigin: rt.settings.ORIGIN,
      expectedRPID: rpIdOf(rt),
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    }),
  );
  if (!result.verified) throw new Refusal("passkey_invalid");
  const { id, publicKey, counter } = result.registrationInfo.credential;
  const entry = await ledgerEntry(rt, "staff.passkey-added", {
    event: `${id}:${rt.now()}`,
    subject: `staff:${member.id}`,
    actor: `staff:${member.id}`,
    body: { passkey: id, name },
  });
  const [, passkeys] = await commitOnce(rt, [
    spend,
    insertPasskey({
      id,
      session: session.id,
      memberId: member.id,
      name,
      publicKey: base64url(publicKey),
      counter,
      transports: registration.response.transports ?? [],
      createdAt: rt.now(),
    }),
    appendPasskeyAdded({ ...entry, passkey: id }),
    markSessionByPasskey(rt.db, session.id, id),
  ]);
  // The batch has then left the session as it was, too: by no passkey, or gone.
  if (passkeys === 0) throw new Refusal("passkey_invalid");
}

/** Signs in by a passkey alone (WebAuthn section 7.2) and gives the session's cookie. Refuses passkey_invalid. */
export async function signInByPasskey(
  rt: Runtime,
  assertion: AuthenticationResponseJSON,
  device: string,
): Promise<{ cookie: string; member: Member }> {
  const found = await findPasskey(rt.db, assertion.id);
  if (!found) throw new Refusal("passkey_invalid");
  const { passkey, member } = found;
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  const { result, spend } = await verified(rt, "sign-in", (expectedChallenge) =>
    verifyAuthenticationResponse({
      response: assertion,
      expectedChallenge,
      expectedOrigin: rt.settings.ORIGIN,
      expectedRPID: rpIdOf(rt),
      requireUserVerification: true,
      credential: {
        id: passkey.id,
        publicKey: fromBase64url(passkey.publicKey),
        counter: passkey.counter,
        transports: passkey.transports as AuthenticatorTransport[],
      },
    }),
  );
  const { cookie, session } = await newSession(rt, member.id, device, passkey.id);
  const entry = await signedInEntry(rt, session);
  const [, sessions] = await commitOnce(rt, [
    spend,
    insertPasskeySession({ ...session, passkey: passkey.id }),
    appendSignedIn({ ...entry, session: session.id }),
    markPasskeyUsed(rt.db, passkey.id, result.authenticationInfo.newCounter, rt.now()),
    markSignedIn(rt.db, member.id, rt.now()),
  ]);
  if (sessions === 0) throw new Refusal("passkey_invalid");
  return { cookie, member };
}

/** A passkey of one's own. Refuses not_found. */
export async function ownPasskey(rt: Runtime, { member }: Visitor, id: string): Promise<Passkey> {
  const passkey = (await listPasskeys(rt.db, member.id)).find((candidate) => candidate.id === id);
  if (!passkey) throw new Refusal("not_found");
  return passkey;
}

/** Removes a passkey of one's own, and ends what it opened elsewhere. Removing one that is gone is fine. */
export async function removePasskey(rt: Runtime, { member, session }: Visitor, id: string): Promise<void> {
  const entry = await ledgerEntry(rt, "staff.passkey-removed", {
    event: `${id}:${rt.now()}`,
    subject: `staff:${member.id}`,
    actor: `staff:${member.id}`,
    body: { passkey: id },
  });
  await commit(rt, [
    appendPasskeyRemoved({ ...entry, passkey: id, memberId: member.id }),
    deletePasskey(rt.db, member.id, id),
    deleteSessionsOfPasskey(rt.db, member.id, id, session?.id ?? ""),
  ]);
}

/** A challenge counts once, and a passkey belongs to one member. */
async function commitOnce(rt: Runtime, statements: Statement[]): Promise<number[]> {
  try {
    return await commit(rt, statements);
  } catch (error) {
    throw conflictOn(error, SPENT, "staff_passkeys.id") ? new Refusal("passkey_invalid") : error;
  }
}
