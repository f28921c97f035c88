/** What the tests of conversations share: somebody who wrote, and files to send. */
import { createHouse, freshAddress, linkIn, panelToken, type TestHouse } from "./house.ts";

/** The beginning of a picture. */
export const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);

export interface Writer {
  email: string;
  reference: string;
  /** The address of the private page. */
  link: string;
}

/** Somebody who wrote, and got the receipt with the link to the private page. */
export async function writer(house: TestHouse, more: Record<string, unknown> = {}): Promise<Writer> {
  const email = freshAddress();
  const reply = await house.post("/v1/contact/messages", { email, message: "Mijn site is traag.", ...more });
  const { reference } = (await reply.json()) as { reference: string };
  return { email, reference, link: linkIn((await house.mailsTo(email))[0], "/contact/conversation") };
}

export interface Row {
  id: string;
  status: string;
  close_reason: string | null;
  version: number;
}

/** A conversation as it stands in the database. */
export const rowOf = async (house: TestHouse, reference: string): Promise<Row | undefined> =>
  (await house.rows<Row>("select * from conversations where reference = ?", reference))[0];

/** The messages of a conversation, the oldest first. */
export const messagesOf = (house: TestHouse, reference: string) =>
  house.rows<{ id: string; body: string; channel: string }>(
    `select m.* from messages m join conversations c on c.id = m.conversation_id where reference = ?
      order by m.created_at, m.seq`,
    reference,
  );

/** Adds so many messages of its person to a conversation, "bericht 1." the first unless another is `first`, all at one moment. */
export const manyMessages = async (house: TestHouse, reference: string, count: number, first = 1): Promise<void> => {
  await house.rows(
    `with recursive n (i) as (select ? union all select i + 1 from n where i < ?)
      insert into messages (id, conversation_id, channel, body, created_at)
      select c.id || i, c.id, 'page', 'bericht ' || i || '.', ? from n join conversations c on c.reference = ? order by i`,
    ...[first, first + count - 1, house.clock.now, reference],
  );
};

/** The files of a conversation by name. */
export const filesOf = (house: TestHouse, reference: string) =>
  house.rows<{ id: string; name: string; type: string; size: number }>(
    `select f.* from contact_files f join messages m on m.id = f.message_id
      join conversations c on c.id = m.conversation_id where reference = ? order by f.name`,
    reference,
  );

/** An answer of staff, put where it would stand. */
export const answerOf = async (house: TestHouse, reference: string, body: string): Promise<void> => {
  await house.rows(
    `insert into messages (id, conversation_id, channel, author, body, created_at)
      select ?, id, 'desk', 'staff:secret-member', ?, ? from conversations where reference = ?`,
    ...[crypto.randomUUID(), body, house.clock.now, reference],
  );
};

/** Sends a file by itself. */
export const upload = (
  house: TestHouse,
  { name = "foto.png", bytes = PNG, query = "", headers = {} }: Partial<Upload> = {},
): Promise<Response> =>
  house.fetch(`/v1/contact/files?name=${encodeURIComponent(name)}${query}`, {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream", ...headers },
    body: bytes as BodyInit, // Bytes of ours are never shared.
  });

interface Upload {
  name: string;
  bytes: Uint8Array;
  query: string;
  headers: Record<string, string>;
}

/** The id of a file that was sent. */
export async function uploaded(house: TestHouse, more: Partial<Upload> = {}): Promise<string> {
  const { id } = (await (await upload(house, more)).json()) as { id: string };
  return id;
}

/** What a reply refuses, in a line. */
export async function refusalOf(reply: Response): Promise<string> {
  const { code, errors = [] } = (await reply.json()) as { code: string; errors?: { path: string; code: string }[] };
  return [reply.status, code, ...errors.map((error) => `${error.path}: ${error.code}`)].join(" ");
}

/** A panel's customer: calls the API with their token. */
export async function customer(house: TestHouse, number: string) {
  const headers = { Authorization: `Bearer ${await panelToken(house.clock.now, { number })}` };
  return {
    headers,
    get: (path: string) => house.fetch(path, { headers }),
    post: (path: string, body: object = {}, more: Record<string, string> = {}) =>
      house.post(path, body, { ...headers, ...more }),
    erase: (path: string) => house.fetch(path, { method: "DELETE", headers }),
    /** Writes a message by the panel, and gives its reference. */
    async writes(message: string, more: Record<string, unknown> = {}): Promise<string> {
      const body = { email: freshAddress(), message, ...more };
      const reply = await house.post("/v1/contact/messages?surface=panel", body, headers);
      return ((await reply.json()) as { reference: string }).reference;
    },
  };
}

/** A house with the same data in which `act` happens just before it first looks which files wait. */
export function interrupted(house: TestHouse, act: () => Promise<unknown>): TestHouse {
  let isDone = false;
  /** The statements that look, by what stands for them. */
  const looks = new WeakMap<object, object>();
  const first = (go: () => unknown) => {
    if (isDone) return go();
    isDone = true;
    return act().then(go);
  };
  const statement = <T extends object>(target: T): T => {
    const shown = new Proxy(target, {
      get(_, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          const go = () => Reflect.apply(value, target, args);
          return name === "bind" ? statement(go()) : first(go);
        };
      },
    });
    looks.set(shown, target);
    return shown;
  };
  const { DB } = house.bindings;
  const late = {
    prepare: (sql: string) =>
      /"contact_files"."message_id" is null/.test(sql) ? statement(DB.prepare(sql)) : DB.prepare(sql),
    batch(statements: object[]) {
      const go = () => DB.batch(statements.map((one) => looks.get(one) ?? one) as D1PreparedStatement[]);
      return statements.some((one) => looks.has(one)) ? first(go) : go();
    },
  };
  return createHouse({ DB: late });
}
