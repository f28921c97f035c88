import { beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "../../worker/platform/bytes.ts";
import { createHouse, START } from "./house.ts";
import { entriesBy, everything, getPage, postForm, type SignedIn, signedIn } from "./staff.ts";
import { gatedHouse } from "./subscribers.ts";

const house = createHouse();
const MINUTE = 60_000;
let owner: SignedIn;

beforeEach(async () => {
  house.clock.now = START;
  await house.rows("delete from api_keys");
  owner = await signedIn(house, "owner");
});

/** Sends the form of a new key; each form has a name of its own. */
const make = (fields: Record<string, string>, form = crypto.randomUUID()) =>
  postForm(house, "/admin/keys", { form, ...fields }, owner);

/** The text of a new key, from the page that shows it. */
async function newKey(name: string, ...scopes: string[]): Promise<string> {
  const fields = Object.fromEntries(scopes.map((scope) => [`scope.${scope}`, "on"]));
  const reply = await make({ name, ...fields });
  expect(reply.status).toBe(200);
  return /<code id="key" class="key">\s*(fp_[\w-]{43})\s*<\/code>/.exec(await reply.text())?.[1] ?? "";
}

interface KeyRow {
  id: string;
  name: string;
  hash: string;
  scopes: string;
  used_at: number | null;
  revoked_at: number | null;
}
const keys = () => house.rows<KeyRow>("select * from api_keys");
const onlyKey = async () => (await keys())[0]?.id ?? "";

const call = (key: string, path = "/v1/outbox", method = "GET") =>
  house.fetch(path, { method, headers: { Authorization: `Bearer ${key}` } });
const revoke = async (id: string, at = house) => postForm(at, `/admin/keys/${id}/revoke`, {}, owner);

describe("an API key", () => {
  it("is shown once, and only its hash is kept", async () => {
    const key = await newKey("Order system", "mail:read");
    expect(key).not.toBe("");
    expect(await keys()).toMatchObject([{ name: "Order system", hash: await sha256(key), scopes: '["mail:read"]' }]);
    expect(await everything(house)).not.toContain(key);
    const list = await (await getPage(house, "/admin/keys", owner)).text();
    expect(list).toContain("Order system");
    for (const secret of [key, await sha256(key)]) expect(list).not.toContain(secret);
  });

  it("is made once by one form, however often that is sent, and is not shown again", async () => {
    const fields = { name: "Order system", "scope.mail:read": "on" };
    const list = await (await getPage(house, "/admin/keys", owner)).text();
    const form = /name="form" value="([^"]+)"/.exec(list)?.[1] ?? "";
    expect((await make(fields, form)).status).toBe(200);
    const again = await make(fields, form);
    expect([again.status, (await again.text()).includes("fp_")]).toEqual([409, false]);
    expect(await keys()).toHaveLength(1);
    expect(await entriesBy(house, owner.member)).toHaveLength(1);
    expect((await make(fields)).status).toBe(200);
  });

  it("may do what its scopes say, and nothing else", async () => {
    const key = await newKey("Reader", "mail:read");
    expect((await call(key)).status).toBe(200);
    expect((await call(key, "/v1/outbox/x/retry", "POST")).status).toBe(403);
    const both = await newKey("Both", "mail:read", "mail:write");
    expect((await call(both)).status).toBe(200);
    expect((await call(both, "/v1/outbox/x/retry", "POST")).status).toBe(404);
  });

  it("can be given no scope that only people have, and none that does not exist", async () => {
    for (const scope of ["staff:write", "ledger:read", "keys:write", "everything", "__proto__", "constructor"]) {
      expect((await make({ name: "Sly", [`scope.${scope}`]: "on" })).status, scope).toBe(422);
    }
    expect(await keys()).toEqual([]);
    const key = await newKey("Sly", "mail:read", "staff:write");
    expect((await keys())[0]?.scopes).toBe('["mail:read"]');
    expect((await call(key)).status).toBe(200);
  });

  it.each([
    [{ name: "" }, "name-error"],
    [{ name: "a\r\nb" }, "name-error"],
    [{ "scope.mail:read": "" }, "scopes-error"],
  ])("with a wrong field (%j) is not made; what was typed is kept", async (wrong, error) => {
    const typed: Record<string, string> = { name: "Kept", "scope.mail:write": "on", ...wrong };
    if (error === "scopes-error") {
      delete typed["scope.mail:write"];
      delete typed["scope.mail:read"];
    }
    const reply = await make(typed);
    const html = await reply.text();
    expect(reply.status).toBe(422);
    expect(html).toContain(`id="${error}"`);
    expect(html).toContain(error === "scopes-error" ? 'value="Kept"' : 'name="scope.mail:write" checked=""');
    expect(await keys()).toEqual([]);
  });

  it("shows when it was last used, to the hour", async () => {
    const key = await newKey("Reader", "mail:read");
    const usedAt = async () => (await keys())[0]?.used_at;
    expect(await usedAt()).toBeNull();
    expect(await (await getPage(house, "/admin/keys", owner)).text()).toContain("never");
    for (const [at, expected] of [
      [START, START],
      [START + 59 * MINUTE, START],
      [START + 60 * MINUTE, START + 60 * MINUTE],
    ] as const) {
      house.clock.now = at;
      expect((await call(key)).status).toBe(200);
      expect(await usedAt()).toBe(expected);
    }
    house.clock.now = START;
    const list = await (await getPage(house, "/admin/keys", owner)).text();
    expect(list).toContain('title="2026-11-22T11:00:00.000Z"');
  });

  it("that may not do something was not used for it", async () => {
    const key = await newKey("Reader", "mail:read");
    await call(key, "/v1/outbox/x/retry", "POST");
    expect((await keys())[0]?.used_at).toBeNull();
  });

  it("stops at once when it is revoked, and stays on the list", async () => {
    const key = await newKey("Reader", "mail:read");
    const other = await newKey("Other", "mail:read");
    const id = (await house.rows<{ id: string }>("select id from api_keys where name = 'Reader'"))[0]?.id ?? "";
    const page = await (await getPage(house, `/admin/keys/${id}/revoke`, owner)).text();
    expect(page).toContain("Revoke the key &quot;Reader&quot;?");
    expect((await call(key)).status).toBe(200);
    expect((await revoke(id)).headers.get("location")).toBe("/admin/keys?done=revoked");
    expect([(await call(key)).status, (await call(other)).status]).toEqual([401, 200]);
    expect(await (await getPage(house, "/admin/keys", owner)).text()).toContain("revoked on");
    expect((await revoke("made-up")).status).toBe(404);
  });

  it("is an entry in the ledger when it is made and when it is revoked, once each, and never its text", async () => {
    const key = await newKey("Reader", "mail:read");
    const id = await onlyKey();
    const gated = gatedHouse(house, 2);
    const replies = await Promise.all([revoke(id, gated), revoke(id, gated)]);
    expect([...replies, await revoke(id)].map(({ status }) => status)).toEqual([303, 303, 303]);
    const entries = await entriesBy(house, owner.member);
    expect(entries).toEqual([
      { kind: "key.made", key: id, name: "Reader", scopes: ["mail:read"], by: owner.member },
      { kind: "key.revoked", key: id, by: owner.member },
    ]);
    expect(JSON.stringify(entries)).not.toContain(key);
  });

  it("keeps the moment at which it was first revoked", async () => {
    await newKey("Reader", "mail:read");
    await revoke(await onlyKey());
    house.clock.now += MINUTE;
    await revoke(await onlyKey());
    expect((await keys())[0]?.revoked_at).toBe(START);
  });
});
