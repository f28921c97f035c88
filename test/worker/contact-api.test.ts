import { beforeAll, describe, expect, it } from "vitest";
import { addCustomer, apiKey, createHouse, DAY, freshAddress, hourFrom } from "./house.ts";

const house = createHouse();
const SCOPES = ["contact:read", "contact:write", "contact:archive"];
const PATH = "/v1/conversations";

interface Reply<T> {
  status: number;
  json: T & { code?: string; errors?: { path: string; code: string }[] };
}

async function apiOf(...scopes: string[]) {
  const key = await apiKey(...scopes);
  return async <T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: object,
    more: Record<string, string> = {},
  ): Promise<Reply<T>> => {
    const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json", ...more };
    const reply = await house.fetch(path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    const text = await reply.text();
    return { status: reply.status, json: text === "" ? {} : JSON.parse(text) };
  };
}

let api: Awaited<ReturnType<typeof apiOf>>;
beforeAll(async () => {
  api = await apiOf(...SCOPES);
  await addCustomer("10004217");
  await house.rows(
    `insert into contact_topics (id, names, first_hours, solved_hours, retention_months, version, changed_at, changed_by)
      values ('billing', '{"nl":"Facturen","en":"Billing"}', 2, 8, 6, 1, 0, 'staff:x')`,
  );
  await house.rows(
    `insert into staff_members (id, email, name, role, lang, version, changed_at, created_at, signed_in_at)
      values ('anna', 'anna@example.nl', 'Anna', 'support', 'nl', 1, 1, 1, 1)`,
  );
});

interface Conversation {
  id: string;
  reference: string;
  status: string;
  version: number;
  deleteAt: string | null;
  messages: { id: string; author: string | null; body: string; files: { id: string; name: string }[] }[];
}

async function written(message = "Mijn site is traag.", more: object = {}) {
  const email = freshAddress();
  const reply = await house.post("/v1/contact/messages", { email, message, ...more });
  const { reference } = (await reply.json()) as { reference: string };
  house.clock.now += 1_000;
  return { email, reference };
}
const read = async (name: string) => (await api<Conversation>("GET", `${PATH}/${name}`)).json;
const idsOf = async (query: string) => {
  const { json } = await api<{ conversations: Conversation[]; next: string | null }>("GET", `${PATH}?${query}`);
  return json.conversations.map(({ reference }) => reference);
};
const entriesOf = (id: string) =>
  house.rows<{ kind: string; actor: string }>(
    "select kind, actor from ledger_entries where subject = ? order by seq",
    `conversation:${id}`,
  );

/** Closes a conversation and waits until it is in the archive. */
async function archived(name: string): Promise<Conversation> {
  const before = await read(name);
  await api("PATCH", `${PATH}/${name}`, { version: before.version, status: "closed" });
  house.clock.now = hourFrom(house.clock.now + 15 * DAY);
  await house.round();
  return before;
}

