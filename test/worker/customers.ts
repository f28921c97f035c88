/** What the tests of customers share: the API of a house with a key that may all, and customers to send to it. */
import { apiKey, freshAddress, type TestHouse } from "./house.ts";

/** A customer as a host's order system sends them, changed where a test wants it. */
export const someone = (changes: Record<string, unknown> = {}) => ({
  kind: "private",
  name: "Sam de Vries",
  email: freshAddress(),
  ...changes,
});

export const ADDRESS = { street: "Dorpsstraat 1", postalCode: "1234 AB", city: "Ons Dorp", country: "NL" };

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export interface Customers {
  post(body: object, idempotencyKey?: string): Promise<Answer>;
  put(number: string, body: object): Promise<Answer>;
  get(path: string): Promise<Answer>;
  close(number: string): Promise<Answer>;
  /** The ledger's entries about a customer: kind, who did it, and what it says. */
  entriesOf(number: string): Promise<{ kind: string; by: string | null; body: Record<string, unknown> }[]>;
}

export function createCustomers(house: TestHouse): Customers {
  let key: Promise<string> | undefined;
  const ask = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    key ??= apiKey("customers:read", "customers:write");
    const reply = await house.fetch(path, {
      method,
      headers: { Authorization: `Bearer ${await key}`, "Content-Type": "application/json", ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  };
  return {
    post: (body, idempotencyKey) =>
      ask("POST", "/v1/customers", body, idempotencyKey ? { "Idempotency-Key": idempotencyKey } : {}),
    put: (number, body) => ask("PUT", `/v1/customers/${number}`, body),
    get: (path) => ask("GET", `/v1/customers${path}`),
    close: (number) => ask("DELETE", `/v1/customers/${number}`),
    async entriesOf(number) {
      const rows = await house.rows<{ kind: string; actor: string | null; body: string }>(
        "select kind, actor, body from ledger_entries where subject = ? order by seq",
        `customer:${number}`,
      );
      return rows.map(({ kind, actor, body }) => ({ kind, by: actor?.split(":")[0] ?? null, body: JSON.parse(body) }));
    },
  };
}

let last = 0;
/** A number of the host's own that no other test uses. */
export const freshNumber = (): string => `H-${Date.now()}-${last++}`;
