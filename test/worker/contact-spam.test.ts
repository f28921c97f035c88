import { beforeAll, describe, expect, it } from "vitest";
import { addRow, conversationRow, writeToUs } from "./conversations.ts";
import { freshAddress } from "./house.ts";
import { createInbound } from "./inbound.ts";
import { entriesBy, everything, getPage, postForm, type SignedIn, signedIn } from "./staff.ts";

const { house, take } = createInbound();
const SPAM = "/admin/contact/spam";
const BLOCKED = "/admin/contact/settings/blocked";
let support: SignedIn;

beforeAll(async () => {
  support = await signedIn(house, "support");
});

const block = (sender: string) => postForm(house, BLOCKED, { sender }, support);
const hasty = async () => (await writeToUs(house, { took: 200, message: "<img src=x> Win!" })).id;
const statusOf = async (id: string) => (await conversationRow(house, id))["status"];
const gone = async (id: string) => (await house.rows("select 1 from conversations where id = ?", id)).length === 0;
const chosen = (...ids: string[]) => ({
  shown: ids.join(","),
  ...Object.fromEntries(ids.map((id) => [`chosen.${id}`, "on"])),
});
const kinds = async (by: SignedIn, id: string) =>
  (await entriesBy(house, by.member)).filter(({ conversation }) => conversation === id).map(({ kind }) => kind);
/** The text of a page after a form led there. */
const followed = async (reply: Response) => {
  expect(reply.status).toBe(303);
  return (await getPage(house, reply.headers.get("location") ?? "", support)).text();
};

describe("blocked senders", () => {
  it("are addresses or domains as they are stored; what they send goes to quarantine until they are allowed", async () => {
    const domain = `${crypto.randomUUID()}.example`;
    const [email, other] = [freshAddress(), `someone@${domain}`];
    await block(` ${email.toUpperCase()} `);
    await block(`@${domain.toUpperCase()}`);
    for (const from of [email, other]) {
      const { id } = await writeToUs(house, { email: from });
      expect(await conversationRow(house, id)).toMatchObject({ status: "quarantined", quarantined_for: "blocked" });
    }
    const page = await (await getPage(house, BLOCKED, support)).text();
    expect(page).toContain(email);
    expect(page).toContain(domain);
    const question = await (await getPage(house, `${BLOCKED}/remove?sender=${domain}`, support)).text();
    expect(question).toContain(`Allow ${domain} again?`);
    expect(await followed(await postForm(house, `${BLOCKED}/remove`, { sender: domain }, support))).toContain(
      "allowed",
    );
    expect(await statusOf((await writeToUs(house, { email: other })).id)).toBe("new");
  });

  it("are named in the ledger by a keyed hash alone, once", async () => {
    const [email, by] = [freshAddress(), await signedIn(house, "support")];
    await postForm(house, BLOCKED, { sender: email }, by);
    const again = await postForm(house, BLOCKED, { sender: email }, by);
    expect(again.headers.get("location")).toContain("blocked-before");
    await postForm(house, `${BLOCKED}/remove`, { sender: email }, by);
    await postForm(house, `${BLOCKED}/remove`, { sender: email }, by);
    const rows = await house.rows<{ kind: string; subject: string; body: string }>(
      "select kind, subject, body from ledger_entries where actor = ? order by seq",
      `staff:${by.member}`,
    );
    expect(rows.map(({ kind }) => kind)).toEqual(["contact.sender-blocked", "contact.sender-allowed"]);
    expect(new Set(rows.map(({ subject }) => subject)).size).toBe(1);
    expect(rows[0]?.subject).toMatch(/^sender:[\w-]{43}$/);
    expect(JSON.stringify(rows)).not.toContain(email);
  });

  it("are never our own addresses or domains, nor what is no sender", async () => {
    const from = /<(.+)>/.exec(house.rt.settings.MAIL_FROM)?.[1] ?? "";
    for (const own of [from, from.split("@")[1] ?? "", "post@in.example.nl", "IN.example.nl"]) {
      const reply = await block(own);
      expect([own, reply.status]).toEqual([own, 422]);
      expect(await reply.text()).toContain("This is an address or domain of your own.");
    }
    for (const none of ["", "nl", "a b@example.nl", "*.example.nl", "x@", "https://example.nl"]) {
      expect([none, (await block(none)).status]).toEqual([none, 422]);
    }
  });
});

