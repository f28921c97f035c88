import { ledgerEntry } from "../ledger/entry.ts";
import type { LedgerRow } from "../ledger/store.ts";
import { base64url } from "../platform/bytes.ts";
import { commit } from "../platform/db.ts";
import { logFailure } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";
import { concerning, wakeAction } from "./action.ts";
import {
  type AtCursor,
  type Change,
  type Changeable,
  changePage,
  endAction,
  findAction,
  keptAfter,
  type ListAction,
  moveByCount,
  movePast,
  openActions,
  type PageOf,
  standsAt,
  waitingOf,
} from "./action-store.ts";
import { askToConfirm } from "./asking.ts";
import { resolveFilter } from "./filter.ts";
import { eraseSubscriber, leaveSubscriber } from "./leaving.ts";
import { type Subscriber, subscribersAfter } from "./list-store.ts";
import { inOrder } from "./topics.ts";

const MINUTE = 60_000;
/** Subscribers in one batch. */
const PAGE = 200;
/**
 * What all actions together do in one invocation of the worker. LIMIT: D1 answers 1,000 queries of an invocation, each statement
 * of a batch is one, and KV takes 1,000 operations. A page is some ten statements; who is made to leave or erased goes one by one, at
 * up to 13 statements and 2 operations of KV each (counted in test/worker/action-limits.test.ts).
 */
const PAGES_AT_ONCE = 20;
const PERSONS_AT_ONCE = 25;

/** What is left of that. */
interface Turn {
  pages: number;
  persons: number;
}

/** Takes actions, or their undoing, some pages further, and wakes the queue for what comes next. One that fails stops no other. */
export async function runActions(rt: Runtime, ids: readonly string[]): Promise<void> {
  const turn: Turn = { pages: PAGES_AT_ONCE, persons: PERSONS_AT_ONCE };
  const failed: unknown[] = [];
  for (const id of ids) {
    await runAction(rt, id, turn).catch((error: unknown) => {
      logFailure("list-action", error, { action: id });
      failed.push(error);
    });
  }
  if (failed.length > 0) throw failed[0];
}

async function runAction(rt: Runtime, id: string, turn: Turn): Promise<void> {
  while (turn.pages > 0 && turn.persons > 0) {
    const action = await findAction(rt.db, id);
    if (action?.state !== "running" && action?.state !== "undoing") return;
    if (isAhead(rt, action)) return;
    turn.pages--;
    const isOver = await (action.state === "running" ? takePage(rt, action, turn) : takeBackPage(rt, action));
    if (isOver) return;
  }
  wakeAction(rt, id);
}

/** The minute's part in actions: takes the open ones further. */
export async function continueActions(rt: Runtime): Promise<void> {
  await runActions(rt, await openActions(rt.db));
}

/** Mails that ask to confirm go at CONFIRM_RATE a minute; the minute's round makes the next. */
const isAhead = (rt: Runtime, action: ListAction): boolean =>
  action.kind === "resend" && action.state === "running" && askedAt(rt, action) > rt.now();

const askedAt = (rt: Runtime, { createdAt, changed }: ListAction): number =>
  createdAt + Math.floor(changed / rt.settings.CONFIRM_RATE) * MINUTE;

const placeOf = ({ id, state, cursor }: ListAction): AtCursor => ({
  action: id,
  state: state === "undoing" ? "undoing" : "running",
  cursor,
});

/** By whom something was done, as the ledger names the way. */
const byOf = ({ createdBy }: ListAction): "staff" | "key" => (createdBy.startsWith("key:") ? "key" : "staff");

/** Does the next page. Gives whether there was none. */
async function takePage(rt: Runtime, action: ListAction, turn: Turn): Promise<boolean> {
  const { kind, argument, filter, cursor: after, lastSeq: upTo } = action;
  const isOneByOne = kind === "leave" || kind === "erase";
  const limit = kind === "resend" ? Math.min(PAGE, rt.settings.CONFIRM_RATE) : isOneByOne ? turn.persons : PAGE;
  const concerned = concerning(kind, argument, await resolveFilter(rt, filter));
  const page = await subscribersAfter(rt.db, concerned, { after, upTo, limit });
  if (page.length === 0) return end(rt, action, "done");
  if (isOneByOne) await takePersons(rt, action, page, turn);
  else if (kind === "resend") await askPage(rt, action, page);
  else if (kind === "remove-topic") await takeOff(rt, action, page, turn);
  else await change(rt, action, columnOf(action), page);
  return false;
}

async function end(rt: Runtime, action: ListAction, ended: "done" | "undone"): Promise<true> {
  await commit(rt, [endAction({ ...placeOf(action), ended, finishedAt: rt.now() })]);
  return true;
}

const columnOf = ({ kind }: ListAction): Changeable =>
  kind === "set-language" ? "lang" : kind === "remove-topic" ? "topics" : "labels";

/** What an action makes of a column's value. */
function changed(rt: Runtime, { kind, argument }: ListAction, before: string): string {
  const what = argument ?? "";
  if (kind === "set-language") return what;
  const values = JSON.parse(before) as string[]; // As we wrote it.
  const others = values.filter((value) => value !== what);
  if (kind === "remove-topic") return JSON.stringify(inOrder(rt, others));
  return JSON.stringify(kind === "add-label" ? [...others, what].sort() : others);
}