describe("conversations for programs", () => {
  it("lists them by what is asked, page by page, and says what there is of each", async () => {
    const [one, two, three] = [await written(), await written("Factuur klopt niet"), await written()];
    const { json } = await api<{ conversations: Conversation[]; next: string }>("GET", `${PATH}?limit=2`);
    expect(json.conversations.map(({ reference }) => reference)).toEqual([three.reference, two.reference]);
    expect(await idsOf(`limit=1&after=${json.next}`)).toEqual([one.reference]);
    expect(await idsOf(`email=${two.email.toUpperCase()}`)).toEqual([two.reference]);
    expect(await idsOf(`search=factuur+${two.email}`)).toEqual([two.reference]);
    expect(await idsOf(`search=factuur&email=${one.email}`)).toEqual([]);
    expect(await idsOf(`email=${one.email}&status=open&status=closed`)).toEqual([]);
    expect(json.conversations[0]).toEqual({
      ...{ id: expect.any(String), reference: three.reference, status: "new", channel: "widget", email: three.email },
      ...{ name: null, customerNumber: null, subject: null, lang: "nl", topic: null, assignee: null, version: 1 },
      ...{ createdAt: expect.any(String), lastAt: expect.any(String), dueAt: expect.any(String) },
      ...{ closedAt: null, closeReason: null, deleteAt: null },
    });
    for (const query of ["status=archived", "after=x", "email=x", "limit=0", "order=x"])
      expect((await api("GET", `${PATH}?${query}`)).status, query).toBe(422);
  });

  it("gives one by id or reference with its messages, and answers it once, however often the same key comes", async () => {
    const { reference, email } = await written();
    const found = await read(reference);
    expect(await read(found.id)).toEqual(found);
    expect(found.messages).toMatchObject([{ author: null, body: "Mijn site is traag.", files: [] }]);
    const answer = { body: "We kijken ernaar.", version: found.version };
    const key = { "Idempotency-Key": crypto.randomUUID() };
    const say = (body: object, headers: Record<string, string> = key) =>
      api<Conversation>("POST", `${PATH}/${reference}/messages`, body, headers);
    expect(await say(answer)).toMatchObject({ status: 200, json: { status: "waiting", version: 2 } });
    expect(await say(answer)).toMatchObject({ status: 200, json: { version: 2 } });
    expect((await say({ ...answer, body: "Iets anders." })).json.code).toBe("idempotency_key_reused");
    expect((await say(answer, { "Idempotency-Key": crypto.randomUUID() })).json.code).toBe("answered_meanwhile");
    expect((await say(answer, {})).json.errors).toEqual([{ path: "key", code: "required" }]);
    const { messages } = await read(reference);
    expect(messages.map(({ author }) => author)).toEqual([null, expect.stringMatching(/^key:/)]);
    expect(await house.mailsTo(email)).toHaveLength(2);
  });

  it("changes several things at once on the version that was seen, each with its entry; what is so already changes nothing", async () => {
    const { reference } = await written();
    const { id } = await read(reference);
    const wish = { version: 1, topic: "billing", assignee: "anna", customerNumber: "10004217", status: "closed" };
    const { json } = await api<Conversation>("PATCH", `${PATH}/${id}`, wish);
    expect(json).toMatchObject({
      ...{ topic: "billing", assignee: "anna", customerNumber: "10004217", status: "closed", closeReason: "solved" },
      // Of the topic that it has now.
      deleteAt: new Date(house.clock.now + 6 * 2_628_000_000).toISOString(),
      version: 2,
    });
    expect((await entriesOf(id)).map(({ kind }) => kind)).toEqual([
      ...["conversation.sorted", "conversation.assigned", "conversation.tied", "conversation.closed"],
    ]);
    expect((await api("PATCH", `${PATH}/${id}`, { ...wish, version: 2 })).json["version"]).toBe(2);
    expect((await api("PATCH", `${PATH}/${id}`, wish)).json.code).toBe("edited_meanwhile");
    const opened = await api("PATCH", `${PATH}/${id}`, { version: 2, status: "open", topic: null, assignee: null });
    expect(opened.json).toMatchObject({ status: "open", topic: null, assignee: null, deleteAt: null, version: 3 });
    expect(await entriesOf(id)).toHaveLength(7);
  });

  it("refuses a topic, member, customer or reason there is not, and changes nothing then", async () => {
    const { reference } = await written();
    for (const [field, value] of [
      ["topic", "none"],
      ["assignee", "nobody"],
      ["customerNumber", "99999999"],
      ["closeReason", "by-person"],
    ]) {
      const { json } = await api("PATCH", `${PATH}/${reference}`, {
        ...{ version: 1, status: "closed", [field as string]: value },
      });
      expect(json.errors, field).toEqual([{ path: field, code: "unknown_value" }]);
    }
    expect((await api("PATCH", `${PATH}/${reference}`, { version: 1, email: "x@example.nl" })).status).toBe(422);
    expect(await read(reference)).toMatchObject({ version: 1, status: "new" });
  });

  it("tells a key that may not read nothing of who wrote", async () => {
    const { reference } = await written();
    const writer = await apiOf("contact:write");
    const key = { "Idempotency-Key": crypto.randomUUID() };
    expect(await writer("POST", `${PATH}/${reference}/messages`, { body: "Hallo", version: 1 }, key)).toEqual({
      ...{ status: 204, json: {} },
    });
    expect(await writer("PATCH", `${PATH}/${reference}`, { version: 2, status: "closed" })).toEqual({
      ...{ status: 204, json: {} },
    });
    const archivist = await apiOf("contact:archive");
    expect((await archivist("POST", `${PATH}/${reference}/export`)).json.code).toBe("forbidden");
    expect((await writer("DELETE", `${PATH}/${reference}`)).status).toBe(204);
    expect((await api("GET", `${PATH}/${reference}`)).status).toBe(404);
    expect((await writer("DELETE", `${PATH}/${reference}`)).status).toBe(404);
  });

  it("gives nothing of the archive but an export, of which the ledger is told", async () => {
    const { reference, email } = await written();
    const { id } = await archived(reference);
    const closed = [
      await api("GET", `${PATH}/${id}`),
      await api("GET", `${PATH}/${reference}`),
      await api("GET", `${PATH}/${id}/files/x`),
      await api("PATCH", `${PATH}/${id}`, { version: 3, status: "open" }),
      await api("POST", `${PATH}/${id}/messages`, { body: "x", version: 3 }, { "Idempotency-Key": "12345678" }),
    ];
    expect(closed.map(({ json }) => json.code)).toEqual(Array(5).fill("conversation_archived"));
    expect(await idsOf(`email=${email}`)).toEqual([]);
    expect(await idsOf(`search=${email}`)).toEqual([]);
    const archivist = await apiOf("contact:archive");
    const { status, json } = await archivist("POST", `${PATH}/${reference}/export`);
    expect([status, json]).toMatchObject([
      200,
      { reference, status: "archived", email, messages: [{ author: "them", body: "Mijn site is traag." }], notes: [] },
    ]);
    expect((await entriesOf(id)).at(-1)).toMatchObject({ kind: "conversation.exported" });
  });

  it("gives a file of a conversation to be saved, and of another none", async () => {
    const [{ reference }, other] = [await written(), await written()];
    const { messages } = await read(reference);
    const file = crypto.randomUUID().replaceAll("-", "").slice(0, 22);
    await house.bindings.FILES.put(`files/${file}`, "bytes");
    await house.rows(
      `insert into contact_files (id, message_id, name, type, size, sha256, created_at)
        values (?, ?, 'log "a".txt', 'text/plain', 5, '', 0)`,
      ...[file, messages[0]?.id],
    );
    expect((await read(reference)).messages[0]?.files).toMatchObject([{ id: file, name: 'log "a".txt', size: 5 }]);
    const key = { Authorization: `Bearer ${await apiKey("contact:read")}` };
    const reply = await house.fetch(`${PATH}/${reference}/files/${file}`, { headers: key });
    expect([reply.status, await reply.text()]).toEqual([200, "bytes"]);
    expect(reply.headers.get("content-disposition")).toMatch(/^attachment;/);
    expect((await api("GET", `${PATH}/${other.reference}/files/${file}`)).status).toBe(404);
  });

  it("counts what came and was closed, without anybody", async () => {
    const { json } = await api<{ points: { all: Record<string, { count: number }> }[] }>("GET", "/v1/contact/figures");
    const sum = (event: string) => json.points.reduce((total, { all }) => total + (all[event]?.count ?? 0), 0);
    expect(sum("received")).toBeGreaterThan(8);
    expect(sum("closed")).toBeGreaterThan(1);
    expect((await api("GET", "/v1/contact/figures?from=2026-02-31")).status).toBe(422);
  });

  it("keeps what nobody confirmed to itself, and what may be spam as it is", async () => {
    const email = freshAddress();
    const form = new URLSearchParams({ email, message: "Hallo" });
    await house.fetch("/v1/contact/messages?surface=site", { method: "POST", body: form });
    const [row] = await house.rows<{ id: string }>("select id from conversations where email = ?", email);
    expect((await api("GET", `${PATH}/${row?.id}`)).status).toBe(404);
    const { reference } = await written("Snel", { took: 10 });
    expect(await read(reference)).toMatchObject({ status: "quarantined" });
    for (const wish of [{ status: "open" }, { assignee: null, topic: null, customerNumber: null, status: "closed" }]) {
      const refused = await api("PATCH", `${PATH}/${reference}`, { version: 1, ...wish });
      expect([refused.status, refused.json.code]).toEqual([409, "edited_meanwhile"]);
    }
    expect(await read(reference)).toMatchObject({ status: "quarantined", version: 1 });
  });
});
