import { beforeAll, describe, expect, it } from "vitest";
import { createHouse, freshAddress } from "./house.ts";
import { getPage, postForm, type SignedIn, signedIn } from "./staff.ts";
import { createSubscribers } from "./subscribers.ts";

const house = createHouse();
const people = createSubscribers(house);
const PATH = "/admin/subscribers";
let marketing: SignedIn;
beforeAll(async () => {
  marketing = await signedIn(house, "marketing");
});

const page = async (path: string, by = marketing) => (await getPage(house, path, by)).text();
const send = (path: string, fields: Record<string, string> = {}, by = marketing) => postForm(house, path, fields, by);
const rowOf = async (email: string) =>
  (await house.rows<Record<string, string>>("select * from subscribers where email = ?", email))[0];
const pathTo = async (email: string): Promise<string> => `${PATH}/${(await rowOf(email))?.["id"]}`;

async function pending(): Promise<string> {
  const email = freshAddress();
  await people.subscribe(email, { topics: ["news", "offers"] });
  return email;
}

async function active(): Promise<string> {
  const email = await pending();
  await house.fetch(await people.confirmLink(email), { method: "POST" });
  return email;
}

/** What the form on a page was drawn from, as it goes along with it. */
async function seenOn(path: string): Promise<string> {
  const value = /name="seen" value="([^"]*)"/.exec(await page(path))?.[1] ?? "";
  return value.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

describe("a subscriber's page", () => {
  it("tells what is kept and what happened, with the evidence of each step, in the ledger for who may read it", async () => {
    const email = await active();
    const path = await pathTo(email);
    const [html, whole] = [await page(path), await page(path, await signedIn(house, "owner"))];
    for (const said of ["active", "News, Offers", "Asked for the newsletter: by the form on a website."])
      expect(html).toContain(said);
    expect(html).toContain("Confirmed the sign-up.");
    expect(html).toContain("Mail: Newsletter: confirm the sign-up.");
    expect(html).toMatch(/\/v1\/ledger\/entries\/[\w-]+\/proof/);
    expect(html).not.toContain("/admin/ledger/");
    expect(whole).toMatch(/\/admin\/ledger\/[\w-]+/);
  });

  it("says in words why a person may not have confirmed", async () => {
    const email = await active();
    const flags = JSON.stringify(["fast", "burst", "scanner"]);
    await house.rows("update signups set flags = ? where subscriber_id = ?", flags, (await rowOf(email))?.["id"]);
    const html = await page(await pathTo(email));
    expect(html).toContain("How sure");
    for (const said of ["within seconds", "Many came at once", "a program that checks mail"])
      expect(html.split(said).length, said).toBe(3);
    await house.rows("update signups set flags = '[]' where subscriber_id = ?", (await rowOf(email))?.["id"]);
    expect(await page(await pathTo(email))).not.toContain("How sure");
  });

  it("says of somebody imported where consent is said to come from, and who says so", async () => {
    const email = await active();
    const id = crypto.randomUUID();
    const consent = {
      text: "Keep me posted",
      date: "2025-03-04",
      evidence: { sha256: "ab".repeat(32), name: "forms.zip" },
      isDoubleOptIn: true,
    };
    await house.rows(
      `insert into subscriber_imports (id, state, file_name, size, plan, "offset", row, active, pending, unchanged, blocked,
          refused, created_at, created_by)
        values (?, 'done', 'list.csv', 1, ?, 1, 2, 1, 0, 0, 0, 0, 0, ?)`,
      ...[id, JSON.stringify({ consent }), `staff:${marketing.member}`],
    );
    await house.rows(
      "update signups set import_id = ?, method = 'import' where subscriber_id = ?",
      ...[id, (await rowOf(email))?.["id"]],
    );
    const html = await page(await pathTo(email));
    for (const said of ["Keep me posted", "4 March 2025", "ab".repeat(32), "forms.zip", "The marketing"])
      expect(html).toContain(said);
    expect(html).toContain("according to an import");
  });

  it("changes name, language and internal topics, and takes off a topic, which ends that consent", async () => {
    const email = await active();
    const path = await pathTo(email);
    const label = `label ${crypto.randomUUID().slice(0, 8)}`;
    await send(`${PATH}/labels`, { name: label });
    const fields = { name: "Ann", lang: "en", [`label:${label}`]: "on", "off:offers": "on", seen: await seenOn(path) };
    expect((await send(path, fields)).headers.get("location")).toBe(`${path}?done=saved`);
    expect(await rowOf(email)).toMatchObject({
      name: "Ann",
      lang: "en",
      labels: JSON.stringify([label]),
      topics: '["news"]',
    });
    const html = await page(path);
    expect(html).toContain("Consent ended for Offers, by a member of staff.");
    expect(html).toContain("The marketing");
  });

  it("keeps what was typed when it is wrong, and when somebody else was first", async () => {
    const email = await active();
    const path = await pathTo(email);
    const seen = await seenOn(path);
    const wrong = await send(path, { name: "Ann", lang: "fr", seen });
    expect(wrong.status).toBe(422);
    expect(await wrong.text()).toContain('value="Ann"');
    await send(path, { name: "Bea", lang: "nl", seen });
    const behind = await send(path, { name: "Cis", lang: "nl", seen });
    expect(behind.status).toBe(409);
    const html = await behind.text();
    expect(html).toContain("Someone else has just changed this subscriber.");
    expect(html).toContain('value="Cis"');
    expect(await rowOf(email)).toMatchObject({ name: "Bea" });
    await send(path, { name: "Cis", lang: "nl", seen: await seenOn(path) });
    expect(await rowOf(email)).toMatchObject({ name: "Cis" });
  });
});

