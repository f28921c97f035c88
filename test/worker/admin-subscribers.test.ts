import { beforeAll, beforeEach, describe, expect, it } from "vitest";
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
/** What each test's own addresses have in common, and no other's. */
let mark: string;
beforeEach(() => {
  mark = `m${crypto.randomUUID().slice(0, 8)}`;
});

const page = async (path: string, by = marketing) => (await getPage(house, path, by)).text();
const send = (path: string, fields: Record<string, string>, by = marketing) => postForm(house, path, fields, by);
const idOf = async (email: string) =>
  String((await house.rows("select id from subscribers where email = ?", email))[0]?.["id"]);
const labelsOf = async (email: string) =>
  JSON.parse(String((await house.rows("select labels from subscribers where email = ?", email))[0]?.["labels"]));

/** Somebody whose sign-up waits. */
async function pending(name: string): Promise<string> {
  const email = `${mark}-${name}@example.nl`;
  await people.subscribe(email);
  return email;
}

/** Somebody who has confirmed. */
async function active(name: string): Promise<string> {
  const email = await pending(name);
  await house.fetch(await people.confirmLink(email), { method: "POST" });
  return email;
}

const addLabel = async (): Promise<string> => {
  const name = `label ${mark}`;
  expect((await send(`${PATH}/labels`, { name })).headers.get("location")).toBe(`${PATH}/labels?done=added`);
  return name;
};

/** Runs the steps of an action until it is over. */
async function workOff(action: string): Promise<void> {
  for (let step = 0; step < 10; step++) {
    await house.consume([action], "list-action");
    const [row] = await house.rows("select state from list_actions where id = ?", action);
    if (row?.["state"] === "done" || row?.["state"] === "undone") return;
  }
  throw new Error("The action is not over after ten steps");
}

describe("the list", () => {
  it("finds people by part of their address, and narrows by status", async () => {
    const [ann, bob] = [await active("ann"), await pending("bob")];
    const all = await page(`${PATH}?search=${mark}`);
    expect(all).toContain("2 subscribers match this.");
    expect(all).toContain(ann);
    expect(all).toContain(bob);
    const waiting = await page(`${PATH}?search=${mark}&status=pending`);
    expect(waiting).toContain("1 subscriber matches this.");
    expect(waiting).toContain(bob);
    expect(waiting).not.toContain(ann);
    expect(waiting).toMatch(/name="status" value="pending" checked/);
  });

  it("has pages, each of which goes on after the one before", async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 53; i++) {
      await house.rows(
        `insert into subscribers (id, email, status, lang, topics, labels, source, requested_at)
          values (?, ?, 'pending', 'nl', '["news"]', '[]', ?, 0)`,
        ...[crypto.randomUUID(), `${mark}-${i}@example.nl`, mark],
      );
    }
    let path: string | undefined = `${PATH}?sources=${mark}`;
    let pages = 0;
    while (path !== undefined && pages < 5) {
      const html = await page(path);
      for (const [email] of html.matchAll(new RegExp(`${mark}-\\d+@example\\.nl`, "g"))) seen.add(email);
      path = /<a href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
      pages++;
    }
    expect(seen.size).toBe(53);
    expect(pages).toBe(2);
  });

  it("says what is wrong with a day, and keeps what was typed", async () => {
    const reply = await getPage(house, `${PATH}?from=2026-02-31&search=${mark}`, marketing);
    expect(reply.status).toBe(422);
    const html = await reply.text();
    expect(html).toContain('id="from-error"');
    expect(html).toContain(`value="${mark}"`);
  });

  it("says that nobody matches, and offers nothing to do with nobody", async () => {
    const html = await page(`${PATH}?search=${mark}`);
    expect(html).toContain("Nobody matches this.");
    expect(html).not.toContain(`${PATH}/actions/new`);
  });

  it("does no more with a filter it cannot read than refuse it", async () => {
    const ann = await active("ann");
    const wrong = { filter: "status=everyone", kind: "erase", argument: "" };
    expect((await send(`${PATH}/actions`, wrong)).status).toBe(422);
    expect((await send(`${PATH}/export`, { filter: "from=never" })).status).toBe(422);
    expect(await people.statusOf(ann)).toBe("active");
  });
});

describe("a segment", () => {
  it("does not search for one whole address, and says why", async () => {
    const reply = await send(`${PATH}/segments`, { name: `One ${mark}`, filter: `search=${mark}@example.nl` });
    expect(reply.status).toBe(422);
    expect(await reply.text()).toContain("A segment does not search for one whole address");
  });

  it("is saved from the list's filters, opened from the list, changed and removed", async () => {
    await active("ann");
    const name = `Segment ${mark}`;
    expect(await page(`${PATH}/segments/new?search=${mark}&status=active`)).toContain("Status: active");
    const saved = await send(`${PATH}/segments`, { name, filter: `search=${mark}&status=active` });
    const place = saved.headers.get("location") ?? "";
    const id = new URL(place, "https://x.test").searchParams.get("segment") ?? "";
    const opened = await page(place);
    expect(opened).toContain("1 subscriber matches this.");
    expect(opened).toContain("The segment is saved.");
    expect(opened).toContain(name);

    expect(await page(`${PATH}?search=${mark}&segment=${id}`)).toContain(`Save the filters in ${name}`);
    await send(`${PATH}/segments/${id}`, { name, filter: `search=${mark}` });
    expect(await page(`${PATH}/segments/${id}`)).toContain(`Search by address: ${mark}`);
    await send(`${PATH}/segments/${id}`, { name: `${name}, new` });
    expect(await page(`${PATH}/segments`)).toContain(`${name}, new`);

    await send(`${PATH}/segments/${id}/remove`, {});
    expect((await getPage(house, `${PATH}/segments/${id}`, marketing)).status).toBe(404);
  });

  it("needs a name that no other has, and keeps what was typed", async () => {
    const name = `Segment ${mark}`;
    await send(`${PATH}/segments`, { name, filter: "status=left" });
    const again = await send(`${PATH}/segments`, { name, filter: "status=active" });
    expect(again.status).toBe(422);
    const html = await again.text();
    expect(html).toContain(`value="${name}"`);
    expect(html).toContain('value="status=active"');
  });
});

