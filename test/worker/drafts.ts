/** What the tests about versions in the making share: a writer's forms, and what stands in the database. */
import type { InventorySnapshot } from "../../worker/platform/inventory.ts";
import type { TestHouse } from "./house.ts";
import { getPage, postForm, type SignedIn } from "./staff.ts";

export const LIST = "/admin/policy";

export interface DraftRow {
  id: string;
  state: string;
  date: string | null;
  significance: string;
  effective: string | null;
  version: number;
  changed_by: string;
  fault: string | null;
}

/** The editor's fields for a significant version that could be published at START; changed where a test wants it. */
export const fields = (changes: Record<string, string> = {}): Record<string, string> => ({
  date: "2026-11-22",
  effective: "2026-12-22",
  significance: "significant",
  "nl-title": "Privacybeleid",
  "nl-summary": "We bewaren minder.",
  "nl-markdown": "## Gegevens\r\n\r\nWe bewaren je naam.",
  "en-title": "Privacy policy",
  "en-summary": "We keep less.",
  "en-markdown": "## Data\r\n\r\nWe keep your name.",
  ...changes,
});

export interface Desk {
  /** Begins a version; gives the path of its page. */
  start(by: SignedIn): Promise<string>;
  /** Sends a form of a version's page, as it was seen at `version`. */
  send(path: string, step: string, by: SignedIn, version: number, values?: Record<string, string>): Promise<Response>;
  draftAt(path: string): Promise<DraftRow | undefined>;
  textOf(path: string, by: SignedIn): Promise<string>;
  /** A version that was handed in. */
  inReview(by: SignedIn, changes?: Record<string, string>): Promise<string>;
  /** Kinds and actors of the ledger's entries of a kind that begins so. */
  entries(kind: string): Promise<{ kind: string; actor: string | null }[]>;
}

export function createDesk(house: TestHouse): Desk {
  const desk: Desk = {
    async start(by) {
      const reply = await postForm(house, `${LIST}/drafts`, {}, by);
      return (reply.headers.get("location") ?? "").split("?")[0] ?? "";
    },
    send: (path, step, by, version, values = {}) =>
      postForm(house, `${path}${step === "" ? "" : `/${step}`}`, { version: String(version), ...values }, by),
    async draftAt(path) {
      const [row] = await house.rows<DraftRow>("select * from policy_drafts where id = ?", path.split("/").at(-1));
      return row;
    },
    textOf: async (path, by) => (await getPage(house, path, by)).text(),
    async inReview(by, changes) {
      const path = await desk.start(by);
      const reply = await desk.send(path, "submit", by, 1, fields(changes));
      if (reply.status !== 303) throw new Error(`Not handed in: ${reply.status} ${await reply.text()}`);
      return path;
    },
    entries: (kind) => house.rows("select kind, actor from ledger_entries where kind like ? order by seq", `${kind}%`),
  };
  return desk;
}

/** A version that stands, written to the database with an inventory of the test's own. */
export async function addVersion(
  house: TestHouse,
  { date, effective, inventory }: { date: string; effective: string; inventory: InventorySnapshot | null },
): Promise<void> {
  for (const lang of ["nl", "en"]) {
    await house.rows(
      "insert into policy_texts (date, lang, title, summary, markdown, sha256) values (?, ?, 'Beleid', 's', 'Oud.', 'h')",
      ...[date, lang],
    );
  }
  await house.rows(
    `insert into policy_versions (date, effective, significance, notice_until, published_at, inventory)
      values (?, ?, 'minor', ?, 0, ?)`,
    ...[date, effective, effective, inventory && JSON.stringify(inventory)],
  );
}
