import { beforeAll, describe, expect, it } from "vitest";
import { createHouse, freshAddress } from "./house.ts";
import { addSubscribers, type ListApi, listApi, subscriber } from "./list.ts";

const house = createHouse();
let api: ListApi;
beforeAll(async () => {
  api = await listApi(house);
});

interface Preview {
  subject: string;
  html: string;
  text: string;
}

describe("what the desk's pages can, for programs", () => {
  it("says where subscribers came from", async () => {
    await addSubscribers(house, [subscriber(house, { source: "fair 2026" })]);
    const { sources } = await api.get<{ sources: string[] }>("/v1/subscribers/sources");
    expect(sources).toContain("fair 2026");
    expect((await api.send("POST", "/v1/subscribers/sources")).status).toBe(405);
  });

  it("mails who waits the link again, and says when it did not: three a day are enough", async () => {
    const email = freshAddress();
    await house.post("/v1/newsletter/subscriptions", { email });
    const [row] = await house.rows<{ id: string }>("select id from subscribers where email = ?", email);
    const again = async () => (await api.send("POST", `/v1/subscribers/${row?.id}/resend`)).json;
    expect([await again(), await again(), await again()]).toEqual([{ sent: true }, { sent: true }, { sent: false }]);
    expect(await house.mailsTo(email)).toHaveLength(3);
    const active = subscriber(house);
    await addSubscribers(house, [active]);
    expect((await api.send("POST", `/v1/subscribers/${active.id}/resend`)).json).toEqual({ sent: false });
  });

  it("checks a newsletter and previews its saved text, changing nothing", async () => {
    const texts = { nl: { subject: "Nieuws voor {{name|lezers}}", markdown: "**Hallo**" } };
    const campaign = { name: "Preview", texts, audience: { topics: ["news"] } };
    const { json } = await api.send<{ id: string; version: number }>("POST", "/v1/campaigns", campaign);
    const checks = await api.get<Record<string, unknown>>(`/v1/campaigns/${json.id}/checks`);
    expect(checks).toMatchObject({
      recipients: expect.any(Number),
      faults: expect.any(Array),
      warnings: expect.any(Array),
    });
    const shown = await api.send<Preview>("POST", `/v1/campaigns/${json.id}/preview?lang=nl`);
    expect(shown).toMatchObject({ status: 200, json: { lang: "nl", subject: "Nieuws voor lezers" } });
    expect(shown.json.html).toContain("<strong>Hallo</strong>");
    expect(shown.json.text).toContain("Hallo");
    const missing = await api.send("POST", `/v1/campaigns/${json.id}/preview?lang=en`);
    expect(missing).toMatchObject({ status: 422, json: { errors: [{ path: "lang", code: "unknown_value" }] } });
    expect(await api.get(`/v1/campaigns/${json.id}`)).toMatchObject({ version: json.version, texts });
  });
});
