import { ledgerEntry } from "../ledger/entry.ts";
import type { LedgerRow } from "../ledger/store.ts";
import { base64url } from "../platform/bytes.ts";
import { commit, type Statement } from "../platform/db.ts";
import { type FieldCode, Refusal } from "../platform/errors.ts";
import { wake } from "../platform/jobs.ts";
import { LANGUAGES } from "../platform/languages.ts";
import type { Runtime } from "../platform/runtime.ts";
import { keyed } from "../platform/tokens.ts";
import {
  type ActionKind,
  appendBegun,
  appendUndone,
  beginUndoing,
  concernedBy,
  findAction,
  insertAction,
  type ListAction,
} from "./action-store.ts";
import { resolveFilter, toldFilter } from "./filter.ts";
import { type Counted, lastPlace, type Resolved } from "./filter-store.ts";
import { findLabel } from "./label-store.ts";
import type { ActionInput } from "./list-shapes.ts";
import { countExactly, countFoundBesides, listSubscribers, type Subscriber } from "./list-store.ts";
import type { listActions } from "./tables.ts";

/** Subscribers that a preview shows. */
const SHOWN = 10;

/** Kinds that are done to something: a label, a topic or a language. */
const WITH_ARGUMENT: readonly ActionKind[] = ["add-label", "remove-label", "remove-topic", "set-language"];

/**
 * Kinds that can be undone. A consent that was ended is never given back in somebody's place, leaving lasts, what is erased
 * is gone, and a mail that went out is out.
 */
const UNDOABLE: readonly ActionKind[] = ["add-label", "remove-label", "set-language"];

/** Whether an action of this kind can be undone. */
export const canUndo = (kind: ActionKind): boolean => UNDOABLE.includes(kind);

const DAY = 86_400_000;
/** Days that what people had before an action is kept, to undo it by. */
export const UNDO_DAYS = 30;

/** Whether an action can be undone now: it is done, of such a kind, and what people had before is still kept. */
export const canUndoNow = (rt: Runtime, { kind, state, finishedAt }: ListAction): boolean =>
  canUndo(kind) && state === "done" && rt.now() - (finishedAt ?? 0) < UNDO_DAYS * DAY;

/** Whether an action of this kind is done to something: a label, a topic or a language. */
const needsArgument = (kind: ActionKind): boolean => WITH_ARGUMENT.includes(kind);

/** What an action would come to. */
export interface Preview {
  /** How many the filter finds, and for how many of those something changes. */
  matched: Counted;
  changes: Counted;
  canUndo: boolean;
  /** Some of those for whom something changes, the newest first. */
  first: Subscriber[];
}

/** The action of an id. Refuses not_found. */
export async function actionOf(rt: Runtime, id: string): Promise<ListAction> {
  const found = await findAction(rt.db, id);
  if (!found) throw new Refusal("not_found");
  return found;
}

/**
 * Says what an action would come to, and does nothing: within the time of a page, or `exactly`, which with a common search takes the
 * better part of a second. Refuses invalid_input as `startAction` does.
 */
export async function previewAction(rt: Runtime, input: ActionInput, exactly: boolean): Promise<Preview> {
  const { kind, argument, filter } = await checked(rt, input);
  const resolved = await resolveFilter(rt, filter);
  const concerned = concerning(kind, argument, resolved);
  const exact = async (whom: Resolved): Promise<Counted> => ({ count: await countExactly(rt.db, whom), isMore: false });
  const [[matched, changes], { subscribers: first }] = await Promise.all([
    exactly
      ? Promise.all([exact(resolved), exact(concerned)])
      : countFoundBesides(rt.db, resolved, concernedBy(kind, argument)),
    listSubscribers(rt.db, concerned, null, SHOWN),
  ]);
  return { matched, changes, canUndo: canUndo(kind), first };
}

/** A filter narrowed to those for whom an action changes something. */
export const concerning = (kind: ActionKind, argument: string | null, resolved: Resolved): Resolved => ({
  ...resolved,
  besides: concernedBy(kind, argument),
});