describe("quarantine", () => {
  it("lists the newest first, with why and how the message begins, as text", async () => {
    const id = await hasty();
    const long = await addRow(house, { status: "quarantined", quarantined_for: "staff", due_at: null });
    await house.rows(
      "insert into messages (id, conversation_id, channel, body, created_at) values (?, ?, 'mail', ?, 0)",
      ...[long, long, `${"a".repeat(200)}b`],
    );
    const page = await (await getPage(house, SPAM, support)).text();
    expect(page).toContain(`name="chosen.${id}"`);
    expect(page).toContain("it was filled in too fast");
    expect(page).toContain("a member of staff put it here");
    expect(page).toContain("&lt;img src=x&gt; Win!");
    expect(page).toContain(`${"a".repeat(200)}</span>`);
    expect(page.indexOf(`chosen.${long}`)).toBeLessThan(page.indexOf(`chosen.${id}`));
  });

  it("releases many at once, each with its entry, and says what a colleague did meanwhile", async () => {
    const [one, two, three] = [await hasty(), await hasty(), await hasty()];
    await postForm(house, `${SPAM}/release`, chosen(two), support);
    const page = await followed(
      await postForm(house, `${SPAM}/release`, chosen(one, two, crypto.randomUUID()), support),
    );
    expect(page).toContain("One conversation is released. Nothing was done to 2");
    expect([await statusOf(one), await statusOf(two), await statusOf(three)]).toEqual(["new", "new", "quarantined"]);
    expect(await kinds(support, one)).toEqual(["conversation.released"]);
    expect(await kinds(support, two)).toEqual(["conversation.released"]);
  });

  it("erases many after a question; what was released meanwhile stays", async () => {
    const [one, two, three] = [await hasty(), await hasty(), await hasty()];
    const fields = { shown: [one, two].join(","), all: "on" };
    const question = await postForm(house, `${SPAM}/erase`, fields, support);
    expect(question.status).toBe(200);
    const asked = await question.text();
    expect(asked).toContain("Erase these 2 conversations?");
    expect(await gone(one)).toBe(false);
    await postForm(house, `${SPAM}/release`, chosen(two), support);
    const page = await followed(await postForm(house, `${SPAM}/erase`, { ...fields, sure: "yes" }, support));
    expect(page).toContain("One conversation is erased. Nothing was done to one");
    expect([await gone(one), await statusOf(two), await statusOf(three)]).toEqual([true, "new", "quarantined"]);
    expect(await kinds(support, one)).toEqual(["conversation.erased"]);
    expect(await kinds(support, two)).toEqual(["conversation.released"]);
  });

  it("says so when nothing was chosen", async () => {
    for (const what of ["release", "erase"]) {
      const reply = await postForm(house, `${SPAM}/${what}`, { shown: await hasty() }, support);
      expect(reply.status).toBe(422);
      expect(await reply.text()).toContain("First choose");
    }
  });

  it("goes page by page, and no conversation stands on two", async () => {
    for (let i = 0; i < 55; i++)
      await addRow(house, { status: "quarantined", quarantined_for: "automatic", due_at: null });
    const ids: string[] = [];
    for (let path: string | undefined = SPAM; path; ) {
      const page: string = await (await getPage(house, path, support)).text();
      ids.push(...[...page.matchAll(/name="chosen\.([^"]+)"/g)].map(([, id = ""]) => id));
      path = /href="([^"]+)" rel="next"/.exec(page)?.[1]?.replaceAll("&amp;", "&");
    }
    const [all] = await house.rows<{ count: number }>(
      "select count(*) as count from conversations where status = 'quarantined'",
    );
    expect(new Set(ids).size).toBe(all?.count);
    expect(ids).toHaveLength(all?.count ?? 0);
    expect((await getPage(house, `${SPAM}?after=1%27;--`, support)).status).toBe(200);
  });
});

describe("mails that nobody could read", () => {
  /** A mail without a sender that came in. */
  async function unreadable(): Promise<string> {
    const raw = `Subject: <script>${crypto.randomUUID()}</script>\r\n\r\nHello`;
    await take("post@in.example.nl", raw, "<b>sender</b>@example.nl");
    const [row] = await house.rows<{ id: string }>(
      "select id from contact_originals where state = 'unreadable' order by rowid desc limit 1",
    );
    return row?.id ?? "";
  }

  it("are listed with why, and downloaded as a file that no browser opens; the ledger says who did", async () => {
    const id = await unreadable();
    const page = await (await getPage(house, SPAM, support)).text();
    expect(page).toContain("there is no sender in it");
    expect(page).toContain("&lt;b&gt;sender&lt;/b&gt;@example.nl");
    const reply = await postForm(house, `${SPAM}/originals/${id}/download`, {}, support);
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toBe("application/octet-stream");
    expect(reply.headers.get("content-disposition")).toBe(`attachment; filename="mail-${id}.eml"`);
    expect(reply.headers.get("x-content-type-options")).toBe("nosniff");
    expect(new TextDecoder().decode(await reply.arrayBuffer())).toContain("Hello");
    const told = (await entriesBy(house, support.member)).filter(({ original }) => original === id);
    expect(told.map(({ kind }) => kind)).toEqual(["contact.original-read"]);
  });

  it("are thrown away after a question, with their bytes", async () => {
    const id = await unreadable();
    expect((await getPage(house, `${SPAM}/originals/${id}/drop`, support)).status).toBe(200);
    expect((await postForm(house, `${SPAM}/originals/${id}/drop`, {}, support)).status).toBe(303);
    expect((await postForm(house, `${SPAM}/originals/${id}/drop`, {}, support)).status).toBe(303);
    expect((await getPage(house, `${SPAM}/originals/${id}/drop`, support)).status).toBe(404);
    expect((await postForm(house, `${SPAM}/originals/${id}/download`, {}, support)).status).toBe(404);
    await house.round();
    expect(await house.bindings.FILES.get(`originals/${id}`)).toBe(null);
  });
});

it("Invariant 2: no GET about spam and blocks changes anything", async () => {
  const before = await everything(house);
  for (const path of [SPAM, BLOCKED, `${BLOCKED}/remove?sender=example.nl`]) {
    expect((await getPage(house, path, support)).status, path).toBe(200);
  }
  expect(await everything(house)).toBe(before);
});