describe("for a subscriber", () => {
  it("the confirmation is sent again, whose link confirms", async () => {
    const email = await pending();
    const before = (await house.mailsTo(email)).length;
    const reply = await send(`${await pathTo(email)}/resend`);
    expect(reply.headers.get("location")).toMatch(/done=resent$/);
    expect((await house.mailsTo(email)).length).toBe(before + 1);
    const last = await send(`${await pathTo(email)}/resend`);
    const enough = await send(`${await pathTo(email)}/resend`);
    expect([last, enough].map(({ headers }) => /done=(.+)$/.exec(headers.get("location") ?? "")?.[1])).toEqual([
      "resent",
      "not-resent",
    ]);
    expect(await page(enough.headers.get("location") ?? "")).toContain("No mail went out");
    expect((await house.mailsTo(email)).length).toBe(before + 2);
    await house.fetch(await people.confirmLink(email), { method: "POST" });
    expect(await people.statusOf(email)).toBe("active");
  });

  it("a leave is asked about by GET, which changes nothing, and done by POST, in the name of who did it", async () => {
    const email = await active();
    const path = await pathTo(email);
    expect(await page(`${path}/leave`)).toContain(`Unsubscribe ${email}?`);
    expect(await people.statusOf(email)).toBe("active");
    expect((await send(`${path}/leave`)).headers.get("location")).toBe(`${path}?done=left`);
    expect(await people.statusOf(email)).toBe("left");
    const html = await page(path);
    expect(html).toContain("This address has left.");
    expect(html).toContain("by a member of staff");
    expect(html).not.toContain(`${path}/leave"`);
    expect(await people.entriesOf("consent.withdrawn", email)).toMatchObject([{ by: "staff" }]);
  });

  it("erasing leaves neither page nor address", async () => {
    const email = await active();
    const path = await pathTo(email);
    expect(await page(`${path}/erase`)).toContain(`Erase ${email}?`);
    expect((await send(`${path}/erase`)).headers.get("location")).toBe(`${PATH}?done=erased`);
    expect((await getPage(house, path, marketing)).status).toBe(404);
    expect(await page(`${PATH}?search=${email}`)).toContain("Nobody matches this.");
    expect((await send(`${path}/erase`)).headers.get("location")).toBe(`${PATH}?done=erased`);
  });

  it("an export is a file with those whom the filter finds, entered in the ledger", async () => {
    const [one, other] = [await active(), await active()];
    const reply = await send(`${PATH}/export`, { filter: new URLSearchParams({ search: one }).toString() });
    expect(reply.headers.get("content-disposition")).toBe('attachment; filename="subscribers.csv"');
    const file = await reply.text();
    expect(file).toContain(one);
    expect(file).not.toContain(other);
    const entries = await house.rows<{ body: string; actor: string }>(
      "select body, actor from ledger_entries where kind = 'subscribers.exported' order by seq desc limit 1",
    );
    expect(entries[0]?.actor).toBe(`staff:${marketing.member}`);
    expect(entries[0]?.body).toContain('"matched":1');
  });
});
