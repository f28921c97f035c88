/** What the tests of passkeys share: what the pages ask an authenticator for, and forms with what it answers. */
import { expect } from "vitest";
import type { Authenticator, Ceremony } from "./authenticator.ts";
import type { TestHouse } from "./house.ts";
import { type Browser, everything, getPage, type Member, newBrowser, postForm, sessionCookie } from "./staff.ts";

export interface Passkeys {
  /** The challenge on the account page of someone. */
  toAdd(who: Browser): Promise<string>;
  /** The challenge on the sign-in page. */
  toSignIn(): Promise<string>;
  /** Sends the form that adds a passkey. */
  add(who: Browser, credential: string, at?: TestHouse): Promise<Response>;
  /** Adds a passkey to who is signed in. */
  enrol(who: Browser, authenticator: Authenticator): Promise<void>;
  /** Sends the form that signs in. */
  enter(credential: string, options?: { by?: Browser; next?: string; at?: TestHouse }): Promise<Response>;
  /** Signs in with a passkey, as a good authenticator or otherwise. */
  signIn(authenticator: Authenticator, changes?: Partial<Ceremony>): Promise<Response>;
  rowsOf(who: Member): Promise<Record<string, unknown>[]>;
}

export function createPasskeys(house: TestHouse): Passkeys {
  const passkeys: Passkeys = {
    toAdd: (who) => challengeOn(getPage(house, "/admin/account", who)),
    toSignIn: () => challengeOn(house.fetch("/admin/sign-in")),
    add: (who, credential, at = house) =>
      postForm(at, "/admin/account/passkeys", { name: "Key ring", credential }, who),
    async enrol(who, authenticator) {
      const reply = await passkeys.add(who, await authenticator.create({ challenge: await passkeys.toAdd(who) }));
      expect(reply.headers.get("location")).toBe("/admin/account?done=passkey-added");
    },
    enter: async (credential, { by, next = "/admin", at = house } = {}) =>
      postForm(at, "/admin/sign-in/passkey", { credential, next }, by ?? (await newBrowser(house))),
    signIn: async (authenticator, changes) =>
      passkeys.enter(await authenticator.get({ challenge: await passkeys.toSignIn(), ...changes })),
    rowsOf: ({ member }) => house.rows("select * from staff_passkeys where member_id = ?", member),
  };
  return passkeys;
}

async function challengeOn(page: Promise<Response>): Promise<string> {
  const options = /data-options="([^"]+)"/.exec(await (await page).text())?.[1]?.replaceAll("&quot;", '"') ?? "{}";
  return (JSON.parse(options) as { challenge: string }).challenge;
}

/** A refusal with these words and no more, which changes nothing. */
export async function expectRefused(
  house: TestHouse,
  ask: () => Promise<Response>,
  says: string,
  what: string,
): Promise<void> {
  const before = await everything(house);
  const reply = await ask();
  expect([reply.status, sessionCookie(reply)], what).toEqual([422, undefined]);
  expect(await reply.text(), what).toContain(says);
  expect(await everything(house), what).toBe(before);
}
