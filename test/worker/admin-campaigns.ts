/** What the tests about newsletters in the admin share: a writer's forms, and what stands in the database. */
import type { TestHouse } from "./house.ts";
import { getPage, postForm, type SignedIn } from "./staff.ts";

export const LIST = "/admin/newsletters";

export interface CampaignRow {
  id: string;
  state: string;
  name: string;
  texts: string;
  audience: string;
  is_public: number;
  version: number;
  scheduled_at: number | null;
  zone: string | null;
}

/** The editor's fields for a newsletter that could be sent; changed where a test wants it. */
export const fields = (changes: Record<string, string> = {}): Record<string, string> => ({
  name: "Nieuws van november",
  "topic-news": "on",
  segment: "",
  "nl-subject": "Nieuws, {{name|lezer}}",
  "nl-preheader": "Over november",
  "nl-markdown": "## Nieuws\r\n\r\nDag {{name|lezer}}.",
  "en-subject": "",
  "en-preheader": "",
  "en-markdown": "",
  ...changes,
});

export interface Desk {
  /** Begins a newsletter; gives the path of its page. */
  start(by: SignedIn): Promise<string>;
  /** Sends a form of a newsletter's page, as it was seen at `version`. */
  send(path: string, step: string, by: SignedIn, version: number, values?: Record<string, string>): Promise<Response>;
  rowAt(path: string): Promise<CampaignRow | undefined>;
  textOf(path: string, by: SignedIn): Promise<string>;
}

export function createDesk(house: TestHouse): Desk {
  return {
    async start(by) {
      const reply = await postForm(house, `${LIST}/new`, {}, by);
      return (reply.headers.get("location") ?? "").split("?")[0] ?? "";
    },
    send: (path, step, by, version, values = {}) =>
      postForm(house, `${path}${step === "" ? "" : `/${step}`}`, { version: String(version), ...values }, by),
    async rowAt(path) {
      const [row] = await house.rows<CampaignRow>("select * from campaigns where id = ?", path.split("/").at(-1));
      return row;
    },
    textOf: async (path, by) => (await getPage(house, path, by)).text(),
  };
}
