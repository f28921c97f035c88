/**
 * The inbox with half a million conversations (issue 6): npm run bench -- inbox [--conversations 500000]. With --into FOLDER it only seeds
 * the local database below that folder; with --from FOLDER it measures one that was seeded so, and changes it. The worker is `npm start`'s own.
 */
import { parseArgs } from "node:util";
import { contactFigures } from "../../../worker/contact/figures.ts";
import { listConversations, type Wish } from "../../../worker/contact/list-store.ts";
import { archivedBy, type ExactField } from "../../../worker/contact/reading-store.ts";
import { type ConversationQuery, searchConversations } from "../../../worker/contact/search-store.ts";
import { findMatter } from "../../../worker/contact/store.ts";
import { conversationsOf, notesOf, othersOf, threadOf } from "../../../worker/contact/thread-store.ts";
import { freePort, newStateDir, startServer } from "../../browser/running.ts";
import { percentile } from "../stats.ts";
import { type Bare, openBare } from "../subscribers/bare.ts";
import { COOKIE, seedKey } from "../subscribers/rows.ts";
import { printTable, round } from "../table.ts";
import { panelToken } from "./panel.ts";
import { BUSY, conversationId, customerNumber, memberId, RARE, referenceOf, seedInbox, topicId } from "./rows.ts";
import { printSweep } from "./sweep.ts";

const LIMIT = 100;
const REQUESTS = 30;
const WARM = 3;
const PAGE = 50;
const ROUNDS = 10;
const SCOPES = ["contact:read", "contact:write", "contact:archive", "contact:settings"];

const OURS: Wish["statuses"] = ["new", "open"];
const AT_HAND: Wish["statuses"] = ["new", "open", "waiting", "closed"];

interface Shown {
  reference: string;
  status: string;
  email: string;
  dueAt: string | null;
}

/** What is asked of the list, how its address says that, and what must be true of what is found. */
interface Listed {
  what: string;
  query: string;
  wish: Partial<Wish>;
  isRight?(found: readonly Shown[]): boolean;
}

const isFull = (found: readonly Shown[]) => found.length === PAGE;
const sorted = (times: readonly (string | null)[]) =>
  times.every((time, at) => at === 0 || (times[at - 1] ?? "") <= (time ?? ""));

const LISTS: readonly Listed[] = [
  {
    what: "what waits for us, by target",
    query: "status=new&status=open&order=target",
    wish: { statuses: OURS, isByTarget: true },
    isRight: (found) => isFull(found) && sorted(found.map(({ dueAt }) => dueAt)),
  },
  { what: "all that is at hand", query: "", wish: {}, isRight: isFull },
  ...AT_HAND.map((status) => ({
    what: `queue: ${status}`,
    query: `status=${status}`,
    wish: { statuses: [status] },
    isRight: (found: readonly Shown[]) => isFull(found) && found.every((one) => one.status === status),
  })),
  { what: "somebody's", query: `assignee=${memberId(3)}`, wish: { assignee: memberId(3) }, isRight: isFull },
  {
    what: "somebody's, by target",
    query: `status=new&status=open&order=target&assignee=${memberId(3)}`,
    wish: { statuses: OURS, isByTarget: true, assignee: memberId(3) },
  },
  { what: "nobody's", query: "assignee=none", wish: { assignee: null }, isRight: isFull },
  { what: "a topic", query: `topic=${topicId(3)}`, wish: { topicId: topicId(3) }, isRight: isFull },
  {
    what: "a topic, somebody's",
    query: `topic=${topicId(3)}&assignee=${memberId(4)}`,
    wish: { topicId: topicId(3), assignee: memberId(4) },
  },
  {
    what: "an address that mailed 5,000 times",
    query: `email=${BUSY.address}`,
    wish: { email: BUSY.address },
    isRight: (found) => isFull(found) && found.every(({ email }) => email === BUSY.address),
  },
  {
    what: "a customer with 1,000 conversations",
    query: `customer=${customerNumber(BUSY.customer)}`,
    wish: { customerNumber: customerNumber(BUSY.customer) },
  },
];

