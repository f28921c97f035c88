import { describe, expect, it } from "vitest";
import { WORDINGS } from "../../worker/newsletter/wording.ts";
import { sha256 } from "../../worker/platform/bytes.ts";
import { keyed } from "../../worker/platform/tokens.ts";
import { apiKey, createHouse, freshAddress, linkIn, ORIGIN, version } from "./house.ts";
import { everything } from "./staff.ts";
import { BROWSER, createSubscribers, gatedHouse } from "./subscribers.ts";

const house = createHouse();
const { subscribe, press, confirmLink, leaveLink, statusOf, entriesOf, activeSubscriber } = createSubscribers(house);

const wording = await sha256(WORDINGS.nl[0]);

/** Somebody who confirmed, gets the news, and opened their preferences. */
async function chooser(): Promise<{ email: string; link: string }> {
  house.clock.now += 3_600_000;
  const email = await activeSubscriber();
  return { email, link: linkIn((await house.mailsTo(email)).at(-1), "/newsletter/preferences") };
}

/** The form as the page shows it to who gets the news, changed where a test wants it. */
const form = (changes: Record<string, string> = {}) => ({
  do: "save",
  seen: "news",
  wording,
  language: "nl",
  name: "",
  "topic.news": "on",
  ...changes,
});

const without = (values: Record<string, string>, name: string) =>
  Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));

const rowOf = async (email: string) =>
  (await house.rows("select status, topics, lang, name from subscribers where email = ?", email))[0];

const consentsOf = (email: string) =>
  house.rows(
    `select c.topic, g.method, c.withdrawn_by from consents c join signups g on g.id = c.signup_id
      join subscribers s on s.id = c.subscriber_id where s.email = ? order by c.topic`,
    email,
  );

