import { beforeAll, describe, expect, it } from "vitest";
import { addRow, conversationRow } from "./conversations.ts";
import { createHouse, DAY, START } from "./house.ts";
import { entriesBy, everything, getPage, postForm, type SignedIn, signedIn } from "./staff.ts";

const house = createHouse({ WORKING_HOURS: "1-4,6 08:30-17:00", HOLIDAYS: "2026-12-25,2020-01-01" });
const SETTINGS = "/admin/contact/settings";
const MONTH = 2_628_000_000;
let privacy: SignedIn;
let support: SignedIn;

beforeAll(async () => {
  privacy = await signedIn(house, "privacy");
  support = await signedIn(house, "support");
});

let counter = 0;
const fields = (more: Record<string, string> = {}) => {
  const name = `Storing ${counter++}`;
  return { nl: name, en: `${name} (en)`, firstHours: "4", solvedHours: "16", retentionMonths: "12", ...more };
};

/** A topic that is there, with its id. */
async function addTopic(more: Record<string, string> = {}): Promise<{ id: string; names: { nl: string; en: string } }> {
  const sent = fields(more);
  expect((await postForm(house, `${SETTINGS}/topics`, sent, privacy)).status).toBe(303);
  const [row] = await house.rows<{ id: string; names: string }>(
    "select id, names from contact_topics where names ->> 'nl' = ?",
    sent.nl,
  );
  return { id: row?.id ?? "", names: JSON.parse(row?.names ?? "{}") };
}

const topicRow = async (id: string) => (await house.rows("select * from contact_topics where id = ?", id))[0];