/** What is searched for, and what must be true of what is found. */
interface Searched {
  what: string;
  text: string;
  more?: Partial<ConversationQuery> & { assignee?: string; topicId?: string };
  isRight?(found: readonly Shown[]): boolean;
}

const none = (found: readonly unknown[]) => found.length === 0;
const some = (found: readonly unknown[]) => found.length > 0;

const SEARCHES: readonly Searched[] = [
  { what: "a rare word", text: "gobarat", isRight: () => true },
  { what: "a common word", text: "factuur", isRight: isFull },
  { what: "the most common word", text: "the", isRight: isFull },
  { what: "two common words", text: "factuur website", isRight: some },
  { what: "two words never together", text: "verhuizen certificate", isRight: none },
  { what: "a common and a rare word", text: "domein bagokoen" },
  { what: "a beginning of three letters", text: "ver", isRight: some },
  { what: "a beginning of 100,000 words", text: "bedrijf", isRight: some },
  { what: "somebody's name", text: "sam de vries", isRight: some },
  {
    what: "an address that mailed 5,000 times",
    text: BUSY.address,
    isRight: (found) => some(found) && found.every(({ email }) => email === BUSY.address),
  },
  { what: "an address of no-one", text: "nobody@nowhere.example", isRight: none },
  { what: "no hit", text: "nietsdaarvan", isRight: none },
  { what: "a common word, somebody's", text: "factuur", more: { assignee: memberId(3) }, isRight: some },
  { what: "a common word, a topic", text: "factuur", more: { topicId: topicId(3) }, isRight: some },
];

type Fetch = (path: string, init?: RequestInit) => Promise<Response>;
type Row = (string | number)[];

/** Times of one act, in ms, the first few left out. */
async function timesOf(act: () => Promise<unknown>, count = REQUESTS): Promise<number[]> {
  const times: number[] = [];
  for (let i = -WARM; i < count; i++) {
    const began = performance.now();
    await act();
    if (i >= 0) times.push(performance.now() - began);
  }
  return times;
}

async function read(reply: Response): Promise<string> {
  const body = await reply.text();
  if (reply.status !== 200) throw new Error(`${reply.url}: ${reply.status} ${body.slice(0, 200)}`);
  return body;
}

const verdict = (worst: number, isRight: boolean) => {
  if (!isRight) process.exitCode = 1;
  return isRight ? (worst < LIMIT ? "ok" : "OVER") : "WRONG";
};

/** Prints what the inbox's lists, searches, pages, figures, rounds and sweeps take. */
export async function printInboxFigures(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      conversations: { type: "string", default: "500000" },
      into: { type: "string" },
      from: { type: "string" },
    },
  });
  const count = Number(values.conversations);
  if (values.into !== undefined) return seed(values.into, count);
  if (values.from !== undefined) return measure(values.from, count);
  const state = await newStateDir();
  try {
    await seed(state.path, count);
    await measure(state.path, count);
  } finally {
    await state.remove();
  }
}

/** Seeds the database below a folder, which a worker makes first if there is none. */
async function seed(state: string, count: number): Promise<void> {
  const running = await startServer(await freePort(), state);
  await running.stop();
  const began = performance.now();
  seedInbox(state, count);
  console.log(`\n${count} conversations seeded in ${round((performance.now() - began) / 1000)} s`);
}

async function measure(state: string, count: number): Promise<void> {
  const key = seedKey(state, SCOPES);
  const running = await startServer(await freePort(), state);
  const { origin } = running;
  try {
    const ask: Fetch = (path) => fetch(`${origin}${path}`, { headers: { Authorization: `Bearer ${key}` } });
    const look: Fetch = (path, init = {}) =>
      fetch(`${origin}${path}`, { ...init, headers: { Cookie: `__Host-fineprint=${COOKIE}`, Origin: origin } });
    const bare = openBare(state);
    await printLists(ask, origin, bare, count);
    await printPages(look, bare, count);
    await printRounds(origin, count);
  } finally {
    await running.stop();
  }
  printSweep(state);
}