describe("the preference centre", () => {
  it("shows what they have in words, and the topics that there are", async () => {
    const { email, link } = await chooser();
    const html = await (await house.fetch(link)).text();
    expect(html).toMatch(/<input type="checkbox" name="topic.news" checked=""\/>\s*Nieuws/);
    expect(html).toMatch(/<input type="checkbox" name="topic.offers"\/>\s*Aanbiedingen/);
    for (const words of [email, WORDINGS.nl[0], "Afmelden voor alles", "Nieuw e-mailadres"])
      expect(html).toContain(words);
    expect(await (await house.fetch(`${link}&lang=en`)).text()).toContain("Maintenance and outages");
  });

  it("takes up a topic as a consent of its own, under the words and the policy of that day; gives up another", async () => {
    const { email, link } = await chooser();
    const { date } = version();
    const publisher = { Authorization: `Bearer ${await apiKey("policy:write")}` };
    expect((await house.post("/v1/policy/versions", version(), publisher)).status).toBe(201);
    const saved = await press(link, without(form({ "topic.maintenance": "on" }), "topic.news"));
    expect([saved.status, saved.headers.get("location")]).toEqual([303, `${link}&done=saved`]);
    expect(await (await house.fetch(`${link}&done=saved`)).text()).toContain("Je keuze is opgeslagen.");
    expect(await rowOf(email)).toMatchObject({ status: "active", topics: '["maintenance"]' });
    expect(await consentsOf(email)).toEqual([
      { topic: "maintenance", method: "preferences", withdrawn_by: null },
      { topic: "news", method: "form", withdrawn_by: "preferences" },
    ]);
    expect(await entriesOf("consent.changed", email)).toEqual([
      {
        email,
        added: ["maintenance"],
        removed: ["news"],
        by: "preferences",
        wording: { sha256: wording, text: WORDINGS.nl[0] },
        flags: [],
        policyDate: date,
        changedAt: new Date(house.clock.now).toISOString(),
      },
    ]);
  });

  it("says where a consent may be a program's", async () => {
    const { email, link } = await chooser();
    const body = new URLSearchParams(form({ "topic.offers": "on" }));
    await house.fetch(link, { method: "POST", headers: { ...BROWSER, "User-Agent": "Wget/1.25" }, body });
    expect((await entriesOf("consent.changed", email))[0]?.["flags"]).toEqual(["scanner"]);
    expect(await house.rows("select flags from signups where method = 'preferences' and flags <> '[]'")).toHaveLength(
      1,
    );
  });

  it("takes back a name as long as staff or an import may give one", async () => {
    const { email, link } = await chooser();
    const name = "n".repeat(120);
    await house.rows("update subscribers set name = ? where email = ?", name, email);
    expect((await press(link, form({ language: "en", name }))).status).toBe(303);
    expect(await rowOf(email)).toMatchObject({ lang: "en", name });
  });

  it("keeps language and name, and enters their names alone; nothing when nothing changed", async () => {
    const { email, link } = await chooser();
    await press(link, form());
    await press(link, form({ language: "en", name: "  Noor de Wit " }));
    await press(link, form({ language: "en", name: "Noor de Wit" }));
    expect(await rowOf(email)).toMatchObject({ lang: "en", name: "Noor de Wit", topics: '["news"]' });
    const entries = await house.rows<{ body: string }>(
      "select body from ledger_entries where subject = (select 'subscriber:' || id from subscribers where email = ?) and kind <> 'consent.given'",
      email,
    );
    expect(entries).toEqual([{ body: '{"fields":["lang","name"]}' }]);
  });

  it("without a topic changes nothing and asks whether that is leaving; what was typed stays", async () => {
    const { email, link } = await chooser();
    const asked = await press(link, without(form({ name: "Noor" }), "topic.news"));
    const html = await asked.text();
    expect(asked.status).toBe(422);
    expect(html).toContain("Ja, meld me af");
    expect(html).toContain('value="Noor"');
    expect(html).not.toContain('name="topic.news" checked');
    expect(await rowOf(email)).toMatchObject({ status: "active", topics: '["news"]', name: null });
    await press(link, { do: "leave" });
    expect(await rowOf(email)).toMatchObject({ status: "left" });
    expect(await entriesOf("consent.withdrawn", email)).toMatchObject([{ by: "preferences" }]);
  });

  it.each([
    ["a name of 121 characters", { name: "n".repeat(121) }, "Dit is te lang."],
    ["a line break in a name", { name: "Noor\r\nBcc: x@example.nl" }, "gewone tekst op één regel"],
    ["a name that turns the text around", { name: "Noor\u202e" }, "gewone tekst op één regel"],
    ["a language that is not there", { language: "xx" }, "Dit kennen we niet."],
    ["an address that is none", { do: "move", email: "geen adres" }, "Dit is geen e-mailadres."],
  ])("%s: says so beside the field, keeps what was typed, changes nothing", async (_, wrong, words) => {
    const { email, link } = await chooser();
    const before = await rowOf(email);
    const reply = await press(link, form({ "topic.offers": "on", ...wrong }));
    const html = await reply.text();
    expect(reply.status).toBe(422);
    expect(html).toContain(words);
    expect(html).toMatch(/aria-invalid="true" aria-describedby="[^"]*-error"/);
    if (!("do" in wrong)) expect(html).toContain('name="topic.offers" checked');
    if ("email" in wrong) expect(html).toContain('value="geen adres"');
    expect(await rowOf(email)).toEqual(before);
  });

  it("refuses words that we never showed, and a topic that is not offered", async () => {
    const { email, link } = await chooser();
    expect((await press(link, form({ wording: "0".repeat(64), name: "N" }))).status).toBe(422);
    expect((await press(link, form({ "topic.spam": "on" }))).status).toBe(422);
    expect(await rowOf(email)).toMatchObject({ topics: '["news"]', name: null });
  });

  it("a page that is out of date takes nothing up again", async () => {
    const { email, link } = await chooser();
    await press(link, form({ "topic.offers": "on" }));
    await press(link, without(form({ seen: "news,offers", "topic.offers": "on" }), "topic.news"));
    await press(link, form({ name: "Noor" }));
    expect(await rowOf(email)).toMatchObject({ topics: '["offers"]', name: "Noor" });
  });

  it("two forms at once: one is saved, the other says that something changed meanwhile", async () => {
    const { email, link } = await chooser();
    const gated = gatedHouse(house, 2);
    const post = (values: Record<string, string>) =>
      gated.fetch(link, { method: "POST", headers: BROWSER, body: new URLSearchParams(values) });
    const replies = await Promise.all([
      post(form({ "topic.offers": "on" })),
      post(form({ "topic.maintenance": "on" })),
    ]);
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await consentsOf(email)).toHaveLength(2);
    expect(await entriesOf("consent.changed", email)).toHaveLength(1);
  });
});

