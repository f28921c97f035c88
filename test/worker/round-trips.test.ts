import { env } from "cloudflare:workers";
import { solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/web/pbkdf2";
import { beforeAll, describe, expect, it } from "vitest";
import { LONGEST_WAIT } from "../../worker/ledger/seal.ts";
import { suppress } from "../../worker/mail/suppression.ts";
import { WORDINGS } from "../../worker/newsletter/wording.ts";
import { sha256 } from "../../worker/platform/bytes.ts";
import { CountingD1 } from "../bench/worker/apps/d1.ts";
import { PANEL_ROUTES, PUBLIC_ROUTES } from "./access-table.ts";
import { answerOf, customer, filesOf, manyMessages, PNG, uploaded, writer } from "./contact-people.ts";
import { someone } from "./customers.ts";
import { createHouse, DAY, freshAddress, linkIn, panelToken } from "./house.ts";
import { seedVersions } from "./policy-rows.ts";
import { BROWSER, createSubscribers } from "./subscribers.ts";

/** At most this often does a public request go to D1 and back (DESIGN.md 9). */
const MOST = 2;

/** Routes that go more often today, and how often: what gets worse fails, and what gets better is to be written down here. */
const KNOWN_OVER: Readonly<Record<string, number>> = {
  // Whom an import brought agrees under the policy in force: token, versions, commit.
  "POST /newsletter/confirm": 3,
  // Who left before: subscriber, commit, and whether they moved meanwhile; after the reply, two to tell KV.
  "POST /newsletter/unsubscribe": 5,
  // To leave: token, versions, address, commit; after the reply, two to tell KV. All else that is asked there: three.
  "POST /newsletter/preferences": 6,
  // Who agrees last: token, commit; after the reply, two to tell KV.
  "POST /newsletter/move-from": 4,
  "POST /newsletter/move-to": 4,
  // Who left before and chooses nothing: customer, versions, choice, all that leaving takes, and the choice once more.
  "PUT /v1/me/newsletter": 9,
  // As without a script: the rows of its files, what there is, commit.
  "POST /contact/conversation with files": 3,
  // A retry: versions, commit, what was sent before.
  "POST /v1/registrations": 3,
};

/** Where all comes about that is there before a request; nothing is counted in it. */
const house = createHouse();
// A challenge runs out by the real clock.
house.clock.now = Date.now();
const people = createSubscribers(house);

const day = (days: number): string => new Date(house.clock.now + days * DAY).toISOString().slice(0, 10);
const [OLD, NEW] = [day(-400), day(-10)];

/** By route, and by what is said after it of a request that is counted apart, the most round trips that a request took. */
const highest = new Map<string, number>();

/** Sends a request, to be refused with `refusal` if that is given, to an isolate that remembers nothing; notes its round trips and gives the reply's body. */
async function ask(route: string, path: string, init: RequestInit = {}, refusal?: number): Promise<string> {
  const [method = "", pattern = ""] = route.split(" ");
  if (!isOf(pattern, path)) throw new Error(`${path} is no address of ${route}`);
  const DB = new CountingD1(env.DB);
  const ASSETS = { fetch: async () => new Response("export {};") };
  const isolate = createHouse({ DB, ASSETS, CHALLENGE_COST: "1" });
  isolate.clock.now = house.clock.now;
  const reply = await isolate.fetch(path, { ...init, method });
  // A file is no text, says workerd.
  const body = new TextDecoder().decode(await reply.arrayBuffer());
  const isRight = refusal === undefined ? reply.status < 400 : reply.status === refusal;
  if (!isRight) throw new Error(`${method} ${path}: ${reply.status} ${body}`);
  // What went on after the reply is over by now, and counts as well.
  highest.set(route, Math.max(DB.count, highest.get(route) ?? 0));
  return body;
}

/** Whether an address is one of a route's. */
function isOf(pattern: string, path: string): boolean {
  const [parts, wanted] = [path.split("?")[0]?.split("/") ?? [], pattern.split("/")];
  return parts.length === wanted.length && wanted.every((part, at) => part.startsWith(":") || part === parts[at]);
}

type Fields = Record<string, string>;

const json = (body: object, headers: Fields = {}): RequestInit => ({
  body: JSON.stringify(body),
  headers: { "Content-Type": "application/json", ...headers },
});

/** JSON with a challenge that was solved. */
const proven = async (body: object, headers?: Fields) => json({ ...body, challenge: await solved() }, headers);

async function solved(): Promise<string> {
  const { challenge } = JSON.parse(await ask("GET /v1/challenge", "/v1/challenge"));
  return btoa(JSON.stringify({ challenge, solution: await solveChallenge({ challenge, deriveKey }) }));
}

const form = (fields: Fields = {}): RequestInit => ({
  headers: BROWSER,
  body: new URLSearchParams(fields),
});

/** A form with files of these names; of one in which none was chosen a browser sends an empty one. */
function formForFiles(fields: Fields, names: readonly string[] = []): RequestInit {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  if (names.length === 0) body.append("files", new File([], ""));
  for (const name of names) body.append("files", new File([PNG], name));
  return { body };
}

const newKey = (): Fields => ({ "Idempotency-Key": crypto.randomUUID() });

beforeAll(async () => {
  const text = (markdown: string) => ({ title: "Beleid", summary: "We bewaren minder.", markdown });
  const textsOf = (markdown: string) => ({ nl: text(markdown), en: text(`In English: ${markdown}`) });
  await seedVersions([
    { date: OLD, texts: textsOf("We bewaren je naam.") },
    { date: NEW, effective: day(20), texts: textsOf("We bewaren niets.") },
  ]);
  await house.rows(
    "insert into notice_runs (date, state, cursor, taken, next_at, started_at) values (?, 'running', 0, 0, 0, 0)",
    NEW,
  );
});

describe("the policy and the widget", () => {
  it("pages and feeds", async () => {
    for (const path of ["/policy", "/policy/versions", "/policy/feed.xml", "/policy/feed.json"])
      await ask(`GET ${path}`, path);
    for (const path of ["/v1/policy", "/v1/policy/versions"]) await ask(`GET ${path}`, path);
    await ask("GET /policy/versions/:date", `/policy/versions/${OLD}`);
    await ask("GET /policy/versions/:date/:file{[a-z]{2}\\.md}", `/policy/versions/${NEW}/nl.md`);
    // A comparison is kept for as long as the module is: each is asked for in a language of its own.
    await ask("GET /policy/compare", `/policy/compare?from=${OLD}&to=${NEW}&lang=nl`);
    await ask("GET /v1/policy/comparison", "/v1/policy/comparison?lang=en");
  });

  it("the loader, views and notices", async () => {
    for (const query of ["", "?surface=panel"]) await ask("GET /embed.js", `/embed.js${query}`);
    await ask("GET /w/:build/:lang/:file", "/w/older/nl/form.js");
    await ask("GET /v1/notices", "/v1/notices");
  });

  it("notices of a customer", async () => {
    const { headers } = await customer(house, "10009001");
    await ask("GET /v1/me/notices", "/v1/me/notices?surface=panel", { headers });
    for (const what of ["shown", "acknowledgement"]) {
      // The second time it is known already.
      for (const _ of ["once", "again"])
        await ask(`POST /v1/me/notices/:date/${what}`, `/v1/me/notices/${NEW}/${what}`, { headers });
    }
    await ask("GET /v1/me/notices", "/v1/me/notices", { headers });
  });
});

describe("the newsletter", () => {
  const subscribing = async (email: string) =>
    ask("POST /v1/newsletter/subscriptions", "/v1/newsletter/subscriptions", await proven({ email }));
  const leaving = async (email: string) =>
    ask("POST /v1/newsletter/unsubscriptions", "/v1/newsletter/unsubscriptions", await proven({ email }));
  const wayIn = async (email: string, path: string) => linkIn((await house.mailsTo(email)).at(-1), path);

  it("signing up, whatever the address is", async () => {
    const email = freshAddress();
    // Unknown, and then pending.
    for (const _ of ["once", "again"]) await subscribing(email);
    await subscribing(await people.activeSubscriber());
    const left = await people.activeSubscriber();
    await people.press(await people.leaveLink(left));
    await subscribing(left);
    const stopped = freshAddress();
    await suppress(house.rt, "staff:test", stopped, "staff");
    await subscribing(stopped);
  });

  it("confirming, of one's own and when an import brought the address", async () => {
    for (const importId of [null, "import"]) {
      const email = freshAddress();
      await people.subscribe(email);
      await house.rows(
        "update signups set import_id = ? where subscriber_id = (select id from subscribers where email = ?)",
        ...[importId, email],
      );
      const link = await people.confirmLink(email);
      await ask("GET /newsletter/confirm", link);
      await ask("POST /newsletter/confirm", link, form());
    }
  });

  it("leaving by a link of a mail and by one that was asked for, twice", async () => {
    await leaving(freshAddress());
    const [asked, direct] = [await people.activeSubscriber(), await people.activeSubscriber()];
    await leaving(asked);
    for (const link of [
      await people.leaveLink(asked),
      await people.leaveLink(direct),
      `${await people.leaveLink(await people.activeSubscriber())}&campaign=some`,
    ]) {
      await ask("GET /newsletter/unsubscribe", link);
      await ask("POST /newsletter/unsubscribe", link, form({ "List-Unsubscribe": "One-Click" }));
      await ask("GET /newsletter/unsubscribe", link);
      await ask("POST /newsletter/unsubscribe", link, form());
    }
  });

  it("preferences and the receipt", async () => {
    const link = await wayIn(await people.activeSubscriber(), "/newsletter/preferences");
    const choosing = (fields: Fields, refusal?: number) =>
      ask("POST /newsletter/preferences", link, form(fields), refusal);
    const wording = await sha256(WORDINGS.nl[0]);
    const choice = { do: "save", seen: "news", wording, language: "nl", name: "" };
    await ask("GET /newsletter/preferences", link);
    await choosing({ ...choice, "topic.news": "on" });
    await choosing({ ...choice, "topic.news": "on", "topic.offers": "on", name: "Noor" });
    await choosing({ ...choice, seen: "news,offers" }, 422);
    await choosing({ ...choice, language: "xx" }, 422);
    await choosing({ do: "move", email: "geen adres" }, 422);
    await choosing({ do: "move", email: freshAddress() });
    await choosing({ do: "leave" });
    await ask("GET /newsletter/preferences", link);
    await choosing({ do: "rejoin", wording, "topic.news": "on" });
    const receipt = link.replace("preferences", "receipt");
    for (const query of ["", "&format=json"]) await ask("GET /newsletter/receipt", `${receipt}${query}`);
  });

  it("a change of address, whichever side agrees last", async () => {
    for (const sides of [
      ["from", "to"],
      ["to", "from"],
    ]) {
      const [from, to] = [await people.activeSubscriber(), freshAddress()];
      await people.press(await wayIn(from, "/newsletter/preferences"), { do: "move", email: to });
      for (const side of sides) {
        const link = await wayIn(side === "from" ? from : to, `/newsletter/move-${side}`);
        await ask(`GET /newsletter/move-${side}`, link);
        await ask(`POST /newsletter/move-${side}`, link, form());
      }
    }
  });

  it("the archive", async () => {
    await house.rows(
      `insert into campaigns (id, state, name, is_public, slug, version, texts, audience, created_at, created_by,
          changed_at, changed_by, started_at, cursor, recipients)
        values ('kaas', 'sent', 'Intern', 1, 'kaas', 2, ?, '{"topics":["news"],"segment":null}', 1, 'staff:x', 1,
          'staff:x', 1, 0, 0)`,
      JSON.stringify({ nl: { subject: "Over kaas", preheader: "", markdown: "Dag." } }),
    );
    for (const path of ["/newsletter/archive", "/newsletter/archive/feed.xml", "/newsletter/archive/feed.json"])
      await ask(`GET ${path}`, path);
    await ask("GET /newsletter/archive", "/newsletter/archive?before=2.zuivel");
    await ask("GET /newsletter/archive/:slug", "/newsletter/archive/kaas");
  });

  it("the newsletter of a customer", async () => {
    const choosing = async (email: string, topics: string[]) => {
      const headers = { Authorization: `Bearer ${await panelToken(house.clock.now, { email })}` };
      await ask("GET /v1/me/newsletter", "/v1/me/newsletter?surface=panel", { headers });
      await ask("PUT /v1/me/newsletter", "/v1/me/newsletter?surface=panel", json({ topics }, headers));
    };
    const [email, active] = [freshAddress(), await people.activeSubscriber()];
    await choosing(email, []);
    await choosing(email, ["news"]);
    await choosing(active, ["news"]);
    await choosing(active, ["offers"]);
    await choosing(active, []);
    await choosing(active, []);
  });
});

describe("registering", () => {
  const route = "POST /v1/registrations";

  it("by a program and a retry of it, and by a plain form", async () => {
    const sent = await proven(someone(), newKey());
    for (const _ of ["once", "again"]) await ask(route, "/v1/registrations", sent);
    const { kind, name, email } = someone();
    await ask(route, "/v1/registrations", form({ kind, name, email }));
    await ask(route, "/v1/registrations", form({ kind, name, email: "geen adres" }), 422);
    await ask("GET /register/sent", "/register/sent");
    const link = linkIn((await house.mailsTo(email)).at(-1), "/register/confirm");
    await ask("GET /register/confirm", link);
    await ask("POST /register/confirm", link, form());
  });
});

describe("writing to us", () => {
  const route = "POST /v1/contact/messages";
  const path = "/v1/contact/messages";
  const written = () => ({ email: freshAddress(), message: "Mijn site is traag." });

  it("by the widget, with and without files, and a retry", async () => {
    await ask(route, path, await proven(written()));
    for (const files of [[], [await uploaded(house), await uploaded(house)]]) {
      const sent = await proven({ ...written(), files }, newKey());
      for (const _ of ["once", "again"]) await ask(route, path, sent);
    }
    await ask(route, path, await proven({ ...written(), took: 1 }));
  });

  it("in a panel, with and without files, and a retry", async () => {
    const { headers } = await customer(house, "10009002");
    for (const files of [[], [await uploaded(house)]]) {
      const sent = await proven({ ...written(), files }, { ...headers, ...newKey() });
      for (const _ of ["once", "again"]) await ask(route, `${path}?surface=panel`, sent);
    }
  });

  it("by a plain form, twice, and its confirmation", async () => {
    const fields = written();
    for (const _ of ["once", "again"]) await ask(route, path, form(fields));
    await ask(route, path, form({ ...fields, message: "" }), 422);
    await ask("GET /contact/sent", "/contact/sent");
    const link = linkIn((await house.mailsTo(fields.email)).at(-1), "/contact/confirm");
    await ask("GET /contact/confirm", link);
    await ask("POST /contact/confirm", link, form());
  });

  it("a file by itself: from the widget, a private page and a panel, and a retry", async () => {
    const { link } = await writer(house);
    const { headers } = await customer(house, "10009003");
    for (const [query, who] of [
      ["", { Challenge: await solved() }],
      [`&${link.split("?")[1]}`, {}],
      ["", headers],
    ] as const) {
      const sent = { body: PNG, headers: { "Content-Type": "application/octet-stream", ...who, ...newKey() } };
      for (const _ of ["once", "again"])
        await ask("POST /v1/contact/files", `/v1/contact/files?name=foto.png${query}`, sent);
    }
  });
});

describe("the private page of a conversation", () => {
  const page = "/contact/conversation";
  const at = (link: string, path: string) => link.replace(page, `${page}${path}`);
  const adding = (link: string, fields: Fields, refusal?: number) =>
    ask(`POST ${page}`, link, formForFiles(fields), refusal);
  const withFile = async () => ({ [`file.${await uploaded(house)}`]: "on" });

  it("is read: long, answered, with files", async () => {
    const { link, reference } = await writer(house, { files: [await uploaded(house)] });
    await answerOf(house, reference, "We kijken ernaar.");
    await ask(`GET ${page}`, link);
    await manyMessages(house, reference, 250);
    for (const query of ["", "&done=added", "&before=100"]) await ask(`GET ${page}`, `${link}${query}`);
    const [file] = await filesOf(house, reference);
    await ask(`GET ${page}/files/:id`, at(link, `/files/${file?.id}`));
  });

  it("is added to: with and without files that were sent before, and a retry", async () => {
    const { link } = await writer(house);
    for (const files of [{}, await withFile()]) {
      const fields = { key: crypto.randomUUID(), message: "En nog iets.", ...files };
      for (const _ of ["once", "again"]) await adding(link, fields);
    }
    await ask(`POST ${page}`, link, form({ key: crypto.randomUUID(), message: "Zonder bestanden." }));
    const [fields, names] = [{ key: crypto.randomUUID(), message: "Erbij." }, ["een.png", "twee.png", "drie.png"]];
    for (const _ of ["once", "again"]) await ask(`POST ${page} with files`, link, formForFiles(fields, names));
  });

  it("refuses a form: without words, with a card number, with a file that is not there", async () => {
    const { link } = await writer(house);
    for (const files of [{}, await withFile()]) {
      await adding(link, { message: "", ...files }, 422);
      await adding(link, { message: "Kaart 4111 1111 1111 1111", ...files }, 422);
    }
    await adding(link, { message: "Met bestand.", "file.aaaaaaaaaaaaaaaaaaaaaa": "on" }, 422);
  });

  it("is closed, again, and opened by a message; is erased", async () => {
    const { link } = await writer(house);
    for (const _ of ["once", "again"]) await ask(`POST ${page}/close`, at(link, "/close"), form());
    await ask(`GET ${page}`, `${link}&done=closed`);
    await adding(link, { message: "Toch nog iets.", ...(await withFile()) });
    await ask(`GET ${page}/erase`, at(link, "/erase"));
    await ask(`POST ${page}/erase`, at(link, "/erase"), form());
    await ask(`GET ${page}`, link, {}, 410);
    await adding(link, { message: "Nog iets." }, 410);
  });

  it("is found again", async () => {
    const { link, reference, email } = await writer(house);
    await ask(`POST ${page}/link`, at(link, "/link"), form());
    await ask("GET /contact/find", "/contact/find");
    for (const known of [email, freshAddress()])
      await ask("POST /contact/find", "/contact/find", form({ reference, email: known }));
    await ask("POST /contact/find", "/contact/find", form({ reference: "12", email }), 422);
  });
});

describe("conversations of a customer", () => {
  const PATH = "/v1/me/conversations";

  it("are listed, read, added to, closed and erased", async () => {
    const { headers, writes } = await customer(house, "10009004");
    const reference = await writes("Van mij", { files: [await uploaded(house)] });
    const at = (path = "") => `${PATH}/${reference}${path}`;
    const adding = (body: object, more: Fields = {}) =>
      ask(`POST ${PATH}/:reference/messages`, at("/messages"), json(body, { ...headers, ...more }));
    await ask(`GET ${PATH}`, PATH, { headers });
    await ask(`GET ${PATH}/:reference`, at(), { headers });
    const [file] = await filesOf(house, reference);
    await ask(`GET ${PATH}/:reference/files/:id`, at(`/files/${file?.id}`), { headers });
    await adding({ message: "Zonder sleutel" });
    for (const files of [[], [await uploaded(house)]]) {
      const key = newKey();
      for (const _ of ["once", "again"]) await adding({ message: "Daarna", files }, key);
    }
    for (const _ of ["once", "again"]) await ask(`POST ${PATH}/:reference/close`, at("/close"), { headers });
    await adding({ message: "Toch nog iets" });
    await ask(`DELETE ${PATH}/:reference`, at(), { headers });
  });
});

it("the ledger", async () => {
  house.clock.now += LONGEST_WAIT;
  await house.round();
  const [entry] = await house.rows<{ id: string }>("select id from ledger_entries order by seq limit 1");
  await ask("GET /v1/ledger/entries/:id/proof", `/v1/ledger/entries/${entry?.id}/proof`);
  for (const query of ["", "?before=2&limit=1"]) await ask("GET /v1/ledger/seals", `/v1/ledger/seals${query}`);
});

it("machines", async () => {
  for (const path of ["/health", "/.well-known/security.txt", "/openapi.json"]) await ask(`GET ${path}`, path);
});

describe("all of these", () => {
  it("are every public route and every route of a panel", () => {
    const asked = new Set([...highest.keys()].map((route) => route.split(" ", 2).join(" ")));
    expect([...asked].sort()).toEqual([...PUBLIC_ROUTES, ...Object.keys(PANEL_ROUTES)].sort());
  });

  it(`go to the database and back at most ${MOST} times, but for those known to go more often`, () => {
    console.log([...highest].map(([route, trips]) => `${trips} ${route}`).join("\n"));
    const over = [...highest].filter(([, trips]) => trips > MOST);
    expect(Object.fromEntries(over)).toEqual(KNOWN_OVER);
  });
});
