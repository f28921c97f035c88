/** Conversations for the tests of the inbox: written by the door that people use, or put there when many are needed. */
import { freshAddress, type TestHouse } from "./house.ts";

export interface Begun {
  id: string;
  reference: string;
  email: string;
}

/** Writes to us by the form; gives the conversation. */
export async function writeToUs(house: TestHouse, more: Record<string, unknown> = {}): Promise<Begun> {
  const email = String(more["email"] ?? freshAddress());
  const body = { name: "Ann Jansen", subject: "Slow site", message: "My site is slow.", lang: "en", ...more, email };
  const reply = await house.post("/v1/contact/messages", body);
  const { reference } = (await reply.json()) as { reference: string };
  const [row] = await house.rows<{ id: string }>("select id from conversations where reference = ?", reference);
  return { id: row?.id ?? "", reference, email };
}

/** The row of a conversation. */
export async function conversationRow(house: TestHouse, id: string): Promise<Record<string, unknown>> {
  const [row] = await house.rows("select * from conversations where id = ?", id);
  if (!row) throw new Error(`There is no conversation ${id}`);
  return row;
}

/** The version of a conversation as a form carries it. */
export const versionOf = async (house: TestHouse, id: string): Promise<string> =>
  String((await conversationRow(house, id))["version"]);

/** Puts a conversation in the database as it is wanted; gives its id. */
export async function addRow(house: TestHouse, changes: Record<string, string | number | null> = {}): Promise<string> {
  const id = crypto.randomUUID();
  const { now } = house.clock;
  const row = {
    ...{ id, reference: id, status: "open", email: freshAddress(), lang: "en", channel: "widget", surface: "site" },
    ...{ request_hash: "x", subject: id, created_at: now, last_at: now, due_at: now + 3_600_000 },
    ...changes,
  };
  const names = Object.keys(row);
  await house.rows(
    `insert into conversations (${names.join(", ")}) values (${names.map(() => "?").join(", ")})`,
    ...Object.values(row),
  );
  return id;
}
