import { beforeAll, describe, expect, it } from "vitest";
import { answer } from "../../worker/contact/answer.ts";
import { findMatter } from "../../worker/contact/store.ts";
import { letters } from "../../worker/letters.ts";
import { writer as contactWriter } from "./contact-people.ts";
import { someone } from "./customers.ts";
import { dumpOf, kvDumpOf } from "./dump.ts";
import { freshAddress, linkIn, ORIGIN } from "./house.ts";
import { INBOUND_ADDRESS } from "./inbound.ts";
import { newListImporter } from "./list-importing.ts";
import { addCustomers, addressOf, addVersion } from "./notices.ts";
import { addSubscribers, createDesk, sendingHouse, workOff } from "./sending.ts";
import { addMember, askLink, postForm, signedIn } from "./staff.ts";
import { createSubscribers } from "./subscribers.ts";

const { house } = sendingHouse({ INBOUND_ADDRESS });
const { subscribe, activeSubscriber } = createSubscribers(house);

const newest = async (email: string, path: string) => linkIn((await house.mailsTo(email)).at(-1), path);
const press = async (link: string, fields: Record<string, string> = {}) => {
  const reply = await house.fetch(link, { method: "POST", body: new URLSearchParams(fields) });
  expect([link, reply.ok || reply.status === 303]).toEqual([link, true]);
};

/** Mails of the newsletter: asked for, confirmed, asked for again, moved, left, imported, sent. */
async function newsletterMails(): Promise<void> {
  const [email, taken] = [await activeSubscriber(), await activeSubscriber()];
  const preferences = await newest(email, "/newsletter/preferences");
  await subscribe(email);
  await subscribe(freshAddress());
  await house.post("/v1/newsletter/unsubscriptions", { email });
  await press(preferences, { do: "move", email: freshAddress() });
  await press(await newest(taken, "/newsletter/preferences"), { do: "move", email });
  const imported = freshAddress();
  await (await newListImporter(house)).run(`email\n${imported}\n`);
  await addSubscribers(house, 1, { lang: "en" });
  const desk = await createDesk(house);
  const markdown = "Hoi,\n\n[Lees meer](https://www.example.nl/nieuws)\n\n[[Bekijk|https://www.example.nl]]";
  const texts = { nl: { subject: "Nieuws", preheader: "Nieuws", markdown } };
  const sent = await desk.begun({ texts, isPublic: true });
  await house.consume([sent], "campaign");
  const { id } = await desk.draft({ texts });
  const member = await signedIn(house, "marketing");
  await house.rows(
    `insert into outbox (id, template, recipient, lang, params, state, attempts, due_at, created_at)
      values (?, 'newsletter.test', ?, 'nl', ?, 'queued', 0, 0, 0)`,
    ...[crypto.randomUUID(), member.email, JSON.stringify({ campaign: id, by: "staff:x", email: member.email })],
  );
}

/** Mails to who wrote, registered, is a customer, or is of the staff. */
async function otherMails(): Promise<void> {
  const writer = freshAddress();
  await house.fetch("/v1/contact/messages", {
    method: "POST",
    body: new URLSearchParams({ email: writer, message: "hallo" }),
  });
  const asking = await contactWriter(house);
  const [row] = await house.rows<{ id: string }>("select id from conversations where reference = ?", asking.reference);
  const matter = await findMatter(house.rt.db, row?.id ?? "");
  if (!matter) throw new Error("There is no conversation");
  const answered = { body: "Hallo terug", quotes: true, after: "waiting" as const, version: 1, key: "a-key-of-ours" };
  await answer(house.rt, matter, { actor: "staff:test" }, answered);
  await press("/contact/find", { reference: asking.reference, email: asking.email });
  const registration = someone();
  expect((await house.post("/v1/registrations", registration)).status).toBe(202);
  await press(await newest(registration.email, "/register/confirm"));
  expect((await house.post("/v1/registrations", someone())).status).toBe(202);
  const [customer = ""] = await addCustomers(house, 1);
  const date = await addVersion(house);
  await house.consume([date], "notice");
  expect(await house.mailsTo(addressOf(customer))).toHaveLength(1);
  const owner = await signedIn(house, "owner");
  const invited = { email: freshAddress(), name: "Noor", role: "privacy", lang: "en" };
  expect((await postForm(house, "/admin/staff", invited, owner)).status).toBe(303);
  await askLink(house, (await addMember(house, "support")).email);
  await house.rows(
    `insert into outbox (id, template, recipient, lang, params, state, attempts, due_at, created_at)
      values (?, 'staff.alert', ?, 'nl', '{"count":"3"}', 'queued', 0, 0, 0)`,
    ...[crypto.randomUUID(), owner.email],
  );
}