/**
 * Begins an action on all whom a filter finds now, and gives its id; it goes on by itself. `actor` is the ledger's. Asked twice with
 * one `key`, also at once, it begins once. Refuses invalid_input when what it is done with is missing, or there is no such
 * label or language; idempotency_key_reused when the key was used for something else.
 */
export async function startAction(rt: Runtime, input: ActionInput, actor: string, key?: string): Promise<string> {
  const wished = await checked(rt, input);
  const id = key === undefined ? newId(rt) : (await keyed(rt, "list-action", `${actor}:${key}`)).slice(0, ID_LENGTH);
  const action = await newAction(rt, wished, actor, id);
  const [begun] = await commit(rt, beginAction(action));
  if (!begun && !isSame(await actionOf(rt, id), wished)) throw new Refusal("idempotency_key_reused");
  wakeAction(rt, id);
  return id;
}

/** Characters of an id: 12 bytes. */
const ID_LENGTH = 16;
const newId = (rt: Runtime): string => base64url(rt.random(12));

/** Whether an action is what is asked for again. What was searched for is forgotten when it ends, so that is not compared. */
function isSame(action: ListAction, asked: ActionInput): boolean {
  const what = ({ kind, argument, filter: { search: _, ...filter } }: ActionInput) => [kind, argument, filter];
  return JSON.stringify(what(action)) === JSON.stringify(what(asked));
}

interface NewAction {
  row: typeof listActions.$inferInsert;
  entry: LedgerRow;
}

/** Makes an action, for a batch of the caller's; see `beginAction`. */
export async function newAction(
  rt: Runtime,
  input: ActionInput,
  actor: string,
  id: string = newId(rt),
): Promise<NewAction> {
  const { kind, argument, filter } = input;
  const resolved = await resolveFilter(rt, filter);
  const [matched, lastSeq] = await Promise.all([
    countExactly(rt.db, concerning(kind, argument, resolved)),
    lastPlace(rt.db),
  ]);
  const told = { action: id, kind, argument, filter: await toldFilter(rt, filter), matched };
  const entry = await ledgerEntry(rt, "subscribers.action-started", { event: id, subject: null, actor, body: told });
  const row = {
    ...{ id, kind, argument, filter, matched, lastSeq },
    ...{ state: "running" as const, changed: 0, restored: 0, cursor: 0, createdAt: rt.now(), createdBy: actor },
  };
  return { row, entry };
}

/** What begins an action, unless that of its id has begun. */
export const beginAction = ({ row, entry }: NewAction): Statement[] => [
  appendBegun({ ...entry, action: row.id }),
  insertAction(row),
];

/** Has an action go on. */
export const wakeAction = (rt: Runtime, id: string): void => wake(rt, [{ kind: "list-action", id }]);

/**
 * Begins to undo an action: whoever still is as it left them gets back what it took, or loses what it gave. Refuses not_found, and action_not_ready
 * for one that is not done, ended UNDO_DAYS ago, or is of a kind that cannot be undone.
 */
export async function undoAction(rt: Runtime, id: string, actor: string): Promise<void> {
  if (!canUndoNow(rt, await actionOf(rt, id))) throw new Refusal("action_not_ready");
  const action = { action: id };
  const event = base64url(rt.random(12));
  const entry = await ledgerEntry(rt, "subscribers.action-undone", { event, subject: null, actor, body: action });
  const [entered] = await commit(rt, [appendUndone({ ...entry, ...action }), beginUndoing(action)]);
  if (!entered) throw new Refusal("action_not_ready");
  wakeAction(rt, id);
}

async function checked(rt: Runtime, { kind, argument, filter }: ActionInput): Promise<ActionInput> {
  const refuse = (code: FieldCode) => new Refusal("invalid_input", { errors: [{ path: "argument", code }] });
  if (!needsArgument(kind)) return { kind, argument: null, filter };
  if (argument === null) throw refuse("required");
  if (kind === "add-label" && !(await findLabel(rt.db, argument))) throw refuse("unknown_value");
  if (kind === "set-language" && !LANGUAGES.some((lang) => lang === argument)) throw refuse("unknown_value");
  return { kind, argument, filter };
}
