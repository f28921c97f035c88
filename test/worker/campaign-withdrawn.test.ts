import { beforeAll, expect, it } from "vitest";
import { createDesk as createAdmin } from "./admin-campaigns.ts";
import { addSubscribers, createDesk, entriesOf, passMinutes, sendingHouse, TEXT, workOff } from "./sending.ts";
import { getPage, postForm, type SignedIn, signedIn } from "./staff.ts";

const ARCHIVE = "/newsletter/archive";

const { house } = sendingHouse();
const admin = createAdmin(house);
let desk: Awaited<ReturnType<typeof createDesk>>;
let writer: SignedIn;

beforeAll(async () => {
  desk = await createDesk(house);
  writer = await signedIn(house, "marketing");
  await addSubscribers(house, 2);
});

/** A newsletter that was sent to all. */
async function sent(more: object = {}): Promise<string> {
  const id = await desk.begun(more);
  await workOff(house);
  await passMinutes(house, 1);
  expect((await desk.get(id)).state).toBe("sent");
  return id;
}

const inArchive = async (slug: string | null) =>
  (await house.fetch(`${ARCHIVE}/${slug}`, { headers: { Accept: "text/html" } })).status;
const pathOf = (id: string) => `/admin/newsletters/${id}`;

it("a newsletter that was sent is taken out of the archive and its feeds, once and for good", async () => {
  const id = await sent({ isPublic: true, texts: { nl: { ...TEXT, subject: "Piet wint" } } });
  const { slug } = await desk.get(id);
  expect(await inArchive(slug)).toBe(200);
  expect(await desk.take(id, "withdraw")).toMatchObject({ state: "sent", isPublic: false, slug });
  expect(await inArchive(slug)).toBe(410);
  for (const path of [ARCHIVE, `${ARCHIVE}/feed.xml`, `${ARCHIVE}/feed.json`]) {
    expect(await (await house.fetch(path)).text()).not.toContain("Piet wint");
  }
  expect(await desk.refused(id, "withdraw")).toBe("campaign_not_ready");
  expect((await entriesOf(house, id))["campaign.withdrawn"]).toBe(1);
});

it("taken out while it goes out, it goes on, without a link to the archive in what comes", async () => {
  const id = await desk.begun({ isPublic: true });
  await desk.take(id, "withdraw");
  await workOff(house);
  await passMinutes(house, 1);
  const { state, slug } = await desk.get(id);
  expect([state, await inArchive(slug)]).toEqual(["sent", 410]);
  const mails = await house.mailsTo("lezer-1@example.nl");
  expect(mails.at(-1)?.text).not.toContain(ARCHIVE);
});

it("one that was never for everybody keeps no address in the archive, and cannot be taken out", async () => {
  const id = await sent({ slug: "besloten" });
  expect((await desk.get(id)).slug).toBeNull();
  expect([await inArchive("besloten"), await desk.refused(id, "withdraw")]).toEqual([404, "campaign_not_ready"]);
});

it("a newsletter that was sent is thrown away with its figures, once it is not kept who got it", async () => {
  const id = await sent();
  const { version } = await desk.get(id);
  const drop = () => desk.ask(`/${id}?version=${version}`, { method: "DELETE" });
  expect((await drop()).status).toBe(409);
  await house.rows("delete from campaign_recipients where campaign_id = ?", id);
  expect((await drop()).status).toBe(204);
  expect((await drop()).status).toBe(404);
  expect(await house.rows("select * from campaign_tallies where campaign_id = ?", id)).toEqual([]);
  expect((await entriesOf(house, id))["campaign.dropped"]).toBe(1);
});

it("in the admin both are asked again first, and offered when they can be done", async () => {
  const id = await sent({ isPublic: true });
  const path = pathOf(id);
  const page = () => admin.textOf(path, writer);
  const before = await page();
  expect(before).toContain(`href="${path}/withdraw"`);
  expect(before).not.toContain(`href="${path}/drop"`);
  expect(before).toContain("once it is not kept any more who got it");
  expect(await admin.textOf(`${path}/withdraw`, writer)).toContain("Take this newsletter off the website?");
  const withdrawn = await postForm(house, `${path}/withdraw`, {}, writer);
  expect(withdrawn.headers.get("location")).toBe(`${path}?done=withdrawn`);
  expect(await page()).not.toMatch(/\/withdraw|Read it on the website/);

  await house.rows("delete from campaign_recipients where campaign_id = ?", id);
  expect(await page()).toContain(`href="${path}/drop"`);
  const asked = await admin.textOf(`${path}/drop`, writer);
  expect(asked).toContain("The text and the figures are then gone");
  const version = /name="version" value="(\d+)"/.exec(asked)?.[1] ?? "";
  const dropped = await postForm(house, `${path}/drop`, { version }, writer);
  expect(dropped.headers.get("location")).toBe("/admin/newsletters?done=dropped");
  expect((await getPage(house, path, writer)).status).toBe(404);
});