/** Everything in a mail that can be opened. */
function linksIn({ text, html, headers }: Awaited<ReturnType<typeof house.mailsTo>>[number]): string[] {
  const all = [text, html, ...Object.values(headers)].join(" ");
  return [...all.matchAll(/https?:\/\/[^\s"'<>()]+/g)].map(([url]) => url.replaceAll("&amp;", "&"));
}

/** Who opens every link in a mail before its reader does. */
const SCANNERS: Record<string, string>[] = [
  {},
  { Purpose: "prefetch", "Sec-Purpose": "prefetch;prerender", "X-Moz": "prefetch" },
  { "User-Agent": "Mozilla/5.0 (compatible; proofpoint-urldefense)", Accept: "*/*" },
  { "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) SafeLinks", Accept: "text/html" },
  { "User-Agent": "BarracudaCentral", Cookie: "__Host-fineprint=x", Referer: "https://mail.example.org/" },
];

let links: string[] = [];

beforeAll(async () => {
  await newsletterMails();
  await otherMails();
  const recipients = await house.rows<{ recipient: string }>("select distinct recipient from outbox");
  const mails = (await Promise.all(recipients.map(({ recipient }) => house.mailsTo(recipient)))).flat();
  const found = [...new Set(mails.flatMap(linksIn))];
  links = found.filter((url) => url.startsWith(ORIGIN)).map((url) => url.slice(ORIGIN.length));
}, 60_000);

describe("Invariant 2: no GET changes anything", () => {
  it("has one of every mail that there is", async () => {
    const made = await house.rows<{ template: string }>("select distinct template from outbox order by template");
    expect(made.map(({ template }) => template)).toEqual(Object.keys(letters).sort());
  });

  it("finds all links of those mails, also in their headers", () => {
    const paths = [...new Set(links.map((link) => new URL(link, ORIGIN).pathname))].sort();
    expect(paths).toEqual(expect.arrayContaining(PATHS));
  });

  it("every link of every mail, by GET and HEAD, as scanners open them: database and KV stay as they are", async () => {
    await workOff(house);
    const before = [await dumpOf(house), await kvDumpOf(house)];
    expect(Object.keys(before[0] ?? {}).length).toBeGreaterThan(30);
    const odd: string[] = [];
    for (const link of links) {
      for (const method of ["GET", "HEAD"]) {
        for (const headers of SCANNERS) {
          const { status } = await house.fetch(link, { method, headers });
          // 410: its owner has used it; 400 only for the links of a newsletter that is tried out, which do nothing; and a page of
          // the admin leads to its sign-in.
          const isTried = status === 400 && link.includes("token=test");
          const isSentOff = link.startsWith("/admin/contact") && (status === 303 || status === 401);
          if (status !== 200 && status !== 410 && !isTried && !isSentOff) {
            odd.push(`${method} ${link}: ${status}`);
          }
        }
      }
    }
    expect(odd).toEqual([]);
    expect([await dumpOf(house), await kvDumpOf(house)]).toEqual(before);
    expect(house.jobs).toEqual([]);
  }, 60_000);
});

const PATHS = [
  "/admin/join",
  "/admin/sign-in/link",
  "/contact/confirm",
  "/contact/conversation",
  "/newsletter/confirm",
  "/newsletter/move-from",
  "/newsletter/move-to",
  "/newsletter/preferences",
  "/newsletter/unsubscribe",
  "/register/confirm",
];