describe("an action on many", () => {
  it("is shown before it is done: to how many, the first ten, and whether it can be undone", async () => {
    const label = await addLabel();
    for (let i = 0; i < 12; i++) await pending(`p${i}`);
    const query = new URLSearchParams({ search: mark, kind: "add-label", "add-label": label });
    const html = await page(`${PATH}/actions/new?${query}`);
    expect(html).toContain("Something changes for 12 subscribers.");
    expect(html).toContain("You can undo this afterwards.");
    expect(html.match(new RegExp(`${mark}-p\\d+@`, "g"))).toHaveLength(10);
    const grave = await page(`${PATH}/actions/new?search=${mark}&kind=erase`);
    expect(grave).toContain("This cannot be undone.");
  });

  it("is done, shows how far it is, and is undone", async () => {
    const label = await addLabel();
    const [ann, bob, other] = [await active("ann"), await pending("bob"), freshAddress()];
    await people.subscribe(other);
    const fields = { filter: `search=${mark}`, kind: "add-label", argument: label };
    const place = (await send(`${PATH}/actions`, fields)).headers.get("location") ?? "";
    const path = place.replace("?done=started", "");
    const id = path.split("/").at(-1) ?? "";
    expect(await page(path)).toContain("under way");
    await workOff(id);
    expect(await page(path)).toContain("The action is done.");
    expect([await labelsOf(ann), await labelsOf(bob), await labelsOf(other)]).toEqual([[label], [label], []]);

    expect(await page(`${path}/undo`)).toContain("Undo this action?");
    await send(`${path}/undo`, {});
    await workOff(id);
    expect([await labelsOf(ann), await labelsOf(bob)]).toEqual([[], []]);
    const over = await page(path);
    expect(over).toContain("The action is undone.");
    expect(over).toMatch(/Put back<\/dt>\s*<dd>2</);
    expect(over).not.toContain(`${path}/undo`);
    expect((await send(`${path}/undo`, {})).status).toBe(409);
  });

  it("begins once, however often its button is pressed", async () => {
    const label = await addLabel();
    await active("ann");
    const html = await page(
      `${PATH}/actions/new?${new URLSearchParams({ search: `${mark}-ann`, kind: "add-label", "add-label": label })}`,
    );
    const key = /name="key" value="([^"]+)"/.exec(html)?.[1] ?? "";
    expect(key).not.toBe("");
    const fields = { filter: `search=${mark}-ann`, kind: "add-label", argument: label, key };
    const [one, other] = await Promise.all([send(`${PATH}/actions`, fields), send(`${PATH}/actions`, fields)]);
    expect(one.headers.get("location")).toBe(other.headers.get("location"));
    const begun = await house.rows("select id from list_actions where argument = ?", label);
    expect(begun).toHaveLength(1);
    await workOff(String(begun[0]?.["id"]));
    const over = await page(`${PATH}/actions/${begun[0]?.["id"]}`);
    expect(over).toContain("a search");
    expect(over).not.toContain(`${mark}-ann`);
  });

  it("an action on very many whom a search finds is looked at within a page's time, and counted when asked", async () => {
    await house.rows(
      `with recursive n (i) as (select 1 union all select i + 1 from n where i < 5001)
        insert into subscribers (id, email, status, lang, topics, labels, source, requested_at)
        select 'crowd' || i, i || '@crowd.example', 'pending', 'nl', '["news"]', '[]', 'site', ? from n`,
      house.clock.now,
    );
    const query = new URLSearchParams({ search: "crowd.example", kind: "erase" });
    const html = await page(`${PATH}/actions/new?${query}`);
    expect(html).toContain("more than 5,000");
    const [, link = ""] = /href="([^"]+)">Count them exactly/.exec(html) ?? [];
    const counted = await page(link.replaceAll("&amp;", "&"));
    expect(counted).toContain("5,001");
    expect(counted).not.toContain("Count them exactly");
    await house.rows("delete from subscribers where id like 'crowd%'");
  });

  it("says which choice is missing when a label is not there", async () => {
    const reply = await getPage(house, `${PATH}/actions/new?kind=add-label&add-label=nothing`, marketing);
    expect(reply.status).toBe(422);
    expect(await reply.text()).not.toContain('name="argument"');
  });
});

describe("internal topics", () => {
  it("are added once, counted, and leave those who have them when they are removed", async () => {
    const label = await addLabel();
    const again = await send(`${PATH}/labels`, { name: label });
    expect(again.status).toBe(422);
    expect(await again.text()).toContain(`value="${label}"`);
    const ann = await active("ann");
    const seen = JSON.stringify([null, "nl", [], ["news"]]);
    await send(`${PATH}/${await idOf(ann)}`, { name: "", lang: "nl", [`label:${label}`]: "on", seen });
    expect(await labelsOf(ann)).toEqual([label]);
    expect(await page(`${PATH}/labels/remove?${new URLSearchParams({ name: label })}`)).toContain("(1)");
    const place = (await send(`${PATH}/labels/remove`, { name: label })).headers.get("location") ?? "";
    await workOff(place.split("/").at(-1)?.split("?")[0] ?? "");
    expect(await labelsOf(ann)).toEqual([]);
    expect(await page(`${PATH}/labels`)).not.toContain(label);
  });
});