const read = ({ lang, labels, topics }: Pick<Subscriber, Changeable>, column: Changeable): string =>
  column === "lang" ? lang : JSON.stringify(column === "labels" ? labels : topics);

function changeOf(rt: Runtime, action: ListAction, column: Changeable, one: Subscriber): Change {
  const { seq, id, status } = one;
  const before = read(one, column);
  return { seq, id, status, before, after: changed(rt, action, before) };
}

async function change(rt: Runtime, action: ListAction, column: Changeable, page: readonly Subscriber[]): Promise<void> {
  const changes = page.map((one) => changeOf(rt, action, column, one));
  const entries = await entriesOf(rt, action, column, changes);
  await commit(rt, changePage(placeOf(action), { column, changes, entries, keeps: true }));
}

/** That a person's language was changed is entered with each; labels are marketing's own, and the action's entry says it. */
async function entriesOf(rt: Runtime, { createdBy }: ListAction, column: Changeable, changes: readonly Change[]) {
  if (column !== "lang") return [];
  const told = changes.map(async (one) => ({
    ...(await entryOf(rt, one.id, createdBy)),
    ...{ seq: one.seq, status: one.status, before: one.before },
  }));
  return Promise.all(told);
}

const entryOf = (rt: Runtime, id: string, actor: string): Promise<LedgerRow> =>
  ledgerEntry(rt, "subscriber.changed", {
    ...{ event: base64url(rt.random(16)), subject: `subscriber:${id}`, actor },
    body: { fields: ["lang"] },
  });

/** Ends the consents to a topic. Whose last topic it is has left. */
async function takeOff(rt: Runtime, action: ListAction, found: readonly Subscriber[], turn: Turn): Promise<void> {
  const { argument, createdBy: actor } = action;
  const topic = argument ?? "";
  const [by, at] = [byOf(action), rt.now()];
  const all = found.map((one) => ({ ...changeOf(rt, action, "topics", one), email: one.email }));
  const tooMany = all.filter(({ after }) => after === "[]")[turn.persons];
  const changes = tooMany ? all.slice(0, all.indexOf(tooMany)) : all;
  const leaving = changes.filter(({ after }) => after === "[]");
  const staying = changes.filter(({ after }) => after !== "[]");
  let left = 0;
  for (const { id } of leaving) if (await leaveSubscriber(rt, id, by, actor)) left++;
  turn.persons -= leaving.length;
  const entries = await Promise.all(
    staying.map(async ({ email, id, seq, status, before }) => {
      const entry = await ledgerEntry(rt, "consent.changed", {
        ...{ event: base64url(rt.random(16)), subject: `subscriber:${id}`, actor },
        body: {
          ...{ email, added: [], removed: [topic], by, wording: null, flags: [], policyDate: null },
          changedAt: new Date(at).toISOString(),
        },
      });
      return { ...entry, seq, status, before };
    }),
  );
  const rest: PageOf = { column: "topics", changes: staying, entries, keeps: false, ends: { topic, at, by } };
  const last = changes.at(-1)?.seq ?? action.cursor;
  await commit(rt, changePage(placeOf(action), rest, { last, besides: left }));
}

/** Those whom another file has leave or erases: each is a change of its own, and again does nothing. */
async function takePersons(rt: Runtime, action: ListAction, page: readonly Subscriber[], turn: Turn): Promise<void> {
  const { kind, createdBy: actor } = action;
  const take = (id: string) =>
    kind === "erase" ? eraseSubscriber(rt, id, actor) : leaveSubscriber(rt, id, byOf(action), actor);
  let count = 0;
  for (const { id } of page) if (await take(id)) count++;
  turn.persons -= page.length;
  const last = page.at(-1)?.seq ?? action.cursor;
  await commit(rt, [moveByCount({ ...placeOf(action), last, count })]);
}

/** Mails those whose signup waits its link again. */
async function askPage(rt: Runtime, action: ListAction, page: readonly Subscriber[]): Promise<void> {
  const at = placeOf(action);
  const waiting = await waitingOf(
    rt.db,
    page.map(({ id }) => id),
  );
  const moved = movePast(at, page.at(-1)?.seq ?? action.cursor);
  await askToConfirm(rt, waiting, { when: standsAt(at), statements: [moved] });
}

/** Takes the action back from the next page, of whom it still holds. Gives whether there was none. */
async function takeBackPage(rt: Runtime, action: ListAction): Promise<boolean> {
  const page = await keptAfter(rt.db, action, PAGE);
  const last = page.at(-1)?.seq;
  if (last === undefined) return end(rt, action, "undone");
  const column = columnOf(action);
  const changes = page.flatMap(({ had, ...one }): Change[] => {
    const before = read(one, column);
    const after = takenBack(action, before, had);
    return after === before ? [] : [{ ...one, before, after }];
  });
  const entries = await entriesOf(rt, action, column, changes);
  await commit(rt, changePage(placeOf(action), { column, changes, entries, keeps: false }, { last, besides: 0 }));
  return false;
}

/** What a column's value becomes when an action is undone: only what that did, and what was done since stays. */
function takenBack({ kind, argument }: ListAction, now: string, had: string): string {
  const what = argument ?? "";
  if (kind === "set-language") return now === what ? had : now;
  const values = JSON.parse(now) as string[]; // As we wrote it.
  const others = values.filter((value) => value !== what);
  return JSON.stringify(kind === "remove-label" ? [...others, what].sort() : others);
}