describe("the topics of conversations", () => {
  it("have names in both languages, targets and a retention; each saving is in the ledger", async () => {
    const { id } = await addTopic();
    expect(await topicRow(id)).toMatchObject({ first_hours: 4, solved_hours: 16, retention_months: 12, version: 1 });
    const sent = fields({ version: "1", firstHours: "2", retentionMonths: "24" });
    const saved = await postForm(house, `${SETTINGS}/topics/${id}`, sent, privacy);
    expect(saved.headers.get("location")).toBe(`${SETTINGS}?done=topic-saved`);
    const page = await (await getPage(house, `${SETTINGS}?done=topic-saved`, privacy)).text();
    expect(page).toContain("The topic is saved.");
    expect(page).toContain(sent.en);
    expect((await entriesBy(house, privacy.member)).filter(({ topic }) => topic === id)).toMatchObject([
      { kind: "contact.topic-saved", firstHours: 4, solvedHours: 16, retentionMonths: 12 },
      { kind: "contact.topic-saved", firstHours: 2, solvedHours: 16, retentionMonths: 24 },
    ]);
  });

  it("say what working hours and days off are, and where they are set; support may look at it", async () => {
    const page = await (await getPage(house, SETTINGS, support)).text();
    expect(page).toContain("Monday to Thursday and Saturday from 08:30 to 17:00");
    expect(page).toContain("Days off: 25 December 2026.");
    expect(page).toContain("wrangler.toml");
    expect(page).not.toContain("topics/new");
    expect((await postForm(house, `${SETTINGS}/topics`, fields(), support)).status).toBe(403);
  });

  it("move the day on which what is closed under them goes, in the batch that saves another retention", async () => {
    const [{ id }, other] = [await addTopic(), await addTopic()];
    const closedAt = START - 100 * DAY;
    const closed = {
      topic_id: id,
      status: "closed",
      closed_at: closedAt,
      delete_at: closedAt + 12 * MONTH,
      due_at: null,
    };
    const ids = {
      closed: await addRow(house, closed),
      archived: await addRow(house, { ...closed, status: "archived" }),
      open: await addRow(house, { topic_id: id }),
      other: await addRow(house, { ...closed, topic_id: other.id }),
    };
    await postForm(house, `${SETTINGS}/topics/${id}`, fields({ version: "1", retentionMonths: "3" }), privacy);
    const deleteAt = async (name: keyof typeof ids) => (await conversationRow(house, ids[name]))["delete_at"];
    expect(await deleteAt("closed")).toBe(closedAt + 3 * MONTH);
    expect(await deleteAt("archived")).toBe(closedAt + 3 * MONTH);
    expect(await deleteAt("open")).toBe(null);
    expect(await deleteAt("other")).toBe(closedAt + 12 * MONTH);
    // What was begun before it does not put the old day back.
    expect((await conversationRow(house, ids.closed))["version"]).toBe(2);
    expect((await conversationRow(house, ids.open))["version"]).toBe(1);
  });

  it("are not overwritten unseen, and nothing moves then", async () => {
    const { id } = await addTopic();
    const closedAt = START - DAY;
    const row = await addRow(house, {
      topic_id: id,
      status: "closed",
      closed_at: closedAt,
      delete_at: closedAt + 12 * MONTH,
    });
    const first = fields({ version: "1", retentionMonths: "6" });
    await postForm(house, `${SETTINGS}/topics/${id}`, first, privacy);
    const sent = fields({ version: "1", retentionMonths: "1" });
    const behind = await postForm(house, `${SETTINGS}/topics/${id}`, sent, privacy);
    expect(behind.status).toBe(409);
    const page = await behind.text();
    expect(page).toContain("The privacy was faster.");
    expect(page).toContain(first.nl);
    expect(page).toContain(`value="${sent.nl}"`);
    expect((await conversationRow(house, row))["delete_at"]).toBe(closedAt + 6 * MONTH);
    expect(await topicRow(id)).toMatchObject({ retention_months: 6, version: 2 });
    expect((await entriesBy(house, privacy.member)).filter(({ topic }) => topic === id)).toHaveLength(2);
  });

  it("refuse a retention that the inventory does not name, hours that are none, and a name that another has", async () => {
    const taken = await addTopic();
    const refused = async (more: Record<string, string>) => {
      const reply = await postForm(house, `${SETTINGS}/topics`, fields(more), privacy);
      expect(reply.status).toBe(422);
      return reply.text();
    };
    expect(await refused({ retentionMonths: "25" })).toContain("Fill in a whole number.");
    expect(await refused({ retentionMonths: "0" })).toContain('id="retentionMonths-error"');
    expect(await refused({ firstHours: "1.5" })).toContain('id="firstHours-error"');
    expect(await refused({ solvedHours: "soon" })).toContain('id="solvedHours-error"');
    expect(await refused({ en: "" })).toContain('id="en-error"');
    expect(await refused({ en: taken.names.en })).toContain('id="en-error"');
    expect(await refused({ nl: "<b>Two\nlines</b>" })).toContain("&lt;b&gt;");
  });

  it("are removed after a question; what has one keeps it", async () => {
    const { id, names } = await addTopic();
    const row = await addRow(house, { topic_id: id });
    const path = `${SETTINGS}/topics/${id}/remove`;
    expect(await (await getPage(house, path, privacy)).text()).toContain(names.en);
    expect((await postForm(house, path, { version: "7" }, privacy)).status).toBe(409);
    expect((await postForm(house, path, { version: "1" }, privacy)).status).toBe(303);
    expect(await (await getPage(house, SETTINGS, privacy)).text()).not.toContain(names.en);
    expect((await conversationRow(house, row))["topic_id"]).toBe(id);
    expect((await getPage(house, `${SETTINGS}/topics/${id}`, privacy)).status).toBe(404);
    expect((await postForm(house, path, { version: "2" }, privacy)).status).toBe(404);
    expect((await entriesBy(house, privacy.member)).filter(({ topic }) => topic === id)).toMatchObject([
      { kind: "contact.topic-saved" },
      { kind: "contact.topic-removed" },
    ]);
  });

  it("Invariant 2: no GET of the settings changes anything", async () => {
    const { id } = await addTopic();
    const before = await everything(house);
    for (const path of ["", "/topics/new", `/topics/${id}`, `/topics/${id}/remove`]) {
      expect((await getPage(house, `${SETTINGS}${path}`, privacy)).status, path).toBe(200);
    }
    expect(await everything(house)).toBe(before);
  });
});
