import { beforeAll, expect, it } from "vitest";
import { DAY } from "./house.ts";
import { addSubscribers, createDesk, passMinutes, sendingHouse } from "./sending.ts";
import { getPage, signedIn } from "./staff.ts";

const { house } = sendingHouse();
let desk: Awaited<ReturnType<typeof createDesk>>;

beforeAll(async () => {
  desk = await createDesk(house);
});

/** A page of the admin as marketing sees it now. */
const page = async (path: string) => (await getPage(house, path, await signedIn(house, "marketing"))).text();

it("a newsletter that could not begin by itself is on the first page, and says why in the list, until it is saved again", async () => {
  const [email] = await addSubscribers(house, 1, { topics: ["maintenance"] });
  const { id, version } = await desk.draft({ name: "Plan A", audience: { topics: ["maintenance"], segment: null } });
  const at = new Date(house.clock.now + 60_000).toISOString();
  await desk.take(id, "schedule", { version, at, zone: "Europe/Amsterdam" });
  await house.rows("update subscribers set status = 'left', left_at = 0 where email = ?", email);
  expect(await page("/admin")).not.toContain("Plan A");
  await passMinutes(house, 2);
  expect(await desk.get(id)).toMatchObject({ state: "draft", fault: "no_recipients" });
  const today = await page("/admin");
  expect(today).toContain("The newsletter ‘Plan A’ could not be sent by itself. See why.");
  expect(today).toContain(`href="/admin/newsletters/${id}"`);
  expect(await page("/admin/newsletters")).toContain("It could not be sent by itself: Nobody would get it.");
  await desk.patch(id, { version: version + 2, name: "Plan B" });
  expect(await page("/admin")).not.toMatch(/Plan [AB]/);
});

it("a newsletter that is held up for more than a day is on the first page", async () => {
  await addSubscribers(house, 1);
  const id = await desk.begun({ name: "Even wachten" });
  house.clock.now += 2 * DAY;
  await desk.take(id, "pause");
  expect(await page("/admin")).not.toContain("Even wachten");
  house.clock.now += DAY;
  expect(await page("/admin")).toContain("The newsletter ‘Even wachten’ has stood still for more than a day.");
  await desk.take(id, "resume");
  expect(await page("/admin")).not.toContain("Even wachten");
});
