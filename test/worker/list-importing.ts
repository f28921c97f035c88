/** What the tests of imports of subscribers share: a file that is sent over the API, stated consent, and a queue that is worked off. */
import type { Scope } from "../../worker/platform/access.ts";
import { sha256 } from "../../worker/platform/bytes.ts";
import { PART } from "../../worker/platform/csv-file.ts";
import { apiKey, freshAddress, type TestHouse } from "./house.ts";

export interface ListImportReply {
  id: string;
  state: string;
  fault: string | null;
  parts: number;
  received: number;
  offset: number;
  row: number;
  isDryRun: boolean;
  active: number;
  pending: number;
  unchanged: number;
  blocked: number;
  refused: number;
  asked: number;
  nextAskAt: string | null;
}

/** A program that imports, with a key that may. */
export interface ListImporter {
  headers: Record<string, string>;
  begin(bytes: Uint8Array): Promise<ListImportReply>;
  put(id: string, part: number, bytes: Uint8Array): Promise<Response>;
  get(id: string): Promise<ListImportReply>;
  post(id: string, order: string, body?: object): Promise<Response>;
  /** Sends a whole file and gives the id of its import. */
  send(file: string | Uint8Array): Promise<string>;
  /** Sends, starts and works off a file; gives how it ended. */
  run(file: string | Uint8Array, plan?: object): Promise<ListImportReply>;
  /** The rows that were refused or passed over, as the file that one downloads. */
  faults(id: string): Promise<string>;
}

export const WORDS = "Ja, stuur mij de nieuwsbrief.";
export const EVIDENCE = { sha256: "a".repeat(64), name: "optins-2026.csv" };
/** A statement of consent: without proof, and with the proof of double opt-in. */
export const STATED = { consent: { text: WORDS, date: "2026-03-01" } };
export const PROVEN = { consent: { ...STATED.consent, evidence: EVIDENCE, isDoubleOptIn: true } };

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Works off an import until nothing is left to do. */
export async function workOff(house: TestHouse, id: string): Promise<void> {
  for (let jobs = 0; jobs < 200; jobs++) {
    const before = house.woken.length;
    await house.consume([id], "list-import");
    if (!house.woken.slice(before).includes(id)) return;
  }
  throw new Error("The import never ends");
}

export async function newListImporter(
  house: TestHouse,
  scopes: readonly Scope[] = ["newsletter:read", "newsletter:write"],
): Promise<ListImporter> {
  const headers = { Authorization: `Bearer ${await apiKey(...scopes)}` };
  const path = (id: string) => `/v1/subscribers/imports/${id}`;
  const importer: ListImporter = {
    headers,
    async begin(bytes) {
      const size = bytes.byteLength;
      const reply = await house.post("/v1/subscribers/imports", { fileName: "abonnees.csv", size }, headers);
      if (reply.status !== 201) throw new Error(await reply.text());
      return reply.json();
    },
    put: (id, part, bytes) =>
      house.fetch(`${path(id)}/parts/${part}`, {
        method: "PUT",
        headers: { ...headers, "Content-Type": "application/octet-stream" },
        body: bytes,
      }),
    get: async (id) => (await house.fetch(path(id), { headers })).json(),
    post: (id, order, body = {}) => house.post(`${path(id)}/${order}`, body, headers),
    async send(file) {
      const bytes = typeof file === "string" ? bytesOf(file) : file;
      const { id, parts } = await importer.begin(bytes);
      for (let part = 0; part < parts; part++) {
        await importer.put(id, part, bytes.slice(part * PART, (part + 1) * PART));
      }
      return id;
    },
    async run(file, plan = STATED) {
      const id = await importer.send(file);
      const started = await importer.post(id, "start", plan);
      if (started.status !== 202) throw new Error(await started.text());
      await workOff(house, id);
      return importer.get(id);
    },
    faults: async (id) => (await house.fetch(`${path(id)}/faults.csv`, { headers })).text(),
  };
  return importer;
}

/** A subscriber as the database has it. */
export interface SubscriberRow {
  id: string;
  status: string;
  name: string | null;
  lang: string;
  topics: string;
  labels: string;
  source: string;
  confirmed_at: number | null;
}

export const rowOf = async (house: TestHouse, email: string): Promise<SubscriberRow | undefined> =>
  (await house.rows<SubscriberRow>("select * from subscribers where email = ?", email))[0];

/** Adds a subscriber who did something before, as the ways of the house leave them. */
export async function addSubscriber(house: TestHouse, status: string, email = freshAddress()): Promise<string> {
  const id = crypto.randomUUID();
  await house.rows(
    `insert into subscribers (id, email, status, lang, topics, labels, source, requested_at)
      values (?, ?, 'pending', 'nl', '["news"]', '[]', 'site', 1)`,
    ...[id, email],
  );
  await house.rows(
    `insert into signups (id, subscriber_id, lang, topics, surface, requested_at) values (?, ?, 'nl', '["news"]', 'site', ?)`,
    ...[`s-${id}`, id, house.clock.now],
  );
  if (status === "pending") return email;
  await house.rows("update subscribers set status = 'active', confirmed_at = 2 where id = ?", id);
  await house.rows("update signups set confirmed_at = 2 where id = ?", `s-${id}`);
  if (status !== "active")
    await house.rows("update subscribers set status = ?, left_at = ? where id = ?", status, house.clock.now, id);
  return email;
}

/** Adds an internal topic. */
export const addLabel = (house: TestHouse, name: string) =>
  house.rows(
    "insert into newsletter_labels (name, created_at, created_by) values (?, 1, 'test') on conflict do nothing",
    name,
  );

/** The hash under which a consent refers to its words. */
export const wordingHash = (words = WORDS): Promise<string> => sha256(words);
