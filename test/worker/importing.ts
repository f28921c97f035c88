/** What the tests of imports share: a file that is sent in parts over the API, and a queue that is worked off. */
import { PART } from "../../worker/platform/csv-file.ts";
import { apiKey, type TestHouse } from "./house.ts";

export interface ImportReply {
  id: string;
  state: string;
  fault: string | null;
  parts: number;
  received: number;
  offset: number;
  row: number;
  added: number;
  changed: number;
  unchanged: number;
  refused: number;
}

/** A program that imports, with a key that may. */
export interface Importer {
  headers: Record<string, string>;
  /** Says what will be sent; gives the import. */
  begin(bytes: Uint8Array, size?: number): Promise<ImportReply>;
  put(id: string, part: number, bytes: Uint8Array): Promise<Response>;
  get(id: string): Promise<ImportReply>;
  post(id: string, order: string, body?: object): Promise<Response>;
  /** Sends a whole file and gives the id of its import. */
  send(file: string | Uint8Array): Promise<string>;
  /** Sends, starts and works off a file; gives how it ended. */
  run(file: string | Uint8Array, plan?: object): Promise<ImportReply>;
  /** The refused rows, as the file that one downloads. */
  faults(id: string): Promise<string>;
}

/** The bytes of a text in UTF-8. */
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The part of a file that has that number. */
export const partOf = (bytes: Uint8Array, part: number): Uint8Array => bytes.slice(part * PART, (part + 1) * PART);

/** Works off an import until nothing is left to do. */
export async function workOff(house: TestHouse, id: string): Promise<void> {
  for (let jobs = 0; jobs < 100; jobs++) {
    const before = house.woken.length;
    await house.consume([id], "import");
    if (house.woken.length === before) return;
  }
  throw new Error("The import never ends");
}

export async function newImporter(house: TestHouse): Promise<Importer> {
  const headers = { Authorization: `Bearer ${await apiKey("customers:read", "customers:write")}` };
  const path = (id: string) => `/v1/customers/imports/${id}`;
  const importer: Importer = {
    headers,
    async begin(bytes, size = bytes.byteLength) {
      const reply = await house.post("/v1/customers/imports", { fileName: "klanten.csv", size }, headers);
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
      for (let part = 0; part < parts; part++) await importer.put(id, part, partOf(bytes, part));
      return id;
    },
    async run(file, plan = {}) {
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
