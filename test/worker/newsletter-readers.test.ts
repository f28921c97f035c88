import { beforeAll, describe, expect, it } from "vitest";
import { apiKey, createHouse } from "./house.ts";
import { addSubscribers, subscriber } from "./list.ts";
import { newListImporter, PROVEN, WORDS } from "./list-importing.ts";
import { getPage, signedIn } from "./staff.ts";

const house = createHouse();
const LIST = "/admin/subscribers/imports";
let imported: string;
let held: string;
let unread: string;

beforeAll(async () => {
  const importer = await newListImporter(house);
  imported = (await importer.run("email\nann@example.nl\nnobody\n", PROVEN)).id;
  unread = await importer.send("email\nbo@example.nl\n");
  held = await importer.send("email\ncy@example.nl\n");
  await house.rows("update subscriber_imports set state = 'paused' where id = ?", held);
});

describe("who may read the newsletter and not write it", () => {
  it.each(["privacy", "auditor"] as const)("sees as %s where consent came from, and no button", async (role) => {
    const reader = await signedIn(house, role);
    const page = async (path: string) => {
      const reply = await getPage(house, path, reader);
      expect(reply.status).toBe(200);
      const html = await reply.text();
      // Those that every page has: signing out, and the language.
      return html.slice(html.indexOf("<main"), html.indexOf("</main>"));
    };
    const list = await page(LIST);
    expect(list).toContain(`href="${LIST}/${imported}"`);
    expect(list).not.toContain("<form");
    const result = await page(`${LIST}/${imported}`);
    expect(result).toContain(WORDS);
    expect(result).toContain("optins-2026.csv");
    for (const id of [imported, held, unread]) expect(await page(`${LIST}/${id}`)).not.toMatch(/<form|\/cancel"/);
    const faults = await getPage(house, `${LIST}/${imported}/faults.csv`, reader);
    expect(await faults.text()).toContain("nobody");
    expect(await page("/admin/subscribers")).toContain(`href="${LIST}"`);
  });
});

describe("a key that may write the newsletter and not read it", () => {
  const ask = async (scopes: string[], method: string, path: string, body: object) => {
    const headers = { Authorization: `Bearer ${await apiKey(...scopes)}`, "Content-Type": "application/json" };
    const reply = await house.fetch(path, { method, headers, body: JSON.stringify(body) });
    return { status: reply.status, text: await reply.text() };
  };
  const [WRITER, BOTH] = [["newsletter:write"], ["newsletter:write", "newsletter:read"]];

  it("is told of whom it changes how many they are, and never who", async () => {
    const one = subscriber(house, { name: "Ann" });
    await addSubscribers(house, [one]);
    const path = `/v1/subscribers/${one.id}`;
    const asked = [
      ["POST", "/v1/subscribers/actions", { kind: "set-language", argument: "en", filter: {}, preview: true }, 200],
      ["PATCH", path, { name: "Bo" }, 204],
      ["POST", `${path}/leave`, {}, 204],
    ] as const;
    for (const [method, to, body, status] of asked) {
      const found = await ask(WRITER, method, to, body);
      expect([to, found.status, found.text.includes("@")]).toEqual([to, status, false]);
      const read = await ask(BOTH, method, to, body);
      expect([to, read.status, read.text.includes(one.email)]).toEqual([to, 200, true]);
    }
    expect(await house.rows("select name, status from subscribers where id = ?", one.id)).toEqual([
      { name: "Bo", status: "left" },
    ]);
  });
});