/** Adds lines to a table: what a reply takes beside its queries alone. */
function besideBare(rows: Row[]) {
  return async (what: string, ask: () => Promise<Response>, bare: () => unknown, isRight = (_: string) => true) => {
    const right = isRight(await read(await ask()));
    const [whole, alone] = [await timesOf(async () => read(await ask())), await timesOf(async () => bare())];
    const [median, worst, least] = [percentile(whole, 0.5), percentile(whole, 0.95), percentile(alone, 0.5)];
    rows.push([
      what,
      ...[round(median, 1), round(worst, 1), round(least, 1), round(median / least, 1)],
      verdict(worst, right),
    ]);
  };
}

const listIn = (body: string) => (JSON.parse(body) as { conversations: Shown[] }).conversations;

async function printLists(ask: Fetch, origin: string, { rt, db, sqlite }: Bare, count: number): Promise<void> {
  const rows: Row[] = [];
  const add = besideBare(rows);
  // What every reply takes, on this machine at this moment.
  await add(
    "nothing: /health",
    () => ask("/health"),
    () => sqlite.prepare("select 1").get(),
  );
  for (const { what, query, wish, isRight = () => true } of LISTS) {
    await add(
      what,
      () => ask(`/v1/conversations?${query}`),
      () => listConversations(db, { statuses: AT_HAND, isByTarget: false, ...wish }, null, PAGE),
      (body) => isRight(listIn(body)),
    );
  }
  for (const { what, text, more = {}, isRight = () => true } of SEARCHES) {
    const { assignee, topicId: topic } = more;
    const asked = new URLSearchParams({ search: text, ...(assignee ? { assignee } : {}), ...(topic ? { topic } : {}) });
    await add(
      `search: ${what}`,
      () => ask(`/v1/conversations?${asked}`),
      () => searchConversations(db, { text, statuses: AT_HAND, ...more }, null, PAGE),
      (body) => isRight(listIn(body)),
    );
  }
  const newest = referenceOf(count);
  await add(
    "search: a reference",
    () => ask(`/v1/conversations?search=${newest}`),
    () => searchConversations(db, { text: newest, statuses: AT_HAND }, null, PAGE),
    (body) =>
      listIn(body)
        .map(({ reference }) => reference)
        .join() === newest,
  );
  const one = conversationId(count);
  await add(
    "one conversation",
    () => ask(`/v1/conversations/${one}`),
    () => Promise.all([threadOf(db, one), notesOf(db, one)]),
  );
  const [month, year] = [ago(29), ago(364)];
  for (const [what, from, by] of [
    ["figures: a month by day", month, "day"],
    ["figures: a year by month", year, "month"],
  ] as const)
    await add(
      what,
      () => ask(`/v1/contact/figures?from=${from}&by=${by}`),
      () => contactFigures(rt, { from, by }),
    );
  const busy = customerNumber(BUSY.customer);
  const headers = { Authorization: `Bearer ${await panelToken(origin, busy)}` };
  await add(
    "the panel's list of a customer with 1,000",
    () => fetch(`${origin}/v1/me/conversations`, { headers }),
    () => conversationsOf(db, busy, PAGE),
  );
  console.log(
    `\nThe inbox of ${count} conversations over HTTP, ${REQUESTS} requests each; bare: the same queries by node:sqlite on the same file (ms)`,
  );
  printTable(["asked", "p50", "p95", "bare p50", "ratio", `p95 under ${LIMIT}`], rows);
}