describe("who gets no newsletter", () => {
  it("sees that they left, and asks to join again by a mail to confirm", async () => {
    const { email, link } = await chooser();
    await press(await leaveLink(email));
    const html = await (await house.fetch(link)).text();
    expect(html).toContain(`${email} is afgemeld.`);
    expect(html).not.toContain("Nieuw e-mailadres");
    expect((await press(link, form({ "topic.offers": "on" }))).status).toBe(409);
    expect(await statusOf(email)).toBe("left");
    const asked = await press(link, { do: "rejoin", wording, "topic.offers": "on" });
    expect(asked.headers.get("location")).toContain("done=rejoined");
    expect(await statusOf(email)).toBe("left");
    await press(await confirmLink(email));
    expect(await rowOf(email)).toMatchObject({ status: "active", topics: '["offers"]' });
    expect((await entriesOf("consent.given", email)).at(-1)).toMatchObject({
      method: "preferences",
      surface: "preferences",
    });
  });

  it("and who complained is told so, and cannot", async () => {
    const { email, link } = await chooser();
    await house.rows("update subscribers set status = 'complained', left_at = 0 where email = ?", email);
    const hash = await keyed(house.rt, "suppression", email);
    await house.rows("insert into mail_suppressions (hash, reason, at) values (?, 'complained', 0)", hash);
    const html = await (await house.fetch(link)).text();
    expect(html).toContain("als ongewenst gemeld");
    expect(html).not.toContain("<form");
    const before = (await house.mailsTo(email)).length;
    expect((await press(link, { do: "rejoin", wording, "topic.news": "on" })).status).toBe(303);
    expect(await house.mailsTo(email)).toHaveLength(before);
  });

  it("while pending, a joining again without a topic says so beside the topics", async () => {
    const email = freshAddress();
    await subscribe(email);
    await press(await confirmLink(email));
    const link = linkIn((await house.mailsTo(email)).at(-1), "/newsletter/preferences");
    await house.rows("update subscribers set status = 'left', left_at = 0 where email = ?", email);
    const reply = await press(link, { do: "rejoin", wording });
    expect([reply.status, (await reply.text()).includes('id="topics-error"')]).toEqual([422, true]);
  });
});

describe("Invariants of the pages of a person's own", () => {
  it("Invariant 2: GET and HEAD of each of them change nothing, in any language, as a page or as JSON", async () => {
    const { email, link } = await chooser();
    const to = freshAddress();
    await press(link, { do: "move", email: to });
    const moves = [
      linkIn((await house.mailsTo(email)).at(-1), "/newsletter/move-from"),
      linkIn((await house.mailsTo(to)).at(-1), "/newsletter/move-to"),
    ];
    const before = await everything(house);
    for (const path of [link, link.replace("preferences", "receipt"), ...moves]) {
      for (const more of ["", "&lang=en", "&format=json", "&done=saved", "&do=leave"]) {
        for (const method of ["GET", "HEAD"]) {
          const headers = { "Sec-Purpose": "prefetch;prerender", Accept: "text/html" };
          expect((await house.fetch(path + more, { method, headers })).status, path + more).toBe(200);
        }
      }
    }
    expect(await everything(house)).toBe(before);
  });

  it("Invariant 11: each token opens its own page alone; altered or expired it opens none", async () => {
    const { email, link } = await chooser();
    const leave = await leaveLink(email);
    const to = freshAddress();
    await press(link, { do: "move", email: to });
    const links = [
      link,
      linkIn((await house.mailsTo(email)).at(-1), "/newsletter/move-from"),
      linkIn((await house.mailsTo(to)).at(-1), "/newsletter/move-to"),
      leave,
    ];
    const paths = ["preferences", "receipt", "move-from", "move-to", "unsubscribe", "confirm"];
    const later = createHouse();
    later.clock.now = house.clock.now + 731 * 86_400_000;
    const before = await everything(house);
    for (const own of links) {
      const url = new URL(own, ORIGIN);
      const token = url.searchParams.get("token") ?? "";
      for (const path of paths) {
        const isOwn = url.pathname.endsWith(path) || (path === "receipt" && url.pathname.endsWith("preferences"));
        const at = `/newsletter/${path}?token=`;
        const altered = token.slice(0, -1) + (token.endsWith("A") ? "B" : "A");
        if (isOwn) expect((await later.fetch(at + token)).status, at).toBe(410);
        for (const wrong of [altered, ...(isOwn ? [] : [token])]) {
          const reply = await house.fetch(at + wrong, { method: path === "receipt" ? "GET" : "POST" });
          expect([reply.status, ((await reply.json()) as { code: string }).code], at).toEqual([400, "token_invalid"]);
        }
      }
    }
    expect(await everything(house)).toBe(before);
  });
});
