import { expect, it } from "vitest";
import { suppress } from "../../worker/mail/suppression.ts";
import { WORDINGS } from "../../worker/newsletter/wording.ts";
import { sha256 } from "../../worker/platform/bytes.ts";
import { createHouse, linkIn, panelToken } from "./house.ts";
import { createSubscribers } from "./subscribers.ts";

const house = createHouse();
const { press, statusOf, activeSubscriber } = createSubscribers(house);
const wording = await sha256(WORDINGS.nl[0]);

async function chooser(): Promise<{ email: string; link: string }> {
  const email = await activeSubscriber();
  return { email, link: linkIn((await house.mailsTo(email)).at(-1), "/newsletter/preferences") };
}

/** A house in which everybody has asked too much already. */
const full = { limit: async () => ({ success: false }) };
const busy = createHouse({ RATE_FORM: full, RATE_IP: full, RATE_ADDRESS: full });
const FROM = { "CF-Connecting-IP": "192.0.2.1" };

it("leaving is never put off by how often somebody asked: on the page of preferences, and in a panel", async () => {
  busy.clock.now = house.clock.now;
  const { email, link } = await chooser();
  const post = (values: Record<string, string>) =>
    busy.fetch(link, { method: "POST", headers: FROM, body: new URLSearchParams(values) });
  expect((await post({ do: "save", seen: "", wording, language: "nl", name: "", "topic.offers": "on" })).status).toBe(
    429,
  );
  expect((await post({ do: "leave" })).status).toBe(303);
  expect(await statusOf(email)).toBe("left");
  const other = await activeSubscriber();
  const token = await panelToken(busy.clock.now, { email: other });
  const headers = { ...FROM, Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const put = (topics: string[]) =>
    busy.fetch("/v1/me/newsletter?surface=panel", { method: "PUT", headers, body: JSON.stringify({ topics }) });
  expect((await put(["offers"])).status).toBe(429);
  expect((await put([])).status).toBe(200);
  expect(await statusOf(other)).toBe("left");
});

it("whom staff stopped is told so, and of no mail that did not go; leaving still works", async () => {
  const { email, link } = await chooser();
  await suppress(house.rt, "staff:test", email, "staff");
  const html = await (await house.fetch(`${link}&done=asked`)).text();
  expect(html).toContain(`Naar ${email} sturen we geen mail meer`);
  for (const words of ["We sturen de nieuwsbrief", "We sturen een mail", "Nieuw e-mailadres"])
    expect(html).not.toContain(words);
  expect(html).toContain("Afmelden voor alles");
  await press(link, { do: "leave" });
  const before = (await house.mailsTo(email)).length;
  const asked = await press(link, { do: "rejoin", wording, "topic.news": "on" });
  const page = await (await house.fetch(asked.headers.get("location") ?? "")).text();
  expect(page).toContain("een medewerker heeft dat gestopt");
  expect(page).not.toContain("We sturen je een mail");
  expect(await house.mailsTo(email)).toHaveLength(before);
});

it("who asks to join again a fourth time in a day was told that three mails go", async () => {
  const { email, link } = await chooser();
  await press(link, { do: "leave" });
  const before = (await house.mailsTo(email)).length;
  for (const _ of [1, 2, 3, 4]) {
    const asked = await press(link, { do: "rejoin", wording, "topic.news": "on" });
    const page = await (await house.fetch(asked.headers.get("location") ?? "")).text();
    expect(page).toContain("hooguit drie op een dag");
  }
  // One of the three was the sign-up's own.
  expect(await house.mailsTo(email)).toHaveLength(before + 2);
});
