/** What the newsletter's tests share: people who sign up, confirm and leave in a house. */
import { expect } from "vitest";
import { createHouse, freshAddress, linkIn, ORIGIN, type TestHouse } from "./house.ts";

/** What a browser sends with a form of our own pages. */
export const BROWSER: Readonly<Record<string, string>> = {
  "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  Origin: ORIGIN,
  "Sec-Fetch-Site": "same-origin",
};

export interface Subscribers {
  /** Posts a sign-up. */
  subscribe(email: string, more?: object): Promise<Response>;
  /** Presses the button of the page that a link opens, as a person does; with the fields of its form, if it has any. */
  press(link: string, fields?: Record<string, string>): Promise<Response>;
  /** The newest confirmation link that was mailed to an address. */
  confirmLink(email: string): Promise<string>;
  /** The unsubscribe link in the newest mail to an address. */
  leaveLink(email: string): Promise<string>;
  statusOf(email: string): Promise<string | undefined>;
  /** Bodies of an address's ledger entries of a kind. */
  entriesOf(kind: string, email: string): Promise<Record<string, unknown>[]>;
  /** A fresh address that has confirmed. */
  activeSubscriber(): Promise<string>;
}

export function createSubscribers(house: TestHouse): Subscribers {
  const people: Subscribers = {
    subscribe: (email, more = {}) => house.post("/v1/newsletter/subscriptions", { email, ...more }),
    press: (link, fields = {}) =>
      house.fetch(link, { method: "POST", headers: BROWSER, body: new URLSearchParams(fields) }),
    async confirmLink(email) {
      const asking = (await house.mailsTo(email)).findLast(({ subject }) => /Bevestig|Confirm/.test(subject));
      return linkIn(asking, "/newsletter/confirm");
    },
    leaveLink: async (email) => linkIn((await house.mailsTo(email)).at(-1), "/newsletter/unsubscribe"),
    async statusOf(email) {
      const rows = await house.rows<{ status: string }>("select status from subscribers where email = ?", email);
      return rows[0]?.status;
    },
    async entriesOf(kind, email) {
      const rows = await house.rows<{ body: string }>("select body from ledger_entries where kind = ?", kind);
      return rows.map(({ body }) => JSON.parse(body)).filter((body) => body.email === email);
    },
    async activeSubscriber() {
      const email = freshAddress();
      await people.subscribe(email);
      expect((await people.press(await people.confirmLink(email))).status).toBe(200);
      return email;
    },
  };
  return people;
}

/** Asks for a change of address and agrees to it at the old one; gives the new one, and what agrees there. */
export async function beginMove(people: Subscribers, house: TestHouse, from: string) {
  const to = freshAddress();
  const link = linkIn((await house.mailsTo(from)).at(-1), "/newsletter/preferences");
  expect((await people.press(link, { do: "move", email: to })).status).toBe(303);
  const sideOf = async (email: string, path: string) => linkIn((await house.mailsTo(email)).at(-1), path);
  expect((await people.press(await sideOf(from, "/newsletter/move-from"))).status).toBe(200);
  const last = await sideOf(to, "/newsletter/move-to");
  return { to, agree: () => people.press(last) };
}

/** Moves a subscriber to a fresh address, which it gives. */
export async function moveAway(people: Subscribers, house: TestHouse, from: string): Promise<string> {
  const { to, agree } = await beginMove(people, house, from);
  expect((await agree()).status).toBe(200);
  return to;
}

/** A house whose commits wait until as many have come as are told, so that all have read before any writes. */
export function gatedHouse(house: TestHouse, together: number): TestHouse {
  let waiting: (() => void)[] = [];
  const DB = new Proxy(house.bindings.DB, {
    get(target, name: keyof D1Database) {
      const value = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== "batch") return value.bind(target);
      return async (statements: D1PreparedStatement[]) => {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length < together) return;
          for (const go of waiting) go();
          waiting = [];
        });
        return target.batch(statements);
      };
    },
  });
  const gated = createHouse({ DB });
  gated.clock.now = house.clock.now;
  return gated;
}
