/** What is measured, and beside what. */
import { randomUUID } from "node:crypto";
import type { Database } from "./house.ts";
import type { Target } from "./load.ts";

export const BARE_ROW = "bare: one row";
export const BARE_CONSTANT = "bare: constant";

export interface Subject {
  path: string;
  bare: typeof BARE_ROW | typeof BARE_CONSTANT;
  /** Least share of the bare app's requests per second (DESIGN.md 9). */
  floor: number;
  /** Query that gives, as `key`, every request stored whole: its own row and its mail in the outbox. */
  rows?: string;
  target(origin: string): Target;
}

const MESSAGE =
  "Beste mensen, mijn website is sinds gisteravond erg traag. Kunnen jullie kijken of er iets met de server is? Groet, Sam";

export const SUBJECTS: readonly Subject[] = [
  {
    path: "POST /v1/newsletter/subscriptions",
    bare: BARE_ROW,
    floor: 0.6,
    rows: `select email as key from subscribers s join signups on subscriber_id = s.id
      where exists (select 1 from outbox where recipient = email and template = 'newsletter.confirm')`,
    target: (origin) => ({
      url: `${origin}/v1/newsletter/subscriptions`,
      status: 202,
      isRight: (body) => body === '{"status":"pending"}',
      post() {
        const email = `${randomUUID()}@example.nl`;
        return { body: { email, topics: ["news"], lang: "nl" }, key: email };
      },
    }),
  },
  {
    path: "POST /v1/contact/messages",
    bare: BARE_ROW,
    floor: 0.6,
    rows: `select email as key from conversations c join messages on conversation_id = c.id
      where exists (select 1 from outbox where recipient = email and template = 'contact.receipt')`,
    target: (origin) => ({
      url: `${origin}/v1/contact/messages`,
      status: 201,
      isRight: (body) => /^\{"reference":"FP-[0-9A-Z]{4}-[0-9A-Z]{4}"\}$/.test(body),
      post() {
        const email = `${randomUUID()}@example.nl`;
        const body = { email, name: "Sam", subject: "Trage website", message: MESSAGE, lang: "nl" };
        return { body, headers: { "Idempotency-Key": randomUUID() }, key: email };
      },
    }),
  },
  {
    path: "GET /v1/notices",
    bare: BARE_CONSTANT,
    floor: 0.8,
    target: (origin) => ({
      url: `${origin}/v1/notices?surface=site&lang=nl`,
      status: 200,
      isRight: (body) => body.startsWith('{"notices":[{"date":"'),
    }),
  },
];

export const bareRow = (origin: string): Target => ({
  url: `${origin}/rows`,
  status: 201,
  isRight: (body) => body.startsWith('{"id":"'),
  post() {
    const text = `${randomUUID()} ${MESSAGE}`;
    return { body: { text }, key: text };
  },
});

export const bareConstant = (origin: string): Target => ({
  url: `${origin}/constant`,
  status: 200,
  isRight: (body) => body === '{"notices":[]}',
});

/** Which of the answered requests have no row in the database. */
export async function lostRows(db: Database, sql: string, keys: Iterable<string>): Promise<string[]> {
  const { results } = await db.prepare(sql).all<{ key: string }>();
  const stored = new Set(results.map((row) => row.key));
  return [...keys].filter((key) => !stored.has(key));
}
