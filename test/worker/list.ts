/** What the tests of the list share: subscribers as rows, and the list as programs see it. */
import { apiKey, type TestHouse } from "./house.ts";

export interface Row {
  id: string;
  email: string;
  name: string | null;
  status: string;
  lang: string;
  topics: string[];
  labels: string[];
  source: string;
  requestedAt: number;
}

const ALL = ["newsletter:read", "newsletter:write", "newsletter:export"];

/** Adds subscribers in this order, each as they are; who is active confirmed a signup. The database's guards stand. */
export async function addSubscribers(house: TestHouse, rows: readonly Row[]): Promise<void> {
  const all = JSON.stringify(rows);
  const one = (name: string) => `(value ->> '${name}')`;
  await house.rows(
    `insert into subscribers (id, email, name, status, lang, topics, labels, source, requested_at)
      select ${one("id")}, ${one("email")}, ${one("name")}, 'pending', ${one("lang")}, ${one("topics")}, ${one("labels")},
        ${one("source")}, ${one("requestedAt")} from json_each(?) order by key`,
    all,
  );
  await house.rows(
    `insert into signups (id, subscriber_id, lang, topics, surface, requested_at)
      select 'g-' || ${one("id")}, ${one("id")}, ${one("lang")}, ${one("topics")}, ${one("source")}, ${one("requestedAt")}
      from json_each(?)`,
    all,
  );
  const confirmed = rows.filter(({ status }) => status !== "pending");
  const those = JSON.stringify(confirmed);
  await house.rows(
    `update subscribers set status = 'active', confirmed_at = requested_at
      where id in (select ${one("id")} from json_each(?))`,
    those,
  );
  await house.rows(
    "update signups set confirmed_at = requested_at where subscriber_id in (select value ->> 'id' from json_each(?))",
    those,
  );
  await house.rows(
    `insert into consents (signup_id, topic, subscriber_id, given_at)
      select 'g-' || s.id, t.value, s.id, s.requested_at from subscribers s, json_each(s.topics) t
      where s.id in (select value ->> 'id' from json_each(?))`,
    those,
  );
  await house.rows(
    `update subscribers set status = one.value ->> 'status', left_at = requested_at from json_each(?) one
      where subscribers.id = one.value ->> 'id' and one.value ->> 'status' <> 'active'`,
    those,
  );
}

let counter = 0;

/** A subscriber to add, changed where a test wants it. */
export function subscriber(house: TestHouse, changes: Partial<Row> = {}): Row {
  const id = `s${String(counter++).padStart(21, "0")}`;
  return {
    ...{ id, email: `${id}@example.nl`, name: null, status: "active", lang: "nl", topics: ["news"], labels: [] },
    ...{ source: "site", requestedAt: house.clock.now },
    ...changes,
  };
}

export interface ListApi {
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  /** Sends JSON by any method; gives status and body. */
  send<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<{ status: number; json: T }>;
  /** Ids of all pages of the list, in order. */
  idsOf(query: URLSearchParams): Promise<string[]>;
  key: string;
}

/** The API with a key that may do all with the list. */
export async function listApi(house: TestHouse): Promise<ListApi> {
  const key = await apiKey(...ALL);
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  const send: ListApi["send"] = async (method, path, body) => {
    const reply = await house.fetch(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    return { status: reply.status, json: text === "" ? {} : JSON.parse(text) };
  };
  const get: ListApi["get"] = async <T>(path: string) => {
    const { status, json } = await send<T>("GET", path);
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  };
  return {
    key,
    send,
    get,
    async idsOf(query) {
      const ids: string[] = [];
      for (let after: string | null = ""; after !== null; ) {
        const asked = new URLSearchParams(query);
        if (after !== "") asked.set("after", after);
        const page: { subscribers: { id: string }[]; next: string | null } = await get(`/v1/subscribers?${asked}`);
        ids.push(...page.subscribers.map(({ id }) => id));
        after = page.next;
      }
      return ids;
    },
  };
}