const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** Searches of the archive: by what somebody is known by, or by words. */
const ARCHIVE: readonly { by: ExactField | "words"; text: string; found: string }[] = [
  { by: "email", text: BUSY.address, found: "FP-" },
  { by: "email", text: "nobody@nowhere.example", found: "" },
  { by: "customerNumber", text: customerNumber(BUSY.customer), found: "FP-" },
  { by: "reference", text: referenceOf(20_000), found: referenceOf(20_000) },
  { by: "words", text: RARE, found: "FP-" },
  { by: "words", text: "factuur", found: "FP-" },
  { by: "words", text: "verhuizen certificate", found: "" },
  { by: "words", text: BUSY.address, found: "FP-" },
];

/** The same as pages of the admin, with all that stands beside. */
async function printPages(look: Fetch, { rt, db, sqlite }: Bare, count: number): Promise<void> {
  const rows: Row[] = [];
  const add = besideBare(rows);
  const idOf = (where: string, value: string) =>
    String(
      sqlite
        .prepare(`select id from conversations where ${where} = ? and status <> 'archived' order by seq desc`)
        .get(value)?.["id"],
    );
  const busy = idOf("customer_number", customerNumber(BUSY.customer));
  const beside = async (id: string) => {
    const matter = await findMatter(db, id);
    return matter && Promise.all([threadOf(db, id), notesOf(db, id), othersOf(db, matter.conversation, PAGE)]);
  };
  await add(
    "the inbox",
    () => look("/admin/contact"),
    () => listConversations(db, { statuses: OURS, isByTarget: true }, null, PAGE),
  );
  await add(
    "all, with filters",
    () => look(`/admin/contact?queue=all&assignee=${memberId(3)}&topic=${topicId(3)}`),
    () =>
      listConversations(
        db,
        { statuses: AT_HAND, isByTarget: false, assignee: memberId(3), topicId: topicId(3) },
        null,
        PAGE,
      ),
  );
  await add(
    "a search",
    () => look("/admin/contact?words=factuur"),
    () => searchConversations(db, { text: "factuur", statuses: AT_HAND }, null, PAGE),
  );
  for (const [what, id] of [
    ["a conversation", conversationId(count)],
    ["one of a customer with 1,000", busy],
    ["one of an address with 5,000", idOf("email", BUSY.address)],
  ] as const)
    await add(
      what,
      () => look(`/admin/contact/${id}`),
      () => beside(id),
    );
  await add(
    "figures",
    () => look("/admin/contact/figures"),
    () => contactFigures(rt, {}),
  );
  await add(
    "spam",
    () => look("/admin/contact/spam"),
    () => sqlite.prepare("select 1").get(),
  );
  const page = await read(await look("/admin/contact/archive"));
  const [, token = ""] = /name="form-token" value="([^"]+)"/.exec(page) ?? [];
  for (const { by, text, found } of ARCHIVE) {
    await add(
      `archive by ${by}: ${text}`,
      () =>
        look("/admin/contact/archive", {
          method: "POST",
          body: new URLSearchParams({ by, text, "form-token": token }),
        }),
      () =>
        by === "words"
          ? searchConversations(db, { text, statuses: ["archived"] }, null, PAGE)
          : archivedBy(db, by, text, null, PAGE),
      (html) => (found === "" ? !/archive\/c0/.test(html) : html.includes(found)),
    );
  }
  console.log(`\nPages of the admin with ${count} conversations, ${REQUESTS} requests each (ms)`);
  printTable(["page", "p50", "p95", "bare p50", "ratio", `p95 under ${LIMIT}`], rows);
}

/** What the minute's round takes. In the first minute of an hour it sweeps, too. */
async function printRounds(origin: string, count: number): Promise<void> {
  const run = async () => {
    const reply = await fetch(`${origin}/cdn-cgi/handler/scheduled`);
    if ((await reply.text()) !== "ok") throw new Error(`The round: ${reply.status}`);
  };
  const times = await timesOf(run, ROUNDS);
  console.log(`\nThe minute's round with ${count} conversations (ms)`);
  printTable(
    ["figure", "value"],
    [
      ["p50", round(percentile(times, 0.5), 1)],
      ["at most", round(Math.max(...times), 1)],
    ],
  );
}
